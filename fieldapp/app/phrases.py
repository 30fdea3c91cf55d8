"""Phrase picks of the visit narrative, from resources/phrases. Visits store their keys (`living.normal`)."""

import tomllib
from dataclasses import dataclass
from functools import cache

from fieldapp.app.paths import resources
from fieldapp.app.preferences import Language


@dataclass(frozen=True, slots=True)
class PhraseGroup:
    """Phrases that belong together: key of the group, then (key, words) of each phrase."""

    key: str
    phrases: tuple[tuple[str, str], ...]


@cache
def phrase_groups(language: Language) -> tuple[PhraseGroup, ...]:
    """All phrases of a language, in the order of the file; read once."""
    with (resources() / "phrases" / f"{language.value}.toml").open("rb") as file:
        tables: dict[str, dict[str, str]] = tomllib.load(file)
    return tuple(
        PhraseGroup(group, tuple((f"{group}.{key}", words) for key, words in table.items()))
        for group, table in tables.items()
    )


def phrase_words(key: str, language: Language) -> str:
    """The words of a stored phrase; what is no key (typed or imported words) is shown as it is."""
    for group in phrase_groups(language):
        for known, words in group.phrases:
            if known == key:
                return words
    return key
