"""Exemptions from the plan: asked for in a household's file, decided by the clerk, on a real store."""

import datetime as dt

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.exemptions import ExemptionReason, ExemptionVerdict, VisitExemptionFields
from fieldapp.domain.records.users import Role
from fieldapp.services import exemptions
from tests.gui.county import COLLEAGUE, TOWN, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.exemptions.screen import ExemptionsScreen
from ui.screens.household.screen import HouseholdScreen
from ui.screens.today.screen import TodayScreen
from ui.widgets.chip import Chip
from ui.widgets.labels import Text


def click(button: QPushButton) -> None:
    assert button.isVisible(), button.text()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def asked(county: County, household_id: str, request_id: str, by: str) -> None:
    """A request, as a pull brings it."""
    request = VisitExemptionFields(
        **county.origin(request_id, by=by), household_id=household_id, reason=ExemptionReason.HOSPITAL_AWAY,
        note="在省立医院住院", since=county.today, until=county.today + dt.timedelta(days=59),
        requested_at=county.clock(),
    )  # fmt: skip
    county.pull("visit_exemptions", [request])


def words_of(screen: HouseholdScreen) -> list[str]:
    chips, texts = screen.exemptions.findChildren(Chip), screen.exemptions.findChildren(Text)
    return [one.text() for one in chips if not one.isHidden()] + [
        one.text() for one in texts if not one.isHidden()
    ]


def test_a_worker_asks_in_the_file_and_the_clerk_decides(qtbot: QtBot, county: County) -> None:
    home = county.household("王甲")
    file = HouseholdScreen(county.surroundings())
    show(qtbot, file)
    file.enter({"household_id": home})
    card = file.exemptions
    click(card.begin)
    click(card.send)
    assert card.fields["reason"].error() == "请选择免访原因"
    assert card.fields["until"].error() == "请填写免访止日"
    assert card.fields["since"].error() == ""
    for name, value in (
        ("reason", ExemptionReason.OTHER.value),
        ("until", county.today + dt.timedelta(days=90)),
    ):
        card.fields[name].editor.set_value(value)
        card.fields[name].editor.changed.emit(value)
    click(card.send)
    assert card.fields["until"].error().startswith("一次免访最多 90 天")
    until = county.today + dt.timedelta(days=89)
    card.fields["until"].editor.set_value(until)
    card.fields["until"].editor.changed.emit(until)
    click(card.send)
    assert card.fields["note"].error() == "请写明原因。"
    assert nameless(file) == []
    assert_fits(file)
    card.fields["note"].editor.set_value("去外地女儿家")
    card.fields["note"].editor.changed.emit("去外地女儿家")
    click(card.send)
    (item,) = exemptions.exemptions_of(county.context, home)
    assert (item.reason, item.note, item.until) == (ExemptionReason.OTHER, "去外地女儿家", until)
    assert card.fields == {}
    assert {"待审批", "去外地女儿家"} <= set(words_of(file))
    file.leave()

    asked(county, home, "request-2", COLLEAGUE)
    county.worker(Role.TOWN_CLERK, TOWN)
    today = TodayScreen(county.surroundings())
    show(qtbot, today)
    today.enter({})
    assert today.presenter.state.to_exempt == 1
    desk = ExemptionsScreen(county.surroundings())
    show(qtbot, desk)
    desk.enter({})
    assert county.shell.titles[-1] == ("免访申请", "1 件等您审批")
    contents = {key: desk.waiting.cards.content(row) for row, key in enumerate(desk.waiting.cards.keys())}
    own, theirs = contents[item.exemption_id], contents["request-2"]
    assert own is not None
    assert theirs is not None
    assert (own.action, theirs.action) == ("", "审批"), "nobody decides what he asked for himself"
    desk.waiting.action.emit("request-2")
    assert desk.panel.isVisible()
    assert not desk.take.isEnabled()
    QTest.mouseClick(desk.verdict.buttons()[0], Qt.MouseButton.LeftButton)
    click(desk.take)
    assert desk._reason_field is not None
    assert desk._reason_field.error() == "请写明原因。"
    assert nameless(desk) == []
    assert_reading_order(desk)
    assert_fits(desk)
    assert desk.reason is not None
    desk.reason.set_value("有住院或机构证明")
    click(desk.take)
    decided = {one.exemption_id: one.verdict for one in exemptions.exemptions_of(county.context, home)}
    assert decided == {item.exemption_id: None, "request-2": ExemptionVerdict.APPROVED}
    assert (desk.panel.isVisible(), list(desk.decided.cards.keys())) == (False, ["request-2"])
    desk.decided.opened.emit("request-2")
    assert county.shell.went[-1] == ("household", {"household_id": home})

    again = HouseholdScreen(county.surroundings())
    show(qtbot, again)
    again.enter({"household_id": home})
    shown = words_of(again)
    assert {"同意免访", "待上传", "周丙：有住院或机构证明"} <= set(shown)


def test_who_may_not_ask_sees_no_button(qtbot: QtBot, county: County) -> None:
    home = county.household("王甲")
    county.worker(Role.TOWN_LEADER, TOWN)
    file = HouseholdScreen(county.surroundings())
    show(qtbot, file)
    file.enter({"household_id": home})
    assert not file.exemptions.isVisible()
    asked(county, home, "request-2", COLLEAGUE)
    county.tell("visit_exemptions")
    assert file.exemptions.isVisible()
    assert not file.exemptions.begin.isVisible()
