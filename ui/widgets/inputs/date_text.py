"""Dates as people type them, read and written; pure. Layer 5 (no Qt)."""

import re
import unicodedata
from datetime import date, timedelta
from enum import StrEnum


class DateProblem(StrEnum):
    """Why a text is no date."""

    NOT_UNDERSTOOD = "not_understood"
    NO_SUCH_DAY = "no_such_day"


_WORDS = {"前天": -2, "昨天": -1, "今天": 0, "明天": 1, "后天": 2}
_FULL = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_SHORT = re.compile(r"(\d{1,2})[月./-](\d{1,2})[日号]?")
# People copy dates together with the weekday.
_WEEKDAY = re.compile(r"(?:周|星期)[一二三四五六日天]$")


def parse_date(text: str, today: date) -> date | DateProblem:
    """Read 2026.3.5, 2026-03-05, 2026/3/5, 2026年3月5日, 20260305, 3月5日, 3.5, 今天，昨天.

    Full-width digits and spaces anywhere are allowed. A day without a year is in the year of `today`.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("。", ".").replace("—", "-")
    if plain in _WORDS:
        return today + timedelta(days=_WORDS[plain])
    plain = _WEEKDAY.sub("", plain)
    if found := _FULL.fullmatch(plain) or _COMPACT.fullmatch(plain):
        year, month, day = (int(part) for part in found.groups())
    elif found := _SHORT.fullmatch(plain):
        year = today.year
        month, day = (int(part) for part in found.groups())
    else:
        return DateProblem.NOT_UNDERSTOOD
    try:
        return date(year, month, day)
    except ValueError:
        return DateProblem.NO_SUCH_DAY
