"""Publishing on the command line: test run, versions kept for ever, retiring, claiming, exporting."""

import datetime as dt
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.records.users import Role
from server.cli import app
from server.services.checks import check_store
from server.services.forms import all_forms, current_forms, find_form, free_version, publish_form, retire_form
from server.services.submissions import unclaimed
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from server.xlsform.problems import FormDefinitionError, Problem
from tests.integration.server.collect import Collect, fill
from tests.integration.server.county import GRID_1, VILLAGE, County
from tests.integration.server.forms import (
    CHOICES,
    SURVEY,
    VILLAGES,
    blobs,
    checked_form,
    publish,
    sheets,
)
from tests.unit.xlsform.workbooks import workbook


class Keeper:
    """Somebody at the command line of a county's server."""

    def __init__(self, county: County, folder: Path) -> None:
        self.county, self.folder = county, folder
        self.workbook = folder / "form.xlsx"
        self.villages = folder / "villages.csv"
        self.workbook.write_bytes(workbook(sheets()))
        self.villages.write_bytes(VILLAGES)

    def run(self, *arguments: str) -> Result:
        """A command against the county's database."""
        settings = self.county.context.settings
        environment = {"FIELDAPP_SERVER_DATABASE_URL": settings.url}
        given = [
            *arguments,
            *([] if arguments[1] in {"check", "try"} else ["--data", str(settings.data_dir)]),
        ]
        return CliRunner().invoke(app, given, env=environment)


@pytest.fixture
def keeper(county: County, tmp_path: Path) -> Keeper:
    return Keeper(county, tmp_path)


def test_from_workbook_to_tablet_phone_and_table(keeper: Keeper) -> None:
    tried = keeper.run("form", "try", str(keeper.workbook), "--attach", str(keeper.villages))
    assert (tried.exit_code, " pages, " in tried.stdout) == (0, True), tried.output
    made = keeper.run("form", "publish", str(keeper.workbook), "--attach", str(keeper.villages))
    assert (made.exit_code, made.stdout.splitlines()[-1]) == (0, "published: survey-a 20260301"), made.output
    again = keeper.run("form", "publish", str(keeper.workbook), "--attach", str(keeper.villages))
    assert again.stdout.splitlines()[-1] == "already published: survey-a 20260301"
    assert "survey-a" in keeper.run("form", "list").stdout
    tablet = keeper.county.device(Role.VILLAGE_AIDE, VILLAGE)
    (form,) = all_forms(keeper.county.context.store)
    for file in (form.definition_sha256, form.files[0].sha256):
        got = tablet.request("GET", f"/v1/blobs/{file}")
        assert hashlib.sha256(got.content).hexdigest() == file
    login = keeper.county.logins[tablet.user_id]
    password = keeper.run("user", "password", login).stdout.split()[-1]
    phone = Collect(keeper.county.address, login, password)
    definition, _ = phone.fetch(phone.forms()[0])
    assert phone.send(fill(definition, {"ill": "yes", "income": "90"}, "uuid:1"))[0].status == 201
    out = keeper.folder / "answers.csv"
    shown = keeper.run("form", "export", "survey-a", "--out", str(out), "--codes")
    assert shown.exit_code == 0, shown.output
    assert "yes" in out.read_text(encoding="utf-8-sig")
    assert check_store(keeper.county.context.store, blobs(keeper.county)) == []


def test_the_test_run_tells_everything_and_keeps_nothing(keeper: Keeper) -> None:
    survey = (*SURVEY[:3], ("txet", "a", "甲", "A"), ("text", "b", "乙", "B", "${nothing} = 1"))
    keeper.workbook.write_bytes(workbook(sheets(survey=survey)))
    shown = keeper.run("form", "check", str(keeper.workbook), "--lang", "en")
    assert shown.exit_code == 1
    assert "survey!A4 (type): There is no type 'txet'. Is 'text' meant?" in shown.output
    assert "survey!E5 (relevant): There is no question for ${nothing}." in shown.output
    refused = keeper.run("form", "publish", str(keeper.workbook))
    assert refused.exit_code == 1
    assert "form_definition_wrong" in refused.output
    assert all_forms(keeper.county.context.store) == []


def test_the_test_run_of_a_sound_form(keeper: Keeper) -> None:
    shown = keeper.run("form", "check", str(keeper.workbook), "--attach", str(keeper.villages))
    assert (shown.exit_code, shown.stdout.splitlines()[-1]) == (0, "sound: survey-a 20260301, 1 files")
    missing = keeper.run("form", "check", str(keeper.workbook))
    assert missing.exit_code == 1
    assert "villages.csv" in missing.output


def test_a_version_stands_for_one_content(keeper: Keeper) -> None:
    first = publish(keeper.county, keeper.folder)
    keeper.workbook.write_bytes(
        workbook({**sheets(), "choices": (*CHOICES, ("aids", "other", "其他", "Other"))})
    )
    shown = keeper.run("form", "publish", str(keeper.workbook), "--attach", str(keeper.villages))
    assert shown.exit_code == 1
    assert re.search(r"form_version_taken suggestion=\d{8}$", shown.output, re.MULTILINE)
    keeper.villages.write_bytes(VILLAGES + b"3,x\n")
    keeper.workbook.write_bytes(workbook(sheets()))
    assert (
        keeper.run("form", "publish", str(keeper.workbook), "--attach", str(keeper.villages)).exit_code == 1
    )
    assert all_forms(keeper.county.context.store) == [first]


def test_versions_are_kept_and_the_newest_is_current(keeper: Keeper) -> None:
    store = keeper.county.context.store
    first = publish(keeper.county, keeper.folder)
    keeper.county.clock.advance(seconds=1)
    second = publish(keeper.county, keeper.folder, "20260302")
    assert [form.version for form in all_forms(store)] == ["20260302", "20260301"]
    assert [form.version for form in current_forms(store)] == ["20260302"]
    assert retire_form(store, "survey-a", version="20260302", by="server") == 1
    assert [form.version for form in current_forms(store)] == ["20260301"]
    assert keeper.run("form", "retire", "survey-a").stdout == "retired 1 versions\n"
    assert current_forms(store) == []
    assert find_form(store, "survey-a", "20260301").definition_sha256 == first.definition_sha256
    assert keeper.run("form", "retire", "survey-a").exit_code == 1
    tablet = keeper.county.device(Role.VILLAGE_AIDE, VILLAGE)
    body = tablet.body_of(second.id)
    assert (body["state"], body["retired_at"]) == ("RETIRED", keeper.county.now)


def test_a_retired_version_is_not_published_again(keeper: Keeper) -> None:
    publish(keeper.county, keeper.folder)
    retire_form(keeper.county.context.store, "survey-a", by="server")
    with pytest.raises(RuleError) as refused:
        publish(keeper.county, keeper.folder)
    assert refused.value.code == "form_version_taken"


def test_an_unsound_form_cannot_be_published_by_any_caller(keeper: Keeper) -> None:
    checked = checked_form("20260301", "survey-a", keeper.folder)
    unsound = replace(checked, problems=(Problem("survey_empty"),))
    with pytest.raises(FormDefinitionError) as refused:
        publish_form(
            keeper.county.context.store, blobs(keeper.county), unsound, purpose=FormPurpose.SURVEY,
            by="server", ids=keeper.county.ids,
        )  # fmt: skip
    assert refused.value.problems == unsound.problems
    assert refused.value.facts == {"count": 1}


def test_unclaimed_sheets_are_listed_and_claimed(keeper: Keeper) -> None:
    publish(keeper.county, keeper.folder)
    tablet = keeper.county.device(Role.VILLAGE_AIDE, VILLAGE)
    login = keeper.county.logins[tablet.user_id]
    phone = Collect(keeper.county.address, login, keeper.run("user", "password", login).stdout.split()[-1])
    definition, _ = phone.fetch(phone.forms()[0])
    phone.send(fill(definition, {"household_no": "wrong"}, "uuid:1"))
    (waiting,) = unclaimed(keeper.county.context.store)
    assert waiting.submission_id in keeper.run("form", "unclaimed").stdout
    assert keeper.run("form", "claim", waiting.submission_id, "no such").exit_code == 1
    body = tablet.household(GRID_1)
    tablet.push(tablet.put("households", body))
    number = _numbered(keeper.county, body["id"])
    assert keeper.run("form", "claim", waiting.submission_id, number).stdout == "claimed\n"
    assert keeper.run("form", "claim", waiting.submission_id, number).exit_code == 1
    assert keeper.run("form", "unclaimed").stdout == ""


def _numbered(county: County, household_id: str) -> str:
    with RecordWriter(county.context.store, Author("server")) as writer:
        writer.patch("households", household_id, {"household_no": "341789-0001"})
    return "341789-0001"


@pytest.mark.parametrize(
    ("taken", "free"),
    [((), "20260305"), (("20260305",), "2026030501"), (("20260305", "2026030501"), "2026030502")],
)
def test_free_version_is_a_date_nobody_took(taken: tuple[str, ...], free: str) -> None:
    assert free_version(set(taken), dt.date(2026, 3, 5)) == free


def test_attachments_on_the_command_line_are_read_with_care(keeper: Keeper, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "villages.csv").write_bytes(VILLAGES)
    twice = ["--attach", str(keeper.villages), "--attach", str(other / "villages.csv")]
    for arguments in (twice, ["--attach", str(tmp_path / "none.csv")]):
        shown: Any = keeper.run("form", "check", str(keeper.workbook), *arguments)
        assert shown.exit_code == 1, arguments
        assert shown.output.startswith("error: ")
