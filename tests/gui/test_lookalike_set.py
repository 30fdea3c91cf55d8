"""The drawn set: no honest pair is accused, and used photos of every easy kind are known again."""

import pytest

from bench.lookalike import is_accused
from bench.lookalike_set import HONEST, honest_pairs, used_pairs


@pytest.mark.parametrize("kind", HONEST)
def test_no_honest_pair_is_accused(kind: str) -> None:
    assert not any(map(is_accused, honest_pairs(kind, 12)))
    assert not any(is_accused(pair, stored=True) for pair in honest_pairs(kind, 2))


@pytest.mark.parametrize(
    ("kind", "least"), [("compressed", 6), ("brightened", 5), ("mirrored", 2), ("cropped", 2)]
)
def test_used_photos_are_known_again(kind: str, least: int) -> None:
    assert sum(map(is_accused, used_pairs(kind, 8))) >= least
