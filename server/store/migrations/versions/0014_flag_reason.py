"""The worker's word on what is odd about a visit."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("visit", sa.Column("flag_reason", sa.String(length=300), nullable=False, server_default=""))
