"""The urgent case from report to end: two devices and a server, offline in the middle (S7, R11, R20)."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from fieldapp.domain.clock import instant_text, local_day
from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.records.clue_drafts import ClueDraft
from fieldapp.domain.records.clues import (
    ClueAction,
    ClueClock,
    ClueKind,
    ClueSource,
    ClueStatus,
    EscalationTo,
    MeasureTaken,
    Urgency,
)
from fieldapp.domain.records.users import Role
from fieldapp.domain.rules.clue_report import Alike
from fieldapp.domain.rules.visit_plan import PlanStatus
from fieldapp.services import clue_alerts, clue_exports, clue_reports, clues
from fieldapp.services.clue_alerts import AlertKind
from fieldapp.services.clues import Inbox, StepDraft
from fieldapp.services.context import Context
from fieldapp.services.households import household_card
from fieldapp.storage import outbox, projections
from server.services.checks import check_store
from server.services.clues import escalate
from server.services.ledger_export import export_ledger
from server.services.ledger_sources import LedgerAsked
from server.services.users import SERVER_USER
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from sync.engine.packages import SeriesCollector, carry, urgent_series
from tests.integration.server.county import GRID_1, OTHER_VILLAGE, TOWN, VILLAGE, County
from tests.integration.sync.device import Tablet, tablet


class Desk:
    """One worker at a device: the services over a tablet's store."""

    def __init__(self, device: Tablet) -> None:
        self.device = device
        self.context = Context(device.store, device.user_id, f"device-of-{device.user_id}")

    def report(self, **values: object) -> str:
        draft = ClueDraft(area_code=VILLAGE, place="老厂宿舍3栋", urgency=Urgency.L2, kind=ClueKind.COLD_HEAT,
                          description="雪后屋内没有取暖，老人受冻")  # fmt: skip
        clue_id, _ = clue_reports.report_clue(self.context, draft.model_copy(update=values))
        return clue_id

    def take(self, clue_id: str, action: ClueAction, **values: object) -> str:
        step_id, _ = clues.take_step(self.context, clue_id, StepDraft(action=action, **values))  # type: ignore[arg-type]
        return step_id

    def status(self, clue_id: str) -> ClueStatus:
        return clues.clue_view(self.context, clue_id).state.status

    def actions(self, clue_id: str) -> list[ClueAction]:
        return [offer.action for offer in clues.clue_view(self.context, clue_id).actions]

    def alerts(self) -> list[tuple[AlertKind, str]]:
        found = clue_alerts.alerts_for_me(self.context)
        clue_alerts.note_alerts_seen(self.context, found)
        return [(one.kind, one.clue_id) for one in found]


@pytest.fixture
def clerk(county: County, tmp_path: Path) -> Iterator[Desk]:
    with tablet(county, tmp_path / "clerk", role=Role.TOWN_CLERK, area=TOWN, seed=5) as device:
        device.synced()
        yield Desk(device)


@pytest.fixture
def village(aide: Tablet) -> Desk:
    aide.synced()
    return Desk(aide)


@pytest.fixture
def reporter(county: County, tmp_path: Path) -> Iterator[Desk]:
    with tablet(county, tmp_path / "reporter", role=Role.REPORTER, area=OTHER_VILLAGE, seed=6) as device:
        device.synced()
        yield Desk(device)


def test_a_report_goes_out_first_and_its_clock_runs_from_the_report(
    county: County, village: Desk, clerk: Desk
) -> None:
    house = village.device.household().id
    village.device.visit(house)
    county.clock.advance(minutes=10)
    began = county.clock()
    draft_id, _ = clue_reports.begin_report(village.context, household_id=house)
    form = clue_reports.report_form(village.context, draft_id)
    assert form.stored.draft.person_name
    assert form.stored.draft.area_code == GRID_1
    assert form.areas[0].area_code.startswith(VILLAGE)
    with pytest.raises(RuleError, match="clue_urgency_needed"):
        clue_reports.send_report(village.context, draft_id)
    draft = form.stored.draft.model_copy(
        update={
            "urgency": Urgency.L2,
            "description": "受冻",
            "place": "一组",
            "measures": (MeasureTaken.TOLD_FAMILY,),
        }
    )
    clue_reports.save_report(village.context, draft_id, draft)
    assert clue_reports.begin_report(village.context, household_id=house)[0] == draft_id
    clue_id, change = clue_reports.send_report(village.context, draft_id)
    assert clue_id in change.kinds["clues"]
    assert clue_reports.report_drafts(village.context) == []
    # Its household hurries before it, the ordinary visit comes after.
    with village.device.store.reading() as connection:
        order = [op.kind for op in outbox.waiting_ops(connection)]
    assert order.index("clues") < order.index("visits")
    assert order.index("households") < order.index("clues")
    # The plan is weekly at once, offline, and the first visit is due within a day.
    plan = household_card(village.context, house).item.plan
    assert plan is not None
    assert (plan.rule_id, plan.status_on(local_day(began))) == ("urgent-case", PlanStatus.DUE_SOON)
    county.clock.advance(hours=1, minutes=25)
    village.device.synced()
    clerk.device.synced()
    [item] = clues.clue_list(clerk.context)
    assert (item.clue_id, item.mine, item.reported_at) == (clue_id, True, began)
    assert item.clock is not None
    assert (item.clock.fact.clock, item.clock.left) == (ClueClock.ACCEPT, dt.timedelta(minutes=35))
    assert clerk.alerts() == [(AlertKind.NEW, clue_id), (AlertKind.ESCALATED, clue_id)]
    assert clerk.alerts() == []
    view = clues.clue_view(village.context, clue_id)
    assert view.clue.clue_no
    assert not view.item.unsent
    assert check_store(county.context.store) == []


def test_whole_course_with_the_clerk_offline_in_the_middle(
    county: County, village: Desk, clerk: Desk
) -> None:
    house = village.device.household().id
    clue_id = village.report(household_id=house, area_code=GRID_1)
    village.device.synced()
    clerk.device.synced()
    assert clerk.actions(clue_id) == [ClueAction.ACCEPT, ClueAction.MARK_DUPLICATE, ClueAction.TRANSFER]
    # Without a network: accepted and assigned, both shown as waiting.
    clerk.take(clue_id, ClueAction.ACCEPT, opinion="立即核实")
    assert village.device.user_id in {one.user_id for one in clues.candidates(clerk.context, clue_id)}
    clerk.take(clue_id, ClueAction.ASSIGN, assignee_id=village.device.user_id)
    shown = clues.clue_view(clerk.context, clue_id)
    assert (shown.state.status, shown.state.waiting, shown.item.waiting) == (ClueStatus.ASSIGNED, 2, 2)
    assert [step.waiting for step in shown.steps] == [True, True]
    clerk.device.synced()
    assert clues.clue_view(clerk.context, clue_id).state.waiting == 0
    village.device.synced()
    assert village.alerts() == [(AlertKind.ASSIGNED, clue_id)]
    village.take(clue_id, ClueAction.START)
    with pytest.raises(RuleError, match="clue_visit_needed"):
        village.take(clue_id, ClueAction.CONFIRM)
    county.clock.advance(hours=2)
    visit = village.device.visit(house)
    assert [one.id for one in clues.clue_view(village.context, clue_id).visits] == [visit.id]
    village.take(clue_id, ClueAction.CONFIRM, visit_id=visit.id)
    village.device.synced()
    clerk.device.synced()
    clerk.take(clue_id, ClueAction.RELIEF, opinion="宾馆安置")
    clerk.take(clue_id, ClueAction.FOLLOW_UP)
    clerk.device.synced()
    village.device.synced()
    assert village.actions(clue_id) == [ClueAction.VISIT]
    village.take(clue_id, ClueAction.VISIT, visit_id=visit.id)
    village.device.synced()
    clerk.device.synced()
    view = clues.clue_view(clerk.context, clue_id)
    assert [offer.action for offer in view.actions] == [ClueAction.PAPERS, ClueAction.VISIT]
    with pytest.raises(NotAllowedError, match="not_permitted"):
        clerk.take(clue_id, ClueAction.CLOSE, opinion="解困")
    assert [step.step.action for step in view.steps][:3] == [
        ClueAction.ACCEPT, ClueAction.ASSIGN, ClueAction.START,
    ]  # fmt: skip
    assert all(step.actor_name for step in view.steps)
    assert check_store(county.context.store) == []


def test_two_clerks_accept_offline_and_the_second_is_told(
    county: County, village: Desk, clerk: Desk, tmp_path: Path
) -> None:
    clue_id = village.report()
    village.device.synced()
    with tablet(county, tmp_path / "second", role=Role.TOWN_CLERK, area=TOWN, seed=7) as device:
        second = Desk(device)
        device.synced()
        clerk.device.synced()
        clerk.take(clue_id, ClueAction.TRANSFER, department="交警大队", opinion="属交通事故")
        second.take(clue_id, ClueAction.ACCEPT)
        second.take(clue_id, ClueAction.ASSIGN, assignee_id=village.device.user_id)
        assert second.status(clue_id) is ClueStatus.ASSIGNED
        clerk.device.synced()
        device.synced()
        view = clues.clue_view(second.context, clue_id)
        assert (view.state.status, view.state.department) == (ClueStatus.TRANSFERRED, "交警大队")
        assert sorted(step.refused_code for step in view.steps) == ["", "clue_step_late", "clue_step_late"]
        assert device.waiting().ops == 0
        for desk in (clerk, second):
            desk.device.synced()
        assert clues.clue_list(second.context, Inbox.OVER)[0].clue_id == clue_id
    assert check_store(county.context.store) == []


def test_duplicates_are_hinted_at_and_both_reporters_hear(
    county: County, village: Desk, clerk: Desk, reporter: Desk
) -> None:
    first = village.report(person_name="程某", person_phone="10000000001")
    second = reporter.report(
        source=ClueSource.VOLUNTEER, place="厂区宿舍", person_name="程某", person_phone="10000000001"
    )
    village.device.synced()
    reporter.device.synced()
    clerk.device.synced()
    [hint] = clues.possible_duplicates(clerk.context, second)
    assert (hint.item.clue_id, hint.reasons) == (first, (Alike.PHONE, Alike.NAME))
    clerk.take(second, ClueAction.MARK_DUPLICATE, main_id=first)
    clerk.take(first, ClueAction.ACCEPT)
    clerk.device.synced()
    for desk in (village, reporter):
        desk.device.synced()
    [mine] = clues.my_clues(reporter.context)
    assert (mine.clue_id, mine.status, mine.merged, mine.here) == (second, ClueStatus.ACCEPTED, True, False)
    assert reporter.alerts() == [(AlertKind.STANDING, second)]
    with pytest.raises(NotAllowedError):
        clues.clue_view(reporter.context, second)
    assert reporter.device.count("clues") == 0
    assert clues.clue_list(reporter.context) == []
    view = clues.clue_view(clerk.context, first)
    assert [one.clue.id for one in view.merged] == [second]
    assert view.item.merged == 1
    assert clues.clue_view(clerk.context, second).main is not None
    assert check_store(county.context.store) == []


def test_limits_reach_the_devices_of_those_who_are_told(
    county: County, village: Desk, clerk: Desk, tmp_path: Path
) -> None:
    clue_id = village.report()
    village.device.synced()
    with tablet(county, tmp_path / "leader", role=Role.TOWN_LEADER, area=TOWN, seed=8) as device:
        leader = Desk(device)
        county.clock.advance(hours=1, minutes=1)
        escalate(county.context.store)
        clerk.device.synced()
        device.synced()
        assert (AlertKind.ESCALATED, clue_id) in clerk.alerts()
        assert leader.alerts() == []
        county.clock.advance(hours=1)
        escalate(county.context.store)
        clerk.device.synced()
        device.synced()
        assert leader.alerts() == [(AlertKind.ESCALATED, clue_id)]
        assert clerk.alerts() == []
        [item] = clues.clue_list(clerk.context, Inbox.OVERDUE)
        assert item.overdue
        told = clues.clue_view(leader.context, clue_id).escalations
        assert [one.to for one in told] == [EscalationTo.HANDLER, EscalationTo.LEADER]
    assert clue_alerts.waiting_count(clerk.context) == 1


def test_an_urgent_report_travels_as_codes_and_again_by_network(
    county: County, village: Desk, clerk: Desk
) -> None:
    house = village.device.household().id
    clue_id = village.report(household_id=house, area_code=GRID_1)
    collector = SeriesCollector()
    for piece in urgent_series(village.device.session, clue_id):
        collector.add(piece)
    clerk.device.synced()
    package = collector.package()
    assert package is not None
    carry(clerk.device.transport, io.BytesIO(package))
    clerk.device.synced()
    assert [one.clue_id for one in clues.clue_list(clerk.context)] == [clue_id]
    village.device.synced()
    assert village.device.waiting().ops == 0
    assert check_store(county.context.store) == []


def test_device_and_server_write_the_same_masked_ledger(
    county: County, village: Desk, clerk: Desk, tmp_path: Path
) -> None:
    house = village.device.household().id
    first = village.report(
        household_id=house, area_code=GRID_1, measures=(MeasureTaken.SHELTERED,), description="户主甲受冻"
    )
    county.clock.advance(minutes=1)
    second = village.report(household_id=house, area_code=GRID_1)
    village.device.synced()
    clerk.device.synced()
    clerk.take(second, ClueAction.MARK_DUPLICATE, main_id=first)
    clerk.take(first, ClueAction.ACCEPT)
    clerk.take(first, ClueAction.TRANSFER, department="卫生院", opinion="需住院")
    clerk.device.synced()
    day = local_day(county.clock())
    here, there = tmp_path / "device.xlsx", tmp_path / "server.xlsx"
    clue_exports.export_clues(clerk.context, TOWN, day, day, here)
    assert export_ledger(county.context.store, there, "clues", LedgerAsked(TOWN, day, day)) == 1
    pages = [openpyxl.load_workbook(path).active for path in (here, there)]
    told = [[[cell.value for cell in row] for row in page.iter_rows(min_row=3)] for page in pages]
    assert told[0] == told[1]
    headings, line = told[0]
    assert headings == [
        "序号", "发现时间", "发现渠道", "姓名", "身份证号", "住址", "急难类型", "情况描述", "评估得分",
        "等级", "救助措施", "金额", "办结时间", "责任人",
    ]  # fmt: skip
    row = dict(zip(headings, line, strict=True))
    assert (row["姓名"], row["情况描述"], row["急难类型"]) == ("户**", "户**受冻", "受冻、酷热")
    assert row["救助措施"] == "已临时安置；需住院；转卫生院"
    full = tmp_path / "full.xlsx"
    with pytest.raises(RuleError, match="reason_required"):
        clue_exports.export_clues(clerk.context, TOWN, day, day, full, unmasked=True)
    with pytest.raises(NotAllowedError, match="not_permitted"):
        clue_exports.export_clues(village.context, TOWN, day, day, full)
    clue_exports.export_clues(clerk.context, TOWN, day, day, full, unmasked=True, reason="核对")
    assert "户主甲" in str(
        [cell.value for cell in next(openpyxl.load_workbook(full).active.iter_rows(min_row=4))]
    )


def test_text_by_phone_holds_no_identity_number_and_no_name(village: Desk) -> None:
    clue_id = village.report(
        description="程某 341789195403170020 在家受冻", person_name="程某", person_phone="10000000001"
    )
    told = clue_reports.short_text(village.context, clue_id)
    assert "341789" not in told
    assert "程某" not in told
    assert "受冻" in told
    one_officer = clue_reports.short_text(village.context, clue_id, with_person=True)
    assert "程某" in one_officer
    assert "341789" not in one_officer


def test_who_is_on_duty_is_known_offline(county: County, village: Desk) -> None:
    store = county.context.store
    now = county.clock()
    stamps = {"created_at": county.now, "created_by": SERVER_USER, "updated_at": county.now,
              "updated_by": SERVER_USER}  # fmt: skip

    with RecordWriter(store, Author(SERVER_USER)) as writer:
        writer.patch("areas", TOWN, {"duty_phone": "10000000009"})
        for number, (since, until) in enumerate(((-1, 5), (-9, -5)), start=1):
            writer.put("duties", {
                **stamps, "id": f"duty-{number}", "area_code": TOWN, "name": f"值班员{number}",
                "phone": f"1000000000{number}", "since": instant_text(now + dt.timedelta(hours=since)),
                "until": instant_text(now + dt.timedelta(hours=until)),
            })  # fmt: skip
    village.device.synced()
    found = clue_reports.duty_phones(village.context, VILLAGE)
    assert [(one.phone, one.person) for one in found] == [("10000000001", "值班员1"), ("10000000009", "")]


def test_a_draft_is_kept_and_its_household_with_it(county: County, village: Desk) -> None:
    house = village.device.household().id
    village.device.synced()
    draft_id, _ = clue_reports.begin_report(village.context, household_id=house)
    with RecordWriter(county.context.store, Author(SERVER_USER)) as writer:
        writer.patch("households", house, {"area_code": f"{OTHER_VILLAGE}001"})
    village.device.synced()
    assert village.device.find("households", house) is not None
    stored, _ = clue_reports.discard_report(village.context, draft_id)
    clue_reports.restore_report(village.context, stored)
    assert [one.stored.id for one in clue_reports.report_drafts(village.context)] == [draft_id]
    with village.device.store.reading() as connection:
        assert not projections.anything_stale(connection)


def test_what_is_reopened_offline_is_listed_as_open_at_once(village: Desk, clerk: Desk) -> None:
    clue_id = village.report()
    village.device.synced()
    clerk.device.synced()
    clerk.take(clue_id, ClueAction.TRANSFER, department="卫生院", opinion="需住院")
    assert clues.clue_list(clerk.context) == []
    clerk.device.synced()
    assert [one.clue_id for one in clues.clue_list(clerk.context, Inbox.OVER)] == [clue_id]
    clerk.take(clue_id, ClueAction.REOPEN, opinion="已退回")
    assert [(one.clue_id, one.status) for one in clues.clue_list(clerk.context)] == [
        (clue_id, ClueStatus.REOPENED)
    ]
    assert clues.clue_list(clerk.context, Inbox.OVER) == []
    clerk.device.synced()
    assert [one.clue_id for one in clues.clue_list(clerk.context, Inbox.MINE)] == [clue_id]
