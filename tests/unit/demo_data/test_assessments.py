"""Assessments of the made-up county: they come to what the households show, and the sheets are real ones."""

import datetime as dt
from collections import defaultdict
from functools import partial

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.assessments import AssessmentFields, AssessmentSignatureFields
from fieldapp.domain.records.households import RiskLevel
from fieldapp.domain.rules.assessment import check_assessment, mismatches, read_result
from fieldapp.domain.rules.risk_history import level_history, standing
from fieldapp.forms import Environment, FormSession, read_definition
from fieldapp.services.answer_sheets import leaf_values
from server.demo_data.generate import Body
from server.services.shipped_forms import FOLDER
from server.xlsform.conversion import convert_workbook
from tests.unit.demo_data.conftest import AS_OF, Made

PARAMETERS = Parameters()


def _same(at: dt.datetime) -> dt.datetime:
    return at


def _records(made: Made) -> dict[str, list[Body]]:
    found: dict[str, list[Body]] = defaultdict(list)
    for kind, body in made.records():
        found[kind].append(body)
    return found


def test_households_show_what_their_assessments_come_to(made: Made) -> None:
    records = _records(made)
    assessments = [AssessmentFields.model_validate(body) for body in records["assessments"]]
    signatures = [AssessmentSignatureFields.model_validate(body) for body in records["assessment_signatures"]]
    assert len(assessments) > 80
    assessed = {one.household_id for one in assessments}
    for household in records["households"]:
        if household["id"] not in assessed:
            continue
        history = level_history(
            [one for one in assessments if one.household_id == household["id"]],
            [one for one in signatures if one.household_id == household["id"]],
            [],
            PARAMETERS,
        )
        stands = standing(history)
        assert stands is not None
        assert (stands.level, stands.next_due.isoformat()) == (
            household["risk_level"], household["risk_next_due"],
        )  # fmt: skip
        assert all(entry.took_effect for entry in history)
    lowered = [one for one in assessments if one.lowering_reason]
    assert {one.previous_level for one in lowered} == {RiskLevel.HIGH}


def test_assessments_keep_the_rules(made: Made) -> None:
    for body in _records(made)["assessments"]:
        one = AssessmentFields.model_validate(body)
        assert check_assessment(one, PARAMETERS) == []
        assert mismatches(one, PARAMETERS) == ()
        assert one.assessed_at.date() <= AS_OF


def test_the_story_is_assessed_with_47_points(made: Made) -> None:
    [story] = [body for body in _records(made)["assessments"] if body["trigger"] == "EVENT"]
    assert (story["score"], story["level"]) == (47, "HIGH")


def test_sheets_open_in_the_form_and_give_the_same_result(made: Made) -> None:
    definition = read_definition(convert_workbook((FOLDER / "gx-1.xlsx").read_bytes()).xform)
    by_id = {body["id"]: body for body in _records(made)["submissions"]}
    for body in _records(made)["assessments"][:12]:
        sheet = by_id[body["submission_id"]]
        assert (sheet["form_id"], sheet["form_version"]) == ("gx-1", definition.version)
        assessed = dt.datetime.fromisoformat(body["assessed_at"])
        world = Environment(
            now=partial(_same, assessed), monotonic=lambda: 0.0, zone=COUNTY_ZONE,
            new_id=lambda: "0190aaaa-0000-7000", random_bytes=bytes,
        )  # fmt: skip
        session = FormSession.edit(definition, sheet["xml"].encode(), world)
        assert session.unknown == ()
        assert session.validate() == ()
        again = read_result(leaf_values(session.finalise().xml))
        told = read_result(leaf_values(sheet["xml"]))
        assert (again.score, again.level, again.answers) == (told.score, told.level, told.answers)
        assert (told.score, told.level, told.next_due.isoformat() if told.next_due else "") == (
            body["score"], body["level"], body["next_due"],
        )  # fmt: skip
