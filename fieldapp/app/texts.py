"""Sentences for error codes and labels for code lists, in both languages (resources/i18n)."""

import enum
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, Final

from fieldapp.app.paths import resources
from fieldapp.app.preferences import Language
from fieldapp.domain.errors import FieldappError


@dataclass(frozen=True, slots=True)
class _Marks:
    """Between words, between phrases, between a subject and what is said of it, after a sentence."""

    comma: str
    semicolon: str
    colon: str
    full_stop: str


_MARKS: Final = {
    Language.ZH: _Marks("、", "；", "：", "。"),
    Language.EN: _Marks(", ", "; ", ": ", ". "),
}


_ENDS: Final = "。.！!？?；;，,"


class Texts:
    """All texts of one language that do not belong to a screen."""

    def __init__(self, language: Language) -> None:
        self._marks = _MARKS[language]
        self._folder = resources() / "i18n" / language.value

    # Each table is read when its first text is asked for: the door, which is to be quick, needs none.

    @cached_property
    def _messages(self) -> dict[str, Any]:
        return _table(self._folder / "messages.toml")

    @cached_property
    def _labels(self) -> dict[str, Any]:
        return _table(self._folder / "labels.toml")

    @cached_property
    def _reasons(self) -> dict[str, Any]:
        return _table(self._folder / "import_reasons.toml")

    def message(self, code: str, **facts: object) -> str:
        """The sentence of a code with its facts filled in; a code without one says so with the code."""
        sentence = self._messages.get(code) or self._reasons.get(code) or self._messages["unknown_error"]
        filled = _Facts(facts | {"code": code})
        return str(sentence).format_map(filled)

    def error(self, error: FieldappError) -> str:
        """What to tell a person about an error."""
        return self.message(error.code, **error.facts)

    def label(self, value: enum.Enum | None) -> str:
        """The word for a code list value; '' for None."""
        if value is None:
            return ""
        table = self._labels.get(type(value).__name__, {})
        return str(table.get(str(value.value), value.value))

    def field(self, kind: str, name: str) -> str:
        """The word for a field of a record kind."""
        return str(self._labels.get("fields", {}).get(kind, {}).get(name, name))

    def labels(self, values: tuple[enum.Enum, ...], separator: str | None = None) -> str:
        """Several labels in one line."""
        words = [self.label(value) for value in values]
        return self.listed(words) if separator is None else separator.join(words)

    def listed(self, words: Iterable[str]) -> str:
        """Words in one line; empty ones are left out."""
        return self._marks.comma.join(filter(None, words))

    def sentences(self, phrases: Iterable[str]) -> str:
        """Longer phrases in one line; empty ones are left out."""
        return self._marks.semicolon.join(filter(None, phrases))

    def with_sentence(self, text: str, sentence: str) -> str:
        """A text with a sentence (without its full stop) put to the end."""
        stop = self._marks.full_stop
        told = text.strip()
        if told and told[-1] not in _ENDS:
            told += stop.rstrip()
        return f"{told}{stop[1:] if told else ''}{sentence}{stop.rstrip()}"

    def without_sentence(self, text: str, sentence: str) -> str:
        """A text without a sentence that `with_sentence` put into it."""
        rest = text.replace(sentence + self._marks.full_stop.rstrip(), "").replace(sentence, "")
        return rest.replace("  ", " ").strip()

    def said_of(self, subject: str, words: str) -> str:
        """What is said of a subject; only the subject where nothing is said."""
        return f"{subject}{self._marks.colon}{words}" if words else subject


class _Facts(dict[str, object]):
    """Facts for a sentence; one that is missing or None must not keep the sentence from being said."""

    def __getitem__(self, key: str) -> object:
        value = self.get(key)
        return "—" if value is None else value


def _table(path: Any) -> dict[str, Any]:
    import tomllib

    with path.open("rb") as file:
        return tomllib.load(file)


@cache
def texts(language: Language) -> Texts:
    """The texts of a language; read once."""
    return Texts(language)
