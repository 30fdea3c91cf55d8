"""What the `type` column may say, as data, and reading it (level S)."""

import difflib
import enum
import re
from dataclasses import dataclass
from typing import Final


class Role(enum.Enum):
    """What a row of the survey sheet is."""

    QUESTION = enum.auto()
    BEGIN = enum.auto()
    END = enum.auto()
    UNKNOWN = enum.auto()


@dataclass(frozen=True, slots=True)
class RowType:
    """A read type cell. `container` is group or repeat; `choices` the named list or file."""

    role: Role
    word: str = ""
    container: str = ""
    choices: str = ""
    or_other: bool = False

    @property
    def from_file(self) -> bool:
        """Whether the choices come from an attached file."""
        return self.word.endswith("_from_file")

    @property
    def select(self) -> bool:
        """Whether there is anything to choose."""
        return self.word in SELECTS

    @property
    def several(self) -> bool:
        """Whether an answer names several choices, parted by blanks."""
        return self.word in {"select_multiple", "select_multiple_from_file", "rank"}


SELECTS: Final = {
    "select_one": ("select_one", "select one", "select one from", "select1", "add select one prompt using"),
    "select_multiple": (
        "select_multiple", "select multiple", "select all that apply from", "select all that apply",
        "add select multiple prompt using",
    ),
    "select_one_from_file": ("select_one_from_file", "select one from file"),
    "select_multiple_from_file": ("select_multiple_from_file", "select multiple from file"),
    "rank": ("rank",),
}  # fmt: skip
PLAIN: Final = (
    "text", "string", "integer", "int", "decimal", "note", "date", "time", "dateTime", "datetime",
    "calculate", "hidden", "acknowledge", "trigger", "image", "photo", "audio", "video", "file", "barcode",
    "range", "geopoint", "geotrace", "geoshape", "start-geopoint", "start", "end", "today", "deviceid",
    "username", "phonenumber", "email", "audit", "csv-external", "xml-external", "percentage",
)  # fmt: skip
"""Types without a list that the form engine knows."""
PHONE_ONLY: Final = frozenset(
    {"background-audio", "background-geopoint", "simserial", "subscriberid", "imei", "osm"}
)
"""What only a telephone can answer; the desktop program leaves them empty."""
NO_QUESTION: Final = frozenset(
    {"calculate", "hidden", "start", "end", "today", "deviceid", "username", "phonenumber", "email", "audit",
     "csv-external", "xml-external", "start-geopoint", "background-audio", "background-geopoint",
     "simserial", "subscriberid", "imei"}
)  # fmt: skip
"""Types that show nothing, so that they need no label."""

_CONTAINERS: Final = {"group": "group", "repeat": "repeat", "lgroup": "repeat", "looped group": "repeat"}
_BEGIN_END: Final = re.compile(r"(begin|end)[ _](group|repeat|lgroup|looped group)")
_SELECT: Final = re.compile(
    "("
    + "|".join(sorted((words for group in SELECTS.values() for words in group), key=len, reverse=True))
    + r")(?: (\S+?))?( or_other| or other| or specify other)?"
)
_SELECT_WORDS: Final = {words: name for name, group in SELECTS.items() for words in group}


def read_type(text: str) -> RowType:
    """What a type cell says."""
    found = _BEGIN_END.fullmatch(text)
    if found:
        role = Role.BEGIN if found[1] == "begin" else Role.END
        return RowType(role, found[1], _CONTAINERS[found[2]])
    found = _SELECT.fullmatch(text)
    if found:
        return RowType(
            Role.QUESTION, _SELECT_WORDS[found[1]], choices=found[2] or "", or_other=bool(found[3])
        )
    known = text in PLAIN or text in PHONE_ONLY
    return RowType(Role.QUESTION if known else Role.UNKNOWN, text)


def nearest_type(text: str) -> str:
    """The type an unknown one was probably meant to be, '' where nothing is near."""
    head, _, rest = text.partition(" ")
    words = [*PLAIN, *SELECTS, "begin_group", "end_group", "begin_repeat", "end_repeat"]
    for wanted, tail in ((text.replace(" ", "_"), ""), (head, rest)):
        near = difflib.get_close_matches(wanted.lower(), words, 1, 0.75)
        if near:
            return f"{near[0]} {tail}".strip()
    return ""
