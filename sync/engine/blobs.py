"""Sends photos and signatures after the records that name them, and fetches them on demand
(docs/sync-protocol.md, section 6)."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from fieldapp.domain.errors import FieldappError, StorageError, SyncError
from fieldapp.storage import meta, outbox, proofs, rows, wanted_blobs
from fieldapp.storage.outbox import WaitingBlob
from fieldapp.storage.store import Store
from sync.engine.pace import Pace
from sync.engine.push import push_all
from sync.engine.session import CancelToken, Stage, SyncSession, Tally
from sync.protocol.wire import BLOB_GROUPS, MAX_GROUP_BLOBS, MAX_PUT_BYTES
from sync.transport.http import BlobOffset, HttpTransport

AT_ONCE: Final = 2
ASKED_AT_ONCE: Final = 500
CONFIRMED_AT_ONCE: Final = 25
"""Confirmations kept together in one commit; what a kill loses of them, the next question restores."""
LOOK_SECONDS: Final = 1.0
"""How often a running upload is left alone to look for new records: they do not wait for photos."""
_GIVE_WAY_SECONDS: Final = 0.1
MAX_GROUPED_BYTES: Final = 512 * 1024
"""A larger blob goes alone."""
_MOST_CORRECTIONS: Final = 5
OF_THIS_BLOB: Final = frozenset(
    {
        "wrong_hash",
        "too_large",
        "unknown_blob",
        "not_permitted",
        "photo_not_here",
        "photo_damaged",
        "bad_answer",
    }
)
"""Failures that say something of one blob only; all others end the stage."""


def send_blobs(session: SyncSession, tally: Tally, cancel: CancelToken) -> None:
    """Send what the server misses, two requests at a time, in each as many small blobs as the connection
    takes soon; what it proves to hold is confirmed.

    Urgent ones first, thumbnails and signatures before photos. Records made meanwhile are sent beside the
    photos and pass them. Photos that may wait are left out while the session says that the connection is
    not for photos; what it says in between counts from the next piece on.
    """
    uploads = _Uploads(session, tally, cancel)
    if uploads.ask():
        uploads.run()


def fetch_blob(store: Store, transport: HttpTransport, sha256: str, mime: str) -> bytes:
    """A blob's bytes: from the device, else from the server, verified and kept.

    Raises SyncError("unknown_blob") when the server does not hold it (yet) either.
    """
    try:
        return store.photos.get(sha256)
    except StorageError as error:
        if error.code not in ("photo_not_here", "photo_damaged"):
            raise
        if error.code == "photo_damaged":
            store.photos.remove([sha256])
    content = transport.get_blob(sha256)
    store.photos.put(content, mime)
    with store.transaction(lasting=False) as connection:  # lost, it is asked for before the photo may go
        proofs.note(connection, [sha256], store.clock())
    return content


def fetch_wanted(session: SyncSession, tally: Tally, cancel: CancelToken) -> None:
    """Fetch what records want beforehand (the files of forms). What cannot be had yet is wanted again in
    the next cycle; a broken connection ends the stage."""
    with session.store.reading() as connection:
        missing = wanted_blobs.wanted(connection)
    for blob in missing:
        cancel.check()
        try:
            fetch_blob(session.store, session.transport, blob.sha256, blob.mime)
        except SyncError as error:
            if error.code not in OF_THIS_BLOB:
                raise
            tally.blobs_failed += 1
            continue
        with session.store.transaction() as connection:
            wanted_blobs.forget(connection, [blob.sha256])
        session.publish({"form_files": {blob.sha256}})


Outcomes = dict[str, FieldappError | None]
"""What became of blobs, by hash: None = the server holds it."""


class _Uploads:
    """One run over the missing blobs. Stops at the first failure that concerns more than one blob."""

    def __init__(self, session: SyncSession, tally: Tally, cancel: CancelToken) -> None:
        self._session = session
        self._tally = tally
        self._cancel = cancel
        self._pace = Pace()
        self._queue: list[WaitingBlob] = []
        self._seen: set[str] = set()
        self._total = 0
        self._proven: list[str] = []
        self._epoch = self._server_epoch()
        self._takes_groups = self._server_edition() >= BLOB_GROUPS
        self._restored = False
        self._ending = False

    def ask(self) -> bool:
        """Ask the server about waiting blobs that it was not asked about in this run; put those that it
        misses into the queue. Returns whether anything is in it."""
        with self._session.store.reading() as connection:
            waiting = outbox.sendable_blobs(connection)
        new = [blob for blob in waiting if blob.sha256 not in self._seen and self._may_travel(blob)]
        for start in range(0, len(new), ASKED_AT_ONCE):
            self._cancel.check()
            group = new[start : start + ASKED_AT_ONCE]
            began = self._session.monotonic()
            missing = self._session.transport.missing_blobs([blob.sha256 for blob in group])
            self._pace.note_question(self._session.monotonic() - began)
            self._proven += [blob.sha256 for blob in group if blob.sha256 not in missing]
            self._save_proven()
            self._seen.update(blob.sha256 for blob in group)
            self._queue += [blob for blob in group if blob.sha256 in missing]
            self._total += len(missing)
        self._queue.sort(key=lambda blob: (not blob.urgent, not blob.small))
        return bool(self._queue)

    def run(self) -> None:
        """Send what is in the queue."""
        under_way: dict[Future[Outcomes], list[WaitingBlob]] = {}
        stop: FieldappError | None = None
        self._report()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="blobs") as pool:
            while True:
                while stop is None and self._may_go_on() and len(under_way) < AT_ONCE:
                    group = self._next()
                    if not group:
                        break
                    under_way[pool.submit(self._upload, group)] = group
                if not under_way:
                    break
                for future in wait(under_way, LOOK_SECONDS, return_when=FIRST_COMPLETED).done:
                    for blob in under_way.pop(future):
                        stop = self._settle(blob, future.result()[blob.sha256]) or stop
                if stop is None and self._may_go_on():
                    stop = self._send_new_records()
                self._ending = stop is not None or not self._may_go_on()
        self._save_proven()
        if stop is not None:
            raise stop
        self._cancel.check()

    def _next(self) -> list[WaitingBlob]:
        """What goes in the next request: the first blob, and such that are as urgent, as far as they fit."""
        group: list[WaitingBlob] = []
        room = self._pace.group_bytes() if self._takes_groups else 0
        for blob in self._queue:
            if group and not self._may_go_with(blob, group, room):
                break
            if self._may_travel(blob):
                group.append(blob)
                room -= blob.size
        self._queue = [blob for blob in self._queue if blob not in group]
        return group

    @staticmethod
    def _may_go_with(blob: WaitingBlob, group: list[WaitingBlob], room: int) -> bool:
        first = group[0]
        alike = (blob.urgent, blob.may_wait) == (first.urgent, first.may_wait)
        # What broke off before goes on piece by piece.
        return (
            alike and blob.size <= room and len(group) < MAX_GROUP_BLOBS
            and max(blob.size, first.size) <= MAX_GROUPED_BYTES and not blob.attempts and not first.attempts
        )  # fmt: skip

    def _may_travel(self, blob: WaitingBlob) -> bool:
        return not blob.may_wait or self._session.photos_allowed()

    def _may_go_on(self) -> bool:
        return not self._cancel.cancelled and not self._restored

    def _send_new_records(self) -> FieldappError | None:
        """Send records made since the cycle began. Returns the failure that ends the stage, if it was one."""
        with self._session.store.reading() as connection:
            if not outbox.anything_to_send(connection):
                return None
        self._save_proven()  # the answer may tell that the server was restored, and asks for all of it again
        try:
            self._push()
            if self._may_go_on():
                self.ask()  # an urgent record's photos go before those that are in the queue
        except FieldappError as error:
            return error
        self._report()
        return None

    def _push(self) -> None:
        try:
            push_all(self._session, self._tally, self._cancel)
        finally:
            # Only the answer to a batch tells of it here: other work on the session waits for the end.
            self._restored = self._was_restored()

    def _server_epoch(self) -> str:
        with self._session.store.reading() as connection:
            return meta.get(connection, meta.EPOCH)

    def _server_edition(self) -> int:
        with self._session.store.reading() as connection:
            return int(meta.get(connection, meta.SERVER_EDITION) or 1)

    def _was_restored(self) -> bool:
        """Whether the server's database was replaced meanwhile: what the former one took proves nothing."""
        return self._server_epoch() != self._epoch

    def _settle(self, blob: WaitingBlob, error: FieldappError | None) -> FieldappError | None:
        """Note what became of a blob. Returns the failure that ends the stage, if it was one."""
        if error is None:
            self._proven.append(blob.sha256)
            self._tally.blobs_sent += 1
            self._report()
            if len(self._proven) >= CONFIRMED_AT_ONCE:
                self._save_proven()
            return None
        if error.code == "cancelled":
            return None
        if error.code == "unknown_blob" and self._may_do_without(blob):
            with self._session.store.transaction() as connection:
                outbox.forget_blob(connection, blob.sha256)
            return None
        self._tally.blobs_failed += 1
        with self._session.store.transaction() as connection:
            outbox.note_blob_failure(connection, blob.sha256, error.code)
        return None if error.code in OF_THIS_BLOB else error

    def _may_do_without(self, blob: WaitingBlob) -> bool:
        """Whether a blob that the server does not know of is none of this device's business: a thumbnail
        where the server knows no thumbnails (the photo itself is the evidence, and is sent in any case), or
        one of a colleague's record that left this worker's scope before the server got back what it had lost.
        """
        with self._session.store.reading() as connection:
            record = rows.find(connection, blob.kind, blob.record_id)
            user_id = meta.get(connection, meta.USER_ID)
        if record is None:
            return False
        thumbnails = {photo.thumbnail_sha256 for photo in getattr(record, "photos", ())}
        return blob.sha256 in thumbnails or record.created_by != user_id

    def _upload(self, group: list[WaitingBlob]) -> Outcomes:
        """Send one blob, or several in one request. What became of each."""
        outcomes: Outcomes = {blob.sha256: None for blob in group}
        try:
            if len(group) == 1:
                self._upload_one(group[0])
            else:
                self._upload_together(group, outcomes)
        except FieldappError as error:
            outcomes |= {sha256: error for sha256, known in outcomes.items() if known is None}
        return outcomes

    def _upload_together(self, group: list[WaitingBlob], outcomes: Outcomes) -> None:
        contents: dict[str, bytes] = {}
        for blob in group:
            try:
                contents[blob.sha256] = self._session.store.photos.get(blob.sha256)
            except StorageError as error:
                outcomes[blob.sha256] = error
        if not contents:
            return
        self._before_each_piece(group[0])
        began = self._session.monotonic()
        outcomes |= self._session.transport.put_blobs(contents)
        self._pace.note(sum(map(len, contents.values())), self._session.monotonic() - began)

    def _upload_one(self, blob: WaitingBlob) -> None:
        content = self._session.store.photos.get(blob.sha256)
        self._before_each_piece(blob)
        if len(content) <= min(MAX_PUT_BYTES, self._pace.whole_bytes()) and blob.attempts == 0:
            began = self._session.monotonic()
            self._session.transport.put_blob(blob.sha256, content)
            self._pace.note(len(content), self._session.monotonic() - began)
            return
        if blob.attempts or len(content) > MAX_PUT_BYTES:
            state = self._session.transport.blob_offset(blob.sha256)
        else:
            state = BlobOffset(0, complete=False)  # the server was just asked, and does not hold it
        upload_in_chunks(
            self._session,
            blob.sha256,
            content,
            state,
            pace=self._pace,
            before_each=lambda: self._before_each_piece(blob),
        )

    def _before_each_piece(self, blob: WaitingBlob) -> None:
        """Wait while records are to be sent: none of them stands behind more than the pieces under way.

        Raises SyncError("cancelled") when the run is at its end, or the connection is for photos no more.
        """
        while True:
            self._cancel.check()
            if self._ending or not self._may_travel(blob):
                raise SyncError("cancelled")
            with self._session.store.reading() as connection:
                if not outbox.anything_to_send(connection):
                    return
            time.sleep(_GIVE_WAY_SECONDS)

    def _save_proven(self) -> None:
        if not self._was_restored():
            confirm(self._session.store, self._proven)
        self._proven = []

    def _report(self) -> None:
        self._session.report(Stage.BLOBS, self._tally.blobs_sent, self._total)


def upload_in_chunks(
    session: SyncSession,
    sha256: str,
    content: bytes,
    state: BlobOffset,
    *,
    pace: Pace,
    before_each: Callable[[], None],
) -> None:
    """Go on with an upload from where the server says it is, in pieces that suit the connection."""
    corrections = 0
    while not state.complete:
        before_each()
        chunk = content[state.offset : state.offset + pace.piece_bytes()]
        if not chunk:
            raise SyncError("bad_answer")  # more bytes there than the blob has, and yet not complete
        began = session.monotonic()
        try:
            state = session.transport.patch_blob(sha256, state.offset, len(content), chunk)
        except SyncError as error:
            # The answer to an earlier chunk was lost, or two uploads met: HEAD tells.
            corrections += 1
            if error.code != "wrong_offset" or corrections > _MOST_CORRECTIONS:
                raise
            state = session.transport.blob_offset(sha256)
            continue
        pace.note(len(chunk), session.monotonic() - began)


def confirm(store: Store, sha256s: Sequence[str]) -> int:
    """The server has proved that it holds these blobs. Returns how many of them waited for that."""
    if not sha256s:
        return 0
    with store.transaction() as connection:
        return outbox.confirm_blobs(connection, sha256s, store.clock())
