"""The tables of visit rules on a device: by day, with what changed, and as the workbook the server reads."""

import datetime as dt
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.parameters import DEFAULT_VISIT_RULES, DatedVisitRules, Parameters, PeriodUnit
from fieldapp.domain.records.users import Role
from fieldapp.exports.visit_rules import read_rules
from fieldapp.services import visit_rules
from tests.gui.county import County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
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
