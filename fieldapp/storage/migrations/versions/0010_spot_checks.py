"""Spot checks: plans, drawn targets, results and what towns put right, and checks being filled in."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the kinds, and the drafts."""
    op.create_table(
        "spot_check_drafts",
        sa.Column("target_id", sa.String(), nullable=False),
        sa.Column("started_at", sa.Text(), nullable=False),
        sa.Column("saved_at", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.Text(), nullable=True),
        sa.Column("body", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("target_id"),
    )
    op.create_table(
        "spot_check_rectifications",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("h", sa.Integer(), nullable=False),
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
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_spot_check_rectifications_result", "spot_check_rectifications", ["result_id"], unique=False
    )

    op.create_table(
        "spot_check_results",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("h", sa.Integer(), nullable=False),
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
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_spot_check_results_area", "spot_check_results", ["area_code", "checked_at"], unique=False
    )
    op.create_index("ix_spot_check_results_target", "spot_check_results", ["target_id"], unique=False)

    op.create_table(
        "spot_check_targets",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("h", sa.Integer(), nullable=False),
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
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "spot_checks",
        sa.Column("bucket", sa.String(), nullable=False),
        sa.Column("rev", sa.Integer(), nullable=False),
        sa.Column("h", sa.Integer(), nullable=False),
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
        sa.PrimaryKeyConstraint("id"),
    )
