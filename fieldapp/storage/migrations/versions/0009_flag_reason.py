"""The worker's word on what is odd about a visit."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column, and read the buckets anew: what others wrote meanwhile was not stored here."""
    op.add_column(
        "visits", sa.Column("flag_reason", sa.String(length=300), nullable=False, server_default="")
    )
    op.execute("update buckets set rev = 0 where id <> 'ref'")
