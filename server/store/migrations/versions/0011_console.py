"""Reasons in the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column."""
    op.add_column("audit_log", sa.Column("reason", sa.String(length=200), nullable=False, server_default=""))
    if op.get_bind().dialect.name == "postgresql":  # SQLite keeps no comments
        op.create_table_comment(
            "audit_log", "Acts on the server: ids, and the reason where one was asked for"
        )
