"""The file of a household: what it shows, reveals, mends."""

import datetime as dt

import pytest
from PySide6.QtCore import QBuffer, QByteArray, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.audit import AuditEventFields
from fieldapp.domain.records.households import Category, Coverage, HouseKind
from fieldapp.domain.records.persons import PersonStatus, Relation
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Mode, Photo, PhotoKind, PhotoOrigin, Result, VisitState
from fieldapp.services import visits
from fieldapp.services.households import Secret, household_card
from fieldapp.storage import rows
from tests.gui.county import COLLEAGUE, GRID_1, WORKER, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.household.presenter import ADDRESS, HouseholdPresenter, HouseholdState, Notice
from ui.screens.household.screen import HouseholdScreen
from ui.widgets.records.pictures import PicturePort, PictureState

HOME = "home"


def photo_of(sha256: str) -> Photo:
    return Photo(kind=PhotoKind.DOOR, sha256=sha256, size=10, width=80, height=60, origin=PhotoOrigin.CAMERA)


def jpeg() -> bytes:
    image = QImage(80, 60, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "JPEG")  # type: ignore[call-overload]
    return bytes(content.data())


@pytest.fixture
def home(county: County) -> County:
    """A household with two living members and one who died, two visits and two entitlements."""
    county.household(
        "王甲",
        id=HOME,
        house_kind=HouseKind.OWN_BRICK,
        coverages=(
            Coverage(category=Category.DIBAO, since=dt.date(2024, 1, 1), monthly_amount_fen=61200),
            Coverage(
                category=Category.TEKUN,
                since=dt.date(2020, 1, 1),
                until=dt.date(2023, 12, 31),
                monthly_amount_fen=95000,
            ),
        ),
    )
    son = county.person_fields(HOME, "王乙", relation_to_head=Relation.SON, birth_date=dt.date(1972, 3, 1))
    gone = county.person_fields(
        HOME, "王丙", relation_to_head=Relation.SPOUSE, status=PersonStatus.DEAD, phone=""
    )
    county.pull("persons", [son, gone])
    county.visit(HOME, days_ago=2)
    county.visit(HOME, days_ago=30, result=Result.NOT_HOME, by=COLLEAGUE, mode=Mode.PHONE)
    return county


class Page:
    """A presenter with everything it told its screen."""

    def __init__(self, county: County, household_id: str = HOME) -> None:
        self.states: list[HouseholdState] = []
        self.notices: list[Notice] = []
        self.pictures: list[tuple[str, PictureState, bytes | None]] = []

        def show_picture(sha256: str, state: PictureState, picture: bytes | None, _trouble: str) -> None:
            self.pictures.append((sha256, state, picture))

        port: PicturePort[bytes] = PicturePort(bytes, show_picture, bytes, show_picture)
        self.presenter = HouseholdPresenter(
            county.surroundings(), self.states.append, self.notices.append, port
        )
        self.presenter.enter(household_id)

    @property
    def state(self) -> HouseholdState:
        """The newest state."""
        return self.states[-1]

    @property
    def head_id(self) -> str:
        """The head's person id."""
        return self.state.members[0].person_id


def audit_events(county: County) -> list[AuditEventFields]:
    with county.store.reading() as connection:
        return rows.records(connection, rows.select_records("audit_events"), AuditEventFields)


def test_file_shows_members_masked_and_counts_as_the_rules_count(home: County) -> None:
    page = Page(home)
    state = page.state
    assert [(m.name, m.relation, m.alive) for m in state.members] == [
        ("王甲", "本人（户主）", True),
        ("王丙", "配偶", False),
        ("王乙", "子", True),
    ]
    assert all("*" in m.masked_id for m in state.members)
    assert (state.visits_this_period, state.visits_required, state.visits_12_months) == (1, 1, 1)
    assert [(c.category, c.open, c.monthly_amount_fen) for c in state.coverages] == [
        ("低保", True, 61200),
        ("特困", False, 95000),
    ]
    assert ("住房性质", "自有砖混") in [(f.label, f.text) for f in state.facts]
    assert [(v.result_words, v.who, v.met) for v in state.visits] == [
        ("正常", "周丙", True),
        ("未遇", "钱丁", False),
    ]


def test_revealing_needs_a_reason_and_leaves_a_trace_without_the_number(home: County) -> None:
    page = Page(home)
    page.presenter.ask_to_reveal(page.head_id, Secret.PHONE)
    page.presenter.reveal("  ")
    assert page.state.asking is not None
    assert page.state.asking.error
    assert not page.state.revealed
    page.presenter.reveal("联系走访")
    shown = page.state.revealed[(page.head_id, Secret.PHONE)]
    card = household_card(home.context, HOME)
    assert shown.text == card.members[0].person.phone
    (event,) = audit_events(home)
    assert (event.reason, event.created_by, event.object_id) == ("联系走访", WORKER, page.head_id)
    assert shown.text not in event.model_dump_json()


def test_a_revealed_number_hides_after_its_seconds(home: County) -> None:
    page = Page(home)
    page.presenter.ask_to_reveal(page.head_id, Secret.ID_NUMBER)
    page.presenter.reveal("核对身份")
    assert page.state.revealed[(page.head_id, Secret.ID_NUMBER)].seconds_left == 30
    home.clock.advance(seconds=29)
    page.presenter.tick()
    assert page.state.revealed[(page.head_id, Secret.ID_NUMBER)].seconds_left == 1
    home.clock.advance(seconds=1)
    page.presenter.tick()
    assert not page.state.revealed


def test_hiding_early_and_leaving_forget_the_number(home: County) -> None:
    page = Page(home)
    for _ in range(2):
        page.presenter.ask_to_reveal(page.head_id, Secret.PHONE)
        page.presenter.reveal("联系走访")
        page.presenter.hide(page.head_id, Secret.PHONE)
        assert not page.state.revealed
    page.presenter.ask_to_reveal(page.head_id, Secret.PHONE)
    page.presenter.reveal("联系走访")
    page.presenter.leave()
    page.presenter.tick()
    assert not page.presenter._until


def test_a_grid_worker_sees_no_way_to_the_id_number(home: County) -> None:
    home.worker(Role.GRID_WORKER, GRID_1)
    state = Page(home).state
    assert (state.may_reveal_phone, state.may_reveal_id, state.may_visit) == (True, False, True)


def test_an_auditor_sees_masked_names_and_may_change_nothing(home: County) -> None:
    home.worker(Role.AUDITOR, GRID_1)
    state = Page(home).state
    assert state.head is not None
    assert state.head.name == "王*"
    assert {m.name for m in state.members} == {"王*"}
    assert not any((state.may_edit, state.may_visit, state.may_reveal_id, state.may_reveal_phone))


def test_contact_is_saved_published_and_can_be_undone(home: County) -> None:
    page = Page(home)
    before = household_card(home.context, HOME).members[0].person.phone
    page.presenter.edit_contact()
    page.presenter.save_contact("13号", {page.head_id: "100 9999 0001"})
    assert page.notices == [Notice.CONTACT_SAVED]
    assert page.state.editing is None
    assert page.state.head is not None
    assert page.state.head.address == "13号"
    assert household_card(home.context, HOME).members[0].person.phone == "10099990001"
    page.presenter.undo_contact()
    card = household_card(home.context, HOME)
    assert (card.household.address, card.members[0].person.phone) == ("12号", before)
    assert page.notices[-1] is Notice.CONTACT_RESTORED


def test_wrong_phones_are_said_at_their_fields_and_nothing_is_saved(home: County) -> None:
    page = Page(home)
    son = page.state.members[2].person_id
    page.presenter.edit_contact()
    page.presenter.save_contact("14号", {page.head_id: "100", son: "10000000009"})
    assert page.state.editing is not None
    assert set(page.state.editing.errors) == {page.head_id}
    assert ADDRESS not in page.state.editing.errors
    assert household_card(home.context, HOME).household.address == "12号"


def test_saving_without_a_change_says_so(home: County) -> None:
    page = Page(home)
    page.presenter.edit_contact()
    page.presenter.save_contact("12号 ", {page.head_id: " "})
    assert page.notices == [Notice.CONTACT_UNCHANGED]


def test_a_missing_photo_is_brought_from_the_server(home: County) -> None:
    content = b"picture"
    sha256 = "a" * 64
    home.server.photos[sha256] = content
    home.visit(HOME, days_ago=1, photos=(photo_of(sha256),))
    page = Page(home)
    assert page.pictures == [(sha256, PictureState.MISSING, None)]
    page.presenter.pictures.download(sha256)
    assert page.pictures[1:] == [(sha256, PictureState.COMING, None), (sha256, PictureState.HERE, content)]


def test_an_unknown_household_is_said_in_words(county: County) -> None:
    page = Page(county, "nobody")
    assert page.state.trouble
    assert page.state.head is None


def test_marks_of_visits_on_the_time_line(home: County) -> None:
    home.visit(HOME, days_ago=1, state=VisitState.RETURNED, state_reason="缺内容")
    draft_id, _changes = visits.begin_visit(home.context, HOME)
    draft = visits.visit_form(home.context, draft_id).stored.draft
    refused = draft.model_copy(update={"result": Result.REFUSED})
    visits.save_draft(home.context, draft_id, refused)
    visits.submit_visit(home.context, draft_id)
    newest, returned, *_rest = Page(home).state.visits
    assert (newest.unsent, newest.met) == (True, False)
    assert (returned.returned, returned.unsent) == (True, False)


# --- screen -----------------------------------------------------------------------------------------


def test_reveal_by_hand_and_countdown_on_the_screen(qtbot: QtBot, home: County) -> None:
    screen = HouseholdScreen(home.surroundings())
    show(qtbot, screen)
    screen.enter({"household_id": HOME})
    qtbot.waitUntil(lambda: bool(screen.members.views) and screen.members.views[0].isVisible())
    line = screen.members.views[0].lines[Secret.PHONE]
    assert "****" in line.number()
    QTest.mouseClick(line.button(), Qt.MouseButton.LeftButton)
    assert screen.reason.isVisible()
    screen.reason._usual.buttons()[0].click()
    screen.reason._show.click()
    assert not screen.reason.isVisible()
    assert "****" not in line.number()
    assert "30" in line.button().text()
    assert screen._timer.isActive()
    home.clock.advance(seconds=31)
    screen.presenter.tick()
    assert "****" in line.number()
    assert not screen._timer.isActive()
    screen.leave()


def test_contact_panel_keeps_typed_text_while_errors_come(qtbot: QtBot, home: County) -> None:
    screen = HouseholdScreen(home.surroundings())
    show(qtbot, screen)
    screen.enter({"household_id": HOME})
    screen.head._edit.click()
    head = screen.presenter.state.members[0].person_id
    field = screen.contact._fields[head]
    field.editor.set_value("123")
    screen.contact._address.set_value("15号")
    screen.contact._save.click()
    assert field.error()
    assert (field.editor.value(), screen.contact._address.value()) == ("123", "15号")
    field.editor.set_value("10099990002")
    screen.contact._save.click()
    assert not screen.contact.isVisible()
    toast = home.shell.toasts[-1]
    assert toast.action == "撤销"
    assert toast.on_action is not None
    toast.on_action()
    assert household_card(home.context, HOME).household.address == "12号"
    screen.leave()


def test_photo_opens_over_the_window_and_escape_closes_it(qtbot: QtBot, home: County) -> None:
    sha256 = home.store.photos.put(jpeg(), "image/jpeg")
    home.visit(HOME, days_ago=1, photos=(photo_of(sha256),))
    screen = HouseholdScreen(home.surroundings())
    show(qtbot, screen)
    screen.enter({"household_id": HOME})
    (tile,) = screen.album.grid.tiles()
    assert tile.state is PictureState.HERE
    qtbot.waitUntil(tile.isVisible)
    QTest.mouseClick(tile, Qt.MouseButton.LeftButton)
    viewer = screen.album.viewer
    assert viewer is not None
    assert viewer.isVisible()
    assert viewer.size() == screen.window().size()
    QTest.keyClick(viewer, Qt.Key.Key_Plus)
    assert viewer.sheet.zoom > 1
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()
    screen.leave()


def test_file_is_accessible_in_order_and_fits(qtbot: QtBot, home: County) -> None:
    sha256 = home.store.photos.put(jpeg(), "image/jpeg")
    home.visit(HOME, days_ago=1, photos=(photo_of(sha256),))
    screen = HouseholdScreen(home.surroundings())
    show(qtbot, screen)
    screen.enter({"household_id": HOME})
    qtbot.wait(10)
    assert nameless(screen) == []
    assert_reading_order(screen)
    screen.presenter.edit_contact()
    qtbot.wait(10)
    assert nameless(screen) == []
    assert_fits(screen)
    screen.leave()


def test_tapping_visit_opens_it_and_the_button_starts_one(qtbot: QtBot, home: County) -> None:
    screen = HouseholdScreen(home.surroundings())
    show(qtbot, screen)
    screen.enter({"household_id": HOME})
    screen.timeline.setCurrentIndex(screen.timeline.cards.index(0, 0))
    QTest.keyClick(screen.timeline, Qt.Key.Key_Return)
    assert home.shell.went[-1] == ("visit", {"visit_id": screen.presenter.state.visits[0].visit_id})
    screen.head._visit.click()
    assert home.shell.went[-1][0] == "visit_form"
    assert screen.head._visit.text() == "继续填写"
    screen.leave()
