"""How much to make: the two sizes of the recipe and any size a measurement asks for."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """Quantities. All but `photos` are met exactly; photos may miss by the last one or two.

    `focus_households` live in the village of the demo aide. `assessed` households have a risk level.
    `assessments`: how they came to it is told, too. `clues`: urgent clues are told.
    `drawn_photos`: every picture is drawn for itself, with its own watermark in it; otherwise pictures
    share a few drawings and differ by a comment segment, so that 60,000 references cost nothing.
    """

    name: str
    towns: int
    villages: int
    grids: int
    households: int
    persons: int
    visits: int
    days: int
    photos: int
    assessed: int
    focus_households: int
    vacant_aides: int = 0
    drawn_photos: bool = True
    assessments: bool = False
    clues: bool = False


DEMO: Final = Scale(
    name="demo",
    towns=20,
    villages=60,
    grids=180,
    households=600,
    persons=1_150,
    visits=3_000,
    days=365,
    photos=320,
    assessed=80,
    focus_households=40,
    assessments=True,
    clues=True,
)

LOAD: Final = Scale(
    name="load",
    towns=20,
    villages=219,
    grids=1_100,
    households=18_000,
    persons=34_000,
    visits=400_000,
    days=3 * 365,
    photos=60_000,
    assessed=18_000,
    focus_households=82,
    vacant_aides=1,
    drawn_photos=False,
)

SCALES: Final = {scale.name: scale for scale in (DEMO, LOAD)}


def village_scale(
    *, households: int = 2_000, persons: int = 5_000, visits: int = 20_000, grids: int = 5, photos: int = 0
) -> Scale:
    """One village for measurements: everything an aide's device holds, and nothing else."""
    return Scale(
        name="village",
        towns=1,
        villages=1,
        grids=grids,
        households=households,
        persons=persons,
        visits=visits,
        days=365,
        photos=photos,
        assessed=households,
        focus_households=households,
        drawn_photos=False,
    )
