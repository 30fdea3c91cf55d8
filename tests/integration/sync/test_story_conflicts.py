"""Conflicts over sensitive fields: both sides reach everybody, a town clerk decides, the decision syncs."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.conflicts import ConflictState
from fieldapp.domain.records.persons import PersonStatus
from fieldapp.domain.records.users import Role
from fieldapp.services import conflicts, outbox
from fieldapp.services.conflicts import ConflictItem, EntryKind
from fieldapp.services.context import Context
from fieldapp.storage import meta
from server.main import create_app
from server.services.backup import back_up, restore
from server.services.checks import check_store
from server.settings import Settings
from server.store.blob_files import BlobFiles
from tests.determinism import MovableClock
from tests.faults import FaultProxy
from tests.integration.server.county import TOWN, County, running
from tests.integration.sync.device import Tablet, tablet

FIRST, SECOND = "341789195001010024", "341789195001010032"


def context_of(device: Tablet) -> Context:
    return Context(device.store, device.user_id, device.meta(meta.DEVICE_ID))


def seen(device: Tablet) -> ConflictItem:
    """The one conflict a device shows."""
    (item,) = conflicts.conflicts(context_of(device))
    return item


def undecided(device: Tablet) -> int:
    return conflicts.open_count(context_of(device), Permission.DECIDE_CONFLICT)


def choose(device: Tablet, side: int) -> None:
    item = seen(device)
    conflicts.choose(context_of(device), item.conflict_id, side, "已核对证件", version=item.version)


@pytest.fixture
def clerk(county: County, tmp_path: Path) -> Iterator[Tablet]:
    with tablet(county, tmp_path / "clerk", role=Role.TOWN_CLERK, area=TOWN, seed=3) as device:
        yield device


@pytest.fixture
def person_id(aide: Tablet, colleague: Tablet, clerk: Tablet) -> str:
    """A person whom all three hold."""
    aide.household()
    for device in (aide, colleague, clerk):
        device.synced()
    return clerk.ids("persons")[0]


def contest(
    aide: Tablet, colleague: Tablet, person_id: str, field: str, first: object, second: object
) -> None:
    """Both aides change a field without a network; then everybody is in contact."""
    aide.edit("persons", person_id, **{field: first})
    colleague.edit("persons", person_id, **{field: second})
    aide.synced()
    assert colleague.synced().conflicts == 1
    aide.synced()


def test_the_clerk_decides_a_death_and_all_devices_end_with_it(
    aide: Tablet, colleague: Tablet, clerk: Tablet, person_id: str, county: County
) -> None:
    contest(aide, colleague, person_id, "status", PersonStatus.DEAD, PersonStatus.MISSING)
    clerk.synced()
    item = seen(clerk)
    assert [(s.value, s.stands) for s in item.sides] == [
        (PersonStatus.DEAD, True), (PersonStatus.MISSING, False),
    ]  # fmt: skip
    assert (item.field, item.person_name, item.entry) == ("status", "户主甲", EntryKind.CODE)
    assert (undecided(clerk), undecided(aide), seen(aide).may_decide) == (1, 0, False)
    choose(clerk, 1)
    assert (seen(clerk).waiting, undecided(clerk)) == (True, 0)
    assert clerk.find("persons", person_id).status is PersonStatus.DEAD  # until the server has it
    for device in (clerk, aide, colleague):
        assert device.synced().refused == 0
        assert device.find("persons", person_id).status is PersonStatus.MISSING
        assert (seen(device).state, seen(device).waiting) == (ConflictState.DECIDED, False)
    assert aide.buckets() == colleague.buckets()
    assert check_store(county.context.store) == []


def test_numbers_are_masked_until_revealed_with_a_reason_that_is_kept(
    aide: Tablet, colleague: Tablet, clerk: Tablet, person_id: str
) -> None:
    contest(aide, colleague, person_id, "id_number", FIRST, SECOND)
    clerk.synced()
    item, context = seen(clerk), context_of(clerk)
    assert item.secret
    assert not any(FIRST in str(side.value) or SECOND in str(side.value) for side in item.sides)
    with pytest.raises(RuleError, match=r"^reason_required"):
        conflicts.reveal(context, item.conflict_id, "  ")
    assert conflicts.reveal(context, item.conflict_id, f"核对 {FIRST}") == (FIRST, SECOND)
    (waiting,) = outbox.outbox_view(context).records
    event = clerk.find("audit_events", waiting.record_id)
    assert (event.object_kind, event.object_id) == ("conflicts", item.conflict_id)
    assert FIRST not in event.reason
    grid_free = conflicts.reveal(context_of(aide), seen(aide).conflict_id, "核对")
    assert grid_free == (FIRST, SECOND)  # an aide may reveal; decide he may not
    with pytest.raises(NotAllowedError, match=r"^not_permitted"):
        choose(aide, 0)


def test_another_value_is_checked_and_stands(
    aide: Tablet, colleague: Tablet, clerk: Tablet, person_id: str
) -> None:
    contest(aide, colleague, person_id, "death_date", dt.date(2026, 3, 1), dt.date(2026, 3, 2))
    clerk.synced()
    item, context = seen(clerk), context_of(clerk)

    def enter(value: object, reason: str = "以火化证明为准", version: str = item.version) -> None:
        conflicts.enter(context, item.conflict_id, value, reason, version=version)

    refused: dict[str, Callable[[], None]] = {
        "invalid_value": lambda: enter(dt.date(2026, 3, 6)),  # tomorrow
        "reason_required": lambda: enter(dt.date(2026, 3, 3), ""),
        "text_too_long": lambda: enter(dt.date(2026, 3, 3), "长" * 201),
        "conflict_changed": lambda: enter(dt.date(2026, 3, 3), version="old"),
    }
    for code, act in refused.items():
        with pytest.raises(RuleError, match=f"^{code}"):
            act()
    assert clerk.waiting().ops == 0
    enter(dt.date(2026, 3, 3))
    for device in (clerk, aide):
        device.synced()
        assert device.find("persons", person_id).death_date == dt.date(2026, 3, 3)


def test_a_wrong_identity_number_is_no_decision(
    aide: Tablet, colleague: Tablet, clerk: Tablet, person_id: str
) -> None:
    contest(aide, colleague, person_id, "id_number", FIRST, SECOND)
    clerk.synced()
    item = seen(clerk)
    with pytest.raises(RuleError):
        conflicts.enter(
            context_of(clerk), item.conflict_id, "341789195001010011", "核对", version=item.version
        )
    assert clerk.waiting().ops == 0


def test_of_two_clerks_the_late_one_is_told_why_and_nothing_changes(
    aide: Tablet, colleague: Tablet, clerk: Tablet, person_id: str, county: County, tmp_path: Path
) -> None:
    contest(aide, colleague, person_id, "status", PersonStatus.DEAD, PersonStatus.MISSING)
    with tablet(county, tmp_path / "second", role=Role.TOWN_CLERK, area=TOWN, seed=4) as second:
        for device in (clerk, second):
            device.synced()
        choose(clerk, 1)
        choose(second, 0)
        clerk.synced()
        assert second.synced().refused == 1
        assert second.find("persons", person_id).status is PersonStatus.MISSING
        late = seen(second)
        assert (late.state, late.refused_code) == (ConflictState.DECIDED, "conflict_decided")
        (kept,) = outbox.outbox_view(context_of(second)).records
        assert (kept.kind, kept.refused_code) == ("conflict_decisions", "conflict_decided")


def test_a_decision_that_came_too_late_is_replaced_by_the_next(
    aide: Tablet, colleague: Tablet, clerk: Tablet, person_id: str, clock: MovableClock
) -> None:
    contest(aide, colleague, person_id, "status", PersonStatus.DEAD, PersonStatus.MISSING)
    clerk.synced()
    aide.edit("persons", person_id, status=PersonStatus.MOVED)  # on top of what stands
    aide.synced()
    choose(clerk, 1)
    assert clerk.synced().refused == 1
    item = seen(clerk)
    assert (item.refused_code, undecided(clerk)) == ("conflict_changed", 1)
    assert [side.value for side in item.sides] == [PersonStatus.MOVED, PersonStatus.MISSING]
    choose(clerk, 1)
    assert clerk.synced().refused == 0
    assert (clerk.waiting().refused, seen(clerk).state) == (0, ConflictState.DECIDED)
    assert clerk.find("persons", person_id).status is PersonStatus.MISSING


@pytest.mark.allow_log("sync.engine.push")
def test_a_decision_survives_a_server_restored_from_before_it(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    """The conflict's id follows from the edit that opened it, so the clerk's decision finds it again."""
    with (
        tablet(county, tmp_path / "second", address=proxy.address, seed=5) as second,
        tablet(
            county, tmp_path / "office", address=proxy.address, role=Role.TOWN_CLERK, area=TOWN, seed=6
        ) as office,
    ):
        aide.household()
        for device in (aide, second, office):
            device.synced()
        person_id = office.ids("persons")[0]
        backup = tmp_path / "backup"
        back_up(county.context.store, BlobFiles(county.context.settings.blobs), backup)
        contest(aide, second, person_id, "status", PersonStatus.DEAD, PersonStatus.MISSING)
        office.synced()
        choose(office, 1)
        office.synced()
        before = seen(office)
        settings = Settings(data_dir=tmp_path / "restored")
        restore(
            settings.url, BlobFiles(settings.blobs), backup, clock=county.clock,
            random_bytes=county.random_bytes,
        )  # fmt: skip
        app = create_app(settings, clock=county.clock, random_bytes=county.random_bytes)
        with running(app) as address:
            proxy.lead_to(address)
            for device in (aide, second, office, aide, second):
                assert device.synced().refused == 0
            for device in (aide, second, office):
                assert seen(device).state is ConflictState.DECIDED
                assert seen(device).conflict_id == before.conflict_id
                assert device.find("persons", person_id).status is PersonStatus.MISSING
