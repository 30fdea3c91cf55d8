"""Reads multipart/form-data as it streams in: small parts in memory, large ones on disk."""

import hashlib
import re
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from enum import Enum, auto
from types import TracebackType
from typing import BinaryIO, Final, cast
from urllib.parse import unquote

from fieldapp.domain.errors import SyncError

MAX_PARTS: Final = 200
MAX_HEADERS: Final = 8 * 1024
MEMORY_BYTES: Final = 512 * 1024
"""A part larger than this goes to a temporary file."""
MAX_NAME: Final = 255

_BOUNDARY: Final = re.compile(
    r"multipart/form-data\s*;(?:.*;)?\s*boundary=(?:\"([^\"]{1,70})\"|([^\s;\"]{1,70}))", re.IGNORECASE
)
_PARAMETER: Final = re.compile(r';\s*([\w-]+\*?)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;"]+))')


@dataclass(slots=True)
class Part:
    """One part: `name` of the field, `filename` ('' = none), `content` at its beginning."""

    name: str
    filename: str
    mime: str
    content: BinaryIO
    size: int = 0
    sha256: str = ""


class _State(Enum):
    PREAMBLE = auto()
    AFTER_BOUNDARY = auto()
    HEADERS = auto()
    BODY = auto()
    END = auto()


@dataclass(slots=True)
class _Open:
    part: Part
    digest: "hashlib._Hash" = field(default_factory=hashlib.sha256)


class MultipartReader:
    """Takes a body piece by piece; `parts` are whole after `finish`. A context manager: it drops what it
    put on disk."""

    def __init__(self, content_type: str, *, limit: int) -> None:
        found = _BOUNDARY.match(content_type)
        if found is None:
            raise SyncError("bad_request")
        self.parts: Final[list[Part]] = []
        # A boundary stands on a line of its own; the first may be the very beginning.
        self._delimiter: Final = b"\r\n--" + (found[1] or found[2]).encode("latin-1", "replace")
        self._buffer = bytearray(b"\r\n")
        self._left = limit
        self._state = _State.PREAMBLE
        self._open: _Open | None = None

    def feed(self, piece: bytes) -> None:
        """Take the next piece. Raises SyncError bad_request, too_large."""
        self._left -= len(piece)
        if self._left < 0:
            raise SyncError("too_large")
        self._buffer += piece
        while self._step():
            pass

    def finish(self) -> list[Part]:
        """All parts. Raises SyncError("bad_request") when the body ended in the middle."""
        if self._state is not _State.END:
            raise SyncError("bad_request")
        return self.parts

    def _step(self) -> bool:
        """Go on by one state; False when more bytes are needed."""
        match self._state:
            case _State.PREAMBLE | _State.BODY:
                return self._until_boundary()
            case _State.AFTER_BOUNDARY:
                return self._after_boundary()
            case _State.HEADERS:
                return self._headers()
            case _State.END:
                self._buffer.clear()
                return False

    def _until_boundary(self) -> bool:
        at = self._buffer.find(self._delimiter)
        # What could be the beginning of a boundary waits for the next piece.
        end = at if at >= 0 else max(0, len(self._buffer) - len(self._delimiter) + 1)
        if self._open is not None:
            self._write(self._open, bytes(self._buffer[:end]))
        if at < 0:
            del self._buffer[:end]
            return False
        del self._buffer[: at + len(self._delimiter)]
        if self._open is not None:
            self._close(self._open)
        self._state = _State.AFTER_BOUNDARY
        return True

    def _after_boundary(self) -> bool:
        if len(self._buffer) < 2:
            return False
        mark = bytes(self._buffer[:2])
        if mark not in (b"--", b"\r\n"):
            raise SyncError("bad_request")
        if mark == b"--":
            del self._buffer[:2]
        # The line's end stays: it begins the blank line where a part has no headers.
        self._state = _State.END if mark == b"--" else _State.HEADERS
        return True

    def _headers(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            if len(self._buffer) > MAX_HEADERS:
                raise SyncError("bad_request")
            return False
        lines = bytes(self._buffer[:end]).decode("utf-8", "replace").split("\r\n")
        del self._buffer[: end + 4]
        headers = {
            name.strip().lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)
        }
        if len(self.parts) >= MAX_PARTS or end > MAX_HEADERS:
            raise SyncError("too_large")
        # Closed by the reader: a part outlives the step that opens it.
        content = cast(BinaryIO, tempfile.SpooledTemporaryFile(MEMORY_BYTES))  # noqa: SIM115
        name, filename = _names(headers.get("content-disposition", ""))
        self._open = _Open(Part(name, filename, headers.get("content-type", ""), content))
        self.parts.append(self._open.part)
        self._state = _State.BODY
        return True

    def _write(self, target: _Open, content: bytes) -> None:
        target.part.content.write(content)
        target.part.size += len(content)
        target.digest.update(content)

    def _close(self, target: _Open) -> None:
        target.part.sha256 = target.digest.hexdigest()
        target.part.content.seek(0)
        self._open = None

    def __enter__(self) -> "MultipartReader":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for part in self.parts:
            part.content.close()


async def read_parts(reader: MultipartReader, stream: AsyncIterator[bytes]) -> list[Part]:
    """All parts of a request's body."""
    async for piece in stream:
        reader.feed(piece)
    return reader.finish()


def _names(disposition: str) -> tuple[str, str]:
    """Field name and plain file name. Paths are cut off, whichever way their slashes lean."""
    values = {found[1].lower(): found[2] or found[3] or "" for found in _PARAMETER.finditer(disposition)}
    filename = values.get("filename", "")
    if "filename*" in values:
        filename = unquote(values["filename*"].rpartition("'")[2])
    elif "%" in filename:
        # Browsers and phones write a quote and line ends this way, and nothing else.
        filename = filename.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
    plain = filename.replace("\\", "/").rpartition("/")[2]
    safe = "".join(c for c in plain if c.isprintable())[:MAX_NAME]
    return values.get("name", ""), safe
