"""Answers of submissions, one row for each value."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table; answer sheets that are there get their rows from `fieldapp-server check --repair`."""
    op.create_table(
        "submission_answer",
        sa.Column("submission_id", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=500), nullable=False),
        sa.Column("positions", sa.String(length=500), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("number", sa.Float(), nullable=True),
        sa.PrimaryKeyConstraint("submission_id", "seq", name=op.f("pk_submission_answer")),
        comment="Values of submissions in document order; positions count like-named elements at each step",
    )
    with op.batch_alter_table("submission_answer", schema=None) as batch_op:
        batch_op.create_index("ix_submission_answer_path", ["path"], unique=False)
