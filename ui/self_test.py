"""The demo scenario without a screen: offline visit with photo → restart → submit → county → second
device → counted by the supervisor. Run by `--self-test`, on the frozen program too."""

import datetime as dt
import io
import os
import sys
import tempfile
import time
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from fieldapp import __version__
from fieldapp.app.profiles import Dataset, Profile
from fieldapp.domain.clock import local_day, system_clock
from fieldapp.domain.errors import FieldappError

if TYPE_CHECKING:
    from fieldapp.domain.records.visits import Photo, PhotoKind
    from fieldapp.services.context import Context
    from fieldapp.services.profiles import ProfileDoor, UnlockedProfile
    from fieldapp.services.visits import VisitForm
    from sync.engine.cycle import CycleReport


class SelfTestFailed(Exception):
    """A step of the scenario did not give what it must."""


def run() -> int:
    """Run all steps in a throw-away folder and print what happened. Returns the exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        _say("no display here: running the scenario headless")
    with tempfile.TemporaryDirectory(prefix="fieldapp-self-test-", ignore_cleanup_errors=True) as folder:
        try:
            _scenario(Path(folder))
        except (SelfTestFailed, FieldappError) as failure:
            _say(f"FAILED: {failure}")
            return 1
    _say("self-test passed")
    return 0


def _scenario(folder: Path) -> None:
    from ui.demo_county import DemoCounty

    _platform_facts()
    with _step("time zone and keyring backends are there"):
        _bundled_data()
    county = DemoCounty(folder / "county")
    with _step("make a demo county and start its server"):
        county.make()
        county.start()
    try:
        aide = _enrol(folder / "aide", county.url, county.door("aide").code)
        with _step("first sync of the aide's device") as note:
            note(f"{_sync(aide.opened.context).received} records")
        with _step("the supervisor's device, before the visit") as note:
            clerk = _enrol(folder / "supervisor", county.url, county.door("supervisor").code)
            _sync(clerk.opened.context)
            before = _visit_count(clerk.opened.context)
            note(f"{before} visits this month")
        with _step("network gone: server stopped"):
            county.stop()
        context, visit_id = _visit_offline(aide)
        _upload(context, county.start())
        _see_it(clerk.opened.context, county.url, visit_id, before)
        with _step("nothing changed: one more sync is quiet"):
            report = _sync(context)
            _expect(report.sent == 0 and report.received == 0, "nothing sent, nothing received")
        _draw_screens(context, clerk.opened.context, visit_id)
        context.store.close()
        clerk.opened.context.store.close()
    finally:
        county.stop()


def _visit_offline(aide: "_Device") -> "tuple[Context, str]":
    """Begin a visit, stop the program in the middle, go on, submit: all without a network."""
    from fieldapp.app.profiles import DEMO_PASSPHRASE
    from fieldapp.services import visits

    context = aide.opened.context
    with _step("offline: begin a visit, take a photo, keep the draft"):
        draft_id, _changes = visits.begin_visit(context, _due_household(context))
        _fill(context, draft_id)
    with _step("program ends, starts again, the draft is there"):
        context.store.close()  # no snapshot, no goodbye
        context = aide.door.unlock(aide.profile, DEMO_PASSPHRASE).context
        form = visits.visit_form(context, draft_id)
        _expect(len(form.stored.draft.photos) == 1, "the draft keeps its photo")
    with _step("submit offline; sync says offline and keeps it"):
        visit_id, _changes = visits.submit_visit(context, draft_id)
        _expect(_sync(context).error_code == "offline", "sync reports offline")
    return context, visit_id


def _upload(context: "Context", url: str) -> None:
    with _step("network back: upload") as note:
        _new_address(context, url)
        report = _sync(context)
        note(f"{report.sent} records, {report.blobs_sent} photos")
        _expect(not report.error_code, f"sync without error, got {report.error_code}")
        _expect(
            report.blobs_sent >= 1 and not report.blobs_failed, "the photo (and what is small of it) was sent"
        )


def _see_it(other: "Context", url: str, visit_id: str, before: int) -> None:
    from fieldapp.services import visits

    with _step("the supervisor's device sees and counts it") as note:
        _new_address(other, url)
        _sync(other)
        view = visits.visit_view(other, visit_id)
        _fetch_photo(other, view.visit.photos[0].sha256)
        after = _visit_count(other)
        note(f"{before} → {after} visits this month")
        _expect(after == before + 1, "the supervisor counts one more")


# --- pieces -------------------------------------------------------------------------------------


class _Device:
    """A profile in its own folder."""

    def __init__(self, door: "ProfileDoor", opened: "UnlockedProfile") -> None:
        self.door = door
        self.opened = opened
        self.profile: Profile = opened.profile


def _enrol(root: Path, url: str, code: str) -> _Device:
    import secrets

    from fieldapp.app.profiles import DEMO_PASSPHRASE
    from fieldapp.services.profiles import ProfileDoor
    from ui.sync_desk import enrol_store

    root.mkdir()
    door = ProfileDoor(root, clock=system_clock, random_bytes=secrets.token_bytes)
    with _step(f"enrol {root.name}"):
        opened = door.create(DEMO_PASSPHRASE, Dataset.DEMO, lambda store: enrol_store(store, url, code))
    return _Device(door, opened)


def _sync(context: "Context") -> "CycleReport":
    from ui.sync_desk import cycle

    return cycle(context)


def _new_address(context: "Context", url: str) -> None:
    from ui.sync_desk import set_server_url

    set_server_url(context, url)


def _fetch_photo(context: "Context", sha256: str) -> bytes:
    from ui.sync_desk import SyncDesk

    desk = SyncDesk(context, lambda _: None, lambda _: None)
    return desk.fetch_photo(sha256)


def _due_household(context: "Context") -> str:
    from fieldapp.services.today import today

    due = today(context).due
    _expect(bool(due), "something is due in the demo village")
    return due[0].household_id


def _fill(context: "Context", draft_id: str) -> None:
    from fieldapp.domain.records.visits import Attestation, Mode, PhotoKind, Result, Signature
    from fieldapp.services import visits

    form = visits.visit_form(context, draft_id)
    draft = form.stored.draft.model_copy(
        update={
            "result": Result.NORMAL,
            "mode": Mode.ONSITE,
            "finished_at": context.clock() + dt.timedelta(milliseconds=1),
            "narrative": "自检：米面油够用，住房已检查，无明显隐患。",
            "photos": (keep_photo(context, form, sample_picture(), PhotoKind.DOOR),),
            "signature": Signature(attestation=Attestation.NOT_NEEDED, reason="自检"),
        }
    )
    visits.save_draft(context, draft_id, draft)


def keep_photo(context: "Context", form: "VisitForm", picture: Any, kind: "PhotoKind") -> "Photo":
    """Make a photo of a QImage as the form does, keep it, and describe it."""
    from fieldapp.domain.records.visits import Photo, PhotoOrigin
    from fieldapp.services import visits
    from ui import imaging
    from ui.pictures import PhotoLimits, PhotoStamp

    stamp = PhotoStamp(at=context.clock(), village=form.village_name, worker=form.worker_name)
    made = imaging.prepare_image(picture, stamp, PhotoLimits())
    return Photo(
        kind=kind, sha256=visits.keep_blob(context, made.content, "image/jpeg"), size=len(made.content),
        width=made.width, height=made.height, taken_at=context.clock(), origin=PhotoOrigin.FILE,
        phash=made.phash, watermark=made.watermark,
        thumbnail_sha256=visits.keep_blob(context, made.thumbnail, "image/jpeg"),
        thumbnail_size=len(made.thumbnail),
    )  # fmt: skip


def sample_picture() -> Any:
    """A QImage as large as a camera's: a house under the sky."""
    from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

    picture = QImage(2400, 1800, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    sky = QLinearGradient(0, 0, 2400, 1800)
    sky.setColorAt(0, QColor("#8fb8de"))
    sky.setColorAt(1, QColor("#e8e2d0"))
    painter.fillRect(picture.rect(), sky)
    painter.fillRect(700, 800, 1000, 800, QColor("#a05a3c"))
    painter.fillRect(1100, 1150, 200, 450, QColor("#4a2a1a"))
    painter.end()
    return picture


def _visit_count(context: "Context") -> int:
    from fieldapp.services import statistics
    from fieldapp.services.statistics import GroupBy

    area = statistics.scope_areas(context)[0][0]
    month = local_day(context.clock()).replace(day=1)
    return statistics.statistics_view(context, area, month, GroupBy.WORKER).total.visit_count


def _platform_facts() -> None:
    from PySide6.QtGui import QFontDatabase, QImageReader
    from PySide6.QtMultimedia import QMediaDevices, QMediaFormat
    from PySide6.QtPositioning import QGeoPositionInfoSource

    from ui.application import make_application

    make_application()
    formats = sorted(bytes(f.data()).decode() for f in QImageReader.supportedImageFormats())
    chinese = QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)
    _say(f"fieldapp {__version__}, Python {sys.version.split()[0]}, {sys.platform}")
    _say(f"  cameras {len(QMediaDevices.videoInputs())}, "
         f"video formats {len(QMediaFormat().supportedFileFormats(QMediaFormat.ConversionMode.Decode))}, "
         f"position sources {', '.join(QGeoPositionInfoSource.availableSources()) or 'none'}")  # fmt: skip
    _say(f"  image formats {' '.join(formats)}; Chinese fonts {len(chinese)}")
    _expect("jpeg" in formats, "Qt reads JPEG")
    _expect(bool(QMediaFormat().supportedFileFormats(QMediaFormat.ConversionMode.Decode)),
            "the media backend is there")  # fmt: skip
    _expect(_reads_codes(), "a QR code is read from a picture")


def _reads_codes() -> bool:
    """Whether the code that an office would print is read as the camera's frames are."""
    import segno
    from PySide6.QtGui import QImage

    from ui.camera.codes import CodeKind, read_codes

    text = "fieldapp://enrol?server=https%3A%2F%2Fcounty.example&code=SELF-TEST"
    made = io.BytesIO()
    segno.make(text).save(made, kind="png", scale=4)
    found = read_codes(QImage.fromData(made.getvalue()), CodeKind.QR)
    return [code.text for code in found] == [text]


def _bundled_data() -> None:
    """What a frozen program loses silently: the county's time zone, and the way to the keyring."""
    zoneinfo.reset_tzpath(to=())
    try:
        zoneinfo.ZoneInfo.no_cache("Asia/Shanghai")
    except zoneinfo.ZoneInfoNotFoundError:
        raise SelfTestFailed("the time zone comes with the program") from None
    finally:
        zoneinfo.reset_tzpath()
    known = {point.name for point in metadata.entry_points(group="keyring.backends")}
    _expect({"Windows", "macOS", "SecretService"} <= known, "keyring finds its backends")
    if sys.platform == "linux":
        _expect(find_spec("secretstorage") is not None, "the secret service's client is there")


_OFFICE: Final = frozenset(
    {"statistics", "assessments", "reliefs", "relief", "relief_form", "relief_desk", "case_times",
     "campaign_new", "opinions", "reviews"}
)  # fmt: skip
"""Screens of supervisors; all others are painted on the aide's device."""


def _draw_screens(aide: "Context", clerk: "Context", visit_id: str) -> None:
    """Every screen is built and painted once; one that wants to know what to show is told here."""
    from fieldapp.domain.records.assessment_drafts import AssessmentDraft
    from fieldapp.domain.records.clue_drafts import ClueDraft
    from fieldapp.domain.records.clues import ClueKind, Urgency
    from fieldapp.domain.records.needs import PickedNeed
    from fieldapp.domain.records.visits import NeedKind
    from fieldapp.services import assessments, campaigns, clue_reports, needs, visits
    from ui.navigation import ROUTES

    household = visits.visit_view(aide, visit_id).household
    draft_id, _changes = visits.begin_visit(aide, household.id)
    sheet_id, _changes = assessments.begin_assessment(aide, household.id, AssessmentDraft())
    clue = ClueDraft(
        household_id=household.id, area_code=household.area_code, kind=ClueKind.COLD_HEAT, urgency=Urgency.L2,
        place="自检", description="自检：屋里没有取暖，老人独自在家。",
    )  # fmt: skip
    clue_id, _changes = clue_reports.report_clue(aide, clue)
    [need_id], _changes = needs.add_needs(aide, household.id, [PickedNeed(kind=NeedKind.MEAL)])
    params = {
        "household": {"household_id": household.id},
        "visit_form": {"draft_id": draft_id},
        "visit": {"visit_id": visit_id},
        "form": {"draft_id": sheet_id},
        "assessment": {"draft_id": sheet_id},
        "clue": {"clue_id": clue_id},
        "campaign": {"campaign_id": campaigns.campaigns(aide)[0].campaign.id},
        "need": {"need_id": need_id},
        "relief": {"relief_id": _relief(clerk, household.area_code)},
    }
    routes = [(route, params.get(route, {})) for route in ROUTES]
    _draw(aide, [one for one in routes if one[0] not in _OFFICE])
    _draw(clerk, [one for one in routes if one[0] in _OFFICE])


def _relief(clerk: "Context", area_code: str) -> str:
    """A relief of the town's clerk; answers its id."""
    from fieldapp.domain.records import reliefs as records
    from fieldapp.services import reliefs

    meals = records.ReliefItem(form=records.ReliefForm.MEALS, unit_price=4_500, amount=4_500)
    new = reliefs.NewRelief(
        kind=records.ReliefKind.URGENT, path=records.ReliefPath.NORMAL, cause=records.ReliefCause.NO_FOOD,
        reason="自检：断粮。", items=(meals,), area_code=area_code, recipient="自检",
    )  # fmt: skip
    return reliefs.propose_relief(clerk, new)[0]


def _draw(context: "Context", routes: list[tuple[str, dict[str, str]]]) -> None:
    from PySide6.QtWidgets import QApplication, QWidget

    from fieldapp.services.profiles import UnlockedProfile
    from ui.application import make_application
    from ui.bootstrap import Options, Program

    app = make_application()
    with _step("paint the screens") as note, tempfile.TemporaryDirectory() as root:
        program = Program(app, Options(root=Path(root), dataset=Dataset.DEMO))
        profile = Profile(Path(root), "self-test", "", Dataset.DEMO, context.clock(), context.clock())
        program.show_offline(UnlockedProfile(profile, context))
        program.window.resize(1366, 768)
        program.window.show()
        for route, params in routes:
            program.window.go(route, **params)
            deadline = time.monotonic() + 10
            while time.monotonic() < deadline and not program.tasks.idle:
                QApplication.processEvents()
            _expect(program.tasks.idle, f"{route} comes to rest")
            _expect(not program.window.grab().isNull(), f"{route} paints")
        program.window.show_door(QWidget())
        program.tasks.stop()
        program.window.hide()
        note(", ".join(route for route, _ in routes))


@contextmanager
def _step(name: str) -> Iterator[Callable[[str], None]]:
    began = time.monotonic()
    notes: list[str] = []
    yield notes.append
    told = f" ({'; '.join(notes)})" if notes else ""
    _say(f"ok  {name}{told}  {time.monotonic() - began:.1f} s")


def _expect(held: bool, what: str) -> None:
    if not held:
        raise SelfTestFailed(what)


def _say(line: str) -> None:
    print(line, flush=True)
