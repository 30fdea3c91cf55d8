"""What goes into the making of a photo and what comes out; values only, no Qt. Layer 5."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PhotoStamp:
    """What is burned into a photo (R18). Never a name of the household, never an ID number.

    `at` is when the picture was taken or, for a picture without a time of its own, when it was added.
    Positions are WGS-84 degrees.
    """

    at: dt.datetime
    village: str = ""
    worker: str = ""
    household_no: str = ""
    lat: float | None = None
    lon: float | None = None
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class PhotoLimits:
    """How large a kept photo may be: long side in pixels, JPEG quality 1–100, bytes."""

    long_side_px: int = 1600
    quality: int = 80
    max_bytes: int = 2_000_000


@dataclass(frozen=True, slots=True)
class PreparedPhoto:
    """A photo ready to be kept: JPEG without metadata, and what is known of it.

    `taken_at` is None when the picture does not say; `thumbnail` is a small JPEG for lists. `fingerprint` is
    what it is known again by ('' = it tells nothing), `source_sha256` names the file it was made of.
    """

    content: bytes
    width: int
    height: int
    phash: str
    watermark: str
    thumbnail: bytes
    taken_at: dt.datetime | None = None
    fingerprint: str = ""
    source_sha256: str = ""


PictureWork = Callable[[PhotoStamp, PhotoLimits], PreparedPhoto]
"""Makes a photo of one picture. Slow; raises RuleError (picture_…). Safe in any thread."""


@dataclass(frozen=True, slots=True)
class PictureSizes:
    """Encoded pictures made of encoded pictures. Slow; raise RuleError (picture_…). Safe in any thread.

    `small` is for lists, `large` for looking at; a `large` one keeps its transparency.
    """

    small: Callable[[bytes], bytes]
    large: Callable[[bytes], bytes]
