"""Series of codes: any order, doubles and gaps; a stranger's piece or a misread one changes nothing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.errors import SyncError
from sync.protocol.code_series import MOST_PIECES, PIECE_BYTES, SeriesCollector, is_piece, series_of

PACKAGE = random.Random(3).randbytes(5 * PIECE_BYTES - 7)


def refusal(collector: SeriesCollector, text: str) -> str:
    with pytest.raises(SyncError) as caught:
        collector.add(text)
    return caught.value.code


@given(st.binary(min_size=1, max_size=4000), st.randoms(use_true_random=False))
def test_pieces_in_any_order_and_doubled_give_the_package(package: bytes, chance: random.Random) -> None:
    pieces = series_of(package) * 2
    chance.shuffle(pieces)
    collector = SeriesCollector()
    new = sum(collector.add(piece) for piece in pieces)
    assert new == collector.total == len(pieces) // 2
    assert collector.package() == package


def test_what_is_missing_is_named_until_it_comes() -> None:
    pieces = series_of(PACKAGE)
    collector = SeriesCollector()
    assert (collector.missing, collector.package()) == ((), None)
    for number in (4, 2):
        collector.add(pieces[number - 1])
    assert (collector.got, collector.total, collector.missing) == (2, 5, (1, 3, 5))
    assert collector.package() is None
    for piece in pieces:
        collector.add(piece)
    assert collector.package() == PACKAGE


def test_pasted_pieces_may_come_together_with_line_breaks_and_small_letters() -> None:
    text = "\n".join(series_of(PACKAGE)).lower()
    wrapped = "\r\n".join(text[start : start + 60] for start in range(0, len(text), 60))
    collector = SeriesCollector()
    assert collector.add(wrapped) == 5
    assert collector.package() == PACKAGE


def test_every_misread_letter_is_noticed() -> None:
    piece = series_of(PACKAGE)[0]
    for place in range(len(piece)):
        other = "A" if piece[place] != "A" else "B"
        collector = SeriesCollector()
        assert refusal(collector, piece[:place] + other + piece[place + 1 :]) == "piece_unreadable"
        assert collector.got == 0


def test_a_piece_of_another_series_is_refused_and_the_first_goes_on() -> None:
    pieces, stranger = series_of(PACKAGE), series_of(PACKAGE[:-1])[0]
    collector = SeriesCollector()
    collector.add(pieces[0])
    assert refusal(collector, stranger) == "piece_of_other_series"
    for piece in pieces:
        collector.add(piece)
    assert collector.package() == PACKAGE
    collector.clear()
    collector.add(stranger)
    assert collector.total == 5


def test_only_what_looks_like_a_piece_is_one() -> None:
    assert is_piece(series_of(b"x")[0])
    for text in ("", "https://example.org", "fieldapp://enrol?code=1"):
        assert not is_piece(text)
        assert refusal(SeriesCollector(), text) == "piece_unreadable"


def test_more_than_fits_is_refused() -> None:
    series_of(bytes(MOST_PIECES * PIECE_BYTES))
    for size in (0, MOST_PIECES * PIECE_BYTES + 1):
        with pytest.raises(SyncError, match="series_too_long"):
            series_of(bytes(size))
