"""What other departments told: batches and the facts that were matched; imports say which ledger they are."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, empty; imports known until now are rosters."""
    op.create_table(
        "import_batch",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("ledger", sa.String(length=30), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("ok", sa.Integer(), nullable=False),
        sa.Column("bad", sa.Integer(), nullable=False),
        sa.Column("unknown", sa.Integer(), nullable=False),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("keep_until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_batch")),
        comment="Files of other departments; findings: row, code and person of what does not agree",
    )
    op.create_index("ix_import_batch_user_id", "import_batch", ["user_id"])
    op.create_table(
        "import_fact",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("ledger", sa.String(length=30), nullable=False),
        sa.Column("person_id", sa.String(length=64), nullable=False),
        sa.Column("batch_id", sa.String(length=64), nullable=False),
        sa.Column("cells", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_import_fact")),
        comment="Matched rows of other departments' files, each once; cells as JSON",
    )
    op.create_index("ix_import_fact_ledger_person_id", "import_fact", ["ledger", "person_id"])
    with op.batch_alter_table("import_job") as job:
        for name in ("ledger", "source", "legal_basis"):
            job.add_column(sa.Column(name, sa.Text(), nullable=False, server_default=""))
