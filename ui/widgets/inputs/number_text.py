"""Numbers as people type them, read and written; pure. Layer 5 (no Qt)."""

import re
import unicodedata
from decimal import Decimal
from typing import Final

_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")
_SEPARATED: Final = re.compile(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_UNITS: Final = ("元", "岁", "人", "口", "户", "次", "天", "个")
_MOST_DIGITS: Final = 18


def parse_number(text: str, *, decimals: bool) -> str | None:
    """Read 12, １２, -3.5, 1,200 or 1200元 as the shortest plain number; None when it is none.

    Args:
        decimals: whether digits after the point are allowed; 3.0 is a whole number, 3.5 is not.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("。", ".").replace("−", "-")
    for unit in _UNITS:
        plain = plain.removesuffix(unit)
    plain = plain.replace("、", ",")
    if _SEPARATED.fullmatch(plain):
        plain = plain.replace(",", "")
    if not _NUMBER.fullmatch(plain) or sum(char.isdecimal() for char in plain) > _MOST_DIGITS:
        return None
    number = Decimal(plain)
    if number == number.to_integral_value():
        return str(int(number))
    return f"{number.normalize():f}" if decimals else None


def grouped(number: str) -> str:
    """A plain number with a comma at each thousand."""
    whole, point, rest = number.partition(".")
    sign = "-" if whole.startswith("-") else ""
    return f"{sign}{int(whole.lstrip('-') or 0):,}{point}{rest}"
