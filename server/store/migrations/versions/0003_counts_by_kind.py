"""Counts and sums of buckets by kind: a device of an older edition is told of the kinds it knows only"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

HALF = 1 << 32


def upgrade() -> None:
    bucket_kind = op.create_table(
        "bucket_kind",
        sa.Column("bucket", sa.String(length=64), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=False),
        sa.Column("sum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", "kind", name=op.f("pk_bucket_kind")),
        comment="Count and sum (signed) of a bucket's live records by kind",
    )
    # Summed in halves: the sum of whole checksums would leave 64 bits.
    counted = op.get_bind().execute(
        sa.text(
            "SELECT bucket, kind, count(*), sum(h >> 32), sum(h & 4294967295) FROM record "
            "WHERE bucket <> '' AND NOT deleted GROUP BY bucket, kind"
        )
    )
    rows = [
        {"bucket": bucket, "kind": kind, "row_count": count, "sum": _signed(int(high) * HALF + int(low))}
        for bucket, kind, count, high, low in counted
    ]
    op.bulk_insert(bucket_kind, rows)
    with op.batch_alter_table("bucket") as bucket:
        bucket.drop_column("row_count")
        bucket.drop_column("sum")
    if op.get_bind().dialect.supports_comments:
        op.create_table_comment(
            "bucket", "Counter of each bucket; the row lock orders revisions and guards bucket_kind"
        )


def _signed(number: int) -> int:
    """The number modulo 2^64 as both engines store it."""
    return (number + (1 << 63)) % (1 << 64) - (1 << 63)
