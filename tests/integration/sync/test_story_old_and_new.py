"""Story: old and new together. Who is behind is told so, and is never locked out with work inside.
(What an older and a newer program send each other: test_editions.py.)"""

from pathlib import Path

from fieldapp.storage import outbox
from sync.protocol.wire import PROTOCOL, PROTOCOL_HEADER
from tests.integration.server.county import GRID_1, County
from tests.integration.sync.device import Tablet
from tests.integration.sync.test_story_no_network import answered, export, imported


def speaks(device: Tablet, protocol: int) -> None:
    """Make the device's program one of another version of the protocol."""
    device.transport._session.headers[PROTOCOL_HEADER] = str(protocol)


def test_a_program_too_old_for_the_server_goes_on_collecting_and_is_told_to_update(
    aide: Tablet, county: County
) -> None:
    house = aide.household()
    aide.synced()
    speaks(aide, PROTOCOL - 1)
    visits = [aide.visit(house.id, aide.photo(seed=n)).id for n in range(3)]
    for _ in range(2):
        assert aide.sync().error_code == "protocol_too_old"
    aide.edit("households", house.id, address="还在旧版上改的")
    waiting = aide.waiting()
    assert (waiting.ops, waiting.blobs, waiting.refused) == (4, 3, 0)
    assert {aide.find("visits", one).received_at for one in visits} == {None}
    speaks(aide, PROTOCOL)  # the update
    report = aide.synced()
    assert (report.sent, report.blobs_sent, report.refused, report.conflicts) == (4, 3, 0, 0)
    assert aide.waiting() == outbox.Waiting(0, 0, 0)


def test_what_is_in_a_program_that_cannot_be_updated_gets_out_as_a_package(
    aide: Tablet, colleague: Tablet, county: County, tmp_path: Path
) -> None:
    house = aide.household()
    aide.synced()
    speaks(aide, PROTOCOL - 1)
    visit = aide.visit(house.id, aide.photo())
    assert aide.sync().error_code == "protocol_too_old"
    taken, answer = imported(county, export(aide, tmp_path / "work.fapk").files[0].read_bytes())
    assert (taken.ops, taken.blobs, taken.failed) == (1, 1, 0)
    answered(aide, answer)
    assert aide.waiting() == outbox.Waiting(0, 0, 0)
    colleague.synced()
    assert colleague.find("visits", visit.id) is not None
    assert aide.buckets()[GRID_1] == colleague.buckets()[GRID_1]


def test_an_older_and_a_newer_device_work_on_the_same_household(aide: Tablet, colleague: Tablet) -> None:
    aide.session.edition = 1  # knows households, persons and visits, and nothing that came later
    house = aide.household()
    visit = aide.visit(house.id, aide.photo())
    assert aide.synced().refused == 0
    colleague.synced()
    colleague.edit("households", house.id, address="新版改的")
    colleague.synced()
    aide.edit("households", house.id, remark="旧版写的")
    aide.synced()
    colleague.synced()
    for device in (aide, colleague):
        found = device.find("households", house.id)
        assert (found.address, found.remark) == ("新版改的", "旧版写的")
        assert device.find("visits", visit.id) is not None
        assert device.synced().healed == ()
