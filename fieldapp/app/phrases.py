"""Phrase picks from resources/phrases: of the visit narrative (visits store their keys, `living.normal`) and
of urgent reports (which store the words)."""

import tomllib
from dataclasses import dataclass
from functools import cache

from fieldapp.app.paths import resources
from fieldapp.app.preferences import Language
from fieldapp.domain.records.clues import ClueKind


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


@cache
def _clue_tables(language: Language) -> dict[str, tuple[str, ...]]:
    with (resources() / "phrases" / f"clues.{language.value}.toml").open("rb") as file:
        tables: dict[str, list[str]] = tomllib.load(file)
    return {kind: tuple(words) for kind, words in tables.items()}


def clue_phrases(language: Language, kind: ClueKind | None) -> tuple[str, ...]:
    """What is often said of a kind of urgent case; without a kind, of any."""
    return _clue_tables(language)["any" if kind is None else kind.value]
