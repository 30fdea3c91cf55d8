"""Reads the server's feed into the store: pages of rows with their cursors, then derived rows
(docs/sync-protocol.md, section 5)."""

import datetime as dt
import logging
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Final

import orjson
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import local_day
from fieldapp.domain.errors import SyncError
from fieldapp.storage import feed, meta, outbox
from sync.engine.memory import collector_paused
from sync.engine.push import is_outdated, note_epoch, push_all
from sync.engine.session import CancelToken, Stage, SyncSession, Tally, clock_differs, note_clock
from sync.protocol.wire import PullRequest, split_row

log = logging.getLogger(__name__)
PAGE_ROWS: Final = 8000
PAGE_BYTES: Final = 8 * 1024 * 1024
"""Committed together: each commit writes its index pages anew, and a visit saved meanwhile waits for one."""
PAGE_SPAN: Final = dt.timedelta(seconds=5)
"""On a slow link a page is committed after this time, full or not: a kill must not cost minutes of it."""
LOOK_SECONDS: Final = 1.0
"""How often a running pull looks whether something urgent was made meanwhile."""
_BREAKS: Final = frozenset({"offline", "cancelled"})
"""Ends of a stream after which the rows that came are still good."""
_CONTROL: Final = (b'["scope",', b'["begin",', b'["end",', b'["done",')


@dataclass(frozen=True, slots=True)
class Pulled:
    """What a pull found: whether there was anything new, whether the server's database was another one (kept
    batches must then be pushed first), and buckets to be read again. `broken_off`: it stopped before its end,
    as something urgent is to be sent first."""

    anything: bool = True
    new_epoch: bool = False
    unsound: tuple[str, ...] = ()
    broken_off: bool = False


def pull_all(
    session: SyncSession, tally: Tally, cancel: CancelToken, question: PullRequest | None = None
) -> Pulled:
    """Read what is new. A bucket whose count or sum differs is read again from its start, once.

    An urgent op made meanwhile is sent at once: reading stops, and goes on behind it from the cursors.

    `question` spares the making of one, where nothing has changed since it was made.
    """
    found = _pull_unless_urgent(session, tally, cancel, question)
    if found.unsound and not found.new_epoch:
        log.warning("%d buckets differ from the server's; reading them again", len(found.unsound))
        again = _pull_unless_urgent(session, tally, cancel)
        tally.healed += [bucket for bucket in found.unsound if bucket not in again.unsound]
        if again.unsound:
            log.error("%d buckets still differ from the server's", len(again.unsound))
    return found


def _pull_unless_urgent(
    session: SyncSession, tally: Tally, cancel: CancelToken, question: PullRequest | None = None
) -> Pulled:
    found = _pull_once(session, tally, cancel, question)
    while found.broken_off:
        push_all(session, tally, cancel)
        rest = _pull_once(session, tally, cancel)
        found = Pulled(
            new_epoch=found.new_epoch or rest.new_epoch,
            unsound=tuple(dict.fromkeys((*found.unsound, *rest.unsound))),
            broken_off=rest.broken_off,
        )
    return found


def derive_all(session: SyncSession, cancel: CancelToken) -> None:
    """Make plans and search texts of all stale households anew, in transactions short enough to save
    a visit between them."""
    done = 0
    while True:
        cancel.check()
        today = local_day(session.clock())
        with collector_paused(), session.store.transaction() as connection:
            households = feed.derive(connection, today)
        if not households:
            return
        done += len(households)
        session.publish({"visit_plans": set(households)})
        session.report(Stage.DERIVE, done)


def pull_request(connection: Connection, edition: int) -> PullRequest:
    """What the device holds, as a question for what is new."""
    install_id, epoch = meta.get_several(connection, meta.INSTALL_ID, meta.EPOCH)
    have, older = feed.holdings(connection, edition)
    left = outbox.counts(connection)
    waiting = left.ops + left.refused + left.blobs
    return PullRequest(
        install_id=install_id, epoch=epoch, edition=edition, waiting=waiting, have=have, older=older
    )


def _pull_once(
    session: SyncSession, tally: Tally, cancel: CancelToken, question: PullRequest | None = None
) -> Pulled:
    if question is None:
        with session.store.reading() as connection:
            question = pull_request(connection, session.edition)
    before = session.clock()
    groups = session.transport.pull(question)
    if groups is None:
        _note_told_time(session, tally, before)
        return Pulled(anything=False)
    reader = FeedReader(session, tally, before)
    with closing(groups):
        try:
            looked = session.monotonic()
            for lines in groups:
                cancel.check()
                reader.take(lines)
                if session.monotonic() - looked >= LOOK_SECONDS:
                    looked = session.monotonic()
                    if _urgent_waits(session):
                        reader.keep_rest()
                        return reader.so_far()
        except SyncError as error:
            if error.code in _BREAKS:
                reader.keep_rest()
            raise
    return reader.finish()


def _urgent_waits(session: SyncSession) -> bool:
    with session.store.reading() as connection:
        return outbox.urgent_to_send(connection)


def _note_told_time(session: SyncSession, tally: Tally, before: dt.datetime) -> None:
    """Compare clocks also when nothing is new; a quiet cycle only writes when that tells of a change."""
    told, after = session.transport.told_time, session.clock()
    if not told:
        return
    with session.store.reading() as connection:
        if not clock_differs(connection, told, before, after):
            return
    with session.store.transaction() as connection:
        note_clock(connection, tally, told, before, after)


@dataclass(slots=True)
class _Begin:
    bucket: str
    from_rev: int
    edition: int


@dataclass(slots=True)
class _End:
    bucket: str
    rev: int
    count: int
    total: int
    edition: int


@dataclass(slots=True)
class _Batch:
    """What the next commit holds: parts of the feed in their order."""

    steps: list[_Begin | feed.Page | _End] = field(default_factory=list)
    rows: int = 0
    size: int = 0
    begun: dt.datetime | None = None


class FeedReader:
    """Turns feed lines into commits. Rows and cursors of a commit stand or fall together.

    `asked_at` is when the question went out; None for a feed that was stored on its way (a package):
    the device may have gone on since it asked, so what it holds newer already is passed over.
    """

    def __init__(self, session: SyncSession, tally: Tally, asked_at: dt.datetime | None) -> None:
        self._session = session
        self._tally = tally
        self._asked_at = asked_at
        self._passing_over = False
        self.outdated = False
        self._batch = _Batch()
        self._page: feed.Page | None = None
        self._from = 0
        self._upto = 0
        self._held = -1
        self._edition = 1
        self._scope: int = 0
        self._finished = 0
        self._new_epoch = False
        self._unsound: list[str] = []
        self._done = False

    def take(self, lines: Iterable[bytes]) -> None:
        """Read whole lines; commits whenever a page is full. Raises SyncError("bad_feed")."""
        with collector_paused():
            self._take(lines)
            now = self._session.clock()
            if self._batch.begun is None:
                self._batch.begun = now
            elif abs(now - self._batch.begun) >= PAGE_SPAN:
                self._commit()

    def _take(self, lines: Iterable[bytes]) -> None:
        for line in lines:
            if self.outdated:
                return
            if line.startswith(_CONTROL):
                self._control(line)
            elif not self._passing_over:
                self._row(line)
                if self._batch.rows >= PAGE_ROWS or self._batch.size >= PAGE_BYTES:
                    self._commit()

    def keep_rest(self) -> None:
        """Commit what came before the stream broke off: the next pull goes on from there."""
        self._commit()

    def finish(self) -> Pulled:
        """Commit the rest. Raises SyncError("offline") when the stream was cut short."""
        with collector_paused():
            self._commit()
        if not self._done and not self.outdated:
            raise SyncError("offline")
        return Pulled(new_epoch=self._new_epoch, unsound=tuple(self._unsound))

    def so_far(self) -> Pulled:
        """What was found until the reading was broken off."""
        return Pulled(new_epoch=self._new_epoch, unsound=tuple(self._unsound), broken_off=not self._done)

    def _row(self, line: bytes) -> None:
        page = self._page
        if page is None:
            raise SyncError("bad_feed")
        if line.endswith(b"}]"):
            kind, rev, body = split_row(line)
            if rev <= self._held:
                return
            page.rows.append((kind, rev, body))
        else:
            kind, rev, record_id, now = _gone(line)
            if rev <= self._held:
                return
            page.gone.append((kind, record_id))
            if now:
                page.moved_to[record_id] = now
        if rev > self._from:
            page.cursor, page.edition = rev, self._edition
        else:  # of a kind that an older edition of this program did not know
            page.filled = rev
        batch = self._batch
        batch.rows += 1
        batch.size += len(line)

    def _control(self, line: bytes) -> None:
        try:
            word, facts = orjson.loads(line)
            if word == "scope":
                self._take_scope(
                    facts["epoch"], facts["server_time"], facts["buckets"], int(facts.get("edition", 1))
                )
            elif word == "begin":
                self._begin(facts["bucket"], facts["from"], facts["upto"])
            elif word == "end" and self._passing_over:
                self._passing_over = False
            elif word == "end":
                self._page = None
                self._batch.steps.append(
                    _End(
                        facts["bucket"],
                        facts["rev"],
                        facts["count"],
                        int(facts["sum"], 16),
                        self._edition,
                    )
                )
                self._finished += 1
                self._session.report(Stage.PULL, self._finished, max(self._scope, self._finished))
            else:
                self._done = True
        except (ValueError, KeyError, TypeError):
            raise SyncError("bad_feed") from None

    def _begin(self, bucket: str, from_rev: int, upto: int) -> None:
        self._from, self._upto, self._held = from_rev, upto, -1
        if self._asked_at is None:
            cursor = self._cursor_for(bucket, from_rev, upto)
            if cursor is None:
                self._passing_over = True
                return
            if cursor != from_rev:  # a little of it has come in another way
                self._from = self._held = cursor
        self._page = feed.Page(bucket, self._from)
        self._batch.steps += [_Begin(bucket, self._from, self._edition), self._page]

    def _cursor_for(self, bucket: str, from_rev: int, upto: int) -> int | None:
        """From where on a stored part of a bucket is news; None where it is none, or has a gap before it."""
        self._commit()
        with self._session.store.reading() as connection:
            held = feed.cursors(connection).get(bucket, 0)
            newest = feed.newest_rev(connection, bucket)
            older = bucket in feed.older_buckets(connection, self._edition)
        if from_rev == 0:
            return None if held >= upto > 0 or newest > upto else 0
        if held < from_rev or held >= upto or newest > upto or (older and held != from_rev):
            return None
        return held

    def _take_scope(self, epoch: str, server_time: str, buckets: list[str], edition: int) -> None:
        after = self._session.clock()
        self._edition = min(edition, self._session.edition)
        with self._session.store.transaction() as connection:
            if self._asked_at is not None:
                note_clock(connection, self._tally, server_time, self._asked_at, after)
            elif is_outdated(connection, epoch) or server_time < meta.get(connection, meta.FEED_AT):
                self.outdated = True
                return
            meta.put(connection, meta.FEED_AT, server_time)
            self._new_epoch = note_epoch(connection, self._session, self._tally, epoch)
            if meta.get(connection, meta.SERVER_EDITION) != str(edition):
                meta.put(connection, meta.SERVER_EDITION, str(edition))
            dropped = feed.drop_buckets_outside(connection, buckets)
        self._scope = len(buckets)
        if dropped:
            self._tally.dropped += dropped
            self._session.publish_everything()

    def _commit(self) -> None:
        batch, self._batch = self._batch, _Batch()
        if self._page is not None:
            # The bucket goes on in the next commit, from where this page ends.
            done = self._page
            self._page = feed.Page(done.bucket, done.cursor, edition=done.edition, filled=done.filled)
            if done.cursor == self._upto > self._from:
                # The bucket's newest row, but not its end: were the next commit lost, nobody would ask
                # for this bucket again, and what the server no longer has would stay.
                done.cursor -= 1
            self._batch.steps.append(self._page)
        changed: dict[str, set[str]] = {}
        steps = [s for s in batch.steps if not isinstance(s, feed.Page) or s.rows or s.gone]
        if steps:
            with self._session.store.transaction() as connection:
                for step in steps:
                    self._apply(connection, step, changed)
        self._tally.received += batch.rows
        if any(isinstance(step, _Begin) and step.from_rev == 0 for step in steps):
            self._session.publish_everything()  # rows the server no longer has went without being named
        else:
            self._session.publish(changed)

    def _apply(
        self, connection: Connection, step: _Begin | feed.Page | _End, changed: dict[str, set[str]]
    ) -> None:
        if isinstance(step, _Begin):
            feed.begin_bucket(connection, step.bucket, step.from_rev, step.edition)
        elif isinstance(step, feed.Page):
            for kind, ids in feed.apply_page(connection, step).items():
                changed.setdefault(kind, set()).update(ids)
        elif not feed.end_bucket(connection, step.bucket, step.rev, step.count, step.total, step.edition):
            self._unsound.append(step.bucket)


def _gone(line: bytes) -> tuple[str, int, str, str]:
    """Kind, revision and id of a record that left, and where it lives now ('' = not told)."""
    try:
        kind, rev, nothing, record_id, _reason, *now = orjson.loads(line)
        if nothing is not None:
            raise ValueError("no tombstone")
        return str(kind), int(rev), str(record_id), str(now[0]) if now else ""
    except (ValueError, TypeError):
        raise SyncError("bad_feed") from None
