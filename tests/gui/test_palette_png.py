"""Pictures of screens in 8 bits: plain colours stay exact, many colours stay close, bytes stay the same."""

from pathlib import Path

from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from ui import palette_png


def _picture(colours: int) -> QImage:
    image = QImage(320, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("#0F6B5C"))
    painter = QPainter(image)
    if colours > 256:
        shades = QLinearGradient(0, 0, 320, 200)
        shades.setColorAt(0, QColor("#8fb8de"))
        shades.setColorAt(1, QColor("#401020"))
        painter.fillRect(0, 50, 320, 150, shades)
    painter.fillRect(10, 10, 60, 20, QColor("#FFFFFF"))
    painter.end()
    return image


def test_save_few_colours_keeps_every_pixel(tmp_path: Path) -> None:
    palette_png.save(_picture(2), tmp_path / "a.png")
    read = QImage(str(tmp_path / "a.png"))
    assert read.format() == QImage.Format.Format_Indexed8
    assert read.convertToFormat(QImage.Format.Format_RGB32) == _picture(2)


def test_save_many_colours_stays_close_and_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        palette_png.save(_picture(1000), tmp_path / name)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    drawn, read = _picture(1000), QImage(str(tmp_path / "a.png"))
    for x in range(0, 320, 7):
        for y in range(0, 200, 7):
            there, here = drawn.pixelColor(x, y), read.pixelColor(x, y)
            assert abs(there.red() - here.red()) + abs(there.green() - here.green()) <= 40
