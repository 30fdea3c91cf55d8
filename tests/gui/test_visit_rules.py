"""The tables of visit rules on a device: by day, with what changed, and as the workbook the server reads."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from pytestqt.qtbot import QtBot

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.parameters import DEFAULT_VISIT_RULES, DatedVisitRules, Parameters, PeriodUnit
from fieldapp.domain.records.users import Role
from fieldapp.exports.visit_rules import read_rules
from fieldapp.services import visit_rules
from tests.gui.county import County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.rule_table.screen import RuleTableScreen
from ui.screens.visit_rules.presenter import Standing
from ui.screens.visit_rules.screen import VisitRulesScreen
from ui.widgets.labels import Text


def test_tables_are_read_by_day_and_exported_as_they_hold(
    qtbot: QtBot, county: County, tmp_path: Path
) -> None:
    _first, second, *others = DEFAULT_VISIT_RULES
    stricter = second.model_copy(update={"unit": PeriodUnit.MONTH})
    later = (stricter, *others)
    tables = (
        DatedVisitRules(valid_from=county.today - dt.timedelta(days=30), rules=DEFAULT_VISIT_RULES),
        DatedVisitRules(valid_from=county.today + dt.timedelta(days=30), rules=later),
    )
    county.parameters(Parameters(demo_numbers_allowed=True, later_visit_rules=tables[::-1]))
    county.worker(Role.COUNTY_OFFICER, "341789")
    screen = VisitRulesScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    state = screen.presenter.state
    assert [table.standing for table in state.tables] == [Standing.OVER, Standing.NOW, Standing.AHEAD]
    assert [table.until for table in state.tables] == [
        tables[0].valid_from - dt.timedelta(days=1),
        tables[1].valid_from - dt.timedelta(days=1),
        None,
    ]
    assert (state.chosen, len(state.rules), screen.export.isVisible()) == (1, len(DEFAULT_VISIT_RULES), True)
    assert not any(row.fresh or row.changed for row in state.rules)
    assert "风险高" in [one.text() for one in screen.findChildren(Text)]

    screen.tables.changed.emit("2")
    state = screen.presenter.state
    assert [row.rule_id for row in state.rules if row.changed] == [second.id]
    assert state.removed == 1
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)

    target = tmp_path / "rules.xlsx"
    screen.presenter.export(str(target))
    assert county.shell.toasts[-1].text == "已导出。"
    read = read_rules(target)
    assert (read.rules, read.problems) == (later, ())


def test_others_read_the_table_and_do_not_export_it(qtbot: QtBot, county: County, tmp_path: Path) -> None:
    screen = VisitRulesScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert len(screen.presenter.state.rules) == len(DEFAULT_VISIT_RULES)
    assert not screen.export.isVisible()
    (table,) = visit_rules.rule_tables(county.context).tables
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        visit_rules.export_rule_table(county.context, table, tmp_path / "rules.xlsx")
    assert list(tmp_path.glob("rules*")) == []


def test_a_table_is_written_looked_at_and_handed_in(qtbot: QtBot, county: County, tmp_path: Path) -> None:
    home = county.household("甲乙")
    county.visit(home, days_ago=1)
    county.worker(Role.COUNTY_OFFICER, "341789")
    reading = VisitRulesScreen(county.surroundings())
    show(qtbot, reading)
    reading.enter({})
    reading.edit.click()
    assert county.shell.went[-1] == ("rule_table", {})
    screen = RuleTableScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert not screen.look.isEnabled()
    places = {rule.id: nth for nth, rule in enumerate(DEFAULT_VISIT_RULES)}
    screen.presenter.open_rule(places["dibao"])
    assert screen.editor is not None
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)
    editor = screen.editor
    screen.editor.fields["unit"].editor.changed.emit("MONTH")
    screen.editor.fields["disability_grades"].editor.changed.emit(("3", "1"))
    assert screen.editor is editor, "what is being written is not taken away"
    written = screen.presenter.state.rules[places["dibao"]]
    assert (written.unit, written.match.disability_grades) == (PeriodUnit.MONTH, (1, 3))
    screen.editor.fields["disability_grades"].editor.changed.emit(())
    screen.close_rule.click()
    assert screen.presenter.state.edited is None
    screen.presenter.remove(0)
    screen.presenter.restore(0)
    screen.add.click()
    assert screen.presenter.state.rules[-1].id == "rule-1"
    screen.presenter.remove(len(screen.presenter.state.rules) - 1)
    assert not screen.hand_in.isEnabled()

    screen.look.click()
    told = screen.presenter.state.preview
    assert told is not None
    assert (told.earlier, told.same) == (1, 0)
    assert screen.hand_in.isEnabled()
    screen.hand_in.click()
    assert list(screen.presenter.state.errors) == ["reason"]
    screen.fields["reason"].editor.set_value("会议决定")
    screen.presenter.change("reason", "会议决定")
    screen.hand_in.click()
    assert county.shell.toasts[-1].text == "已提交，联网后由服务器执行。"
    reading.presenter.reload()
    assert [one.standing for one in reading.presenter.state.tables] == [Standing.NOW, Standing.WAITING]


def test_a_workbook_with_mistakes_is_told_by_row_and_not_taken(
    qtbot: QtBot, county: County, tmp_path: Path
) -> None:
    county.worker(Role.COUNTY_OFFICER, "341789")
    screen = RuleTableScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    (table,) = visit_rules.rule_tables(county.context).tables
    path = tmp_path / "rules.xlsx"
    visit_rules.export_rule_table(county.context, table, path)
    book = openpyxl.load_workbook(path)
    rows = {row[0].value: row for row in book.active.iter_rows()}
    times = [cell.value for cell in rows["编号"]].index("次数")
    rows["dibao"][times].value = 99
    book.save(path)
    screen.presenter.take_workbook(path)
    assert [row for row, _words in screen.presenter.state.problems] == [rows["dibao"][0].row]
    assert screen.presenter.state.rules == DEFAULT_VISIT_RULES
    rows["dibao"][times].value = 2
    book.save(path)
    screen.presenter.take_workbook(path)
    state = screen.presenter.state
    assert (state.problems, [row.rule_id for row in state.rows if row.changed]) == ((), ["dibao"])


def test_a_clerk_is_told_who_writes_the_rules(qtbot: QtBot, county: County) -> None:
    county.worker(Role.TOWN_CLERK, "341789100")
    screen = RuleTableScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert not screen.look.isVisible()
    assert not screen.add.isVisible()
