"""What waits on a device, as it told with its last question for news."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; nothing is known of any device yet."""
    op.add_column("device", sa.Column("waiting", sa.Integer(), nullable=True))
