"""Answers as tables: typed, with labels or codes, repeats apart, nothing that a spreadsheet would run."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.permissions import Actor
from fieldapp.domain.records.users import Role, RoleAssignment
from fieldapp.exports.sheets import Sheet, read_sheets
from server.services.checks import check_store
from server.services.form_export import HIDDEN, AnswersAsked, export_answers
from server.services.repair import rebuild_rows
from server.store.answers import submission_answer
from tests.integration.server.county import COUNTY, GRID_1, VILLAGE, County, Device
from tests.integration.server.forms import blobs, publish

XML: Final = """<data id="survey-a" version="{version}"><household_no/><ill>{ill}</ill><aid>food care</aid>
<village>341789100201</village><money><income>{income}</income></money>
<member><name>=HYPERLINK("x")</name><age>61</age></member><member><name>成员乙</name><age>9</age></member>
<photo>a.jpg</photo><meta><instanceID>uuid:{n}</instanceID></meta></data>"""


STAMPS: Final = ("created_at", "created_by", "updated_at", "updated_by", "device_id")


class Desk:
    """A county with a form and answers that came from a tablet."""

    def __init__(self, county: County, folder: Path) -> None:
        self.county, self.folder = county, folder
        self.form = publish(county, folder)
        self.tablet = county.device(Role.VILLAGE_AIDE, VILLAGE)
        self._n = 0

    def answer(self, ill: str = "yes", income: str = "120", version: str = "20260301", **values: Any) -> str:
        """An answer sheet pushed by the tablet; its record's id."""
        self._n += 1
        home = self.tablet.household(GRID_1)
        now = self.county.now
        xml = XML.format(ill=ill, income=income, version=version, n=self._n)
        body = {
            **{name: home[name] for name in STAMPS},
            "id": self.county.ids(), "form_id": "survey-a", "form_version": version, "area_code": VILLAGE,
            "instance_id": f"uuid:{self._n}", "started_at": now, "finished_at": now, "xml": xml, **values,
        }  # fmt: skip
        result = self.tablet.push(self.tablet.put("submissions", body))
        assert result[0]["outcome"] == "accepted", result
        return str(body["id"])

    def export(self, name: str = "out.xlsx", actor: Actor | None = None, **options: Any) -> list[Path]:
        asked = AnswersAsked("survey-a", options.pop("area_code", COUNTY), **options)
        return export_answers(
            self.county.context.store, blobs(self.county), self.folder / name, asked, actor=actor
        )

    def sheets(self, **options: Any) -> tuple[Sheet, ...]:
        return read_sheets(self.export(**options)[0])


@pytest.fixture
def desk(county: County, tmp_path: Path) -> Desk:
    return Desk(county, tmp_path)


def clerk(device: Device, area: str = VILLAGE, role: Role = Role.VILLAGE_AIDE) -> Actor:
    return Actor(device.user_id, (RoleAssignment(role=role, area_code=area, since=dt.date(2020, 1, 1)),))


def table(sheet: Sheet) -> list[dict[str, Any]]:
    """Rows by heading; row 1 is the title."""
    headings = [str(cell) for cell in sheet.rows[1]]
    return [dict(zip(headings, row, strict=True)) for row in sheet.rows[2:]]


def test_answers_are_typed_and_labelled(desk: Desk) -> None:
    desk.answer()
    (row,) = table(desk.sheets(full=True, actor=clerk(desk.tablet), area_code=VILLAGE)[0])
    assert row["是否患病"] == "是"
    assert row["需要的帮助"] == "食品；照料"
    assert row["村"] == "甲村", "labels of an attached list"
    assert row["月收入"] == 120.0
    assert row["照片"] == "a.jpg"
    assert (row["问卷版本"], row["来源"]) == ("20260301", "DEVICE")
    assert "成员" not in "".join(row), "repeats have their own sheet"


def test_codes_and_names_instead_of_labels(desk: Desk) -> None:
    desk.answer()
    (row,) = table(desk.sheets(labels=False)[0])
    assert (row["ill"], row["aid"], row["village"], row["money/income"]) == (
        "yes", "food care", "341789100201", 120.0,
    )  # fmt: skip


def test_english_labels_where_the_form_has_them(desk: Desk) -> None:
    desk.answer(ill="no")
    (row,) = table(desk.sheets(language="en")[0])
    assert (row["Ill?"], row["Monthly income"], row["version"]) == ("No", 120.0, "20260301")


def test_repeats_are_sheets_with_one_row_an_instance(desk: Desk) -> None:
    first, second = desk.answer(), desk.answer()
    members = table(desk.sheets(full=True, actor=clerk(desk.tablet), area_code=VILLAGE)[1])
    assert [(row["编号"], row["序号"], row["年龄"]) for row in members] == [
        (first, "1", 61.0), (first, "2", 9.0), (second, "1", 61.0), (second, "2", 9.0),
    ]  # fmt: skip
    assert members[0]["姓名"] == '=HYPERLINK("x")', "text it was, text it stays"


def test_what_was_typed_freely_is_hidden_unless_all_may_be_seen(desk: Desk) -> None:
    desk.answer()
    home, members = desk.sheets()
    assert table(members)[0]["姓名"] == HIDDEN
    assert table(members)[0]["年龄"] == 61.0
    assert table(home)[0]["照片"] == HIDDEN
    with pytest.raises(NotAllowedError):
        desk.sheets(full=True)
    with pytest.raises(NotAllowedError):
        desk.sheets(full=True, actor=clerk(desk.tablet, role=Role.AUDITOR), area_code=VILLAGE)
    with pytest.raises(NotAllowedError):
        desk.sheets(actor=clerk(desk.tablet), area_code=COUNTY)


def test_questions_of_older_versions_keep_their_column(desk: Desk) -> None:
    desk.answer()
    desk.county.clock.advance(seconds=5)
    publish(desk.county, desk.folder, "20260302")
    desk.answer(version="20260302")
    rows = table(desk.sheets()[0])
    assert [(row["问卷版本"], row["是否患病"]) for row in rows] == [("20260301", "是"), ("20260302", "是")]


def test_csv_files_open_without_running_anything(desk: Desk) -> None:
    desk.answer()
    files = desk.export("out.csv", full=True, actor=clerk(desk.tablet), area_code=VILLAGE)
    assert [file.name for file in files] == ["out.csv", "out-member.csv"]
    assert files[0].read_bytes().startswith(b"\xef\xbb\xbf")
    with files[1].open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["姓名"] == '\'=HYPERLINK("x")'
    assert rows[1]["年龄"] == "9"
    assert not list(desk.folder.glob(".export-*"))


def test_area_and_days_choose_the_answers(desk: Desk) -> None:
    desk.answer()
    today = desk.county.clock().date()
    day = dt.timedelta(days=1)
    assert len(table(desk.sheets(area_code=VILLAGE, start=today, end=today)[0])) == 1
    assert table(desk.sheets(area_code="341789101")[0]) == []
    assert table(desk.sheets(start=today + day)[0]) == []
    with pytest.raises(RuleError) as wrong:
        desk.sheets(start=today, end=today - day)
    assert wrong.value.code == "period_wrong"


@pytest.mark.parametrize(
    ("options", "code"),
    [({"area_code": "999999"}, "unknown_area"), ({"name": "out.pdf"}, "unsupported_file")],
)
def test_what_cannot_be_written_is_refused(desk: Desk, options: dict[str, Any], code: str) -> None:
    with pytest.raises(RuleError) as refused:
        desk.sheets(**options)
    assert refused.value.code == code


def test_values_that_do_not_fit_their_type_stay_as_they_came(desk: Desk) -> None:
    desk.answer(income="about 100", ill="maybe")
    (row,) = table(desk.sheets()[0])
    assert (row["月收入"], row["是否患病"]) == ("about 100", "maybe")


def test_answers_can_be_queried_and_made_anew(desk: Desk) -> None:
    for income in ("100", "200", "", "x"):
        desk.answer(income=income)
    store, c = desk.county.context.store, submission_answer.c

    def mean() -> Any:
        with store.read() as connection:
            return connection.scalar(select(func.avg(c.number)).where(c.path == "money/income"))

    def rows() -> list[tuple[Any, ...]]:
        with store.read() as connection:
            return [
                tuple(row)
                for row in connection.execute(select(submission_answer).order_by(c.submission_id, c.seq))
            ]

    assert mean() == 150
    before = rows()
    rebuild_rows(store)
    assert rows() == before
    assert check_store(store, None) == []


def test_a_sheet_that_is_no_xml_is_kept_without_answers(desk: Desk) -> None:
    submission_id = desk.answer(xml="<broken")
    with desk.county.context.store.read() as connection:
        found = connection.scalar(
            select(func.count()).where(submission_answer.c.submission_id == submission_id)
        )
    assert found == 0
