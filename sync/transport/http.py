"""The one HTTP client of the device: typed calls of protocol version 1 (transport layer).

Environment variables, .netrc, cookies and redirects have no say here (docs/security.md): each of them
could send a token or personal data somewhere else.
"""

import gzip
import hashlib
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus
from http.client import RemoteDisconnected
from http.cookiejar import DefaultCookiePolicy
from typing import BinaryIO, Final

import orjson
import requests
from requests.adapters import HTTPAdapter

from fieldapp import __version__
from fieldapp.domain.errors import SyncError
from fieldapp.domain.ids import IdSource
from sync.protocol.wire import (
    MAX_BLOB_BYTES,
    PACKAGE_TYPE,
    PROTOCOL,
    PROTOCOL_HEADER,
    REQUEST_ID_HEADER,
    TIME_HEADER,
    EnrolAnswer,
    EnrolRequest,
    HandOverAnswer,
    HandOverRequest,
    MissingBlobs,
    PullRequest,
    PushAnswer,
    StoredBlobs,
    pack_blobs,
)
from sync.transport.addresses import ServerAddress, checked_base, checked_proxy
from sync.transport.answers import (
    FEED_TYPE,
    JSON_TYPE,
    PIECE_BYTES,
    content_type,
    network_errors,
    parsed,
    read_all,
    refused,
    require_empty,
    require_success,
)

CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 60.0
GZIP_FROM_BYTES: Final = 1024
MAX_LINE_BYTES: Final = 4 * 1024 * 1024
UPLOAD_OFFSET: Final = "Upload-Offset"
UPLOAD_LENGTH: Final = "Upload-Length"
UPLOAD_COMPLETE: Final = "Upload-Complete"
_OCTETS: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class BlobOffset:
    """How many bytes of a blob the server holds, and whether that is all of it, verified."""

    offset: int
    complete: bool


class HttpTransport:
    """Calls to one server. Thread-safe; connections are kept open between calls.

    Every call raises SyncError: offline, untrusted_server, sign_in_needed, device_revoked,
    not_permitted, protocol_too_old, reidentify, slow_down and busy (fact retry_after, seconds),
    too_large, server_error, bad_answer.
    """

    def __init__(self, address: ServerAddress, token: str, *, new_request_id: IdSource,
                 read_seconds: float = READ_SECONDS) -> None:  # fmt: skip
        self.told_time = ""
        self._base = checked_base(address)
        self._new_request_id = new_request_id
        self._timeout = (CONNECT_SECONDS, read_seconds)
        self._session = _session(address, token)

    def close(self) -> None:
        """Close kept connections."""
        self._session.close()

    def enrol(self, request: EnrolRequest) -> EnrolAnswer:
        """Trade a one-time code for a device token. Raises also SyncError("bad_code")."""
        # Never repeated by itself: the code works once.
        with closing(self._send_once("POST", "/v1/enrol", *_json_body(request.model_dump()))) as response:
            require_success(response)
            return parsed(response, EnrolAnswer)

    def push(self, payload: bytes) -> PushAnswer:
        """Send a batch, byte for byte as it is stored."""
        with closing(self._send("POST", "/v1/push", *_json_body(payload))) as response:
            require_success(response)
            return parsed(response, PushAnswer)

    def pull(self, request: PullRequest) -> Generator[list[bytes], None, None] | None:
        """Ask for what is new: None, or whole lines in groups as they come from the network. After None,
        `told_time` is the server's time ('' = not told).

        A stream that breaks off ends with SyncError("offline"); lines given before stand.
        """
        response = self._send("POST", "/v1/pull", *_json_body(request.model_dump(exclude_defaults=True)))
        if response.status_code == HTTPStatus.OK and content_type(response) == FEED_TYPE:
            return _lines(response)
        with closing(response):
            require_empty(response)
            self.told_time = response.headers.get(TIME_HEADER, "")
            return None

    def missing_blobs(self, sha256s: list[str]) -> set[str]:
        """Which of up to 500 blobs the server does not hold completely."""
        body = _json_body({"sha256": sha256s})
        with closing(self._send("POST", "/v1/blobs/missing", *body)) as response:
            require_success(response)
            return set(parsed(response, MissingBlobs).missing)

    def put_blob(self, sha256: str, content: bytes) -> None:
        """Send a whole blob of up to 1 MB; it is verified and on the server's disk when this returns."""
        headers = {"Content-Type": _OCTETS}
        with closing(self._send("PUT", f"/v1/blobs/{sha256}", content, headers)) as response:
            require_empty(response)

    def put_blobs(self, contents: Mapping[str, bytes]) -> dict[str, SyncError | None]:
        """Send several whole blobs in one request. By hash: None = verified and on the server's disk, else
        why it was refused."""
        headers = {"Content-Type": _OCTETS}
        with closing(self._send("POST", "/v1/blobs", pack_blobs(contents), headers)) as response:
            require_success(response)
            codes = parsed(response, StoredBlobs).results
        if codes.keys() != contents.keys():
            raise SyncError("bad_answer")
        return {sha256: refused(code) if code else None for sha256, code in codes.items()}

    def blob_offset(self, sha256: str) -> BlobOffset:
        """How far an upload got."""
        with closing(self._send("HEAD", f"/v1/blobs/{sha256}")) as response:
            if response.status_code == HTTPStatus.NOT_FOUND:
                return BlobOffset(0, complete=False)
            require_success(response)
            return _offset(response)

    def patch_blob(self, sha256: str, offset: int, total: int, chunk: bytes) -> BlobOffset:
        """Append a chunk at `offset`. Raises also SyncError("wrong_offset") with the fact `offset`."""
        headers = {
            "Content-Type": _OCTETS,
            UPLOAD_OFFSET: str(offset),
            UPLOAD_LENGTH: str(total),
            "Content-SHA256": hashlib.sha256(chunk).hexdigest(),
        }
        with closing(self._send("PATCH", f"/v1/blobs/{sha256}", chunk, headers)) as response:
            require_success(response)
            return _offset(response)

    def carry(self, package: BinaryIO, answer: BinaryIO) -> None:
        """Bring a package to the server, anybody's, and write the package that answers it.

        Raises also the SyncError package_… codes.
        """
        headers = {"Content-Type": PACKAGE_TYPE}
        with closing(self._send_once("POST", "/v1/packages", package, headers)) as response:
            require_success(response)
            if response.status_code != HTTPStatus.OK or content_type(response) != PACKAGE_TYPE:
                raise SyncError("offline")
            with network_errors():
                answer.writelines(response.raw.stream(PIECE_BYTES, decode_content=True))

    def begin_hand_over(self, code: str) -> None:
        """Ask to send a revoked device's last work. Raises also SyncError bad_code, hand_over_…"""
        body = _json_body(HandOverRequest(code=code).model_dump())
        with closing(self._send_once("POST", "/v1/hand-over", *body)) as response:
            require_success(response)
            parsed(response, HandOverAnswer)

    def finish_hand_over(self) -> None:
        """Tell that the last work has been sent."""
        with closing(self._send("POST", "/v1/hand-over/done")) as response:
            require_empty(response)

    def get_blob(self, sha256: str) -> bytes:
        """A blob's bytes, verified. Raises also SyncError unknown_blob and wrong_hash."""
        with closing(self._send("GET", f"/v1/blobs/{sha256}")) as response:
            require_success(response)
            if response.status_code != HTTPStatus.OK:
                raise SyncError("offline")
            content = read_all(response, limit=MAX_BLOB_BYTES)
        if hashlib.sha256(content).hexdigest() != sha256:
            # A portal's page has a hash too: told apart by its type.
            raise SyncError("offline" if content_type(response).startswith("text/") else "wrong_hash")
        return content

    def _send(self, method: str, path: str, body: bytes | None = None,
              headers: dict[str, str] | None = None) -> requests.Response:  # fmt: skip
        try:
            return self._send_once(method, path, body, headers)
        except _ClosedMeanwhile:
            # The server closed a kept connection while we were writing on it. Every repeated call is
            # harmless in this protocol, so one more attempt on a new connection costs nothing.
            return self._send_once(method, path, body, headers)

    def _send_once(self, method: str, path: str, body: bytes | BinaryIO | None = None,
                   headers: dict[str, str] | None = None) -> requests.Response:  # fmt: skip
        sent = {REQUEST_ID_HEADER: self._new_request_id(), **(headers or {})}
        with network_errors():
            try:
                response = self._session.request(
                    method, self._base + path, data=body, headers=sent, timeout=self._timeout,
                    allow_redirects=False, stream=True,
                )  # fmt: skip
                if method == "HEAD" or response.status_code == HTTPStatus.NO_CONTENT:
                    # Closing an answer that nobody has read ends its connection, even an empty one.
                    response.raw.read(1)
                return response
            except requests.exceptions.ConnectionError as error:
                if _closed_meanwhile(error):
                    raise _ClosedMeanwhile from None
                raise
            except OSError as error:
                if isinstance(error, requests.exceptions.RequestException):
                    raise
                # requests says so when the CA file is not there.
                raise SyncError("ca_file_missing") from None


class _ClosedMeanwhile(SyncError):
    """Offline, for the reason that a kept connection had ended."""

    def __init__(self) -> None:
        super().__init__("offline")


def _session(address: ServerAddress, token: str) -> requests.Session:
    """The session of all calls: explicit settings only."""
    session = requests.Session()
    session.trust_env = False
    session.verify = address.ca_file or True
    session.proxies = checked_proxy(address)
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    session.headers.clear()
    session.headers.update(
        {"User-Agent": f"fieldapp/{__version__}", "Accept-Encoding": "gzip", PROTOCOL_HEADER: str(PROTOCOL)}
    )
    if token:
        session.headers["Authorization"] = f"Bearer {token}"
    adapter = HTTPAdapter(pool_connections=2, pool_maxsize=4, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def _json_body(content: object) -> tuple[bytes, dict[str, str]]:
    """Body and headers of a JSON request, packed where that pays."""
    body = content if isinstance(content, bytes) else orjson.dumps(content)
    headers = {"Content-Type": JSON_TYPE}
    if len(body) > GZIP_FROM_BYTES:
        body = gzip.compress(body, compresslevel=6, mtime=0)
        headers["Content-Encoding"] = "gzip"
    return body, headers


def _lines(response: requests.Response) -> Generator[list[bytes], None, None]:
    """Whole lines in groups: one split for each piece read."""
    rest = b""
    with closing(response), network_errors():
        for piece in response.raw.stream(PIECE_BYTES, decode_content=True):
            *lines, rest = (rest + piece).split(b"\n")
            if len(rest) > MAX_LINE_BYTES:
                raise SyncError("bad_answer")
            if lines:
                yield lines


def _offset(response: requests.Response) -> BlobOffset:
    text = response.headers.get(UPLOAD_OFFSET, "")
    if not text.isascii() or not text.isdigit():
        raise SyncError("offline")
    return BlobOffset(int(text), complete=response.headers.get(UPLOAD_COMPLETE) == "?1")


def _closed_meanwhile(error: BaseException) -> bool:
    """Whether the other side had closed the connection before it said anything."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, RemoteDisconnected | ConnectionResetError | BrokenPipeError):
            return True
        reason = seen.args[0] if seen.args else None
        seen = seen.__cause__ or seen.__context__ or (reason if isinstance(reason, BaseException) else None)
    return False
