"""就业帮扶名单: members able or willing to work, for whoever finds them work (level 3).

Names, numbers and texts are masked unless full data is permitted (R3).
"""

import datetime as dt
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from fieldapp.domain.records.households import Category
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.masking import mask_id_number, mask_name, mask_phone
from fieldapp.exports.ledger_words import LEDGER_FOLDER, word_of
from fieldapp.exports.visits_ledger import mask_text
from fieldapp.exports.workbook import CellValue, ColumnSpec, Kind, SheetSpec, write_workbook

_KINDS: Final = {"SEQUENCE": Kind.NUMBER, "AGE": Kind.NUMBER, "WISHED_ON": Kind.DAY}


@dataclass(frozen=True, slots=True)
class JobSeeker:
    """A member with what the list says about him. `wished_on`: when his wish was noted, None = it was not.
    `names` are those of the family, wherever `words` mention them."""

    person: PersonFields
    town_name: str
    village_name: str
    group_name: str
    categories: tuple[Category, ...]
    wished_on: dt.date | None = None
    words: str = ""
    names: tuple[str, ...] = ()


@cache
def _form() -> tuple[str, tuple[str, ...], tuple[ColumnSpec, ...]]:
    table = tomllib.loads((LEDGER_FOLDER / "job_seekers.toml").read_text(encoding="utf-8"))
    columns = tuple(
        ColumnSpec(each["heading"], each["width"], _KINDS.get(each["key"], Kind.TEXT))
        for each in table["column"]
    )
    return table["title"], tuple(each["key"] for each in table["column"]), columns


def write_job_seekers(
    path: Path, seekers: Sequence[JobSeeker], *, title_of: str, on: dt.date, full: bool = False
) -> bool:
    """Write the list in the order given; `title_of` names county and area. `full` writes personal data as
    they are: the caller has checked that the reader may have them. Raises StorageError."""
    title, keys, columns = _form()
    rows: list[list[CellValue]] = []
    for number, one in enumerate(seekers, start=1):
        cells = {"SEQUENCE": number, **_cells(one, on, full)}
        rows.append([cells[key] for key in keys])
    sheet = SheetSpec(title, f"{title_of}{title}", columns, rows, subtitle=f"截至：{on.isoformat()}")
    return write_workbook(path, [sheet])


def _cells(one: JobSeeker, on: dt.date, full: bool) -> dict[str, CellValue]:
    person = one.person
    words = one.words if full else mask_text(one.words, one.names)
    return {
        "TOWN": one.town_name,
        "VILLAGE": one.village_name,
        "GROUP": one.group_name,
        "NAME": person.name if full else mask_name(person.name),
        "ID_NUMBER": person.id_number if full or not person.id_number else mask_id_number(person.id_number),
        "SEX": word_of("sex", person.sex) if person.sex else "",
        "AGE": age_on(person.birth_date, on) if person.birth_date else None,
        "CATEGORY": "、".join(word_of("category", category) for category in one.categories),
        "LABOUR": word_of("labour", person.labour) if person.labour else "",
        "JOB": word_of("job", person.job) if person.job else "",
        "WISH": word_of("work_wish", "WISHED" if one.wished_on else "UNKNOWN"),
        "WISHED_ON": one.wished_on,
        "WORDS": words,
        "PHONE": person.phone if full or not person.phone else mask_phone(person.phone),
    }
