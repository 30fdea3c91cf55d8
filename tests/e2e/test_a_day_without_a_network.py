"""The spine: a visit made without a network, through a power cut, to the supervisor's figures."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldapp.services import statistics
from fieldapp.services.context import Context
from fieldapp.services.households import household_card, household_ids
from fieldapp.services.statistics import GroupBy
from fieldapp.services.statistics_lists import Figure
from tests.e2e.doors import PASSPHRASE
from tests.e2e.form import NARRATIVE, finish, picture, to_the_evidence
from tests.e2e.hands import Hands, click
from tests.e2e.server_side import CountyOffice
from ui.demo_county import DemoCounty
from ui.ports import SyncState
from ui.screens.household.screen import HouseholdScreen
from ui.screens.households.screen import HouseholdsScreen
from ui.screens.register.screen import RegisterScreen
from ui.screens.statistics.screen import StatisticsScreen
from ui.screens.today.screen import TodayScreen
from ui.screens.visit.screen import VisitScreen
from ui.screens.visit_form.screen import VisitFormScreen
from ui.widgets.filling.photo_board import PhotoBoard
from ui.widgets.inputs.photo_tile import PhotoState
from ui.widgets.records.pictures import PictureState

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(300)  # several programs and servers, one after the other


def test_a_visit_made_offline_survives_a_power_cut_and_reaches_the_county_and_colleagues(
    county: DemoCounty,
    office: CountyOffice,
    device: Callable[[str], Path],
    start: Callable[..., Hands],
    look_into: Callable[[Path], Context],
    tmp_path: Path,
) -> None:
    aide = device(county.door("aide").login)
    supervisor = device(county.door("supervisor").login)
    before = _visits_this_month(look_into(supervisor))
    port = int(county.url.rsplit(":", 1)[1])
    county.stop()

    household_id = _begin_and_lose_power(aide, picture(tmp_path / "door.jpg"))

    hands = start(aide)
    hands.unlock(PASSPHRASE)
    _take_the_draft_up_again(hands)
    finish(hands)
    today = hands.screen(TodayScreen)
    assert hands.toast == "已存本机 ✓ 待上传"
    hands.wait(
        lambda: (
            hands.statuses and hands.statuses[-1].waiting_ops == 1 and hands.statuses[-1].waiting_blobs == 2
        ),
        "one record, its photo and the thumbnail wait",
    )
    hands.wait(lambda: not today.draft_list.isVisible(), "the draft has gone from today's page")

    county.start(port)
    assert hands.wait_synced().state is SyncState.IDLE
    context = hands.context
    card = household_card(context, household_id)
    [visit] = [one for one in card.timeline if one.narrative == NARRATIVE]
    assert visit.received_at is not None  # as the server gave it back
    [photo] = visit.photos
    arrived = office.record("visits", visit.id)
    assert arrived is not None
    assert (arrived["narrative"], arrived["created_by"]) == (NARRATIVE, context.user_id)
    assert office.blobs.hash_fits(photo.sha256)
    hands.close()

    _colleague_opens_it(start(device(f"grid-{visit.area_code}")), household_id, visit.id, photo.sha256)
    _supervisor_counts_it(start(supervisor), before + 1, visit.id)


def test_a_household_found_offline_is_registered_and_visited_and_both_reach_the_county(
    county: DemoCounty,
    office: CountyOffice,
    device: Callable[[str], Path],
    start: Callable[..., Hands],
) -> None:
    aide = device(county.door("aide").login)
    port = int(county.url.rsplit(":", 1)[1])
    county.stop()
    hands = start(aide)
    hands.unlock(PASSPHRASE)
    hands.press("对象")
    hands.screen(HouseholdsScreen)
    hands.press("登记新户")
    hands.screen(RegisterScreen)
    hands.press("保存并走访")  # too early: what is missing is named
    hands.wait_to_read(hands.sentence("name_required"))
    hands.write("户主姓名", "测试甲")
    hands.write("没有身份证号的原因", "证件遗失，正在补办")
    hands.pick("所属村（网格）", "第一网格")
    hands.write("村民组", "3组")
    hands.write("家庭住址", "村口东侧")
    hands.press("保存并走访")
    hands.screen(VisitFormScreen)
    to_the_evidence(hands)
    finish(hands)
    hands.wait(lambda: hands.toast == "已存本机 ✓ 待上传", "the visit is submitted")
    context = hands.context
    [household_id] = household_ids(context, typed="测试甲")
    card = household_card(context, household_id)
    [visit], [member] = card.timeline, card.members
    assert card.unsent == {visit.id}

    county.start(port)
    hands.wait_synced()
    bodies = [
        office.record(kind, record_id)
        for kind, record_id in (
            ("households", household_id),
            ("persons", member.person.id),
            ("visits", visit.id),
        )
    ]
    assert all(body is not None and body["created_by"] == context.user_id for body in bodies)
    assert bodies[0] is not None
    assert (bodies[0]["status"], bodies[0]["head_name"]) == ("PENDING", "测试甲")


def _begin_and_lose_power(root: Path, photo: Path) -> str:
    """Begin a visit in another process and kill it. Returns whose visit it was."""
    command = [sys.executable, "-m", "tests.e2e.field_day", str(root), str(photo)]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with process.stdout:
        household_id = process.stdout.readline().strip()
        process.kill()
        process.wait(10)
    assert household_id, "the field day ended before it was killed"
    return household_id


def _take_the_draft_up_again(hands: Hands) -> None:
    today = hands.screen(TodayScreen)
    [draft_id] = today.draft_list.cards.keys()
    hands.press_card(today.draft_list, draft_id)
    hands.screen(VisitFormScreen)
    board = hands.one(PhotoBoard)  # the form stands where it was left
    hands.wait(lambda: [tile.photo.state for tile in board.tiles()] == [PhotoState.STAMPED], "the photo")


def _colleague_opens_it(hands: Hands, household_id: str, visit_id: str, sha256: str) -> None:
    hands.unlock(PASSPHRASE)
    hands.wait_synced()
    hands.press("对象")
    households = hands.screen(HouseholdsScreen)
    hands.open_card(households.listing, household_id)
    household = hands.screen(HouseholdScreen)
    hands.open_card(household.timeline, visit_id)
    visit = hands.screen(VisitScreen)
    assert hands.reads(NARRATIVE)
    [tile] = visit.album.grid.tiles()
    hands.wait(lambda: tile.state is PictureState.HERE, "the thumbnail comes by itself")
    photos = hands.context.store.photos
    assert not photos.held({sha256}), "the whole photo waits until somebody asks for it"
    click(tile)
    hands.wait(lambda: bool(photos.held({sha256})), "the photo is fetched")
    hands.close()


def _supervisor_counts_it(hands: Hands, expected: int, visit_id: str) -> None:
    hands.unlock(PASSPHRASE)
    hands.wait_synced()
    hands.press("统计")
    statistics = hands.screen(StatisticsScreen)
    tile = statistics.figures.tiles[Figure.VISITS]
    hands.wait(lambda: f" {expected} " in f"{tile.accessibleName()} ", f"{expected} visits this month")
    click(tile)
    cards = statistics.list.cards
    hands.wait(lambda: cards.cards.row_of(visit_id) is not None, "the visit is in the list behind the number")
    hands.rest()
    hands.open_card(cards, visit_id)
    hands.screen(VisitScreen)
    hands.wait_to_read(NARRATIVE)
    hands.close()


def _visits_this_month(context: Context) -> int:
    area = statistics.scope_areas(context)[0][0]
    month = context.today().replace(day=1)
    return statistics.statistics_view(context, area, month, GroupBy.WORKER).total.visit_count
