"""Signatures by mouse, finger and pen; undo; what is stored and restored; photo tiles."""

import json

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QImage, QPointingDevice, QTabletEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from ui.theme import Theme
from ui.widgets.inputs.photo_tile import Photo, PhotoState, PhotoStrip
from ui.widgets.inputs.signature_pad import SignaturePad
from ui.widgets.inputs.strokes import Point, Signature


class Ticks:
    """A clock that advances 10 ms at each look."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        self.now += 0.01
        return self.now


@pytest.fixture
def pad(qtbot: QtBot, theme: Theme) -> SignaturePad:
    made = SignaturePad(seconds=Ticks())
    qtbot.addWidget(made)
    made.resize(500, 300)
    made.show()
    return made


def draw(pad: SignaturePad, *places: tuple[int, int]) -> None:
    sheet = pad.sheet
    QTest.mousePress(sheet, Qt.MouseButton.LeftButton, pos=QPoint(*places[0]))
    for place in places[1:]:
        QTest.mouseMove(sheet, QPoint(*place))
    QTest.mouseRelease(sheet, Qt.MouseButton.LeftButton, pos=QPoint(*places[-1]))


def strokes(pad: SignaturePad) -> list[list[list[float]]]:
    stored: list[list[list[float]]] = json.loads(pad.value())["strokes"]
    return stored


def test_mouse_stroke_is_kept_with_time(pad: SignaturePad) -> None:
    values: list[object] = []
    pad.changed.connect(values.append)
    draw(pad, (20, 40), (60, 80), (100, 90))
    (stroke,) = strokes(pad)
    assert [point[:2] for point in stroke] == [[20, 40], [60, 80], [100, 90]]
    times = [point[2] for point in stroke]
    assert times == sorted(times)
    assert times[-1] > 0
    assert values == [pad.value()]


def test_touch_stroke_of_the_first_finger_only(qapp: QApplication, pad: SignaturePad) -> None:
    device = QTest.createTouchDevice()
    sheet = pad.sheet
    QTest.touchEvent(sheet, device).press(0, QPoint(20, 40), sheet).commit()
    QTest.touchEvent(sheet, device).move(0, QPoint(60, 80), sheet).press(1, QPoint(200, 100), sheet).commit()
    QTest.touchEvent(sheet, device).move(0, QPoint(90, 90), sheet).stationary(1).commit()
    QTest.touchEvent(sheet, device).release(0, QPoint(90, 90), sheet).release(
        1, QPoint(200, 100), sheet
    ).commit()
    (stroke,) = strokes(pad)
    assert [point[:2] for point in stroke] == [[20, 40], [60, 80], [90, 90]]


def test_pen_stroke_keeps_its_pressure(qapp: QApplication, pad: SignaturePad) -> None:
    device = QPointingDevice.primaryPointingDevice()
    for kind, x, pressure in (
        (QEvent.Type.TabletPress, 20, 0.1),
        (QEvent.Type.TabletMove, 60, 0.9),
        (QEvent.Type.TabletRelease, 60, 0.0),
    ):
        place = QPointF(x, 50)
        event = QTabletEvent(
            kind,
            device,
            place,
            QPointF(pad.sheet.mapToGlobal(place)),
            pressure,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            Qt.KeyboardModifier.NoModifier,
            Qt.MouseButton.LeftButton,
            Qt.MouseButton.LeftButton,
        )
        QApplication.sendEvent(pad.sheet, event)
        assert event.isAccepted(), "an unaccepted pen event would draw again as a mouse"
    (stroke,) = strokes(pad)
    assert [(point[0], point[3]) for point in stroke] == [(20, 0.1), (60, 0.9)]


def test_undo_takes_back_one_stroke_and_sign_again_all(qtbot: QtBot, pad: SignaturePad) -> None:
    draw(pad, (20, 40), (60, 80))
    draw(pad, (100, 40), (140, 80))
    undo, again = pad.findChildren(QPushButton)
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    assert [point[0] for point in strokes(pad)[0]] == [20, 60]
    assert len(strokes(pad)) == 1
    QTest.mouseClick(again, Qt.MouseButton.LeftButton)
    assert (pad.value(), undo.isEnabled(), again.isEnabled()) == ("", False, False)


def test_stored_strokes_come_back_the_same_and_go_on(pad: SignaturePad) -> None:
    draw(pad, (20, 40), (60, 80))
    stored = pad.value()
    pad.set_value("")
    assert pad.value() == ""
    pad.set_value(stored)
    assert pad.value() == stored
    draw(pad, (100, 40), (140, 80))
    first, second = strokes(pad)
    assert second[0][2] >= first[-1][2], "later strokes must not lie before earlier ones"


def test_turning_the_tablet_keeps_the_strokes(qtbot: QtBot, pad: SignaturePad) -> None:
    draw(pad, (20, 40), (400, 80))
    stored = pad.value()
    for width in (260, 700, 500):
        pad.resize(width, 300)
        qtbot.wait(1)
    assert pad.value() == stored


def test_strokes_after_a_turn_share_the_sheet_of_the_first(qtbot: QtBot, pad: SignaturePad) -> None:
    draw(pad, (20, 40), (60, 80))
    pad.resize(250, 300)
    qtbot.wait(1)
    draw(pad, (10, 20), (30, 40))
    first, second = strokes(pad)
    assert [point[:2] for point in first] == [[20, 40], [60, 80]]
    assert [point[:2] for point in second] == [[20, 40], [60, 80]], (
        "shown half as large, drawn over the first"
    )


def test_png_and_svg_show_ink_where_it_was_drawn(pad: SignaturePad) -> None:
    draw(pad, (20, 40), (60, 40))
    draw(pad, (100, 60), (100, 60))  # a dot
    image = QImage.fromData(pad.png())
    sheet = pad.sheet.signature()
    assert (image.width(), image.height()) == (2 * sheet.width, 2 * sheet.height)
    assert [image.pixelColor(x, y).alpha() for x, y in ((80, 80), (200, 120), (80, 160))] == [255, 255, 0]
    renderer = QSvgRenderer(pad.svg().encode())
    assert renderer.isValid()
    assert pad.svg().count("<path") == 2


@pytest.mark.parametrize(
    "text", ["", "7", "{}", '{"version":2}', '{"version":1,"width":1,"height":1,"strokes":[7]}']
)
def test_damaged_signature_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - json's own error is one too
        Signature.from_json(text)


def test_signature_json_round_trip() -> None:
    signature = Signature(480, 200, ((Point(1, 2, 0, 0.5), Point(3.5, 4, 16, 1.0)), (Point(9, 9, 40, 0.0),)))
    assert Signature.from_json(signature.to_json()) == signature


def test_read_only_pad_takes_no_stroke(pad: SignaturePad) -> None:
    pad.set_read_only(True)
    draw(pad, (20, 40), (60, 80))
    assert pad.value() == ""


def test_photo_strip_reports_taps_and_speaks_the_state(qtbot: QtBot, theme: Theme) -> None:
    strip = PhotoStrip(most=3)
    qtbot.addWidget(strip)
    strip.resize(800, 300)
    strip.set_photos([Photo("a", QImage(), "11-23 10:06", PhotoState.STAMPING), Photo("b", QImage())])
    strip.show()
    opened, removed, asked = list[str](), list[str](), list[bool]()
    strip.opened.connect(opened.append)
    strip.remove_asked.connect(removed.append)
    strip.capture_asked.connect(lambda: asked.append(True))
    first, second = strip.tiles()
    assert first.accessibleName() == "照片 11-23 10:06 正在加水印"
    assert first.remove.size().height() >= theme.target
    QTest.mouseClick(first, Qt.MouseButton.LeftButton, pos=QPoint(30, 90))
    QTest.mouseClick(second.remove, Qt.MouseButton.LeftButton)
    add = next(b for b in strip.findChildren(QPushButton) if b.accessibleName() == "拍照")
    QTest.mouseClick(add, Qt.MouseButton.LeftButton)
    assert (opened, removed, asked) == (["a"], ["b"], [True])
    strip.set_photos([Photo(str(i), QImage()) for i in range(3)])
    assert not any(b.isVisible() and b.accessibleName() == "拍照" for b in strip.findChildren(QPushButton))


def test_pad_for_a_drawing_says_so_and_has_no_line_to_write_on(qtbot: QtBot, theme: Theme) -> None:
    sketch, signature = SignaturePad(sketch=True), SignaturePad()
    for pad in (sketch, signature):
        qtbot.addWidget(pad)
    words = [[one.text() for one in pad.findChildren(QPushButton)] for pad in (sketch, signature)]
    assert words == [["撤销一笔", "重画"], ["撤销一笔", "重签"]]
    assert (sketch.sheet.accessibleName(), signature.sheet.accessibleName()) == ("画图", "签名")
    assert sketch.sheet.sizeHint().height() > signature.sheet.sizeHint().height()
