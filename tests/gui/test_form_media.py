"""Pictures on labels and choices, sound and film beside a question, and longer explanations."""

import io
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.gui.county import County, HeldTasks
from tests.gui.form_books import MEDIA
from tests.gui.form_desk import Desk, question
from ui import theme as look
from ui.forms.matrix import Matrix
from ui.forms.media import Illustration
from ui.screens.form.screen import FormScreen
from ui.theme import Theme
from ui.widgets.inputs.choice_pictures import Thumb, thumb_side
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.picture_choices import PictureChoices
from ui.widgets.inputs.rank_list import RankList
from ui.widgets.records.picture_viewer import PictureViewer

ROOF, DAMAGE, AGAIN = (f"/data/house/{name}" for name in ("roof", "damage", "again"))


def png(width: int, height: int, color: str) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(store.data())


def sound() -> bytes:
    """A second of silence as a WAV file."""
    made = io.BytesIO()
    with wave.open(made, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(bytes(16000))
    return made.getvalue()


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    county = County(tmp_path / "profile")
    files = {
        "roofs.png": ("image/png", png(900, 600, "#446688")),
        "plan.png": ("image/png", png(2000, 1200, "#668844")),
        "tile.png": ("image/png", png(300, 200, "#aa4422")),
        "flat.png": ("image/png", png(300, 200, "#888888")),
        "wall.png": ("image/png", b"no picture"),
        "ask.wav": ("audio/wav", sound()),
        "walk.mp4": ("video/mp4", b"no film"),
    }
    yield Desk(county, qtbot, MEDIA, "media", files)
    county.close()


def cards(screen: FormScreen, reference: str) -> PictureChoices:
    editor = question(screen, reference).editor
    assert isinstance(editor, PictureChoices)
    return editor


def is_tile(color: QColor) -> bool:
    """The colour of the tiled roof, within what JPEG leaves of it."""
    differences = (color.red() - 0xAA, color.green() - 0x44, color.blue() - 0x22)
    return all(abs(one) < 8 for one in differences)


def illustrations(widget: QWidget) -> list[Illustration]:
    return [one for one in widget.findChildren(Illustration) if one.isVisibleTo(widget)]


def test_pictures_of_choices_are_on_their_cards(desk: Desk) -> None:
    screen = desk.open()
    shown = cards(screen, ROOF).pictures()
    assert {value: image.isNull() for value, image in shown.items()} == {
        "tile": False, "flat": False, "straw": True
    }  # fmt: skip
    assert is_tile(shown["tile"].pixelColor(5, 5))
    seen = cards(screen, ROOF).buttons()[0].grab().toImage()
    # The picture is in the upper part of the card.
    assert is_tile(seen.pixelColor(seen.width() // 2, 40))


def test_card_is_chosen_by_a_tap_and_by_the_arrows(desk: Desk) -> None:
    screen = desk.open()
    group = cards(screen, ROOF)
    QTest.mouseClick(group.buttons()[1], Qt.MouseButton.LeftButton)
    assert desk.stored()["roof"] == "flat"
    QTest.keyClick(group.buttons()[1], Qt.Key.Key_Left)
    assert desk.stored()["roof"] == "tile"
    several = cards(screen, DAMAGE)
    for button in several.buttons()[:2]:
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert desk.stored()["damage"] == "wall floor"


def test_picture_that_is_none_leaves_the_words(desk: Desk) -> None:
    screen = desk.open()
    group = cards(screen, DAMAGE)
    assert group.pictures()["wall"].isNull()
    assert [button.text() for button in group.buttons()] == ["墙体", "地面", "没有"]


def test_likert_with_pictures_has_them_and_a_table_of_them_is_questions(desk: Desk) -> None:
    screen = desk.open()
    assert len(cards(screen, AGAIN).pictures()) == 3
    screen.presenter.go_to("/data/looks")
    assert screen.page is not None
    assert not any(isinstance(one, Matrix) for one in screen.page.widgets())
    assert len(cards(screen, "/data/looks/right").pictures()) == 3


def has_tile(image: QImage, place: QRect) -> bool:
    """Whether the tiled roof is in the middle of a place of a picture of the screen."""
    return is_tile(image.pixelColor(place.center()))


def test_pictures_stand_in_the_list_to_search_and_in_ranks(desk: Desk) -> None:
    screen = desk.open()
    screen.presenter.go_to("/data/lists")
    picker = question(screen, "/data/lists/pick").editor
    assert isinstance(picker, Picker)
    dialog = picker.open_list()
    dialog.list.viewport().grab()  # the first look asks for them
    rows = [dialog.list.visualRect(dialog.model.index(at, 0)) for at in range(3)]
    shown = dialog.list.viewport().grab().toImage()
    side = thumb_side(look.current())
    assert all(row.height() >= side for row in rows)
    assert has_tile(shown, QRect(rows[0].left() + 8, rows[0].center().y() - 2, side, 4))
    assert not has_tile(shown, QRect(rows[1].left() + 8, rows[1].center().y() - 2, side, 4))
    QTest.mouseClick(dialog.list.viewport(), Qt.MouseButton.LeftButton, pos=rows[0].center())
    assert desk.stored()["pick"] == "tile"
    rank = question(screen, "/data/lists/order").editor
    assert isinstance(rank, RankList)
    thumbs = [row.findChild(Thumb) for row in rank.rows()]
    assert all(isinstance(one, Thumb) for one in thumbs)
    first = thumbs[0]
    assert isinstance(first, Thumb)
    first.grab()
    assert has_tile(first.grab().toImage(), first.rect())


def test_picture_of_a_label_is_enlarged_by_a_tap(desk: Desk) -> None:
    screen = desk.open()
    [picture] = illustrations(question(screen, ROOF))
    assert picture.accessibleName() == "图片 屋顶是哪一种，点按放大"
    assert picture.sizeHint().width() == 360
    QTest.mouseClick(picture, Qt.MouseButton.LeftButton)
    [viewer] = screen.findChildren(PictureViewer)
    assert viewer.isVisible()
    assert viewer.sheet._image.width() == 1600  # the larger one, no larger than a screen
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    assert not viewer.isVisible()
    [plan] = illustrations(question(screen, DAMAGE))
    assert plan.sizeHint().width() == 360


def test_picture_that_comes_when_its_page_is_gone_is_nobodys(desk: Desk) -> None:
    tasks = HeldTasks()
    screen = desk.open(tasks)
    tasks.step()  # the form is open, its pictures are still on their way
    assert len(tasks.waiting) > 3
    screen.presenter.go_to("/data/looks")
    desk.qtbot.wait(10)
    tasks.finish()
    assert not cards(screen, "/data/looks/left").pictures()["tile"].isNull()


def test_recording_is_played_and_stopped(desk: Desk) -> None:
    screen = desk.open()
    [recording] = question(screen, ROOF).recordings()
    assert recording.button.text() == "播放录音"
    QTest.mouseClick(recording.button, Qt.MouseButton.LeftButton)
    assert recording.button.text() == "停止播放"
    desk.qtbot.waitUntil(lambda: recording.is_playing)
    QTest.mouseClick(recording.button, Qt.MouseButton.LeftButton)
    assert (recording.button.text(), recording.is_playing) == ("播放录音", False)


def test_recording_falls_silent_when_the_page_is_left(desk: Desk) -> None:
    screen = desk.open()
    [recording] = question(screen, ROOF).recordings()
    QTest.mouseClick(recording.button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(lambda: recording.is_playing)
    screen._step(1)
    assert not recording.is_playing


def test_film_that_cannot_be_played_is_named(desk: Desk) -> None:
    screen = desk.open()
    [film] = question(screen, DAMAGE).recordings()
    assert film.button.text() == "播放视频"
    QTest.mouseClick(film.button, Qt.MouseButton.LeftButton)
    desk.qtbot.waitUntil(film.notice.isVisible)
    assert film.notice.text() == "这台电脑播放不了“walk.mp4”。请按问题的文字填写。"
    assert film.button.text() == "播放视频"


def test_explanation_opens_and_closes_below_the_question(desk: Desk) -> None:
    screen = desk.open()
    field = question(screen, DAMAGE)
    assert not field._guidance.isVisibleTo(field)
    QTest.mouseClick(field._guide, Qt.MouseButton.LeftButton)
    assert field._guidance.isVisibleTo(field)
    assert field._guidance.accessibleName() == "漏雨的地方也算。"
    QTest.keyClick(field._guide, Qt.Key.Key_Space)
    assert not field._guidance.isVisibleTo(field)
    assert not question(screen, ROOF)._guide.isVisibleTo(screen)
