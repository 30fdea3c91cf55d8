"""复制简报 on screens: previewed, copied only as seen, gone when the profile is locked."""

from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.visits import NeedKind, Result
from tests.gui.county import COLLEAGUE, County
from tests.gui.screens import assert_fits, nameless, show
from ui import clipboard
from ui.screens.household.screen import HouseholdScreen
from ui.screens.today.screen import TodayScreen
from ui.screens.visit.screen import VisitScreen


def test_a_visit_is_told_without_the_family_and_its_words_only_when_wanted(
    qtbot: QtBot, county: County
) -> None:
    home = county.household("赵小芳", group_name="3组", address="河边12号")
    words = "赵小芳说小芳的电话是 100 0000 0012，家在河边12号，身份证 341789 19480517 002X。"
    visit_id = county.visit(home, narrative=words, needs=(NeedKind.MEAL,), result=Result.NORMAL)
    screen = VisitScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"visit_id": visit_id})
    panel = screen.brief
    panel.open()
    seen = panel.preview.text()
    assert "石桥镇青溪村3组" in seen
    assert "低保" in seen
    assert "1 项" in seen
    assert "某某" not in seen, "what was written is not told by itself"
    panel.words.click()
    assert panel.preview.text().endswith("某某说某某的电话是 ，家在，身份证 。")
    assert_fits(screen)
    assert nameless(screen) == []
    panel.copy.click()
    held = QGuiApplication.clipboard()
    assert held.text() == f"{seen}\n某某说某某的电话是 ，家在，身份证 。"
    assert panel.isHidden()
    clipboard.forget()
    assert held.text() == ""
    held.setText("别处复制的")
    clipboard.forget()
    assert held.text() == "别处复制的"
    screen.leave()


def test_a_household_and_a_day_are_told_in_counts(qtbot: QtBot, county: County) -> None:
    home = county.household("赵小芳", group_name="赵小芳组")
    county.visit(home, days_ago=1, by=COLLEAGUE)
    for screen, params in (
        (HouseholdScreen(county.surroundings()), {"household_id": home}),
        (TodayScreen(county.surroundings()), {}),
    ):
        show(qtbot, screen)
        screen.enter(params)
        screen.brief.open()
        assert screen.brief.isVisible()
        assert screen.brief.preview.text()
        assert "小芳" not in screen.brief.preview.text()
        assert screen.brief.words.isHidden()
        screen.brief.open()
        assert screen.brief.isHidden()
        screen.leave()
