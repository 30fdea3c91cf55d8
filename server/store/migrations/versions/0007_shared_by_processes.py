"""What several server processes must know of each other: tries by address, and who does which job."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add both tables, empty."""
    op.create_table(
        "sign_in_tries",
        sa.Column("address_sha256", sa.String(length=64), nullable=False),
        sa.Column("rested_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("address_sha256", name=op.f("pk_sign_in_tries")),
        comment="Until when an address pays for wrong codes and passwords (seconds since 1970)",
    )
    op.create_table(
        "job",
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("held_until", sa.Text(), nullable=False),
        sa.Column("done_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_job")),
        comment="Background jobs: whose lease runs until when, and when each was last done",
    )
