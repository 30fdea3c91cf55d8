"""Reading a visit with its versions."""

import hashlib
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.visits import (
    Attestation,
    Findings,
    LivingGrade,
    LivingItem,
    Location,
    Mood,
    NeedKind,
    Photo,
    PhotoKind,
    PhotoOrigin,
    PositionSource,
    Result,
    Signature,
    VisitState,
    YesNoUnknown,
)
from fieldapp.services import visits
from tests.gui.county import COLLEAGUE, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.ports import SyncState, SyncStatus
from ui.screens.visit.presenter import ReadingState, VisitPresenter
from ui.screens.visit.screen import VisitScreen
from ui.widgets.records.pictures import PicturePort, PictureState
from ui.widgets.records.visit_values import VisitGroup


class Page:
    """A presenter with everything it told its screen."""

    def __init__(self, county: County, visit_id: str) -> None:
        self.states: list[ReadingState] = []
        self.pictures: list[tuple[str, PictureState]] = []

        def show_picture(sha256: str, state: PictureState, _picture: bytes | None, _trouble: str) -> None:
            self.pictures.append((sha256, state))

        port: PicturePort[bytes] = PicturePort(bytes, show_picture, bytes, show_picture)
        self.presenter = VisitPresenter(county.surroundings(), self.states.append, port, port)
        self.presenter.enter(visit_id)

    @property
    def state(self) -> ReadingState:
        """The newest state."""
        return self.states[-1]

    def values(self) -> dict[str, str]:
        """All labelled values."""
        return {value.label: value.text for group in self.state.groups for value in group.values}


def jpeg(width: int = 640) -> bytes:
    """A picture of one colour."""
    image = QImage(width, width * 3 // 4, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "JPEG")  # type: ignore[call-overload]
    return bytes(content.data())


def full_visit(county: County) -> str:
    """A visit with nearly everything filled in."""
    home = county.household("王甲", id="home")
    signature = county.store.photos.put(b"signature", "image/png")
    return county.visit(
        home,
        findings=Findings(
            living={LivingItem.HEATING: LivingGrade.POOR},
            mood=Mood.LOW,
            money_received=YesNoUnknown.YES,
            difficulties="后墙渗水",
            urgent_clue=False,
        ),
        needs=(NeedKind.HOUSING, NeedKind.CARE),
        result=Result.NEED,
        phrases=("living.normal",),
        flags=("visit_backfilled", "visit_far_from_home"),
        signature=Signature(attestation=Attestation.SIGNED, image_sha256=signature),
        location=Location(
            source=PositionSource.GPS, lat=30.65, lon=117.49, accuracy_m=12.4, distance_to_home_m=812.0
        ),
        photos=(
            Photo(kind=PhotoKind.DOOR, sha256="b" * 64, size=9, width=8, height=6, origin=PhotoOrigin.CAMERA),
        ),
    )


def corrected(county: County, visit_id: str, **fields: object) -> str:
    """Correct a visit as a worker does. Returns the new version's id."""
    county.clock.advance(hours=1)
    draft_id, _changes = visits.begin_correction(county.context, visit_id)
    draft = visits.visit_form(county.context, draft_id).stored.draft
    visits.save_draft(county.context, draft_id, draft.model_copy(update=fields))
    return visits.submit_visit(county.context, draft_id)[0]


def test_only_what_was_filled_in_is_shown_in_groups(county: County) -> None:
    page = Page(county, full_visit(county))
    values = page.values()
    assert values["走访结果"] == "有需求"
    assert values["取暖降温"] == "一般"
    assert values["需求"] == "住房修缮、照料护理"
    assert values["走访人"] == "周丙"
    assert "上报急难线索" not in values
    assert "身体状况" not in values
    groups = [group.group for group in page.state.groups]
    assert groups == sorted(groups, key=list(VisitGroup).index)
    assert all(group.values for group in page.state.groups)


def test_phrases_are_shown_in_words(county: County) -> None:
    assert Page(county, full_visit(county)).values()["常用语"] == "生活正常"


def test_flags_are_sentences_with_their_numbers(county: County) -> None:
    backfilled, far = Page(county, full_visit(county)).state.flags
    assert "48" in backfilled
    assert "812" in far
    assert "—" not in backfilled + far


def test_position_signature_and_photos_stand_apart(county: County) -> None:
    page = Page(county, full_visit(county))
    state = page.state
    assert state.location is not None
    assert (state.location.source, state.location.distance_m) == (PositionSource.GPS, 812.0)
    assert state.signature is not None
    assert state.signature.words == "签字"
    assert page.pictures == [
        ("b" * 64, PictureState.MISSING),
        (state.signature.picture, PictureState.HERE),
    ]


def test_a_correction_shows_what_changed_and_the_old_text_stays(county: County) -> None:
    first = full_visit(county)
    second = corrected(
        county, first, narrative="后墙渗水约两平方米，已联系村里。", amend_reason="补充房屋情况", needs=()
    )
    state = Page(county, first).state
    assert state.visit_id == second
    assert state.unsent
    newest, oldest = state.versions
    assert (newest.number, newest.reason, oldest.number) == (2, "补充房屋情况", 1)
    changed = {d.label: (d.before, d.after) for d in newest.differences}
    assert set(changed) == {"走访内容", "需求"}
    assert changed["走访内容"][0].startswith("在家，精神状态较好")
    assert changed["需求"] == ("住房修缮、照料护理", "")
    assert oldest.differences == ()


def test_a_changed_photo_is_a_difference_even_of_the_same_kind(county: County) -> None:
    first = full_visit(county)
    other = Photo(kind=PhotoKind.DOOR, sha256="c" * 64, size=9, width=8, height=6, origin=PhotoOrigin.CAMERA)
    corrected(county, first, photos=(other,), amend_reason="换照片")
    newest = Page(county, first).state.versions[0]
    assert [d.label for d in newest.differences] == ["照片"]


def test_only_the_author_may_correct(county: County) -> None:
    home = county.household("王甲", id="home")
    assert Page(county, county.visit(home)).state.may_amend
    assert not Page(county, county.visit(home, by=COLLEAGUE)).state.may_amend
    void = county.visit(home, days_ago=1, state=VisitState.VOID, state_reason="重复")
    assert not Page(county, void).state.may_amend


def test_correcting_opens_the_form_with_the_same_answers(county: County) -> None:
    visit_id = full_visit(county)
    page = Page(county, visit_id)
    page.presenter.amend()
    route, params = county.shell.went[-1]
    assert route == "visit_form"
    draft = visits.visit_form(county.context, params["draft_id"]).stored.draft
    assert draft.amends == visit_id
    assert [(one.kind, one.kept) for one in draft.needs] == [(NeedKind.HOUSING, True), (NeedKind.CARE, True)]


def test_upload_is_seen_when_sync_acknowledges(county: County) -> None:
    home = county.household("王甲", id="home")
    draft_id, _changes = visits.begin_visit(county.context, home)
    draft = visits.visit_form(county.context, draft_id).stored.draft
    visits.save_draft(county.context, draft_id, draft.model_copy(update={"result": Result.NOT_HOME}))
    visit_id, _changes = visits.submit_visit(county.context, draft_id)
    page = Page(county, visit_id)
    assert page.state.unsent
    county.pull("visits", [visits.visit_view(county.context, visit_id).visit])
    county.tell("visits", ids=(visit_id,))
    assert not page.state.unsent


def test_an_unknown_visit_is_said_in_words(county: County) -> None:
    page = Page(county, "nothing")
    assert page.state.trouble


# --- screen -----------------------------------------------------------------------------------------


def test_returned_visit_says_why_and_leads_to_the_form(qtbot: QtBot, county: County) -> None:
    home = county.household("王甲", id="home")
    visit_id = county.visit(home, state=VisitState.RETURNED, state_reason="没有写清到账情况")
    screen = VisitScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"visit_id": visit_id})
    assert "没有写清到账情况" in screen.banner.accessibleName()
    screen.banner.action.emit()
    assert county.shell.went[-1][0] == "visit_form"
    screen.leave()


def test_values_and_versions_are_on_the_screen(qtbot: QtBot, county: County) -> None:
    first = full_visit(county)
    corrected(county, first, narrative="后墙渗水约两平方米，已联系村里。", amend_reason="补充")
    screen = VisitScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"visit_id": first})
    qtbot.wait(10)
    shown = [pair for values in screen.values for pair in values.texts()]
    assert ("走访内容", "后墙渗水约两平方米，已联系村里。") in shown
    assert ("距家庭住址", "约 812 米") in screen.location_values.texts()
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)
    screen.leave()


def test_thumbnail_shows_at_once_and_the_viewer_asks_for_the_whole(qtbot: QtBot, county: County) -> None:
    """The strip brings the small picture by itself, never the whole one."""
    whole, small = jpeg(), jpeg(120)
    names = [hashlib.sha256(content).hexdigest() for content in (whole, small)]
    county.server.photos = dict(zip(names, (whole, small), strict=True))
    county.server.status = SyncStatus(SyncState.IDLE)
    photo = Photo(
        kind=PhotoKind.DOOR,
        sha256=names[0],
        size=len(whole),
        width=640,
        height=480,
        origin=PhotoOrigin.CAMERA,
        thumbnail_sha256=names[1],
        thumbnail_size=len(small),
    )
    visit_id = county.visit(county.household("王甲", id="home"), photos=(photo,))
    screen = VisitScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"visit_id": visit_id})
    (tile,) = screen.album.grid.tiles()
    assert (tile.state, tile.image.width()) == (PictureState.HERE, 120)
    assert county.store.photos.held(names) == {names[1]}
    tile.click()
    assert county.store.photos.held(names) == set(names)
    viewer = screen.album.viewer
    assert viewer is not None
    assert viewer.sheet.image.width() == 640
    screen.leave()


def test_without_a_network_nothing_is_fetched_and_the_small_picture_stands_in(
    qtbot: QtBot, county: County
) -> None:
    small = county.store.photos.put(jpeg(120), "image/jpeg")
    kinds: dict[str, Any] = {
        "kind": PhotoKind.DOOR,
        "size": 9,
        "width": 640,
        "height": 480,
        "origin": PhotoOrigin.CAMERA,
    }
    here = Photo(**kinds, sha256="c" * 64, thumbnail_sha256=small, thumbnail_size=9)
    away = Photo(**kinds, sha256="d" * 64, thumbnail_sha256="e" * 64, thumbnail_size=9)
    county.server.photos = {"e" * 64: jpeg(120)}
    county.server.status = SyncStatus(SyncState.OFFLINE)
    visit_id = county.visit(county.household("王甲", id="home"), photos=(here, away))
    screen = VisitScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"visit_id": visit_id})
    first, second = screen.album.grid.tiles()
    assert (first.state, second.state) == (PictureState.HERE, PictureState.MISSING)
    first.click()
    viewer = screen.album.viewer
    assert viewer is not None
    assert viewer.sheet.image.width() == 120, "the small one, and what is wrong in words"
    assert "联网" in viewer.caption
    screen.leave()


def test_download_of_a_missing_photo_by_tap(qtbot: QtBot, county: County) -> None:
    county.server.photos["b" * 64] = b"no picture at all"
    screen = VisitScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"visit_id": full_visit(county)})
    (tile,) = screen.album.grid.tiles()
    before = tile.state
    tile.click()
    # Bytes that are no picture are said, not shown as an empty tile.
    assert (before, tile.state) == (PictureState.MISSING, PictureState.FAILED)
    screen.leave()
