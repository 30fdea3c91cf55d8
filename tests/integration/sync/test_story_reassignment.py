"""Reassignment: whoever loses a household hands over what he has not sent and keeps his drafts; whoever gets
it has it with its history; nobody keeps what is no longer his."""

import datetime as dt
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.domain.records.visits import Result
from fieldapp.services import forms as form_services
from fieldapp.services import today, visits
from fieldapp.services.context import Context
from fieldapp.storage import meta
from fieldapp.storage.tables import FormDraftRow
from server.services import reassignment
from server.services.checks import check_store
from server.services.users import set_active
from sync.engine import pull
from tests.determinism import MovableClock
from tests.faults import Fault, FaultProxy, error_answer
from tests.integration.server.county import (
    FAR_VILLAGE,
    GRID_1,
    GRID_2,
    OTHER_GRID,
    OTHER_VILLAGE,
    VILLAGE,
    County,
)
from tests.integration.sync.device import Tablet, tablet

TODAY = dt.date(2026, 3, 5)


class Crew:
    """Grid workers with a device each, and the desk that moves things about."""

    def __init__(self, county: County, folder: Path, stack: ExitStack) -> None:
        self.county = county
        self.store = county.context.store
        self._folder = folder
        self._stack = stack

    def worker(self, area: str, *, address: str = "") -> Tablet:
        """A grid worker with a device of his own, synced."""
        seed = len(list(self._folder.iterdir())) + 10
        made = tablet(
            self.county, self._folder / f"device-{seed}", address=address, role=Role.GRID_WORKER, area=area,
            seed=seed,
        )  # fmt: skip
        device = self._stack.enter_context(made)
        device.synced()
        return device

    def move(self, household_id: str, area: str) -> None:
        """Give a household to another area."""
        assert reassignment.move_households(self.store, [household_id], area, by="desk") == 1

    def transfer(self, device: Tablet, area: str) -> None:
        """Have a worker leave all his areas as of yesterday and begin in another today."""
        reassignment.end_roles(self.store, device.user_id, TODAY - dt.timedelta(days=1), by="desk")
        role = RoleAssignment(role=Role.GRID_WORKER, area_code=area, since=TODAY)
        reassignment.give_role(self.store, device.user_id, role, by="desk")

    def sound(self) -> None:
        """The server's store holds together."""
        assert check_store(self.store) == []


@pytest.fixture
def crew(county: County, tmp_path: Path) -> Iterator[Crew]:
    folder = tmp_path / "crew"
    folder.mkdir()
    with ExitStack() as stack:
        yield Crew(county, folder, stack)


def context_of(device: Tablet) -> Context:
    return Context(device.store, device.user_id, device.meta(meta.DEVICE_ID))


def submit(device: Tablet, draft_id: str) -> str:
    """Fill a draft and submit it."""
    context = context_of(device)
    draft = visits.visit_form(context, draft_id).stored.draft
    told = {
        "result": Result.NORMAL,
        "narrative": "入户看望，情况正常，老人身体尚好",
        "signature": device.signature(),
    }
    visits.save_draft(context, draft_id, draft.model_copy(update=told))
    return visits.submit_visit(context, draft_id)[0]


def holds_nothing(device: Tablet) -> None:
    """No case record, no plan and no search entry is left."""
    assert {kind: device.count(kind) for kind in ("households", "persons", "visits")} == {
        "households": 0, "persons": 0, "visits": 0,
    }  # fmt: skip
    with device.store.reading() as connection:
        for table in ("visit_plans", "search_entries", "stale_households"):
            assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0, table


def agree(*devices: Tablet) -> None:
    """Devices of one scope hold the same."""
    for device in devices[1:]:
        assert device.buckets() == devices[0].buckets()


def test_a_moved_household_hands_over_unsent_work_and_arrives_with_its_history(
    crew: Crew, clock: MovableClock
) -> None:
    old, new = crew.worker(GRID_1), crew.worker(OTHER_GRID)
    house = old.household()
    early = old.visit(house.id)
    old.synced()
    clock.advance(hours=1)
    unsent = old.visit(house.id, old.photo(), signature=old.signature())
    crew.move(house.id, OTHER_GRID)
    report = old.synced()
    assert (report.moved, report.refused, report.blobs_sent) == (1, 0, 2)
    old.synced()
    holds_nothing(old)
    assert today.today(context_of(old)).owing == 0
    assert OTHER_GRID not in old.buckets()
    new.synced()
    assert set(new.ids("visits")) == {early.id, unsent.id}
    assert new.count("persons") == 1
    assert today.today(context_of(new)).owing == 1
    crew.sound()


def test_two_devices_offline_at_different_times_lose_nothing(crew: Crew, clock: MovableClock) -> None:
    old, new = crew.worker(GRID_1), crew.worker(OTHER_GRID)
    house = old.household()
    old.synced()
    crew.move(house.id, OTHER_GRID)
    # The new worker is in contact first and works on; the old one only comes back days later.
    new.synced()
    new.edit("households", house.id, address="新址")
    mine = new.visit(house.id, area_code=OTHER_GRID)
    clock.advance(days=2)
    theirs = old.visit(house.id)
    old.edit("households", house.id, lat=30.5)
    clock.advance(days=2)
    assert old.synced().refused == 0
    old.synced()
    holds_nothing(old)
    new.synced()
    assert set(new.ids("visits")) == {mine.id, theirs.id}
    stored = new.find("households", house.id)
    assert (stored.address, stored.lat) == ("新址", 30.5)
    crew.sound()


def test_moved_twice_in_a_day_everybody_ends_right(crew: Crew, clock: MovableClock) -> None:
    first, second, third = crew.worker(GRID_1), crew.worker(OTHER_GRID), crew.worker(GRID_2)
    house = first.household()
    first.synced()
    unsent = first.visit(house.id)
    crew.move(house.id, OTHER_GRID)
    second.synced()
    between = second.visit(house.id, area_code=OTHER_GRID)
    crew.move(house.id, GRID_2)
    for device in (second, first, third, second, first, third):
        assert device.synced().refused == 0
    for device in (first, second):
        holds_nothing(device)
    assert set(third.ids("visits")) == {unsent.id, between.id}
    crew.sound()


def test_moved_away_and_back_in_a_day_is_there_as_before(crew: Crew) -> None:
    old, new = crew.worker(GRID_1), crew.worker(OTHER_GRID)
    house = old.household()
    visit = old.visit(house.id)
    old.synced()
    crew.move(house.id, OTHER_GRID)
    new.synced()
    crew.move(house.id, GRID_1)
    for device in (new, old, new, old):
        assert device.synced().healed == ()
    holds_nothing(new)
    assert old.ids("visits") == [visit.id]
    assert old.find("households", house.id).area_code == GRID_1
    crew.sound()


def test_a_household_moved_during_an_open_pull_is_neither_lost_nor_left_behind(
    crew: Crew, proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stream is read while the move is committed on the server: the pull ends with what it began with,
    the next one brings the move."""
    monkeypatch.setattr(pull, "PAGE_ROWS", 2)
    source = crew.worker(GRID_1)
    houses = [source.household() for _ in range(6)]
    for house in houses:
        source.visit(house.id)
    source.synced()
    reader, new = crew.worker(GRID_1, address=proxy.address), crew.worker(OTHER_GRID)
    reader.edit("households", houses[0].id, address="村口")
    moved: list[str] = []

    def on_progress(_: object) -> None:
        if not moved:
            moved.append(houses[3].id)
            crew.move(houses[3].id, OTHER_GRID)

    fresh = crew.worker(GRID_2, address=proxy.address)
    role = RoleAssignment(role=Role.GRID_WORKER, area_code=GRID_1, since=TODAY)
    reassignment.give_role(crew.store, fresh.user_id, role, by="desk")
    fresh.session.on_progress = on_progress
    fresh.synced()
    assert moved
    for device in (fresh, reader, source, new):
        assert device.synced().healed == ()
    for device in (fresh, reader, source):
        assert sorted(device.ids("households")) == sorted({h.id for h in houses} - set(moved))
        assert device.count("visits") == 5
    assert new.ids("households") == moved
    assert new.count("visits") == 1
    crew.sound()


def test_a_pull_that_breaks_off_and_a_move_before_it_goes_on(crew: Crew, proxy: FaultProxy) -> None:
    source = crew.worker(GRID_1)
    houses = [source.household() for _ in range(20)]
    source.synced()
    role = RoleAssignment(role=Role.GRID_WORKER, area_code=GRID_1, since=TODAY)
    reader = crew.worker(GRID_2, address=proxy.address)
    reassignment.give_role(crew.store, reader.user_id, role, by="desk")
    proxy.add("/v1/pull", Fault(answer_bytes=1500))
    assert reader.sync().error_code == "offline"
    crew.move(houses[2].id, OTHER_GRID)
    assert reader.synced().healed == ()
    source.synced()
    assert sorted(reader.ids("households")) == sorted(source.ids("households"))
    assert reader.count("households") == 19
    crew.sound()


def test_a_worker_who_changes_area_hands_over_and_starts_anew(crew: Crew, clock: MovableClock) -> None:
    settled = crew.worker(OTHER_GRID)
    there = settled.household(OTHER_GRID)
    settled.synced()
    mover, successor = crew.worker(GRID_1), crew.worker(GRID_1)
    house = mover.household()
    mover.synced()
    clock.advance(hours=-24)
    visit = mover.visit(house.id, mover.photo())
    registered = mover.household()
    clock.advance(hours=24)
    crew.transfer(mover, OTHER_GRID)
    report = mover.synced()
    assert (report.moved, report.refused, report.blobs_sent) == (3, 0, 1)
    mover.synced()
    assert mover.ids("households") == [there.id]
    assert mover.ids("visits") == []
    settled.synced()
    agree(settled, mover)
    successor.synced()
    assert set(successor.ids("households")) == {house.id, registered.id}
    assert successor.ids("visits") == [visit.id]
    crew.sound()


def test_a_temporary_cover_has_the_households_for_its_days(crew: Crew, clock: MovableClock) -> None:
    absent, substitute = crew.worker(GRID_1), crew.worker(OTHER_GRID)
    house = absent.household()
    absent.visit(house.id)
    absent.synced()
    last = TODAY + dt.timedelta(days=1)
    reassignment.cover(crew.store, absent.user_id, substitute.user_id, TODAY, last, by="desk")
    substitute.synced()
    assert substitute.count("visits") == 1
    during = substitute.visit(house.id)
    clock.advance(days=3)  # without a network until after the cover
    assert substitute.synced().moved == 1
    substitute.synced()
    holds_nothing(substitute)
    absent.synced()
    assert during.id in absent.ids("visits")
    crew.sound()


def test_households_of_a_merged_grid_follow_and_late_entries_too(crew: Crew) -> None:
    old, new = crew.worker(GRID_1), crew.worker(OTHER_VILLAGE)
    house = old.household()
    old.visit(house.id)
    old.synced()
    late = old.household()
    visit = old.visit(late.id)
    done = reassignment.merge_area(crew.store, GRID_1, OTHER_GRID, by="desk")
    assert (done.households, done.workers) == (1, (old.user_id,))
    assert old.synced().refused == 0
    old.synced()
    holds_nothing(old)
    assert not old.find("areas", GRID_1).open_on(TODAY)
    new.synced()
    assert set(new.ids("households")) == {house.id, late.id}
    assert visit.id in new.ids("visits")
    crew.sound()


def test_a_split_grid_leaves_each_worker_his_part(crew: Crew) -> None:
    stays, goes = crew.worker(GRID_1), crew.worker(GRID_2)
    kept, given = stays.household(), stays.household()
    stays.synced()
    unsent = stays.visit(given.id)
    part = reassignment.AreaPart(GRID_2, "", (given.id,))
    reassignment.split_area(crew.store, GRID_1, [part], close=False, by="desk")
    assert stays.synced().moved == 1
    stays.synced()
    goes.synced()
    assert stays.ids("households") == [kept.id]
    assert (goes.ids("households"), goes.ids("visits")) == ([given.id], [unsent.id])
    crew.sound()


def test_a_draft_stays_with_an_explanation_is_handed_over_and_then_all_is_dropped(
    crew: Crew, clock: MovableClock
) -> None:
    old, new = crew.worker(GRID_1), crew.worker(OTHER_GRID)
    house, other = old.household(), old.household()
    old.synced()
    context = context_of(old)
    draft_id, _ = visits.begin_visit(context, house.id)
    crew.move(house.id, OTHER_GRID)
    crew.move(other.id, OTHER_GRID)
    for _ in range(2):
        old.synced()
        (item,) = visits.drafts(context)
        assert (item.head_name, item.handed_to) == ("户主甲", "区划202 区划001")
        assert old.ids("households") == [house.id]
        assert old.count("persons") == 1
        assert today.today(context).owing == 0
    visit_id = submit(old, draft_id)
    assert old.synced().moved == 1
    old.synced()
    holds_nothing(old)
    new.synced()
    assert new.ids("visits") == [visit_id]
    crew.sound()


def test_a_draft_of_a_worker_whose_role_ended_is_kept_and_can_be_handed_over_or_thrown_away(
    crew: Crew, clock: MovableClock
) -> None:
    old, new = crew.worker(GRID_1), crew.worker(GRID_1)
    one, two, three = old.household(), old.household(), old.household()
    old.synced()
    context = context_of(old)
    clock.advance(hours=-24)
    handed, _ = visits.begin_visit(context, one.id)
    thrown, _ = visits.begin_visit(context, two.id)
    clock.advance(hours=24)
    reassignment.end_roles(crew.store, old.user_id, TODAY - dt.timedelta(days=1), by="desk")
    old.synced()
    assert sorted(old.ids("households")) == sorted([one.id, two.id])
    assert old.find("households", three.id) is None
    assert all(item.handed_to for item in visits.drafts(context))
    visit_id = submit(old, handed)
    visits.discard_draft(context, thrown)
    assert old.synced().refused == 0
    old.synced()
    holds_nothing(old)
    new.synced()
    assert new.ids("visits") == [visit_id]


def test_a_half_filled_form_keeps_its_household_too(crew: Crew) -> None:
    old = crew.worker(GRID_1)
    house, other = old.household(), old.household()
    old.synced()
    now = old.store.clock()
    row = FormDraftRow(
        id="draft", form_record_id="form", form_id="f", form_version="1", definition_sha256="0" * 64,
        household_id=house.id, started_at=now, saved_at=now, xml="<data/>",
    )  # fmt: skip
    with old.store.transaction() as connection:
        connection.execute(FormDraftRow.__table__.insert(), row.model_dump())  # type: ignore[attr-defined]
    for one in (house, other):
        crew.move(one.id, FAR_VILLAGE)
    old.synced()
    old.synced()
    assert old.ids("households") == [house.id]
    assert old.find("households", house.id).area_code == FAR_VILLAGE
    form_services.discard_form_draft(context_of(old), "draft")
    old.synced()
    holds_nothing(old)


def test_a_draft_whose_household_comes_back_goes_on_as_ever(crew: Crew) -> None:
    old = crew.worker(GRID_1)
    house = old.household()
    old.synced()
    context = context_of(old)
    visits.begin_visit(context, house.id)
    crew.move(house.id, OTHER_GRID)
    old.synced()
    crew.move(house.id, GRID_1)
    assert old.synced().healed == ()
    (item,) = visits.drafts(context)
    assert item.handed_to == ""
    assert old.synced().healed == ()
    assert old.buckets()[GRID_1][1] == 2
    assert today.today(context).owing == 1


def test_a_refused_visit_keeps_its_household_when_that_moves(crew: Crew) -> None:
    old = crew.worker(GRID_1)
    house = old.household()
    old.synced()
    bad = old.visit(house.id, area_code="999999999999")
    assert old.synced().refused == 1
    crew.move(house.id, OTHER_GRID)
    for _ in range(2):
        assert old.synced().healed == ()
        assert old.find("visits", bad.id) is not None
        assert old.find("households", house.id).area_code == OTHER_GRID


def test_photos_that_wait_keep_visit_and_household_until_they_are_through(
    crew: Crew, proxy: FaultProxy
) -> None:
    old, new = crew.worker(GRID_1, address=proxy.address), crew.worker(OTHER_GRID)
    house = old.household()
    old.synced()
    proxy.add("/v1/blobs", error_answer(503, "busy"), times=4)
    old.visit(house.id, old.photo())
    crew.move(house.id, OTHER_GRID)
    assert old.sync().error_code == "busy"
    assert old.count("visits") == 1
    proxy.come_back()
    assert old.synced().blobs_sent == 1
    old.synced()
    holds_nothing(old)
    new.synced()
    assert new.count("visits") == 1


def test_a_disabled_worker_keeps_a_full_outbox_until_he_is_let_in_again(crew: Crew) -> None:
    worker, colleague = crew.worker(GRID_1), crew.worker(VILLAGE)
    house = worker.household()
    visit = worker.visit(house.id)
    set_active(crew.store, worker.user_id, False, by="desk")
    assert worker.sync().error_code == "sign_in_needed"
    assert worker.waiting().ops == 3
    reassignment.end_roles(crew.store, worker.user_id, TODAY, by="desk")
    set_active(crew.store, worker.user_id, True, by="desk")
    assert worker.synced().refused == 0
    colleague.synced()
    assert colleague.ids("visits") == [visit.id]
