"""The list of conflicts: both sides in words, masked numbers, the clerk's decision; ways that lead there."""

import datetime as dt
from typing import Any

import orjson
import pytest
from pytestqt.qtbot import QtBot

from fieldapp.app.preferences import Language
from fieldapp.app.texts import texts
from fieldapp.domain.records.conflicts import ConflictFields, ConflictSide, ConflictState
from fieldapp.domain.records.users import Role
from fieldapp.storage.outbox import OUTBOX
from tests.gui.county import COLLEAGUE, TOWN, VILLAGE, WORKER, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.conflicts.presenter import OTHER, Asking, ConflictsPresenter, ConflictsState
from ui.screens.conflicts.screen import ConflictsScreen
from ui.screens.sync.screen import SyncScreen
from ui.screens.today.screen import TodayScreen
from ui.theme import Theme
from ui.widgets.banner import Banner
from ui.widgets.labels import Text

ZH = texts(Language.ZH)
FIRST, SECOND = "341789195001010024", "341789195001010032"


@pytest.fixture
def desk(county: County) -> County:
    """A town clerk's device with a household, a member and a colleague."""
    county.worker(Role.TOWN_CLERK, TOWN)
    county.user(COLLEAGUE, "钱乙", Role.VILLAGE_AIDE, VILLAGE)
    return county


def contest(
    county: County, field: str, first: object, second: object, kind: str = "persons", **values: Any
) -> str:
    """A conflict as a pull brings it; its id."""
    house = county.household("赵甲")
    person = county.person_fields(house, "赵丙")
    county.pull("persons", [person])
    now = county.clock()

    def side(value: object, user: str, minutes: int, *, stands: bool) -> ConflictSide:
        at = now - dt.timedelta(minutes=minutes)
        told = orjson.dumps(value).decode()
        return ConflictSide(value=told, stands=stands, by_user=user, at=at, received_at=now)

    conflict = ConflictFields(
        **county.origin(f"conflict-{field}"), household_id=house, record_kind=kind,
        record_id=house if kind == "households" else person.id, field=field,
        sides=(side(first, WORKER, 90, stands=True), side(second, COLLEAGUE, 30, stands=False)), **values,
    )  # fmt: skip
    county.pull("conflicts", [conflict])
    return conflict.id


def begin(county: County) -> ConflictsPresenter:
    states: list[ConflictsState] = []
    presenter = ConflictsPresenter(county.surroundings(), states.append)
    presenter.enter()
    return presenter


def decisions(county: County) -> list[dict[str, Any]]:
    """What the outbox holds of decisions."""
    with county.store.reading() as connection:
        found = connection.execute(OUTBOX.select().where(OUTBOX.c.kind == "conflict_decisions")).all()
    return [orjson.loads(row.body) for row in found]


def test_sides_are_told_in_words_with_who_and_when(desk: County) -> None:
    contest(desk, "status", "ALIVE", "DEAD")
    (row,) = begin(desk).state.rows
    assert [side.text for side in row.sides] == ["健在", "死亡"]
    assert [side.stands for side in row.sides] == [True, False]
    assert row.sides[1].by_name == "钱乙"
    assert row.sides[1].at == desk.clock() - dt.timedelta(minutes=30)
    assert (row.field_label, row.name) == (ZH.field("persons", "status"), "赵甲：赵丙")
    assert [code for code, _ in row.codes] == ["ALIVE", "DEAD", "MISSING", "MOVED"]


def test_coverages_are_told_and_only_to_be_chosen(desk: County) -> None:
    first = [{"category": "DIBAO", "coverage": "HOUSEHOLD", "since": "2025-01-01"}]
    contest(desk, "coverages", first, None, kind="households")
    (row,) = begin(desk).state.rows
    assert row.sides[0].text.startswith("低保")
    assert (row.sides[1].text, row.entry.value, row.name) == ("", "NONE", "赵甲")


def test_a_decision_needs_a_choice_and_a_reason_and_then_waits_for_the_server(desk: County) -> None:
    conflict = contest(desk, "status", "ALIVE", "DEAD")
    presenter = begin(desk)
    presenter.open(conflict, Asking.DECISION)
    tries: list[tuple[str | None, object, str, str, str]] = [
        (None, None, "已核对", "value", "choose_a_value"),
        (OTHER, None, "已核对", "value", "choose_a_value"),
        ("1", None, " ", "reason", "reason_required"),
    ]
    for chosen, value, reason, place, code in tries:
        presenter.decide(chosen, value, reason)
        problem = presenter.state.problem
        assert problem is not None
        assert (problem.place, problem.sentence) == (place, ZH.message(code))
    presenter.decide("1", None, "已核对死亡证明")
    (row,) = presenter.state.rows
    assert (row.waiting, presenter.state.opened, presenter.state.problem) == (True, "", None)
    (sent,) = decisions(desk)
    assert (sent["value"], sent["seen"], sent["reason"]) == ('"DEAD"', '"ALIVE"', "已核对死亡证明")


def test_another_value_is_sent_as_typed(desk: County) -> None:
    conflict = contest(desk, "status", "ALIVE", "DEAD")
    presenter = begin(desk)
    presenter.open(conflict, Asking.DECISION)
    presenter.decide(OTHER, "MISSING", "报案回执")
    assert decisions(desk)[0]["value"] == '"MISSING"'


def test_numbers_are_masked_shown_for_a_while_and_masked_again(desk: County) -> None:
    conflict = contest(desk, "id_number", FIRST, SECOND)
    presenter = begin(desk)
    assert [side.text for side in presenter.state.rows[0].sides] == [
        "341789********0024", "341789********0032",
    ]  # fmt: skip
    presenter.open(conflict, Asking.REVEAL)
    presenter.reveal("")
    assert presenter.state.problem is not None
    presenter.reveal("核对证件")
    assert [side.text for side in presenter.state.rows[0].sides] == [FIRST, SECOND]
    presenter.tick()
    assert presenter.state.rows[0].revealed
    desk.clock.advance(seconds=120)
    presenter.tick()
    assert presenter.revealing is False
    assert presenter.state.rows[0].sides[0].text == "341789********0024"


def test_an_aide_sees_and_does_not_decide(county: County) -> None:
    county.worker(Role.VILLAGE_AIDE, VILLAGE)
    contest(county, "status", "ALIVE", "DEAD")
    (row,) = begin(county).state.rows
    assert not row.may_decide


def test_changes_are_read_and_after_leave_nothing_is(desk: County) -> None:
    presenter = begin(desk)
    assert not list(presenter.state.rows)
    contest(desk, "status", "ALIVE", "DEAD")
    desk.tell("conflicts")
    assert len(presenter.state.rows) == 1
    presenter.open_household(presenter.state.rows[0].household_id)
    assert desk.shell.went[-1][0] == "household"
    presenter.leave()
    contest(desk, "death_date", None, "2026-03-01")
    desk.tell("conflicts")
    assert len(presenter.state.rows) == 1


# --- screen --------------------------------------------------------------------------------------


def opened(qtbot: QtBot, county: County) -> ConflictsScreen:
    screen = ConflictsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    qtbot.wait(1)
    return screen


def words(screen: Any) -> str:
    return "\n".join(one.text() for one in screen.findChildren(Text) if one.isVisibleTo(screen))


def test_screen_without_conflicts_says_so(qtbot: QtBot, theme: Theme, desk: County) -> None:
    assert "没有需要核对的冲突。" in words(opened(qtbot, desk))


def test_screen_decides_in_the_card_and_keeps_what_is_typed(qtbot: QtBot, theme: Theme, desk: County) -> None:
    conflict = contest(desk, "status", "ALIVE", "DEAD")
    screen = opened(qtbot, desk)
    assert "1 项待核对" in words(screen)
    screen.presenter.open(conflict, Asking.DECISION)
    (card,) = screen.cards
    assert card.choice is not None
    card.choice.buttons()[1].click()
    card.take_over(("1", None, "已核对"))
    desk.pull("conflicts", [])
    contest(desk, "death_date", None, "2026-03-01")  # another one comes in meanwhile
    desk.tell("conflicts")
    card = next(one for one in screen.cards if one.asking is Asking.DECISION)
    assert card.typed() == ("1", None, "已核对")
    card.confirm.click()
    qtbot.waitUntil(lambda: bool(decisions(desk)))
    qtbot.wait(1)
    assert "1 项待核对" in words(screen)  # of two


def test_screen_shows_who_decided(qtbot: QtBot, theme: Theme, desk: County) -> None:
    contest(
        desk, "status", "ALIVE", "DEAD", state=ConflictState.DECIDED, decided_by=COLLEAGUE,
        decided_at=desk.clock(),
    )  # fmt: skip
    told = words(opened(qtbot, desk))
    assert "钱乙 于" in told
    assert "0 项待核对" in told


@pytest.mark.parametrize("asking", [None, Asking.DECISION, Asking.REVEAL])
def test_screen_fits_reads_in_order_and_is_named(
    qtbot: QtBot, theme: Theme, desk: County, asking: Asking | None
) -> None:
    contest(desk, "death_date", None, "2026-03-01")
    conflict = contest(desk, "id_number", FIRST, SECOND)
    screen = opened(qtbot, desk)
    if asking is not None:
        screen.presenter.open(conflict, asking)
        qtbot.wait(1)
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)


def test_today_and_sync_lead_there(qtbot: QtBot, theme: Theme, desk: County) -> None:
    contest(desk, "status", "ALIVE", "DEAD")
    for screen in (TodayScreen(desk.surroundings()), SyncScreen(desk.surroundings())):
        show(qtbot, screen)
        screen.enter({})
        qtbot.wait(1)
        (banner,) = [one for one in screen.findChildren(Banner) if "填写不一致" in one.accessibleName()]
        assert banner.isVisibleTo(screen)
        banner.action.emit()
        assert desk.shell.went[-1] == ("conflicts", {})
        screen.leave()


def test_today_tells_of_a_clock_that_went_back(qtbot: QtBot, theme: Theme, desk: County) -> None:
    contest(desk, "status", "ALIVE", "DEAD")
    presenter = begin(desk)
    presenter.open("conflict-status", Asking.DECISION)
    presenter.decide("1", None, "已核对")  # a change, stamped
    desk.clock.advance(hours=-2)
    screen = TodayScreen(desk.surroundings())
    show(qtbot, screen)
    screen.enter({})
    qtbot.wait(1)
    told = [one.accessibleName() for one in screen.findChildren(Banner)]
    assert ZH.message("clock_set_back", minutes=120) in told
    screen.leave()
