"""The day's page on a real store."""

import datetime as dt
from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.households import HouseholdTag, RiskLevel
from fieldapp.domain.records.visits import Result, VisitState
from fieldapp.domain.rules.visit_plan import PlanStatus
from fieldapp.services import households, visits
from tests.gui.county import GRID_2, County, HeldTasks
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.ports import SyncState, SyncStatus
from ui.screens.today.presenter import DayPart, Only, Order, TodayPresenter, TodayState, in_walking_order
from ui.screens.today.screen import TodayScreen
from ui.widgets.banner import Banner
from ui.widgets.records.household_cards import household_chips
from ui.widgets.records.household_rows import household_row


class Seen(list[TodayState]):
    """The states a presenter rendered."""

    @property
    def last(self) -> TodayState:
        """The newest."""
        return self[-1]


def begin(county: County) -> tuple[TodayPresenter, Seen]:
    seen = Seen()
    presenter = TodayPresenter(county.surroundings(), seen.append)
    presenter.enter()
    return presenter, seen


@pytest.fixture
def quarter_end(county: County) -> County:
    """27 March: the quarter's visits are due within days; three households, one of them overdue."""
    county.clock.set(dt.datetime(2026, 3, 27, 1, 40, tzinfo=dt.UTC))
    county.server.status = replace(county.server.status, last_sync_at=county.clock())
    county.household("王甲", group_name="10组", risk_level=RiskLevel.HIGH, id="late")
    county.visit("late", days_ago=14)
    county.household("李乙", group_name="2组", id="soon")
    county.visit("soon", days_ago=120)
    county.household("陈丙", area_code=GRID_2, group_name="1组", id="done")
    county.visit("done", days_ago=3, area_code=GRID_2)
    return county


def test_due_households_come_most_urgent_first_with_their_days(quarter_end: County) -> None:
    _presenter, seen = begin(quarter_end)
    state = seen.last
    assert [(row.household_id, row.standing, row.days) for row in state.due] == [
        ("late", PlanStatus.OVERDUE, 5),
        ("soon", PlanStatus.DUE_SOON, 4),
    ]
    assert (state.overdue, state.due_soon, state.done, state.owing) == (1, 1, 1, 3)
    assert (state.user_name, state.area_name) == ("周丙", "青溪村")


def test_walking_order_counts_groups_as_numbers(quarter_end: County) -> None:
    presenter, seen = begin(quarter_end)
    presenter.sort(Order.WALK)
    assert [row.group_name for row in seen.last.due] == ["2组", "10组"]
    assert [(one.village_name, one.group_name, one.doors) for one in seen.last.places] == [
        ("青溪村", "2组", 1),
        ("青溪村", "10组", 1),
    ]
    presenter.sort(Order.URGENCY)
    assert seen.last.places == ()
    assert in_walking_order(()) == []


def test_narrowing_twice_shows_all_again(quarter_end: County) -> None:
    presenter, seen = begin(quarter_end)
    presenter.narrow(Only.OVERDUE)
    assert [row.household_id for row in seen.last.due] == ["late"]
    presenter.narrow(Only.OVERDUE)
    assert len(seen.last.due) == 2


def test_one_tap_opens_a_draft_and_a_second_tap_the_same(quarter_end: County) -> None:
    presenter, seen = begin(quarter_end)
    presenter.visit("late")
    presenter.visit("late")
    (route, first), (_route, second) = quarter_end.shell.went
    assert route == "visit_form"
    assert first == second
    draft = seen.last.drafts[0]
    assert (draft.household_id, draft.draft_id) == ("late", first["draft_id"])
    assert "late" not in [row.household_id for row in seen.last.due]


def test_double_tap_while_busy_begins_once(quarter_end: County) -> None:
    tasks = HeldTasks()
    presenter = TodayPresenter(quarter_end.surroundings(tasks), lambda _state: None)
    presenter.visit("late")
    presenter.visit("late")
    tasks.finish()
    assert len(quarter_end.shell.went) == 1


def test_a_returned_visit_is_corrected_with_one_tap(quarter_end: County) -> None:
    back = quarter_end.visit("soon", days_ago=2, state=VisitState.RETURNED, state_reason="缺救助金到账情况")
    presenter, seen = begin(quarter_end)
    assert [(row.visit_id, row.name, row.reason) for row in seen.last.returned] == [
        (back, "李乙", "缺救助金到账情况")
    ]
    presenter.correct(back)
    draft_id = quarter_end.shell.went[-1][1]["draft_id"]
    assert visits.visit_form(quarter_end.context, draft_id).stored.draft.amends == back
    assert seen.last.drafts[0].corrects


def test_visits_of_today_are_counted(quarter_end: County) -> None:
    quarter_end.visit("soon", result=Result.NORMAL)
    _presenter, seen = begin(quarter_end)
    assert seen.last.visited_today == 1


def test_change_elsewhere_is_shown(quarter_end: County) -> None:
    _presenter, seen = begin(quarter_end)
    quarter_end.visit("late")
    quarter_end.tell("visits", "visit_plans")
    assert seen.last.overdue == 0


def test_changes_of_other_kinds_read_nothing(quarter_end: County) -> None:
    _presenter, seen = begin(quarter_end)
    count = len(seen)
    quarter_end.tell("audit_events")
    assert len(seen) == count


def test_after_leave_nothing_is_rendered(quarter_end: County) -> None:
    presenter, seen = begin(quarter_end)
    count = len(seen)
    presenter.leave()
    quarter_end.tell("visits")
    quarter_end.sync_feed.publish(SyncStatus(state=SyncState.SYNCING))
    presenter.reload()
    assert len(seen) == count


def test_many_changes_cost_two_reads(quarter_end: County) -> None:
    tasks, seen = HeldTasks(), Seen()
    presenter = TodayPresenter(quarter_end.surroundings(tasks), seen.append)
    presenter.enter()
    for _ in range(9):
        quarter_end.tell("visits")
    assert len(tasks.waiting) == 1
    tasks.finish()
    assert len(seen) == 1


def test_midnight_shows_the_new_day(quarter_end: County) -> None:
    presenter, seen = begin(quarter_end)
    quarter_end.clock.set(dt.datetime(2026, 3, 28, 0, 30, tzinfo=dt.UTC))
    presenter.tick()
    assert seen.last.today == dt.date(2026, 3, 28)
    assert seen.last.due[0].days == 6


def test_a_week_without_a_sync_is_told_until_it_succeeds(qtbot: QtBot, quarter_end: County) -> None:
    clock, server = quarter_end.clock, quarter_end.server
    server.status = SyncStatus(SyncState.OFFLINE, clock() - dt.timedelta(days=6))
    screen = TodayScreen(quarter_end.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert screen.presenter.state.stale_days == 0
    assert screen.findChildren(Banner) == []
    clock.advance(days=1)
    screen.presenter.tick()
    (banner,) = screen.findChildren(Banner)
    assert "已 7 天没有同步。满 30 天后，本机资料暂停查看，请尽快联网。" in banner.accessibleName()
    (button,) = banner.findChildren(QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert server.syncs == 1
    server.status = SyncStatus(SyncState.IDLE, clock())
    quarter_end.sync_feed.publish(server.status)
    assert screen.presenter.state.stale_days == 0
    assert not banner.isVisibleTo(screen)
    screen.leave()


@pytest.mark.parametrize(
    ("utc_hour", "part"),
    [(20, DayPart.NIGHT), (22, DayPart.EARLY), (1, DayPart.MORNING), (3, DayPart.NOON),
     (6, DayPart.AFTERNOON), (11, DayPart.EVENING)],
)  # fmt: skip
def test_greeting_follows_the_countys_clock(county: County, utc_hour: int, part: DayPart) -> None:
    county.clock.set(dt.datetime(2026, 3, 5, utc_hour, 0, tzinfo=dt.UTC))
    presenter, _seen = begin(county)
    assert presenter.state.part is part


def test_without_a_first_sync_the_page_says_so(tmp_path_factory: pytest.TempPathFactory) -> None:
    county = County(tmp_path_factory.mktemp("bare"), synced=False)
    try:
        presenter, seen = begin(county)
        assert seen.last.first_sync_missing
        presenter.sync_now()
        assert county.server.syncs == 1
    finally:
        county.close()


def test_unsent_records_are_counted_from_the_store(quarter_end: County) -> None:
    presenter, seen = begin(quarter_end)
    draft_id, _changes = visits.begin_visit(quarter_end.context, "late")
    draft = visits.visit_form(quarter_end.context, draft_id).stored.draft
    absent = draft.model_copy(update={"result": Result.NOT_HOME})
    visits.save_draft(quarter_end.context, draft_id, absent)
    visits.submit_visit(quarter_end.context, draft_id)
    presenter.reload()
    assert seen.last.waiting_ops == 1


# --- screen -----------------------------------------------------------------------------------------


def test_page_shows_and_acts(qtbot: QtBot, quarter_end: County) -> None:
    quarter_end.visit("done", days_ago=2, state=VisitState.RETURNED, state_reason="缺内容")
    screen = TodayScreen(quarter_end.surroundings())
    show(qtbot, screen)
    screen.enter({})
    title, context = quarter_end.shell.titles[-1]
    assert title == "上午好，周丙"
    assert context == "3 月 27 日 星期五 · 青溪村"
    content = screen.due_list.cards.content(0)
    assert content is not None
    assert content.sentence.startswith("王甲，已超期 5 天，高风险，青溪村 10组 12号 · 低保")
    assert (content.action, content.primary) == ("开始走访", True)
    where = screen.due_list.action_rect("late").center()
    QTest.mouseClick(screen.due_list.viewport(), Qt.MouseButton.LeftButton, pos=where)
    assert quarter_end.shell.went[-1][0] == "visit_form"
    again = screen.draft_list.cards.content(0)
    assert again is not None
    assert again.action == "继续填写"
    row = screen.due_list.visualRect(screen.due_list.cards.index(0, 0))
    QTest.mouseClick(
        screen.due_list.viewport(), Qt.MouseButton.LeftButton, pos=row.topLeft() + QPoint(120, 20)
    )
    assert quarter_end.shell.went[-1] == ("household", {"household_id": "soon"})
    (banner,) = screen.findChildren(Banner)
    qtbot.waitUntil(banner.isVisible)
    assert "缺内容" in banner.accessibleName()
    (button,) = banner.findChildren(QPushButton)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert quarter_end.shell.went[-1][0] == "visit_form"
    screen.leave()


def test_page_is_accessible_and_fits(qtbot: QtBot, quarter_end: County) -> None:
    quarter_end.household("赵丁", tags=(HouseholdTag.ALONE_ELDER,), id="more")
    visits.begin_visit(quarter_end.context, "more")
    screen = TodayScreen(quarter_end.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert nameless(screen) == []
    assert_fits(screen)
    screen.window().resize(800, 1280)
    assert_reading_order(screen)
    screen.leave()


def test_all_done_offers_to_choose_a_household(qtbot: QtBot, county: County) -> None:
    county.clock.set(dt.datetime(2026, 3, 27, 1, 40, tzinfo=dt.UTC))
    county.household("陈丙", id="done")
    county.visit("done", days_ago=3)
    screen = TodayScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert not screen.due_list.isVisible()
    shown = [b.text() for b in screen.findChildren(QPushButton) if b.isVisible()]
    assert "选一户走访" in shown
    screen.leave()


def test_typing_in_the_search_goes_to_the_list(county: County, qtbot: QtBot) -> None:
    screen = TodayScreen(county.surroundings())
    qtbot.addWidget(screen)
    screen.search("wj")
    assert county.shell.went == [("households", {"typed": "wj"})]


def test_row_of_a_household_without_a_plan_says_no_days(county: County) -> None:
    from fieldapp.services.households import household_items

    county.household("周辛", coverages=(), id="free")
    (item,) = household_items(county.context, ["free"])
    row = household_row(item, county.surroundings().texts, county.today)
    assert (row.standing, row.days) == (None, 0)


def test_a_card_says_what_else_calls_for_a_visit(quarter_end: County) -> None:
    today = quarter_end.today
    (item,) = households.household_items(quarter_end.context, ["done"])
    assert item.plan is not None
    plan = replace(
        item.plan, follow_up_due=today - dt.timedelta(days=2), review_due=today + dt.timedelta(days=9),
        review_from=today - dt.timedelta(days=21), unreachable_since=today,
    )  # fmt: skip
    texts = quarter_end.surroundings().texts
    chips = household_chips(household_row(replace(item, plan=plan), texts, today))
    assert [chip.text for chip in chips] == ["已走访", "救助回访超期 2 天", "定期核查还有 9 天", "多次未遇"]
    plain = household_chips(household_row(item, texts, today))
    assert [chip.text for chip in plain] == ["已走访"]
