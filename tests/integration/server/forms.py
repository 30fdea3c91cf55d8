"""Forms for the server's tests: workbooks, and publishing them into a county."""

from pathlib import Path
from typing import Final

from fieldapp.domain.records.forms import FormFields, FormPurpose
from server.services.forms import CheckedForm, check_form, publish_form
from server.store.blob_files import BlobFiles
from tests.integration.server.county import County
from tests.unit.xlsform.workbooks import Rows, Sheets, workbook

SURVEY: Final[Rows] = (
    ("type", "name", "label::中文 (zh)", "label::English (en)", "relevant", "appearance"),
    ("start", "start"),
    ("end", "end"),
    ("text", "household_no", "户号", "Household number"),
    ("select_one yes_no", "ill", "是否患病", "Ill?"),
    ("select_multiple aids", "aid", "需要的帮助", "Help needed", "${ill} = 'yes'"),
    ("select_one_from_file villages.csv", "village", "村", "Village"),
    ("begin_group", "money", "收入", "Income"),
    ("integer", "income", "月收入", "Monthly income"),
    ("end_group",),
    ("begin_repeat", "member", "成员", "Member"),
    ("text", "name", "姓名", "Name"),
    ("integer", "age", "年龄", "Age"),
    ("end_repeat",),
    ("image", "photo", "照片", "Photo"),
    ("image", "paper", "证明", "Document"),
)
CHOICES: Final[Rows] = (
    ("list_name", "name", "label::中文 (zh)", "label::English (en)"),
    ("yes_no", "yes", "是", "Yes"),
    ("yes_no", "no", "否", "No"),
    ("aids", "food", "食品", "Food"),
    ("aids", "care", "照料", "Care"),
)
VILLAGES: Final = "name,label\n341789100201,甲村\n341789100202,乙村\n".encode()
FILES: Final = {"villages.csv": VILLAGES}


def sheets(version: str = "20260301", form_id: str = "survey-a", survey: Rows = SURVEY) -> Sheets:
    """The sheets of the form that the tests fill."""
    settings = (
        ("form_id", "version", "form_title", "default_language"),
        (form_id, version, "入户问卷", "中文 (zh)"),
    )
    return {"survey": survey, "choices": CHOICES, "settings": settings}


def publish(county: County, folder: Path, version: str = "20260301", form_id: str = "survey-a") -> FormFields:
    """Publish the tests' form."""
    checked = checked_form(version, form_id, folder)
    made = publish_form(
        county.context.store, blobs(county), checked, purpose=FormPurpose.SURVEY, by="server", ids=county.ids
    )
    return made.form


_KNOWN: Final[dict[tuple[str, str], CheckedForm]] = {}


def checked_form(version: str, form_id: str, folder: Path) -> CheckedForm:
    """The tests' form after its test run; each is converted once, for a conversion takes a second."""
    key = (version, form_id)
    if key not in _KNOWN:
        path = folder / "form.xlsx"
        path.write_bytes(workbook(sheets(version, form_id)))
        _KNOWN[key] = check_form(path, FILES)
        assert _KNOWN[key].sound, _KNOWN[key].problems
    return _KNOWN[key]


def blobs(county: County) -> BlobFiles:
    """The blobs of a county."""
    return BlobFiles(county.context.settings.blobs)
