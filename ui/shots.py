"""Pictures of every screen for the documentation: `python -m ui.shots --out docs/screens`.

Made-up county, real server, real profiles; time, data and keys are fixed, so that pictures only change
when screens do.
"""

import argparse
import datetime as dt
import hashlib
import itertools
import os
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from fieldapp.app.preferences import TEXT_SCALES, Language, Preferences, ThemeChoice
from fieldapp.app.profiles import Dataset
from fieldapp.domain.clock import fixed_clock
from ui.ports import SyncState, SyncStatus

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from fieldapp.domain.records.visits import Signature
    from fieldapp.services.context import Context
    from fieldapp.services.profiles import ProfileDoor, UnlockedProfile
    from ui.bootstrap import Program
    from ui.demo_county import DemoCounty
    from ui.widgets.inputs.signature_pad import SignaturePad

NOW: Final = dt.datetime(2026, 11, 23, 2, 5, tzinfo=dt.UTC)  # a Monday, 10:05 in the county
SERVER_SHOWN: Final = "https://rht.example.gov.cn"
STORY: Final = "程贤水"
SIZES: Final = {"landscape": (1366, 768), "portrait": (800, 1280)}
PATIENCE_S: Final = 20.0
STEPS: Final = ("arrival", "living", "health", "money", "changes", "needs", "words", "evidence", "finish")


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture. `part` is whose device it is; `path` leads from a main entry to the screen, () is the
    door.

    `params` are those of the last route; `act` goes on from the open screen; `status` is how sync stands;
    `large` asks for one more picture with the largest text.
    """

    name: str
    part: str
    path: tuple[str, ...] = ()
    params: Callable[["Scene"], dict[str, str]] = lambda _: {}
    act: Callable[["Program"], None] = lambda _: None
    status: Callable[["Scene"], SyncStatus] = lambda _: SyncStatus(SyncState.IDLE, NOW)
    large: bool = False


def _form(step: str) -> Shot:
    return Shot(
        f"form-{step}",
        "aide",
        ("today", "visit_form"),
        lambda scene: {"draft_id": scene.draft_at(step)},
        large=step == "living",
    )


def _search(program: "Program") -> None:
    assert program.window.pages is not None
    search = program.window.pages.top.search
    assert search is not None
    search.show()
    search.line.setText("cxs")
    search.line.returnPressed.emit()  # at once, without the pause of typing


def _open_visits(program: "Program") -> None:
    """The list behind the number of visits."""
    from fieldapp.services.statistics_lists import Figure
    from ui.screens.statistics.screen import StatisticsScreen

    screen = program.window.screen_shown
    assert isinstance(screen, StatisticsScreen)
    screen.figures.tiles[Figure.VISITS].click()


def _show_progress(program: "Program") -> None:
    """How far the campaign is, by village."""
    from ui.screens.campaign.presenter import Part
    from ui.screens.campaign.screen import CampaignScreen

    screen = program.window.screen_shown
    assert isinstance(screen, CampaignScreen)
    screen.presenter.show(Part.PROGRESS)


def _choose_visits(program: "Program") -> None:
    """All visits without hints chosen, and the question whether to approve them."""
    from ui.screens.reviews.screen import ReviewsScreen

    screen = program.window.screen_shown
    assert isinstance(screen, ReviewsScreen)
    screen.presenter.choose_plain()
    screen.presenter.ask()


def _decide_exemption(program: "Program") -> None:
    """The panel of the first request that waits."""
    from fieldapp.domain.records.exemptions import ExemptionVerdict
    from ui.screens.exemptions.screen import ExemptionsScreen

    screen = program.window.screen_shown
    assert isinstance(screen, ExemptionsScreen)
    screen.presenter.begin(screen.presenter.state.waiting[0].exemption_id)
    screen.presenter.choose(ExemptionVerdict.APPROVED)


def _return_visit(program: "Program") -> None:
    """The panel that asks why a visit goes back, with a remark on one field."""
    from fieldapp.domain.records.visit_reviews import ReviewAct
    from ui.screens.visit.screen import VisitScreen

    screen = program.window.screen_shown
    assert isinstance(screen, VisitScreen)
    screen.review.begin(ReviewAct.RETURN)
    screen.reviews.panel.more.click()
    line = screen.reviews.panel.comments[0]
    line.field.set_value("findings.living.HEATING")
    line.text.set_value("请写清是炭火还是电，炭够烧几天")


def _decide(program: "Program") -> None:
    """Which of the two values holds."""
    from ui.screens.conflicts.presenter import Asking
    from ui.screens.conflicts.screen import ConflictsScreen

    screen = program.window.screen_shown
    assert isinstance(screen, ConflictsScreen)
    screen.presenter.open(screen.presenter.state.rows[0].conflict_id, Asking.DECISION)


def _last_step(program: "Program") -> None:
    """All answers of a form, to be read once more."""
    from ui.screens.form.screen import FormScreen

    screen = program.window.screen_shown
    assert isinstance(screen, FormScreen)
    screen.presenter.check()


def _refer(program: "Program") -> None:
    """Who could serve the need."""
    from ui.screens.need.screen import NeedScreen

    screen = program.window.screen_shown
    assert isinstance(screen, NeedScreen)
    screen.presenter.begin_referral()


def _sheet(screen: str, act: Callable[["Program"], None] = lambda _: None) -> Shot:
    path = ("households", "form")
    return Shot(f"sheet-{screen}", "aide", path, lambda s: {"draft_id": s.sheet_at(screen)}, act=act)


SHOTS: Final = (
    Shot("enrol", "newcomer"),
    Shot("unlock", "aide"),
    Shot("today", "aide", ("today",), large=True),
    Shot("households", "aide", ("households",)),
    Shot("households-search", "aide", ("households",), act=_search),
    Shot("household", "aide", ("households", "household"), lambda s: {"household_id": s.household_id}),
    Shot("register", "aide", ("households", "register")),
    *(_form(step) for step in STEPS),
    Shot("visit", "aide", ("households", "visit"), lambda s: {"visit_id": s.visit_id}),
    Shot("paper", "aide", ("households", "paper"),
         lambda s: {"kind": "visits", "ids": s.visit_id}),
    Shot("drafts", "aide", ("drafts",)),
    Shot("conflicts", "supervisor", ("statistics", "conflicts"), large=True),
    Shot("conflicts-decide", "supervisor", ("statistics", "conflicts"), act=_decide),
    Shot("packages", "outing", ("today", "packages"), status=lambda s: s.offline_status(), large=True),
    Shot("packages-codes", "outing", ("today", "packages"),
         lambda s: {"record_id": s.waiting_id}, status=lambda s: s.offline_status()),
    Shot("sync", "outing", ("today", "sync"), status=lambda s: s.offline_status()),
    Shot("settings", "aide", ("settings",)),
    Shot("reviews", "supervisor", ("more", "reviews"), act=_choose_visits, large=True),
    Shot("review-return", "supervisor", ("more", "visit"),
         lambda s: {"visit_id": s.visit_to_review()}, act=_return_visit),
    Shot("exemptions", "supervisor", ("more", "exemptions"), act=_decide_exemption, large=True),
    Shot("visit-rules", "supervisor", ("more", "visit_rules"), large=True),
    Shot("review-mend", "aide", ("today", "visit_form"), lambda s: {"draft_id": s.returned_at("living")}),
    Shot("statistics", "supervisor", ("statistics",)),
    Shot("statistics-list", "supervisor", ("statistics",), act=_open_visits),
    Shot("opinions", "supervisor", ("statistics", "opinions"), large=True),
    Shot("campaigns", "supervisor", ("statistics", "campaigns")),
    Shot("campaign", "aide", ("today", "campaign"), lambda s: {"campaign_id": s.campaign_id()}),
    Shot("campaign-progress", "supervisor", ("statistics", "campaign"),
         lambda s: {"campaign_id": s.campaign_id()}, act=_show_progress, large=True),
    Shot("campaign-new", "supervisor", ("statistics", "campaign_new")),
    replace(_sheet("questions"), large=True),
    _sheet("urgent"),
    _sheet("summary", _last_step),
    Shot("assessment-team", "aide", ("households", "assessment"),
         lambda s: {"draft_id": s.sheet_at("summary")}, large=True),
    Shot("assessment-sign", "aide", ("households", "assessment"),
         lambda s: {"assessment_id": s.assessment_id}),
    Shot("assessment-signed", "aide", ("households", "assessment"),
         lambda s: {"assessment_id": s.signed_id}),
    Shot("assessments", "supervisor", ("statistics", "assessments"), large=True),
    Shot("clue-report", "aide", ("households", "clue_report"),
         lambda s: {"draft_id": s.report_id}, large=True),
    Shot("clue-sent", "outing", ("today", "clue_report"), lambda s: {"clue_id": s.sent_id},
         status=lambda s: s.offline_status()),
    Shot("clues", "supervisor", ("clues",), large=True),
    Shot("needs", "supervisor", ("more", "needs"), large=True),
    Shot("need", "supervisor", ("more", "needs", "need"), lambda s: {"need_id": s.referred_need()}),
    Shot("need-refer", "supervisor", ("more", "needs", "need"),
         lambda s: {"need_id": s.open_need_id}, act=_refer, large=True),
    Shot("need-report", "supervisor", ("more", "need_report"), large=True),
    Shot("organisations", "supervisor", ("more", "organisations")),
    Shot("organisation", "supervisor", ("more", "organisations"),
         lambda s: {"organisation_id": s.organisation()}),
    Shot("job-seekers", "supervisor", ("more", "job_seekers")),
    Shot("policies", "aide", ("more", "policies")),
    Shot("policy", "aide", ("more", "policies"), lambda _: {"card": "relief_first"}, large=True),
    Shot("more", "supervisor", ("more",)),
    Shot("clue", "supervisor", ("clues", "clue"), lambda s: {"clue_id": s.pressing_clue()}, large=True),
    Shot("reliefs", "supervisor", ("more", "reliefs"), large=True),
    Shot("relief-form", "supervisor", ("more", "relief_form"),
         lambda s: {"draft_id": s.relief_draft_id}, large=True),
    Shot("relief", "supervisor", ("more", "relief"), lambda s: {"relief_id": s.relief_id}, large=True),
    Shot("relief-paper", "supervisor", ("more", "paper"),
         lambda s: {"kind": "reliefs", "ids": s.relief_id}),
    Shot("relief-desk", "supervisor", ("more", "relief_desk")),
    Shot("case-times", "supervisor", ("more", "case_times"), large=True),
)  # fmt: skip


@dataclass
class Scene:
    """The devices after their first sync, and what the pictures show on them."""

    roots: dict[str, Path]
    doors: "dict[str, ProfileDoor]" = field(default_factory=dict)
    opened: "dict[str, UnlockedProfile]" = field(default_factory=dict)
    household_id: str = ""
    visit_id: str = ""
    draft_id: str = ""
    sheet_id: str = ""
    assessment_id: str = ""
    signed_id: str = ""
    waiting_id: str = ""
    report_id: str = ""
    sent_id: str = ""
    relief_id: str = ""
    relief_draft_id: str = ""
    open_need_id: str = ""

    @property
    def aide(self) -> "Context":
        """The aide's open profile."""
        return self.opened["aide"].context

    def offline_status(self) -> SyncStatus:
        """How sync stands after the network has gone."""
        from fieldapp.services import outbox

        waiting = outbox.waiting(self.opened["outing"].context)
        return SyncStatus(
            SyncState.OFFLINE, NOW, waiting.ops, waiting.blobs, waiting.refused, error_code="offline"
        )

    def campaign_id(self) -> str:
        """The campaign that runs."""
        from fieldapp.services import campaigns

        return campaigns.campaigns(self.aide, running=True)[0].campaign.id

    def pressing_clue(self) -> str:
        """The clue at the head of the supervisor's list."""
        from fieldapp.services import clues

        return clues.clue_list(self.opened["supervisor"].context)[0].clue_id

    def referred_need(self) -> str:
        """A need that an organisation serves."""
        from fieldapp.services import need_views

        found = need_views.need_list(self.opened["supervisor"].context)
        return next(one.need.id for one in found if one.referrals)

    def organisation(self) -> str:
        """One with a contract and a project."""
        from fieldapp.services.organisations import organisation_list

        found = organisation_list(self.opened["supervisor"].context)
        return next(one.organisation.id for one in found if one.projects and one.organisation.contracts)

    def visit_to_review(self) -> str:
        """A visit with something odd about it, else the first of the supervisor's list."""
        from fieldapp.services import visit_reviews

        since = NOW.date() - dt.timedelta(days=30)
        waiting = visit_reviews.visits_to_review(self.opened["supervisor"].context, since)
        return next((one for one in waiting if one.flags), waiting[0]).visit_id

    def returned_at(self, step: str) -> str:
        """The correction of a visit that came back to the aide, at a section of the form."""
        from fieldapp.services import visit_reviews, visits
        from fieldapp.services.today import today

        back = visit_reviews.returns_of(self.aide, [one.id for one in today(self.aide).returned])
        most = max(back, key=lambda visit_id: len(back[visit_id].comments))
        draft_id, _ = visits.begin_correction(self.aide, most)
        draft = visits.visit_form(self.aide, draft_id).stored.draft
        visits.save_draft(self.aide, draft_id, draft.model_copy(update={"step": step}))
        return draft_id

    def draft_at(self, step: str) -> str:
        """The draft, left at a section of the form."""
        from fieldapp.services import visits

        draft = visits.visit_form(self.aide, self.draft_id).stored.draft
        visits.save_draft(self.aide, self.draft_id, draft.model_copy(update={"step": step}))
        return self.draft_id

    def sheet_at(self, screen: str) -> str:
        """The answered assessment, left where a picture wants it; only one of them is an emergency."""
        from fieldapp.services import forms

        session = forms.open_draft(self.aide, self.sheet_id).session
        session.answer(_FLAGS, "NO_BASICS" if screen == "urgent" else "none")
        session.show({"questions": "/data/group_A/A1", "urgent": _FLAGS}.get(screen, ""))
        forms.save_answers(self.aide, self.sheet_id, session.save_draft())
        return self.sheet_id


_FLAGS: Final = "/data/group_flags/red_flags"
_SNOW: Final = {
    "A2": "c", "A3": "b", "A4": "b", "B1": "b", "B2": "c", "C1": "b", "C2": "b",
    "D1": "b", "D2": "c", "D3": "b", "E1": "c", "E3": "c", "F3": "c",
}  # fmt: skip
"""An aged couple in the snow: 47 points; everything else is the first option."""


def main() -> None:
    """Entry point of `python -m ui.shots`."""
    options = _parser().parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    options.out.mkdir(parents=True, exist_ok=True)
    wanted = [shot for shot in SHOTS if shot.name.startswith(options.only)]
    languages = [Language(options.lang)] if options.lang else list(Language)
    with tempfile.TemporaryDirectory(prefix="fieldapp-shots-", ignore_cleanup_errors=True) as folder:
        studio = _Studio(prepare(Path(folder)), options.out, dark=options.dark)
        for language in languages:
            for arrangement in SIZES:
                for shot in wanted:
                    studio.take(shot, language, arrangement, options.scale)
                    if shot.large and options.scale == 1.0:
                        studio.take(shot, language, arrangement, TEXT_SCALES[-1])
        for opened in studio.scene.opened.values():
            opened.context.store.close()
    print(f"{studio.taken} pictures, {studio.bytes / 1e6:.1f} MB")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ui.shots", description="Pictures of every screen.")
    parser.add_argument("--out", type=Path, required=True, help="folder for the PNG files")
    parser.add_argument("--lang", choices=[one.value for one in Language], help="one language only")
    parser.add_argument("--only", default="", help="only screens whose name begins so")
    parser.add_argument("--scale", type=float, choices=TEXT_SCALES, default=1.0, help="text size")
    parser.add_argument("--dark", action="store_true", help="the dark theme")
    return parser


# --- the camera ---------------------------------------------------------------------------------


class _Studio:
    """Takes pictures of a scene."""

    def __init__(self, scene: Scene, out: Path, *, dark: bool) -> None:
        self.scene = scene
        self.taken = 0
        self.bytes = 0
        self._out = out
        self._dark = dark

    def take(self, shot: Shot, language: Language, arrangement: str, scale: float) -> None:
        """Build the program anew, go where the picture is to be taken, and take it."""
        from PySide6.QtWidgets import QWidget

        from ui import palette_png

        suffix = ("-dark" if self._dark else "") + (f"-{scale * 100:.0f}" if scale != 1.0 else "")
        target = self._out / f"{shot.name}-{language.value}-{arrangement}{suffix}.png"
        theme = ThemeChoice.DARK if self._dark else ThemeChoice.LIGHT
        program = self._program(shot.part, Preferences(language, scale, theme))
        program.window.resize(*SIZES[arrangement])
        program.window.show()
        self._open(program, shot)
        _settle(program)
        shot.act(program)
        _settle(program)
        palette_png.save(program.window.grab().toImage(), target)
        program.window.show_door(QWidget())  # screens leave, and save
        program.tasks.stop()
        program.window.hide()
        program.window.deleteLater()
        self.taken += 1
        self.bytes += target.stat().st_size
        print(target.name, flush=True)

    def _open(self, program: "Program", shot: Shot) -> None:
        if not shot.path:
            program.show_door()
            return
        program.show_offline(self.scene.opened[shot.part], shot.status(self.scene))
        params = shot.params(self.scene)
        for nth, route in enumerate(shot.path, start=1):
            given = params if nth == len(shot.path) else {}
            if nth == 1 and not given:
                program.window.go_entry(route)
            else:
                program.window.go(route, **given)

    def _program(self, part: str, preferences: Preferences) -> "Program":
        from fieldapp.app import preferences as kept
        from ui.application import make_application
        from ui.bootstrap import Options, Program

        root = self.scene.roots[part]
        kept.save(root, preferences)
        door = self.scene.doors[part]
        options = Options(root, dataset=Dataset.DEMO, clock=fixed_clock(NOW), make_door=lambda *_: door)
        return Program(_still(make_application()), options)


def _still(app: "QApplication") -> "QApplication":
    app.setCursorFlashTime(0)
    return app


def _settle(program: "Program") -> None:
    """Let work and painting come to rest."""
    from PySide6.QtCore import QEvent
    from PySide6.QtWidgets import QApplication

    deadline = time.monotonic() + PATIENCE_S
    calm = 0
    while calm < 3:
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        calm = calm + 1 if program.tasks.idle else 0
        if time.monotonic() > deadline:
            raise TimeoutError("the screen does not come to rest")


# --- the scene ----------------------------------------------------------------------------------


def prepare(folder: Path) -> Scene:
    """Make the county, enrol its devices, sync them, and leave work in every state on the aide's."""
    import keyring
    from keyring.backends.fail import Keyring

    from ui.application import make_application
    from ui.demo_county import DemoCounty
    from ui.sync_desk import set_server_url, trust_clock

    keyring.set_keyring(Keyring())  # type: ignore[no-untyped-call]  # the keyring of whoever takes the pictures is not their subject
    make_application()
    county = DemoCounty(folder / "county")
    county.make(as_of=NOW.date())
    county.start()
    scene = Scene({part: folder / part for part in ("newcomer", "aide", "outing", "supervisor")})
    try:
        for part in scene.roots:
            _set_up(scene, county, part)
        _fill_day(scene)
        _fill_assessments(scene)
        _fill_outing(scene)
        _contest(scene)
        _send_back(scene)
    finally:
        county.stop()
    for opened in scene.opened.values():
        set_server_url(opened.context, SERVER_SHOWN)
        trust_clock(opened.context)
    _fill_clues(scene)
    _fill_needs(scene)
    _fill_reliefs(scene)
    return scene


def _set_up(scene: Scene, county: "DemoCounty", part: str) -> None:
    """A folder with a door, and for everybody but the newcomer a profile after its first sync."""
    from fieldapp.app.profiles import DEMO_PASSPHRASE
    from fieldapp.services import kept_choices
    from fieldapp.services.profiles import ProfileDoor
    from ui.sync_desk import cycle, enrol_store

    root = scene.roots[part]
    root.mkdir()
    door = ProfileDoor(root, clock=fixed_clock(NOW), random_bytes=_same_bytes(part))
    scene.doors[part] = door
    if part == "newcomer":
        return
    # The outing is a second tablet of the aide's, on which she was without a network.
    code = county.new_code(county.door("aide").login) if part == "outing" else county.door(part).code
    opened = door.create(DEMO_PASSPHRASE, Dataset.DEMO, lambda store: enrol_store(store, county.url, code))
    scene.opened[part] = opened
    kept_choices.end_tour_offer(opened.context)
    cycle(opened.context)


def _same_bytes(part: str) -> Callable[[int], bytes]:
    """Bytes that are the same in every run: keys and ids of made-up data."""
    serial = itertools.count()
    return lambda count: hashlib.shake_256(f"{part} {next(serial)}".encode()).digest(count)


def _fill_day(scene: Scene) -> None:
    """A day at the desk: a visit to read with its photos, drafts to go on with."""
    from fieldapp.services import households, visits
    from fieldapp.services.today import today
    from ui.sync_desk import SyncDesk

    context = scene.aide
    scene.household_id = households.household_ids(context, typed=STORY)[0]
    card = households.household_card(context, scene.household_id)
    desk = SyncDesk(context, lambda _: None, lambda _: None)
    for _visit, photo in card.photos:
        desk.fetch_photo(photo.sha256)
    scene.visit_id = card.photos[0][0].id
    scene.draft_id, _ = visits.begin_visit(context, scene.household_id)
    _write(context, scene.draft_id, minutes_ago=20)
    due = [item.household_id for item in today(context).due if item.household_id != scene.household_id]
    visits.begin_visit(context, due[0])


def _fill_assessments(scene: Scene) -> None:
    """An assessment with all questions answered, and one that waits for signatures."""
    from fieldapp.services import assessments, forms
    from fieldapp.services.today import today

    context = scene.aide
    scene.sheet_id = _answered(context, scene.household_id)
    others = [item.household_id for item in today(context).due if item.household_id != scene.household_id]
    made = []
    for household_id in others[1:3]:
        draft_id = _answered(context, household_id)
        finished = forms.open_draft(context, draft_id).session.finalise()
        assessment_id, _ = assessments.hand_over(context, draft_id, finished)
        made.append(assessment_id)
    scene.assessment_id, scene.signed_id = made
    for member in assessments.assessment_view(context, scene.signed_id).assessment.members:
        assessments.sign(context, scene.signed_id, member.id, _signature(context))


def _signature(context: "Context") -> "Signature":
    """A name in one stroke of the pen."""
    from fieldapp.domain.records.visits import Attestation, Signature
    from fieldapp.services import visits

    content = signed_pad().png()
    sha256 = visits.keep_blob(context, content, "image/png")
    return Signature(attestation=Attestation.SIGNED, image_sha256=sha256, image_size=len(content))


def signed_pad() -> "SignaturePad":
    """A signature pad with three strokes."""
    from ui.widgets.inputs.signature_pad import SignaturePad
    from ui.widgets.inputs.strokes import Point
    from ui.widgets.inputs.strokes import Signature as Strokes

    pad = SignaturePad()
    wave = tuple(
        Point(60 + 6 * i, 110 + 40 * (-1) ** (i // 4) * (i % 4) / 4, 16 * i, i / 40) for i in range(40)
    )
    down = tuple(Point(340 + i, 40 + 6 * i, 900 + 16 * i, 0.6) for i in range(18))
    pad.sheet.resize(480, 200)
    pad.set_value(Strokes(480, 200, (wave, down, (Point(400, 150, 1400, 0.9),))).to_json())
    return pad


def _answered(context: "Context", household_id: str) -> str:
    """A draft of the shipped scale with the lead, a colleague and a neighbour in the team."""
    from fieldapp.domain.records.assessment_drafts import AssessmentDraft
    from fieldapp.domain.records.assessments import AssessmentTrigger, Assessor, AssessorKind, PlanStep
    from fieldapp.forms.view import Control, QuestionView, RepeatView
    from fieldapp.services import assessments, forms

    draft_id, _ = assessments.begin_assessment(context, household_id, AssessmentDraft())
    form = assessments.assessment_form(context, draft_id)
    session = form.open.session

    def answer(reference: str) -> None:
        view = session.view(reference)
        if isinstance(view, QuestionView):
            if view.control is Control.SELECT_ONE and view.relevant:
                session.answer(reference, _SNOW.get(view.name, "a"))
        else:
            for child in view.instances if isinstance(view, RepeatView) else view.children:
                answer(child)

    answer("")
    session.answer(_FLAGS, "none")
    forms.save_answers(context, draft_id, session.save_draft())
    neighbour = Assessor(id="neighbour", name="汪桂英", kind=AssessorKind.VOLUNTEER)
    plan = (
        PlanStep(measure="安排住进镇旅馆，一日三餐送到", responsible="周美华", due=dt.date(2026, 11, 24)),
        PlanStep(measure="联系医院复查，申请临时救助", responsible="", due=dt.date(2026, 11, 27)),
    )
    draft = form.draft.model_copy(
        update={
            "members": (*form.draft.members, neighbour),
            "trigger": AssessmentTrigger.EVENT,
            "trigger_note": "大雪，砖木房",
            "plan": plan,
        }
    )
    assessments.save_team(context, draft_id, draft)
    return draft_id


def _fill_outing(scene: Scene) -> None:
    """A household the server refuses, and a visit it has not got yet."""
    from fieldapp.services import households, visits
    from fieldapp.services.households import NewHousehold
    from fieldapp.services.today import today
    from ui.sync_desk import cycle

    context = scene.opened["outing"].context
    home = households.household_card(scene.aide, scene.household_id).household
    nowhere = home.area_code[:12] + "099"  # the county knows no such grid
    new = NewHousehold("王玉芳", nowhere, "5组", "村部东侧", no_id_reason="证件遗失，正在补办")
    households.register_household(context, new)
    cycle(context)
    waiting, _ = visits.begin_visit(context, today(context).due[0].household_id)
    _write(context, waiting, minutes_ago=55)
    scene.waiting_id, _ = visits.submit_visit(context, waiting)


def _contest(scene: Scene) -> None:
    """The aide and the town clerk have both learnt something of the same person, and differently."""
    from fieldapp.domain.records.persons import PersonStatus
    from fieldapp.services import households
    from fieldapp.services.today import today
    from ui.sync_desk import cycle

    clerk = scene.opened["supervisor"].context
    household_id = today(scene.aide).due[3].household_id
    person = households.household_card(scene.aide, household_id).members[0].person
    for context, status in ((scene.aide, PersonStatus.MOVED), (clerk, PersonStatus.MISSING)):
        with context.store.unit_of_work() as work:
            work.save("persons", person.model_copy(update={"status": status, "updated_at": NOW}))
            work.commit()
        cycle(context)


def _send_back(scene: Scene) -> None:
    """The town clerk returns one of the aide's visits with remarks on two items."""
    from fieldapp.domain.records.visit_reviews import FieldComment, ReviewAct
    from fieldapp.services import visit_reviews
    from ui.sync_desk import cycle

    clerk = scene.opened["supervisor"].context
    waiting = visit_reviews.visits_to_review(clerk, NOW.date() - dt.timedelta(days=30))
    visit_id = next(one.visit_id for one in waiting if one.visitors[0] == scene.aide.user_id)
    comments = (
        FieldComment(field="findings.living.HEATING", text="请写清是炭火还是电，炭够烧几天"),
        FieldComment(field="photos", text="补一张灶台的照片"),
    )
    visit_reviews.review_visits(clerk, [visit_id], ReviewAct.RETURN, "记录太简单", comments)
    for context in (clerk, scene.aide):
        cycle(context)


def _fill_clues(scene: Scene) -> None:
    """A report being written, one that waits for a network, and one of the supervisor's own."""
    from fieldapp.domain.records.clue_drafts import ClueDraft
    from fieldapp.domain.records.clues import ClueKind, ClueSource, MeasureTaken, Urgency
    from fieldapp.services import clue_reports, households

    scene.report_id, _ = clue_reports.begin_report(scene.aide, household_id=scene.household_id)
    draft = clue_reports.report_form(scene.aide, scene.report_id).stored.draft
    words = {"kind": ClueKind.COLD_HEAT, "description": "屋里没有取暖，人受冻。"}
    clue_reports.save_report(
        scene.aide, scene.report_id, draft.model_copy(update=words | {"urgency": Urgency.L1})
    )
    home = households.household_card(scene.aide, scene.household_id).household
    sent = ClueDraft(
        area_code=home.area_code,
        place="村口桥头第二家",
        source=ClueSource.NEIGHBOUR,
        kind=ClueKind.ILLNESS,
        urgency=Urgency.L1,
        description="突发重病，急需送医。",
        person_name="王玉芳",
        measures=(MeasureTaken.CALLED_120, MeasureTaken.TOLD_FAMILY),
    )
    scene.sent_id, _ = clue_reports.report_clue(scene.opened["outing"].context, sent)
    told = sent.model_copy(update={"source": ClueSource.HOTLINE, "urgency": Urgency.L2, "measures": ()})
    clue_reports.report_clue(scene.opened["supervisor"].context, told)


def _fill_reliefs(scene: Scene) -> None:
    """The snow story as the clerk wrote it down: a draft, and the same handed in and paid."""
    from fieldapp.domain.records.relief_drafts import ReliefDraft
    from fieldapp.domain.records.reliefs import ReliefCause, ReliefForm, ReliefItem
    from fieldapp.services import households, relief_drafts

    clerk = scene.opened["supervisor"].context
    paid, begun, *_ = households.household_ids(clerk)
    items = (
        ReliefItem(form=ReliefForm.LODGING, name="标准间", quantity=12, unit_price=16_800, amount=201_600),
        ReliefItem(form=ReliefForm.MEALS, quantity=12, persons=2, unit_price=4_500, amount=108_000),
    )
    told = {
        "cause": ReliefCause.COLD_HEAT, "reason": "大雪，砖木房不能住人。", "items": items, "person_count": 2,
        "signature": _signature(clerk),
    }  # fmt: skip
    for home in (paid, begun):
        draft_id, _ = relief_drafts.begin_relief(clerk, ReliefDraft(household_id=home))
        draft = relief_drafts.relief_form(clerk, draft_id).stored.draft.model_copy(update=told)
        relief_drafts.save_relief_draft(clerk, draft_id, draft)
        if home == paid:
            scene.relief_id, _ = relief_drafts.hand_in_relief(clerk, draft_id, paid=True)
        else:
            scene.relief_draft_id = draft_id


def _fill_needs(scene: Scene) -> None:
    """Needs noted by the supervisor and picked in the aide's draft."""
    from fieldapp.domain.records.needs import NeedUrgency, PickedNeed
    from fieldapp.domain.records.visits import NeedKind
    from fieldapp.services import need_views, needs, visits

    clerk = scene.opened["supervisor"].context
    home = need_views.need_list(clerk)[0].need.household_id
    picked = (
        PickedNeed(
            kind=NeedKind.COUNSEL, urgency=NeedUrgency.WITHIN_7D, consent_to_share=True,
            description="老伴住院后情绪低落，夜里睡不着。",
        ),
        PickedNeed(kind=NeedKind.HOUSING, description="后墙渗水约两平方米。"),
    )  # fmt: skip
    [scene.open_need_id, _], _ = needs.add_needs(clerk, home, picked)
    draft = visits.visit_form(scene.aide, scene.draft_id).stored.draft
    escort = PickedNeed(
        kind=NeedKind.ESCORT, urgency=NeedUrgency.NOW, consent_to_share=True,
        description="下周二去区医院复查，没有人陪。",
    )  # fmt: skip
    visits.save_draft(scene.aide, scene.draft_id, draft.model_copy(update={"needs": (escort,)}))


def _write(context: "Context", draft_id: str, *, minutes_ago: int) -> None:
    """Fill a form in: a visit begun so long ago, and just ended."""
    from PySide6.QtCore import Qt

    from fieldapp.domain.records.visits import (
        Attestation,
        Location,
        Mode,
        PhotoKind,
        PositionSource,
        Result,
        Satisfaction,
        Signature,
    )
    from fieldapp.services import visits
    from ui.self_test import keep_photo, sample_picture

    form = visits.visit_form(context, draft_id)
    door = sample_picture()
    kitchen = door.flipped(Qt.Orientation.Horizontal).copy(600, 500, 1600, 1200)
    photos = [
        keep_photo(context, form, picture, kind)
        for picture, kind in ((door, PhotoKind.DOOR), (kitchen, PhotoKind.KITCHEN))
    ]
    draft = form.stored.draft.model_copy(
        update={
            "result": Result.NORMAL,
            "mode": Mode.ONSITE,
            "started_at": NOW - dt.timedelta(minutes=minutes_ago),
            "finished_at": NOW - dt.timedelta(minutes=2),
            "persons_seen": tuple(person.id for person in form.members[:1]),
            "narrative": "老人在家，精神尚可，米面油可用20天。屋顶已修好，取暖用品齐备，提醒晚间关好炉门。",
            "satisfaction": Satisfaction.VERY,
            "photos": tuple(photos),
            "location": Location(source=PositionSource.NONE, reason="室内无信号"),
            "signature": Signature(attestation=Attestation.NOT_NEEDED, reason="行动不便"),
        }
    )
    visits.save_draft(context, draft_id, draft)


if __name__ == "__main__":
    main()
