"""The supervisor's page, the household's card and the day's page: what they say of assessments."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    Assessor,
    AssessorKind,
)
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Attestation, Signature
from fieldapp.services import forms
from tests.gui.county import COLLEAGUE, GRID_1, OTHER_GRID, TOWN, VILLAGE, WORKER, County
from tests.gui.form_books import SCALE, SURVEY, publish
from ui.screens.assessments.presenter import WHOLE, Figure
from ui.screens.assessments.screen import AssessmentsScreen
from ui.screens.drafts.screen import DraftsScreen
from ui.screens.household.screen import HouseholdScreen
from ui.screens.today.screen import TodayScreen
from ui.theme import Theme

LEAD: Final = Assessor(id=WORKER, user_id=WORKER, name="周丙", kind=AssessorKind.AIDE)
MATE: Final = Assessor(id=COLLEAGUE, user_id=COLLEAGUE, name="钱丁", kind=AssessorKind.GROUP_LEADER)


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    made = County(tmp_path / "profile")
    yield made
    made.close()


def assessed(
    county: County, household_id: str, level: RiskLevel, score: int, *, days_ago: int = 0, due_in: int = 30,
    previous: RiskLevel = RiskLevel.NONE, reason: str = "", signed: tuple[Assessor, ...] = (LEAD, MATE),
    by: str = WORKER, area_code: str = GRID_1,
) -> str:  # fmt: skip
    """An assessment with signatures, as a pull brings them. Returns its id."""
    at = county.clock() - dt.timedelta(days=days_ago)
    origin = county.origin(by=by) | {"created_at": at}
    made = AssessmentFields(
        household_id=household_id, area_code=area_code, submission_id="sheet", scale_id="gx-1",
        scale_version="1", assessed_at=at, members=(LEAD, MATE), score=score, level=level,
        previous_level=previous, lowering_reason=reason,
        next_due=county.today + dt.timedelta(days=due_in - days_ago), **origin,
    )  # fmt: skip
    county.pull("assessments", [made])
    signatures = [
        AssessmentSignatureFields(
            household_id=household_id, assessment_id=made.id, member_id=member.id, signed_at=at,
            signature=Signature(attestation=Attestation.SIGNED, image_sha256="a" * 64, image_size=9),
            **county.origin(by=member.id),
        )
        for member in signed
    ]  # fmt: skip
    if signatures:
        county.pull("assessment_signatures", signatures)
    return made.id


@pytest.fixture
def homes(county: County) -> dict[str, str]:
    """High and overdue; lowered from high to low; waiting for a signature; never assessed."""
    county.worker(Role.TOWN_CLERK, TOWN)
    found = {
        "high": county.household("张桂兰"),
        "lowered": county.household("李玉芳"),
        "waiting": county.household("王德发"),
        "never": county.household("赵小妹", area_code=OTHER_GRID),
    }
    assessed(county, found["high"], RiskLevel.HIGH, 47, days_ago=40)
    assessed(county, found["lowered"], RiskLevel.HIGH, 50, days_ago=60)
    assessed(
        county, found["lowered"], RiskLevel.LOW, 12, days_ago=5, due_in=180,
        previous=RiskLevel.HIGH, reason="房屋修好，搬到女儿家",
    )  # fmt: skip
    assessed(county, found["waiting"], RiskLevel.MEDIUM, 30, signed=(LEAD,))
    return found


def supervise(county: County, qtbot: QtBot) -> AssessmentsScreen:
    screen = AssessmentsScreen(county.surroundings())
    qtbot.addWidget(screen)
    screen.resize(1200, 900)
    screen.show()
    screen.enter({})
    return screen


# The supervisor


def test_figures_count_levels_overdue_unsigned_and_lowered(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    screen = supervise(county, qtbot)
    shown = {figure: tile.accessibleName() for figure, tile in screen.figures.tiles.items()}
    for figure, number in (
        (Figure.HIGH, 1),
        (Figure.MEDIUM, 0),
        (Figure.LOW, 1),
        (Figure.NONE, 2),
        (Figure.OVERDUE, 1),
        (Figure.UNSIGNED, 1),
        (Figure.LOWERED, 1),
    ):
        assert f" {number} " in f"{shown[figure]} ", (figure, shown[figure])


def test_every_number_opens_its_households(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    screen = supervise(county, qtbot)
    for figure, who in (
        (Figure.HIGH, {"high"}),
        (Figure.LOW, {"lowered"}),
        (Figure.NONE, {"waiting", "never"}),
        (Figure.OVERDUE, {"high"}),
        (Figure.UNSIGNED, {"waiting"}),
    ):
        QTest.mouseClick(screen.figures.tiles[figure], Qt.MouseButton.LeftButton)
        state = screen.presenter.state.list
        assert state is not None
        assert set(state.ids) == {homes[name] for name in who}
        assert screen.presenter.back()


def test_card_of_a_list_says_level_and_days_and_opens_the_file(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    screen = supervise(county, qtbot)
    screen.presenter.open_figure(WHOLE, Figure.OVERDUE)
    qtbot.waitUntil(lambda: screen.cards.cards.content(0) is not None)
    card = screen.cards.cards.content(0)
    assert card is not None
    assert [chip.text for chip in card.chips] == ["风险高", "超期 10 天"]
    screen.cards.opened.emit(homes["high"])
    assert county.shell.went[-1] == ("household", {"household_id": homes["high"]})


def test_lowered_list_says_who_and_why_and_opens_the_assessment(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    screen = supervise(county, qtbot)
    screen.presenter.open_figure(WHOLE, Figure.LOWERED)
    [card] = [screen._lowered_cards.fetch(["0"])["0"]]
    assert card.title == "李玉芳"
    assert card.chips[0].text == "高→低"
    assert card.line == "青溪村 · 重新评估 · 周丙：房屋修好，搬到女儿家"
    screen.lowered.opened.emit("0")
    assert county.shell.went[-1][0] == "assessment"


def test_areas_are_looked_into_and_left_again(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    screen = supervise(county, qtbot)
    assert [code for code, _ in screen.presenter.state.path] == [TOWN]
    screen.figures.areas.cell_opened.emit(VILLAGE, 0)
    assert [name for _, name in screen.presenter.state.path] == ["石桥镇", "青溪村"]
    table = screen.presenter.state.table
    assert table is not None
    assert len(table.total.by_level[RiskLevel.NONE]) == 1
    screen.figures.area_chosen.emit(TOWN)
    assert len(screen.presenter.state.path) == 1


def test_trend_shows_months_and_its_table_opens_lists(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    screen = supervise(county, qtbot)
    table = screen.presenter.state.table
    assert table is not None
    last = table.total.trend[-1]
    QTest.mouseClick(screen.figures.twin, Qt.MouseButton.LeftButton)
    assert screen.figures.trend.isVisibleTo(screen)
    screen.figures.trend.cell_opened.emit(last.month.isoformat(), 1)
    state = screen.presenter.state.list
    assert state is not None
    assert (state.month, state.ids) == (last.month, (homes["high"],))
    QTest.keyClick(screen, Qt.Key.Key_Escape)
    assert screen.presenter.state.list is None


def test_worker_without_statistics_is_told_so(county: County, qtbot: QtBot, theme: Theme) -> None:
    county.worker(Role.GRID_WORKER, GRID_1)
    screen = supervise(county, qtbot)
    assert screen._pages.currentWidget() is screen._empty
    assert screen._empty.accessibleName() == "没有可以统计的区域。"


# A household's file


def file_of(county: County, qtbot: QtBot, household_id: str) -> HouseholdScreen:
    screen = HouseholdScreen(county.surroundings())
    qtbot.addWidget(screen)
    screen.resize(1200, 1000)
    screen.show()
    screen.enter({"household_id": household_id})
    return screen


def test_file_shows_level_due_day_and_history_with_reasons(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    state = file_of(county, qtbot, homes["lowered"]).paperwork.state
    assert (state.level, [row.reason for row in state.history]) == (
        RiskLevel.LOW,
        ["房屋修好，搬到女儿家", ""],
    )
    overdue = file_of(county, qtbot, homes["high"])
    assert (overdue.paperwork.state.due.name, overdue.paperwork.state.days) == ("OVERDUE", 10)
    assert overdue.risk.isVisibleTo(overdue)


def test_file_leads_to_the_assessment_that_waits(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    screen = file_of(county, qtbot, homes["waiting"])
    [row] = screen.paperwork.state.waiting
    screen.risk.opened.emit(row.assessment_id)
    assert county.shell.went[-1] == ("assessment", {"assessment_id": row.assessment_id})


def test_assessment_is_begun_and_gone_on_with_from_the_file(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    publish(county, SCALE, "test-scale", FormPurpose.ASSESSMENT)
    screen = file_of(county, qtbot, homes["never"])
    assert screen.risk.assess.text() == "开始评估"
    QTest.mouseClick(screen.risk.assess, Qt.MouseButton.LeftButton)
    [(route, params)] = county.shell.went
    assert route == "form"
    assert screen.risk.assess.text() == "继续评估"
    QTest.mouseClick(screen.risk.assess, Qt.MouseButton.LeftButton)
    assert county.shell.went[-1] == (route, params)


def test_without_a_scale_on_the_device_there_is_no_button(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    screen = file_of(county, qtbot, homes["never"])
    assert not screen.risk.assess.isVisibleTo(screen)


def test_forms_are_offered_in_the_file_and_a_form_about_a_person_asks_whom(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    survey = publish(county, SURVEY, "survey")
    care = publish(county, SCALE.replace("高风险家庭评估", "自理能力"), "care", FormPurpose.SELF_CARE)
    screen = file_of(county, qtbot, homes["high"])
    rows = {row.title: row for row in screen.paperwork.state.forms}
    assert [name for _, name in rows["自理能力"].people] == ["张桂兰"]
    assert care not in screen.forms.buttons
    QTest.mouseClick(screen.forms.buttons[survey], Qt.MouseButton.LeftButton)
    assert county.shell.went[-1][0] == "form"
    [(person_id, _)] = rows["自理能力"].people
    screen.paperwork.fill(care, person_id)
    drafts = forms.form_drafts(county.context)
    assert {draft.title for draft in drafts} == {"家庭调查表", "自理能力"}


# The day, and drafts


def test_day_shows_what_waits_for_my_signature_and_whom_to_assess_again(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    assessed(county, homes["never"], RiskLevel.LOW, 3, signed=(MATE,), area_code=OTHER_GRID, by=COLLEAGUE)
    screen = TodayScreen(county.surroundings())
    qtbot.addWidget(screen)
    screen.resize(1300, 900)
    screen.show()
    screen.enter({})
    state = screen.presenter.state
    assert [row.name for row in state.to_sign] == ["赵小妹"]
    assert [(row.name, row.days) for row in state.reassess] == [("张桂兰", 10)]
    [button] = screen.side.reassess_buttons
    assert button.accessibleName() == "打开 张桂兰 的档案"
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert county.shell.went[-1] == ("household", {"household_id": homes["high"]})


def test_drafts_of_forms_are_listed_resumed_and_thrown_away_with_undo(
    county: County, homes: dict[str, str], qtbot: QtBot, theme: Theme
) -> None:
    record_id = publish(county, SURVEY, "survey")
    draft_id, _ = forms.begin_form(county.context, record_id, household_id=homes["high"])
    screen = DraftsScreen(county.surroundings())
    qtbot.addWidget(screen)
    screen.show()
    screen.enter({})
    [card] = screen.cards
    assert card.resume.accessibleName() == "继续填写 张桂兰 的家庭调查表"
    QTest.mouseClick(card.resume, Qt.MouseButton.LeftButton)
    assert county.shell.went[-1] == ("form", {"draft_id": draft_id})
    screen.presenter.discard(draft_id)
    assert forms.form_drafts(county.context) == []
    undo = county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    assert [one.draft_id for one in forms.form_drafts(county.context)] == [draft_id]
