"""Named moments at which a process of the harness can be made to kill itself (kill -9): a table of places
in the product's code, wrapped when the nursery starts. Nothing is replaced; the code runs as it is."""

import functools
import importlib
import os
import signal
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final, Literal


@dataclass(frozen=True, slots=True)
class KillPoint:
    """Just before or after a call of `place` (module:attribute)."""

    name: str
    place: str
    when: Literal["before", "after"]


SAVING: Final = (
    KillPoint("photo kept, record not", "fieldapp.storage.photos:PhotoStore.put", "after"),
    KillPoint("record written, op not", "fieldapp.storage.unit_of_work:UnitOfWork._queue", "before"),
    KillPoint("op written, not committed", "fieldapp.storage.unit_of_work:UnitOfWork.commit", "before"),
    KillPoint("committed, nobody told", "fieldapp.storage.unit_of_work:UnitOfWork.commit", "after"),
)
"""While a worker saves."""

SYNCING: Final = (
    KillPoint("batch made, not committed", "fieldapp.storage.outbox:next_batch", "after"),
    KillPoint("batch committed, not sent", "sync.transport.http:HttpTransport.push", "before"),
    KillPoint("answer here, not stored", "sync.transport.http:HttpTransport.push", "after"),
    KillPoint("results of one kind stored", "fieldapp.storage.answers:store_results", "after"),
    KillPoint("answer stored, not committed", "sync.engine.push:take_answer", "after"),
    KillPoint("scope taken, not committed", "fieldapp.storage.feed:drop_buckets_outside", "after"),
    KillPoint("one row of a bucket dropped", "fieldapp.storage.feed:_delete_rows", "after"),
    KillPoint("bucket begun", "fieldapp.storage.feed:begin_bucket", "after"),
    KillPoint("page stored, cursor not committed", "fieldapp.storage.feed:apply_page", "after"),
    KillPoint("bucket ended, not committed", "fieldapp.storage.feed:end_bucket", "after"),
    KillPoint("page committed", "sync.engine.pull:FeedReader._commit", "after"),
    KillPoint("plans made, not committed", "fieldapp.storage.feed:derive", "after"),
    KillPoint("photo sent, not confirmed", "sync.transport.http:HttpTransport.put_blob", "after"),
    KillPoint("photos sent together, not confirmed", "sync.transport.http:HttpTransport.put_blobs", "after"),
    KillPoint("chunk sent", "sync.transport.http:HttpTransport.patch_blob", "after"),
    KillPoint("photos confirmed, not committed", "fieldapp.storage.outbox:confirm_blobs", "after"),
    KillPoint("cycle done, not logged", "fieldapp.storage.sync_log:add", "before"),
)
"""During a cycle of a device that has everything to do."""

IDENTITY: Final = (
    KillPoint("new install id taken, not committed", "fieldapp.storage.outbox:reidentify", "after"),
    KillPoint("old batches wait again, not committed", "fieldapp.storage.outbox:requeue_answered", "after"),
)  # fmt: skip
"""When a device learns that it is a copy, or its server one."""

CARRYING: Final = (
    KillPoint("batches closed, not committed", "fieldapp.storage.outbox:close_batches", "after"),
    KillPoint("part of a package written", "sync.protocol.package:PackageWriter.add", "after"),
    KillPoint("package written, not named", "sync.protocol.package:PackageWriter.finish", "after"),
    KillPoint("package read, nothing taken in", "sync.protocol.package:PackageReader.verify", "after"),
    KillPoint("part of an answer taken in", "sync.engine.packages:_Answer.take", "after"),
)
"""While a package is written or an answer is read; the second to fourth on the server as well."""

SERVING: Final = (
    KillPoint("ops checked, nothing written", "server.store.unit_of_work:UnitOfWork.flush", "before"),
    KillPoint("counters locked", "server.store.unit_of_work:UnitOfWork._write_counters", "before"),
    KillPoint("records written, not committed", "server.store.unit_of_work:UnitOfWork.flush", "after"),
    KillPoint("committed, not answered", "server.store.store:Store.run", "after"),
    KillPoint("feed answered in part", "server.services.pull:bucket_lines", "before"),
    KillPoint("missing photos listed", "server.services.blobs:Blobs.missing", "after"),
    KillPoint("photo arriving", "server.store.blob_files:IncomingBlob.write", "after"),
    KillPoint("photo on disk without a name", "server.store.blob_files:IncomingBlob.seal", "after"),
    KillPoint("photos sent together arriving", "server.store.blob_files:BlobFiles.keep_all", "before"),
    KillPoint("photo named, folder not synced", "server.store.blob_files:_sync_folder", "before"),
    KillPoint("chunk on disk, not answered", "server.store.blob_files:BlobFiles.append", "after"),
)
"""While a server serves."""

IMPORTING: Final = (
    *CARRYING[1:4],
    KillPoint("part of a package taken in", "server.services.packages:_Import.take", "after"),
)
"""While a server takes in a package."""

DEVICE: Final = SAVING + SYNCING + IDENTITY + CARRYING
ALL: Final = tuple(dict.fromkeys(DEVICE + SERVING + IMPORTING))
_BY_NAME: Final = {point.name: point for point in ALL}


class _Armed:
    """The one point that kills this process, at its `left`-th passing."""

    def __init__(self) -> None:
        self.name = ""
        self.left = 0
        self.lock = threading.Lock()

    def pass_by(self, name: str) -> None:
        with self.lock:
            if name == self.name:
                self.left -= 1
                if self.left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)


_ARMED: Final = _Armed()


def arm(name: str, passing: int = 1) -> None:
    """Kill this process when it passes the point for the given time; '' = never."""
    if name and name not in _BY_NAME:
        raise KeyError(name)
    with _ARMED.lock:
        _ARMED.name, _ARMED.left = name, passing


def install(points: Iterable[KillPoint]) -> None:
    """Wrap the places; once per process."""
    for point in points:
        module_name, _, path = point.place.partition(":")
        *owners, name = path.split(".")
        owner = functools.reduce(getattr, owners, importlib.import_module(module_name))
        setattr(owner, name, _wrapped(point, getattr(owner, name)))


def _wrapped(point: KillPoint, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if point.when == "before":
            _ARMED.pass_by(point.name)
            return function(*args, **kwargs)
        result = function(*args, **kwargs)
        _ARMED.pass_by(point.name)
        return result

    return call
