"""Pinyin search keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.rules.names import pinyin_keys
from fieldapp.domain.rules.surnames import COMPOUND_SURNAMES, SURNAME_READINGS


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("张桂兰", ("zgl", "zhangguilan")),
        ("单桂兰", ("sgl", "dgl", "shanguilan", "danguilan")),
        ("欧阳修文", ("oyxw", "ouyangxiuwen")),
        ("万俟雪", ("mqx", "wqx", "moqixue", "wanqixue")),
        ("张　三", ("zs", "zhangsan")),
        ("张𬭎", ("zh", "zhanghong")),
        ("阿卜杜·热合曼", ("abdrhm", "abodureheman")),
        ("吕小Q", ("lxq", "luxiaoq", "lvxiaoq")),
        ("", ()),
        ("·", ()),
    ],
)
def test_pinyin_keys_examples(name: str, keys: tuple[str, ...]) -> None:
    assert pinyin_keys(name) == keys


@pytest.mark.parametrize("surname", sorted(SURNAME_READINGS))
def test_pinyin_keys_every_surname_of_the_table_is_found_by_both_readings(surname: str) -> None:
    full = [key for key in pinyin_keys(f"{surname}三") if key.endswith("san")]
    assert len(full) == 1 + len(SURNAME_READINGS[surname]), "the table repeats the dictionary"


def test_compound_surnames_have_one_syllable_for_each_character() -> None:
    assert all(len(reading.split()) == len(name) == 2 for name, reading in COMPOUND_SURNAMES.items())


@given(st.text(max_size=12))
def test_pinyin_keys_any_name_gives_typeable_keys(name: str) -> None:
    assert all(key == key.lower() and key and not key.isspace() for key in pinyin_keys(name))
