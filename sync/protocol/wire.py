"""Messages of protocol version 1 and the canonical form of a record's body."""

import enum
import hashlib
import re
from collections.abc import Mapping
from typing import Any, Final

import orjson
import pydantic
from pydantic import ConfigDict, Field

from fieldapp.domain.errors import SyncError
from fieldapp.domain.records.base import compact

PROTOCOL: Final = 1
PROTOCOL_HEADER: Final = "Fieldapp-Protocol"
REQUEST_ID_HEADER: Final = "Fieldapp-Request-Id"
TIME_HEADER: Final = "Fieldapp-Time"
"""The server's time in an answer without a body: a clock that was set right is believed at once."""
PACKAGE_TYPE: Final = "application/x-fieldapp-package"
MAX_BATCH_OPS: Final = 200
MAX_BATCH_BYTES: Final = 512 * 1024
MAX_PUT_BYTES: Final = 1024 * 1024
MAX_GROUP_BYTES: Final = 2 * 1024 * 1024
"""Blobs that are sent in one request hold no more together."""
MAX_GROUP_BLOBS: Final = 100
CHUNK_BYTES: Final = 256 * 1024
MAX_BLOB_BYTES: Final = 32 * 1024 * 1024
BLOB_GROUPS: Final = 4
"""The edition from which a server takes several blobs in one request."""
MOVED_TO: Final = 3
"""The edition from which a device is told where a household that left it lives now."""

_ROW: Final = re.compile(rb'\["([a-z_]+)",(\d{1,18}),(\{.*\})\]', re.DOTALL)
_EMPTY: Final = (b"null", b'""', b"[]", b"{}")
"""What an empty value looks like in JSON, at any depth."""
Body = dict[str, Any]
"""A record on the wire: JSON values, fields that are None or empty left out."""


class Message(pydantic.BaseModel):
    """Base of all messages: unknown keys are ignored, so that newer ends can add some."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Action(enum.StrEnum):
    """What an op does: put a whole new record, or patch fields of one that exists."""

    PUT = "put"
    PATCH = "patch"


class Op(Message):
    """One change. `base_rev` is the revision the worker saw (patch); `hlc` orders concurrent edits."""

    op_id: str = Field(min_length=1, max_length=64)
    kind: str = Field(max_length=30)
    id: str = Field(min_length=1, max_length=64)
    action: Action
    base_rev: int = 0
    hlc: str = Field(default="", max_length=80)
    body: Body


class Batch(Message):
    """Ops of one install, in order. `n` counts batches of the install from 1 without gaps; `edition` says
    which kinds its program knows."""

    batch_id: str = Field(min_length=1, max_length=64)
    install_id: str = Field(min_length=1, max_length=64)
    n: int = Field(ge=1)
    sent_at: str
    edition: int = 1
    ops: list[Op] = Field(max_length=MAX_BATCH_OPS)


class Outcome(enum.StrEnum):
    """What became of an op."""

    ACCEPTED = "accepted"
    MERGED = "merged"
    CONFLICT = "conflict"
    MOVED = "moved"
    REFUSED = "refused"


class OpResult(Message):
    """Answer per op. `rev`, `h`, `bucket` describe the stored record; `body` comes when it differs
    from what the device has (merged, conflict, moved, refused patch), `filled` when nothing differs but
    what the server filled in (None = cleared); `code` says why refused."""

    op_id: str
    outcome: Outcome
    bucket: str = ""
    rev: int = 0
    h: str = ""
    body: Body | None = None
    filled: Body | None = None
    code: str = ""
    field: str = ""


class BucketCheck(Message):
    """A bucket after a batch: its revision, and count and sum of the kinds that both ends know."""

    rev: int
    count: int
    sum: str


class PushAnswer(Message):
    """Answer to a batch, stored with it: the same batch again gets the same answer again.

    With `checks` (by bucket, for the kinds of `edition`) the results hold all that the server knows of
    the records: a device whose own changes follow its cursor without a gap need not pull them.
    """

    batch_id: str
    epoch: str
    server_time: str
    results: list[OpResult]
    edition: int = 1
    checks: dict[str, BucketCheck] | None = None


class OlderBucket(Message):
    """A bucket that was read by an older edition of the device's program: of the kinds that are newer
    than `edition` the device holds what has a revision up to `filled`."""

    edition: int = Field(ge=0)
    filled: int = 0


TELLS_WAITING: Final = 4
"""The first edition whose programs tell what waits on them."""


class PullRequest(Message):
    """What the device has: the revision up to which it holds each bucket of its scope.

    `edition` says which kinds its program knows; `older` names buckets that lack some of them. `waiting`
    is how many ops and photos the server has not taken yet.
    """

    install_id: str
    epoch: str = ""
    edition: int = Field(default=1, ge=1)
    waiting: int = Field(default=0, ge=0, le=2**31 - 1)
    have: dict[str, int] = Field(default_factory=dict)
    older: dict[str, OlderBucket] = Field(default_factory=dict)


class EnrolRequest(Message):
    """One-time code → device token."""

    code: str = Field(max_length=40)
    install_id: str = Field(max_length=64)
    device_name: str = Field(max_length=100)
    platform: str = Field(default="", max_length=100)
    app_version: str = Field(default="", max_length=20)


class EnrolAnswer(Message):
    """The device's identity. `token` is shown once; `edition` is the server's; `escrow_keys` are county
    X25519 keys (base64)."""

    device_id: str
    token: str
    user_id: str
    user_name: str
    county_name: str
    dataset: str
    epoch: str
    server_time: str
    edition: int = 1
    escrow_keys: list[str] = Field(default_factory=list)


class MissingBlobs(Message):
    """Which of the asked blobs the server does not hold completely; the others it has proved to hold."""

    missing: list[str]


class StoredBlobs(Message):
    """What became of blobs that were sent together, by hash: '' = on the server's disk and verified, else the
    code of the refusal."""

    results: dict[str, str]


class AskedBlobs(MissingBlobs):
    """The same answer where it does not follow its question directly: `sha256` is what was asked, `epoch`
    the database of which it is true ('' = not told)."""

    sha256: list[str]
    epoch: str = ""


class HandOverRequest(Message):
    """A revoked device asks to send its last work, with a one-time code of its owner."""

    code: str = Field(max_length=40)


class HandOverAnswer(Message):
    """Until when it may."""

    until: str


class ErrorBody(Message):
    """The one error answer of every route."""

    code: str
    message: str = ""
    details: dict[str, Any] = Field(default_factory=dict)
    request_id: str = ""


def canonical(body: Body) -> bytes:
    """The canonical bytes of a body: UTF-8 JSON, keys sorted, no spaces, nothing empty.

    Only the server makes canonical bytes; devices hash them as received.
    """
    text = orjson.dumps(body, option=orjson.OPT_SORT_KEYS)
    if not any(empty in text for empty in _EMPTY):
        return text  # what devices send is compact already; looking for it in every value takes longer
    return orjson.dumps(compact(body), option=orjson.OPT_SORT_KEYS)


def checksum(canonical_body: bytes) -> int:
    """Row checksum h: first 8 bytes of SHA-256 over the canonical body (which holds the id)."""
    return int.from_bytes(hashlib.sha256(canonical_body).digest()[:8])


def checksum_text(h: int) -> str:
    """h as 16 hex digits, its form on the wire."""
    return f"{h:016x}"


def pack_blobs(contents: Mapping[str, bytes]) -> bytes:
    """Several blobs as one body: a line with hash and size of each, then their bytes."""
    head = orjson.dumps([[sha256, len(content)] for sha256, content in contents.items()])
    return b"\n".join((head, b"".join(contents.values())))


def unpack_blobs(packed: bytes) -> dict[str, bytes]:
    """Inverse of pack_blobs; whether the hashes fit is not asked here. Raises SyncError("bad_request")."""
    head, _, content = packed.partition(b"\n")
    found: dict[str, bytes] = {}
    at = 0
    try:
        for sha256, size in orjson.loads(head):
            if not isinstance(sha256, str) or type(size) is not int or size < 0:
                raise SyncError("bad_request")
            found[sha256] = content[at : at + size]
            at += size
    except (ValueError, TypeError):
        raise SyncError("bad_request") from None
    if at != len(content) or not 0 < len(found) <= MAX_GROUP_BLOBS:
        raise SyncError("bad_request")
    return found


def row_line(kind: str, rev: int, canonical_body: bytes) -> bytes:
    """A feed line that carries a record: `["visits",17,{…}]`."""
    return b'["%s",%d,%s]\n' % (kind.encode(), rev, canonical_body)


def gone_line(kind: str, rev: int, record_id: str, reason: str, bucket: str = "") -> bytes:
    """A feed line for a record that left the bucket: reason "left" (moved away) or "deleted". `bucket` is
    where a household lives now, for devices of edition MOVED_TO or later."""
    place = (bucket,) if bucket else ()
    return orjson.dumps([kind, rev, None, record_id, reason, *place]) + b"\n"


def control_line(word: str, **facts: Any) -> bytes:
    """A feed line that steers: scope, begin, end, done."""
    return orjson.dumps([word, facts]) + b"\n"


def split_row(line: bytes) -> tuple[str, int, bytes]:
    """Parts of a row line: kind, rev and the untouched canonical bytes.

    Raises SyncError("bad_feed") on anything else.
    """
    found = _ROW.fullmatch(line)
    if found is None:
        raise SyncError("bad_feed")
    kind, rev, body = found.groups()
    return kind.decode(), int(rev), body
