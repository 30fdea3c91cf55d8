"""How a worker fills in the visit form."""

from pathlib import Path

from PySide6.QtGui import QColor, QImage

from tests.e2e.hands import Hands, click
from ui.screens.visit_form.screen import VisitFormScreen
from ui.widgets.filling.photo_board import PhotoBoard
from ui.widgets.inputs.photo_tile import PhotoState

NARRATIVE = "老人在家，精神尚可，米面油可用二十天，已提醒晚间关好炉门。"


def to_the_evidence(hands: Hands) -> None:
    """Say how it was and write the record."""
    hands.press("正常")
    for title in ("生活状况", "健康与照料", "收支与政策", "变化与诉求", "服务需求", "记录与满意度"):
        hands.press(f"下一步：{title}")
    hands.write("走访内容", NARRATIVE)
    hands.press("下一步：照片与位置")


def as_far_as_the_photo(hands: Hands, form: VisitFormScreen, photo: Path) -> None:
    """Fill in and add a photo from a file; saved when this returns."""
    to_the_evidence(hands)
    click(hands.one(PhotoBoard).file)
    hands.choose_file(photo)
    board = hands.one(PhotoBoard)
    hands.wait(
        lambda: [tile.photo.state for tile in board.tiles()] == [PhotoState.STAMPED], "the photo is made"
    )
    hands.press("室内无信号")
    hands.rest()
    hands.wait_to_read("已自动保存")
    assert form.isVisible()


def finish(hands: Hands) -> None:
    """Say why nobody signed, and submit."""
    hands.press("下一步：签字与提交")
    hands.press("无需签字")
    hands.press("行动不便")
    hands.press("提交")


def picture(path: Path) -> Path:
    """A picture file as a camera leaves it."""
    image = QImage(1200, 900, QImage.Format.Format_RGB32)
    image.fill(QColor("#8fb8de"))
    for left in range(0, 1200, 40):
        for top in range(0, 900, 40):
            image.setPixelColor(left, top, QColor(left % 256, top % 256, 90))
    assert image.save(str(path), "JPEG", 90)  # type: ignore[call-overload]
    return path
