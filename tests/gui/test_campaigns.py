"""Campaigns: a supervisor starts one and ends it, a worker goes from door to door, the day's page tells."""

import datetime as dt
from typing import Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.campaigns import HouseholdFilter
from fieldapp.domain.records.households import HouseKind, HouseSafety, RiskLevel
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Purpose
from fieldapp.domain.rules.campaigns import NewCampaign
from fieldapp.services import campaigns, visits
from tests.gui.county import GRID_1, OTHER_GRID, OTHER_VILLAGE, TOWN, VILLAGE, County
from tests.gui.form_books import SURVEY, publish
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.campaign.presenter import Part
from ui.screens.campaign.screen import CampaignScreen
from ui.screens.campaign_new.screen import CampaignNewScreen
from ui.screens.campaigns.screen import CampaignsScreen
from ui.screens.today.screen import TodayScreen
from ui.theme import Theme
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardContent
from ui.widgets.records.campaign_words import filter_words

WEAK: Final = HouseholdFilter(houses=(HouseKind.OWN_EARTH,), safety=(HouseSafety.D,), age_from=60)


@pytest.fixture
def homes(county: County) -> dict[str, str]:
    """Two weak houses in one village, one in another, and one that stands firm."""
    county.worker(Role.TOWN_CLERK, TOWN)
    return {
        "first": county.household("张桂兰", house_safety=HouseSafety.D, address="2号"),
        "second": county.household("李玉芳", house_kind=HouseKind.OWN_EARTH, address="10号"),
        "far": county.household("王德发", house_safety=HouseSafety.D, area_code=OTHER_GRID),
        "firm": county.household("赵小妹", house_safety=HouseSafety.A),
    }


def start(county: County, *, form_id: str = "", title: str = "雨雪低温排查") -> str:
    new = NewCampaign(
        TOWN, title, WEAK, county.today, county.today + dt.timedelta(days=3), form_id, "看取暖和用药。"
    )
    return campaigns.start_campaign(county.context, new)[0]


def went(county: County) -> tuple[str, dict[str, str]]:
    """Where the worker was led last."""
    return county.shell.went[-1]


def shown(screen: CampaignScreen) -> tuple[Part, tuple[str, ...]]:
    """The part at the front and its doors."""
    return screen.presenter.state.part, screen.presenter.state.doors


def card(listing: CardList, row: int = 0) -> CardContent:
    content = listing.cards.content(row)
    assert content is not None
    return content


def page_of(county: County, qtbot: QtBot, campaign_id: str) -> CampaignScreen:
    screen = CampaignScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"campaign_id": campaign_id})
    return screen


def test_supervisor_builds_a_filter_sees_its_count_and_starts(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    publish(county, SURVEY, "survey")
    screen = CampaignNewScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    presenter = screen.presenter
    assert screen.count.text() == "符合条件 4 户（共 4 户）"

    def choose(name: str, *values: str) -> None:
        editor = screen.fields[name].editor
        editor.set_value(values)
        editor.changed.emit(values)

    choose("houses", HouseKind.OWN_EARTH)
    assert screen.count.text() == "符合条件 1 户（共 4 户）"
    choose("safety", HouseSafety.D)
    screen.fields["age_from"].editor.set_value(60)
    screen.fields["age_from"].editor.changed.emit(60)
    assert screen.count.text() == "符合条件 3 户（共 4 户）"
    choose("risk_levels", RiskLevel.HIGH)
    assert screen.count.text() == "符合条件 0 户（共 4 户）"
    choose("risk_levels")
    presenter.change("area_code", VILLAGE)
    assert screen.count.text() == "符合条件 2 户（共 3 户）"
    presenter.change("area_code", TOWN)
    assert_reading_order(screen)
    assert nameless(screen) == []

    QTest.mouseClick(screen.begin, Qt.MouseButton.LeftButton)
    assert screen.fields["title"].error() == "请填写名称。"
    presenter.change("title", "雨雪低温排查")
    presenter.narrow(age_to=50)
    QTest.mouseClick(screen.begin, Qt.MouseButton.LeftButton)
    assert screen.fields["age_to"].error() == "年龄上限不能小于下限。"
    presenter.narrow(age_to=None)
    presenter.change("ends_on", None)
    QTest.mouseClick(screen.begin, Qt.MouseButton.LeftButton)
    assert screen.fields["ends_on"].error() == "请填写开始和结束日期。"
    presenter.change("ends_on", county.today + dt.timedelta(days=3))
    assert_fits(screen)
    QTest.mouseClick(screen.begin, Qt.MouseButton.LeftButton)
    (item,) = campaigns.campaigns(county.context)
    assert county.shell.backs == 1
    assert went(county) == ("campaign", {"campaign_id": item.campaign.id})
    assert (item.campaign.title, item.campaign.filter, item.campaign.form_id) == ("雨雪低温排查", WEAK, "")
    words = filter_words(WEAK, screen.surroundings.texts)
    assert words == "住房为自有土坯或安全等级为D级；家中有满 60 岁的人"


def test_worker_goes_from_door_to_door_and_the_page_counts(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    started = start(county)
    screen = page_of(county, qtbot, started)
    presenter = screen.presenter
    doors = (homes["first"], homes["second"], homes["far"])
    assert shown(screen) == (Part.OPEN, doors), "2号 before 10号"
    first = card(screen.cards)
    assert (first.title, first.action, first.chips) == ("张桂兰", "开始走访", ())
    screen.cards.action.emit(homes["second"])
    route, params = went(county)
    assert route == "visit_form"
    assert visits.visit_form(county.context, params["draft_id"]).stored.draft.purpose is Purpose.SWEEP

    county.visit(homes["first"], purpose=Purpose.SWEEP)
    county.tell("visits")
    assert shown(screen) == (Part.OPEN, (homes["second"], homes["far"]))
    presenter.show(Part.DONE)
    assert shown(screen) == (Part.DONE, (homes["first"],))
    presenter.show(Part.PROGRESS)
    table = screen.progress.table.table
    cells = [[str(table.index(row, column).data()) for column in range(4)] for row in range(table.rowCount())]
    assert cells == [
        ["青溪村", "1", "2", "50.00 %"],
        ["长塘村", "0", "1", "0.00 %"],
        ["合计", "1", "3", "33.33 %"],
    ]
    assert_reading_order(screen)
    assert nameless(screen) == []
    assert_fits(screen)
    screen.progress.table.cell_opened.emit(OTHER_VILLAGE, 0)
    assert shown(screen) == (Part.OPEN, (homes["far"],))
    assert screen.narrowed.text() == "只看长塘村，点这里看全部"
    QTest.mouseClick(screen.narrowed, Qt.MouseButton.LeftButton)
    assert shown(screen) == (Part.OPEN, (homes["second"], homes["far"]))
    screen.cards.opened.emit(homes["far"])
    assert went(county) == ("household", {"household_id": homes["far"]})


def test_day_and_list_tell_what_runs_until_the_supervisor_ends_it(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    publish(county, SURVEY, "survey")
    started = start(county, form_id="survey")
    day = TodayScreen(county.surroundings())
    show(qtbot, day)
    day.enter({})
    [button] = day.side.campaigns.buttons
    assert button.accessibleName() == "打开 雨雪低温排查"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert went(county) == ("campaign", {"campaign_id": started})

    listing = CampaignsScreen(county.surroundings())
    show(qtbot, listing)
    listing.enter({})
    first = card(listing.listing)
    assert (first.title, first.chips[0].text, first.right) == (
        "雨雪低温排查",
        "还剩 3 天",
        "0 / 3 户  0.00 %",
    )
    QTest.mouseClick(listing.start, Qt.MouseButton.LeftButton)
    assert went(county) == ("campaign_new", {})

    screen = page_of(county, qtbot, started)
    screen.presenter.visit(homes["first"])
    assert went(county)[0] == "form"
    screen.presenter.show(Part.PROGRESS)
    QTest.mouseClick(screen.progress.end, Qt.MouseButton.LeftButton)
    assert campaigns.campaigns(county.context)[0].runs, "asked, not done"
    QTest.mouseClick(screen.progress.confirm, Qt.MouseButton.LeftButton)
    assert not campaigns.campaigns(county.context)[0].runs
    assert not screen.progress.end.isVisibleTo(screen)
    assert not day.side.campaigns.isVisibleTo(day)
    assert card(listing.listing).chips[0].text == "提前结束"


def test_worker_without_the_right_neither_starts_nor_ends(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    started = start(county)
    county.worker(Role.GRID_WORKER, GRID_1)
    listing = CampaignsScreen(county.surroundings())
    show(qtbot, listing)
    listing.enter({})
    assert not listing.start.isVisibleTo(listing)
    screen = page_of(county, qtbot, started)
    screen.presenter.show(Part.PROGRESS)
    assert not screen.progress.end.isVisibleTo(screen)
    new = CampaignNewScreen(county.surroundings())
    show(qtbot, new)
    new.enter({})
    assert not new.foot.isVisibleTo(new)
    gone = page_of(county, qtbot, "")
    assert gone.presenter.state.trouble == "这项排查已不在本机，请先同步。"
