"""A phone with ODK Collect, as its requests look on the wire: headers, multipart bytes, retries, splitting.

Written after the OpenRosa standard and Collect's own client: parts in the order Collect sends them, lengths
in every part, first without a login, only 201 and 202 taken as received, and a hundred and one files or as
many bytes as the server wants in one request, but never less than one file. (Collect itself sends a password
by the Basic scheme over HTTPS only; TLS is not the subject here.)
"""

import hashlib
import http.client
import uuid
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit
from xml.etree import ElementTree

LIST: Final = "{http://openrosa.org/xforms/xformsList}"
MANIFEST: Final = "{http://openrosa.org/xforms/xformsManifest}"
RESPONSE: Final = "{http://openrosa.org/http/response}"
MOST_FILES: Final = 100
AGENT: Final = "org.odk.collect.android/v2026.2.1 Dalvik/2.1.0 (Linux; U; Android 14; Pixel)"
DATE: Final = "Thu, 05 Mar 2026 02:00:00 GMT"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def message(self) -> str:
        """What Collect would show."""
        found = ElementTree.fromstring(self.body).find(f"{RESPONSE}message")
        assert found is not None
        return found.text or ""


@dataclass(frozen=True)
class Listed:
    """A form as the list has it."""

    form_id: str
    name: str
    version: str
    hash: str
    download_url: str
    manifest_url: str


@dataclass
class Collect:
    """A phone set to a server's address with a login."""

    address: str
    login: str
    password: str
    challenged: bool = False
    sent: list[str] = field(default_factory=list)

    def forms(self, query: str = "") -> list[Listed]:
        """The list of forms to fetch."""
        answer = self.get(f"{self.address}/openrosa/formList{query}")
        assert answer.status == 200, answer
        assert answer.headers["content-type"] == "text/xml; charset=utf-8"
        return [
            Listed(*(form.findtext(f"{LIST}{name}") or "" for name in (
                "formID", "name", "version", "hash", "downloadUrl", "manifestUrl")))
            for form in ElementTree.fromstring(answer.body).iter(f"{LIST}xform")
        ]  # fmt: skip

    def fetch(self, form: Listed) -> tuple[bytes, dict[str, bytes]]:
        """A form and its files; each must have the hash that was told."""
        definition = self.get(form.download_url)
        assert f"md5:{hashlib.md5(definition.body).hexdigest()}" == form.hash
        files: dict[str, bytes] = {}
        if form.manifest_url:
            answer = self.get(form.manifest_url)
            for file in ElementTree.fromstring(answer.body).iter(f"{MANIFEST}mediaFile"):
                content = self.get(file.findtext(f"{MANIFEST}downloadUrl") or "").body
                assert f"md5:{hashlib.md5(content).hexdigest()}" == file.findtext(f"{MANIFEST}hash")
                files[file.findtext(f"{MANIFEST}filename") or ""] = content
        return definition.body, files

    def send(self, xml: str, files: Mapping[str, bytes] | None = None, *, most: int = 0) -> list[Answer]:
        """Send a filled form as Collect does: ask first, then in as many requests as the server wants.

        `most` stands for a server that takes no more bytes than that in one request.
        """
        before = self.request("HEAD", f"{self.address}/openrosa/submission?deviceID=collect%3Aabc")
        assert before.status == 204, before
        most = most or int(before.headers["x-openrosa-accept-content-length"])
        left = dict(files or {})
        answers = []
        while True:
            batch: dict[str, bytes] = {}
            size = len(xml.encode())
            while left:
                name = next(iter(left))
                if batch and (len(batch) > MOST_FILES or size + len(left[name]) > most):
                    break
                size += len(left[name])
                batch[name] = left.pop(name)
            answers.append(self.post(xml, batch, incomplete=bool(left), to=before.headers["location"]))
            if not left or answers[-1].status not in {201, 202}:
                return answers

    def post(self, xml: str, files: Mapping[str, bytes], *, incomplete: bool = False, to: str = "") -> Answer:
        """One POST of the sheet and some of its files."""
        body, boundary = multipart(xml, files, incomplete=incomplete)
        headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        return self.request("POST", to or f"{self.address}/openrosa/submission", body, headers)

    def get(self, url: str) -> Answer:
        """A GET that must succeed."""
        answer = self.request("GET", url)
        assert answer.status == 200, answer
        assert answer.headers["x-openrosa-version"] == "1.0"
        assert answer.headers["date"]
        return answer

    def request(
        self, method: str, url: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """A request as OkHttp makes it: without a login until the server asks for one."""
        answer = self._once(method, url, body, headers or {})
        if answer.status == 401 and not self.challenged:
            assert answer.headers["www-authenticate"].startswith("Basic ")
            self.challenged = True
            answer = self._once(method, url, body, headers or {})
        return answer

    def _once(self, method: str, url: str, body: bytes | None, more: Mapping[str, str]) -> Answer:
        place = urlsplit(url)
        headers = {
            "X-OpenRosa-Version": "1.0", "Date": DATE, "User-Agent": AGENT, "Accept-Encoding": "gzip", **more,
        }  # fmt: skip
        if self.challenged:
            packed = b64encode(f"{self.login}:{self.password}".encode()).decode()
            headers["Authorization"] = f"Basic {packed}"
        connection = http.client.HTTPConnection(place.netloc, timeout=30)
        connection.request(method, f"{place.path}?{place.query}".rstrip("?"), body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        self.sent.append(f"{method} {place.path} {answer.status}")
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, content)


def multipart(xml: str, files: Mapping[str, bytes], *, incomplete: bool = False) -> tuple[bytes, str]:
    """The bytes of a submission, and its boundary."""
    boundary = str(uuid.uuid5(uuid.NAMESPACE_URL, xml))
    parts = [("xml_submission_file", "问卷_2026-03-05_10-00-00.xml", "text/xml", xml.encode())]
    parts += [(name, name, _mime(name), content) for name, content in files.items()]
    if incomplete:
        parts.append(("*isIncomplete*", "", "", b"yes"))
    body = b""
    for name, filename, mime, content in parts:
        shown = f'; filename="{filename}"' if filename else ""
        body += f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{shown}\r\n'.encode()
        if mime:
            body += f"Content-Type: {mime}\r\n".encode()
        body += f"Content-Length: {len(content)}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode(), boundary


def _mime(name: str) -> str:
    return {"jpg": "image/jpeg", "csv": "text/csv"}.get(name.rpartition(".")[2], "application/octet-stream")


def fill(definition: bytes, values: Mapping[str, str], instance_id: str) -> str:
    """An answer sheet for a form: its instance with values set by name, and an id."""
    root = ElementTree.fromstring(definition)
    instance = next(root.iter("{http://www.w3.org/2002/xforms}instance"))[0]
    for node in instance.iter():
        name = node.tag.rpartition("}")[2]
        if name in values:
            node.text = values[name]
        elif name == "instanceID":
            node.text = instance_id
    for node in instance.iter():
        node.tag = node.tag.replace("{http://www.w3.org/2002/xforms}", "")
    return "<?xml version='1.0' ?>" + ElementTree.tostring(instance, encoding="unicode")
