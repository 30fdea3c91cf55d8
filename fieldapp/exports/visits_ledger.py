"""走访台账: visits as the county's ledger, masked unless full data is permitted (R3; level 3)."""

import datetime as dt
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.households import Category, HouseholdFields
from fieldapp.domain.records.visits import VisitFields, VisitState
from fieldapp.domain.rules.masking import mask_id_number, mask_name, mask_phone
from fieldapp.exports.ledger_words import LEDGER_FOLDER, phrase_words, word_of
from fieldapp.exports.workbook import (
    Cancelled,
    CellValue,
    ColumnSpec,
    Kind,
    Progress,
    SheetSpec,
    write_workbook,
)


@dataclass(frozen=True, slots=True)
class VisitEntry:
    """A visit with what the ledger says about it.

    `area_names` maps codes of the household's town and village to names; `seen` are names of the
    visited persons; `members` all names in the household, masked wherever a text mentions them.
    """

    visit: VisitFields
    household: HouseholdFields
    area_names: Mapping[str, str]
    visitors: tuple[str, ...]
    seen: tuple[str, ...]
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _LedgerForm:
    title: str
    keys: tuple[str, ...]
    columns: tuple[ColumnSpec, ...] = field(repr=False)


@cache
def _form() -> _LedgerForm:
    table = tomllib.loads((LEDGER_FOLDER / "visits.toml").read_text(encoding="utf-8"))
    kinds = {"SEQUENCE": Kind.NUMBER, "VISITED_ON": Kind.DAY}
    columns = tuple(
        ColumnSpec(each["heading"], each["width"], kinds.get(each["key"], Kind.TEXT))
        for each in table["column"]
    )
    return _LedgerForm(table["title"], tuple(each["key"] for each in table["column"]), columns)


def write_visits(
    path: Path,
    entries: Iterable[VisitEntry],
    *,
    county_name: str,
    period: str = "",
    full: bool = False,
    progress: Progress | None = None,
    cancelled: Cancelled | None = None,
) -> bool:
    """Write the ledger in the order of `entries`; visits declared void are left out.

    `full` writes names as they are: the caller has checked that the reader may have them. ID numbers
    are never part of this ledger. False when cancelled. Raises StorageError.
    """
    form = _form()
    standing = (entry for entry in entries if entry.visit.state is not VisitState.VOID)
    rows = (
        [cells[key] for key in form.keys]
        for cells in (_cells(number, entry, full) for number, entry in enumerate(standing, start=1))
    )
    sheet = SheetSpec(
        "走访台账",
        f"{county_name}{form.title}",
        form.columns,
        rows,
        subtitle=f"走访时间：{period}" if period else "",
    )
    return write_workbook(path, [sheet], progress=progress, cancelled=cancelled)


def _cells(number: int, entry: VisitEntry, full: bool) -> dict[str, CellValue]:
    visit, household, findings = entry.visit, entry.household, entry.visit.findings
    names = {household.head_name, *entry.members, *entry.seen} - {""}

    def free(text: str) -> str:
        return text if full else mask_text(text, names)

    def person(name: str) -> str:
        return name if full else mask_name(name)

    category = category_of(household, local_day(visit.finished_at))
    return {
        "SEQUENCE": number,
        "VISITED_ON": local_day(visit.finished_at),
        "TOWN": entry.area_names.get(household.area_code[:9], ""),
        "VILLAGE": entry.area_names.get(household.area_code[:12], ""),
        "GROUP": household.group_name,
        "HEAD_NAME": person(household.head_name),
        "CATEGORY": word_of("category", category) if category else "",
        "RISK_LEVEL": word_of("risk_level", household.risk_level),
        "MODE": word_of("mode", visit.mode),
        "CONTENT": free(_content(visit)),
        "DIFFICULTIES": free(findings.difficulties),
        "MEASURES": free("；".join(filter(None, (findings.actions_taken, findings.next_steps)))),
        "VISITORS": "、".join(entry.visitors),
        "SEEN": "、".join(person(name) for name in entry.seen),
        "PHOTOS": "是" if visit.photos else "否",
        "REMARK": free(visit.remark),
    }


def _content(visit: VisitFields) -> str:
    """What the worker wrote, else the phrases he picked, else what came of the visit."""
    picked = "；".join(phrase_words().get(key, key) for key in visit.phrases)
    return visit.narrative or picked or word_of("result", visit.result)


def category_of(household: HouseholdFields, on: dt.date) -> Category | None:
    """The category a household is listed under on a day: the first of its running ones (R25)."""
    running = {each.category for each in household.coverages if each.open_on(on)}
    return next((category for category in Category if category in running), None)


_ID_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_PHONE: Final = re.compile(r"(?<![0-9])1[0-9]{10}(?![0-9])")


def mask_text(text: str, names: Iterable[str]) -> str:
    """Free text with the given names, and all that looks like an ID number or a mobile, masked."""
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    text = _ID_NUMBER.sub(lambda found: mask_id_number(found[0].upper()), text)
    return _PHONE.sub(lambda found: mask_phone(found[0]), text)
