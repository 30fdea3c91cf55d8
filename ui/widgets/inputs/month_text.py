"""Months and years as people type them; pure. Layer 5 (no Qt)."""

import re
import unicodedata
from datetime import date
from typing import Final

_MONTH: Final = re.compile(r"(\d{4})[年./-](\d{1,2})月?")
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})")
_YEAR: Final = re.compile(r"(\d{4})年?")


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).replace("。", ".").replace("—", "-")


def parse_month(text: str) -> date | None:
    """The first day of 2026.3, 2026年3月, 2026-03 or 202603; None when it is no month."""
    plain = _plain(text)
    found = _MONTH.fullmatch(plain) or _COMPACT.fullmatch(plain)
    if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) == 0:
        return None
    return date(int(found[1]), int(found[2]), 1)


def parse_year(text: str) -> date | None:
    """The first day of 2026 or 2026年; None when it is no year."""
    found = _YEAR.fullmatch(_plain(text))
    return date(int(found[1]), 1, 1) if found and int(found[1]) else None
