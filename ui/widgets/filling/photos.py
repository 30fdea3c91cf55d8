"""A photo of a draft as a form shows it; values only, no Qt. Layer 5."""

import datetime as dt
from dataclasses import dataclass

from fieldapp.domain.records.visits import PhotoKind


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo of the draft; no thumbnail while it is being made or read. `similar_day` is the day of an
    earlier photo that looks the same (R18)."""

    key: str
    kind: PhotoKind
    kind_label: str
    caption: str
    thumbnail: bytes
    making: bool = False
    similar_day: dt.date | None = None
