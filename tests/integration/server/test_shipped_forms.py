"""The forms that come with the program: they publish, and give what the rules give."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.parameters import GX_1
from fieldapp.domain.records.forms import FormPurpose
from fieldapp.domain.rules.assessment import read_result
from fieldapp.forms import Environment, FormDefinition, FormSession, read_definition
from fieldapp.forms.view import Condition, Control, PageKind, QuestionView
from fieldapp.services.answer_sheets import leaf_values
from fieldapp.services.submissions import self_care_of
from server.services.forms import all_forms
from server.services.shipped_forms import FOLDER, SHIPPED, publish_shipped_forms
from server.store.blob_files import BlobFiles
from server.xlsform.conversion import convert_workbook
from tests.integration.server.county import County
from tests.unit.rules.tables import table

GX = table("assessment")
ZH, EN = "中文 (zh)", "English (en)"


@pytest.fixture(scope="module")
def definitions() -> dict[str, FormDefinition]:
    return {name: read_definition(convert_workbook((FOLDER / name).read_bytes()).xform) for name in SHIPPED}


def _session(definition: FormDefinition, on: dt.date, language: str = ZH) -> FormSession:
    noon = dt.datetime.combine(on, dt.time(12), COUNTY_ZONE)
    return FormSession.new(
        definition,
        Environment(
            now=lambda: noon, monotonic=lambda: 0.0, zone=COUNTY_ZONE, new_id=lambda: "0190aaaa-0000-7000",
            random_bytes=bytes, languages=(language,),
        ),
    )  # fmt: skip


def _places(session: FormSession) -> dict[str, str]:
    return {place.rsplit("/", 1)[1]: place for page in session.pages() for place in page.questions}


def _value(session: FormSession, name: str) -> str:
    view = session.view(f"/data/{name}")
    assert isinstance(view, QuestionView)
    return view.value


def _answered(definition: FormDefinition, row: dict[str, Any]) -> FormSession:
    session = _session(definition, GX["on"])
    for item in GX_1.items:
        session.answer(_places(session)[item], row["chosen"].get(item, "a"))
    session.answer(_places(session)["red_flags"], row.get("flags") or ["none"])
    return session


@pytest.mark.parametrize("row", GX["judged"], ids=lambda row: f"{row['score']}-{row['level']}")
def test_gx_1_gives_what_the_rule_gives(definitions: dict[str, FormDefinition], row: dict[str, Any]) -> None:
    session = _answered(definitions["gx-1.xlsx"], row)
    assert session.validate() == ()
    result = read_result(leaf_values(session.finalise().xml))
    assert (result.score, result.level, result.next_due) == (row["score"], row["level"], row["next_due"])
    assert result.provisional is row.get("provisional", False)
    assert list(result.red_flags) == row.get("flags", [])
    assert {a.item: a.option for a in result.answers} == {i: row["chosen"].get(i, "a") for i in GX_1.items}
    assert sum(a.points for a in result.answers) == row["score"]
    assert sum(a.unknown for a in result.answers) == row.get("unknown", 0)


def test_gx_1_flags_1_to_4_show_the_call_for_help(definitions: dict[str, FormDefinition]) -> None:
    session = _session(definitions["gx-1.xlsx"], GX["on"])
    place = _places(session)["red_flags"]
    for flag in GX_1.red_flags:
        session.answer(place, [flag])
        assert ("urgent_note" in _places(session)) is (flag in GX_1.urgent_flags)


def test_gx_1_has_no_result_before_the_last_answer(definitions: dict[str, FormDefinition]) -> None:
    session = _session(definitions["gx-1.xlsx"], GX["on"])
    places = _places(session)
    for item in [*GX_1.items][:-1]:
        session.answer(places[item], "a")
    session.answer(places["red_flags"], ["none"])
    assert (_value(session, "score"), _value(session, "level")) == ("", "")
    assert [(f.reference, f.condition) for f in session.validate()] == [
        (places[[*GX_1.items][-1]], Condition.REQUIRED)
    ]
    session.answer(places[[*GX_1.items][-1]], "c")
    assert (_value(session, "score"), _value(session, "level")) == ("2", "LOW")


def test_gx_1_refuses_contradictions(definitions: dict[str, FormDefinition]) -> None:
    session = _answered(definitions["gx-1.xlsx"], {"chosen": {"E3": "c"}})
    session.answer(_places(session)["red_flags"], ["none", "HARM"])
    broken = {failure.reference.rsplit("/", 1)[1]: failure.condition for failure in session.validate()}
    assert broken == {"E3": Condition.CONSTRAINT, "red_flags": Condition.CONSTRAINT}


@pytest.mark.parametrize("row", table("self_care")["grade"])
def test_self_care_gives_what_the_rule_gives(
    definitions: dict[str, FormDefinition], row: dict[str, Any]
) -> None:
    session = _session(definitions["self-care.xlsx"], GX["on"])
    places = _places(session)
    for ability in ("eat", "dress", "bed", "toilet", "walk", "bathe"):
        if ability not in row.get("unanswered", ()):
            session.answer(places[ability], "no" if ability in row["unable"] else "yes")
    assert _value(session, "grade") == row["is"]
    leaves = leaf_values(session.save_draft())
    assert (self_care_of(leaves, GX["on"]).grade or "") == row["is"]


@pytest.mark.parametrize("language", [ZH, EN])
@pytest.mark.parametrize("name", SHIPPED)
def test_every_question_is_worded_in_both_languages(
    definitions: dict[str, FormDefinition], name: str, language: str
) -> None:
    session = _session(definitions[name], GX["on"], language)
    assert session.language == language
    shown = 0
    for page in session.pages():
        for place in page.questions:
            view = session.view(place)
            heading_of_a_grid = "label" in view.appearance
            assert view.label or heading_of_a_grid or view.control is Control.GROUP, place
            if isinstance(view, QuestionView) and view.has_choices:
                assert all(choice.label for choice in session.choices(place))
            shown += 1
    assert shown > 5


@pytest.mark.parametrize("name", SHIPPED)
def test_workbooks_raise_no_problem_of_any_kind(name: str) -> None:
    assert convert_workbook((FOLDER / name).read_bytes()).problems == ()


def test_checklist_asks_about_what_is_bad(definitions: dict[str, FormDefinition]) -> None:
    session = _session(definitions["visit-checklist.xlsx"], GX["on"])
    assert "bad_what" not in _places(session)
    session.answer(_places(session)["fire"], "BAD")
    assert "bad_what" in _places(session)
    assert session.pages()[-1].kind is PageKind.END


def test_notice_is_read_before_it_is_answered(definitions: dict[str, FormDefinition]) -> None:
    session = _session(definitions["consent-notice.xlsx"], GX["on"])
    session.answer(_places(session)["heard_by"], "SELF")
    session.answer(_places(session)["notice_given"], "yes")
    session.answer(_places(session)["photos_allowed"], "no")
    assert [f.reference.rsplit("/", 1)[1] for f in session.validate()] == ["read_aloud"]
    session.answer(_places(session)["read_aloud"], "OK")
    assert leaf_values(session.finalise().xml)["notice_given"] == "yes"


def test_shipped_forms_are_published_once_each(county: County, tmp_path: Path) -> None:
    blobs = BlobFiles(tmp_path / "blobs")
    made = publish_shipped_forms(county.context.store, blobs, ids=county.ids)
    assert {form.form.purpose for form in made} == {
        FormPurpose.ASSESSMENT, FormPurpose.SELF_CARE, FormPurpose.VISIT, FormPurpose.NOTICE,
    }  # fmt: skip
    assert all(form.fresh and blobs.has(form.form.definition_sha256) for form in made)
    again = publish_shipped_forms(county.context.store, blobs, ids=county.ids)
    assert not any(form.fresh for form in again)
    assert len(all_forms(county.context.store)) == len(SHIPPED)
