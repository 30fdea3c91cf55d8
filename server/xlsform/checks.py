"""Checks the sheets of a form row by row, and makes a mended copy for the converter (level S).

The converter stops at the first thing it dislikes. So that an author sees everything at once, each row
found wrong here is told and then mended in a copy, and the converter sees only what is left.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from server.xlsform.columns import Holds
from server.xlsform.outline import Element, Outline
from server.xlsform.problems import Problem, Severity
from server.xlsform.question_types import (
    NO_QUESTION,
    PHONE_ONLY,
    Role,
    RowType,
    nearest_type,
    read_type,
)
from server.xlsform.workbook import FIRST_ROW, DefinitionBook, DefinitionSheet

Row = dict[str, str]
NAME: Final = re.compile(r"[^\W\d][\w.-]*")
"""Names as XML allows them, Chinese ones included; no colon, for that would be a namespace."""
FORM_ID: Final = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")
VERSION: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,31}")
REFERENCE: Final = re.compile(r"\$\{(?:last-saved#)?([^{}]*)\}")
MAX_TITLE: Final = 200
FILE_ENDINGS: Final = (".csv", ".xml", ".geojson")
RESERVED: Final = "meta"
STAND_IN: Final = "hidden"
"""Type of a question in the copy whose own type is wrong: it keeps its name and shows nothing."""
YES: Final = frozenset({"yes", "true", "true()"})


@dataclass(slots=True)
class CheckedBook:
    """The problems of a workbook, its outline, and rows (by sheet) that the converter can digest.

    `headings` are those of the survey's type and name columns.
    """

    problems: list[Problem]
    outline: Outline
    rows: dict[str, list[Row]]
    headings: dict[str, str]

    def drop_row(self, sheet: str, number: int) -> bool:
        """Take what a row says out of the copy; False where it says nothing more.

        A question leaves its name behind at first, so that what refers to it is not told as well.
        """
        rows = self.rows.get(sheet, [])
        at = number - FIRST_ROW
        if not 0 <= at < len(rows) or not rows[at]:
            return False
        element = next((e for e in self.outline.elements if e.row == number), None)
        bare: Row = {}
        if sheet == "survey" and element is not None:
            container = element.type.container
            bare = {
                self.headings["type"]: f"begin_{container}" if container else STAND_IN,
                self.headings["name"]: element.name,
            }
        rows[at] = bare if rows[at] != bare else {}
        return True


def check_book(book: DefinitionBook) -> CheckedBook:
    """Check settings, choices and survey."""
    choices = _Choices(book.sheet("choices"), book.setting("allow_choice_duplicates"))
    survey = _Survey(book.sheet("survey"), choices)
    rows = {name: [dict(row) for row in sheet.rows] for name, sheet in book.sheets.items()}
    rows["choices"], rows["survey"] = choices.rows, survey.rows
    problems = [*book.problems, *_settings(book), *choices.problems, *survey.problems]
    problems += _unused(choices, survey)
    for name, sheet in book.sheets.items():
        problems += _references(sheet, rows[name], survey.outline)
    headings = {name: survey.heading(name) for name in ("type", "name")}
    return CheckedBook(problems, survey.outline, rows, headings)


# -- settings --------------------------------------------------------------------------------------------


def _settings(book: DefinitionBook) -> Iterator[Problem]:
    sheet = book.sheet("settings")
    if "settings" not in book.sheets or any(p.code == "sheet_hidden" for p in book.problems):
        return
    form_id, version = book.setting("form_id"), book.setting("version")
    if not form_id:
        yield sheet.problem("form_id_missing", FIRST_ROW, "form_id")
    elif not FORM_ID.fullmatch(form_id):
        yield sheet.problem("form_id_wrong", FIRST_ROW, "form_id")
    if not version:
        yield sheet.problem("version_missing", FIRST_ROW, "version")
    elif not VERSION.fullmatch(version):
        yield sheet.problem("version_wrong", FIRST_ROW, "version")
    title = book.setting("form_title")
    if not title:
        yield sheet.problem("title_missing", FIRST_ROW, "form_title", Severity.WARNING)
    elif len(title) > MAX_TITLE:
        yield sheet.problem("title_too_long", FIRST_ROW, "form_title", limit=str(MAX_TITLE))
    for number, _ in list(sheet.numbered())[1:]:
        yield sheet.problem("settings_second_row", number)


# -- choices ---------------------------------------------------------------------------------------------


class _Choices:
    """The lists of a form. `lists` maps names to codes in order; `rows` are mended."""

    def __init__(self, sheet: DefinitionSheet, allow_duplicates: str) -> None:
        self.sheet: Final = sheet
        self.rows: Final = [dict(row) for row in sheet.rows]
        self.lists: Final[dict[str, dict[str, int]]] = {}
        self.problems: Final[list[Problem]] = []
        self._duplicates = allow_duplicates.lower() in YES
        if sheet.rows:
            self._check()

    def _check(self) -> None:
        for name in ("list_name", "name"):
            if self.sheet.column(name) is None:
                self.problems.append(self.sheet.problem("column_missing", 1, column_name=name))
        labelled = any(column.spec.name == "label" for column in self.sheet.columns)
        for number, row in self.sheet.numbered():
            code = self._row_code(number, row)
            if code:
                self.problems.append(self.sheet.problem(*code))
                self.rows[number - FIRST_ROW] = {}
            elif labelled and not _labelled(self.sheet, row):
                self.problems.append(
                    self.sheet.problem("choice_without_label", number, "label", Severity.WARNING)
                )

    def _row_code(self, number: int, row: Row) -> tuple[str, int, str] | None:
        """Code, row and column of what is wrong; a sound row joins its list."""
        list_name, name = self.sheet.value(row, "list_name"), self.sheet.value(row, "name")
        if not list_name:
            # Notes between lists are usual: only a row with a code is meant as a choice.
            return ("list_name_missing", number, "list_name") if name else None
        if not name:
            return ("choice_without_name", number, "name")
        codes = self.lists.setdefault(list_name, {})
        if name in codes and not self._duplicates:
            return ("choice_twice", number, "name")
        codes.setdefault(name, number)
        return None


# -- survey ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Container:
    row: int
    kind: str
    path: tuple[str, ...]
    names: dict[str, int] = field(default_factory=dict)


class _Survey:
    """The rows of the survey sheet, checked on the way down; `rows` are mended."""

    def __init__(self, sheet: DefinitionSheet, choices: _Choices) -> None:
        self.sheet: Final = sheet
        self.rows: Final = [dict(row) for row in sheet.rows]
        self.outline: Final = Outline()
        self.problems: Final[list[Problem]] = []
        self._choices = choices
        self._open = [_Container(0, "", ())]
        self._repeats: dict[str, int] = {}
        if sheet.columns:
            self._check()

    def _check(self) -> None:
        missing = [name for name in ("type", "name") if self.sheet.column(name) is None]
        for name in missing:
            self.problems.append(self.sheet.problem("column_missing", 1, column_name=name))
        if missing:
            return
        for number, row in self.sheet.numbered():
            if self.sheet.value(row, "disabled").lower() not in YES:
                self._row(number, row)
        if not self.outline.elements and not self.problems:
            self.problems.append(self.sheet.problem("survey_empty"))
        for container in reversed(self._open[1:]):
            self._tell("begin_without_end", container.row, "type", kind=container.kind)
            self.rows.append({self.heading("type"): f"end_{container.kind}"})

    def _row(self, number: int, row: Row) -> None:
        text = self.sheet.value(row, "type")
        if not text:
            if self.sheet.value(row, "name") or _labelled(self.sheet, row):
                self._tell("type_missing", number, "type")
            self.rows[number - FIRST_ROW] = {}
            return
        row_type = read_type(text)
        if row_type.role is Role.END:
            self._end(number, row_type)
            return
        if row_type.role is Role.UNKNOWN:
            row_type = self._unknown(number, text)
        name = self._name(number, row, row_type)
        here = self._open[-1]
        path = (*here.path, name)
        self.outline.elements.append(Element(number, name, path, row_type))
        if row_type.role is Role.BEGIN:
            self._begin(number, row_type, path)
        else:
            self._question(number, row, row_type)

    def _unknown(self, number: int, text: str) -> RowType:
        near = nearest_type(text)
        self._tell("type_misspelt" if near else "type_unknown", number, "type", type=text[:60], near=near)
        self._mend(number, "type", STAND_IN)
        return RowType(Role.QUESTION, STAND_IN)

    def _begin(self, number: int, row_type: RowType, path: tuple[str, ...]) -> None:
        self._open.append(_Container(number, row_type.container, path))
        if row_type.container == "repeat":
            other = self._repeats.setdefault(path[-1], number)
            if other != number:
                self._tell("repeat_name_twice", number, "name", other=str(other))

    def _end(self, number: int, row_type: RowType) -> None:
        here = self._open[-1]
        if len(self._open) == 1:
            self._tell("end_without_begin", number, "type", kind=row_type.container)
            self.rows[number - FIRST_ROW] = {}
            return
        if here.kind != row_type.container:
            self._tell("end_of_other_kind", number, "type", kind=here.kind, other=str(here.row))
            self._mend(number, "type", f"end_{here.kind}")
        self._open.pop()

    def _name(self, number: int, row: Row, row_type: RowType) -> str:
        """The element's name; a wrong one is told and replaced in the copy."""
        name = "audit" if row_type.word == "audit" else self.sheet.value(row, "name")
        names = self._open[-1].names
        code = ""
        if not name and row_type.word == "note":
            return f"generated_note_name_{number}"
        if not name:
            code = "name_missing"
        elif not NAME.fullmatch(name) or name.lower().startswith("xml"):
            code = "name_wrong"
        elif name in names:
            code = "name_twice"
        elif name == RESERVED and len(self._open) == 1:
            code = "name_reserved"
        if code:
            self._tell(code, number, "name", name=name[:60], other=str(names.get(name, "")))
            name = f"row_{number}"
            self._mend(number, "name", name)
        names.setdefault(name, number)
        return name

    def _question(self, number: int, row: Row, row_type: RowType) -> None:
        if row_type.word in PHONE_ONLY:
            self._tell("type_phone_only", number, "type", severity=Severity.WARNING, type=row_type.word)
        computed = self.sheet.value(row, "calculation") or self.sheet.value(row, "default")
        if row_type.word == "calculate" and not computed:
            self._tell("calculation_missing", number, "calculation")
            self._mend(number, "type", STAND_IN)
        if row_type.select:
            self._select(number, row_type)
        shown = not (self.sheet.value(row, "calculation") or self.sheet.value(row, "trigger"))
        if shown and row_type.word not in NO_QUESTION and not _labelled(self.sheet, row):
            self._tell("question_without_label", number, "label")
            self._mend(number, "type", STAND_IN)

    def _select(self, number: int, row_type: RowType) -> None:
        problem = self._list_problem(row_type)
        if problem:
            code, facts = problem
            self.problems.append(self.sheet.problem(code, number, "type", Severity.ERROR, **facts))
            self._mend(number, "type", STAND_IN)

    def _list_problem(self, row_type: RowType) -> tuple[str, dict[str, str]] | None:
        wanted = row_type.choices
        if not wanted:
            return "list_not_named", {}
        if row_type.from_file:
            if wanted.lower().endswith(FILE_ENDINGS):
                return None
            return "list_file_ending", {"file": wanted, "endings": " ".join(FILE_ENDINGS)}
        if wanted.startswith("${"):
            return None  # choices out of a repeat of this form
        codes = self._choices.lists.get(wanted)
        if codes is None:
            near = difflib.get_close_matches(wanted, list(self._choices.lists), 1, 0.7)
            code = "list_misspelt" if near else "list_unknown"
            return code, {"list": wanted, "near": near[0] if near else ""}
        blank = next((name for name in codes if " " in name), "")
        if row_type.several and blank:
            return "choice_with_blank", {"list": wanted, "choice": blank, "row": str(codes[blank])}
        return None

    def heading(self, name: str) -> str:
        """How the sheet heads a column of the standard."""
        column = self.sheet.column(name)
        return column.heading if column else name

    def _mend(self, number: int, column: str, text: str) -> None:
        self.rows[number - FIRST_ROW][self.heading(column)] = text

    def _tell(
        self, code: str, number: int, column: str, *, severity: Severity = Severity.ERROR, **facts: str
    ) -> None:
        self.problems.append(self.sheet.problem(code, number, column, severity, **facts))


def _labelled(sheet: DefinitionSheet, row: Row) -> bool:
    """Whether a row says anything to people, in whatever language, by text or picture."""
    shown = {"label", "hint", "image", "big-image", "audio", "video"}
    return any(column.spec.name in shown and column.heading in row for column in sheet.columns)


# -- across sheets ---------------------------------------------------------------------------------------


def _unused(choices: _Choices, survey: _Survey) -> Iterator[Problem]:
    """Lists that nothing chooses from: usually a name typed differently."""
    used = {element.type.choices for element in survey.outline.elements}
    said = " ".join(text for _, row in survey.sheet.numbered() for text in row.values())
    for name, codes in choices.lists.items():
        if name not in used and name not in said and codes:
            first = next(iter(codes.values()))
            yield choices.sheet.problem("list_unused", first, "list_name", Severity.WARNING, list=name)


def _references(sheet: DefinitionSheet, rows: list[Row], outline: Outline) -> Iterator[Problem]:
    """`${…}` that names nothing; the cell is emptied in the copy."""
    names = outline.names
    for column in sheet.columns:
        for number, row in sheet.numbered():
            text = row.get(column.heading, "")
            wrong = next((name for name in REFERENCE.findall(text) if name not in names), None)
            if wrong is None and not _broken_reference(text):
                continue
            near = difflib.get_close_matches(wrong or "", list(names), 1, 0.7)
            code = ("reference_misspelt" if near else "reference_unknown") if wrong else "reference_broken"
            facts = {"name": (wrong or "")[:60], "near": near[0] if near else ""}
            place = (sheet.name, number, column.letter, column.heading)
            yield Problem(code, Severity.ERROR, *place, facts)
            rows[number - FIRST_ROW].pop(column.heading, None)
            if column.spec.holds is Holds.TYPE:
                rows[number - FIRST_ROW][column.heading] = STAND_IN


def _broken_reference(text: str) -> bool:
    return "${" in REFERENCE.sub("", text)
