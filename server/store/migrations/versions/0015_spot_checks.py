"""Spot checks: plans, what they are drawn from, targets, results and what towns put right."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the kinds, and the populations fixed with the plans."""
    op.create_table(
        "spot_check",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("area_code", sa.String(length=6), nullable=False),
        sa.Column("plan_no", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("rate", sa.Integer(), nullable=False),
        sa.Column("minimum", sa.Integer(), nullable=False),
        sa.Column("period_from", sa.Text(), nullable=False),
        sa.Column("period_to", sa.Text(), nullable=False),
        sa.Column("check_from", sa.Text(), nullable=False),
        sa.Column("check_until", sa.Text(), nullable=False),
        sa.Column("population_digest", sa.String(length=64), nullable=False),
        sa.Column("strata", sa.Text(), nullable=False),
        sa.Column("inspectors", sa.Text(), nullable=False),
        sa.Column("seed", sa.String(length=100), nullable=False),
        sa.Column("witnesses", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.Text(), nullable=True),
        sa.Column("drawn_by", sa.String(length=64), nullable=False),
        sa.Column("publications", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check")),
    )
    op.create_table(
        "spot_check_population",
        sa.Column("spot_check_id", sa.String(length=64), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("stratum", sa.String(length=15), nullable=False),
        sa.PrimaryKeyConstraint("spot_check_id", "subject_id", name=op.f("pk_spot_check_population")),
        comment="What a spot check is drawn from, as fixed with its plan: the draw can be made again",
    )
    op.create_table(
        "spot_check_rectification",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("spot_check_id", sa.String(length=64), nullable=False),
        sa.Column("result_id", sa.String(length=64), nullable=False),
        sa.Column("area_code", sa.String(length=15), nullable=False),
        sa.Column("rectified_on", sa.Text(), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("recorded_at", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check_rectification")),
    )
    op.create_index(
        "ix_spot_check_rectification_result_id", "spot_check_rectification", ["result_id"], unique=False
    )

    op.create_table(
        "spot_check_result",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("spot_check_id", sa.String(length=64), nullable=False),
        sa.Column("target_id", sa.String(length=64), nullable=False),
        sa.Column("plan_no", sa.String(length=30), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("area_code", sa.String(length=15), nullable=False),
        sa.Column("second_id", sa.String(length=64), nullable=False),
        sa.Column("second_name", sa.String(length=50), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("checked_at", sa.Text(), nullable=False),
        sa.Column("met", sa.Text(), nullable=False),
        sa.Column("identity_agrees", sa.Text(), nullable=False),
        sa.Column("category_agrees", sa.Text(), nullable=False),
        sa.Column("amount_agrees", sa.Text(), nullable=False),
        sa.Column("visit_true", sa.Text(), nullable=False),
        sa.Column("notice_posted", sa.Text(), nullable=False),
        sa.Column("satisfaction", sa.Text(), nullable=True),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("detail", sa.String(length=1000), nullable=False),
        sa.Column("rectify_due", sa.Text(), nullable=True),
        sa.Column("photos", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=True),
        sa.Column("lead_signature", sa.Text(), nullable=True),
        sa.Column("second_signature", sa.Text(), nullable=True),
        sa.Column("rectified_on", sa.Text(), nullable=True),
        sa.Column("rectified_note", sa.String(length=500), nullable=False),
        sa.Column("rectified_by", sa.String(length=64), nullable=False),
        sa.Column("received_at", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check_result")),
    )
    op.create_index(
        "ix_spot_check_result_spot_check_id", "spot_check_result", ["spot_check_id"], unique=False
    )
    op.create_index("ix_spot_check_result_target_id", "spot_check_result", ["target_id"], unique=False)

    op.create_table(
        "spot_check_target",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.Text(), nullable=False),
        sa.Column("created_by", sa.String(length=64), nullable=False),
        sa.Column("updated_at", sa.Text(), nullable=False),
        sa.Column("updated_by", sa.String(length=64), nullable=False),
        sa.Column("device_id", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.String(length=64), nullable=False),
        sa.Column("second_id", sa.String(length=64), nullable=False),
        sa.Column("second_name", sa.String(length=50), nullable=False),
        sa.Column("spot_check_id", sa.String(length=64), nullable=False),
        sa.Column("plan_no", sa.String(length=30), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.String(length=64), nullable=False),
        sa.Column("area_code", sa.String(length=15), nullable=False),
        sa.Column("area_name", sa.String(length=100), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("check_until", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.Text(), nullable=False),
        sa.Column("barred", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("replaces", sa.String(length=64), nullable=True),
        sa.Column("replaced_by", sa.String(length=64), nullable=True),
        sa.Column("replace_reason", sa.String(length=300), nullable=False),
        sa.Column("result_id", sa.String(length=64), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spot_check_target")),
    )
    op.create_index(
        "ix_spot_check_target_spot_check_id", "spot_check_target", ["spot_check_id"], unique=False
    )
