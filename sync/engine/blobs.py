"""Sends photos and signatures after the records that name them, and fetches them on demand
(docs/sync-protocol.md, section 6)."""

from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Final

from fieldapp.domain.errors import FieldappError, StorageError, SyncError
from fieldapp.storage import meta, outbox, wanted_blobs
from fieldapp.storage.outbox import WaitingBlob
from fieldapp.storage.store import Store
from sync.engine.push import push_all
from sync.engine.session import CancelToken, Stage, SyncSession, Tally
from sync.protocol.wire import CHUNK_BYTES, MAX_PUT_BYTES
from sync.transport.http import HttpTransport

AT_ONCE: Final = 2
ASKED_AT_ONCE: Final = 500
CONFIRMED_AT_ONCE: Final = 25
"""Confirmations kept together in one commit; what a kill loses of them, the next question restores."""
LOOK_SECONDS: Final = 1.0
"""How often a running upload is left alone to look for new records: they do not wait for photos."""
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
    """Send what the server misses, two at a time; what it proves to hold is confirmed.

    Records made meanwhile are sent beside the photos. Nothing is sent where the session says that the
    connection is not for photos; what it says in between counts from the next photo on.
    """
    if not session.photos_allowed():
        return
    with session.store.reading() as connection:
        waiting = outbox.sendable_blobs(connection)
    wanted: list[WaitingBlob] = []
    for start in range(0, len(waiting), ASKED_AT_ONCE):
        cancel.check()
        group = waiting[start : start + ASKED_AT_ONCE]
        missing = session.transport.missing_blobs([blob.sha256 for blob in group])
        confirm(session.store, [blob.sha256 for blob in group if blob.sha256 not in missing])
        wanted += [blob for blob in group if blob.sha256 in missing]
    if wanted:
        _Uploads(session, tally, cancel, wanted).run()


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


class _Uploads:
    """One run over the missing blobs. Stops at the first failure that concerns more than one blob."""

    def __init__(self, session: SyncSession, tally: Tally, cancel: CancelToken,
                 wanted: Sequence[WaitingBlob]) -> None:  # fmt: skip
        self._session = session
        self._tally = tally
        self._cancel = cancel
        self._wanted = wanted
        self._proven: list[str] = []
        self._epoch = self._server_epoch()

    def run(self) -> None:
        queue = iter(self._wanted)
        under_way: dict[Future[None], WaitingBlob] = {}
        stop: FieldappError | None = None
        self._report()
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="blobs") as pool:
            while True:
                while stop is None and self._may_go_on() and len(under_way) < AT_ONCE:
                    blob = next(queue, None)
                    if blob is None:
                        break
                    under_way[pool.submit(self._upload, blob)] = blob
                if not under_way:
                    break
                for future in wait(under_way, LOOK_SECONDS, return_when=FIRST_COMPLETED).done:
                    stop = self._settle(under_way.pop(future), future) or stop
                if stop is None and self._may_go_on():
                    stop = self._send_new_records()
        self._save_proven()
        if stop is not None:
            raise stop
        self._cancel.check()

    def _may_go_on(self) -> bool:
        return not self._cancel.cancelled and not self._was_restored() and self._session.photos_allowed()

    def _send_new_records(self) -> FieldappError | None:
        """Send records made since the cycle began. Returns the failure that ends the stage, if it was one."""
        with self._session.store.reading() as connection:
            if not outbox.anything_to_send(connection):
                return None
        self._save_proven()  # the answer may tell that the server was restored, and asks for all of it again
        try:
            push_all(self._session, self._tally, self._cancel)
        except FieldappError as error:
            return error
        self._report()
        return None

    def _server_epoch(self) -> str:
        with self._session.store.reading() as connection:
            return meta.get(connection, meta.EPOCH)

    def _was_restored(self) -> bool:
        """Whether the server's database was replaced meanwhile: what the former one took proves nothing."""
        return self._server_epoch() != self._epoch

    def _settle(self, blob: WaitingBlob, future: "Future[None]") -> FieldappError | None:
        """Note what became of a blob. Returns the failure that ends the stage, if it was one."""
        error = future.exception()
        if error is None:
            self._proven.append(blob.sha256)
            self._tally.blobs_sent += 1
            self._report()
            if len(self._proven) >= CONFIRMED_AT_ONCE:
                self._save_proven()
            return None
        if not isinstance(error, FieldappError):
            raise error
        if error.code == "cancelled":
            return None
        self._tally.blobs_failed += 1
        with self._session.store.transaction() as connection:
            outbox.note_blob_failure(connection, blob.sha256, error.code)
        return None if error.code in OF_THIS_BLOB else error

    def _upload(self, blob: WaitingBlob) -> None:
        content = self._session.store.photos.get(blob.sha256)
        if len(content) <= MAX_PUT_BYTES and blob.attempts == 0:
            self._session.transport.put_blob(blob.sha256, content)
        else:
            upload_in_chunks(self._session.transport, blob.sha256, content, self._cancel)

    def _save_proven(self) -> None:
        if not self._was_restored():
            confirm(self._session.store, self._proven)
        self._proven = []

    def _report(self) -> None:
        self._session.report(Stage.BLOBS, self._tally.blobs_sent, len(self._wanted))


def upload_in_chunks(transport: HttpTransport, sha256: str, content: bytes, cancel: CancelToken) -> None:
    """Go on with an upload from where the server says it is."""
    state = transport.blob_offset(sha256)
    corrections = 0
    while not state.complete:
        cancel.check()
        chunk = content[state.offset : state.offset + CHUNK_BYTES]
        if not chunk:
            raise SyncError("bad_answer")  # more bytes there than the blob has, and yet not complete
        try:
            state = transport.patch_blob(sha256, state.offset, len(content), chunk)
        except SyncError as error:
            # The answer to an earlier chunk was lost, or two uploads met: HEAD tells.
            corrections += 1
            if error.code != "wrong_offset" or corrections > _MOST_CORRECTIONS:
                raise
            state = transport.blob_offset(sha256)


def confirm(store: Store, sha256s: Sequence[str]) -> int:
    """The server has proved that it holds these blobs. Returns how many of them waited for that."""
    if not sha256s:
        return 0
    with store.transaction() as connection:
        return outbox.confirm_blobs(connection, sha256s)
