"""Filters kept by name: what is kept narrows the list again, also after the screen was left."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fieldapp.domain.errors import RuleError
from fieldapp.services import kept_choices
from fieldapp.services.kept_choices import FILTERS_PER_PAGE, KeptFilter
from tests.gui.county import GRID_2, County
from tests.gui.screens import assert_fits, nameless, show
from ui.screens.households.screen import HouseholdsScreen


def test_names_are_sound_and_few(tmp_path: Path) -> None:
    county = County(tmp_path / "profile")
    context = county.context
    kept_choices.keep_filter(context, "needs", KeptFilter(" 北  片 ", {"kind": "MEAL"}))
    assert kept_choices.kept_filters(context, "needs") == (KeptFilter("北 片", {"kind": "MEAL"}),)
    assert kept_choices.kept_filters(context, "clues") == ()
    for name, code in (
        ("北 片", "filter_name_taken"),
        (" ", "filter_name_required"),
        ("长" * 21, "filter_name_long"),
    ):
        with pytest.raises(RuleError, match=code):
            kept_choices.keep_filter(context, "needs", KeptFilter(name))
    for n in range(1, FILTERS_PER_PAGE):
        kept_choices.keep_filter(context, "needs", KeptFilter(f"第{n}"))
    with pytest.raises(RuleError, match="filters_full"):
        kept_choices.keep_filter(context, "needs", KeptFilter("多了"))
    kept_choices.keep_columns(context, "statistics", ["b", "a"])
    assert kept_choices.kept_columns(context, "statistics") == ("b", "a")
    kept_choices.keep_columns(context, "statistics", [])
    assert kept_choices.kept_columns(context, "statistics") == ()
    county.close()


def test_a_filter_is_kept_used_renamed_deleted_and_brought_back(qtbot: QtBot, county: County) -> None:
    county.household("赵甲")
    there = county.household("钱乙", area_code=GRID_2)
    screen = HouseholdsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    kept = screen.kept
    assert not kept.isVisible(), "nothing is kept and nothing narrowed"
    screen.presenter.choose_area(GRID_2)
    kept.keep.click()
    kept.save.click()
    assert kept.shelf.state.error, "a name is needed"
    kept.name.set_value("二网格")
    kept.save.click()
    assert kept.shelf.state.shown == "二网格"
    assert not kept.keep.isVisible()
    kept.chips["二网格"].click()  # not any more
    assert len(screen.presenter.state.ids) == 2
    screen.leave()

    again = HouseholdsScreen(county.surroundings())
    show(qtbot, again)
    again.enter({})
    again.kept.chips["二网格"].click()
    assert again.presenter.state.ids == (there,)
    again.kept.rename.click()
    again.kept.name.set_value("河东")
    again.kept.save.click()
    assert_fits(again)
    assert nameless(again) == []
    again.kept.delete.click()
    assert again.kept.shelf.state.names == ()
    undo = county.shell.toasts[-1]
    assert undo.on_action is not None
    undo.on_action()
    assert kept_choices.kept_filters(county.context, "households") == (KeptFilter("河东", {"area": GRID_2}),)
