"""What a device has sent is not sent back to it, and yet it holds exactly what the server holds."""

from pathlib import Path

import pytest

from fieldapp.domain.records.base import RecordFields
from tests.faults import DROP_ANSWER, FaultProxy
from tests.integration.server.county import GRID_1, GRID_2, County
from tests.integration.sync.device import Tablet, tablet

KINDS = ("households", "persons", "visits")


def _records(device: Tablet) -> dict[str, RecordFields]:
    return {one: device.find(kind, one) for kind in KINDS for one in device.ids(kind)}


def _same_as_fresh(device: Tablet, county: County, folder: Path) -> None:
    """A device that reads everything from the server holds the same records, field by field."""
    with tablet(county, folder, seed=77) as fresh:
        fresh.synced()
        assert _records(device) == _records(fresh)
        assert device.buckets()[GRID_1] == fresh.buckets()[GRID_1]


def test_own_records_are_not_sent_back(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    aide.synced()
    first = aide.household()
    aide.synced()  # the first records of a bucket: it is read once, from its start
    aide.edit("households", first.id, address="村尾")
    second = aide.household()
    aide.visit(first.id)
    aide.visit(second.id)
    proxy.requests.clear()
    report = aide.synced()
    assert (report.sent, report.received, report.healed) == (5, 0, ())
    assert proxy.paths() == ["POST /v1/push", "POST /v1/pull"]
    assert proxy.requests[-1].down < 300
    _same_as_fresh(aide, county, tmp_path / "fresh")
    assert all(aide.find("visits", one).received_at is not None for one in aide.ids("visits"))


def test_what_others_wrote_between_is_read(
    aide: Tablet, colleague: Tablet, county: County, tmp_path: Path
) -> None:
    house = aide.household()
    aide.synced()
    colleague.synced()
    colleague.visit(house.id)
    colleague.synced()
    aide.visit(house.id)
    report = aide.synced()
    assert (report.sent, report.received) == (1, 2)  # the colleague's visit, and the own one behind it
    assert aide.count("visits") == 2
    colleague.visit(house.id)
    aide.visit(house.id)
    aide.synced()
    colleague.synced()
    assert aide.synced().received == 1
    _same_as_fresh(aide, county, tmp_path / "fresh")


def test_an_answer_lost_and_given_again_moves_the_cursor_as_well(
    aide: Tablet, colleague: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    house = aide.household()
    aide.synced()
    colleague.synced()
    aide.visit(house.id)
    aide.edit("households", house.id, address="村尾")
    proxy.add("/v1/push", DROP_ANSWER, times=2)
    assert aide.sync().error_code == "offline"
    colleague.synced()
    colleague.edit("households", house.id, remark="同事写的")
    colleague.synced()
    report = aide.synced()  # the stored answer tells of the own two; the colleague's edit came after
    assert (report.sent, report.received) == (2, 1)
    assert aide.find("households", house.id).remark == "同事写的"
    _same_as_fresh(aide, county, tmp_path / "fresh")


def test_a_household_moved_by_the_device_itself_is_read_in_its_new_place(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    house = aide.household()
    aide.visit(house.id)
    aide.synced()
    aide.edit("households", house.id, area_code=GRID_2)
    aide.synced()
    assert aide.buckets()[GRID_1][1] == 0
    assert aide.buckets()[GRID_2][1] == 3
    _same_as_fresh(aide, county, tmp_path / "fresh")


def test_an_edit_made_while_the_batch_was_under_way_stays(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    house = aide.household()
    aide.synced()
    aide.edit("households", house.id, address="村头")
    proxy.add("/v1/push", DROP_ANSWER, times=2)
    assert aide.sync().error_code == "offline"
    aide.edit("households", house.id, address="村尾", remark="后来写的")
    aide.synced()
    assert aide.find("households", house.id).address == "村尾"
    _same_as_fresh(aide, county, tmp_path / "fresh")


@pytest.mark.allow_log("sync.engine.push")
def test_a_bucket_that_differs_after_a_push_is_healed_in_the_same_cycle(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    house = aide.household()
    lost = aide.visit(house.id)
    aide.synced()
    with aide.store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM visits WHERE id = ?", (lost.id,))
        connection.exec_driver_sql("UPDATE buckets SET row_count = row_count - 1 WHERE id = ?", (GRID_1,))
    aide.visit(house.id)
    report = aide.synced()
    assert report.healed == (GRID_1,)
    assert aide.find("visits", lost.id) is not None
    _same_as_fresh(aide, county, tmp_path / "fresh")
