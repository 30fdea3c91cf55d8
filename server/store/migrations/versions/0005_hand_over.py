"""Until when a revoked device may hand over what it had not sent."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; no device is handing over yet."""
    op.add_column("device", sa.Column("hand_over_until", sa.Text(), nullable=True))
