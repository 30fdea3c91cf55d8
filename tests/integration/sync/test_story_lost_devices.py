"""A revoked device's last contact: nothing leaves it without its owner, nothing it holds is lost with him,
and a replacement has all that was acknowledged."""

import datetime as dt
from pathlib import Path

import pytest
import requests

from fieldapp.domain.errors import SyncError
from fieldapp.domain.records.users import Role
from fieldapp.storage import meta, outbox
from server.services.devices import revoke_device
from server.services.enrolment import new_code
from server.services.hand_over import ASKED_WITHIN, LASTS
from sync.engine.enrol import DeviceLabel, enrol
from sync.engine.hand_over import HandedOver, hand_over
from sync.engine.session import CancelToken
from sync.transport.addresses import ServerAddress
from sync.transport.http import HttpTransport
from tests.determinism import MovableClock
from tests.faults import Fault, FaultProxy
from tests.integration.server.county import VILLAGE, County
from tests.integration.sync.device import Tablet, reopened, tablet


def revoke(county: County, device: Tablet) -> None:
    revoke_device(county.context.store, device.meta(meta.DEVICE_ID), by="server")


def code_for(county: County, user_id: str) -> str:
    return new_code(county.context.store, user_id, by="server", random_bytes=county.random_bytes)


def handed_over(device: Tablet, code: str) -> HandedOver:
    return hand_over(device.session, code, CancelToken())


def refusal(device: Tablet, code: str) -> str:
    with pytest.raises(SyncError) as caught:
        handed_over(device, code)
    return caught.value.code


def test_a_lost_device_hands_over_and_its_replacement_has_everything(
    aide: Tablet, county: County, tmp_path: Path
) -> None:
    first = aide.household()
    aide.synced()
    second = aide.household()
    visit = aide.visit(second.id, aide.photo(), signature=aide.signature())
    revoke(county, aide)
    assert aide.sync().error_code == "device_revoked"
    assert aide.waiting().ops == 3, "nothing is lost by the refusal"
    done = handed_over(aide, code_for(county, aide.user_id))
    assert (done.sent, done.blobs_sent, done.complete) == (3, 2, True)
    with tablet(county, tmp_path / "new", user_id=aide.user_id, seed=7) as replacement:
        replacement.synced()
        assert set(replacement.ids("households")) == {first.id, second.id}
        found = replacement.find("visits", visit.id)
        photo = replacement.session.transport.get_blob(found.photos[0].sha256)
        assert photo == aide.store.photos.get(found.photos[0].sha256)


def test_once_handed_over_the_door_is_shut_for_good(aide: Tablet, county: County) -> None:
    aide.household()
    revoke(county, aide)
    assert handed_over(aide, code_for(county, aide.user_id)).complete
    aide.household()
    assert aide.sync().error_code == "device_revoked"
    with pytest.raises(SyncError, match="device_revoked"):
        aide.transport.missing_blobs([])


def test_whoever_finds_the_device_sends_nothing_and_reads_nothing(
    aide: Tablet, colleague: Tablet, county: County
) -> None:
    aide.synced()
    aide.household()
    revoke(county, aide)
    assert refusal(aide, "AAAAA-AAAAA") == "bad_code"
    assert refusal(aide, code_for(county, colleague.user_id)) == "bad_code"
    assert aide.waiting().ops == 2
    assert aide.sync().error_code == "device_revoked"
    colleague.synced()
    assert colleague.count("households") == 0


def test_a_code_that_was_tried_on_the_wrong_device_still_enrols_its_owner(
    aide: Tablet, county: County
) -> None:
    code = code_for(county, county.user(Role.VILLAGE_AIDE, VILLAGE))
    revoke(county, aide)
    assert refusal(aide, code) == "bad_code"
    asked = {"code": code, "install_id": "install-9", "device_name": "平板"}
    headers = {"Fieldapp-Protocol": "1"}
    answer = requests.post(f"{county.address}/v1/enrol", json=asked, headers=headers, timeout=10)
    assert answer.status_code == 200


def test_reading_stays_closed_while_handing_over(aide: Tablet, colleague: Tablet, county: County) -> None:
    aide.synced()
    colleague.household()
    colleague.synced()
    aide.household()
    revoke(county, aide)
    aide.session.transport.begin_hand_over(code_for(county, aide.user_id))
    report = aide.sync()
    assert (report.sent, report.received, report.error_code) == (2, 0, "device_revoked")
    assert aide.count("households") == 1


def test_a_hand_over_that_breaks_off_goes_on_without_another_code(
    aide: Tablet, county: County, proxy: FaultProxy, clock: MovableClock
) -> None:
    aide.synced()
    house = aide.household()
    aide.visit(house.id, aide.photo(), aide.photo(30_000, 1))
    revoke(county, aide)
    aide.session.transport.begin_hand_over(code_for(county, aide.user_id))
    proxy.go_down()
    assert refusal(aide, "") == "offline"
    proxy.come_back()
    clock.advance(hours=20)
    assert handed_over(aide, "").complete


def test_a_hand_over_ends_by_itself(aide: Tablet, county: County, clock: MovableClock) -> None:
    aide.household()
    revoke(county, aide)
    aide.session.transport.begin_hand_over(code_for(county, aide.user_id))
    clock.advance(seconds=LASTS.total_seconds() + 1)
    assert refusal(aide, "") == "bad_code"
    assert handed_over(aide, code_for(county, aide.user_id)).sent == 2


def test_a_device_that_comes_long_after_is_not_believed(
    aide: Tablet, county: County, clock: MovableClock
) -> None:
    aide.household()
    revoke(county, aide)
    clock.advance(seconds=(ASKED_WITHIN + dt.timedelta(seconds=1)).total_seconds())
    assert refusal(aide, code_for(county, aide.user_id)) == "hand_over_too_late"


def test_a_device_that_was_not_revoked_keeps_its_code(aide: Tablet, county: County) -> None:
    aide.household()
    assert refusal(aide, code_for(county, aide.user_id)) == "hand_over_not_needed"
    assert aide.synced().sent == 2


def test_what_the_server_refuses_is_told_before_anything_is_erased(aide: Tablet, county: County) -> None:
    aide.synced()
    far = aide.household(area_code="341789101201")
    aide.visit(far.id, aide.photo())
    revoke(county, aide)
    done = handed_over(aide, code_for(county, aide.user_id))
    assert done.left.refused > 0
    assert done.left.blobs == 1
    assert not done.complete


@pytest.mark.allow_log("sync.engine.push")
def test_a_device_found_again_is_enrolled_anew_and_loses_and_doubles_nothing(
    aide: Tablet, county: County, proxy: FaultProxy, tmp_path: Path
) -> None:
    """It was revoked while the answer to its last batch was under way: the server has that batch from a
    device that is no more, and the one that comes back has its number."""
    house = aide.household()
    aide.synced()
    taken = aide.visit(house.id, aide.photo())
    proxy.add("/v1/push", Fault(answer_bytes=0), times=2)
    assert aide.sync().error_code == "offline"
    revoke(county, aide)
    assert aide.sync().error_code == "device_revoked"
    later = aide.visit(house.id)
    aide.edit("households", house.id, address="找回之后改的")
    code, device_id = code_for(county, aide.user_id), aide.meta(meta.DEVICE_ID)
    stranger = HttpTransport(ServerAddress(proxy.address), "", new_request_id=aide.store.ids)
    enrol(aide.store, stranger, proxy.address, code, DeviceLabel("平板"))
    stranger.close()
    assert aide.meta(meta.DEVICE_ID) != device_id
    with reopened(aide.store, proxy.address, close=False) as back:
        report = back.synced()
        assert (report.refused, report.blobs_sent) == (0, 1)
        assert back.waiting() == outbox.Waiting(0, 0, 0)
        with tablet(county, tmp_path / "other", seed=8) as other:
            other.synced()
            assert set(other.ids("visits")) == {taken.id, later.id}
            assert other.find("households", house.id).address == "找回之后改的"
            back.synced()
            assert other.buckets() == back.buckets()
