"""Writes a form's answers as tables: one row a sheet, repeats as tables of their own (level S)."""

import csv
import datetime as dt
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import COUNTY_ZONE, start_of_day
from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.areas import ancestors
from fieldapp.domain.records.forms import FormFields
from fieldapp.domain.rules.masking import mask_text
from fieldapp.exports.form_columns import AnswerColumn, AnswerTable, answer_tables
from fieldapp.exports.workbook import (
    DANGEROUS,
    CellValue,
    ColumnSpec,
    Kind,
    SheetSpec,
    clean_text,
    write_workbook,
)
from fieldapp.forms import read_definition
from server.services.forms import all_forms
from server.services.users import SERVER_USER
from server.store.answers import submission_answer
from server.store.audit import Act, note
from server.store.blob_store import BlobStore
from server.store.feed import AFTER_DIGITS
from server.store.projections import row_table
from server.store.store import Store

CHUNK: Final = 200
ONE_DAY: Final = dt.timedelta(days=1)
HIDDEN: Final = "（已隐去）"
"""Stands for what somebody typed freely, where names are not to be shown."""
FIXED: Final = {
    "zh": ("编号", "问卷版本", "户号", "乡镇街道", "村社区", "填表人", "开始时间", "完成时间", "来源"),
    "en": ("id", "version", "household_no", "town", "village", "filled_by", "started", "finished", "source"),
}
FIXED_WIDTHS: Final = (16, 12, 16, 14, 14, 12, 19, 19, 12)
REPEAT_FIXED: Final = {"zh": ("编号", "序号"), "en": ("id", "number")}


@dataclass(frozen=True, slots=True)
class AnswersAsked:
    """Which answers: of a form, an area and days (both included; None = open). `full` hides nothing;
    `labels` shows words for codes."""

    form_id: str
    area_code: str
    start: dt.date | None = None
    end: dt.date | None = None
    full: bool = False
    labels: bool = True
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A submission with its answers by path and position."""

    fixed: tuple[CellValue, ...]
    answers: Sequence[tuple[str, tuple[int, ...], str]]
    names: frozenset[str]


def export_answers(
    store: Store, blobs: BlobStore, path: Path, asked: AnswersAsked, *, actor: Actor | None = None
) -> list[Path]:
    """Write .xlsx (one file) or .csv (one file for the form and one for each repeat), and audit it.

    `actor` None is the operator. Returns the files. Raises RuleError unknown_form, unknown_area,
    period_wrong, unsupported_file; NotAllowedError; StorageError.
    """
    _check_asked(path, asked, actor)
    versions = [form for form in all_forms(store) if form.form_id == asked.form_id]
    if not versions:
        raise RuleError("unknown_form")
    tables = answer_tables((_definition(blobs, form) for form in versions), asked.language)
    with store.read() as connection:
        if connection.scalar(select(row_table("areas").c.id).where(_area_id(asked.area_code))) is None:
            raise RuleError("unknown_area", "area_code")
        writer = _Writer(connection, asked, versions[0].title)
        sheets = [writer.sheet(table) for table in tables]
        if path.suffix.lower() == ".csv":
            written = _write_csv(path, [table.path for table in tables], sheets)
        else:
            write_workbook(path, sheets)
            written = [path]
    author = SERVER_USER if actor is None else actor.user_id
    store.run(lambda unit: note(unit, author, Act.EXPORTED, "submissions", asked.form_id[:64]))
    return written


def _check_asked(path: Path, asked: AnswersAsked, actor: Actor | None) -> None:
    if actor is not None:
        actor.require(Permission.EXPORT_VISITS, asked.area_code)
    unmasked = actor is not None and not actor.masked and actor.may(Permission.READ_CASES, asked.area_code)
    if asked.full and not unmasked:
        raise NotAllowedError("not_permitted", permission=Permission.READ_CASES)
    if asked.start and asked.end and asked.end < asked.start:
        raise RuleError("period_wrong", "to")
    if path.suffix.lower() not in {".xlsx", ".csv"}:
        raise RuleError("unsupported_file", "out")


def _area_id(code: str) -> Any:
    return row_table("areas").c.id == code


def _definition(blobs: BlobStore, form: FormFields) -> Any:
    def content(sha256: str) -> bytes:
        return b"".join(blobs.read(sha256, 0, blobs.size(sha256)))

    files = {file.name: content(file.sha256) for file in form.files if blobs.has(file.sha256)}
    return read_definition(content(form.definition_sha256), files)


class _Writer:
    """Makes the sheets of one export; rows are read from the database as they are written."""

    def __init__(self, connection: Connection, asked: AnswersAsked, title: str) -> None:
        self._connection = connection
        self._asked = asked
        self._title = title
        area, user = row_table("areas"), row_table("users")
        self._areas: dict[str, str] = dict(connection.execute(select(area.c.id, area.c.name)).all())
        self._users: dict[str, str] = dict(connection.execute(select(user.c.id, user.c.name)).all())

    def sheet(self, table: AnswerTable) -> SheetSpec:
        """The sheet of the form or of one repeat."""
        language = self._asked.language
        if table.path:
            fixed = [ColumnSpec(name, 16) for name in REPEAT_FIXED[language]]
        else:
            fixed = [ColumnSpec(*pair) for pair in zip(FIXED[language], FIXED_WIDTHS, strict=True)]
        columns = [*fixed, *(self._heading(column) for column in table.columns)]
        name = (table.label if self._asked.labels else table.path) or self._title
        return SheetSpec(name, name, columns, self._rows(table))

    def _heading(self, column: AnswerColumn) -> ColumnSpec:
        hidden = not self._asked.full and column.open
        heading = column.label if self._asked.labels else column.path
        return ColumnSpec(heading, 14, Kind.TEXT if hidden else column.kind)

    def _rows(self, table: AnswerTable) -> Iterator[Sequence[CellValue]]:
        for sheet in self._sheets():
            groups: dict[tuple[int, ...], dict[str, str]] = {} if table.path else {(): {}}
            inside = f"{table.path}/" if table.path else ""
            paths = {column.path for column in table.columns}
            for path, positions, value in sheet.answers:
                if path.startswith(inside) and path in paths:
                    key = tuple(positions[depth - 1] for depth in table.depths)
                    groups.setdefault(key, {}).setdefault(path, value)
            for key, values in sorted(groups.items()):
                fixed = (sheet.fixed[0], "/".join(map(str, key))) if table.path else sheet.fixed
                yield [*fixed, *(self._cell(column, values, sheet.names) for column in table.columns)]

    def _cell(self, column: AnswerColumn, values: Mapping[str, str], names: frozenset[str]) -> CellValue:
        value = values.get(column.path, "")
        if not value:
            return None
        if not self._asked.full and column.open:
            return HIDDEN
        shown = column.shown(value, labels=self._asked.labels)
        masked = not self._asked.full and column.computed and isinstance(shown, str)
        return mask_text(str(shown), names) if masked else shown

    def _sheets(self) -> Iterator[_Sheet]:
        """Submissions with their answers, oldest first, some hundred in memory at a time."""
        found = iter(self._connection.execution_options(yield_per=CHUNK).execute(self._query()).mappings())
        while part := list(islice(found, CHUNK)):
            answers = self._answers([row["id"] for row in part])
            households = [row["household_id"] for row in part if row["household_id"]]
            numbers, names = self._households(households)
            for row in part:
                home = row["household_id"] or ""
                fixed = self._fixed(row, numbers.get(home, ""))
                yield _Sheet(fixed, answers.get(row["id"], ()), frozenset(names.get(home, ())))

    def _query(self) -> Select[Any]:
        row = row_table("submissions").c
        asked = self._asked
        query = select(
            row.id, row.form_version, row.household_id, row.area_code, row.created_by, row.started_at,
            row.finished_at, row.source,
        ).where(
            row.form_id == asked.form_id,
            # The bucket, not the sheet's own area: the household may have moved since.
            row.bucket >= asked.area_code,
            row.bucket < asked.area_code + AFTER_DIGITS,
        )  # fmt: skip
        if asked.start:
            query = query.where(row.finished_at >= start_of_day(asked.start))
        if asked.end:
            query = query.where(row.finished_at < start_of_day(asked.end + ONE_DAY))
        return query.order_by(row.finished_at, row.id)

    def _fixed(self, row: Any, household_no: str) -> tuple[CellValue, ...]:
        names = {len(code): self._areas.get(code, "") for code in ancestors(row["area_code"])}
        times = (at.astimezone(COUNTY_ZONE) for at in (row["started_at"], row["finished_at"]))
        return (
            row["id"], row["form_version"], household_no, names.get(9, ""), names.get(12, ""),
            self._users.get(row["created_by"], ""), *(f"{at:%Y-%m-%d %H:%M:%S}" for at in times),
            str(row["source"]),
        )  # fmt: skip

    def _answers(self, ids: list[str]) -> dict[str, list[tuple[str, tuple[int, ...], str]]]:
        c = submission_answer.c
        query = (
            select(c.submission_id, c.path, c.positions, c.value)
            .where(c.submission_id.in_(ids))
            .order_by(c.submission_id, c.seq)
        )
        found: dict[str, list[tuple[str, tuple[int, ...], str]]] = {}
        for submission_id, path, positions, value in self._connection.execute(query):
            places = tuple(int(each) for each in positions.split("/"))
            found.setdefault(submission_id, []).append((path, places, value))
        return found

    def _households(self, ids: list[str]) -> tuple[dict[str, str], dict[str, set[str]]]:
        """Numbers of households, and the names of their people, to be masked wherever they are computed."""
        household, person = row_table("households").c, row_table("persons").c
        homes = select(household.id, household.household_no, household.head_name)
        rows = self._connection.execute(homes.where(household.id.in_(ids))).all()
        names = {row.id: {row.head_name} - {""} for row in rows}
        members = select(person.household_id, person.name).where(person.household_id.in_(ids))
        for home, name in self._connection.execute(members):
            names.setdefault(home, set()).add(name)
        return {row.id: row.household_no or "" for row in rows}, names


def _write_csv(path: Path, repeats: list[str], sheets: list[SheetSpec]) -> list[Path]:
    """One file for each sheet, beside each other, each whole or not there."""
    try:
        folder = Path(tempfile.mkdtemp(prefix=".export-", dir=path.parent))
        try:
            made = []
            for repeat, sheet in zip(repeats, sheets, strict=True):
                ending = f"-{repeat.replace('/', '-')}" if repeat else ""
                target = path.with_name(f"{path.stem}{ending}{path.suffix}")
                part = folder / target.name
                # With a mark: without it spreadsheet programs in Chinese take the file for GB.
                with part.open("w", encoding="utf-8-sig", newline="") as file:
                    lines = csv.writer(file)
                    lines.writerow([_csv_cell(column.heading) for column in sheet.columns])
                    lines.writerows([_csv_cell(value) for value in row] for row in sheet.rows)
                made.append((part, target))
            for part, target in made:
                part.replace(target)
            return [target for _, target in made]
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    except OSError as error:
        raise StorageError("disk_full" if error.errno in {28, 122} else "cannot_open") from error


def _csv_cell(value: CellValue) -> str:
    """A value as text that no spreadsheet program takes for a formula."""
    if value is None:
        return ""
    text = clean_text(str(value))
    return f"'{text}" if isinstance(value, str) and text.startswith(DANGEROUS) else text
