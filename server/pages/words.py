"""Words of the console in both languages: texts of pages, labels of code values, sentences of errors."""

import datetime as dt
import enum
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from fieldapp.domain.clock import COUNTY_ZONE, parse_instant
from fieldapp.domain.errors import FieldappError

I18N: Final = Path(__file__).parents[2] / "resources" / "i18n"
LANGUAGES: Final = {"zh": "zh-CN", "en": "en"}
"""Our folders of texts, and what a browser calls the language. The first is the one taken in doubt."""
NO_VALUE: Final = "—"


@cache
def _table(language: str, name: str) -> Mapping[str, Any]:
    return tomllib.loads((I18N / language / name).read_text(encoding="utf-8"))


class _Facts(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return NO_VALUE


class Words:
    """Everything a page says, in one language."""

    def __init__(self, language: str) -> None:
        self.language: Final = language if language in LANGUAGES else next(iter(LANGUAGES))
        self.tag: Final = LANGUAGES[self.language]

    def __call__(self, key: str, **facts: object) -> str:
        """The text `section.name` of console.toml with its facts filled in."""
        section, _, name = key.partition(".")
        text = str(_table(self.language, "console.toml")[section][name])
        return text.format_map(_Facts(facts)) if facts else text

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        section, _, name = key.partition(".")
        return name in _table(self.language, "console.toml").get(section, {})

    def sentence(self, code: str, facts: Mapping[str, object] | None = None) -> str:
        """What happened and what to do about it, as it is said to somebody at a browser."""
        table = _table(self.language, "messages.toml")
        own = _table(self.language, "console.toml")["message"]
        known = own.get(code) or table.get(code) or _table(self.language, "import_reasons.toml").get(code)
        text = str(known or table["unknown_error"])
        return text.format_map(_Facts({**(facts or {}), "code": code}))

    def error(self, error: FieldappError) -> str:
        """The sentence of an error."""
        return self.sentence(error.code, error.facts)

    def label(self, value: enum.Enum | None) -> str:
        """The word for a code value; '' for None."""
        if value is None:
            return ""
        return self.code(type(value).__name__, str(value.value))

    def code(self, table: str, value: str) -> str:
        """The word for a code value of a list by name; the code itself where there is none."""
        return str(_table(self.language, "labels.toml").get(table, {}).get(value, value))

    def field(self, kind: str, name: str) -> str:
        """The word for a field of a record kind."""
        fields = _table(self.language, "labels.toml").get("fields", {})
        return str(fields.get(kind, {}).get(name) or fields.get("record", {}).get(name, name))

    def act(self, code: str) -> str:
        """The word for an act of the audit log."""
        own = _table(self.language, "console.toml")["act"].get(code)
        return str(own or self.code("AuditAct", code))

    def kind(self, code: str) -> str:
        """The word for a kind of record."""
        return str(_table(self.language, "console.toml")["kind"].get(code, code))


def moment(at: dt.datetime | str | None) -> str:
    """An instant in the county's time, to the minute; a dash for none."""
    if not at:
        return NO_VALUE
    known = parse_instant(at) if isinstance(at, str) else at
    return f"{known.astimezone(COUNTY_ZONE):%Y-%m-%d %H:%M}"


def yuan(fen: int) -> str:
    """An amount in fen as yuan with two places."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"
