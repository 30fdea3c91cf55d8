"""What a worker lives through: first pull, a day offline, evening sync, two people on one household."""

from tests.faults import FaultProxy
from tests.integration.server.county import GRID_1, County
from tests.integration.sync.device import Tablet


def test_offline_day_then_sync_other_device_sees_all(aide: Tablet, colleague: Tablet, proxy: FaultProxy) -> None:
    assert aide.synced().received > 0  # areas, users, parameters
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
