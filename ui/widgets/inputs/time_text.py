"""Times of day as people type them, read and written; pure. Layer 5 (no Qt)."""

import re
import unicodedata
from datetime import time
from typing import Final

_FORMS: Final = (
    re.compile(r"(?P<h>\d{1,2})[:.时点](?P<m>\d{1,2})分?"),
    re.compile(r"(?P<h>\d{1,2})[时点](?P<half>半)?(?P<m>)"),
    re.compile(r"(?P<h>\d{1,2})(?P<m>\d{2})"),
)
_AFTERNOON: Final = ("下午", "晚上", "傍晚")
_MORNING: Final = ("上午", "早上", "凌晨", "中午")


def parse_time(text: str) -> time | None:
    """Read 9:05, 09：05, 905, 9点5分 or 9点半 and 下午3:20; None when it is no time."""
    plain = "".join(unicodedata.normalize("NFKC", text).split()).replace("。", ".")
    afternoon = plain.startswith(_AFTERNOON)
    for word in (*_AFTERNOON, *_MORNING):
        plain = plain.removeprefix(word)
    for form in _FORMS:
        found = form.fullmatch(plain)
        if found:
            hour = int(found["h"])
            minute = 30 if found.groupdict().get("half") else int(found["m"] or 0)
            if afternoon and hour < 12:
                hour += 12
            return time(hour, minute) if hour < 24 and minute < 60 else None
    return None


def written_time(at: time) -> str:
    """09:05, readable by `parse_time`."""
    return f"{at:%H:%M}"
