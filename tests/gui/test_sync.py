"""The sync screen: what waits, why something was refused, and trying again."""

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import update

from fieldapp.app.preferences import Language
from fieldapp.app.texts import texts
from fieldapp.domain.errors import SyncError
from fieldapp.services import households
from fieldapp.services.households import NewHousehold, Secret
from fieldapp.storage import proofs
from fieldapp.storage.outbox import OUTBOX
from sync.engine.purge import Purged
from tests.gui.county import GRID_1, County, HeldTasks
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.ports import SyncState, SyncStatus
from ui.screens.sync.presenter import SyncPresenter, SyncScreenState
from ui.screens.sync.screen import SyncScreen
from ui.theme import Theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.labels import Text


def begin(county: County) -> tuple[SyncPresenter, list[SyncScreenState]]:
    states: list[SyncScreenState] = []
    presenter = SyncPresenter(county.surroundings(), states.append)
    presenter.start()
    return presenter, states


def register(county: County, name: str) -> str:
    new = NewHousehold(name, GRID_1, no_id_reason="未带证件")
    return households.register_household(county.context, new)[0]


def refuse(county: County, record_id: str, code: str = "not_permitted", field: str = "area_code") -> None:
    """What the server's answer does to an op."""
    with county.store.transaction() as connection:
        connection.execute(
            update(OUTBOX)
            .where(OUTBOX.c.record_id == record_id)
            .values(refused_code=code, refused_field=field)
        )


def test_lines_say_in_words_what_was_refused_and_where(county: County) -> None:
    waiting, refused = register(county, "王新"), register(county, "李新")
    refuse(county, refused)
    presenter, _ = begin(county)
    by_id = {line.record.record_id: line for line in presenter.state.lines}
    assert by_id[refused].reason == texts(Language.ZH).message("not_permitted")
    assert by_id[refused].field_label == texts(Language.ZH).field("households", "area_code")
    assert (by_id[waiting].reason, by_id[waiting].field_label) == ("", "")
    assert presenter.state.lines[0].record.record_id == refused


def test_lines_of_a_code_nobody_knows_still_say_something(county: County) -> None:
    refused = register(county, "王新")
    refuse(county, refused, code="code_of_next_year", field="")
    presenter, _ = begin(county)
    assert "code_of_next_year" in presenter.state.lines[0].reason


def test_retry_frees_the_record_and_begins_a_cycle(county: County) -> None:
    refused = register(county, "王新")
    refuse(county, refused)
    presenter, _ = begin(county)
    presenter.retry(presenter.state.lines[0].record)
    assert county.server.syncs == 1
    assert {line.reason for line in presenter.state.lines} == {""}
    assert presenter.state.view is not None
    assert presenter.state.view.waiting.refused == 0


def test_open_leads_to_the_record(county: County) -> None:
    household = register(county, "王新")
    person = households.household_card(county.context, household).members[0].person
    households.reveal(county.context, person.id, Secret.ID_NUMBER, "核实")
    presenter, _ = begin(county)
    for line in presenter.state.lines:
        presenter.open(line.record)
    assert county.shell.went == [("household", {"household_id": household})] * 2


def test_changes_and_the_end_of_a_cycle_are_read_again(county: County) -> None:
    _, states = begin(county)
    register(county, "王新")
    county.tell("areas")
    county.tell("households")
    assert [len(state.lines) for state in states[-2:]] == [0, 2]
    with county.store.transaction() as connection:
        connection.execute(OUTBOX.delete())
    for state in (SyncState.SYNCING, SyncState.IDLE):
        county.sync_feed.publish(SyncStatus(state=state))
    assert states[-1].lines == ()
    county.sync_feed.publish(SyncStatus(state=SyncState.IDLE, error_code="offline"))
    assert states[-1].error == texts(Language.ZH).message("offline")


def test_after_leave_nothing_is_shown(county: County) -> None:
    held, states = HeldTasks(), list[SyncScreenState]()
    presenter = SyncPresenter(county.surroundings(held), states.append)
    presenter.start()
    presenter.leave()
    shown = len(states)
    held.finish()
    county.tell("visits")
    county.sync_feed.publish(SyncStatus(state=SyncState.SYNCING))
    held.finish()
    assert len(states) == shown
    presenter.sync_now()
    presenter.cancel()
    assert (county.server.syncs, county.server.cancels) == (1, 1)


# --- screen --------------------------------------------------------------------------------------


def words(screen: SyncScreen) -> str:
    return "\n".join(one.text() for one in screen.findChildren(Text) if one.isVisibleTo(screen))


def banners(screen: SyncScreen) -> list[Banner]:
    return [one for one in screen.findChildren(Banner) if one.isVisibleTo(screen)]


def opened(qtbot: QtBot, county: County) -> SyncScreen:
    screen = SyncScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    qtbot.wait(1)  # rows made on a page that is shown become visible with the next event
    return screen


def test_screen_with_nothing_waiting_says_so(qtbot: QtBot, theme: Theme, county: County) -> None:
    county.server.status = SyncStatus(state=SyncState.IDLE, last_sync_at=county.clock())
    screen = opened(qtbot, county)
    assert "已全部上传 ✓" in words(screen)
    assert "09:10" in words(screen)


@pytest.mark.parametrize(
    ("state", "headline"),
    [
        (SyncState.OFFLINE, "离线"),
        (SyncState.SYNCING, "正在同步"),
        (SyncState.SIGN_IN_NEEDED, "重新登记"),
        (SyncState.UPDATE_NEEDED, "请升级程序"),
    ],
)
def test_screen_headline_of_every_state(
    qtbot: QtBot, theme: Theme, county: County, state: SyncState, headline: str
) -> None:
    county.server.status = SyncStatus(state=state)
    screen = opened(qtbot, county)
    assert headline in words(screen)
    buttons = [one.text() for one in screen.findChildren(Button) if one.isVisibleTo(screen)]
    assert ("立即同步" in buttons) is (state is not SyncState.SYNCING)


def test_screen_lists_what_waits_and_retries(qtbot: QtBot, theme: Theme, county: County) -> None:
    refused = register(county, "王新")
    refuse(county, refused)
    screen = opened(qtbot, county)
    assert "等待上传（2）" in words(screen)
    assert len(banners(screen)) == 1
    (again,) = [one for one in screen.findChildren(Button) if one.text() == "重新上传"]
    again.click()
    qtbot.waitUntil(lambda: not banners(screen))
    assert county.server.syncs == 1


def test_screen_fits_reads_in_order_and_is_named(qtbot: QtBot, theme: Theme, county: County) -> None:
    for number in range(4):
        refuse(county, register(county, f"欧阳很长的名字{number}"))
    screen = opened(qtbot, county)
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)


def test_screen_leads_to_work_without_a_network(qtbot: QtBot, theme: Theme, county: County) -> None:
    waiting = register(county, "王新")
    screen = opened(qtbot, county)
    buttons = {one.text(): one for one in screen.findChildren(Button) if one.isVisibleTo(screen)}
    buttons["没有网络时"].click()
    buttons["用二维码传递"].click()
    (packages, codes) = county.shell.went
    assert packages == ("packages", {})
    assert codes[1]["record_id"] in {line.record.record_id for line in screen._presenter.state.lines}
    assert waiting in {line.record.record_id for line in screen._presenter.state.lines}


def test_screen_of_a_revoked_device_leads_to_the_hand_over(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    county.server.status = SyncStatus(state=SyncState.SIGN_IN_NEEDED, error_code="device_revoked")
    screen = opened(qtbot, county)
    buttons = {one.text(): one for one in screen.findChildren(Button) if one.isVisibleTo(screen)}
    assert "立即同步" not in buttons
    buttons["交回未上传的内容"].click()
    assert county.shell.went == [("revoked", {})]


def test_photos_that_wait_for_an_unmetered_network_are_told_and_go_at_a_tap(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    county.server.status = SyncStatus(
        state=SyncState.IDLE, waiting_blobs=13, waiting_photos=12, photos_held=12
    )
    screen = opened(qtbot, county)
    (banner,) = banners(screen)
    assert "12 张照片等待不计费网络" in banner.accessibleName() + words(screen)
    (now,) = [one for one in screen.findChildren(Button) if one.text() == "现在也传"]
    now.click()
    assert county.server.sent_now == 1
    county.sync_feed.publish(replace(county.server.status, photos_held=0))
    assert banners(screen) == []


def test_room_of_photos_is_told_and_cleared(qtbot: QtBot, theme: Theme, county: County) -> None:
    photos = [county.store.photos.put(bytes([n]) * 400_000, "image/jpeg") for n in range(3)]
    with county.store.transaction() as connection:
        proofs.note(connection, photos[:2], county.clock())
    screen = opened(qtbot, county)
    assert "本机照片 1.2 MB，其中 0.8 MB 已在服务器，可清理。" in words(screen)
    assert nameless(screen) == []
    assert_fits(screen)
    (clear,) = [one for one in screen.findChildren(Button) if one.text() == "清理已上传的照片"]
    clear.click()
    assert county.shell.toasts[-1].text == "清理了 2 个文件，腾出 0.8 MB。"
    assert county.store.photos.held(photos) == {photos[2]}


def test_photos_that_cannot_be_cleared_offline_say_why(county: County) -> None:
    presenter, _ = begin(county)

    def offline() -> Purged:
        raise SyncError("offline")

    county.server.free_photos = offline  # type: ignore[method-assign]
    presenter.free_photos()
    assert presenter.state.error == texts(Language.ZH).message("offline")
    assert not presenter.state.freeing
