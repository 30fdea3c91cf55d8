"""What the visit rules ask of visits in one index, and plans made anew without search texts."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Widen the indexes of visits; say of stale households whether their words are stale too."""
    op.drop_index("ix_visits_household", "visits")
    op.create_index(
        "ix_visits_household",
        "visits",
        [
            "household_id", "finished_at", "superseded", "state", "mode", "result", "purpose", "area_code",
            "received_at", "amends", "visitors", "id",
        ],
        unique=False,
    )  # fmt: skip
    op.drop_index("ix_visits_area_time", "visits")
    op.create_index(
        "ix_visits_area_time", "visits", ["area_code", "finished_at", "household_id"], unique=False
    )
    op.add_column(
        "stale_households", sa.Column("words", sa.Boolean(), nullable=False, server_default=sa.text("1"))
    )
