"""Short texts for a work group's chat: nobody can be found by them (domain brief 8; domain layer).

What a worker wrote himself is told apart from what codes say: it is never part of a brief by itself, and
`without_people` goes over it before he sees it.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.rules.surnames import surname_of

SOMEBODY: Final = "某某"
_NUMBER: Final = re.compile(r"[0-9０-９](?:[\s\-－—·.．]*[0-9０-９]){5,}\s*[XxＸｘ]?")
_DOTS: Final = "·•‧・."
_LEAST: Final = 2
"""Characters: a single one stands in too many words."""


@dataclass(frozen=True, slots=True)
class Brief:
    """`text` holds nothing about a person that codes do not say of many; `own_words` is what the worker
    wrote, without names, numbers and addresses on file: joined only if he asks for it and sees it."""

    text: str
    own_words: str = ""


def without_people(text: str, names: Iterable[str], addresses: Iterable[str] = ()) -> str:
    """A text without these names (given names alone included), without these addresses, and without any
    run of six digits or more: identity, phone and account numbers, dates of birth."""
    text = _NUMBER.sub("", text)
    for address in sorted({one.strip() for one in addresses if len(one.strip()) >= _LEAST}, key=_longest):
        text = text.replace(address, "")
    for name in sorted(_spoken({"".join(one.split()) for one in names}), key=_longest):
        text = _spaced(name).sub(SOMEBODY, text)
    return " ".join(text.split())


def _spoken(names: Iterable[str]) -> set[str]:
    """Names as a text may have them: whole, without the dot, the given name alone."""
    found: set[str] = set()
    for name in names:
        plain = name.translate({ord(dot): None for dot in _DOTS})
        found |= {name, plain, name.removeprefix(surname_of(name)), plain.removeprefix(surname_of(plain))}
        found |= set(re.split(f"[{re.escape(_DOTS)}]", name))
    return {one for one in found if len(one) >= _LEAST}


def _spaced(name: str) -> re.Pattern[str]:
    """The name, also with spaces between its characters (张　三)."""
    return re.compile(r"\s*".join(map(re.escape, name)))


def _longest(text: str) -> tuple[int, str]:
    return (-len(text), text)
