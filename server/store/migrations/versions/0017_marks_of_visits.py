"""Visits compared with one another: marks, clearances, and what visits and photos are known by."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; all visits there are wait to be compared."""
    op.create_table(
        "evidence_due",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_evidence_due")),
        comment="Visits, by their first version, to be compared with all others: written with each change",
    )
    op.create_table(
        "mark_clearance",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("mark_id", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("cleared_at", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mark_clearance")),
    )
    with op.batch_alter_table("mark_clearance", schema=None) as batch_op:
        batch_op.create_index("ix_mark_clearance_household_id", ["household_id"], unique=False)
        batch_op.create_index("ix_mark_clearance_mark_id", ["mark_id"], unique=False)

    op.create_table(
        "photo_print",
        sa.Column("seq", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("source_sha256", sa.String(length=64), nullable=False),
        sa.Column("print", sa.Text(), nullable=True),
        sa.Column("tried_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_photo_print")),
        sa.UniqueConstraint("root_id", "sha256", name=op.f("uq_photo_print_root_id_sha256")),
        comment="Photos of visits and their prints: '' = tells nothing, NULL = to be made of the photo",
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("photo_print", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_photo_print_sha256"), ["sha256"], unique=False)
        batch_op.create_index(batch_op.f("ix_photo_print_source_sha256"), ["source_sha256"], unique=False)

    op.create_table(
        "visit_mark",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("household_id", sa.String(length=64), nullable=False),
        sa.Column("visit_id", sa.String(length=64), nullable=False),
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("photo", sa.Text(), nullable=True),
        sa.Column("others", sa.Text(), nullable=False),
        sa.Column("explained", sa.Boolean(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("cleared_by", sa.String(length=64), nullable=False),
        sa.Column("cleared_at", sa.Text(), nullable=True),
        sa.Column("clear_reason", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit_mark")),
    )
    with op.batch_alter_table("visit_mark", schema=None) as batch_op:
        batch_op.create_index("ix_visit_mark_household_id", ["household_id"], unique=False)
        batch_op.create_index("ix_visit_mark_root_id", ["root_id"], unique=False)
        batch_op.create_index("ix_visit_mark_state_bucket", ["state", "bucket"], unique=False)

    op.create_table(
        "visit_teller",
        sa.Column("root_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("finished_at", sa.Text(), nullable=False),
        sa.Column("words", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("root_id", "user_id", name=op.f("pk_visit_teller")),
        comment="Visits that were compared, by worker and by a hash of their words ('' = too few)",
    )
    with op.batch_alter_table("visit_teller", schema=None) as batch_op:
        batch_op.create_index("ix_visit_teller_user_id", ["user_id", "finished_at"], unique=False)
        batch_op.create_index("ix_visit_teller_words", ["words", "finished_at"], unique=False)
    op.execute("INSERT INTO evidence_due (root_id) SELECT DISTINCT root_id FROM visit")
