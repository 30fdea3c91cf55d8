"""The county's words in ledgers: headings and cell values, read from resources/ledgers (level 3)."""

import enum
import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final

LEDGER_FOLDER: Final = Path(__file__).parents[2] / "resources" / "ledgers"


class LedgerKind(enum.StrEnum):
    """Rosters that can be imported."""

    DIBAO = "DIBAO"
    TEKUN = "TEKUN"


class Column(enum.StrEnum):
    """What a roster's column holds."""

    SEQUENCE = "SEQUENCE"
    TOWN = "TOWN"
    VILLAGE = "VILLAGE"
    GROUP = "GROUP"
    HEAD_NAME = "HEAD_NAME"
    NAME = "NAME"
    RELATION = "RELATION"
    ID_NUMBER = "ID_NUMBER"
    SEX = "SEX"
    AGE = "AGE"
    HUKOU = "HUKOU"
    COVERAGE = "COVERAGE"
    SUPPORT_MODE = "SUPPORT_MODE"
    SELF_CARE = "SELF_CARE"
    CARER_NAME = "CARER_NAME"
    CARER_PHONE = "CARER_PHONE"
    MEMBERS = "MEMBERS"
    COVERED = "COVERED"
    BASIC_AMOUNT = "BASIC_AMOUNT"
    CARE_AMOUNT = "CARE_AMOUNT"
    AMOUNT = "AMOUNT"
    SUPPLEMENT = "SUPPLEMENT"
    CAUSE = "CAUSE"
    REVIEW_CLASS = "REVIEW_CLASS"
    SINCE = "SINCE"
    BANK_NAME = "BANK_NAME"
    BANK_ACCOUNT = "BANK_ACCOUNT"
    PHONE = "PHONE"
    ADDRESS = "ADDRESS"
    REMARK = "REMARK"


_BRACKETS: Final = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Text for comparing: half-width, without white space and invisible marks. A row asks it of each of its
    cells several times."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) not in {"Cf", "Cc"})


def without_brackets(text: str) -> str:
    """The plain text without what stands in brackets, and without a colon at its end."""
    return _BRACKETS.sub("", plain(text)).rstrip(":")


@dataclass(frozen=True, slots=True)
class LedgerSpec:
    """A roster: its columns in the county's order and the words they are known by."""

    kind: LedgerKind
    title: str
    title_words: tuple[str, ...]
    required: tuple[Column, ...]
    telling: frozenset[Column]
    headings: dict[Column, str]
    words: dict[str, Column]

    def column_of(self, heading: str) -> Column | None:
        """The column a heading names, or None."""
        return self.words.get(plain(heading)) or self.words.get(without_brackets(heading))


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((LEDGER_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def ledger_spec(kind: LedgerKind) -> LedgerSpec:
    """The roster's description."""
    table = _read(kind.lower())
    headings: dict[Column, str] = {}
    words: dict[str, Column] = {}
    for entry in table["column"]:
        column = Column(entry["key"])
        headings[column] = entry["heading"]
        for word in (entry["heading"], without_brackets(entry["heading"]), *entry["words"]):
            words.setdefault(plain(word), column)
    return LedgerSpec(
        kind,
        table["title"],
        tuple(table["title_words"]),
        tuple(Column(key) for key in table["required"]),
        frozenset(Column(key) for key in table["telling"]),
        headings,
        words,
    )


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    tables: dict[str, dict[str, list[str]]] = _read("words")
    return tables


@cache
def codes_by_word(table: str) -> dict[str, str]:
    """Plain word → code of one table of words.toml."""
    return {without_brackets(word): code for code, words in _words()[table].items() for word in words}


def word_of(table: str, code: str) -> str:
    """The county's word for a code, as exports write it."""
    return _words()[table][code][0]


@cache
def word_list(table: str, key: str) -> tuple[str, ...]:
    """A list of words.toml that is no code list: row marks, area suffixes."""
    return tuple(_words()[table][key])


@cache
def phrase_words() -> dict[str, str]:
    """The words of the phrase picks, by the key that visits store (`living.normal`)."""
    groups = tomllib.loads((LEDGER_FOLDER.parent / "phrases" / "zh.toml").read_text(encoding="utf-8"))
    return {f"{group}.{key}": words for group, table in groups.items() for key, words in table.items()}
