"""A county writes a questionnaire in Excel: mended, published, filled on a device, and changed meanwhile."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fieldapp.services import submissions
from fieldapp.services.answer_sheets import leaf_values
from fieldapp.services.households import household_ids
from tests.e2e.doors import PASSPHRASE
from tests.e2e.hands import Hands
from tests.e2e.server_side import CountyOffice
from tests.unit.xlsform.workbooks import CHOICES, Rows, workbook
from ui.demo_county import DemoCounty
from ui.screens.form.screen import FormScreen
from ui.screens.household.screen import HouseholdScreen
from ui.screens.households.screen import HouseholdsScreen

pytestmark = pytest.mark.timeout(300)
TITLE = "冬季取暖核查"
HEADINGS = ("type", "name", "label", "required", "relevant", "constraint")
STOVE = ("select_one yes_no", "stove", "有没有取暖炉", "yes")
ALARM = ("select_one yes_no", "alarm", "装没装一氧化碳报警器", "yes", "${stove} = 'yes'")
BEDS = ("integer", "beds", "有几床棉被", None, None, ". >= 0 and . < 30")
SPOILT = (
    ("select_one yes_no", "stove", "有没有取暖炉", "yes"),
    ("select_one yes_no", "alarm", "装没装一氧化碳报警器", "yes", "${stoves} = 'yes'"),
    ("integer", "beds", "有几床棉被", None, None, ". >= 0 and lessthan(., 30)"),
)


def book(folder: Path, version: str, *rows: tuple[str | None, ...]) -> Path:
    """The workbook as the county saved it."""
    settings: Rows = (("form_id", "version", "form_title"), ("winter", version, TITLE))
    path = folder / f"winter-{version}.xlsx"
    path.write_bytes(workbook({"survey": (HEADINGS, *rows), "choices": CHOICES, "settings": settings}))
    return path


def form_command(county: DemoCounty, *arguments: str) -> tuple[int, str]:
    line = [sys.executable, "-m", "server.cli", "form", *arguments, "--data", str(county.folder)]
    done = subprocess.run(line, capture_output=True, encoding="utf-8", check=False)
    return done.returncode, done.stdout + done.stderr


def open_form(hands: Hands, household_id: str, button: str) -> FormScreen:
    """From the door to the questionnaire."""
    hands.unlock(PASSPHRASE)
    hands.wait_synced()
    hands.press("对象")
    hands.open_card(hands.screen(HouseholdsScreen).listing, household_id)
    hands.screen(HouseholdScreen)
    hands.press(button)
    return hands.screen(FormScreen)


def test_a_questionnaire_is_mended_published_filled_and_finished_on_the_version_it_was_begun_with(
    county: DemoCounty,
    office: CountyOffice,
    device: Callable[[str], Path],
    start: Callable[..., Hands],
    tmp_path: Path,
) -> None:
    aide = device(county.door("aide").login)

    # The first workbook has two slips; both are told at once, each with its place, and nothing is published.
    refused, said = form_command(county, "publish", str(book(tmp_path, "2026110101", *SPOILT)))
    assert refused
    assert "stoves" in said
    assert "lessthan" in said
    assert "E3" in said
    assert "F4" in said
    assert TITLE not in form_command(county, "list")[1]

    first = (STOVE, ALARM, BEDS)
    published, said = form_command(county, "publish", str(book(tmp_path, "2026110102", *first)))
    assert not published, said

    hands = start(aide)
    hands.unlock(PASSPHRASE)
    hands.wait_synced()
    household_id = household_ids(hands.context)[0]
    hands.close()

    hands = start(aide)
    open_form(hands, household_id, f"填写 {TITLE}")
    hands.press("有没有取暖炉，必填 是")
    hands.press("装没装一氧化碳报警器，必填 否")
    hands.rest()
    hands.close()  # the tablet is put away in the middle

    # The county asks one thing more and drops another.
    second = (STOVE, BEDS, ("text", "fuel", "烧什么"))
    published, said = form_command(county, "publish", str(book(tmp_path, "2026120101", *second)))
    assert not published, said

    hands = start(aide)
    open_form(hands, household_id, f"继续填写 {TITLE}")
    hands.wait_to_read("这张表有了新版本（2026120101）")
    assert not hands.reads("烧什么")
    hands.write("有几床棉被", "4")
    hands.press("下一步：核对并提交")
    hands.press("提交")
    hands.screen(HouseholdScreen)
    hands.wait_synced()

    sheets = submissions.submissions_of(hands.context, household_id)
    [sheet] = [one for one in sheets if one.title == TITLE]
    arrived = office.record("submissions", sheet.submission_id)
    assert arrived is not None
    assert (arrived["form_id"], arrived["form_version"]) == ("winter", "2026110102")
    found = leaf_values(arrived["xml"])
    assert {name: found[name] for name in ("stove", "alarm", "beds")} == {
        "stove": "yes",
        "alarm": "no",
        "beds": "4",
    }

    # What is begun now is the new version.
    hands.press(f"填写 {TITLE}")
    hands.screen(FormScreen)
    hands.wait_to_read("烧什么")
