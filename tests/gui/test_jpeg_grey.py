"""The server's own reading of photos: the same print as on the device, and nothing of what cannot be read."""

import io
import random
from typing import Any

import pytest
from PIL import Image
from PySide6.QtGui import QImage

from bench.lookalike_set import used_pairs
from fieldapp.domain.rules.lookalikes import Candidate, agreement
from fieldapp.domain.rules.picture_print import WHOLE
from server.services.jpeg_grey import block_means, jpeg_print
from tests.gui.code_pictures import jpeg
from ui.imaging import picture_print

THE_SAME = Candidate(0, 0, WHOLE, inside=False, mirrored=False)


@pytest.fixture(scope="module")
def photo() -> QImage:
    return next(iter(used_pairs("compressed", 1)))[0].scaled(500, 390)


def encoded(photo: QImage, mode: str = "RGB", **options: Any) -> bytes:
    """By another program, in other ways of writing a JPEG."""
    out = io.BytesIO()
    Image.open(io.BytesIO(jpeg(photo))).convert(mode).save(out, "JPEG", **options)
    return out.getvalue()


@pytest.mark.parametrize(
    "options",
    [
        {"quality": 85},
        {"quality": 60, "subsampling": 0},
        {"quality": 75, "subsampling": 1, "optimize": True},
        {"quality": 80, "restart_marker_blocks": 7},
        {"mode": "L", "quality": 80},
    ],
)
def test_print_of_a_file_is_that_of_the_picture(photo: QImage, options: dict[str, Any]) -> None:
    content = encoded(photo, **options)
    found, shown = jpeg_print(content), picture_print(QImage.fromData(content))
    assert found is not None
    assert shown is not None
    same = agreement(found.shades, shown.shades, THE_SAME)
    assert (same.whole > 0.998, same.worst > 0.985) == (True, True), same
    assert max((a ^ b).bit_count() for a, b in zip(found.hashes, shown.hashes, strict=True)) <= 6


def test_what_cannot_be_read_has_no_print(photo: QImage) -> None:
    content = encoded(photo, quality=70)
    chance = random.Random(4)
    broken = bytearray(content)
    for at in chance.sample(range(200, len(content)), 40):
        broken[at] ^= 1 << chance.randrange(8)
    other_kinds = encoded(photo, quality=80, progressive=True), encoded(photo.scaled(200, 150), quality=80)
    cut = b"", b"\xff\xd8", content[:300], content[: len(content) // 2], b"\x89PNG" + content
    for bad in (*other_kinds, *cut):
        assert jpeg_print(bad) is None
    jpeg_print(bytes(broken))  # whatever comes of it, it ends


def test_a_file_that_claims_to_be_huge_is_not_begun(photo: QImage) -> None:
    content = bytearray(encoded(photo, quality=70))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = b"\xff\xff\xff\xff"
    with pytest.raises(ValueError, match="too large"):
        block_means(bytes(content))
