"""Editions of buckets: which kinds of records were read, so that a newer program fetches what it lacks"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # What is here was read by a program of the first edition, from a server of whose edition nobody knew.
    op.add_column("buckets", sa.Column("edition", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("buckets", sa.Column("filled", sa.Integer(), nullable=False, server_default="0"))
    op.execute(
        "INSERT INTO meta (key, value) SELECT 'server_edition', '1' "
        "WHERE EXISTS (SELECT 1 FROM meta WHERE key = 'token')"
    )
