"""Relief from the snow to the last paper: two devices and a server, a fund that balances (S8, R11, R17)."""

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.records.funds import FundEntryKind
from fieldapp.domain.records.reliefs import (
    DecisionLevel,
    FundSource,
    HardshipGrade,
    PapersState,
    ReliefAction,
    ReliefCause,
    ReliefForm,
    ReliefItem,
    ReliefKind,
    ReliefOutcome,
    ReliefPath,
    ReliefStatus,
)
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Purpose
from fieldapp.services import relief_lists, reliefs, standby_funds
from fieldapp.services.context import Context
from fieldapp.services.households import household_card
from fieldapp.services.outbox import outbox_view
from fieldapp.services.photos import clear_unused
from fieldapp.services.reliefs import NewRelief, NewStep
from server.services.checks import check_store
from server.services.funds import Booking, balances, book
from server.services.users import SERVER_USER
from server.store.blob_files import BlobFiles
from server.store.projections import row_table
from server.store.urgent_cases import urgent_households
from tests.integration.server.county import COUNTY, GRID_1, OTHER_VILLAGE, TOWN, VILLAGE, County
from tests.integration.sync.device import Tablet, tablet

NIGHTS = ReliefItem(
    form=ReliefForm.LODGING, name="标准间", quantity=12, unit_price=16_800, amount=201_600, provider="招待所"
)
MEALS = ReliefItem(form=ReliefForm.MEALS, quantity=12, persons=2, unit_price=4_500, amount=108_000)


@dataclass
class Desk:
    """One worker at a device."""

    device: Tablet
    context: Context

    def step(self, relief_id: str, action: ReliefAction, **values: Any) -> None:
        reliefs.take_step(self.context, relief_id, NewStep(action=action, **values))

    def view(self, relief_id: str) -> reliefs.ReliefView:
        return reliefs.relief_view(self.context, relief_id)


@dataclass
class Office:
    """The town's clerk and leader, an aide, and the county's officer, each at a device."""

    county: County
    clerk: Desk
    leader: Desk
    aide: Desk
    officer: Desk

    def sync(self) -> None:
        """Everybody twice: what one sends, the others hear."""
        for _ in range(2):
            for desk in (self.clerk, self.leader, self.aide, self.officer):
                desk.device.synced()

    def grant(self, amount: int, town: str = TOWN) -> str:
        booking = Booking(town, FundEntryKind.GRANT, amount, document="财社〔2026〕1号")
        return book(self.county.context.store, self.county.ids, booking, by=SERVER_USER)

    def balance(self) -> int:
        [found] = balances(self.county.context.store, TOWN)
        return found.balance

    def sound(self) -> bool:
        store = self.county.context.store
        return check_store(store, BlobFiles(self.county.context.settings.blobs)) == []


@pytest.fixture
def office(county: County, tmp_path: Path) -> Iterator[Office]:
    """Everybody enrolled, with the areas on their devices."""
    roles = (
        (Role.TOWN_CLERK, TOWN),
        (Role.TOWN_LEADER, TOWN),
        (Role.VILLAGE_AIDE, VILLAGE),
        (Role.COUNTY_OFFICER, COUNTY),
    )
    with ExitStack() as stack:
        desks = []
        for seed, (role, area) in enumerate(roles, start=1):
            device = stack.enter_context(tablet(county, tmp_path / role, role=role, area=area, seed=seed))
            device.synced()
            desks.append(Desk(device, Context(device.store, device.user_id, f"device-{seed}")))
        yield Office(county, *desks)


def snow(office: Office, house: str, **values: Any) -> NewRelief:
    """Hotel and meals for a couple whose house does not bear the snow."""
    photo = office.clerk.device.photo(seed=7)
    return NewRelief(
        **{
            "kind": ReliefKind.URGENT, "path": ReliefPath.ADVANCE, "cause": ReliefCause.COLD_HEAT,
            "reason": "大雪，砖木房不能住人", "household_id": house, "person_count": 2,
            "items": (NIGHTS.model_copy(update={"receipts": (photo.sha256,)}), MEALS), "photos": (photo,),
            "signature": office.clerk.device.signature(),
            "surveyors": (office.clerk.device.user_id, office.aide.device.user_id), **values,
        }
    )  # fmt: skip


def household(office: Office) -> str:
    house = office.aide.device.household().id
    office.sync()
    return house


def test_story_is_paid_the_same_day_and_closed_with_its_papers(office: Office, county: County) -> None:
    house = household(office)
    office.grant(500_000)
    # Offline: the clerk records, pays, and sees at once what follows.
    relief_id, _ = reliefs.propose_relief(office.clerk.context, snow(office, house))
    view = office.clerk.view(relief_id)
    assert (view.relief.amount, view.level) == (309_600, DecisionLevel.COUNTY)
    assert view.actions == (ReliefAction.PAY,)  # nobody decides what he proposed
    office.clerk.step(relief_id, ReliefAction.PAY, amount=309_600)
    view = office.clerk.view(relief_id)
    assert (view.relief.status, view.relief.papers_state) == (ReliefStatus.PAID, PapersState.PENDING)
    assert view.unsent
    [fund] = standby_funds.funds(office.clerk.context)
    assert (fund.balance, fund.waiting) == (0, 309_600)
    kinds = {one.kind for one in outbox_view(office.clerk.context).records}
    assert kinds == {"reliefs", "relief_steps"}
    office.sync()
    view = office.clerk.view(relief_id)
    assert not view.unsent
    assert view.relief.relief_no == f"LJ{TOWN}-2026-0001"
    assert view.relief.papers_due == dt.date(2026, 3, 12)  # 5 working days after Thursday 03-05
    [fund] = standby_funds.funds(office.leader.context)
    assert (fund.balance, fund.waiting) == (office.balance(), 0) == (190_400, 0)
    assert standby_funds.funds(office.aide.context) == []

    # The county confirms; the town's leader cannot, it is above his limit.
    with pytest.raises(NotAllowedError, match="not_permitted"):
        office.leader.step(relief_id, ReliefAction.DECIDE, amount=309_600)
    assert ReliefAction.DECIDE in office.officer.view(relief_id).actions
    office.officer.step(relief_id, ReliefAction.DECIDE, amount=309_600, opinion="同意")

    # The household is visited weekly while relief is open, on every device and in the county's figures.
    for desk in (office.clerk, office.aide):
        plan = household_card(desk.context, house).item.plan
        assert plan is not None
        assert plan.rule_id == "urgent-case"
    with county.context.store.read() as connection:
        assert urgent_households(connection, TOWN) == {house}

    # The plan tells of the first visit by itself, from the day before.
    plan = household_card(office.aide.context, house).item.plan
    assert plan is not None
    assert plan.follow_up_due == dt.date(2026, 3, 8)
    assert [plan.asks_follow_up_on(dt.date(2026, 3, day)) for day in (6, 7)] == [False, True]

    # Three days later a visit is due; an ordinary visit does not do.
    county.clock.advance(days=3)
    [due] = relief_lists.due_follow_ups(office.aide.context)
    assert (due.relief.id, due.days_overdue) == (relief_id, 0)
    office.aide.device.visit(house)
    assert len(relief_lists.due_follow_ups(office.aide.context)) == 1
    ordinary = office.aide.device.ids("visits")[0]
    with pytest.raises(NotAllowedError, match="relief_visit_unknown"):
        office.aide.step(relief_id, ReliefAction.FOLLOW_UP, visit_id=ordinary)
    made = office.aide.device.visit(house, purpose=Purpose.RELIEF).id
    assert relief_lists.due_follow_ups(office.aide.context) == []
    plan = household_card(office.aide.context, house).item.plan
    assert plan is not None
    assert plan.follow_up_due == dt.date(2026, 3, 15)
    office.aide.step(relief_id, ReliefAction.FOLLOW_UP, visit_id=made)

    # Papers are late from the day after they are due.
    office.sync()
    county.clock.advance(days=5)
    [late] = relief_lists.overdue_papers(office.clerk.context)
    assert late.papers_overdue
    with pytest.raises(NotAllowedError, match="relief_papers_missing"):
        office.clerk.step(relief_id, ReliefAction.FINISH, outcome=ReliefOutcome.SOLVED)
    office.clerk.step(relief_id, ReliefAction.PAPERS)
    office.clerk.step(relief_id, ReliefAction.REFUND, amount=16_800, opinion="提前一天退房", signature=None)
    office.clerk.step(relief_id, ReliefAction.FINISH, outcome=ReliefOutcome.SOLVED)
    office.sync()
    for desk in (office.clerk, office.leader, office.aide, office.officer):
        done = desk.view(relief_id).relief
        assert (done.status, done.outcome, done.steps_taken) == (
            ReliefStatus.DONE,
            ReliefOutcome.SOLVED,
            6,
        )
        assert [step.seq for step in desk.view(relief_id).steps] == [1, 2, 3, 4, 5, 6]
        assert relief_lists.due_follow_ups(desk.context) == []
    plan = household_card(office.aide.context, house).item.plan
    assert plan is not None
    assert (plan.rule_id == "urgent-case", plan.follow_up_due) == (False, None)
    assert office.balance() == 500_000 - 309_600 + 16_800
    assert office.sound()


def test_fund_bears_no_overdraft_without_the_countys_note(office: Office) -> None:
    house = household(office)
    office.grant(300_000)
    relief_id, _ = reliefs.propose_relief(office.clerk.context, snow(office, house))
    office.clerk.step(relief_id, ReliefAction.PAY, amount=309_600)
    office.sync()
    # Kept, with the reason; the relief stands where it was, everywhere.
    view = office.officer.view(relief_id)
    assert [step.refused_code for step in view.steps] == ["fund_overdrawn"]
    assert office.clerk.view(relief_id).relief.status is ReliefStatus.PROPOSED
    assert office.balance() == 300_000
    store, ids = office.county.context.store, office.county.ids
    allowed = Booking(TOWN, FundEntryKind.ALLOWANCE, 10_000, note="区民政局同意，3月补拨")
    book(store, ids, allowed, by=SERVER_USER)
    office.clerk.step(relief_id, ReliefAction.PAY, amount=309_600)
    office.sync()
    assert office.clerk.view(relief_id).relief.status is ReliefStatus.PAID
    assert office.balance() == -9_600
    assert office.sound()


def test_two_decisions_made_offline_the_first_to_arrive_counts(office: Office, county: County) -> None:
    house = household(office)
    small = ReliefItem(form=ReliefForm.GOODS, name="棉被", quantity=2, unit_price=15_000, amount=30_000)
    relief_id, _ = reliefs.propose_relief(
        office.clerk.context,
        snow(office, house, path=ReliefPath.NORMAL, items=(small,), photos=(), fund_source=FundSource.COUNTY),
    )
    office.sync()
    office.leader.step(relief_id, ReliefAction.DECIDE, amount=30_000)
    office.officer.step(relief_id, ReliefAction.DENY, opinion="已由慈善会送达")
    office.officer.device.synced()
    office.leader.device.synced()
    office.sync()
    for desk in (office.leader, office.officer, office.clerk):
        view = desk.view(relief_id)
        assert view.relief.status is ReliefStatus.DENIED
        assert view.relief.decided_by == office.officer.device.user_id
        assert sorted(step.refused_code for step in view.steps) == ["", "relief_step_not_possible"]
    assert office.sound()


def test_same_cause_twice_a_year_goes_to_the_county_with_its_reason(office: Office) -> None:
    house = household(office)
    cash = ReliefItem(form=ReliefForm.CASH, unit_price=100_000, amount=100_000)
    first = snow(office, house, path=ReliefPath.NORMAL, items=(cash,), photos=(), grade=HardshipGrade.LIGHT)
    relief_id, _ = reliefs.propose_relief(office.clerk.context, first)
    assert office.clerk.view(relief_id).level is DecisionLevel.TOWN
    with pytest.raises(RuleError, match="relief_repeated"):
        reliefs.propose_relief(office.clerk.context, first)
    again, _ = reliefs.propose_relief(
        office.clerk.context, NewRelief(**{**_plain(first), "repeat_reason": "又降大雪"})
    )
    assert reliefs.relief_limits(office.clerk.context, first).repeated
    office.sync()
    assert office.officer.view(again).level is DecisionLevel.COUNTY
    assert ReliefAction.DECIDE not in office.leader.view(again).actions
    assert ReliefAction.DECIDE in office.leader.view(relief_id).actions
    assert office.sound()


def _plain(new: NewRelief) -> dict[str, Any]:
    return {name: getattr(new, name) for name in NewRelief.__dataclass_fields__}


def test_relief_for_somebody_of_no_household_stays_in_its_village(office: Office) -> None:
    ticket = ReliefItem(form=ReliefForm.TRANSPORT, unit_price=12_000, amount=12_000)
    stranger = snow(office, "", household_id=None, area_code=GRID_1, items=(ticket,), photos=(),
                    recipient="流浪人员一名", cause=ReliefCause.LIVING, person_count=1,
                    fund_source=FundSource.COUNTY)  # fmt: skip
    relief_id, _ = reliefs.propose_relief(office.clerk.context, stranger)
    office.clerk.step(relief_id, ReliefAction.PAY, amount=12_000)
    office.sync()
    [shown] = relief_lists.relief_list(office.aide.context)
    assert (shown.relief.id, shown.head_name) == (relief_id, "流浪人员一名")
    assert shown.relief.status is ReliefStatus.PAID
    assert office.sound()


def test_photos_of_relief_are_kept_until_they_are_sent_and_named(office: Office) -> None:
    house = household(office)
    new = snow(office, house)
    reliefs.propose_relief(office.clerk.context, new)
    office.county.clock.advance(days=2)
    assert clear_unused(office.clerk.context) == 0
    office.sync()
    assert office.sound()  # every named blob is on the server and hashes to its name


def test_others_neither_propose_nor_decide(office: Office) -> None:
    house = household(office)
    for desk in (office.aide, office.leader, office.officer):
        with pytest.raises(NotAllowedError, match="not_permitted"):
            reliefs.propose_relief(desk.context, snow(office, house))
    relief_id, _ = reliefs.propose_relief(office.clerk.context, snow(office, house))
    office.sync()
    with pytest.raises(NotAllowedError, match="not_permitted"):
        office.aide.step(relief_id, ReliefAction.DECIDE, amount=1)
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        office.clerk.step(relief_id, ReliefAction.DECIDE, amount=1)


def test_grants_are_taken_back_once_by_a_counter_entry(office: Office) -> None:
    grant = office.grant(500_000)
    store, ids = office.county.context.store, office.county.ids
    back = Booking(TOWN, FundEntryKind.CORRECTION, 0, note="重复拨款", corrects=grant)
    book(store, ids, back, by=SERVER_USER)
    assert office.balance() == 0
    with pytest.raises(RuleError, match="fund_entry_corrected"):
        book(store, ids, back, by=SERVER_USER)
    with pytest.raises(RuleError, match="unknown_area"):
        book(store, ids, Booking(OTHER_VILLAGE, FundEntryKind.GRANT, 5), by=SERVER_USER)
    row = row_table("fund_entries")
    with store.read() as connection:
        assert len(connection.execute(row.select()).all()) == 2
    assert office.sound()
