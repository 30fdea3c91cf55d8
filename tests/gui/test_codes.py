"""Codes in pictures: found at any angle, small and blurred; the panel that reads them from the camera."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QGuiApplication, QImage, QTransform
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.gui.cameras import PictureCamera, PictureCameras
from tests.gui.code_pictures import ENROLMENT, ean13, photo, qr
from ui.camera.code_panel import CodePanel
from ui.camera.codes import Code, CodeKind, CodeReader, read_codes
from ui.theme import Theme

ARTICLE = "6901234567892"


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(lambda: photo(qr(ENROLMENT), 400), id="straight"),
        pytest.param(lambda: photo(qr(ENROLMENT), 400, angle=17), id="turned"),
        pytest.param(lambda: photo(qr(ENROLMENT), 300, angle=203), id="upside down"),
        pytest.param(lambda: photo(qr(ENROLMENT), 120, angle=-8), id="small"),
        pytest.param(lambda: photo(qr(ENROLMENT), 300, angle=5, blur=3), id="blurred"),
        pytest.param(lambda: photo(qr(ENROLMENT), 240, width=641, height=479, blur=2), id="poor camera"),
        pytest.param(lambda: photo(qr(ENROLMENT), 900, width=6000, height=4000), id="photo of a phone"),
        pytest.param(lambda: qr(ENROLMENT).convertToFormat(QImage.Format.Format_Mono), id="screenshot"),
    ],
)
def test_enrolment_code_is_found_in(theme: Theme, frame: Callable[[], QImage]) -> None:
    assert read_codes(frame(), CodeKind.QR) == (Code(ENROLMENT, sure=True),)


def test_code_seen_at_an_angle_is_found(theme: Theme) -> None:
    leaning = QTransform()
    leaning.rotate(35, Qt.Axis.YAxis)
    picture = photo(qr(ENROLMENT), 420).transformed(leaning, Qt.TransformationMode.SmoothTransformation)
    assert [code.text for code in read_codes(picture, CodeKind.QR)] == [ENROLMENT]


def test_text_of_a_code_is_told_as_it_is(theme: Theme) -> None:
    for text in ("低保户 341789-0002", "line one\nline two", "0012"):
        assert [code.text for code in read_codes(photo(qr(text), 400), CodeKind.ANY)] == [text]


def test_code_without_a_ground_of_its_own_is_read_as_on_paper(theme: Theme) -> None:
    code = qr(ENROLMENT).convertToFormat(QImage.Format.Format_ARGB32)
    clear = code.createMaskFromColor(code.pixel(0, 0), Qt.MaskMode.MaskOutColor)
    code.setAlphaChannel(clear.convertToFormat(QImage.Format.Format_Grayscale8))
    assert code.pixelColor(0, 0).alpha() == 0
    assert [one.text for one in read_codes(code, CodeKind.QR)] == [ENROLMENT]


def test_stripes_are_read_where_any_code_is_wanted_and_are_not_sure(theme: Theme) -> None:
    picture = photo(ean13(ARTICLE), 600, angle=4)
    assert read_codes(picture, CodeKind.ANY) == (Code(ARTICLE, sure=False),)
    assert read_codes(picture, CodeKind.QR) == ()


@pytest.mark.parametrize(
    "picture", [QImage(), photo(None, 0), photo(qr(ENROLMENT), 30), QImage(1, 1, QImage.Format.Format_RGB32)]
)
def test_nothing_is_found_where_nothing_can_be_read(theme: Theme, picture: QImage) -> None:
    assert read_codes(picture, CodeKind.ANY) == ()


# --- reader --------------------------------------------------------------------------------------


class Gate:
    """A picture that takes as long as the test wants."""

    def __init__(self, picture: QImage) -> None:
        self.asked = threading.Event()
        self.open = threading.Event()
        self.thread: int | None = None
        self._picture = picture

    def __call__(self) -> QImage:
        self.thread = threading.get_ident()
        self.asked.set()
        assert self.open.wait(20)
        return self._picture


@pytest.fixture
def reader(qtbot: QtBot) -> Iterator[CodeReader]:
    made = CodeReader(CodeKind.QR)
    yield made
    made.stop()


def test_frames_are_dropped_while_one_is_looked_at_and_the_screen_does_not_wait(
    qtbot: QtBot, reader: CodeReader
) -> None:
    slow = Gate(photo(qr(ENROLMENT), 300))
    assert reader.look(slow)
    assert slow.asked.wait(20)
    assert slow.thread != threading.get_ident()
    assert [reader.look(QImage) for _ in range(5)] == [False] * 5
    with qtbot.waitSignal(reader.seen) as caught:
        slow.open.set()
    assert caught.args == [(Code(ENROLMENT, sure=True),)]
    with qtbot.waitSignal(reader.seen) as caught:
        assert reader.look(QImage)
    assert caught.args == [()]


def test_chosen_picture_waits_for_the_frame_in_hand_and_is_not_dropped(
    qtbot: QtBot, reader: CodeReader
) -> None:
    frame = Gate(QImage())
    reader.look(frame)
    reader.open(lambda: qr(ENROLMENT))
    with qtbot.waitSignals([reader.seen, reader.read], order="strict"):
        frame.open.set()


def test_nothing_is_told_after_the_stop(qtbot: QtBot) -> None:
    reader = CodeReader(CodeKind.QR)
    told: list[object] = []
    reader.seen.connect(told.append)
    reader.look(lambda: qr(ENROLMENT))
    reader.stop()
    QApplication.processEvents()
    assert told == []
    assert not reader.look(lambda: qr(ENROLMENT))


@pytest.mark.allow_log("ui.camera.codes")
def test_picture_that_breaks_does_not_end_the_looking(qtbot: QtBot, reader: CodeReader) -> None:
    def broken() -> QImage:
        raise OSError("no such frame")

    with qtbot.waitSignal(reader.seen):
        reader.look(broken)
    with qtbot.waitSignal(reader.seen) as caught:
        reader.look(lambda: qr(ENROLMENT))
    assert caught.args == [(Code(ENROLMENT, sure=True),)]


# --- panel ---------------------------------------------------------------------------------------


class Stage:
    """A page with the panel, and what it told."""

    def __init__(self, qtbot: QtBot, kind: CodeKind, *cameras: PictureCamera) -> None:
        self.page = QWidget()
        qtbot.addWidget(self.page)
        self.panel = CodePanel(PictureCameras(*cameras), kind, "把码放进框里。")
        self.told: list[str] = []
        self.panel.scanned.connect(self.told.append)
        QVBoxLayout(self.page).addWidget(self.panel)
        self.page.resize(800, 700)
        self.page.show()
        self.qtbot = qtbot

    def until_told(self, *texts: str) -> None:
        self.qtbot.waitUntil(lambda: self.told == list(texts))


def test_panel_reads_what_the_camera_sees_and_tells_it_once(qtbot: QtBot, theme: Theme) -> None:
    camera = PictureCamera("back", photo(None, 0))
    stage = Stage(qtbot, CodeKind.QR, camera)
    qtbot.waitUntil(stage.panel.preview.has_picture)
    assert stage.told == []
    camera.picture = photo(qr(ENROLMENT), 260, angle=12, blur=2)
    stage.until_told(ENROLMENT)
    qtbot.wait(200)
    assert stage.told == [ENROLMENT]
    camera.picture = photo(qr("another"), 260)
    stage.until_told(ENROLMENT, "another")
    stage.panel.shut()
    assert not camera.running


def test_panel_believes_stripes_when_a_second_picture_says_the_same(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, CodeKind.ANY)
    seen = stage.panel._on_seen
    seen((Code("111", sure=False),))
    seen((Code("222", sure=False),))
    seen(())
    seen((Code("222", sure=False),))
    assert stage.told == []
    seen((Code("222", sure=False),))
    assert stage.told == ["222"]


def test_panel_reads_a_picture_file_and_says_when_there_is_no_code_in_it(
    qtbot: QtBot, theme: Theme, tmp_path: Path
) -> None:
    stage = Stage(qtbot, CodeKind.QR)
    good, empty, broken = (tmp_path / name for name in ("good.jpg", "empty.png", "broken.jpg"))
    photo(qr(ENROLMENT), 300, angle=9).save(str(good), quality=60)
    photo(None, 0).save(str(empty))
    broken.write_bytes(b"no picture")
    words = stage.panel._words
    for path, sentence in ((empty, "没有找到码"), (broken, "打不开"), (tmp_path / "gone.png", "打不开")):
        stage.panel.say("")
        stage.panel.read_file(path)
        qtbot.waitUntil(words.isVisible)
        assert sentence in words.text()
    stage.panel.read_file(good)
    stage.until_told(ENROLMENT)
    assert not words.isVisible()
    stage.panel.read_file(good)
    stage.until_told(ENROLMENT, ENROLMENT)
    stage.panel.shut()


def test_panel_reads_the_clipboard(qtbot: QtBot, theme: Theme) -> None:
    clipboard = QGuiApplication.clipboard()
    clipboard.setText("no picture")
    stage = Stage(qtbot, CodeKind.QR)
    assert not stage.panel.from_clipboard.isVisible()
    clipboard.setImage(qr(ENROLMENT))
    qtbot.waitUntil(stage.panel.from_clipboard.isVisible)
    stage.panel.from_clipboard.click()
    stage.until_told(ENROLMENT)
    clipboard.clear()
    stage.panel.shut()


def test_panel_without_a_camera_says_so_and_offers_the_other_ways(qtbot: QtBot, theme: Theme) -> None:
    stage = Stage(qtbot, CodeKind.QR)
    assert "没有找到可用的摄像头" in stage.panel._hint.text()
    assert not stage.panel.preview.isVisible()
    assert not stage.panel.turn.isVisible()
    assert stage.panel.from_file.isVisible()
    with qtbot.waitSignal(stage.panel.closed):
        stage.panel.done.click()


def test_panel_turns_to_the_other_camera(qtbot: QtBot, theme: Theme) -> None:
    front, back = (PictureCamera(name, photo(None, 0)) for name in ("front", "back"))
    back.picture = photo(qr(ENROLMENT), 300)
    stage = Stage(qtbot, CodeKind.QR, front, back)
    qtbot.waitUntil(stage.panel.preview.has_picture)
    stage.panel.turn.click()
    assert (front.running, back.running) == (False, True)
    stage.until_told(ENROLMENT)
    stage.panel.shut()


def test_camera_goes_off_when_the_page_of_the_panel_goes(qtbot: QtBot, theme: Theme) -> None:
    camera = PictureCamera("back", photo(None, 0))
    stage = Stage(qtbot, CodeKind.QR, camera)
    qtbot.waitUntil(stage.panel.preview.has_picture)
    stage.panel.hide()
    assert not camera.running
    stage.panel.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
