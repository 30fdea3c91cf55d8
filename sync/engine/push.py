"""Sends the outbox: batch by batch, each answer stored in one commit (docs/sync-protocol.md, section 4)."""

import logging
from typing import Final

import orjson
from sqlalchemy.engine import Connection

from fieldapp.domain.errors import SyncError
from fieldapp.storage import feed, meta, outbox
from fieldapp.storage.answers import take_answer
from sync.engine.session import CancelToken, Stage, SyncSession, Tally, note_clock
from sync.protocol.wire import Outcome, PushAnswer

log = logging.getLogger(__name__)
_MOST_PAST_EPOCHS: Final = 20
_MOST_IDENTITIES: Final = 2
"""New install ids in one cycle; a server that refuses more of them is broken."""


def push_all(session: SyncSession, tally: Tally, cancel: CancelToken) -> None:
    """Send until nothing that can be sent is left. Refused ops stay and do not hold up others."""
    with session.store.reading() as connection:
        total = outbox.counts(connection).ops
    identities = 0
    session.report(Stage.PUSH, 0, total)
    while True:
        cancel.check()
        try:
            if not _push_one(session, tally):
                return
        except SyncError as error:
            if error.code != "reidentify" or identities == _MOST_IDENTITIES:
                raise
            identities += 1
            log.warning("this profile is a copy: taking a new install id")
            with session.store.transaction() as connection:
                outbox.reidentify(connection, session.ids())
        session.report(Stage.PUSH, tally.sent, max(total, tally.sent))


def _push_one(session: SyncSession, tally: Tally) -> bool:
    """Send one batch and store its answer. False when there was none to send."""
    batch_id, before = session.ids(), session.clock()
    with session.store.transaction() as connection:
        batch = outbox.next_batch(connection, batch_id, before)
    if batch is None:
        return False
    n, payload = batch
    try:
        answer = session.transport.push(payload)
    except SyncError as error:
        if error.code != "too_large":
            raise
        with session.store.transaction() as connection:
            outbox.refuse_largest(connection, n)
        tally.refused += 1
        return True
    after = session.clock()
    envelope = orjson.loads(payload)
    if answer.batch_id != envelope["batch_id"]:
        raise SyncError("bad_answer")
    with session.store.transaction() as connection:
        if answer.batch_id == batch_id:  # a stored answer carries the time of its first giving
            note_clock(connection, tally, answer.server_time, before, after)
        changed = settle_batch(connection, session, tally, n, answer)
    session.publish(changed)
    return True


def settle_batch(
    connection: Connection, session: SyncSession, tally: Tally, n: int, answer: PushAnswer
) -> dict[str, set[str]]:
    """Store what an answer, come at once or in a package, says of a batch. Returns changed ids by kind."""
    if note_epoch(connection, session, tally, answer.epoch):
        # What this answer refuses may only hang on what the server lost: all goes out once more.
        return {}
    taken = take_answer(connection, n, answer, session.clock())
    if taken.unsound:
        log.warning("%d buckets differ from the server's; reading them again", len(taken.unsound))
        tally.healed += taken.unsound
    for result in answer.results:
        tally.sent += result.outcome is not Outcome.REFUSED
        tally.refused += result.outcome is Outcome.REFUSED
        tally.conflicts += result.outcome is Outcome.CONFLICT
        tally.moved += result.outcome is Outcome.MOVED
    return taken.changed


def is_outdated(connection: Connection, epoch: str) -> bool:
    """Whether an answer was given by a database of the server that has since been replaced by a backup."""
    return epoch in meta.get(connection, meta.PAST_EPOCHS).split()


def note_epoch(connection: Connection, session: SyncSession, tally: Tally, epoch: str) -> bool:
    """Store the epoch. When it is new, have everything read anew and answered ops sent again; True then."""
    known = meta.get(connection, meta.EPOCH)
    if epoch == known:
        return False
    meta.put(connection, meta.EPOCH, epoch)
    if not known:
        return False
    left = [one for one in meta.get(connection, meta.PAST_EPOCHS).split() if one != epoch]
    meta.put(connection, meta.PAST_EPOCHS, " ".join([*left, known][-_MOST_PAST_EPOCHS:]))
    log.warning("the server's database was restored: sending kept batches again")
    tally.requeued += outbox.requeue_answered(connection, session.ids, session.clock())
    feed.forget_cursors(connection)
    return True
