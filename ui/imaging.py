"""Photos from pictures: safe decoding, upright, small, stamped, without metadata (R18). Layer 5.

Everything here works on QImage only and may run in any thread.
"""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QCoreApplication, QIODevice, QRect, Qt
from PySide6.QtGui import (
    QColor,
    QColorSpace,
    QFont,
    QFontMetrics,
    QImage,
    QImageReader,
    QPainter,
)

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.errors import RuleError
from fieldapp.domain.rules.photos import HASH_COLUMNS, HASH_ROWS, difference_hash
from fieldapp.domain.rules.picture_print import SIDE, PicturePrint
from ui import theme as look
from ui.exif_time import taken_at
from ui.pictures import PhotoLimits, PhotoStamp, PreparedPhoto

FORMATS: Final = frozenset({"jpeg", "png", "webp", "heic", "heif"})
"""What is decoded at all; the content decides, never the file's name. HEIC only where Qt can."""
MOST_FILE_BYTES: Final = 40_000_000
MOST_PIXELS: Final = 64_000_000
MOST_JPEG_PIXELS: Final = 120_000_000
"""JPEG is decoded at a fraction of its size, so a larger one does no harm."""
ALLOCATION_MB: Final = 256
THUMBNAIL_PX: Final = 320
ILLUSTRATION_PX: Final = 1600
_LOWEST_QUALITY: Final = 35
_SMOOTH: Final = Qt.TransformationMode.SmoothTransformation
_KEEP: Final = Qt.AspectRatioMode.KeepAspectRatio


def name_filter() -> str:
    """The suffixes a file dialog offers."""
    known = {bytes(one.data()).decode() for one in QImageReader.supportedImageFormats()}
    suffixes = ["jpg", *sorted(FORMATS & known)]
    return " ".join(f"*.{one}" for one in suffixes)


def prepare_file(path: Path, stamp: PhotoStamp, limits: PhotoLimits) -> PreparedPhoto:
    """A photo of a picture file. Raises RuleError (picture_unreadable, picture_too_large, …)."""
    return prepare_bytes(_content(path), stamp, limits)


def open_picture(path: Path, long_side_px: int) -> QImage:
    """An upright picture of a file, no larger than asked. Raises RuleError as `prepare_file`."""
    return decode(_content(path), long_side_px)


def _content(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST_FILE_BYTES:
            raise RuleError("picture_too_large", "photos", limit_mb=MOST_FILE_BYTES // 1_000_000)
        return path.read_bytes()
    except OSError as error:
        raise RuleError("picture_unreadable", "photos") from error


def prepare_bytes(content: bytes, stamp: PhotoStamp, limits: PhotoLimits) -> PreparedPhoto:
    """A photo of an encoded picture; its own time of taking wins over the stamp's."""
    image = decode(content, limits.long_side_px)
    at = taken_at(content)
    return _prepare(image, stamp, limits, at, hashlib.sha256(content).hexdigest())


def prepare_image(
    image: QImage, stamp: PhotoStamp, limits: PhotoLimits, *, just_taken: bool = True
) -> PreparedPhoto:
    """A photo of a decoded picture: from the camera, or (not `just_taken`) of unknown time."""
    if image.isNull():
        raise RuleError("picture_unreadable", "photos")
    return _prepare(image, stamp, limits, stamp.at if just_taken else None)


def decode(content: bytes, long_side_px: int) -> QImage:
    """An upright picture no larger than asked. Raises RuleError; never allocates what a bomb asks for."""
    if len(content) > MOST_FILE_BYTES:
        raise RuleError("picture_too_large", "photos", limit_mb=MOST_FILE_BYTES // 1_000_000)
    QImageReader.setAllocationLimit(ALLOCATION_MB)
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setDecideFormatFromContent(True)
    reader.setAutoTransform(True)
    form = bytes(reader.format().data()).decode()
    if form not in FORMATS:
        raise RuleError("picture_format_unknown", "photos")
    size = reader.size()
    most = MOST_JPEG_PIXELS if form == "jpeg" else MOST_PIXELS
    if size.isEmpty() or size.width() * size.height() > most:
        raise RuleError("picture_too_large", "photos", limit_mb=MOST_FILE_BYTES // 1_000_000)
    if max(size.width(), size.height()) > long_side_px:
        reader.setScaledSize(size.scaled(long_side_px, long_side_px, _KEEP))
    image = reader.read()
    if image.isNull():
        raise RuleError("picture_unreadable", "photos")
    return image


def thumbnail(content: bytes) -> bytes:
    """A small JPEG of a kept photo."""
    return _jpeg(_plain(decode(content, THUMBNAIL_PX)), 75)


def illustration(content: bytes) -> bytes:
    """A picture of a form's author, no larger than a screen; what is transparent stays so."""
    picture = decode(content, ILLUSTRATION_PX)
    return _encoded(picture, "PNG", -1) if picture.hasAlphaChannel() else _jpeg(_plain(picture), 88)


def grey_hash(image: QImage) -> str:
    """The difference hash of a picture (16 hex digits)."""
    small = image.scaled(HASH_COLUMNS, HASH_ROWS, Qt.AspectRatioMode.IgnoreAspectRatio, _SMOOTH)
    grey = small.convertToFormat(QImage.Format.Format_Grayscale8)
    values = [grey.pixelColor(x, y).value() for y in range(HASH_ROWS) for x in range(HASH_COLUMNS)]
    return difference_hash(values)


def picture_print(image: QImage) -> PicturePrint | None:
    """The print of a picture, by which a used photo is known again; None where it tells nothing."""
    small = image.scaled(SIDE, SIDE, Qt.AspectRatioMode.IgnoreAspectRatio, _SMOOTH)
    grey = small.convertToFormat(QImage.Format.Format_Grayscale8)
    values = [grey.pixelColor(x, y).value() for y in range(SIDE) for x in range(SIDE)]
    return PicturePrint.of_grey(values)


def _prepare(
    image: QImage, stamp: PhotoStamp, limits: PhotoLimits, at: dt.datetime | None, source_sha256: str = ""
) -> PreparedPhoto:  # fmt: skip
    picture = _plain(image)
    if max(picture.width(), picture.height()) > limits.long_side_px:
        picture = picture.scaled(limits.long_side_px, limits.long_side_px, _KEEP, _SMOOTH)
    # Both before the stamp: its time would make every hash another.
    phash, known_by = grey_hash(picture), picture_print(picture)
    lines = _stamp_lines(stamp, at)
    _burn(picture, lines)
    picture, content = _fitting(picture, limits)
    return PreparedPhoto(
        content=content,
        width=picture.width(),
        height=picture.height(),
        phash=phash,
        fingerprint=str(known_by or ""),
        source_sha256=source_sha256,
        watermark="\n".join(lines),
        thumbnail=_jpeg(picture.scaled(THUMBNAIL_PX, THUMBNAIL_PX, _KEEP, _SMOOTH), 75),
        taken_at=at,
    )


def _plain(image: QImage) -> QImage:
    """The pixels alone, in sRGB on white: no texts, profiles or resolution of the original survive."""
    if image.colorSpace().isValid() and image.colorSpace() != QColorSpace(QColorSpace.NamedColorSpace.SRgb):
        image = image.convertedToColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    plain = QImage(image.size(), QImage.Format.Format_RGB32)
    plain.fill(Qt.GlobalColor.white)
    painter = QPainter(plain)
    # By rectangle: a picture with a device pixel ratio would otherwise be drawn smaller.
    painter.drawImage(QRect(0, 0, image.width(), image.height()), image)
    painter.end()
    return plain


def _stamp_lines(stamp: PhotoStamp, at: dt.datetime | None) -> list[str]:
    translate = QCoreApplication.translate
    time = f"{(at or stamp.at).astimezone(COUNTY_ZONE):%Y-%m-%d %H:%M}"
    if at is None:
        time = translate("Watermark", "添加于 {0}").format(time)
    number = stamp.household_no or translate("Watermark", "待分配")
    lines = ["  ".join(filter(None, (time, stamp.village, stamp.worker)))]
    place = ""
    if stamp.lat is not None and stamp.lon is not None:
        place = f"{stamp.lat:.5f}, {stamp.lon:.5f}"
        if stamp.accuracy_m is not None:
            place += f" ±{stamp.accuracy_m:.0f} m"
    lines.append("  ".join(filter(None, (translate("Watermark", "户编号 {0}").format(number), place))))
    return lines


def _burn(picture: QImage, lines: list[str]) -> None:
    """Write the lines on a dark strip along the lower edge."""
    font = QFont()
    font.setFamilies(list(look.FONT_FAMILIES))
    font.setPixelSize(max(11, round(max(picture.width(), picture.height()) / 48)))
    pad = font.pixelSize() // 2
    flags = int(Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
    text = "\n".join(lines)
    room = QRect(0, 0, max(1, picture.width() - 2 * pad), picture.height())
    height = QFontMetrics(font).boundingRect(room, flags, text).height()
    strip = QRect(0, picture.height() - height - 2 * pad, picture.width(), height + 2 * pad)
    painter = QPainter(picture)
    painter.fillRect(strip, QColor(look.LIGHT.photo_strip))
    painter.setPen(QColor(look.LIGHT.photo_ink))
    painter.setFont(font)
    painter.drawText(strip.adjusted(pad, pad, -pad, -pad), flags, text)
    painter.end()


def _fitting(picture: QImage, limits: PhotoLimits) -> tuple[QImage, bytes]:
    """The picture as JPEG within the bytes allowed: first at lower quality, then smaller."""
    quality = limits.quality
    while True:
        content = _jpeg(picture, quality)
        if len(content) <= limits.max_bytes:
            return picture, content
        if quality > _LOWEST_QUALITY:
            quality = max(_LOWEST_QUALITY, quality - 15)
        elif min(picture.width(), picture.height()) > 64:
            picture = picture.scaled(picture.size() * 0.75, _KEEP, _SMOOTH)
        else:
            raise RuleError("picture_too_large", "photos", limit_mb=limits.max_bytes // 1_000_000)


def _jpeg(picture: QImage, quality: int) -> bytes:
    return _encoded(picture, "JPEG", quality)


def _encoded(picture: QImage, form: str, quality: int) -> bytes:
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not picture.save(buffer, form, quality):  # type: ignore[call-overload]
        raise RuleError("picture_unreadable", "photos")
    return bytes(store.data())
