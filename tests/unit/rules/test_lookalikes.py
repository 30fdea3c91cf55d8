"""Used photos are known again, honest ones never; the search by bit planes finds what a plain one finds."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.rules.lookalikes import NEAR_BITS, HashIndex
from fieldapp.domain.rules.picture_print import (
    HASH_BITS,
    MIRROR,
    REGIONS,
    SIDE,
    WHOLE,
    PicturePrint,
    mirrored,
    pixels,
    region_hash,
)

HASHES = st.integers(0, (1 << HASH_BITS - 1) - 1)


def drawn(seed: int) -> list[int]:
    """Grey values of some boxes on a slope."""
    chance = random.Random(seed)
    grey = [80 + x + y // 2 for y in range(SIDE) for x in range(SIDE)]
    for _ in range(9):
        left, top, shade = chance.randrange(SIDE), chance.randrange(SIDE), chance.randrange(10, 250)
        for y in range(top, min(SIDE, top + chance.randrange(5, 25))):
            for x in range(left, min(SIDE, left + chance.randrange(5, 25))):
                grey[y * SIDE + x] = shade
    return grey


def print_of(seed: int) -> PicturePrint:
    found = PicturePrint.of_grey(drawn(seed))
    assert found is not None
    return found


def test_a_print_comes_back_from_its_text() -> None:
    told = print_of(1)
    assert PicturePrint.parse(str(told)) == told
    assert len(told.shades) == SIDE * SIDE
    with pytest.raises(ValueError, match="not a print"):
        PicturePrint.parse(str(told)[:-1])


@pytest.mark.parametrize(
    "grey", [[7] * SIDE**2, [128 + n % 3 for n in range(SIDE**2)], [230] * 2000 + [20] * 304]
)
def test_night_fog_and_paper_tell_nothing(grey: list[int]) -> None:
    assert PicturePrint.of_grey(grey) is None


def test_light_does_not_change_a_print() -> None:
    lighter = PicturePrint.of_grey([20 + value // 2 for value in drawn(2)])
    assert lighter is not None
    differing = (a ^ b for a, b in zip(lighter.hashes, print_of(2).hashes, strict=True))
    assert max(one.bit_count() for one in differing) <= 3


def test_the_hash_of_a_mirrored_picture_follows_from_its_own() -> None:
    shades = print_of(3).shades
    turned = region_hash(pixels(mirrored(shades)), WHOLE)
    # A wave of almost no height may take either sign.
    assert (turned ^ region_hash(pixels(shades), WHOLE) ^ MIRROR).bit_count() <= 1
    assert mirrored(mirrored(shades)) == shades


@given(st.lists(st.lists(HASHES, min_size=len(REGIONS), max_size=len(REGIONS)), max_size=8), st.data())
def test_bit_planes_find_what_comparing_one_by_one_finds(held: list[list[int]], data: st.DataObject) -> None:
    asked = data.draw(st.lists(HASHES, min_size=len(REGIONS), max_size=len(REGIONS)))
    if held:  # at and just beyond the limit
        flips = data.draw(
            st.sets(st.integers(0, HASH_BITS - 2), min_size=NEAR_BITS - 1, max_size=NEAR_BITS + 1)
        )
        asked[0] = held[0][0] ^ sum(1 << bit for bit in flips)
    index = HashIndex()
    for hashes in held:
        index.add(hashes)
    plain = {
        at: distance
        for at, hashes in enumerate(held)
        if (distance := min(
            (one ^ other ^ turn).bit_count()
            for turn in (0, MIRROR)
            for one, other in [*((asked[0], h) for h in hashes), *((h, hashes[0]) for h in asked)]
        )) <= NEAR_BITS
    }  # fmt: skip
    assert {found.at: found.distance for found in index.candidates(asked)} == plain


def test_an_index_that_grows_finds_the_new_ones_too() -> None:
    index, prints = HashIndex(), [print_of(seed) for seed in range(4)]
    for nth, told in enumerate(prints):
        assert index.used_photo(told, lambda at: prints[at].shades) is None
        assert index.add(told.hashes) == nth
        hit = index.used_photo(told, lambda at: prints[at].shades)
        assert hit is not None
        assert (hit.at, hit.mirrored) == (nth, False)


def test_a_mirrored_print_is_known_again() -> None:
    told = print_of(5)
    turned = PicturePrint.of_grey([shade * 4 for shade in pixels(mirrored(told.shades))])
    assert turned is not None
    index = HashIndex()
    index.add(told.hashes)
    hit = index.used_photo(turned, lambda _at: told.shades)
    assert hit is not None
    assert hit.mirrored
