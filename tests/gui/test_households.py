"""The list of households: search, filter, rows on demand."""

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.users import Role
from tests.gui.county import GRID_1, GRID_2, OTHER_GRID, OTHER_VILLAGE, TOWN, VILLAGE, County, HeldTasks
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.households.presenter import HouseholdsPresenter, HouseholdsState
from ui.screens.households.screen import HouseholdsScreen
from ui.tasks import TaskRunner
from ui.widgets.inputs.picker import Picker
from ui.widgets.records.household_rows import HouseholdRow


class Seen(list[HouseholdsState]):
    """The states a presenter rendered, and the rows it supplied."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: dict[str, HouseholdRow] = {}

    def supply(self, rows: Sequence[HouseholdRow]) -> None:
        """Keep rows."""
        self.rows |= {row.household_id: row for row in rows}

    @property
    def names(self) -> list[str]:
        """Names of the newest list."""
        return [self.rows[one].name for one in self[-1].ids]


@pytest.fixture
def three(county: County) -> County:
    """Three households in three grids; the worker is the town's clerk."""
    county.worker(Role.TOWN_CLERK, TOWN)
    county.household("王甲", area_code=GRID_1, id="ha")
    county.household("王乙", area_code=GRID_2, id="hb")
    county.household("李丙", area_code=OTHER_GRID, id="hc")
    return county


def begin(county: County, typed: str = "") -> tuple[HouseholdsPresenter, Seen]:
    seen = Seen()
    presenter = HouseholdsPresenter(county.surroundings(), seen.append, seen.supply)
    presenter.enter(typed)
    presenter.need(seen[-1].ids)
    return presenter, seen


def test_search_finds_by_initials_and_counts(three: County) -> None:
    presenter, seen = begin(three)
    assert len(seen[-1].ids) == 3
    presenter.search("wj")
    assert seen.names == ["王甲"]
    assert seen[-1].typed == "wj"


def test_entering_with_a_search_text_shows_its_hits(three: County) -> None:
    _presenter, seen = begin(three, "王")
    assert seen.names == ["王甲", "王乙"]


def test_filter_narrows_to_village_and_grid(three: County) -> None:
    presenter, seen = begin(three)
    assert [area.code for area in seen[-1].areas] == [VILLAGE, GRID_1, GRID_2, OTHER_VILLAGE, OTHER_GRID]
    assert [area.name for area in seen[-1].areas][1:3] == ["青溪村 第一网格", "青溪村 第二网格"]
    presenter.choose_area(VILLAGE)
    assert seen.names == ["王甲", "王乙"]
    presenter.choose_area(GRID_2)
    assert seen.names == ["王乙"]
    presenter.choose_area("")
    assert len(seen[-1].ids) == 3


def test_newest_search_wins_and_those_between_are_never_asked(three: County) -> None:
    tasks, seen = HeldTasks(), Seen()
    presenter = HouseholdsPresenter(three.surroundings(tasks), seen.append, seen.supply)
    presenter.enter()
    for typed in ("w", "wa", "wan", "wang", "li"):
        presenter.search(typed)
    assert len(tasks.waiting) == 1
    tasks.finish()
    assert [state.typed for state in seen] == ["li"]
    assert seen[-1].ids == ("hc",)


def test_rows_that_arrive_after_leaving_are_dropped(three: County) -> None:
    tasks, seen = HeldTasks(), Seen()
    presenter = HouseholdsPresenter(three.surroundings(tasks), seen.append, seen.supply)
    presenter.enter()
    presenter.need(("ha",))
    presenter.leave()
    tasks.finish()
    assert not seen
    assert not seen.rows


def test_a_new_visit_refetches_rows_without_a_search(three: County) -> None:
    presenter, seen = begin(three)
    version = seen[-1].version
    three.tell("visit_plans", ids=("ha",))
    assert seen[-1].version == version + 1
    three.household("赵丁", id="hd")
    three.tell("households", ids=("hd",))
    assert len(seen[-1].ids) == 4
    presenter.leave()


def test_registering_is_offered_only_to_those_who_may(three: County) -> None:
    presenter, seen = begin(three)
    assert [state.may_register for state in seen] == [True]
    three.worker(Role.AUDITOR, TOWN)
    three.tell("users")
    assert (seen[-1].may_register, seen[-1].may_visit) == (False, False)
    presenter.leave()


# --- screen -----------------------------------------------------------------------------------------


def test_list_shows_count_opens_and_starts(qtbot: QtBot, three: County) -> None:
    tasks = TaskRunner()
    screen = HouseholdsScreen(three.surroundings(tasks))
    show(qtbot, screen)
    screen.enter({})
    qtbot.waitUntil(lambda: screen.listing.cards.rowCount() == 3)
    qtbot.waitUntil(lambda: screen.listing.cards.content(0) is not None)
    content = screen.listing.cards.content(0)
    assert content is not None
    assert (content.title, content.action) == ("王甲", "开始走访")
    assert screen._count.text() == "共 3 户"
    screen.listing.setFocus()
    screen.listing.setCurrentIndex(screen.listing.cards.index(0, 0))
    QTest.keyClick(screen.listing, Qt.Key.Key_Return)
    assert three.shell.went[-1] == ("household", {"household_id": "ha"})
    QTest.keyClick(screen.listing, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: three.shell.went[-1][0] == "visit_form")
    screen.search("李")
    qtbot.waitUntil(lambda: screen.listing.cards.rowCount() == 1)
    assert screen._count.text() == "找到 1 户"
    screen.leave()
    tasks.stop()


def test_choosing_an_area_filters_the_list(qtbot: QtBot, three: County) -> None:
    screen = HouseholdsScreen(three.surroundings())
    show(qtbot, screen)
    screen.enter({})
    picker = screen.findChild(Picker)
    assert picker is not None
    picker.set_value(GRID_2)
    picker.changed.emit(GRID_2)
    assert screen.listing.cards.rowCount() == 1
    assert picker.value() == GRID_2
    screen.leave()


def test_one_grid_needs_no_filter(qtbot: QtBot, county: County) -> None:
    county.worker(Role.GRID_WORKER, GRID_1)
    county.household("王甲", id="ha")
    screen = HouseholdsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert screen.findChild(Picker) is None
    screen.leave()


def test_nothing_found_offers_to_register(qtbot: QtBot, three: County) -> None:
    screen = HouseholdsScreen(three.surroundings())
    show(qtbot, screen)
    screen.enter({"typed": "不存在"})
    qtbot.wait(0)
    assert not screen.listing.isVisible()
    button = screen._empty.findChild(QPushButton)
    assert button is not None
    assert button.text() == "登记新户"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert three.shell.went[-1] == ("register", {})
    screen.leave()


def test_empty_device_offers_to_sync(qtbot: QtBot, county: County) -> None:
    screen = HouseholdsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    qtbot.wait(0)
    (button,) = screen._empty.findChildren(QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert county.server.syncs == 1
    screen.leave()


def test_list_is_accessible_and_fits(qtbot: QtBot, three: County) -> None:
    screen = HouseholdsScreen(three.surroundings())
    show(qtbot, screen)
    screen.enter({})
    qtbot.wait(0)
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)
    screen.leave()


def test_eighteen_thousand_rows_open_without_reading_them(qtbot: QtBot, three: County) -> None:
    """The list asks for the pages in view only."""
    asked: list[int] = []
    screen = HouseholdsScreen(three.surroundings(HeldTasks()))
    show(qtbot, screen)
    screen.presenter.need = lambda keys: asked.append(len(keys))  # type: ignore[method-assign]
    state = HouseholdsState(loaded=True, version=1, ids=tuple(f"h{i}" for i in range(18_000)))
    screen.render_state(state)
    qtbot.wait(0)
    screen.listing.scrollToBottom()
    qtbot.wait(20)
    assert sum(asked) <= 6 * 128
    screen.leave()
