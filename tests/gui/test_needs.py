"""Needs for services from the visit to the list, on a real store."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.records.needs import NeedStatus, NeedUrgency, ReferralAction, ReferralStatus
from fieldapp.domain.records.persons import Job, Labour, Relation, Sex
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Attestation, NeedKind, Result, Signature
from fieldapp.services import need_views, visits
from fieldapp.services.need_views import NeedView
from fieldapp.storage import rows
from tests.gui.county import GRID_1, OTHER_GRID, TOWN, County
from tests.gui.form_stage import FormStage
from tests.gui.need_records import (
    CENTRE,
    bring_delivered,
    bring_need,
    bring_referral,
    bring_step,
    give_organisations,
)
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.household.screen import HouseholdScreen
from ui.screens.job_seekers.screen import JobSeekersScreen
from ui.screens.more.screen import MoreScreen
from ui.screens.need.screen import NeedScreen
from ui.screens.need_report.screen import NeedReportScreen
from ui.screens.needs.screen import NeedsScreen
from ui.screens.organisations.screen import OrganisationsScreen
from ui.screens.policies.screen import PoliciesScreen
from ui.screens.visit_form.ratings_editor import RatingsEditor
from ui.screens.visit_form.sections import SectionKey
from ui.theme import Theme
from ui.widgets.filling.needs_editor import NeedsEditor
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.labels import Text
from ui.widgets.lists.card_list import CardList

HOME, OTHER_HOME = "home", "other-home"


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


@pytest.fixture
def clerk(county: County) -> County:
    """A town's clerk with organisations and needs in every state."""
    county.worker(Role.TOWN_CLERK, TOWN)
    give_organisations(county)
    home = county.household("张桂兰", id=HOME)
    county.household("李建国", id=OTHER_HOME, area_code=OTHER_GRID)
    bring_need(county, home, NeedKind.COUNSEL, id="talk", urgency=NeedUrgency.NOW, days_ago=2)
    bring_need(county, home, NeedKind.MEAL, id="meal", not_eligible=True, days_ago=3)
    bring_need(
        county, OTHER_HOME, NeedKind.HOUSING, id="house", area_code=OTHER_GRID, consent_to_share=False,
        not_eligible=True, days_ago=4,
    )  # fmt: skip
    bring_need(
        county, home, NeedKind.CARE, id="care", status=NeedStatus.REFERRED, referral_id="asked", days_ago=9
    )
    bring_referral(county, "care", home, ReferralStatus.REFERRED, id="asked", days_ago=8)
    bring_need(
        county, home, NeedKind.JOB, id="job", status=NeedStatus.UNMET, result="附近没有岗位", days_ago=30
    )
    return county


def titles(cards: CardList) -> list[str]:
    found = [cards.cards.content(row) for row in range(cards.cards.rowCount())]
    return [content.title for content in found if content is not None]


def chips(cards: CardList, row: int) -> list[str]:
    content = cards.cards.content(row)
    assert content is not None
    return [chip.text for chip in content.chips]


def press(button: QWidget) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def test_list_shows_what_waits_and_a_number_of_the_report_opens_it(
    qtbot: QtBot, theme: Theme, clerk: County
) -> None:
    screen = NeedsScreen(clerk.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert clerk.shell.titles[-1] == ("服务需求", "待办 3 项，已超时 1 项，超时未接收 1 项")
    assert titles(screen.cards) == ["住房修缮", "助餐", "心理疏导"]
    assert chips(screen.cards, 0) == ["待办", "30天内", "未同意告知"]
    assert chips(screen.cards, 2) == ["已超时", "待办", "马上"]
    for nth, wanted in enumerate((["心理疏导"], ["照料护理"], ["就业"]), start=1):
        press(screen.which.buttons()[nth])
        assert titles(screen.cards) == wanted
    press(screen.which.buttons()[4])
    assert len(titles(screen.cards)) == 5
    screen.presenter.choose_area(OTHER_GRID[:12])
    assert titles(screen.cards) == ["住房修缮"]
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)

    report = NeedReportScreen(clerk.surroundings())
    show(qtbot, report)
    report.enter({})
    model = report.table.table
    found = [[str(model.index(row, col).data()) for col in range(6)] for row in range(model.rowCount())]
    assert ["青溪村", "心理疏导", "1", "1", "1", "0"] in found
    assert ["青溪村", "就业", "1", "0", "0", "1"] in found
    report.table.cell_opened.emit(f"{GRID_1[:12]} JOB", 5)
    route, params = clerk.shell.went[-1]
    assert (route, params) == ("needs", {"which": "UNMET", "kind": "JOB", "area_code": GRID_1[:12]})
    opened = NeedsScreen(clerk.surroundings())
    show(qtbot, opened)
    opened.enter(params)
    assert titles(opened.cards) == ["就业"]

    # The pool shows what charities see, and how many the missing consent keeps out of it.
    assert titles(report.cards) == ["助餐"]
    content = report.cards.cards.content(0)
    assert content is not None
    assert content.line == "张** · 青溪村 3组***"
    assert report.outside.text() == "另有 1 项家属还没有同意，慈善组织看不到。"
    assert nameless(report) == []
    assert_fits(report)


def test_need_is_referred_and_followed_on_its_page(qtbot: QtBot, theme: Theme, clerk: County) -> None:
    screen = NeedScreen(clerk.surroundings())
    show(qtbot, screen)
    screen.enter({"need_id": "talk"})
    assert list(screen.buttons) == [None, ReferralAction.SETTLE, ReferralAction.GIVE_UP]
    press(screen.buttons[None])
    panel = screen.panel
    press(panel.take)
    state = screen.presenter.state.panel
    assert state is not None
    assert state.errors == {"offer": "请选择转给哪个机构。"}
    editor = panel.fields["offer"].editor
    assert isinstance(editor, ChoiceList)
    assert [one.label for one in editor.choices()] == ["青禾社工中心", "青禾社工中心"]
    assert [one.hint for one in editor.choices()] == ["项目“暖心陪伴”，还有 2 个名额", "政府购买服务合同"]
    press(editor.buttons()[0])
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)
    press(panel.take)
    assert clerk.shell.toasts[-1].text == "已转介，联网即发给机构。"
    view = screen.presenter.state.view
    assert view is not None
    assert (view.need.status, view.silent) == (NeedStatus.REFERRED, False)
    assert [entry.title for entry in screen.timeline.entries()] == ["转介给 青禾社工中心", "登记需求"]
    assert screen.timeline.entries()[0].mark == "待上传"
    assert list(screen.buttons) == [ReferralAction.UNMET]

    # The organisation's work comes with a sync; the office rates it.
    referral = view.referrals[-1]
    work: tuple[tuple[ReferralAction, dict[str, Any]], ...] = (
        (ReferralAction.ACCEPT, {}),
        (ReferralAction.START, {}),
        (ReferralAction.LOG, {"note": "第一次面谈", "served_on": clerk.today, "quarter_hours": 6}),
        (ReferralAction.DELIVER, {"note": "情绪好转"}),
    )
    for seq, (action, fields) in enumerate(work, start=1):
        bring_step(clerk, "talk", referral.id, HOME, action, seq=seq, **fields)
    screen.presenter.reload()
    assert [entry.title for entry in screen.timeline.entries()][:2] == ["服务完成", "服务记录"]
    assert screen.timeline.entries()[1].words == "今天服务 1.5 小时；第一次面谈"
    press(screen.buttons[ReferralAction.RATE])
    press(panel.take)
    state = screen.presenter.state.panel
    assert state is not None
    assert state.errors == {"rating": "请选择评价（1–5分）。"}
    press(panel.fields["rating"].editor.buttons()[0])  # type: ignore[attr-defined]
    press(panel.take)
    view = screen.presenter.state.view
    assert view is not None
    assert (view.need.status, view.need.result) == (NeedStatus.DONE, "情绪好转")
    assert screen.buttons == {}

    without = NeedScreen(clerk.surroundings())
    show(qtbot, without)
    without.enter({"need_id": "house"})
    assert without.no_consent.isVisible()
    assert None not in without.buttons


def test_organisations_are_read_and_more_leads_to_all_of_it(
    qtbot: QtBot, theme: Theme, clerk: County
) -> None:
    screen = OrganisationsScreen(clerk.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert titles(screen.cards) == ["暖胃食堂", "青禾社工中心"]
    assert chips(screen.cards, 1) == ["可转介", "名额余 2"]
    assert_fits(screen)
    screen.presenter.choose_kind(NeedKind.MEAL)
    assert titles(screen.cards) == ["暖胃食堂"]
    screen.cards.opened.emit(CENTRE)
    assert clerk.shell.went[-1] == ("organisations", {"organisation_id": CENTRE})
    one = OrganisationsScreen(clerk.surroundings())
    show(qtbot, one)
    one.enter({"organisation_id": CENTRE})
    assert clerk.shell.titles[-1] == ("服务机构和项目", "青禾社工中心")
    assert nameless(one) == []
    assert_fits(one)

    more = MoreScreen(clerk.surroundings())
    show(qtbot, more)
    more.enter({})
    assert {"服务需求", "未满足需求统计", "服务机构和项目", "政策卡片"} <= set(titles(more.cards))
    more.cards.opened.emit("needs")
    assert clerk.shell.went[-1] == ("needs", {})
    assert_fits(more)


def test_policy_cards_are_found_and_read_without_a_network(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    screen = PoliciesScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"topic": "RELIEF"})
    assert titles(screen.cards) == ["临时救助", "先行救助（先救助、后补手续）", "主动发现、急难上报"]
    screen.presenter.choose_topic(None)
    screen.search("残疾证 补贴")
    assert titles(screen.cards) == ["残疾人两项补贴"]
    screen.search("没有的词")
    assert titles(screen.cards) == []
    assert_fits(screen)
    screen.cards.opened.emit("tekun")
    assert county.shell.went[-1] == ("policies", {"card": "tekun"})
    one = PoliciesScreen(county.surroundings())
    show(qtbot, one)
    one.enter({"card": "tekun"})
    assert one.page.isVisible()
    words = [text.text() for text in one.page.findChildren(Text)]
    assert any("民发〔2021〕43号" in text for text in words)
    assert_fits(one)


def test_job_seekers_are_listed_and_exported_masked_with_an_audit_event(
    qtbot: QtBot, theme: Theme, clerk: County, tmp_path: Path
) -> None:
    able = clerk.person_fields(
        HOME, "张小满", relation_to_head=Relation.SON, birth_date=dt.date(1990, 3, 1), labour=Labour.ABLE,
        job=Job.UNEMPLOYED, sex=Sex.MALE,
    )  # fmt: skip
    worker = clerk.person_fields(
        HOME, "张大雪", relation_to_head=Relation.DAUGHTER, birth_date=dt.date(1988, 3, 1),
        labour=Labour.ABLE, job=Job.EMPLOYED,
    )  # fmt: skip
    clerk.pull("persons", [able, worker])
    bring_need(clerk, HOME, NeedKind.JOB, person_id=worker.id, description="张大雪想在家门口做工", days_ago=3)
    screen = JobSeekersScreen(clerk.surroundings())
    show(qtbot, screen)
    screen.enter({})
    # An unmet wish of 30 days ago named nobody: it is the head's, whom the years do not keep from it.
    assert sorted(titles(screen.cards)) == ["张大雪", "张桂兰"]
    press(screen.who.buttons()[1])
    assert sorted(titles(screen.cards)) == ["张大雪", "张小满", "张桂兰"]
    assert clerk.shell.titles[-1] == ("就业帮扶", "有就业意愿 2 人，共 3 人")
    screen.cards.opened.emit(able.id)
    assert clerk.shell.went[-1] == ("household", {"household_id": HOME})
    press(screen.export)
    press(screen.names.buttons()[1])
    press(screen.save)
    state = screen.presenter.state.panel
    assert state is not None
    assert state.errors == {"reason": screen.surroundings.texts.message("reason_required")}
    press(screen.names.buttons()[0])
    assert nameless(screen) == []
    assert_fits(screen)
    target = tmp_path / "list.xlsx"
    screen.presenter.export(str(target))
    sheet = openpyxl.load_workbook(target).active
    assert sheet is not None
    cells = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    text = "\n".join(" ".join(map(str, row)) for row in cells)
    assert "张**" in text
    assert "务工" in text
    assert "想在家门口做工" in text
    for hidden in ("张大雪", "张小满", able.id_number, able.phone):
        assert hidden not in text
    with clerk.store.reading() as connection:
        events = rows.records(connection, rows.select_records("audit_events"), AuditEventFields)
    assert [(one.act, one.object_kind, one.area_code, one.count) for one in events] == [
        (AuditAct.EXPORT, "persons", TOWN, 3)
    ]
    assert clerk.shell.toasts[-1].text == "名单已导出，并留下记录。"
