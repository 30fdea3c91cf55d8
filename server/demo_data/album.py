"""Photos and signatures of made-up visits: references in the record, bytes on demand."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any, Final

from fieldapp.domain.clock import COUNTY_ZONE, instant_text, parse_instant
from fieldapp.domain.records.visits import PhotoKind
from server.demo_data.chance import Chance, Weighted, chance_for
from server.demo_data.pictures import (
    PHOTO_MIME,
    SIGNATURE_MIME,
    Picture,
    draw_photo,
    draw_signature,
    photo_plates,
)
from server.demo_data.plan import HouseholdPlan
from server.demo_data.scale import Scale

Body = dict[str, Any]

SIGNATURES: Final = 24
PLATES_PER_KIND: Final = 4
_KINDS: Final = Weighted(
    [(PhotoKind.DOOR, 40), (PhotoKind.HOUSE, 30), (PhotoKind.KITCHEN, 22), (PhotoKind.RECEIPT, 8)]
)
_PHOTOS_A_VISIT: Final = Weighted([(1, 55), (2, 30), (3, 15)])


@dataclass(frozen=True, slots=True)
class Blob:
    """A file that a visit names."""

    sha256: str
    mime: str
    content: bytes


class Album:
    """Hands photos to visits at an even rate until the wanted number is reached.

    One album serves one pass over the households in order; pictures follow from seed and reference, so
    any album of the same seed can make the bytes of any visit.
    """

    def __init__(self, scale: Scale, seed: int) -> None:
        self._scale = scale
        self._seed = seed
        self._rows = 0
        self._given = 0
        self._next = 1
        self._draw = lru_cache(maxsize=16)(self._drawn)

    def count_row(self) -> None:
        """One more visit row has passed, of whatever kind."""
        self._rows += 1

    def photos_for(self, chance: Chance, plan: HouseholdPlan, household: Body, visit: Body) -> list[Body]:
        """Photo references of a visit on site; empty for most."""
        due = self._scale.photos * self._rows // max(1, self._scale.visits) - self._given
        if due < self._next:
            return []
        count, self._next = self._next, _PHOTOS_A_VISIT.draw(chance)
        self._given += count
        started, finished = parse_instant(visit["started_at"]), parse_instant(visit["finished_at"])
        span = int((finished - started).total_seconds())
        photos = []
        for nth in range(count):
            taken = started + dt.timedelta(seconds=span * (nth + 1) // (count + 1))
            kind = PhotoKind.DOOR if nth == 0 else _KINDS.draw(chance)
            photos.append(self.photo(kind, taken, household, visit, nth))
        return photos

    def photo(self, kind: PhotoKind, taken: dt.datetime, household: Body, visit: Body, nth: int) -> Body:
        """The reference of one photo: its name is the SHA-256 of the bytes that `blobs` will make."""
        local = taken.astimezone(COUNTY_ZONE)
        lines = (f"{local:%Y-%m-%d %H:%M}", visit["area_code"][:12], f"NO.{household['household_no']}")
        watermark = " ".join(lines)
        tag = f"{visit['id']}/{nth}"
        picture = self._picture(kind, tag, watermark)
        sha256, size = picture.name_of(tag)
        photo: Body = {
            "kind": kind.value,
            "sha256": sha256,
            "mime": PHOTO_MIME,
            "size": size,
            "width": picture.width,
            "height": picture.height,
            "taken_at": instant_text(taken),
            "origin": "CAMERA",
            "phash": picture.phash,
            "watermark": watermark,
        }
        return photo

    def signature(self, chance: Chance) -> tuple[str, int]:
        """SHA-256 and size of one of a few scribbles."""
        content = self._signatures[chance.randrange(SIGNATURES)]
        return content[0], len(content[1])

    def blobs(self, visit: Body) -> Iterator[Blob]:
        """The bytes of all photos and of the signature that a visit names."""
        for nth, photo in enumerate(visit.get("photos", ())):
            tag = f"{visit['id']}/{nth}"
            content = self._picture(PhotoKind(photo["kind"]), tag, photo["watermark"]).tagged(tag)
            yield Blob(photo["sha256"], PHOTO_MIME, content)
        wanted = visit.get("signature", {}).get("image_sha256")
        if wanted:
            yield Blob(wanted, SIGNATURE_MIME, dict(self._signatures)[wanted])

    def _picture(self, kind: PhotoKind, tag: str, watermark: str) -> Picture:
        if self._scale.drawn_photos:
            return self._draw(kind, tag, watermark)
        plates = self._plates.get(kind) or self._plates[PhotoKind.HOUSE]
        return plates[int(tag[-4], 16) % len(plates)]

    def _drawn(self, kind: PhotoKind, tag: str, watermark: str) -> Picture:
        day, minute, village, number = watermark.split(" ")
        return draw_photo(kind, chance_for(self._seed, "photo", tag), (f"{day} {minute}", village, number))

    @cached_property
    def _plates(self) -> dict[PhotoKind, list[Picture]]:
        return photo_plates(self._seed, PLATES_PER_KIND)

    @cached_property
    def _signatures(self) -> list[tuple[str, bytes]]:
        drawn = [draw_signature(chance_for(self._seed, "signature", nth)) for nth in range(SIGNATURES)]
        return [(hashlib.sha256(content).hexdigest(), content) for content in drawn]
