"""The HTTP client against a server that answers whatever a test wants, over real sockets."""

import datetime as dt
import gzip
import hashlib
import itertools
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from fieldapp.domain.errors import SyncError
from sync.protocol.wire import EnrolRequest, PullRequest
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.faults import PORTAL, Fault, FaultProxy, error_answer, fault_proxy

SHA = hashlib.sha256(b"x").hexdigest()
ASK = PullRequest(install_id="i-1", epoch="e", have={"ref": 3})
CALLS: dict[str, Callable[[HttpTransport], object]] = {
    "push": lambda t: t.push(b"{}"),
    "pull": lambda t: list(t.pull(ASK) or ()),
    "missing_blobs": lambda t: t.missing_blobs([SHA]),
    "put_blobs": lambda t: t.put_blobs({SHA: b"x"}),
    "put_blob": lambda t: t.put_blob(SHA, b"x"),
    "blob_offset": lambda t: t.blob_offset(SHA),
    "patch_blob": lambda t: t.patch_blob(SHA, 0, 1, b"x"),
    "get_blob": lambda t: t.get_blob(SHA),
    "enrol": lambda t: t.enrol(EnrolRequest(code="c", install_id="i", device_name="d")),
}


@pytest.fixture
def server() -> Iterator[FaultProxy]:
    """A server that gives the answers a test puts in; beyond those it is not there."""
    with fault_proxy("http://127.0.0.1:9") as running:
        yield running


@pytest.fixture
def transport(server: FaultProxy) -> Iterator[HttpTransport]:
    """A client of it."""
    with_ids = HttpTransport(ServerAddress(server.address), "t-0", new_request_id=_ids(), read_seconds=5)
    yield with_ids
    with_ids.close()


def _ids() -> Callable[[], str]:
    numbers = itertools.count(1)
    return lambda: f"r-{next(numbers)}"


def answer(status: int, *headers: str, body: bytes = b"") -> Fault:
    """An answer as it stands on the wire."""
    head = [f"HTTP/1.1 {status} X", "Connection: close", f"Content-Length: {len(body)}", *headers]
    return Fault(instead="\r\n".join([*head, "", ""]).encode() + body)


def code_of(call: Callable[[], object]) -> str:
    """The code of the SyncError a call raises."""
    with pytest.raises(SyncError) as caught:
        call()
    return caught.value.code


def test_every_request_carries_protocol_id_and_token_and_nothing_else_telling(
    server: FaultProxy, transport: HttpTransport
) -> None:
    for call in CALLS.values():
        server.add("/", PORTAL)
        code_of(lambda call=call: call(transport))  # type: ignore[misc]
    assert len(server.requests) == len(CALLS)
    for number, request in enumerate(server.requests, 1):
        headers = request.headers()
        assert headers.pop("user-agent").startswith("fieldapp/")
        assert headers["fieldapp-protocol"] == "1"
        assert headers["fieldapp-request-id"] == f"r-{number}"
        assert headers["authorization"] == "Bearer t-0"
        assert headers["accept-encoding"] == "gzip"
        assert "cookie" not in headers


@pytest.mark.parametrize("call", CALLS)
def test_a_captive_portal_is_offline_for_every_call(
    server: FaultProxy, transport: HttpTransport, call: str
) -> None:
    server.add("/", PORTAL)
    assert code_of(lambda: CALLS[call](transport)) == "offline"


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    "said",
    [
        answer(302, "Location: http://127.0.0.1:9/login"),
        answer(200, "Content-Type: application/json", body=b"<html>"),
        answer(204),  # says nothing of ours
        answer(502, "Content-Type: text/html", body=b"<h1>Bad gateway</h1>"),
        answer(407, "Content-Type: text/html", body=b"proxy"),
        Fault(instead=b"SSH-2.0-OpenSSH\r\n"),
        Fault(instead=b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nshort"),
    ],
)
def test_answers_that_are_not_ours_never_count_as_success(
    server: FaultProxy, transport: HttpTransport, call: str, said: Fault
) -> None:
    server.add("/", said)
    assert code_of(lambda: CALLS[call](transport)) in ("offline", "bad_answer", "wrong_hash", "server_error")
    assert len(server.requests) == 1  # a redirect is not followed


@pytest.mark.parametrize("call", CALLS)
def test_nobody_there_is_offline(call: str) -> None:
    gone = HttpTransport(ServerAddress("http://127.0.0.1:9"), "", new_request_id=_ids())
    assert code_of(lambda: CALLS[call](gone)) == "offline"
    gone.close()


@pytest.mark.parametrize(
    ("call", "requests"), [("push", 2), ("put_blob", 2), ("enrol", 1)], ids=["push", "put_blob", "enrol"]
)
def test_connection_that_ends_without_a_word_is_tried_once_more_except_for_codes(
    server: FaultProxy, transport: HttpTransport, call: str, requests: int
) -> None:
    assert code_of(lambda: CALLS[call](transport)) == "offline"
    assert len(server.requests) == requests


def test_answers_without_a_body_leave_the_connection_open() -> None:
    came_from: list[tuple[str, int]] = []

    class Keeping(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            came_from.append(self.client_address)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200 if self.command == "HEAD" else 204)
            self.send_header("Fieldapp-Request-Id", self.headers["Fieldapp-Request-Id"])
            self.send_header("Upload-Offset", "0")
            self.end_headers()

        do_POST = do_PUT = do_HEAD = do_PATCH = answer

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    with HTTPServer(("127.0.0.1", 0), Keeping) as keeping:
        threading.Thread(target=keeping.serve_forever, daemon=True).start()
        address = ServerAddress(f"http://127.0.0.1:{keeping.server_port}")
        client = HttpTransport(address, "t-0", new_request_id=_ids(), read_seconds=5)
        for call in ("pull", "put_blob", "blob_offset", "patch_blob", "pull"):
            CALLS[call](client)
        client.close()
        keeping.shutdown()
    assert len(came_from) == 5
    assert len(set(came_from)) == 1


def test_no_cookie_is_kept(server: FaultProxy, transport: HttpTransport) -> None:
    ours = ("Content-Type: application/json", "Set-Cookie: a=1; Path=/")
    server.add("/", answer(200, *ours, body=b'{"missing":[]}'), times=2)
    for _ in range(2):
        assert transport.missing_blobs([SHA]) == set()
    assert "cookie" not in server.requests[1].headers()


def test_environment_and_netrc_have_no_say(
    server: FaultProxy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login thief password thief\n")
    (tmp_path / ".netrc").chmod(0o600)
    for name, value in {
        "HOME": str(tmp_path), "NETRC": str(tmp_path / ".netrc"), "HTTP_PROXY": "http://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9", "ALL_PROXY": "http://127.0.0.1:9", "NO_PROXY": "",
        "REQUESTS_CA_BUNDLE": str(tmp_path / "nothing.pem"),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    transport = HttpTransport(ServerAddress(server.address), "t-0", new_request_id=_ids())
    server.add("/", answer(200, "Content-Type: application/json", body=b'{"missing":[]}'))
    transport.missing_blobs([SHA])
    assert server.requests[0].headers()["authorization"] == "Bearer t-0"
    transport.close()


def test_only_bodies_that_pay_are_packed(server: FaultProxy, transport: HttpTransport) -> None:
    server.add("/", PORTAL, times=3)
    for payload in (b"{}", b'{"a":"%b"}' % (b"x" * 5000)):
        code_of(lambda payload=payload: transport.push(payload))  # type: ignore[misc]
    small, large = server.requests
    assert "content-encoding" not in small.headers()
    assert small.body() == b"{}"
    assert large.headers()["content-encoding"] == "gzip"
    assert gzip.decompress(large.body()).startswith(b'{"a":"xxx')
    code_of(lambda: transport.put_blob(SHA, b"y" * 5000))
    assert server.requests[2].body() == b"y" * 5000  # photos are packed already


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("Retry-After: 12", 12.0),
        ("Retry-After: 99999", 3600.0),
        ("Retry-After: -5", 0.0),
        ("Retry-After: soon", None),
        ("Retry-After: nan", None),
        ("Date: Thu, 05 Mar 2026 01:10:00 GMT\r\nRetry-After: Thu, 05 Mar 2026 01:11:30 GMT", 90.0),
        ("X: y", None),
    ],
)
def test_servers_wish_to_wait_is_read_in_both_forms(
    server: FaultProxy, transport: HttpTransport, header: str, seconds: float | None
) -> None:
    server.add("/", error_answer(429, "slow_down", header))
    with pytest.raises(SyncError) as caught:
        transport.push(b"{}")
    assert caught.value.facts.get("retry_after") == seconds


def test_head_without_a_body_has_codes_by_status(server: FaultProxy, transport: HttpTransport) -> None:
    for status, code in (
        (401, "sign_in_needed"),
        (429, "slow_down"),
        (500, "server_error"),
        (418, "offline"),
    ):
        server.add("/", answer(status))
        assert code_of(lambda: transport.blob_offset(SHA)) == code
    server.add("/", answer(404))
    assert transport.blob_offset(SHA).offset == 0
    server.add("/", answer(200, "Upload-Offset: 1e3"))
    assert code_of(lambda: transport.blob_offset(SHA)) == "offline"


def test_wrong_offset_carries_the_right_one(server: FaultProxy, transport: HttpTransport) -> None:
    body = b'{"code":"wrong_offset","details":{"offset":4096}}'
    server.add("/", answer(409, "Content-Type: application/json", body=body))
    with pytest.raises(SyncError) as caught:
        transport.patch_blob(SHA, 0, 9000, b"x")
    assert (caught.value.code, caught.value.facts["offset"]) == ("wrong_offset", 4096)


def test_blob_with_other_content_is_refused(server: FaultProxy, transport: HttpTransport) -> None:
    server.add("/", answer(200, "Content-Type: image/jpeg", body=b"other"))
    assert code_of(lambda: transport.get_blob(SHA)) == "wrong_hash"
    server.add("/", answer(200, "Content-Type: image/jpeg", body=b"x"))
    assert transport.get_blob(SHA) == b"x"


def _feed(*lines: object) -> bytes:
    return b"".join(orjson.dumps(line) + b"\n" for line in lines)


def test_pull_gives_whole_lines_however_they_arrive(server: FaultProxy, transport: HttpTransport) -> None:
    wanted = [["visits", n, {"id": f"v-{n}", "text": "入户" * (n % 700)}] for n in range(400)]
    packed = gzip.compress(_feed(*wanted))
    ours = ("Content-Type: application/x-ndjson", "Content-Encoding: gzip")
    server.add("/", answer(200, *ours, body=packed))
    groups = transport.pull(ASK)
    assert groups is not None
    assert [orjson.loads(line) for group in groups for line in group] == wanted


def test_pull_that_breaks_off_gives_what_came_and_then_says_so(
    server: FaultProxy, transport: HttpTransport
) -> None:
    body = _feed(["scope", {}], ["done", {}]) + b'["half'
    whole = answer(200, "Content-Type: application/x-ndjson", body=body).instead
    server.add("/", Fault(instead=whole.replace(b"Content-Length: ", b"Content-Length: 9")))
    groups = transport.pull(ASK)
    assert groups is not None
    came: list[bytes] = []
    assert code_of(lambda: came.extend(line for group in groups for line in group)) == "offline"
    assert b'["half' not in came


def test_pull_with_a_line_without_end_is_given_up(server: FaultProxy, transport: HttpTransport) -> None:
    endless = gzip.compress(b"x" * 30_000_000)
    ours = ("Content-Type: application/x-ndjson", "Content-Encoding: gzip")
    server.add("/", answer(200, *ours, body=endless))
    assert code_of(lambda: list(transport.pull(ASK) or ())) == "bad_answer"


def test_json_that_grows_without_end_is_given_up(server: FaultProxy, transport: HttpTransport) -> None:
    bomb = gzip.compress(b'{"missing":["' + b"0" * 40_000_000 + b'"]}')
    ours = ("Content-Type: application/json", "Content-Encoding: gzip")
    server.add("/", answer(200, *ours, body=bomb))
    assert code_of(lambda: transport.missing_blobs([SHA])) == "offline"


# -- TLS ------------------------------------------------------------------------------------------------


class _Empty(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"missing":[]}'
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def own_authority(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A TLS server with a certificate of its own making, as closed networks have; its address and CA file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    ca_file, key_file = tmp_path / "ca.pem", tmp_path / "key.pem"
    ca_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ca_file, key_file)
    with HTTPServer(("127.0.0.1", 0), _Empty) as listener:
        listener.handle_error = lambda *_: None  # type: ignore[method-assign]
        listener.socket = context.wrap_socket(listener.socket, server_side=True)
        thread = threading.Thread(target=listener.serve_forever, daemon=True)
        thread.start()
        yield f"https://localhost:{listener.server_address[1]}", ca_file
        listener.shutdown()
    thread.join(5)


def test_delivered_authority_is_trusted_and_no_other(own_authority: tuple[str, Path], tmp_path: Path) -> None:
    url, ca_file = own_authority
    for address, code in (
        (ServerAddress(url, ca_file=str(ca_file)), ""),
        (ServerAddress(url), "untrusted_server"),
        (ServerAddress(url, ca_file=str(tmp_path / "absent.pem")), "ca_file_missing"),
    ):
        transport = HttpTransport(address, "t-0", new_request_id=_ids())
        if code:
            assert code_of(lambda transport=transport: transport.missing_blobs([SHA])) == code  # type: ignore[misc]
        else:
            assert transport.missing_blobs([SHA]) == set()
        transport.close()
