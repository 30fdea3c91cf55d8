"""What the server has proved to hold, urgent photos, and the visits that were sent back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the proofs, the mark of urgent blobs and an index that holds the few visits sent back."""
    op.create_table(
        "proven_blobs",
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("proven_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("sha256"),
    )
    with op.batch_alter_table("blob_queue") as batch:
        batch.add_column(sa.Column("urgent", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "ix_visits_returned", "visits", ["created_by"], sqlite_where=sa.text("state = 'RETURNED'")
    )
