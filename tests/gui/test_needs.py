"""Needs for services from the visit to the list, on a real store."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.needs import NeedStatus, NeedUrgency
from fieldapp.domain.records.visits import Attestation, NeedKind, Result, Signature
from fieldapp.services import need_views, visits
from fieldapp.services.need_views import NeedView
from tests.gui.county import County
from tests.gui.form_stage import FormStage
from tests.gui.need_records import bring_delivered, bring_need, give_organisations
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.household.screen import HouseholdScreen
from ui.screens.visit_form.ratings_editor import RatingsEditor
from ui.screens.visit_form.sections import SectionKey
from ui.theme import Theme
from ui.widgets.filling.needs_editor import NeedsEditor


@pytest.fixture
def stage(qtbot: QtBot, county: County, theme: Theme) -> Iterator[FormStage]:
    made = FormStage(qtbot, county)
    yield made
    made.close()


def needs_of(county: County, household_id: str) -> tuple[NeedView, ...]:
    return need_views.household_needs(county.context, household_id).needs


def test_visit_picks_needs_and_rates_what_was_served(stage: FormStage) -> None:
    county = stage.county
    give_organisations(county)
    served = bring_delivered(county, stage.household_id)
    bring_need(county, stage.household_id, NeedKind.MEAL)
    stage.begin()
    screen = stage.open(800, 1000)
    page = stage.page(screen, SectionKey.NEEDS)
    ratings, editor = page.editor("ratings"), page.editor("needs")
    assert isinstance(ratings, RatingsEditor)
    assert isinstance(editor, NeedsEditor)
    assert editor.known.text() == "已登记、还没解决：助餐、心理疏导"
    [rated] = ratings.rows()
    stage.tap(rated.grade.buttons()[1])  # type: ignore[attr-defined]
    stage.tap(editor.add_buttons[NeedKind.ESCORT])
    stage.tap(editor.add_buttons[NeedKind.JOB])
    escort, job = editor.rows()
    stage.tap(escort.urgency.buttons()[0])  # type: ignore[attr-defined]
    stage.tap(escort.told.buttons()[0])  # type: ignore[attr-defined]
    QTest.keyClicks(escort.words.area.page, "zhou er")  # type: ignore[attr-defined]
    screen.presenter.flush(left_field=True)
    stage.settle()
    stored = stage.stored().needs
    assert [(one.kind, one.urgency, one.description, one.consent_to_share) for one in stored] == [
        (NeedKind.ESCORT, NeedUrgency.NOW, "zhou er", True),
        (NeedKind.JOB, NeedUrgency.WITHIN_30D, "", False),
    ]
    stage.tap(job.remove)  # type: ignore[attr-defined]
    assert [one.kind for one in stage.stored().needs] == [NeedKind.ESCORT]
    undo = county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    stage.settle()
    assert [one.kind for one in stage.stored().needs] == [NeedKind.ESCORT, NeedKind.JOB]
    assert_fits(screen)

    signed = Signature(attestation=Attestation.NOT_NEEDED, reason="行动不便")
    filled = {"result": Result.NEED, "signature": signed}
    visits.save_draft(county.context, stage.draft_id, stage.stored().model_copy(update=filled))
    visit_id, changes = visits.submit_visit(county.context, stage.draft_id)
    assert {"visits", "service_needs", "referral_steps"} <= set(changes.kinds)
    found = {one.need.kind: one for one in needs_of(county, stage.household_id)}
    assert found[NeedKind.ESCORT].need.visit_id == visit_id
    assert found[NeedKind.ESCORT].consent_missing is False
    assert found[NeedKind.JOB].consent_missing
    done = next(one for one in needs_of(county, stage.household_id) if one.need.id == served)
    assert (done.need.status, done.referrals[-1].rating) == (NeedStatus.DONE, 4)
    assert visits.visit_view(county.context, visit_id).visit.needs == (NeedKind.ESCORT, NeedKind.JOB)

    # A correction shows what is on record and notes only what is new.
    draft_id, _ = visits.begin_correction(county.context, visit_id)
    draft = visits.visit_form(county.context, draft_id).stored.draft
    assert [(one.kind, one.kept) for one in draft.needs] == [(NeedKind.ESCORT, True), (NeedKind.JOB, True)]
    corrected = draft.model_copy(update={"amend_reason": "补充", "needs": draft.needs[:1]})
    visits.save_draft(county.context, draft_id, corrected)
    visits.submit_visit(county.context, draft_id)
    assert len(needs_of(county, stage.household_id)) == 4


def test_household_card_notes_needs_outside_a_visit(qtbot: QtBot, theme: Theme, county: County) -> None:
    home = county.household("张桂兰")
    screen = HouseholdScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"household_id": home})
    assert screen.needs_card.isVisible()
    QTest.mouseClick(screen.needs_card.add, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    editor = screen.needs_panel.editor
    assert editor is not None
    assert not screen.needs_panel.save.isEnabled()
    QTest.mouseClick(editor.add_buttons[NeedKind.MEAL], Qt.MouseButton.LeftButton)
    QTest.mouseClick(editor.add_buttons[NeedKind.GOODS], Qt.MouseButton.LeftButton)
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)
    QTest.mouseClick(screen.needs_panel.save, Qt.MouseButton.LeftButton)
    assert not screen.needs_panel.isVisible()
    assert county.shell.toasts[-1].text == "已登记 2 项需求，联网即发。"
    assert {one.need.kind for one in needs_of(county, home)} == {NeedKind.MEAL, NeedKind.GOODS}
    assert screen.needs_card.cards.cards.rowCount() == 2
