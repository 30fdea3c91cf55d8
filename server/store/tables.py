"""Tables of the server: truth, feed and bookkeeping. Typed projections are in projections.py.

`record` holds every synced record as the canonical text that devices receive; all else about records
(feed, sums, projections) follows from it. Times are UTC text (clock.instant_text).
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import registry

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}
server_registry = registry(metadata=MetaData(naming_convention=NAMING))
metadata = server_registry.metadata

meta = Table(
    "meta",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("value", Text, nullable=False),
    comment="Single values: epoch, dataset, county_code, county_name",
)

bucket = Table(
    "bucket",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("rev", BigInteger, nullable=False, default=0),
    Column("min_rev", BigInteger, nullable=False, default=0),
    comment="Counter of each bucket; the row lock orders revisions and guards bucket_kind",
)

spot_check_population = Table(
    "spot_check_population",
    metadata,
    Column("spot_check_id", String(64), primary_key=True),
    Column("subject_id", String(64), primary_key=True),
    Column("stratum", String(15), nullable=False),
    comment="What a spot check is drawn from, as fixed with its plan: the draw can be made again",
)

bucket_kind = Table(
    "bucket_kind",
    metadata,
    Column("bucket", String(64), primary_key=True),
    Column("kind", String(30), primary_key=True),
    Column("row_count", BigInteger, nullable=False),
    Column("sum", BigInteger, nullable=False),
    comment="Count and sum (signed) of a bucket's live records by kind",
)

record = Table(
    "record",
    metadata,
    Column("kind", String(30), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("bucket", String(64), nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("h", BigInteger, nullable=False),
    Column("body", Text, nullable=False),
    Column("field_meta", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Index("ix_record_bucket_rev", "bucket", "rev"),
)

tombstone = Table(
    "tombstone",
    metadata,
    Column("kind", String(30), primary_key=True),
    Column("id", String(64), primary_key=True),
    Column("bucket", String(64), primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("reason", String(20), nullable=False),
    Column("at", Text, nullable=False),
    Index("ix_tombstone_bucket_rev", "bucket", "rev"),
)

field_history = Table(
    "field_history",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("kind", String(30), nullable=False),
    Column("record_id", String(64), nullable=False),
    Column("field", String(64), nullable=False),
    Column("old", Text, nullable=False),
    Column("new", Text, nullable=False),
    Column("by_user", String(64), nullable=False),
    Column("device_id", String(64), nullable=False),
    Column("hlc", String(80), nullable=False),
    Column("bucket", String(64), nullable=False),
    Column("rev", BigInteger, nullable=False),
    Column("at", Text, nullable=False),
    Column("conflict", Boolean, nullable=False),
    Column("kept", Boolean, nullable=False),
    Index("ix_field_history_kind_record_id", "kind", "record_id"),
    comment="Every change of master data; kept=false are losers of a merge. JSON values",
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("device_id", String(64), nullable=False),
    Column("install_id", String(64), nullable=False),
    Column("batch_id", String(64), nullable=False),
    Column("op_id", String(64), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("record_id", String(64), nullable=False),
    Column("code", String(40), nullable=False),
    Column("field", String(100), nullable=False),
    Column("op", LargeBinary, nullable=False),
    comment="Refused ops as received; the only place where a refused body is kept",
)

push_log = Table(
    "push_log",
    metadata,
    Column("install_id", String(64), primary_key=True),
    Column("n", BigInteger, primary_key=True),
    Column("batch_id", String(64), nullable=False),
    Column("device_id", String(64), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("answer", LargeBinary, nullable=False),
    Column("at", Text, nullable=False),
    UniqueConstraint("batch_id"),
)

user_account = Table(
    "user_account",
    metadata,
    Column("user_id", String(64), primary_key=True),
    Column("login", String(64), nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("phone", String(30), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("locked_until", Text, nullable=True),
    Column("created_at", Text, nullable=False),
    UniqueConstraint("login"),
    comment="What a server knows of a user beside the synced record of kind users",
)

enrolment_code = Table(
    "enrolment_code",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("user_id", String(64), ForeignKey("user_account.user_id"), nullable=False),
    Column("created_by", String(64), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_at", Text, nullable=True),
)

device = Table(
    "device",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", String(64), ForeignKey("user_account.user_id"), nullable=False, index=True),
    Column("install_id", String(64), nullable=False),
    Column("name", String(100), nullable=False),
    Column("platform", String(100), nullable=False),
    Column("app_version", String(20), nullable=False),
    Column("token_sha256", String(64), nullable=False),
    Column("created_at", Text, nullable=False),
    Column("last_seen", Text, nullable=False),
    Column("last_sync", Text, nullable=True),
    Column("revoked_at", Text, nullable=True),
    Column("hand_over_until", Text, nullable=True),
    Column("waiting", Integer, nullable=True),
    UniqueConstraint("token_sha256"),
)

session_token = Table(
    "session_token",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("user_id", String(64), ForeignKey("user_account.user_id"), nullable=False, index=True),
    Column("created_at", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("at", Text, nullable=False),
    Column("user_id", String(64), nullable=False),
    Column("device_id", String(64), nullable=False),
    Column("act", String(40), nullable=False),
    Column("object_kind", String(30), nullable=False),
    Column("object_id", String(64), nullable=False),
    Column("reason", String(200), nullable=False, server_default=""),
    comment="Acts on the server: ids, and the reason where one was asked for",
)

blob_ref = Table(
    "blob_ref",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("kind", String(30), primary_key=True),
    Column("record_id", String(64), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("mime", String(100), nullable=False),
    Index("ix_blob_ref_kind_record_id", "kind", "record_id"),
    comment="Which records name which blobs; a blob is here when its file has its name",
)

sign_in_tries = Table(
    "sign_in_tries",
    metadata,
    Column("address_sha256", String(64), primary_key=True),
    Column("rested_at", Double, nullable=False),
    comment="Until when an address pays for wrong codes and passwords (seconds since 1970)",
)

visit_tally = Table(
    "visit_tally",
    metadata,
    Column("bucket", String(64), primary_key=True),
    Column("month", String(10), primary_key=True),
    Column("rev", BigInteger, nullable=False),
    Column("parameters_rev", BigInteger, nullable=False),
    Column("version", Integer, nullable=False),
    Column("holds_until", Text, nullable=False),
    Column("counts", Text, nullable=False),
    comment="Visit counts of a month by bucket, as JSON; right for these revisions until that instant",
)

evidence_due = Table(
    "evidence_due",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("root_id", String(64), nullable=False),
    comment="Visits, by their first version, to be compared with all others: written with each change",
)

visit_teller = Table(
    "visit_teller",
    metadata,
    Column("root_id", String(64), primary_key=True),
    Column("user_id", String(64), primary_key=True),
    Column("finished_at", Text, nullable=False),
    Column("words", String(32), nullable=False),
    Index("ix_visit_teller_user_id", "user_id", "finished_at"),
    Index("ix_visit_teller_words", "words", "finished_at"),
    comment="Visits that were compared, by worker and by a hash of their words ('' = too few)",
)

photo_print = Table(
    "photo_print",
    metadata,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("root_id", String(64), nullable=False),
    Column("sha256", String(64), nullable=False, index=True),
    Column("source_sha256", String(64), nullable=False, index=True),
    Column("print", Text, nullable=True),
    Column("tried_at", Text, nullable=False),
    UniqueConstraint("root_id", "sha256"),
    comment="Photos of visits and their prints: '' = tells nothing, NULL = to be made of the photo",
    sqlite_autoincrement=True,  # a number is never used twice: what is known goes by it
)

job = Table(
    "job",
    metadata,
    Column("name", String(30), primary_key=True),
    Column("held_until", Text, nullable=False),
    Column("done_at", Text, nullable=False),
    comment="Background jobs: whose lease runs until when, and when each was last done",
)

import_batch = Table(
    "import_batch",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("ledger", String(30), nullable=False),
    Column("user_id", String(64), nullable=False, index=True),
    Column("source", Text, nullable=False),
    Column("legal_basis", Text, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("row_count", Integer, nullable=False),
    Column("ok", Integer, nullable=False),
    Column("bad", Integer, nullable=False),
    Column("unknown", Integer, nullable=False),
    Column("findings", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("keep_until", Text, nullable=False),
    comment="Files of other departments; findings: row, code and person of what does not agree",
)

import_fact = Table(
    "import_fact",
    metadata,
    Column("digest", String(64), primary_key=True),
    Column("ledger", String(30), nullable=False),
    Column("person_id", String(64), nullable=False),
    Column("batch_id", String(64), nullable=False),
    Column("cells", Text, nullable=False),
    Column("at", Text, nullable=False),
    Index("ix_import_fact_ledger_person_id", "ledger", "person_id"),
    comment="Matched rows of other departments' files, each once; cells as JSON",
)

import_job = Table(
    "import_job",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("user_id", String(64), nullable=False, index=True),
    Column("state", String(20), nullable=False),
    Column("name", String(255), nullable=False),
    Column("sheet", String(100), nullable=False),
    Column("area_code", String(15), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("refused", LargeBinary, nullable=True),
    Column("plan_sha256", String(64), nullable=False),
    Column("outcome", Text, nullable=False),
    Column("done", Integer, nullable=False),
    Column("whole", Integer, nullable=False),
    Column("stop", Boolean, nullable=False),
    Column("held_until", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("ledger", Text, nullable=False, server_default=""),
    Column("source", Text, nullable=False, server_default=""),
    Column("legal_basis", Text, nullable=False, server_default=""),
    comment="Imports of rosters from the console; the file is kept until it is written or given up",
)
