"""The making of photos: upright, small, stamped, without metadata, and safe against hostile files."""

import datetime as dt
import struct
import zlib
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter

from fieldapp.domain.errors import RuleError
from fieldapp.domain.rules.photos import hash_distance
from tests.determinism import START
from ui import imaging
from ui.exif_time import taken_at
from ui.pictures import PhotoLimits, PhotoStamp
from ui.theme import Theme

STAMP = PhotoStamp(at=START, village="青溪村", worker="周丙", lat=30.66123, lon=117.48912, accuracy_m=12)
LIMITS = PhotoLimits()


def scene(width: int = 2000, height: int = 1500, ground: str = "#8fb8de") -> QImage:
    """A picture with a dark left half below a gradient, and one red corner at the top left."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    sky = QLinearGradient(0, 0, width, height)
    sky.setColorAt(0, QColor(ground))
    sky.setColorAt(1, QColor("#f4efe2"))
    painter = QPainter(image)
    painter.fillRect(image.rect(), sky)
    painter.fillRect(0, height // 3, width // 3, height // 2, QColor("#40301c"))
    painter.fillRect(0, 0, width // 4, height // 4, QColor("#d01010"))
    painter.end()
    return image


def encoded(image: QImage, form: str = "JPEG", quality: int = 92) -> bytes:
    """An image file in memory."""
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, form, quality)  # type: ignore[call-overload]
    return bytes(store.data())


def with_exif(
    jpeg: bytes, *, orientation: int = 1, taken: str = "2026:03:04 16:20:00", offset: str = ""
) -> bytes:
    """A JPEG with orientation, time, a maker and a position, as a phone writes it."""
    sub = [(0x9003, taken)] + ([(0x9011, offset)] if offset else [])
    ifd0_entries = 4
    after_ifd0 = 8 + 2 + 12 * ifd0_entries + 4
    maker = b"SecretPhoneModel\0"
    sub_at = after_ifd0 + len(maker)
    ifd0 = struct.pack("<H", ifd0_entries)
    ifd0 += struct.pack("<HHII", 0x010F, 2, len(maker), after_ifd0)
    ifd0 += struct.pack("<HHIHH", 0x0112, 3, 1, orientation, 0)
    ifd0 += struct.pack("<HHII", 0x8769, 4, 1, sub_at)
    ifd0 += struct.pack("<HHII", 0x8825, 4, 1, 0) + struct.pack("<I", 0)
    texts_at = sub_at + 2 + 12 * len(sub) + 4
    sub_ifd, texts = struct.pack("<H", len(sub)), b""
    for tag, words in sub:
        content = words.encode() + b"\0"
        sub_ifd += struct.pack("<HHII", tag, 2, len(content), texts_at + len(texts))
        texts += content
    tiff = b"II*\0" + struct.pack("<I", 8) + ifd0 + maker + sub_ifd + struct.pack("<I", 0) + texts
    segment = b"Exif\0\0" + tiff
    return jpeg[:2] + b"\xff\xe1" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def markers(jpeg: bytes) -> list[int]:
    """The segments before the picture data."""
    found, place = [], 2
    while jpeg[place] == 0xFF and jpeg[place + 1] != 0xDA:
        found.append(jpeg[place + 1])
        place += 2 + int.from_bytes(jpeg[place + 2 : place + 4], "big")
    return found


def is_red(color: QColor) -> bool:
    """Whether a pixel belongs to the red corner."""
    return color.red() > 150 and color.green() < 80


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, "top left"), (6, "top right"), (3, "bottom right"), (8, "bottom left")]
)
def test_picture_stands_upright_whatever_the_camera_wrote(
    theme: Theme, orientation: int, corner: str
) -> None:
    made = imaging.prepare_bytes(with_exif(encoded(scene()), orientation=orientation), STAMP, LIMITS)
    turned = orientation in (6, 8)
    assert (made.width, made.height) == ((1200, 1600) if turned else (1600, 1200))
    image = QImage.fromData(made.content)
    # The strip covers the lower edge: look above it.
    x = 20 if "left" in corner else made.width - 20
    y = 20 if "top" in corner else made.height - 220
    assert is_red(image.pixelColor(x, y))


def test_photo_carries_no_metadata_of_the_original(theme: Theme) -> None:
    original = scene()
    original.setText("Comment", "张家的门牌")
    content = with_exif(encoded(original))
    assert b"SecretPhoneModel" in content
    made = imaging.prepare_bytes(content, STAMP, LIMITS)
    assert b"SecretPhoneModel" not in made.content
    assert b"Exif" not in made.content
    assert not {0xE1, 0xE2, 0xED, 0xFE} & set(markers(made.content))
    assert not {0xE1, 0xE2, 0xED, 0xFE} & set(markers(made.thumbnail))


def test_time_of_the_camera_is_read_and_printed(theme: Theme) -> None:
    made = imaging.prepare_bytes(with_exif(encoded(scene())), STAMP, LIMITS)
    assert made.taken_at == dt.datetime(2026, 3, 4, 8, 20, tzinfo=dt.UTC)
    assert "2026-03-04 16:20" in made.watermark


def test_picture_without_time_says_when_it_was_added(theme: Theme) -> None:
    made = imaging.prepare_bytes(encoded(scene()), STAMP, LIMITS)
    assert made.taken_at is None
    assert made.watermark.startswith("添加于 2026-03-05 09:10")


def test_camera_picture_is_taken_now(theme: Theme) -> None:
    made = imaging.prepare_image(scene(), STAMP, LIMITS)
    assert made.taken_at == START
    assert made.watermark == "2026-03-05 09:10  青溪村  周丙\n户编号 待分配  30.66123, 117.48912 ±12 m"


def test_watermark_is_burned_in_and_alters_only_the_lower_strip(theme: Theme) -> None:
    plain = scene(1600, 1200)
    made = imaging.prepare_image(plain, STAMP, LIMITS)
    image = QImage.fromData(made.content)
    above = [
        abs(image.pixelColor(x, 400).green() - plain.pixelColor(x, 400).green()) for x in range(0, 1600, 40)
    ]
    assert max(above) < 25
    strip = [image.pixelColor(x, y) for x in range(0, 1600, 2) for y in range(1120, 1200, 4)]
    dark = sum(color.value() < 120 for color in strip)
    letters = sum(color.value() > 220 for color in strip)
    assert dark > 0.6 * len(strip)
    assert letters > 100


def test_bytes_stay_within_the_limit_even_for_noise(theme: Theme) -> None:
    noise = QImage(1600, 1200, QImage.Format.Format_RGB32)
    value = 1
    for y in range(0, 1200, 2):
        for x in range(0, 1600, 2):
            value = (value * 1103515245 + 12345) & 0x7FFFFFFF
            noise.setPixel(x, y, value)
    made = imaging.prepare_image(noise, STAMP, PhotoLimits(max_bytes=150_000))
    assert len(made.content) <= 150_000
    assert not QImage.fromData(made.content).isNull()


def test_hash_survives_recompression_scaling_and_another_stamp_but_tells_pictures_apart(theme: Theme) -> None:
    first = imaging.prepare_image(scene(), STAMP, LIMITS)
    again = imaging.prepare_bytes(
        encoded(scene().scaled(1000, 750, mode=Qt.TransformationMode.SmoothTransformation), quality=55),
        PhotoStamp(at=START + dt.timedelta(days=3), worker="钱丁"),
        PhotoLimits(long_side_px=800, quality=60),
    )
    other = imaging.prepare_image(scene().flipped(Qt.Orientation.Horizontal), STAMP, LIMITS)
    assert hash_distance(first.phash, again.phash) <= 5
    assert hash_distance(first.phash, other.phash) > 5


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_other_formats_become_jpeg_on_white(theme: Theme, form: str) -> None:
    image = QImage(400, 300, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    made = imaging.prepare_bytes(encoded(image, form), STAMP, LIMITS)
    assert made.content[:2] == b"\xff\xd8"
    assert QImage.fromData(made.content).pixelColor(200, 50).lightness() > 250


def png_claiming(width: int, height: int) -> bytes:
    """A tiny PNG that claims a size of its own."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (png_claiming(50_000, 50_000), "picture_too_large"),
        (b"not a picture at all", "picture_format_unknown"),
        (b"", "picture_format_unknown"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', "picture_format_unknown"),
        (b"%PDF-1.4 ...", "picture_format_unknown"),
        (png_claiming(300, 300), "picture_unreadable"),
    ],
    ids=["bomb", "text", "empty", "svg", "pdf", "cut short"],
)
def test_hostile_files_are_refused(theme: Theme, content: bytes, code: str) -> None:
    with pytest.raises(RuleError) as caught:
        imaging.prepare_bytes(content, STAMP, LIMITS)
    assert caught.value.code == code


def test_name_of_a_file_does_not_matter(theme: Theme, tmp_path: Path) -> None:
    wrong = tmp_path / "photo.jpg"
    wrong.write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg"/>')
    with pytest.raises(RuleError, match="picture_format_unknown"):
        imaging.prepare_file(wrong, STAMP, LIMITS)
    right = tmp_path / "photo.dat"
    right.write_bytes(encoded(scene(300, 200)))
    assert imaging.prepare_file(right, STAMP, LIMITS).width == 300
    with pytest.raises(RuleError, match="picture_unreadable"):
        imaging.prepare_file(tmp_path / "gone.jpg", STAMP, LIMITS)


def test_time_tag_with_an_offset_and_broken_tags(theme: Theme) -> None:
    jpeg = encoded(scene(60, 40))
    abroad = with_exif(jpeg, taken="2026:03:04 10:20:00", offset="+02:00")
    assert taken_at(abroad) == dt.datetime(2026, 3, 4, 8, 20, tzinfo=dt.UTC)
    assert taken_at(with_exif(jpeg, taken="0000:00:00 00:00:00")) is None
    whole = with_exif(jpeg)
    for cut in range(len(whole)):
        assert taken_at(whole[:cut]) in (None, dt.datetime(2026, 3, 4, 8, 20, tzinfo=dt.UTC))


def test_thumbnail_is_small(theme: Theme) -> None:
    made = imaging.prepare_image(scene(), STAMP, LIMITS)
    small = QImage.fromData(imaging.thumbnail(made.content))
    assert max(small.width(), small.height()) == imaging.THUMBNAIL_PX
    assert len(made.thumbnail) < 40_000
