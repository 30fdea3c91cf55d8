"""Photos of codes as cameras take them: somewhere in the picture, turned, small, out of focus, badly lit."""

import io

import segno
from PySide6.QtCore import QBuffer, QIODevice, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

ENROLMENT = "fieldapp://enrol?server=https%3A%2F%2Fminzheng.county.example%3A8443&code=ABCD-EFGH-JKMN"


def qr(text: str, scale: int = 6) -> QImage:
    """A QR code with its quiet zone."""
    png = io.BytesIO()
    segno.make(text, error="m").save(png, kind="png", scale=scale, border=4)
    return QImage.fromData(png.getvalue())


def ean13(digits: str) -> QImage:
    """The stripes of an article number (13 digits with their check digit)."""
    left = ("0001101", "0011001", "0010011", "0111101", "0100011", "0110001", "0101111", "0111011", "0110111",
            "0001011")  # fmt: skip
    inverse = [code.translate(str.maketrans("01", "10")) for code in left]
    first = ("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG", "LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL",
             "LGGLGL")[int(digits[0])]  # fmt: skip
    stripes = "101"
    for parity, digit in zip(first, digits[1:7], strict=True):
        stripes += left[int(digit)] if parity == "L" else inverse[int(digit)][::-1]
    stripes += "01010" + "".join(inverse[int(digit)] for digit in digits[7:]) + "101"
    wide = 4
    picture = QImage((len(stripes) + 24) * wide, 240, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    for place, stripe in enumerate(stripes):
        if stripe == "1":
            painter.fillRect((place + 12) * wide, 20, wide, 200, Qt.GlobalColor.black)
    painter.end()
    return picture


def photo(
    code: QImage | None, side: float, *, angle: float = 0, blur: int = 1, width: int = 1280, height: int = 720
) -> QImage:
    """A frame with the code `side` pixels wide in its middle, on a wall in uneven light.

    `blur` throws away all detail finer than so many pixels.
    """
    picture = QImage(width, height, QImage.Format.Format_RGB32)
    painter = QPainter(picture)
    light = QLinearGradient(0, 0, width, height)
    light.setColorAt(0, QColor("#5d564a"))
    light.setColorAt(1, QColor("#d8d0c0"))
    painter.fillRect(picture.rect(), light)
    if code is not None:
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.translate(width / 2, height / 2)
        painter.rotate(angle)
        tall = side * code.height() / code.width()
        painter.drawImage(QRectF(-side / 2, -tall / 2, side, tall), code)
    painter.end()
    if blur == 1:
        return picture
    smooth = Qt.TransformationMode.SmoothTransformation
    ignore = Qt.AspectRatioMode.IgnoreAspectRatio
    return picture.scaled(width // blur, height // blur, ignore, smooth).scaled(width, height, ignore, smooth)


def jpeg(image: QImage) -> bytes:
    """A picture as a JPEG file."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "JPEG", 80)  # type: ignore[call-overload]
    return bytes(buffer.data().data())
