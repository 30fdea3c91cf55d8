"""临时救助 on a real store: the snow story by touch, from its clue, with receipts and a signature."""

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.clues import ClueAction, ClueStatus
from fieldapp.domain.records.persons import Relation, Sex
from fieldapp.domain.records.reliefs import (
    DecisionLevel,
    PapersState,
    ReliefAction,
    ReliefCause,
    ReliefForm,
    ReliefPath,
    ReliefStatus,
)
from fieldapp.domain.records.visits import Attestation, PhotoKind
from fieldapp.services import clues, relief_drafts, relief_lists, reliefs
from fieldapp.services.reliefs import NewStep
from tests.gui.clue_records import bring, step
from tests.gui.county import COLLEAGUE, VILLAGE, WORKER, County
from tests.gui.relief_records import be_clerk, bring_fund, bring_relief
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.relief_form.screen import ReliefFormScreen
from ui.theme import Theme
from ui.widgets.inputs.choices import ChoiceGroup
from ui.widgets.inputs.number_field import NumberField
from ui.widgets.inputs.stepper import Stepper


def open_form(qtbot: QtBot, county: County, **params: str) -> ReliefFormScreen:
    screen = ReliefFormScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter(params)
    QApplication.processEvents()
    return screen


def tap(widget: QWidget) -> None:
    QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def choose(group: QWidget, value: str) -> None:
    assert isinstance(group, ChoiceGroup)
    tap(group.buttons()[[one.value for one in group.choices()].index(value)])


def price(screen: ReliefFormScreen, place: int, digits: str) -> None:
    """Tapped on the keypad in the page."""
    editor = screen.form.cards[place].fields["unit_price"].editor
    assert isinstance(editor, NumberField)
    tap(editor.open_button)
    assert editor.keypad is not None
    for digit in digits:
        tap(editor.keypad.keys[digit])


def count(screen: ReliefFormScreen, place: int, name: str, more: int) -> None:
    editor = screen.form.cards[place].fields[name].editor
    assert isinstance(editor, Stepper)
    for _ in range(more):
        tap(editor._more)


def draw_signature(screen: ReliefFormScreen) -> None:
    sheet = screen.form.receiver.pad.sheet
    for start in (QPoint(40, 60), QPoint(90, 40)):
        QTest.mousePress(sheet, Qt.MouseButton.LeftButton, pos=start)
        QTest.mouseMove(sheet, start + QPoint(50, 30))
        QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=start + QPoint(50, 30))
    screen.form.receiver.finish_signing()


def confirmed_clue(county: County, home: str) -> str:
    """A case of cold that this worker found to be true."""
    clue_id = bring(county, household_id=home)
    visit = county.visit(home)
    for seq, (action, more) in enumerate(
        (
            (ClueAction.ACCEPT, {}),
            (ClueAction.ASSIGN, {"assignee_id": WORKER}),
            (ClueAction.START, {}),
            (ClueAction.CONFIRM, {"visit_id": visit}),
        ),
        start=1,
    ):
        step(county, clue_id, action, WORKER, seq=seq, household_id=home, **more)
    return clue_id


def test_the_snow_story_by_touch_from_its_clue(
    qtbot: QtBot, theme: Theme, county: County, tmp_path: Path
) -> None:
    be_clerk(county)
    bring_fund(county, 500_000)
    home = county.household("张桂兰")
    partner = county.person_fields(home, "程贤水", relation_to_head=Relation.SPOUSE, sex=Sex.MALE)
    county.pull("persons", [partner])
    clue_id = confirmed_clue(county, home)
    screen = open_form(qtbot, county, clue_id=clue_id)
    draft = screen.presenter.state.draft
    # The clue has told who, where, how pressing, why and in which words.
    assert (draft.household_id, draft.cause, draft.reason) == (
        home, ReliefCause.COLD_HEAT, "屋里没有取暖，人受冻。",
    )  # fmt: skip
    for button in screen.form.fields["persons"].editor.findChildren(QAbstractButton):
        tap(button)
    assert screen.presenter.state.draft.person_count == 2

    tap(screen.form.add_buttons[ReliefForm.LODGING])
    count(screen, 0, "quantity", 11)
    price(screen, 0, "168")
    assert screen.form.cards[0].sum.text() == "12 × 168.00 = 2,016.00 元"
    tap(screen.form.add_buttons[ReliefForm.MEALS])
    count(screen, 1, "quantity", 11)
    price(screen, 1, "45")
    assert screen.form.cards[1].sum.text() == "12 × 2 × 45.00 = 1,080.00 元"
    assert screen.form.sum.text() == "合计 3,096.00 元"
    told = " ".join(screen.form.limits.words())
    assert "超过镇（街道）2,000.00 元 的限额，由区（县）确认；先行救助可以先给。" in told
    assert "备用金还有 5,000.00 元。" in told
    assert "入户核实人不足2人" in told
    picture = QImage(640, 480, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    assert picture.save(str(tmp_path / "bill.png"))
    screen._seat = screen.form.cards[0].key
    screen.pictures.add_files([tmp_path / "bill.png"])
    [receipt] = screen.presenter.state.draft.photos
    assert receipt.kind is PhotoKind.RECEIPT
    assert screen.presenter.state.draft.items[0].receipts == (receipt.sha256,)
    assert screen.presenter.state.photos == ()  # it is no picture of the scene
    assert (len(screen.form.cards[0].receipts.tiles()), len(screen.form.cards[1].receipts.tiles())) == (1, 0)

    choose(screen.form.fields["surveyors"].editor, COLLEAGUE)
    assert "入户核实人" not in " ".join(screen.form.limits.words())
    choose(screen.form.receiver.kinds, Attestation.SIGNED)
    draw_signature(screen)
    footer = screen._footer
    assert footer is not None
    assert footer.forward_button.text() == "登记已发放"
    tap(footer.forward_button)

    [item] = relief_lists.relief_list(county.context)
    relief = item.relief
    assert (relief.amount, relief.paid_amount, relief.status) == (309_600, 309_600, ReliefStatus.PAID)
    assert (relief.papers_state, relief.decide_at_level) == (PapersState.PENDING, DecisionLevel.COUNTY)
    assert set(relief.surveyors) == {WORKER, COLLEAGUE}
    assert county.shell.went[-1] == ("relief", {"relief_id": relief.id})
    assert relief_drafts.relief_drafts(county.context) == []
    signed = relief.signature
    assert signed is not None
    assert county.store.photos.get(signed.image_sha256)
    assert county.store.photos.get(signed.strokes_sha256)
    # The clue went along in the same commit, and its papers go with the relief's.
    state = clues.clue_view(county.context, clue_id).state
    assert (state.status, state.relief_id) == (ClueStatus.IN_RELIEF, relief.id)
    reliefs.take_step(county.context, relief.id, NewStep(action=ReliefAction.PAPERS))
    assert clues.clue_view(county.context, clue_id).state.papers_at is not None


def test_what_is_missing_is_told_and_a_draft_goes_on_after_a_kill(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    be_clerk(county)
    bring_relief(county, household_id=(home := county.household("张桂兰")), cause=ReliefCause.COLD_HEAT)
    screen = open_form(qtbot, county, household_id=home)
    assert_reading_order(screen)
    screen.presenter.send()
    assert set(screen.presenter.state.errors) == {"cause"}
    choose(screen.form.cause, ReliefCause.COLD_HEAT)
    screen.presenter.send()
    assert set(screen.presenter.state.errors) == {"reason", "items", "repeat_reason"}
    assert screen.form._repeat.isVisibleTo(screen)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is screen.form.phrases.buttons[0])
    # What the family paid itself is asked where there are bills.
    assert not screen.form.self_paid.isVisibleTo(screen)
    choose(screen.form.fields["kind"].editor, "EXPENSE")
    assert screen.form.self_paid.isVisibleTo(screen)
    paid = screen.form.self_paid.editor
    assert isinstance(paid, NumberField)
    QTest.keyClicks(paid.line, "12800.5")
    assert screen.presenter.state.draft.self_paid == 1_280_050
    screen.presenter.set_self_paid("1.234")
    assert screen.presenter.state.errors["self_paid"] == "金额不对，请填数字，最多两位小数。"
    assert screen.presenter.state.draft.self_paid == 1_280_050
    tap(screen.form.phrases.buttons[0])
    tap(screen.form.add_buttons[ReliefForm.CASH])
    price(screen, 0, "9999")
    assert screen.form._grade.isVisibleTo(screen)
    assert "grade" in screen.presenter.state.errors
    choose(screen.form.fields["grade"].editor, "MEDIUM")
    # 1 person × 800 × 2: more is told before anybody signs.
    assert screen.form._items_error.text() == "现金超过标准，最多 1600 元。"
    assert "现金最多 1,600.00 元（每人每月标准 800.00 元）。" in screen.form.limits.words()
    screen.form.cards[0].changed.emit(screen.form.cards[0].key, "unit_price", "1.234")
    assert screen.form._items_error.text() == "金额不对，请填数字，最多两位小数。"
    assert screen.presenter.state.draft.items[0].unit_price == 999_900
    assert nameless(screen) == []
    assert_fits(screen)

    # Nothing is saved by leaving: it was saved all along.
    again = open_form(qtbot, county, household_id=home)
    assert again.presenter.state.draft == screen.presenter.state.draft
    [key] = [one.key for one in again.presenter.state.items]
    again.presenter.lines.remove(key)
    assert not again.presenter.state.items
    undo = county.shell.toasts[-1].on_action
    assert undo is not None
    undo()
    assert [one.item.unit_price for one in again.presenter.state.items] == [999_900]
    again.presenter.lines.set_value(again.presenter.state.items[0].key, "unit_price", "1600")
    again.presenter.change(repeat_reason="又遇大雪", path=ReliefPath.NORMAL)
    assert not again.form._receiver_card.isVisibleTo(again)
    again.presenter.send()
    [proposed, _before] = relief_lists.relief_list(county.context)
    assert (proposed.relief.status, proposed.relief.amount) == (ReliefStatus.PROPOSED, 160_000)
    assert proposed.relief.decide_at_level is DecisionLevel.COUNTY


def test_somebody_of_no_household_begins_with_the_place(qtbot: QtBot, theme: Theme, county: County) -> None:
    be_clerk(county)
    screen = open_form(qtbot, county)
    screen.presenter.change(cause=ReliefCause.NO_FOOD)
    screen.presenter.send()
    assert "area_code" in screen.presenter.state.errors
    screen.form.fields["area_code"].editor.changed.emit(VILLAGE)
    screen.form.fields["recipient"].editor.changed.emit("过路人")
    screen._flush_typing()
    assert set(screen.presenter.state.errors) == {"reason", "items"}
    screen.leave()
    [kept] = relief_drafts.relief_drafts(county.context)
    assert (kept.head_name, kept.stored.draft.area_code) == ("过路人", VILLAGE)
    # One in which nothing was entered leaves nothing behind.
    other = open_form(qtbot, county, household_id=county.household("张桂兰"))
    other.leave()
    assert len(relief_drafts.relief_drafts(county.context)) == 1
    # A worker who may not propose is told so.
    county.worker()
    refused = open_form(qtbot, county)
    assert refused.trouble.isVisibleTo(refused)
    assert not refused.form.isVisibleTo(refused)
