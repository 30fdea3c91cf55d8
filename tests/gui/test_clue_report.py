"""急难上报 on a real store: counted in touches, by keyboard alone, offline, after a kill, from red flags."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPositioning import QGeoPositionInfoSource
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.app.preferences import Language
from fieldapp.domain.permissions import Permission, actor_on
from fieldapp.domain.records.clues import ClueKind, MeasureTaken, Urgency
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.services import clue_reports, clues, outbox
from fieldapp.storage.store import Store
from tests.gui.clue_records import PHONES, give_phones
from tests.gui.county import GRID_1, TOWN, VILLAGE, WORKER, County, HeldTasks
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui import navigation
from ui.main_window import MainWindow
from ui.ports import SyncState, SyncStatus
from ui.screens.clue_report.screen import ClueReportScreen
from ui.screens.clue_report.state import Mode
from ui.screens.drafts.screen import DraftsScreen
from ui.theme import Theme
from ui.widgets.inputs.tile_choices import TileChoices
from ui.widgets.shell.page_scaffold import Arrangement


class NoPositions:
    """A machine without a position service."""

    def open(self, parent: QObject) -> QGeoPositionInfoSource | None:
        """None."""
        return None


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    made = County(tmp_path / "profile")
    give_phones(made)
    yield made
    made.close()


def open_report(qtbot: QtBot, county: County, **params: str) -> ClueReportScreen:
    screen = ClueReportScreen(county.surroundings())
    screen.positions = NoPositions()
    show(qtbot, screen)
    screen.enter(params)
    return screen


def tap(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def choose(tiles: TileChoices, value: str) -> None:
    place = [choice.value for choice in tiles.choices()].index(value)
    tap(tiles.buttons()[place])


def phrase(screen: ClueReportScreen, words: str) -> QPushButton:
    return next(button for button in screen.phrases.buttons if button.text() == words)


def reported(county: County) -> list[clues.OwnClue]:
    return clues.my_clues(county.context)


# In a minute


class Touches(QObject):
    """Counts what a finger does."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def tap(self, widget: QWidget) -> None:
        self.count += 1
        tap(widget)


def test_a_known_household_is_reported_in_five_touches_without_a_network(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    home = county.household("张桂兰")
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(800, 1280)
    window.show()
    role = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=VILLAGE, since=county.today)
    window.show_pages(county.surroundings(), navigation.entries(actor_on(WORKER, (role,), county.today)), 0)
    window.go("household", household_id=home)
    assert window.pages is not None
    touches = Touches()
    touches.tap(window.pages.tabs.button("clue_report"))
    screen = window.screen_shown
    assert isinstance(screen, ClueReportScreen)
    place = {choice.value: n for n, choice in enumerate(screen.urgency.choices())}
    touches.tap(screen.urgency.buttons()[place["L2"]])
    touches.tap(screen.kind.buttons()[4])
    touches.tap(screen.phrases.buttons[0])
    footer = screen._footer
    assert footer is not None
    touches.tap(footer.forward_button)
    assert screen.presenter.state.mode is Mode.SENT
    assert touches.count == 5
    [own] = reported(county)
    assert (own.kind, own.urgency, own.unsent) == (ClueKind.COLD_HEAT, Urgency.L2, True)
    view = clues.clue_view(county.context, own.clue_id)
    assert view.clue.household_id == home
    assert view.clue.description == "屋里没有取暖，人受冻。"
    assert outbox.waiting(county.context).ops == 1
    window.close()


def test_keyboard_alone_reports(qtbot: QtBot, theme: Theme, county: County) -> None:
    screen = open_report(qtbot, county, household_id=county.household("张桂兰"))
    QTest.qWaitForWindowActive(screen.window())
    assert QApplication.focusWidget() is screen.urgency.buttons()[0]
    press(Qt.Key.Key_Right)  # the second: L2
    press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is screen.phrases.buttons[0]
    press(Qt.Key.Key_Space)
    QTest.keyClick(screen, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert screen.presenter.state.mode is Mode.SENT
    [own] = reported(county)
    assert (own.kind, own.urgency) == (ClueKind.ILLNESS, Urgency.L2)


def press(key: Qt.Key) -> None:
    focused = QApplication.focusWidget()
    assert focused is not None
    QTest.keyClick(focused, key)
    QApplication.processEvents()


def test_life_in_danger_shows_the_numbers_before_anything_else(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    screen = open_report(qtbot, county)
    assert not screen.emergency.isVisibleTo(screen)
    choose(screen.urgency, "L1")
    QApplication.processEvents()
    assert screen.emergency.isVisibleTo(screen)
    top = screen.emergency.mapTo(screen, screen.emergency.rect().topLeft()).y()
    assert 0 <= top < screen.urgency.mapTo(screen, screen.urgency.rect().topLeft()).y()
    choose(screen.urgency, "L3")
    assert not screen.emergency.isVisibleTo(screen)


def test_what_is_missing_is_told_and_the_first_of_it_gets_the_focus(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    screen = open_report(qtbot, county)
    screen.presenter.send()
    assert set(screen.presenter.state.errors) == {"urgency", "place", "description"}
    assert all(screen._fields[name].error() for name in ("urgency", "place", "description"))
    qtbot.waitUntil(lambda: QApplication.focusWidget() is screen.urgency.buttons()[0])
    choose(screen.urgency, "L3")
    assert "urgency" not in screen.presenter.state.errors
    assert reported(county) == []


def test_phrases_go_into_the_words_and_out_again(qtbot: QtBot, theme: Theme, county: County) -> None:
    screen = open_report(qtbot, county)
    choose(screen.kind, "NO_FOOD")
    tap(phrase(screen, "家里断粮"))
    tap(phrase(screen, "不能自己做饭"))
    assert screen.words.value() == "家里断粮。不能自己做饭。"
    assert phrase(screen, "家里断粮").isChecked()
    tap(phrase(screen, "家里断粮"))
    assert screen.words.value() == "不能自己做饭。"
    screen.words.set_value("邻居说")
    screen.words.changed.emit("邻居说")
    tap(phrase(screen, "家里断粮"))
    assert screen.words.value() == "邻居说。家里断粮。"


def test_a_busy_database_loses_no_touch(qtbot: QtBot, theme: Theme, county: County) -> None:
    tasks = HeldTasks()
    screen = ClueReportScreen(county.surroundings(tasks))
    screen.positions = NoPositions()
    show(qtbot, screen)
    screen.enter({"household_id": county.household("张桂兰")})
    tasks.finish()
    choose(screen.urgency, "L2")
    tap(screen.phrases.buttons[0])
    screen.presenter.send()
    assert reported(county) == []
    tasks.finish()
    assert screen.presenter.state.mode is Mode.SENT
    [own] = reported(county)
    assert clues.clue_view(county.context, own.clue_id).clue.description == "需要马上有人到场。"


# Nothing is lost


def test_a_kill_in_the_middle_brings_the_draft_back(
    qtbot: QtBot, theme: Theme, county: County, tmp_path: Path
) -> None:
    home = county.household("张桂兰")
    screen = open_report(qtbot, county, household_id=home)
    choose(screen.urgency, "L1")
    choose(screen.kind, "ILLNESS")
    screen.words.set_value("叫不醒")
    screen.words.changed.emit("叫不醒")
    qtbot.wait(500)  # the pause after typing; then the power goes
    county.store.close()
    again = County(
        tmp_path / "profile",
        synced=False,
        store=Store.open(
            tmp_path / "profile", b"a" * 32, b"b" * 32, clock=county.clock, random_bytes=lambda n: b"\x07" * n
        ),
    )
    county.store = again.store  # closed by the fixture
    back = open_report(qtbot, again, household_id=home)
    draft = back.presenter.state.draft
    assert (draft.urgency, draft.kind, draft.description) == (Urgency.L1, ClueKind.ILLNESS, "叫不醒")
    assert again.shell.toasts[-1].text == "接着上次没报完的填。"
    drafts = DraftsScreen(again.surroundings())
    show(qtbot, drafts)
    drafts.enter({})
    [card] = drafts.cards
    card.resume.click()
    assert again.shell.went[-1] == ("clue_report", {"draft_id": back.presenter._draft_id})


def test_leaving_an_untouched_report_leaves_no_draft(qtbot: QtBot, theme: Theme, county: County) -> None:
    screen = open_report(qtbot, county)
    screen.presenter.set_position(30.66, 117.48)
    screen.leave()
    assert clue_reports.report_drafts(county.context) == []
    screen = open_report(qtbot, county)
    choose(screen.urgency, "L3")
    screen.leave()
    assert len(clue_reports.report_drafts(county.context)) == 1


def test_a_deleted_draft_comes_back_whole(qtbot: QtBot, theme: Theme, county: County) -> None:
    screen = open_report(qtbot, county)
    choose(screen.urgency, "L2")
    tap(screen.discard)
    assert county.shell.backs == 1
    assert clue_reports.report_drafts(county.context) == []
    screen.leave()
    undo = county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    [item] = clue_reports.report_drafts(county.context)
    assert item.stored.draft.urgency is Urgency.L2


def test_photos_are_on_the_disk_before_the_report_names_them(
    qtbot: QtBot, theme: Theme, county: County, tmp_path: Path
) -> None:
    picture = QImage(640, 480, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkGreen)
    picture.save(str(tmp_path / "roof.png"))
    screen = open_report(qtbot, county, household_id=county.household("张桂兰"))
    screen.pictures.add_files([tmp_path / "roof.png"])
    [photo] = screen.presenter.state.draft.photos
    assert county.store.photos.get(photo.sha256).startswith(b"\xff\xd8")
    [tile] = screen.photos.tiles()
    tap(tile.remove)
    assert screen.presenter.state.draft.photos == ()
    undo = county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    choose(screen.urgency, "L2")
    tap(screen.phrases.buttons[0])
    screen.presenter.send()
    [own] = reported(county)
    assert clues.clue_view(county.context, own.clue_id).clue.photos == (photo,)


# Afterwards


def sent(qtbot: QtBot, county: County, urgency: str = "L1", **fields: object) -> ClueReportScreen:
    screen = open_report(qtbot, county, household_id=county.household("张桂兰"))
    choose(screen.urgency, urgency)
    tap(screen.phrases.buttons[0])
    if fields:
        screen.presenter.change(**fields)
    screen.presenter.send()
    assert screen.presenter.state.mode is Mode.SENT, screen.presenter.state.errors
    return screen


def test_offline_the_page_says_whom_to_call_and_how_the_report_travels(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    county.server.status = SyncStatus(SyncState.OFFLINE)
    screen = sent(qtbot, county, measures=(MeasureTaken.CALLED_120,))
    page = screen.sent
    assert page.emergency.isVisibleTo(screen)
    assert page.phones.phones() == [PHONES[VILLAGE], PHONES[TOWN], PHONES["341789"]]
    assert "联网即发" in page.standing.accessibleName()
    page.copy.click()
    text = QGuiApplication.clipboard().text()
    assert "青溪村" in text
    assert "已打120" in text
    assert "。。" not in text
    assert "张桂兰" not in text
    assert "3417891948" not in text
    page.copy_with_person.click()
    assert "张桂兰" in QGuiApplication.clipboard().text()
    page.codes.click()
    [own] = reported(county)
    assert county.shell.went[-1] == ("packages", {"record_id": own.clue_id})
    county.sync_feed.publish(SyncStatus(SyncState.IDLE))
    assert not page.codes.isVisibleTo(screen)


def test_another_case_begins_empty(qtbot: QtBot, theme: Theme, county: County) -> None:
    screen = sent(qtbot, county)
    screen.sent.again.click()
    state = screen.presenter.state
    assert state.mode is Mode.FORM
    assert (state.draft.urgency, state.draft.household_id, state.errors) == (None, "", {})
    assert screen.words.value() == ""
    choose(screen.urgency, "L3")
    screen.presenter.change(place="桥头")
    tap(screen.phrases.buttons[0])
    screen.presenter.send()
    assert len(reported(county)) == 2


# From elsewhere


def test_red_flags_of_a_sheet_fill_the_report(qtbot: QtBot, theme: Theme, county: County) -> None:
    home = county.household("张桂兰")
    screen = open_report(qtbot, county, household_id=home, flags="UNTREATED NO_CARER")
    draft = screen.presenter.state.draft
    assert (draft.urgency, draft.kind, draft.household_id) == (Urgency.L1, ClueKind.ILLNESS, home)
    assert "救治" in draft.description
    assert screen.emergency.isVisibleTo(screen)


def test_shortcut_reports_from_any_screen_with_what_it_shows_and_back_returns(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    home = county.household("张桂兰")
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(1366, 768)
    window.show()
    window.activateWindow()
    assert QTest.qWaitForWindowActive(window)
    role = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=VILLAGE, since=county.today)
    window.show_pages(county.surroundings(), navigation.entries(actor_on(WORKER, (role,), county.today)), 0)
    window.go("household", household_id=home)
    before = window.screen_shown
    for _ in range(2):  # the second time it is there already
        QTest.keyClick(window, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    screen = window.screen_shown
    assert isinstance(screen, ClueReportScreen)
    assert screen.presenter.state.draft.household_id == home
    window.back()
    assert window.screen_shown is before
    window.close()


@pytest.mark.parametrize("role", list(Role))
def test_red_button_is_there_for_everybody_who_may_report(county: County, role: Role) -> None:
    held = RoleAssignment(role=role, area_code=TOWN, since=dt.date(2020, 1, 1))
    actor = actor_on(WORKER, (held,), county.today)
    keys = [entry.key for entry in navigation.entries(actor) if entry.urgent]
    assert keys == (["clue_report"] if actor.may(Permission.CREATE_CLUE) else [])


def test_reporter_sees_only_report_and_own_clues(county: County) -> None:
    role = RoleAssignment(role=Role.REPORTER, area_code=VILLAGE, since=county.today)
    entries = navigation.entries(actor_on(WORKER, (role,), county.today))
    assert [entry.key for entry in entries] == ["clues", "settings", "clue_report"]


def test_red_button_stays_in_sight_in_a_narrow_task(qtbot: QtBot, theme: Theme, county: County) -> None:
    window = MainWindow()
    qtbot.addWidget(window)
    window.resize(800, 1280)
    window.show()
    role = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=VILLAGE, since=county.today)
    window.show_pages(county.surroundings(), navigation.entries(actor_on(WORKER, (role,), county.today)), 0)
    pages = window.pages
    assert pages is not None
    assert pages.arrangement is Arrangement.NARROW
    assert pages.tabs.button("clue_report").isVisibleTo(window)
    window.go("register")
    tap(pages.top.alarm)
    assert isinstance(window.screen_shown, ClueReportScreen)
    assert not pages.top.alarm.isVisibleTo(window)
    window.close()


# Looks


def test_report_fits_reads_in_order_and_names_everything(qtbot: QtBot, theme: Theme, county: County) -> None:
    screen = open_report(qtbot, county, household_id=county.household("张桂兰"))
    choose(screen.urgency, "L1")
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)


def test_sent_page_fits_and_names_everything(qtbot: QtBot, theme: Theme, county: County) -> None:
    county.server.status = SyncStatus(SyncState.OFFLINE)
    screen = sent(qtbot, county)
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)


def test_english_report_says_the_phrases_in_english(qtbot: QtBot, theme: Theme, county: County) -> None:
    around = county.surroundings(language=Language.EN)
    county.shell.preferences = type(county.shell.preferences)(Language.EN)
    screen = ClueReportScreen(around)
    screen.positions = NoPositions()
    show(qtbot, screen)
    screen.enter({"household_id": county.household("张桂兰")})
    choose(screen.urgency, "L2")
    choose(screen.kind, "NO_FOOD")
    tap(screen.phrases.buttons[0])
    tap(screen.phrases.buttons[2])
    assert screen.words.value() == "No food in the house. Cannot cook."
    assert_fits(screen)
    assert screen.presenter.state.draft.area_code == GRID_1
