"""Search keys of names: pinyin initials and full pinyin (domain layer)."""

import itertools
import os
from functools import lru_cache

from fieldapp.domain.rules.surnames import COMPOUND_SURNAMES, SURNAME_READINGS, surname_of


def pinyin_keys(name: str) -> tuple[str, ...]:
    """Lower-case keys a name is found by: first all initials, then all full readings.

    `单桂兰` gives ("sgl", "dgl", "shanguilan", "danguilan"): a surname is indexed in its own reading
    and in the dictionary's, because workers type either. ü is written v as on keyboards. Letters and
    digits stay; dots and characters without a known reading are left out.
    """
    plain = "".join(name.split())
    surname = surname_of(plain)
    given = [key for character in plain[len(surname) :] if (key := _reading(character))]
    surname_readings = _surname_readings(surname)
    initials = (_initials([*reading, *given]) for reading in surname_readings)
    full = ("".join([*reading, *given]) for reading in surname_readings)
    return tuple(key for key in dict.fromkeys(itertools.chain(initials, full)) if key)


def _initials(syllables: list[str]) -> str:
    return "".join(syllable[0] for syllable in syllables)


@lru_cache(maxsize=1024)
def _surname_readings(surname: str) -> tuple[tuple[str, ...], ...]:
    """Each reading of a surname as its syllables, the surname's own reading first."""
    dictionary = tuple(key for character in surname if (key := _reading(character)))
    if surname in COMPOUND_SURNAMES:
        return tuple(dict.fromkeys([tuple(COMPOUND_SURNAMES[surname].split()), dictionary]))
    special = [(reading,) for reading in SURNAME_READINGS.get(surname, ())]
    return tuple(dict.fromkeys([*special, dictionary]))


@lru_cache(maxsize=4096)
def _reading(character: str) -> str:
    """The dictionary's first reading of a character; '' = none."""
    # 44 ms and 12 MB on first use, so not at program start; without the phrase table it would be
    # 250 ms and 55 MB, and phrases say nothing about names.
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")
    from pypinyin import lazy_pinyin

    if character.isascii():
        return character.lower() if character.isalnum() else ""
    return next(iter(lazy_pinyin(character, errors="ignore")), "")
