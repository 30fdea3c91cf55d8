"""Nothing personal outside the encrypted files and the exports somebody asked for (MASVS STORAGE-1, -2).

Every text that can be filled in carries a mark; after a day's work every file is searched for the marks.
"""

import base64
import datetime as dt
import faulthandler
import json
import logging
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import text

from fieldapp.app import diagnosis, logs
from fieldapp.app.profiles import Dataset
from fieldapp.domain.errors import FieldappError
from fieldapp.domain.records.base import RecordFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields, Relation, Sex
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visits import (
    Attestation,
    ChangeKind,
    FamilyChange,
    Findings,
    Location,
    Photo,
    PhotoKind,
    PhotoOrigin,
    PositionSource,
    Result,
    Signature,
    VisitFields,
)
from fieldapp.exports.visits_ledger import VisitEntry, write_visits
from fieldapp.services import households, outbox, photos, registration, visits
from fieldapp.services.households import NewHousehold, Secret
from fieldapp.services.profiles import ProfileDoor, UnlockedProfile, refresh_derived
from fieldapp.services.today import today
from fieldapp.storage.outbox import next_batch
from fieldapp.storage.store import Store
from sync.engine.cycle import run_cycle
from sync.engine.session import SyncSession
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.determinism import MovableClock
from tests.gui.county import GRID_1, County
from tests.integration.device.conftest import PASSPHRASE, enrol_as

LATIN: Final = "Qzvjxk"
HAN: Final = "鑫麤龘"
NOT_TEXTS: Final = frozenset(
    {"id", "created_by", "updated_by", "device_id", "household_id", "area_code", "root_id", "ethnicity",
     "id_number", "phone", "carer_phone", "bank_account"}
)  # fmt: skip
Files = dict[str, bytes]


class Marks:
    """Gives marks and remembers them."""

    def __init__(self) -> None:
        self.given: list[str] = []

    def mark(self, limit: int = 50) -> str:
        """Unlike any other text, in Han and Latin letters."""
        made = f"{HAN}{LATIN}{len(self.given):03d}"
        assert len(made) <= limit
        self.given.append(made)
        return made

    def number(self, value: str) -> str:
        """A number that is a mark by itself."""
        self.given.append(value)
        return value

    def texts_of(self, fields: type[RecordFields]) -> dict[str, str]:
        """A mark for every free text of a record."""
        return {
            name: self.mark(next((m.max_length for m in info.metadata if hasattr(m, "max_length")), 50))
            for name, info in fields.model_fields.items()
            if info.annotation is str and name not in NOT_TEXTS
        }

    def found_in(self, files: Files) -> list[str]:
        """Where a mark shows, in any of the forms in which text gets onto a disk."""
        whole = [one for one in self.given if HAN not in one]
        needles = {form: one for one in (LATIN, HAN, *whole) for form in _forms(one)}
        return [
            f"{name}: {needle} as {form[:24]!r}"
            for name, content in files.items()
            for form, needle in needles.items()
            if form in content
        ]


def _forms(mark: str) -> Iterator[bytes]:
    for raw in (mark.encode(), mark.encode("utf-16-le"), mark.encode("utf-16-be")):
        yield raw
        yield raw.hex().encode()
        for offset in range(3):
            # Without the first and last characters, which depend on what stands beside the mark.
            encoded = base64.b64encode(b"\0" * offset + raw)
            yield encoded[(0, 2, 3)[offset] : len(encoded) // 4 * 4 - 4]
    yield json.dumps(mark).strip('"').encode()
    yield mark.encode("gb18030")


def files_under(*folders: Path) -> Files:
    """Names and contents of all files, names counting as content too."""
    found = {str(p): p.read_bytes() for folder in folders for p in folder.rglob("*") if p.is_file()}
    return found | {"(names)": "\n".join(found).encode()}


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder for temporary files during the test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    for name in ("TMPDIR", "TEMP", "TMP", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


@pytest.fixture
def log_file(root: Path) -> Iterator[None]:
    """The program's own log, with everything it can say."""
    stop = logs.start(root, debug=True)
    yield
    stop()
    faulthandler.enable()  # pytest's own


def as_errors(acts: list[Callable[[], object]]) -> list[str]:
    """What the errors of acts that must fail say, and what the log makes of those that are bugs."""
    said = []
    for act in acts:
        try:
            act()
        except FieldappError as error:
            said.append(f"{error!r} {error} {error.facts}")
            logging.getLogger("ui.bootstrap").warning("refused: %s", error)
        except Exception as error:
            logging.getLogger("ui.tasks").critical("task broke", exc_info=error)
        else:
            raise AssertionError("this was to fail")
    return said


def photo_of(content: bytes, sha256: str, marks: Marks) -> Photo:
    return Photo(
        kind=PhotoKind.PERSON, sha256=sha256, size=len(content), width=1600, height=1200,
        origin=PhotoOrigin.CAMERA, watermark=marks.mark(), lat=30.123457, lon=117.765432,
    )  # fmt: skip


class Work:
    """A day's work on a device, with marks in everything."""

    def __init__(self, opened: UnlockedProfile, county: County, marks: Marks) -> None:
        self.context, self.county, self.marks = opened.context, county, marks

    def pulled(self) -> str:
        """A household, a person and a visit that came from the server."""
        marks, county = self.marks, self.county
        household = county.household_fields(
            **marks.texts_of(HouseholdFields), lat=float(marks.number("30.271828")), lon=117.314159
        )
        person = county.person_fields(
            household.id, relation_to_head=Relation.SELF, **marks.texts_of(PersonFields),
            id_number=marks.number(county.id_number(dt.date(1949, 2, 3), Sex.MALE)),
            phone=marks.number("10086420975"), carer_phone=marks.number("10097531864"),
            bank_account=marks.number("341789556677889900"),
        )  # fmt: skip
        county.pull("households", [household])
        county.pull("persons", [person])
        texts = marks.texts_of(VisitFields)
        county.pull("visits", [county.visit_fields(household.id, days_ago=30, **texts)])
        return household.id

    def looked_up(self, household: str) -> None:
        """Lists, search, card, numbers shown in full."""
        context, marks = self.context, self.marks
        for typed in (HAN, LATIN, marks.given[0], "鑫", "10086420975", "0975"):
            households.household_ids(context, typed=typed)
        assert households.household_ids(context, typed=HAN) == [household]
        assert LATIN in households.household_items(context, [household])[0].head_name
        person = households.household_card(context, household).members[0].person
        for secret in Secret:
            households.reveal(context, person.id, secret, marks.mark())
        today(context)

    def visited(self, household: str) -> str:
        """A visit filled in completely, submitted, and a correction of it left as a draft."""
        context, marks = self.context, self.marks
        draft_id, _ = visits.begin_visit(context, household)
        draft = self.filled(visits.visit_form(context, draft_id).stored.draft)
        for end in range(0, len(draft.narrative), 3):
            typed = draft.model_copy(update={"narrative": draft.narrative[:end]})
            visits.save_draft(context, draft_id, typed)
        visits.save_draft(context, draft_id, draft)
        self.county.clock.advance(minutes=20)
        visit_id, _ = visits.submit_visit(context, draft_id)
        correction, _ = visits.begin_correction(context, visit_id)
        again = visits.visit_form(context, correction).stored.draft
        visits.save_draft(context, correction, again.model_copy(update={"amend_reason": marks.mark()}))
        visits.visit_view(context, visit_id)
        visits.drafts(context)
        return visit_id

    def filled(self, draft: VisitDraft) -> VisitDraft:
        context, marks = self.context, self.marks
        picture = b"\xff\xd8\xff\xe1" + marks.mark().encode() + marks.mark().encode("utf-16-le") + bytes(9000)
        drawn, strokes = (
            b"\x89PNG" + marks.mark().encode(),
            json.dumps([marks.mark()], ensure_ascii=False).encode(),
        )
        texts = {
            name: marks.mark()
            for name, info in VisitDraft.model_fields.items()
            if info.annotation is str and name not in ("household_id", "step", "amend_reason")
        }
        notes = {n: marks.mark() for n, i in Findings.model_fields.items() if i.annotation is str}
        lat = float(marks.number("30.161803"))
        signature = Signature(
            attestation=Attestation.SIGNED, image_sha256=visits.keep_blob(context, drawn, "image/png"),
            image_size=len(drawn), strokes_size=len(strokes), witness_name=marks.mark(), reason=marks.mark(),
            strokes_sha256=visits.keep_blob(context, strokes, "application/json"),
        )  # fmt: skip
        return draft.model_copy(
            update=texts
            | {
                "result": Result.NORMAL,
                "findings": Findings.model_validate(notes),
                "changes": (FamilyChange(kind=ChangeKind.PHONE, old=marks.mark(), new=marks.mark()),),
                "phrases": (marks.mark(),),
                "photos": (photo_of(picture, visits.keep_blob(context, picture, "image/jpeg"), marks),),
                "signature": signature,
                "location": Location(
                    source=PositionSource.GPS,
                    lat=lat,
                    lon=117.1,
                    reason=marks.mark(),
                ),
            }
        )

    def registered(self, household: str) -> None:
        """A new household, one half typed in, and contact facts corrected."""
        context, marks = self.context, self.marks
        new = NewHousehold(
            head_name=f"王{marks.mark()}", area_code=GRID_1, group_name=marks.mark(), address=marks.mark(),
            id_number=marks.number(self.county.id_number(dt.date(1955, 6, 7))), remark=marks.mark(),
            phone=marks.number("10075319864"),
        )  # fmt: skip
        registration.keep(context, new)
        households.register_household(context, new)
        half = NewHousehold(head_name=marks.mark(), area_code="", no_id_reason=marks.mark())
        registration.keep(context, half)
        person = households.household_card(context, household).members[0].person
        phones = {person.id: marks.number("10064208642")}
        households.edit_contact(context, household, address=marks.mark(), phones=phones)

    def failed(self, household: str) -> list[str]:
        """Acts that fail, as errors people see and as bugs; what the former say."""
        context, marks = self.context, self.marks
        person = households.household_card(context, household).members[0].person
        secret = marks.mark()
        wrong = NewHousehold(head_name=secret * 9, area_code=GRID_1, id_number=person.id_number[:-2] + "ZZ")

        def doubled() -> None:
            with context.store.transaction() as connection:
                connection.execute(
                    text("INSERT INTO households SELECT * FROM households WHERE head_name = :name"),
                    {"name": households.household_card(context, household).household.head_name},
                )

        return as_errors([
            lambda: households.register_household(context, wrong),
            lambda: households.register_household(
                context, NewHousehold(head_name=secret, area_code=GRID_1, id_number=person.id_number)
            ),
            lambda: households.edit_contact(context, household, phones={person.id: secret}),
            lambda: households.edit_contact(context, household, address=secret * 30),
            lambda: households.household_card(context, secret),
            lambda: visits.begin_visit(context, secret),
            lambda: households.reveal(context, secret, Secret.PHONE, secret),
            lambda: PersonFields.model_validate(person.model_dump() | {"name": secret * 20}),
            lambda: VisitFields.model_validate({"narrative": secret}),
            doubled,
        ])  # fmt: skip

    def synced_in_vain(self) -> None:
        """A cycle that prepares everything and finds no server."""
        store = self.context.store
        transport = HttpTransport(ServerAddress("http://127.0.0.1:9"), "token", new_request_id=store.ids)
        assert run_cycle(SyncSession(store, transport)).error_code == "offline"
        transport.close()
        with store.transaction() as connection:
            assert next_batch(connection, "batch", self.county.clock()) is not None
        view = outbox.outbox_view(self.context)
        assert any(HAN in record.title for record in view.records)


def exported(work: Work, household: str, target: Path, watch: Callable[[], None]) -> None:
    """The ledger in full, as somebody asked for it; `watch` looks at the disk meanwhile."""
    card = households.household_card(work.context, household)

    def progress(*_: object) -> None:
        watch()

    seen = (card.item.head_name,)
    entries = [VisitEntry(v, card.household, {}, ("周丙",), seen) for v in card.timeline * 40]
    assert write_visits(target, entries, county_name="示范区", full=True, progress=progress)


def everything_stored(store: Store) -> str:
    """All values of records.db and all blobs as text."""
    with store.reading() as connection:
        names = "SELECT name FROM sqlite_master WHERE type='table'"
        values = [
            value
            for table in connection.exec_driver_sql(names).scalars().all()
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"')
            for value in row
        ]
    values += [store.photos.get(sha256) for sha256 in store.photos.stored_before("9")]
    return "\n".join(
        value.decode("utf-8", "replace") + value.decode("utf-16-le", "replace")
        if isinstance(value, bytes)
        else str(value)
        for value in values
    )


def test_search_finds_a_mark_in_every_form() -> None:
    """The control: what is searched for would be found if it were there."""
    marks = Marks()
    mark = marks.mark()
    marks.number("10086420975")
    for plain in (mark, "10086420975"):
        for raw in (plain.encode(), plain.encode("utf-16-le"), plain.encode("utf-16-be")):
            for before in range(4):
                for after in range(4):
                    content = b"x" * before + raw + b"y" * after
                    assert marks.found_in({"plain": content})
                    assert marks.found_in({"base64": base64.b64encode(content)})
                    assert marks.found_in({"hex": content.hex().encode()})
        assert marks.found_in({"json": json.dumps(plain).encode()})
    assert not marks.found_in({"other": b"\0" * 100 + "鑫鑫 Qzv".encode()})


@pytest.mark.allow_log("ui", "sync")
def test_no_mark_is_found_outside_the_encrypted_files(
    door: ProfileDoor, clock: MovableClock, root: Path, temporary: Path, tmp_path: Path, log_file: None,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    caplog.set_level(logging.DEBUG)
    marks = Marks()
    opened = door.create(PASSPHRASE, Dataset.REAL, enrol_as(f"王{marks.mark()}"))
    county = County(opened.profile.folder, clock, store=opened.context.store)
    work = Work(opened, county, marks)

    household = work.pulled()
    work.looked_up(household)
    work.visited(household)
    work.registered(household)
    said = work.failed(household)
    opened.context.store.snapshot()
    work.synced_in_vain()
    refresh_derived(opened.context)
    photos.clear_unused(opened.context)
    wanted = tmp_path / "wanted"
    wanted.mkdir()
    looked: list[int] = []

    def look() -> None:
        found = files_under(root, temporary)
        looked.append(len(found))
        _assert_clean(marks, found)

    exported(work, household, wanted / "走访台账.xlsx", look)
    assert looked
    diagnosis.save(root, wanted / "diagnosis.zip", "1.0")

    # The marks are really there, for whoever has the key.
    stored = everything_stored(opened.context.store)
    missing = [one for one in marks.given if one not in stored]
    assert len(missing) == 3, f"an old address and phone and the words of failed acts, but not: {missing}"

    # As a thief finds it while the program runs (write-ahead logs and all), and after it was locked.
    stolen = tmp_path / "stolen"
    shutil.copytree(root, stolen)
    assert list(stolen.rglob("*.db-wal"))
    door.close(opened)
    with zipfile.ZipFile(wanted / "diagnosis.zip") as archive:
        sent = {f"diagnosis/{name}": archive.read(name) for name in archive.namelist()}
    _assert_clean(
        marks,
        files_under(root, temporary, stolen)
        | sent
        | {"(messages)": "\n".join(r.getMessage() for r in caplog.records).encode()}
        | {"(errors)": "\n".join(said).encode()},
    )
    assert len(said) >= 6


def _assert_clean(marks: Marks, files: Files) -> None:
    assert len(files) > 5
    assert marks.found_in(files) == []
