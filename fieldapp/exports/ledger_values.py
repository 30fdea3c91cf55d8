"""Reads single cells of a roster: names, months, money, counts, accounts, code words (level 3).

A cell that cannot be read for certain is refused with a code; nothing is guessed silently.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from fieldapp.domain.errors import Fact
from fieldapp.exports.ledger_layout import known_code, plain_cell
from fieldapp.exports.ledger_words import codes_by_word, plain
from fieldapp.exports.sheets import Cell

MONTHLY_FEN_MAX: Final = 5_000_000
"""50,000 yuan a month: above that a column was mistaken."""
FIRST_MONTH: Final = dt.date(1990, 1, 1)
"""Older than any assistance register."""
PEOPLE_MAX: Final = 30
EXACT_DIGITS: Final = 15
"""Digits a number cell keeps; longer account numbers have lost their end."""
EXCEL_EPOCH: Final = dt.date(1899, 12, 30)
EXCEL_SERIALS: Final = range(32_874, 73_051)
"""1990-01-01 to 2100-01-01."""


class CellRefused(Exception):
    """A cell cannot be taken over. `code` names a sentence in import_reasons.toml.

    It never leaves the import: it becomes one problem of one row.
    """

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code)
        self.code: Final = code
        self.facts: Final[Mapping[str, Fact]] = facts


_COMPATIBLE: Final = "CJK COMPATIBILITY IDEOGRAPH"
_NAME_CATEGORIES: Final = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Nl", "Co", "Cn"})
"""Letters, 〇, and characters of names that only old systems' private codes or newer tables know."""


NOTHING: Final = frozenset({"", "-", "/", "无", "\\", "—"})
"""What people write where there is nothing to write."""


def one_line(text: str) -> str:
    """Text on one line, without control characters."""
    return "".join(c for c in " ".join(text.split()) if unicodedata.category(c) not in {"Cc", "Cs"})


def read_text(cell: Cell, limit: int) -> str:
    """Free text on one line; longer than the record's limit is refused, never cut."""
    text = one_line(cell if isinstance(cell, str) else plain_cell(cell))
    if len(text) > limit:
        raise CellRefused("text_too_long", limit=limit)
    return text


def name_text(text: str) -> str:
    """A name without the spaces that line names up, half-width; dots of transcribed names are one kind.

    Compatibility ideographs stay: who writes his name with one is not called by its look-alike.
    """
    kept = "".join(c if unicodedata.name(c, "").startswith(_COMPATIBLE) else plain(c) for c in text)
    return re.sub(r"[.•・‧∙●]", "·", kept)


def read_name(cell: Cell) -> str:
    """A person's name, refused where it holds what no name does."""
    text = name_text(cell if isinstance(cell, str) else plain_cell(cell))
    if not text:
        raise CellRefused("name_missing")
    if len(text) > 50 or not all(unicodedata.category(c) in _NAME_CATEGORIES or c == "·" for c in text):
        raise CellRefused("name_not_plain")
    return text


def read_count(cell: Cell) -> int:
    """A number of people, with or without 人."""
    text = plain_cell(cell).rstrip("人口")
    if not re.fullmatch(r"[0-9]{1,3}", text) or not 1 <= int(text) <= PEOPLE_MAX:
        raise CellRefused("count_unreadable", limit=PEOPLE_MAX)
    return int(text)


_MONEY: Final = re.compile(r"(-?[0-9]+)(?:\.([0-9]+))?")


def read_fen(cell: Cell, most: int = MONTHLY_FEN_MAX) -> int:
    """An amount in fen, `most` at most. Understands 560, 1,234.50, ￥560元, 560元/月."""
    if isinstance(cell, bool | dt.date | dt.time | dt.timedelta):
        raise CellRefused("amount_unreadable")
    if isinstance(cell, int | float):
        text = f"{cell:.6f}".rstrip("0").rstrip(".")  # 0.1 + 0.2 is still 0.30
    else:
        text = re.sub(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))", "", plain(cell))
        text = re.sub(r"^(¥|¥|￥|人民币|RMB)", "", text)
        text = re.sub(r"(元|圆|块)?(整|/月|每月)?$", "", text)
    found = _MONEY.fullmatch(text)
    if not found or len((found[2] or "").rstrip("0")) > 2:
        raise CellRefused("amount_unreadable")
    fen = int(Decimal(text) * 100)
    if not 0 <= fen <= most:
        raise CellRefused("amount_implausible", limit_yuan=most // 100)
    return fen


def read_number(cell: Cell) -> int:
    """A whole number from 0 to 9999."""
    text = plain_cell(cell)
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise CellRefused("number_unreadable")
    return int(text)


def read_day(cell: Cell) -> dt.date:
    """A day as a date cell, 2024-03-05, 2024.3.5, 2024年3月5日 or 20240305."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    form = r"([0-9]{4})[-./年]([0-9]{1,2})[-./月]([0-9]{1,2})日?"
    text = plain_cell(cell)
    found = re.fullmatch(form, text) or re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text)
    try:
        return dt.date(*(int(part) for part in found.groups())) if found else _refused_day()
    except ValueError:
        return _refused_day()


def _refused_day() -> dt.date:
    raise CellRefused("day_unreadable")


_MONTH_FORMS: Final = (
    re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?:(?P<d>[0-9]{2}))?"),
    re.compile(
        r"(?P<y>[0-9]{4}|[0-9]{2})[-./年](?P<m>[0-9]{1,2})(?:[-./月](?P<d>[0-9]{1,2})?[日号]?)?(?:起|至今|-)?"
    ),
)


def read_month(cell: Cell, today: dt.date) -> dt.date:
    """The first day of a month written as 2024.3, 2024年3月, 202403, 2024-03-01, 24.3 or a date cell.

    A number cell 2024.1 is refused: a spreadsheet shows October 2024.10 just so.
    """
    month = _month_of_day(cell) or _month_of_text(cell, today)
    next_month = (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
    if month < FIRST_MONTH or month > next_month:
        raise CellRefused("month_implausible")
    return month


def _month_of_day(cell: Cell) -> dt.date | None:
    """From a date cell, or from the serial number of a date cell that lost its format."""
    if isinstance(cell, dt.datetime | dt.date):
        return dt.date(cell.year, cell.month, 1)
    text = plain_cell(cell)
    if re.fullmatch(r"[0-9]{5}", text) and int(text) in EXCEL_SERIALS:
        return (EXCEL_EPOCH + dt.timedelta(days=int(text))).replace(day=1)
    return None


def _month_of_text(cell: Cell, today: dt.date) -> dt.date:
    text = plain_cell(cell)
    if isinstance(cell, float) and re.fullmatch(r"[0-9]{2,4}\.1", text):
        raise CellRefused("month_ambiguous")
    text = re.sub(r"T?[0-9]{1,2}:[0-9]{2}(:[0-9]{2})?$", "", text)
    found = next((match for form in _MONTH_FORMS if (match := form.fullmatch(text))), None)
    if found is None:
        raise CellRefused("month_unreadable")
    year = int(found["y"])
    if year < 100:
        year += 2000 if year <= today.year % 100 + 1 else 1900
    try:
        return dt.date(year, int(found["m"]), int(found["d"] or 1)).replace(day=1)
    except ValueError:
        raise CellRefused("month_unreadable") from None


def read_account(cell: Cell) -> str:
    """A bank account as digits. A number cell of more than 15 digits has lost its end."""
    if isinstance(cell, float) and abs(cell) >= 10**EXACT_DIGITS:
        raise CellRefused("account_precision_lost")
    text = plain_cell(cell).replace("-", "").removeprefix("'")
    if re.fullmatch(r"[0-9](\.[0-9]+)?[eE]\+?[0-9]+", text):
        raise CellRefused("account_precision_lost")
    if not re.fullmatch(r"[0-9]{8,30}", text):
        raise CellRefused("account_unreadable")
    return text


def read_code(cell: Cell, table: str) -> str:
    """The code a cell's word stands for."""
    code = known_code(table, plain_cell(cell))
    if code is None:
        raise CellRefused("word_unknown")
    return code


def read_causes(cell: Cell) -> tuple[tuple[str, ...], bool]:
    """Codes of the causes named in a cell, and whether some words were not understood (then OTHER)."""
    found: list[str] = []
    unknown = False
    for part in re.split(r"[、,;/+&和及]|(?<=[^因])(?=因)", plain_cell(cell)):
        if not part:
            continue
        code = known_code("cause", part) or _contained("cause", part)
        unknown = unknown or code is None
        found.append(code or "OTHER")
    return tuple(dict.fromkeys(found)), unknown


def _contained(table: str, text: str) -> str | None:
    words = [word for word in codes_by_word(table) if len(word) > 1 and word in text]
    return codes_by_word(table)[max(words, key=len)] if words else None
