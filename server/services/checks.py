"""Looks for damage: what must hold between records, buckets, typed rows and blobs.

Read-only, on one state of the database. Findings name kinds and ids, never content.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import orjson
from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.base import compact
from server.services.evidence_checks import recount_evidence
from server.services.relief_checks import recount
from server.services.spot_check_results import recount as recount_spot_checks
from server.services.visit_tallies import differing_tallies
from server.store import tables
from server.store.blob_store import BlobStore
from server.store.bodies import check_body
from server.store.clue_standing import STANDING_FIELDS, standing_fields, state_of_bodies
from server.store.household_risk import bodies_by_household, history_of, risk_fields
from server.store.projections import ROWS, parameters_of, read_rows, row_reader, row_table
from server.store.store import Store
from server.store.unit_of_work import to_unsigned
from sync.protocol.entities import ENTITIES, REF_BUCKET, USER_BUCKET, blobs_of, desk_area
from sync.protocol.wire import Body, checksum

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be."""

    check: str
    kind: str
    id: str

    def __str__(self) -> str:
        return f"{self.check} {self.kind} {self.id}".rstrip()


@dataclass(slots=True)
class _Bucket:
    newest: int = 0
    kinds: dict[str, tuple[int, int]] = field(default_factory=dict)


def check_store(store: Store, blobs: BlobStore | None = None) -> list[Finding]:
    """All findings; [] = sound. With `blobs`, every named photo is also read and hashed."""
    findings: list[Finding] = []
    with store.read() as connection:
        seen = _Seen()
        for page in _record_pages(connection):
            findings += _check_page(connection, page, seen)
        findings += _check_references(seen)
        findings += _check_buckets(connection, seen)
        findings += _check_strays(connection, seen)
        findings += _check_blob_refs(connection, seen)
        findings += _check_risks(connection, seen)
        findings += [
            Finding("tally_differs", "visits", f"{bucket} {month}")
            for bucket, month in differing_tallies(connection, store.clock())
        ]
        findings += _check_clues(connection, seen)
        findings += [Finding(*found) for found in recount(connection)]
        findings += [Finding(*found) for found in recount_evidence(connection)]
        findings += [Finding(*found) for found in recount_spot_checks(connection)]
    if blobs is not None:
        findings += _check_blob_files(blobs, seen)
    return findings


class _Seen:
    """What was met on the way through the records."""

    def __init__(self) -> None:
        self.buckets: dict[str, _Bucket] = defaultdict(_Bucket)
        self.revs: set[tuple[str, int]] = set()
        self.areas: set[str] = set()
        self.households: dict[str, str] = {}
        self.risks: dict[str, tuple[str | None, str | None]] = {}
        self.children: list[tuple[str, str, str, str]] = []
        self.placed: list[tuple[str, str, str]] = []
        self.live: dict[str, int] = defaultdict(int)
        self.clues: dict[str, Body] = {}
        self.steps: dict[str, list[Body]] = defaultdict(list)
        self.blob_refs: set[tuple[str, str, str]] = set()


def _record_pages(connection: Connection) -> Iterator[list[Any]]:
    """All records by kind and id, some hundred at a time."""
    c = tables.record.c
    for kind in ENTITIES:
        after = ""
        while True:
            query = select(tables.record).where(c.kind == kind, c.id > after).order_by(c.id).limit(_PAGE)
            page = list(connection.execute(query))
            if not page:
                break
            yield page
            after = page[-1].id


def _check_page(connection: Connection, page: list[Any], seen: _Seen) -> Iterator[Finding]:
    kind = page[0].kind
    rows = read_rows(connection, kind, [record.id for record in page])
    reader = row_reader(kind)
    for record in page:
        if record.bucket:
            yield from _check_revision(record, seen)
        if record.deleted:
            continue
        body: Body = orjson.loads(record.body)
        seen.live[kind] += 1
        if checksum(record.body.encode()) != to_unsigned(record.h):
            yield Finding("checksum", kind, record.id)
        try:
            canonical = check_body(kind, body).text
        except RuleError:
            yield Finding("body_invalid", kind, record.id)
            continue
        if canonical != record.body.encode() or body["id"] != record.id:
            yield Finding("body_not_canonical", kind, record.id)
        if rows.get(record.id) != reader.read(body, record.bucket):
            yield Finding("row_differs", kind, record.id)
        _collect(kind, record, body, seen)


def _check_revision(record: Any, seen: _Seen) -> Iterator[Finding]:
    bucket = seen.buckets[record.bucket]
    bucket.newest = max(bucket.newest, record.rev)
    if (record.bucket, record.rev) in seen.revs:
        yield Finding("revision_twice", record.kind, record.id)
    seen.revs.add((record.bucket, record.rev))
    if not record.deleted:
        rows, total = bucket.kinds.get(record.kind, (0, 0))
        bucket.kinds[record.kind] = (rows + 1, to_unsigned(total + record.h))


def _collect(kind: str, record: Any, body: Body, seen: _Seen) -> None:
    via = ENTITIES[kind].bucket_via
    if kind == "areas":
        seen.areas.add(record.id)
    if via == "ref":
        seen.placed.append((kind, record.id, "" if record.bucket == REF_BUCKET else record.bucket))
    if via == "user":
        own = f"{USER_BUCKET}{body['user_id']}"
        seen.placed.append((kind, record.id, "" if record.bucket == own else record.bucket))
    if kind == "clues":
        seen.clues[record.id] = body
    if kind == "clue_steps":
        seen.steps[body["clue_id"]].append(body)
    if kind == "households":
        seen.households[record.id] = body["area_code"]
        seen.risks[record.id] = (body.get("risk_level"), body.get("risk_assessment_id"))
        seen.children.append((kind, record.id, record.id, record.bucket))
    elif via == "place" and record.bucket != body["area_code"]:
        seen.placed.append((kind, record.id, record.bucket))
    elif via in ("household", "desk") and "household_id" in body:
        area = desk_area(record.bucket) if via == "desk" else record.bucket
        seen.children.append((kind, record.id, body["household_id"], area))
    for sha256, _, _ in blobs_of(kind, body):
        seen.blob_refs.add((sha256, kind, record.id))


def _check_references(seen: _Seen) -> Iterator[Finding]:
    yield from (Finding("wrong_bucket", kind, id_) for kind, id_, wrong in seen.placed if wrong)
    for household, area in seen.households.items():
        if area not in seen.areas:
            yield Finding("unknown_area", "households", household)
    for kind, record_id, household, bucket in seen.children:
        if household not in seen.households:
            yield Finding("unknown_household", kind, record_id)
        elif seen.households[household] != bucket:
            yield Finding("wrong_bucket", kind, record_id)


def _check_buckets(connection: Connection, seen: _Seen) -> Iterator[Finding]:
    for gone in connection.execute(select(tables.tombstone)):
        bucket = seen.buckets[gone.bucket]
        bucket.newest = max(bucket.newest, gone.rev)
        if (gone.bucket, gone.rev) in seen.revs and gone.reason != "deleted":
            yield Finding("revision_twice", gone.kind, gone.id)
    revs = {row.id: row.rev for row in connection.execute(select(tables.bucket))}
    kinds: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in connection.execute(select(tables.bucket_kind)):
        if row.row_count or row.sum:
            kinds[row.bucket][row.kind] = (row.row_count, to_unsigned(row.sum))
    for name in sorted(seen.buckets.keys() | revs.keys() | kinds.keys()):
        counted = seen.buckets[name]
        if counted.newest > revs.get(name, -1):
            yield Finding("bucket_behind", "bucket", name)
        elif counted.kinds != kinds[name]:
            yield Finding("bucket_sum", "bucket", name)


def _check_strays(connection: Connection, seen: _Seen) -> Iterator[Finding]:
    """Typed rows whose record is not there."""
    record = tables.record.c
    for kind in ROWS:
        row = row_table(kind).c
        there = select(record.id).where(record.kind == kind, record.id == row.id, record.deleted.is_(False))
        for stray in connection.scalars(select(row.id).where(~there.exists())):
            yield Finding("row_without_record", kind, stray)


def _check_blob_refs(connection: Connection, seen: _Seen) -> Iterator[Finding]:
    c = tables.blob_ref.c
    stored = {tuple(row) for row in connection.execute(select(c.sha256, c.kind, c.record_id))}
    for _, kind, record_id in sorted(seen.blob_refs ^ stored):
        yield Finding("blob_reference", kind, record_id)


def _check_risks(connection: Connection, seen: _Seen) -> Iterator[Finding]:
    """Households whose level is not what their assessments come to."""
    parameters = parameters_of(connection)
    for household_id, bodies in sorted(bodies_by_household(connection).items()):
        fields = risk_fields(history_of(bodies, parameters))
        told = seen.risks.get(household_id)
        if fields and told is not None and told != (fields["risk_level"], fields["risk_assessment_id"]):
            yield Finding("risk_differs", "households", household_id)


def _check_clues(connection: Connection, seen: _Seen) -> Iterator[Finding]:
    """Clues that do not stand where their steps lead, or whose reporter was told otherwise or not at all."""
    parameters = parameters_of(connection)
    receipt_row = row_table("clue_receipts").c
    told = dict(connection.execute(select(receipt_row.clue_id, receipt_row.status)).all())
    for clue_id, body in sorted(seen.clues.items()):
        steps = seen.steps.pop(clue_id, [])
        fields = compact(standing_fields(state_of_bodies(body, steps), parameters))
        if fields != {name: body[name] for name in STANDING_FIELDS if name in body}:
            yield Finding("clue_differs", "clues", clue_id)
        shown = seen.clues.get(body.get("main_id", ""), body) if body["status"] == "DUPLICATE" else body
        if told.get(clue_id) != shown["status"]:
            yield Finding("receipt_differs", "clues", clue_id)
    for clue_id in sorted(seen.steps):
        yield Finding("step_without_clue", "clues", clue_id)


def _check_blob_files(blobs: BlobStore, seen: _Seen) -> Iterator[Finding]:
    wanted: Iterable[str] = sorted({sha256 for sha256, _, _ in seen.blob_refs})
    for sha256 in wanted:
        if not blobs.has(sha256):
            yield Finding("blob_missing", "blob", sha256)  # its device may still be on the way
        elif not blobs.hash_fits(sha256):
            yield Finding("blob_damaged", "blob", sha256)
