"""The packages screen: out to a stick, back with an answer, from screen to camera, and for a colleague."""

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from fieldapp.app.preferences import Language
from fieldapp.app.texts import texts
from fieldapp.services import households
from fieldapp.services.households import NewHousehold
from fieldapp.storage import meta, outbox
from sync.engine.session import SyncSession
from sync.protocol.package import (
    Direction,
    PackageHeader,
    PackageReader,
    PackageWriter,
    PartKind,
    open_package,
    token_hash,
)
from sync.protocol.wire import OpResult, Outcome, PushAnswer
from tests.determinism import MovableClock
from tests.gui.county import GRID_1, County, HeldTasks
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from tests.integration.server.county import County as ServerCounty
from tests.integration.server.county import running_county
from tests.integration.sync.device import tablet
from ui.camera.codes import CodeKind, read_codes
from ui.package_desk import PackageDesk
from ui.screens.packages.presenter import PackagesPresenter, PackagesState, Page, Work
from ui.screens.packages.screen import PackagesScreen
from ui.theme import Theme
from ui.widgets.buttons import Button
from ui.widgets.code_image import CodeImage
from ui.widgets.labels import Text

TOKEN = "a token of this device"


@pytest.fixture(autouse=True)
def enrolled(county: County) -> None:
    """The device has a token and a household that nobody else knows."""
    with county.store.transaction() as connection:
        meta.put(connection, meta.DEVICE_ID, "device-1")
        meta.put(connection, meta.TOKEN, TOKEN)
    register(county, "王新")


def register(county: County, name: str) -> str:
    new = NewHousehold(name, GRID_1, no_id_reason="未带证件")
    return households.register_household(county.context, new)[0]


def begin(county: County) -> tuple[PackagesPresenter, list[PackagesState]]:
    states: list[PackagesState] = []
    presenter = PackagesPresenter(county.surroundings(), states.append)
    presenter.start()
    return presenter, states


def sentence(code: str) -> str:
    return texts(Language.ZH).message(code)


def waiting(county: County) -> int:
    with county.store.reading() as connection:
        return outbox.counts(connection).ops


def answer_to(package: bytes) -> bytes:
    """What a server writes that accepts every op."""
    file, out = io.BytesIO(package), io.BytesIO()
    opened = open_package(file)
    header = PackageHeader(
        direction=Direction.DOWN, package_id="answer-1", device_id=opened.header.device_id,
        install_id=opened.header.install_id, n=1, made_at=opened.header.made_at,
        answers=opened.header.package_id,
    )  # fmt: skip
    writer = PackageWriter(out, header, token_hash(TOKEN))
    for part in PackageReader(file, opened, token_hash(TOKEN)).parts():
        if part.kind is PartKind.PUSH:
            batch = orjson.loads(part.body())
            results = [
                OpResult(op_id=op["op_id"], outcome=Outcome.ACCEPTED, bucket=GRID_1, rev=rev,
                         h=hashlib.sha256(op["id"].encode()).hexdigest()[:16])
                for rev, op in enumerate(batch["ops"], 100)
            ]  # fmt: skip
            answer = PushAnswer(
                batch_id=batch["batch_id"], epoch="e", server_time=header.made_at, results=results
            )
            writer.add(PartKind.PUSH, answer.model_dump_json().encode(), batch_id=batch["batch_id"])
    writer.finish()
    return out.getvalue()


def test_what_waits_is_counted_and_goes_out(county: County, tmp_path: Path) -> None:
    presenter, states = begin(county)
    assert states[-1].contents is not None
    assert (states[-1].contents.ops, states[-1].contents.blobs) == (2, 0)
    presenter.export(tmp_path / "work.fapk")
    done = states[-1].exported
    assert done is not None
    assert (done.ops, done.files, states[-1].work) == (2, (tmp_path / "work.fapk",), Work.NONE)
    assert waiting(county) == 2, "what was exported goes on waiting"


def test_the_answer_is_taken_in_and_the_count_goes_down(county: County, tmp_path: Path) -> None:
    presenter, states = begin(county)
    presenter.export(tmp_path / "work.fapk")
    (tmp_path / "answer.fapk").write_bytes(answer_to((tmp_path / "work.fapk").read_bytes()))
    presenter.open_file(tmp_path / "answer.fapk")
    report = states[-1].answered
    assert report is not None
    assert report.sent == 2
    assert states[-1].contents is not None
    assert (waiting(county), states[-1].contents.ops) == (0, 0)


@pytest.mark.parametrize(
    ("content", "code"), [(b"a picture", "package_not_package"), (b"FAPK\x02", "package_damaged")]
)
def test_other_files_are_refused_in_words(county: County, tmp_path: Path, content: bytes, code: str) -> None:
    presenter, states = begin(county)
    (tmp_path / "other.fapk").write_bytes(content)
    presenter.open_file(tmp_path / "other.fapk")
    assert (states[-1].error, states[-1].work) == (sentence(code), Work.NONE)
    presenter.open_file(tmp_path / "nowhere.fapk")
    assert states[-1].error == sentence("file_unreadable")


def test_a_place_that_cannot_be_written_is_said(county: County, tmp_path: Path) -> None:
    presenter, states = begin(county)
    presenter.export(tmp_path / "nowhere" / "work.fapk")
    assert (states[-1].error, states[-1].exported) == (sentence("file_not_writable"), None)


def test_one_record_is_shown_as_codes_and_read_by_another_device(county: County, tmp_path: Path) -> None:
    urgent = register(county, "李新")
    presenter, states = begin(county)
    presenter.start(urgent)
    codes = states[-1].codes
    assert states[-1].page is Page.SHOW_CODES
    assert codes is not None
    count = len(codes.texts)
    for _ in range(count):
        presenter.turn_code(1)
    assert states[-1].codes == codes, "round and round"
    presenter.read_codes()
    for text in (codes.texts[-1], *codes.texts[:-1]):
        assert states[-1].work is Work.NONE
        presenter.add_piece(text)
    # It is no answer, so it is to be carried; there is no network here, and it need not be read again.
    assert (states[-1].error, states[-1].can_retry) == (sentence("offline"), True)
    presenter.retry()
    assert states[-1].can_retry


def test_lost_doubled_and_foreign_pieces_are_told(county: County) -> None:
    urgent = register(county, "李新")
    presenter, states = begin(county)
    presenter.start(urgent)
    assert states[-1].codes is not None
    first, *rest = states[-1].codes.texts
    assert rest
    presenter.read_codes()
    for _ in range(2):
        presenter.add_piece(first)
    assert (states[-1].pieces.got, states[-1].pieces.missing) == (1, tuple(range(2, len(rest) + 2)))
    presenter.add_piece("https://example.org")
    assert states[-1].error == sentence("piece_unreadable")
    presenter.clear_pieces()
    assert (states[-1].pieces.total, states[-1].error) == (0, "")


def test_after_leave_nothing_is_shown_and_the_export_stops(county: County, tmp_path: Path) -> None:
    held, states = HeldTasks(), list[PackagesState]()
    presenter = PackagesPresenter(county.surroundings(held), states.append)
    presenter.start()
    held.finish()
    presenter.export(tmp_path / "work.fapk")
    presenter.leave()
    shown = len(states)
    held.finish()
    county.tell("visits")
    held.finish()
    assert len(states) == shown
    assert not (tmp_path / "work.fapk").exists()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[ServerCounty]:
    folder = tmp_path / "server"
    folder.mkdir()
    with running_county(f"sqlite:///{folder / 'server.db'}", folder, MovableClock()) as running:
        yield running


def test_a_colleagues_codes_are_carried_and_answered_with_codes(
    county: County, server: ServerCounty, tmp_path: Path
) -> None:
    with tablet(server, tmp_path / "town", seed=5) as town, tablet(server, tmp_path / "aide") as aide:
        county.packages = PackageDesk(SyncSession(county.store, town.transport), lambda: None)
        presenter, states = begin(county)
        desk = PackageDesk(aide.session, lambda: None)
        presenter.read_codes()
        presenter.add_piece("\n".join(desk.codes_of(aide.household().id)))
        carried = states[-1].carried
        assert carried is not None
        assert states[-1].page is Page.MENU
        assert presenter.answer_fits_codes
        presenter.show_answer_codes()
        codes = states[-1].codes
        assert codes is not None
        assert codes.of_answer
        collector = desk.collector()
        for text in codes.texts:
            collector.add(text)
        assert collector.package() == carried.content()
        presenter.show_menu()
        presenter.save_answer(tmp_path / "answer.fapk")
        assert states[-1].saved
        assert desk.read_answer((tmp_path / "answer.fapk").read_bytes()).sent == 1


# --- screen --------------------------------------------------------------------------------------


def opened(qtbot: QtBot, county: County, **params: str) -> PackagesScreen:
    screen = PackagesScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter(params)
    qtbot.wait(1)
    return screen


def words(screen: PackagesScreen) -> str:
    return "\n".join(one.text() for one in screen.findChildren(Text) if one.isVisibleTo(screen))


def test_screen_says_what_is_inside(qtbot: QtBot, theme: Theme, county: County) -> None:
    screen = opened(qtbot, county)
    assert "待上传：2 条记录。" in words(screen)
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)
    screen.leave()


def test_screen_shows_codes_that_a_camera_reads(qtbot: QtBot, theme: Theme, county: County) -> None:
    urgent = register(county, "李新")
    screen = opened(qtbot, county, record_id=urgent)
    image = screen.show_page.image
    seen = set[str]()
    for _ in range(20):
        picture: QImage = image.grab().toImage()
        (code,) = read_codes(picture, CodeKind.QR)
        assert code.text == image.text()
        if code.text in seen:
            break
        seen.add(code.text)
        screen.show_page.next.click()
    assert len(seen) >= 2
    assert nameless(screen) == []
    assert_fits(screen)
    screen.leave()


def test_screen_reads_pasted_pieces(qtbot: QtBot, theme: Theme, county: County) -> None:
    urgent = register(county, "李新")
    pieces = county.packages.codes_of(urgent)
    screen = opened(qtbot, county)
    screen.scan.click()
    screen.read_page.pasted.set_value("\n".join(pieces[1:]))
    screen.read_page.take.click()
    assert f"已读 {len(pieces) - 1} 张" in words(screen)
    assert "还差第 1 张" in words(screen)
    assert nameless(screen) == []
    assert_fits(screen)
    screen.leave()


def test_screen_tells_what_was_done(qtbot: QtBot, theme: Theme, county: County, tmp_path: Path) -> None:
    screen = opened(qtbot, county)
    screen._presenter.export(tmp_path / "work.fapk")
    spoken = [b.accessibleName() for b in screen.findChildren(type(screen._done)) if b.isVisibleTo(screen)]
    assert any("已导出 2 条记录" in one for one in spoken)
    assert [b for b in screen.findChildren(Button) if b.text() == "选择保存位置" and b.isEnabled()]
    assert_fits(screen)
    screen.leave()


def test_a_code_is_drawn_in_whole_modules(qtbot: QtBot, theme: Theme) -> None:
    picture = CodeImage("FAQ1-TEST").image(3)
    (code,) = read_codes(picture, CodeKind.QR)
    assert (code.text, picture.width() % 3) == ("FAQ1-TEST", 0)
