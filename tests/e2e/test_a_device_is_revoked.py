"""A lost tablet turns up again after it was shut out: its owner hands over its work, then it is erased."""

from collections.abc import Callable
from pathlib import Path

from fieldapp.app.profiles import profiles
from fieldapp.services import households
from fieldapp.services.context import Context
from fieldapp.services.households import NewHousehold
from tests.e2e.doors import PASSPHRASE
from tests.e2e.hands import Hands
from tests.e2e.server_side import CountyOffice
from ui.demo_county import DemoCounty
from ui.screens.revoked.screen import RevokedScreen


def test_what_it_holds_is_handed_over_and_it_is_erased(
    county: DemoCounty,
    office: CountyOffice,
    device: Callable[[str], Path],
    start: Callable[..., Hands],
    look_into: Callable[[Path], Context],
) -> None:
    login = county.door("aide").login
    root = device(login)
    context = look_into(root)
    area = households.areas_to_register_in(context)[0][0]
    made = households.register_household(context, NewHousehold("新登记", area, no_id_reason="未带证件"))[0]
    context.store.close()
    office.shut_out(login)
    hands = start(root)
    hands.unlock(PASSPHRASE)
    hands.wait(lambda: isinstance(hands.program.window.screen_shown, RevokedScreen), "the device is told")
    assert office.record("households", made) is None
    hands.write("登记码", office.code(login))
    hands.press("交回并上传")
    hands.wait(lambda: not profiles(root), "nothing is left at the door")
    body = office.record("households", made)
    assert body is not None
    assert body["head_name"] == "新登记"
    hands.wait_to_read("这台设备已被停用，本机数据已清除")
    assert list((root / "profiles").iterdir()) == []


def test_with_nothing_unsent_it_is_erased_at_once(
    county: DemoCounty, office: CountyOffice, device: Callable[[str], Path], start: Callable[..., Hands]
) -> None:
    login = county.door("aide").login
    root = device(login)
    office.shut_out(login)
    hands = start(root)
    hands.unlock(PASSPHRASE)
    hands.wait(lambda: not profiles(root), "nothing is left at the door")
    assert hands.locked
    hands.wait_to_read("这台设备已被停用，本机数据已清除")
