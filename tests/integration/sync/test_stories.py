"""What a worker lives through: first pull, a day offline, evening sync, two people on one household."""

import datetime as dt
from pathlib import Path

import pytest

from fieldapp.domain.errors import SyncError
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.domain.records.visits import Result, VisitState
from fieldapp.storage import feed, meta, search, sync_log
from fieldapp.storage.store import Store
from server.services.devices import revoke_device
from server.services.enrolment import new_code
from server.services.users import change_roles, set_active
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from sync.engine import pull
from sync.engine.cycle import run_cycle
from sync.engine.enrol import DeviceLabel, enrol
from sync.engine.session import CancelToken, Stage
from sync.protocol.entities import REF_BUCKET
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.determinism import MovableClock
from tests.faults import FaultProxy, error_answer
from tests.integration.server.county import (
    FAR_VILLAGE,
    GRID_1,
    GRID_2,
    OTHER_VILLAGE,
    TOWN,
    VILLAGE,
    County,
)
from tests.integration.sync.device import Tablet, tablet

NO_SERVER = error_answer(503, "busy", "Retry-After: 7")


def test_enrol_fills_meta_and_first_pull_brings_the_dictionaries(aide: Tablet, county: County) -> None:
    assert aide.meta(meta.COUNTY_NAME) == "演示县"
    assert aide.meta(meta.DATASET) == "DEMO"
    assert aide.meta(meta.EPOCH) == county.context.store.epoch
    assert len(aide.meta(meta.DEVICE_ID)) == 36
    assert aide.meta(meta.USER_NAME)
    report = aide.synced()
    assert report.received == aide.count("areas") + aide.count("users") + aide.count("parameters")
    assert aide.count("areas") == 9  # county, two towns, three villages, three grids
    assert aide.meta(meta.LAST_SYNC)


def test_offline_day_then_sync_other_device_sees_all(
    aide: Tablet, colleague: Tablet, proxy: FaultProxy
) -> None:
    aide.synced()
    proxy.go_down()
    house = aide.household()
    visit = aide.visit(house.id, aide.photo(), aide.photo(30_000, 1), signature=aide.signature())
    assert aide.sync().error_code == "offline"
    assert (aide.waiting().ops, aide.waiting().blobs) == (3, 3)
    proxy.come_back()
    report = aide.synced()
    assert (report.sent, report.blobs_sent, report.refused) == (3, 3, 0)
    assert (aide.waiting().ops, aide.waiting().blobs) == (0, 0)
    colleague.synced()
    assert colleague.find("visits", visit.id).narrative == visit.narrative
    assert colleague.buckets() == aide.buckets()
    assert colleague.buckets()[GRID_1][1] == 3


def test_pulled_household_is_found_by_name_and_has_its_plan(aide: Tablet, colleague: Tablet) -> None:
    house = aide.household()
    aide.synced()
    colleague.synced()
    with colleague.store.reading() as connection:
        plans = connection.exec_driver_sql("SELECT household_id FROM visit_plans").scalars().all()
        found = connection.exec_driver_sql(
            search.MATCHING.replace(":expression", "?"), ('words:"户 主"',)
        ).scalars()
        assert list(found) == [house.id]
        assert plans == [house.id]
        stale = connection.exec_driver_sql("SELECT count(*) FROM stale_households").scalar_one()
    assert stale == 0


def test_nothing_changed_is_one_small_request(aide: Tablet, proxy: FaultProxy) -> None:
    aide.household()
    aide.synced()
    proxy.requests.clear()
    aide.synced()
    assert proxy.paths() == ["POST /v1/pull"]
    assert proxy.requests[0].up <= 1024
    assert proxy.requests[0].down <= 1024


def test_first_pull_is_one_request(aide: Tablet, proxy: FaultProxy) -> None:
    proxy.requests.clear()
    aide.synced()
    assert proxy.paths() == ["POST /v1/pull"]


def test_edit_of_a_pulled_record_travels_as_fields(aide: Tablet, colleague: Tablet) -> None:
    house = aide.household()
    aide.synced()
    colleague.synced()
    colleague.edit("households", house.id, address="村口第三家")
    aide.edit("households", house.id, lat=30.5)
    colleague.synced()
    report = aide.synced()
    assert report.conflicts == 0
    assert aide.find("households", house.id).address == "村口第三家"
    colleague.synced()
    assert colleague.find("households", house.id).lat == 30.5
    assert colleague.buckets() == aide.buckets()


def test_edit_of_the_same_field_is_a_conflict_and_both_devices_agree(
    aide: Tablet, colleague: Tablet, clock: MovableClock
) -> None:
    house = aide.household()
    aide.synced()
    colleague.synced()
    colleague.edit("households", house.id, address="甲处")
    clock.advance(minutes=1)
    aide.edit("households", house.id, address="乙处")
    colleague.synced()
    report = aide.synced()
    assert report.conflicts == 1
    colleague.synced()
    assert aide.find("households", house.id).address == "乙处"  # the later edit stands for now
    assert colleague.find("households", house.id).address == "乙处"
    assert colleague.buckets() == aide.buckets()


def test_refused_op_stays_and_does_not_hold_up_others(aide: Tablet, county: County) -> None:
    aide.synced()
    bad = aide.visit("unknown-household")
    house = aide.household()
    good = aide.visit(house.id)
    report = aide.synced()
    assert (report.refused, report.sent) == (1, 3)
    waiting = aide.waiting()
    assert (waiting.ops, waiting.refused) == (0, 1)
    assert aide.find("visits", bad.id) is not None
    assert aide.find("visits", good.id).received_at is not None
    again = aide.synced()
    assert (again.refused, again.sent) == (0, 0)  # not sent again by itself


def test_refused_edit_mended_goes_out_again(aide: Tablet) -> None:
    aide.synced()
    house = aide.household(area_code=FAR_VILLAGE)  # not this aide's village
    assert aide.synced().refused == 2  # the household, and the person for want of it
    aide.edit("households", house.id, area_code=GRID_1)
    report = aide.synced()
    assert (report.sent, report.refused) == (1, 0)
    assert aide.waiting().refused == 1


def test_amended_visit_supersedes_on_both_devices(
    aide: Tablet, colleague: Tablet, clock: MovableClock
) -> None:
    house = aide.household()
    first = aide.visit(house.id)
    aide.synced()
    colleague.synced()
    clock.advance(hours=1)
    aide.visit(house.id, amends=first.id, root_id=first.id, amend_reason="写错", result=Result.NOT_HOME)
    aide.synced()
    colleague.synced()
    for device in (aide, colleague):
        with device.store.reading() as connection:
            marks = dict(
                tuple(row) for row in connection.exec_driver_sql("SELECT id, superseded FROM visits").all()
            )
        assert marks.pop(first.id) == 1
        assert list(marks.values()) == [0]


def test_visit_returned_by_the_town_comes_back(aide: Tablet, county: County) -> None:
    house = aide.household()
    visit = aide.visit(house.id)
    aide.synced()
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("visits", visit.id, {"state": "RETURNED", "state_reason": "请补充照片"})
    report = aide.synced()
    assert report.received == 1
    assert aide.find("visits", visit.id).state is VisitState.RETURNED


def test_household_moved_inside_the_scope_moves_here_too(aide: Tablet, county: County) -> None:
    house = aide.household()
    visit = aide.visit(house.id)
    aide.synced()
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("households", house.id, {"area_code": GRID_2})
    assert aide.synced().healed == ()
    assert aide.find("visits", visit.id) is not None
    assert aide.buckets()[GRID_1][1] == 0
    assert aide.buckets()[GRID_2][1] == 3


def test_household_moved_out_of_the_scope_leaves(aide: Tablet, county: County) -> None:
    house = aide.household()
    aide.visit(house.id)
    aide.synced()
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("households", house.id, {"area_code": FAR_VILLAGE})
    aide.synced()
    assert (aide.count("households"), aide.count("persons"), aide.count("visits")) == (0, 0, 0)


def test_visit_to_a_household_that_left_is_moved_and_then_dropped(
    aide: Tablet, county: County, clock: MovableClock, proxy: FaultProxy
) -> None:
    house = aide.household()
    aide.synced()
    proxy.add("/v1/blobs", NO_SERVER, times=3)
    clock.advance(hours=1)
    visit = aide.visit(house.id, aide.photo())
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("households", house.id, {"area_code": FAR_VILLAGE})
    report = aide.sync()
    assert (report.moved, report.error_code) == (1, "busy")
    assert aide.find("visits", visit.id) is not None  # its photo is not there yet
    proxy.come_back()
    assert aide.synced().blobs_sent == 1
    aide.synced()
    assert aide.find("visits", visit.id) is None
    assert FAR_VILLAGE not in aide.buckets()


def test_role_moved_to_another_village_drops_the_old_one_and_keeps_unsent(
    aide: Tablet, county: County, clock: MovableClock, proxy: FaultProxy
) -> None:
    kept = aide.household(area_code=GRID_1)
    gone = aide.household(area_code=GRID_2)
    aide.synced()
    aide.visit("nobody-at-all", area_code=GRID_1)  # will be refused and stay
    clock.advance(hours=1)
    refused = aide.visit(kept.id, area_code="999999999999")
    today = dt.date(2026, 3, 5)
    change_roles(
        county.context.store,
        aide.user_id,
        [RoleAssignment(role=Role.VILLAGE_AIDE, area_code=OTHER_VILLAGE, since=today)],
        by="server",
    )
    report = aide.synced()
    assert report.refused == 2
    assert report.dropped == (GRID_2,)
    assert aide.find("households", gone.id) is None
    assert aide.find("households", kept.id) is not None  # a refused visit to it waits for a person
    assert aide.find("visits", refused.id) is not None


def test_revoked_device_stops_and_keeps_its_data(aide: Tablet, county: County) -> None:
    house = aide.household()
    aide.synced()
    aide.visit(house.id)
    revoke_device(county.context.store, aide.meta(meta.DEVICE_ID), by="server")
    assert aide.sync().error_code == "device_revoked"
    assert aide.waiting().ops == 1
    assert aide.count("households") == 1


def test_disabled_user_must_sign_in(aide: Tablet, county: County) -> None:
    aide.synced()
    set_active(county.context.store, aide.user_id, False, by="server")
    assert aide.sync().error_code == "sign_in_needed"


def test_enrol_with_a_used_code_is_refused(county: County, tmp_path: Path) -> None:
    user_id = county.user(Role.VILLAGE_AIDE, VILLAGE)
    code = new_code(county.context.store, user_id, by="server", random_bytes=county.random_bytes)
    store = Store.create(tmp_path / "x", bytes(32), bytes(32), clock=county.clock)
    transport = HttpTransport(ServerAddress(county.address), "", new_request_id=store.ids)
    enrol(store, transport, county.address, code, DeviceLabel("平板"))
    with pytest.raises(SyncError, match=r"^bad_code"):
        enrol(store, transport, county.address, code, DeviceLabel("平板"))
    transport.close()
    store.close()


def test_enrol_for_another_user_is_refused_and_changes_nothing(aide: Tablet, county: County) -> None:
    other = county.user(Role.TOWN_CLERK, TOWN)
    code = new_code(county.context.store, other, by="server", random_bytes=county.random_bytes)
    token = aide.meta(meta.TOKEN)
    with pytest.raises(SyncError, match=r"^other_user"):
        enrol(aide.store, aide.transport, county.address, code, DeviceLabel("平板"))
    assert (aide.meta(meta.TOKEN), aide.meta(meta.USER_ID)) == (token, aide.user_id)


def test_enrol_again_for_the_same_user_takes_the_new_token(aide: Tablet, county: County) -> None:
    code = new_code(county.context.store, aide.user_id, by="server", random_bytes=county.random_bytes)
    token = aide.meta(meta.TOKEN)
    enrol(aide.store, aide.transport, county.address, code, DeviceLabel("平板"))
    assert aide.meta(meta.TOKEN) != token


def test_clock_off_is_measured_and_stored(county: County, tmp_path: Path) -> None:
    slow = MovableClock(county.clock() - dt.timedelta(minutes=7))
    with tablet(county, tmp_path / "slow", clock=slow) as device:
        report = device.synced()
        assert report.clock_shift_ms == 7 * 60 * 1000
        assert device.meta(meta.CLOCK_SHIFT_MS) == str(7 * 60 * 1000)
        slow.set(county.clock())
        device.household()
        assert device.synced().clock_shift_ms == 0
        assert device.meta(meta.CLOCK_SHIFT_MS) == "0"


def test_cancel_before_the_pull_keeps_what_was_sent(aide: Tablet) -> None:
    aide.synced()
    cancel = CancelToken()
    aide.household()
    aide.session.on_progress = lambda progress: (
        cancel.cancel() if progress.stage is Stage.PUSH and progress.done else None
    )
    report = aide.sync(cancel)
    assert (report.error_code, report.sent) == ("cancelled", 2)
    assert aide.waiting().ops == 0
    aide.session.on_progress = lambda _: None
    assert aide.synced().error_code == ""


def test_two_cycles_never_run_at_once(aide: Tablet) -> None:
    met: list[str] = []

    def second(_: object) -> None:
        with pytest.raises(SyncError) as caught:
            run_cycle(aide.session)
        met.append(caught.value.code)

    aide.household()
    aide.session.on_progress = second
    aide.synced()
    assert set(met) == {"sync_running"}


def test_changes_are_published_with_ids_once_known(aide: Tablet, colleague: Tablet) -> None:
    aide.synced()
    colleague.synced()
    house = aide.household()
    aide.synced()
    colleague.synced()  # a bucket never held before: everything may be new
    colleague.changes.clear()
    aide.edit("households", house.id, address="村尾")
    aide.synced()
    colleague.synced()
    assert [dict(change.kinds) for change in colleague.changes] == [
        {"households": frozenset({house.id})},
        {"visit_plans": frozenset({house.id})},
    ]
    assert {change.initiator for change in colleague.changes} == {"sync"}


def test_sync_log_has_counts_and_no_personal_data_and_is_trimmed(aide: Tablet, proxy: FaultProxy) -> None:
    aide.household()
    aide.synced()
    proxy.go_down()
    aide.sync()
    with aide.store.reading() as connection:
        failed, cycle = sync_log.newest(connection)
    assert (failed.event, failed.facts["error_code"]) == ("failed", "offline")
    assert (cycle.event, cycle.facts["sent"]) == ("cycle", 2)
    assert "户主甲" not in str(cycle.facts)
    with aide.store.transaction() as connection:
        for number in range(sync_log.KEPT + 5):
            sync_log.add(connection, aide.store.clock(), "cycle", {"sent": number})
    with aide.store.reading() as connection:
        kept = sync_log.newest(connection, 10_000)
    assert len(kept) == sync_log.KEPT
    assert kept[0].facts == {"sent": sync_log.KEPT + 4}


@pytest.mark.allow_log("sync.engine.pull")
@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE persons SET h = h + 1; UPDATE buckets SET checksum = checksum + 1 WHERE id = '%s'",
        "DELETE FROM persons; UPDATE buckets SET row_count = row_count - 1 WHERE id = '%s'",
    ],
)
def test_bucket_that_differs_is_read_again_and_healed(
    aide: Tablet, colleague: Tablet, damage: str, proxy: FaultProxy
) -> None:
    house = aide.household()
    aide.synced()
    with aide.store.transaction() as connection:
        for statement in (damage % GRID_1).split("; "):
            connection.exec_driver_sql(statement)
    colleague.synced()
    colleague.edit("households", house.id, address="村尾")
    colleague.synced()
    proxy.requests.clear()
    report = aide.synced()
    assert report.healed == (GRID_1,)
    assert proxy.paths() == ["POST /v1/pull"] * 2
    assert aide.buckets() == colleague.buckets()
    assert aide.count("persons") == 1


def test_large_first_pull_goes_in_pages(
    aide: Tablet, county: County, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pull, "PAGE_ROWS", 500)
    source = county.device(Role.VILLAGE_AIDE, VILLAGE)
    house = source.household()
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.put("households", house)
        for number in range(1200):
            writer.put("persons", source.person(house["id"], name=f"成员{number}"))
    commits: list[int] = []
    aide.session.on_change = lambda _: commits.append(aide.count("persons"))
    assert aide.synced().received >= 1201
    assert aide.count("persons") == 1200
    assert len([n for n in commits if 0 < n < 1200]) >= 2
    assert aide.buckets()[GRID_1][1] == 1201
    with aide.store.reading() as connection:
        assert feed.cursors(connection).keys() == {GRID_1, REF_BUCKET}
