"""Workbooks for tests: sheets as rows of cells, as an author would type them."""

import datetime as dt
import io
from collections.abc import Mapping, Sequence

import xlsxwriter

Cell = str | float | bool | dt.date | None
Rows = Sequence[Sequence[Cell]]
Sheets = Mapping[str, Rows]

SETTINGS: Rows = (("form_id", "version", "form_title"), ("survey-a", "20261101", "问卷甲"))
CHOICES: Rows = (
    ("list_name", "name", "label"),
    ("yes_no", "yes", "是"),
    ("yes_no", "no", "否"),
)
SURVEY: Rows = (
    ("type", "name", "label", "relevant", "constraint", "calculation"),
    ("text", "who", "姓名"),
    ("select_one yes_no", "ill", "是否患病"),
    ("integer", "age", "年龄", "${ill} = 'yes'", ". >= 0"),
    ("calculate", "twice", None, None, None, "${age} * 2"),
)
SOUND: Sheets = {"survey": SURVEY, "choices": CHOICES, "settings": SETTINGS}


def workbook(
    sheets: Sheets,
    *,
    hidden: Sequence[str] = (),
    merged: Mapping[str, str] | None = None,
) -> bytes:
    """An .xlsx. `merged` maps sheets to one range of merged cells."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(stream, {"in_memory": True})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for name, rows in sheets.items():
        sheet = book.add_worksheet(name)
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.date):
                    moment = (
                        value if isinstance(value, dt.datetime) else dt.datetime.combine(value, dt.time())
                    )
                    sheet.write_datetime(at, column, moment, day)
                elif isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif value is not None:
                    sheet.write(at, column, value)
        if merged and name in merged:
            sheet.merge_range(merged[name], "并")
    for sheet in book.worksheets():
        if sheet.name in hidden:
            sheet.hide()
    book.close()
    return stream.getvalue()


def survey(*rows: Sequence[Cell], headings: Sequence[str] = ("type", "name", "label")) -> bytes:
    """A sound workbook but for the survey given."""
    return workbook({**SOUND, "survey": (headings, *rows)})
