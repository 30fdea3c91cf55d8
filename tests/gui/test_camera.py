"""The camera panel through the real capture session, fed with made frames instead of a device."""

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.visits import PhotoOrigin
from tests.gui.cameras import PictureCamera, PictureCameras
from tests.gui.county import County
from tests.gui.form_stage import FormStage
from ui.camera.panel import CameraPanel
from ui.screens.visit_form.sections import SectionKey
from ui.theme import Theme
from ui.widgets.filling.photo_board import PhotoBoard


def seeing(color: str) -> QImage:
    """A picture of one colour."""
    image = QImage(640, 480, QImage.Format.Format_ARGB32)
    image.fill(QColor(color))
    return image


@pytest.fixture
def stage(qtbot: QtBot, county: County, theme: Theme) -> Iterator[FormStage]:
    """A household without visits, and nothing opened yet."""
    made = FormStage(qtbot, county)
    yield made
    made.close()


def test_picture_is_handed_over_in_memory(qtbot: QtBot, theme: Theme) -> None:
    camera = PictureCamera("front", seeing("#c01010"))
    panel = CameraPanel(PictureCameras(camera))
    qtbot.addWidget(panel)
    panel.show()
    assert camera.running
    qtbot.waitUntil(panel.shoot.isEnabled)
    with qtbot.waitSignal(panel.captured) as caught:
        panel.shoot.click()
    image = caught.args[0]
    assert (image.width(), image.height()) == (640, 480)
    assert image.pixelColor(320, 240).red() > 150
    panel.shut()
    assert not camera.running


def test_turning_to_another_camera_lets_go_of_the_first(qtbot: QtBot, theme: Theme) -> None:
    first, second = PictureCamera("front", seeing("#c01010")), PictureCamera("back", seeing("#10c010"))
    panel = CameraPanel(PictureCameras(first, second))
    qtbot.addWidget(panel)
    panel.show()
    qtbot.waitUntil(panel.shoot.isEnabled)
    panel.turn.click()
    assert (first.running, second.running) == (False, True)
    qtbot.waitUntil(lambda: panel.preview.image().pixelColor(320, 240).green() > 150)
    panel.shut()


def test_without_a_camera_it_says_so_and_offers_a_file(qtbot: QtBot, theme: Theme) -> None:
    panel = CameraPanel(PictureCameras())
    qtbot.addWidget(panel)
    panel.show()
    assert not panel.shoot.isVisible()
    assert panel.from_file.isVisible()
    with qtbot.waitSignal(panel.file_wanted):
        panel.from_file.click()


def test_form_takes_photos_with_the_camera_and_leaves_it_when_it_goes(stage: FormStage) -> None:
    camera = PictureCamera("back", seeing("#4060c0"))
    screen = stage.open()
    screen.pictures.cameras = PictureCameras(camera)
    board = stage.page(screen, SectionKey.EVIDENCE).editor("photos")
    assert isinstance(board, PhotoBoard)
    stage.tap(board.camera)
    panel = screen.findChildren(CameraPanel)[0]
    stage.until(panel.shoot.isEnabled)
    stage.tap(panel.shoot)
    stage.until(lambda: len(stage.stored().photos) == 1)
    (photo,) = stage.stored().photos
    assert photo.origin is PhotoOrigin.CAMERA
    assert photo.taken_at == stage.county.clock()
    assert camera.running  # ready for the next one
    screen.leave()
    assert not camera.running
