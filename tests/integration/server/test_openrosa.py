"""ODK Collect meets the county: lists, downloads, filled forms in one request or many, and every refusal."""

import hashlib
import http.client
from base64 import b64encode
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from fieldapp.domain.permissions import PERMISSIONS, Permission
from fieldapp.domain.records.users import Role
from server.routes.rate_limit import TRIES
from server.services.checks import check_store
from server.services.forms import retire_form
from server.services.submissions import claim, unclaimed
from server.services.users import reset_password, set_active
from server.store.audit import Act
from server.store.projections import row_table
from server.store.record_writer import RecordWriter
from server.store.tables import audit_log
from server.store.unit_of_work import Author
from tests.integration.server.collect import Collect, fill, multipart
from tests.integration.server.county import (
    GRID_1,
    OTHER_TOWN,
    TOWN,
    VILLAGE,
    County,
    Device,
)
from tests.integration.server.forms import VILLAGES, blobs, publish

PHOTO: Final = bytes(range(256)) * 40
STRAY: Final = b"named by no answer"
PAPER: Final = b"\xff\xd8\xff\xe0 a document " * 900


class Office:
    """A county with a published form, a village aide's tablet, and the aide's phone."""

    def __init__(self, county: County, folder: Path) -> None:
        self.county = county
        self.form = publish(county, folder)
        self.tablet = county.device(Role.VILLAGE_AIDE, VILLAGE)
        self.phone = self.phone_of(self.tablet.user_id)
        (listed,) = self.phone.forms()
        self.listed = listed
        self.definition, self.files = self.phone.fetch(listed)
        self._sheets = 0

    def phone_of(self, user_id: str) -> Collect:
        """A phone with a fresh password."""
        store, random_bytes = self.county.context.store, self.county.random_bytes
        password = reset_password(store, user_id, by="server", random_bytes=random_bytes)
        return Collect(self.county.address, self.county.logins[user_id], password)

    def phone_with(self, role: Role, area: str) -> Collect:
        return self.phone_of(self.county.user(role, area))

    def sheet(self, **values: str) -> str:
        """A filled form with an id of its own."""
        self._sheets += 1
        return fill(self.definition, values, f"uuid:00000000-0000-4000-8000-{self._sheets:012d}")

    def stored(self, xml: str) -> list[dict[str, Any]]:
        """Typed rows of the submissions with these answers."""
        table = row_table("submissions")
        with self.county.context.store.read() as connection:
            rows = connection.execute(select(table).where(table.c.xml == xml)).mappings()
            return [dict(row) for row in rows]

    def household(self, device: Device, number: str, area: str) -> str:
        """A household with a number."""
        body = device.household(area)
        assert device.push(device.put("households", body))[0]["outcome"] == "accepted"

        with RecordWriter(self.county.context.store, Author("server")) as writer:
            writer.patch("households", body["id"], {"household_no": number})
        return str(body["id"])


@pytest.fixture(scope="module")
def office(shared_county: County, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """For tests that send sheets of their own and leave form, clock and user as they are."""
    return Office(shared_county, tmp_path_factory.mktemp("office"))


@pytest.fixture
def own_office(county: County, tmp_path: Path) -> Office:
    """For tests that retire the form, move the clock, change the user or count everything."""
    return Office(county, tmp_path)


# -- lists and downloads -------------------------------------------------------------------------------


def test_the_list_names_the_form_and_everything_can_be_fetched(office: Office) -> None:
    listed = office.listed
    assert (listed.form_id, listed.name, listed.version) == ("survey-a", "入户问卷", "20260301")
    assert hashlib.sha256(office.definition).hexdigest() == office.form.definition_sha256
    assert office.files == {"villages.csv": VILLAGES}
    assert office.phone.sent[:2] == ["GET /openrosa/formList 401", "GET /openrosa/formList 200"]


def test_the_list_shows_the_newest_version_and_nothing_retired(own_office: Office, tmp_path: Path) -> None:
    own_office.county.clock.advance(seconds=60)
    publish(own_office.county, tmp_path, "20260302")
    publish(own_office.county, tmp_path, "1", "survey-b")
    assert [(form.form_id, form.version) for form in own_office.phone.forms()] == [
        ("survey-a", "20260302"), ("survey-b", "1"),
    ]  # fmt: skip
    assert [form.form_id for form in own_office.phone.forms("?formID=survey-b")] == ["survey-b"]
    versions = own_office.phone.forms("?formID=survey-a&listAllVersions=true&verbose=true")
    assert [form.version for form in versions] == ["20260302", "20260301"]
    retire_form(own_office.county.context.store, "survey-a", by="server")
    assert [form.form_id for form in own_office.phone.forms()] == ["survey-b"]


def test_a_device_gets_the_same_form_and_files_by_sync(office: Office) -> None:
    body = office.tablet.body_of(office.form.id)
    assert (body["form_id"], body["state"]) == ("survey-a", "PUBLISHED")
    for sha256 in (body["definition_sha256"], body["files"][0]["sha256"]):
        got = office.tablet.request("GET", f"/v1/blobs/{sha256}")
        assert (got.status_code, hashlib.sha256(got.content).hexdigest()) == (200, sha256)


# -- sending -------------------------------------------------------------------------------------------


def test_a_filled_form_with_photos_reaches_the_tablet(office: Office) -> None:
    household_id = office.household(office.tablet, "341789-0001", GRID_1)
    xml = office.sheet(household_no="341789-0001", ill="yes", photo="a.jpg", paper="证明.jpg")
    (answer,) = office.phone.send(xml, {"a.jpg": PHOTO, "证明.jpg": PAPER})
    assert (answer.status, answer.headers["x-openrosa-version"]) == (201, "1.0")
    (stored,) = office.stored(xml)
    assert (stored["household_id"], stored["area_code"]) == (household_id, GRID_1)
    assert (stored["form_id"], stored["form_version"], stored["source"]) == (
        "survey-a",
        "20260301",
        "OPENROSA",
    )
    body = office.tablet.body_of(stored["id"])
    assert {file["name"]: file["mime"] for file in body["files"]} == {
        "a.jpg": "image/jpeg", "证明.jpg": "image/jpeg",
    }  # fmt: skip
    for file, content in zip(body["files"], (PHOTO, PAPER), strict=True):
        assert office.tablet.request("GET", f"/v1/blobs/{file['sha256']}").content == content
    assert check_store(office.county.context.store, blobs(office.county)) == []


def test_files_sent_in_several_requests_are_gathered(office: Office) -> None:
    xml = office.sheet(photo="a.jpg", paper="b.jpg")
    answers = office.phone.send(xml, {"a.jpg": PHOTO, "b.jpg": PAPER}, most=1000)
    assert [answer.status for answer in answers] == [201, 201]
    (stored,) = office.stored(xml)
    assert [file.name for file in stored["files"]] == ["a.jpg", "b.jpg"]
    held = blobs(office.county)
    assert all(held.has(file.sha256) for file in stored["files"])
    assert check_store(office.county.context.store, held) == []


def test_the_same_form_again_is_harmless(own_office: Office) -> None:
    xml = own_office.sheet(photo="a.jpg")
    for _ in range(3):
        (answer,) = own_office.phone.send(xml, {"a.jpg": PHOTO})
        assert answer.status == 201
    (stored,) = own_office.stored(xml)
    assert len(stored["files"]) == 1
    table = row_table("submissions")
    with own_office.county.context.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(table)) == 1


def test_other_answers_under_the_same_id_are_refused(office: Office) -> None:
    xml = office.sheet(ill="yes", photo="a.jpg")
    assert office.phone.post(xml, {"a.jpg": PHOTO}).status == 201
    assert office.phone.post(xml.replace(">yes<", ">no<"), {}).status == 409
    assert office.phone.post(xml, {"a.jpg": PAPER}).status == 409
    other = office.phone_with(Role.VILLAGE_AIDE, VILLAGE)
    assert other.request("HEAD", f"{other.address}/openrosa/submission").status == 204
    assert other.post(xml, {}).status == 409


def test_files_that_no_answer_names_are_not_kept_but_the_audit_is(office: Office) -> None:
    xml = office.sheet(photo="a.jpg")
    office.phone.send(xml, {"a.jpg": PHOTO, "stray.jpg": STRAY, "audit.csv": b"event\nform start\n"})
    (stored,) = office.stored(xml)
    assert [file.name for file in stored["files"]] == ["a.jpg", "audit.csv"]
    assert not blobs(office.county).has(hashlib.sha256(STRAY).hexdigest())


def test_times_come_from_the_sheet_unless_they_cannot_be(office: Office) -> None:
    good = office.sheet(start="2026-03-05T08:00:00.000+08:00", end="2026-03-05T08:10:00.000+08:00")
    wild = office.sheet(start="1970-01-01T08:00:00.000+08:00", end="2036-03-05T08:10:00.000+08:00")
    for xml in (good, wild):
        assert office.phone.send(xml)[0].status == 201
    (stored,) = office.stored(good)
    assert [stored[name].isoformat() for name in ("started_at", "finished_at")] == [
        "2026-03-05T00:00:00+00:00", "2026-03-05T00:10:00+00:00",
    ]  # fmt: skip
    (stored,) = office.stored(wild)
    assert stored["started_at"] == stored["finished_at"] == office.county.clock()


def test_a_body_without_length_is_read_in_chunks(office: Office) -> None:
    xml = office.sheet(photo="a.jpg")
    body, boundary = multipart(xml, {"a.jpg": PHOTO})
    office.phone.request("HEAD", f"{office.county.address}/openrosa/submission")
    connection = http.client.HTTPConnection(office.county.address.removeprefix("http://"), timeout=30)
    login = b64encode(f"{office.phone.login}:{office.phone.password}".encode()).decode()
    headers = {"Authorization": f"Basic {login}", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    pieces = (body[at : at + 777] for at in range(0, len(body), 777))
    connection.request("POST", "/openrosa/submission", pieces, headers, encode_chunked=True)
    assert connection.getresponse().status == 201
    connection.close()
    assert [file.name for file in office.stored(xml)[0]["files"]] == ["a.jpg"]


def test_a_retired_version_still_takes_what_was_begun_with_it(own_office: Office) -> None:
    retire_form(own_office.county.context.store, "survey-a", by="server")
    assert own_office.phone.send(own_office.sheet())[0].status == 201


# -- whose sheet ---------------------------------------------------------------------------------------


def test_a_sheet_finds_its_household_in_the_senders_areas_only(own_office: Office) -> None:
    far = own_office.county.device(Role.VILLAGE_AIDE, "341789101201")
    own_office.household(far, "341789-0009", "341789101201")
    foreign, unknown, none = (own_office.sheet(household_no=no) for no in ("341789-0009", "no such", ""))
    for xml in (foreign, unknown, none):
        assert own_office.phone.send(xml)[0].status == 201
        (stored,) = own_office.stored(xml)
        assert (stored["household_id"], stored["area_code"], stored["bucket"]) == (None, VILLAGE, VILLAGE)
    assert len(unclaimed(own_office.county.context.store)) == 3


def test_a_claimed_sheet_moves_to_the_household(own_office: Office) -> None:
    xml = own_office.sheet(photo="a.jpg")
    own_office.phone.send(xml, {"a.jpg": PHOTO})
    household_id = own_office.household(own_office.tablet, "341789-0002", GRID_1)
    (waiting,) = unclaimed(own_office.county.context.store)
    claim(own_office.county.context.store, waiting.submission_id, "341789-0002", by="server")
    (stored,) = own_office.stored(xml)
    assert (stored["household_id"], stored["bucket"]) == (household_id, GRID_1)
    assert unclaimed(own_office.county.context.store) == []
    assert own_office.phone.send(xml, {"a.jpg": PHOTO})[0].status == 201, "a late repetition changes nothing"
    assert own_office.stored(xml)[0]["household_id"] == household_id
    assert check_store(own_office.county.context.store, blobs(own_office.county)) == []
    with own_office.county.context.store.read() as connection:
        acts = connection.scalars(select(audit_log.c.act)).all()
    assert Act.SUBMISSION_CLAIMED in acts


# -- refusals ------------------------------------------------------------------------------------------


def test_without_a_login_nothing_is_told(office: Office) -> None:
    stranger = Collect(office.county.address, "x", "y")
    stranger.challenged = True
    for method, path in (("GET", "formList"), ("HEAD", "submission"), ("POST", "submission")):
        answer = stranger.request(method, f"{office.county.address}/openrosa/{path}")
        assert answer.status == 401, path
        assert answer.headers["www-authenticate"] == 'Basic realm="fieldapp", charset="UTF-8"'
    assert (
        "survey-a" not in stranger.request("GET", f"{office.county.address}/openrosa/formList").body.decode()
    )


def test_only_who_may_fill_forms_gets_through(office: Office) -> None:
    for role in Role:
        phone = office.phone_with(role, TOWN)
        status = phone.request("GET", f"{office.county.address}/openrosa/formList").status
        assert status == (200 if Permission.FILL_FORM in PERMISSIONS[role] else 403), role


def test_wrong_passwords_lock_the_account_and_a_new_password_counts_at_once(own_office: Office) -> None:
    store, url = own_office.county.context.store, f"{own_office.county.address}/openrosa/formList"
    right = own_office.phone.password
    assert own_office.phone.request("GET", url).status == 200
    own_office.phone.password = reset_password(
        store, own_office.tablet.user_id, by="server", random_bytes=own_office.county.random_bytes
    )
    assert own_office.phone.request("GET", url).status == 200
    thief = Collect(own_office.county.address, own_office.phone.login, right, challenged=True)
    assert [thief.request("GET", url).status for _ in range(6)] == [401, 401, 401, 401, 429, 429]
    locked = own_office.phone.request("GET", url)
    assert (locked.status, locked.headers["retry-after"]) == (429, "900")
    own_office.county.clock.advance(seconds=15 * 60 + 1)
    assert own_office.phone.request("GET", url).status == 200


def test_a_disabled_user_is_out_at_once(own_office: Office) -> None:
    url = f"{own_office.county.address}/openrosa/formList"
    assert own_office.phone.request("GET", url).status == 200
    set_active(own_office.county.context.store, own_office.tablet.user_id, False, by="server")
    assert own_office.phone.request("GET", url).status == 401


def test_guessing_is_slowed_down_by_address(own_office: Office) -> None:
    url = f"{own_office.county.address}/openrosa/formList"
    for _ in range(TRIES - 2):
        own_office.county.app.state.rate_limit.take("127.0.0.1")
    statuses = [
        Collect(own_office.county.address, f"nobody-{n}", "x", challenged=True).request("GET", url).status
        for n in range(4)
    ]
    assert statuses == [401, 401, 429, 429]
    assert own_office.phone.request("GET", url).status == 200, "who is known already goes on working"


@pytest.mark.parametrize(
    ("xml", "status"),
    [
        ("<data id='survey-a' version='20260301'/>", 422),
        ("<data id='survey-a' version='20260301'><meta><instanceID>uuid:1</instanceID></meta>", 422),
        ("not xml at all", 422),
        ("<!DOCTYPE d [<!ENTITY a 'b'>]><d id='survey-a'><meta><instanceID>&a;</instanceID></meta></d>", 422),
        ("<data id='nothing' version='1'><meta><instanceID>uuid:1</instanceID></meta></data>", 404),
        ("<data id='survey-a' version='7'><meta><instanceID>uuid:1</instanceID></meta></data>", 404),
        ("<data id='survey-a' encrypted='yes'><meta><instanceID>uuid:1</instanceID></meta></data>", 422),
        ("<a>" * 100 + "</a>" * 100, 422),
        ("<data id='survey-a'>" + "x" * 500_000 + "</data>", 422),
    ],
    ids=["no id", "cut", "text", "entities", "form", "version", "encrypted", "deep", "large"],
)  # fmt: skip
def test_sheets_that_cannot_be_taken_are_refused_with_a_message(
    office: Office, xml: str, status: int
) -> None:
    office.phone.request("HEAD", f"{office.county.address}/openrosa/submission")
    answer = office.phone.post(xml, {})
    assert answer.status == status
    assert answer.message
    assert answer.headers["x-openrosa-version"] == "1.0"


def test_bodies_that_are_no_submission_are_refused(office: Office) -> None:
    url = f"{office.county.address}/openrosa/submission"
    office.phone.request("HEAD", url)
    body, boundary = multipart(office.sheet(), {})
    kinds = {
        "multipart/form-data": body,
        f"multipart/form-data; boundary={boundary}x": body,
        f"multipart/form-data; boundary={boundary}": body[:-30],
        "application/xml": b"<data/>",
        "": b"",
    }
    for kind, content in kinds.items():
        assert office.phone.request("POST", url, content, {"Content-Type": kind}).status == 400, kind
    twice = body.removesuffix(f"--{boundary}--\r\n".encode()) + body
    assert (
        office.phone.request(
            "POST", url, twice, {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        ).status
        == 422
    )
    large = {"Content-Type": f"multipart/form-data; boundary={boundary}", "Content-Length": str(1 << 40)}
    assert office.phone.request("POST", url, body, large).status == 413


def test_a_form_is_found_by_its_own_address_only(office: Office) -> None:
    base = f"{office.county.address}/openrosa/forms"
    for path in ("nothing/form.xml", "nothing/manifest", f"{office.form.id}/files/{'0' * 64}"):
        assert office.phone.request("GET", f"{base}/{path}").status == 404, path


def test_messages_are_in_the_phones_language(office: Office) -> None:
    office.phone.request("HEAD", f"{office.county.address}/openrosa/submission")
    url = f"{office.county.address}/openrosa/submission"
    for language, told in (("en-US,en", "en"), ("zh-CN", "zh"), ("", "zh")):
        body, boundary = multipart("broken", {})
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}", "Accept-Language": language,
        }  # fmt: skip
        answer = office.phone.request("POST", url, body, headers)
        assert (answer.status, answer.headers["content-language"]) == (422, told)
        assert answer.message


def test_roles_elsewhere_do_not_reach_this_village(office: Office) -> None:
    phone = office.phone_with(Role.VILLAGE_AIDE, OTHER_TOWN)
    office.household(office.tablet, "341789-0003", GRID_1)
    xml = office.sheet(household_no="341789-0003")
    assert phone.send(xml)[0].status == 201
    (stored,) = office.stored(xml)
    assert (stored["household_id"], stored["bucket"]) == (None, OTHER_TOWN)
