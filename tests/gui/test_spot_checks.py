"""Spot checks: an inspector fills one in, loses the program, goes on and hands in; the town puts it right."""

import datetime as dt

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.domain.permissions import actor_on
from fieldapp.domain.records.spot_checks import (
    CheckAnswer,
    Found,
    SpotCheckResultFields,
    TargetStatus,
)
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.domain.rules.spot_check import ALL_QUESTIONS
from fieldapp.services import outbox, spot_checks
from fieldapp.storage import rows
from tests.gui.county import TOWN, WORKER, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from tests.gui.spot_check_records import COUNTY, be_inspector, bring_result, bring_target
from ui import navigation
from ui.screens.spot_check.screen import SpotCheckScreen
from ui.screens.spot_check_finding.screen import SpotCheckFindingScreen
from ui.screens.spot_checks.screen import SpotChecksScreen


def _opened(qtbot: QtBot, county: County, target_id: str) -> SpotCheckScreen:
    screen = SpotCheckScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"target_id": target_id})
    return screen


def _write(screen: SpotCheckScreen, name: str) -> None:
    """A stroke on a signature pad, handed over at once."""
    sheet = screen.form.pads[name].sheet
    middle = sheet.rect().center()
    QTest.mousePress(sheet, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseMove(sheet, middle + QPoint(30, 8))
    QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=middle + QPoint(30, 8))
    screen.form.flush()


def _titles(screen: SpotChecksScreen) -> list[tuple[str, tuple[str, ...]]]:
    model = screen.listing.cards
    cards = [model.content(row) for row in range(model.rowCount())]
    return [(card.title, tuple(chip.text for chip in card.chips)) for card in cards if card is not None]


def test_a_check_is_filled_in_lost_taken_up_and_handed_in(qtbot: QtBot, county: County) -> None:
    be_inspector(county)
    target_id = bring_target(county)
    listing = SpotChecksScreen(county.surroundings())
    show(qtbot, listing)
    listing.enter({})
    assert _titles(listing) == [("李玉芳", ("待检查",))]
    listing.presenter.open(target_id)
    assert county.shell.went[-1] == ("spot_check", {"target_id": target_id})

    screen = _opened(qtbot, county, target_id)
    told = dict(screen.form.facts.texts())
    assert (told["身份证号"], told["登记金额"]) == ("341789********0020", "630.00 元")
    for name in ALL_QUESTIONS[:3]:
        screen.form.fields[name].editor.set_value("YES")
        screen.form.fields[name].editor.changed.emit("YES")
    screen.form.fields["found"].editor.changed.emit(("AMOUNT",))
    _write(screen, "lead_signature")
    draft = spot_checks.check_form(county.context, target_id).stored.draft
    assert (draft.met, draft.amount_agrees, draft.found) == (CheckAnswer.YES, None, (Found.AMOUNT,))
    assert draft.rectify_due == county.today + dt.timedelta(days=30), "the county's usual time"

    # The program is gone without a word; another one begins where this one was.
    again = _opened(qtbot, county, target_id)
    assert again.form.fields["met"].editor.value() == "YES"
    assert again.form.pads["lead_signature"].value() == screen.form.pads["lead_signature"].value() != ""
    again.presenter.send()
    assert set(again.presenter.state.errors) == {*ALL_QUESTIONS[3:], "detail"}
    for name in ALL_QUESTIONS[3:]:
        again.form.changed.emit(name, "NO" if name == "amount_agrees" else "YES")
    again.form.changed.emit("detail", "存折到账与台账相差二十元")
    again._on_send()
    listing.presenter.reload()
    assert _titles(listing) == [("李玉芳", ("已存本机，待上传",))]
    (waiting,) = [one for one in outbox.outbox_view(county.context).records if one.kind != "audit_events"]
    assert (waiting.kind, waiting.refused_code) == ("spot_check_results", "")
    with county.store.reading() as connection:
        (result,) = rows.records(connection, rows.select_records("spot_check_results"), SpotCheckResultFields)
    assert (result.target_id, result.found, result.amount_agrees) == (
        target_id, (Found.AMOUNT,), CheckAnswer.NO,
    )  # fmt: skip
    assert result.lead_signature is not None


def test_what_is_entered_nowhere_leaves_no_draft_and_what_is_thrown_away_comes_back(
    qtbot: QtBot, county: County
) -> None:
    be_inspector(county)
    target_id = bring_target(county)
    screen = _opened(qtbot, county, target_id)
    screen.leave()
    assert not spot_checks.spot_checks(county.context).tasks[0].begun
    screen = _opened(qtbot, county, target_id)
    screen.form.changed.emit("met", "NO")
    screen.presenter.discard()
    assert not spot_checks.spot_checks(county.context).tasks[0].begun
    undo = county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    assert spot_checks.check_form(county.context, target_id).stored.draft.met is CheckAnswer.NO


def test_the_town_sees_its_findings_and_says_what_was_put_right(qtbot: QtBot, county: County) -> None:
    county.worker(Role.TOWN_CLERK, TOWN)
    home, fine = county.household("李玉芳"), county.household("王德发")
    result_id = bring_result(county, home, Found.AMOUNT)
    bring_result(county, fine, Found.OK)
    listing = SpotChecksScreen(county.surroundings())
    show(qtbot, listing)
    listing.enter({})
    assert _titles(listing) == [("李玉芳", ("待整改",)), ("王德发", ("未发现问题",))]
    page = SpotCheckFindingScreen(county.surroundings())
    show(qtbot, page)
    page.enter({"result_id": result_id})
    assert dict(page.values.texts())["检查结论"] == "金额有误"
    assert_fits(page)
    page.take.click()
    assert page.presenter.state.problem == county.surroundings().texts.message("reason_required")
    page.note.set_value("已补发差额")
    page.take.click()
    assert page.presenter.state.finding is not None
    assert (page.presenter.state.finding.waiting, page.panel.isVisible()) == (True, False)
    listing.presenter.reload()
    assert ("李玉芳", ("已存本机，待上传",)) in _titles(listing)


def test_a_target_that_is_done_or_replaced_does_not_open(qtbot: QtBot, county: County) -> None:
    be_inspector(county)
    done = bring_target(county, status=TargetStatus.REPLACED, facts=None, replace_reason="全家外出")
    listing = SpotChecksScreen(county.surroundings())
    show(qtbot, listing)
    listing.enter({})
    listing.presenter.open(done)
    assert county.shell.went == []
    screen = _opened(qtbot, county, done)
    assert screen.presenter.state.trouble == county.surroundings().texts.message("spot_check_target_closed")


def test_the_form_fits_and_can_be_used_by_keyboard(qtbot: QtBot, county: County) -> None:
    be_inspector(county)
    screen = _opened(qtbot, county, bring_target(county))
    screen.form.changed.emit("found", ("AMOUNT",))
    QApplication.processEvents()
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)


@pytest.mark.parametrize(("role", "first"), [(Role.AUDITOR, "spot_checks"), (Role.TOWN_CLERK, "statistics")])
def test_an_inspector_begins_with_his_targets(county: County, role: Role, first: str) -> None:
    roles = (RoleAssignment(role=role, area_code=COUNTY, since=county.today),)
    entries = navigation.entries(actor_on(WORKER, roles, county.today))
    assert entries[0].key == first
