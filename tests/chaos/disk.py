"""Stands between an SQLite library and the disk: records what is written and synced, or is full.

The library's own VFS stays in place; of its open files only write, truncate and sync go through here first,
so that pager, write-ahead log and encryption are the real ones. Linux and macOS builds show what this needs.
"""

import ctypes
import errno
import os
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

SQLITE_OK: Final = 0
SQLITE_FULL: Final = 13
_DURABLE: Final = 0x00000100 | 0x00080000
"""Flags of xOpen: a database file, or its write-ahead log."""

# Names come as addresses: the library keeps them, and reads on behind their end.
_Open = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)
_Delete = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
_Write = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int, ctypes.c_int64)
_Truncate = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int64)
_Sync = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int)


class _IoMethods(ctypes.Structure):
    """sqlite3_io_methods, version 3."""

    _fields_ = [("iVersion", ctypes.c_int)] + [
        (name, ctypes.c_void_p)
        for name in (
            "xClose", "xRead", "xWrite", "xTruncate", "xSync", "xFileSize", "xLock", "xUnlock",
            "xCheckReservedLock", "xFileControl", "xSectorSize", "xDeviceCharacteristics", "xShmMap",
            "xShmLock", "xShmBarrier", "xShmUnmap", "xFetch", "xUnfetch",
        )
    ]  # fmt: skip


class _Vfs(ctypes.Structure):
    """The head of sqlite3_vfs."""

    _fields_ = [
        ("iVersion", ctypes.c_int),
        ("szOsFile", ctypes.c_int),
        ("mxPathname", ctypes.c_int),
        ("pNext", ctypes.c_void_p),
        ("zName", ctypes.c_char_p),
        ("pAppData", ctypes.c_void_p),
        ("xOpen", ctypes.c_void_p),
        ("xDelete", ctypes.c_void_p),
    ]


class Disk:
    """The disk as one SQLite library of this process sees it; files opened before are not watched.

    `full`: what would make a file longer is refused. `on_event` gets (what, path, offset, bytes) with
    what = write, truncate, sync, delete, in the order in which the calls succeeded.
    """

    def __init__(self, library: str) -> None:
        self.full = False
        self.on_event: Callable[[str, str, int, bytes], None] | None = None
        self._paths: dict[int, str] = {}
        self._methods: dict[int, _IoMethods] = {}
        dll = ctypes.CDLL(library)
        find = dll.sqlite3_vfs_find
        find.restype, find.argtypes = ctypes.POINTER(_Vfs), [ctypes.c_char_p]
        vfs = find(None).contents
        self._open_before = _Open(vfs.xOpen)
        self._delete_before = _Delete(vfs.xDelete)
        vfs.xOpen = self._keep(_Open(self._open))
        vfs.xDelete = self._keep(_Delete(self._delete))

    def _keep(self, callback: Any) -> Any:
        # For good: the library calls it until the process has ended, past Python's own end.
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(callback))
        return ctypes.cast(callback, ctypes.c_void_p).value

    def _tell(self, what: str, path: str, offset: int = 0, data: bytes = b"") -> None:
        if self.on_event is not None:
            self.on_event(what, path, offset, data)

    def _open(self, vfs: int, name: int | None, file: int, flags: int, out: int) -> int:
        code = int(self._open_before(vfs, name, file, flags, out))
        methods = ctypes.cast(file, ctypes.POINTER(ctypes.c_void_p))
        if code == SQLITE_OK and name and flags & _DURABLE and methods[0]:
            self._paths[file] = _text(name)
            methods[0] = ctypes.addressof(self._watched(int(methods[0] or 0)))
        return code

    def _watched(self, original: int) -> _IoMethods:
        """A copy of a method table with ours in it."""
        known = self._methods.get(original)
        if known is not None:
            return known
        table = _IoMethods.from_buffer_copy(ctypes.string_at(original, ctypes.sizeof(_IoMethods)))
        write, truncate, sync = _Write(table.xWrite), _Truncate(table.xTruncate), _Sync(table.xSync)

        def on_write(file: int, data: int, size: int, offset: int) -> int:
            path = self._paths[file]
            if self.full and offset + size > _length(path):
                return SQLITE_FULL
            code = int(write(file, data, size, offset))
            if code == SQLITE_OK and self.on_event is not None:
                self._tell("write", path, offset, ctypes.string_at(data, size))
            return code

        def on_truncate(file: int, size: int) -> int:
            code = int(truncate(file, size))
            if code == SQLITE_OK:
                self._tell("truncate", self._paths[file], size)
            return code

        def on_sync(file: int, flags: int) -> int:
            code = int(sync(file, flags))
            if code == SQLITE_OK:
                self._tell("sync", self._paths[file])
            return code

        table.xWrite = self._keep(_Write(on_write))
        table.xTruncate = self._keep(_Truncate(on_truncate))
        table.xSync = self._keep(_Sync(on_sync))
        self._methods[original] = table
        return table

    def _delete(self, vfs: int, name: int, sync_folder: int) -> int:
        code = int(self._delete_before(vfs, name, sync_folder))
        if code == SQLITE_OK:
            self._tell("delete", _text(name))
        return code


def _text(name: int) -> str:
    return os.fsdecode(ctypes.string_at(name))


def _length(path: str) -> int:
    with suppress(FileNotFoundError):
        return Path(path).stat().st_size
    return 0


def device_library() -> str:
    """The library that the device's driver carries."""
    import sqlcipher3

    return str(next(Path(sqlcipher3.__file__).parent.glob("_sqlite3.*.so")))


def server_library() -> str:
    """The library that Python's own sqlite3 uses; its symbols are found through the extension module."""
    import _sqlite3

    if not getattr(_sqlite3, "__file__", None):
        raise OSError(errno.ENOENT, "sqlite3 is built into this interpreter")
    return str(_sqlite3.__file__)
