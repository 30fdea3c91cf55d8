"""Every code and field has a label in both languages; phrase keys agree."""

import enum
import importlib
import inspect
import pkgutil
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from fieldapp.domain import parameters, permissions, records
from fieldapp.domain.records.assessments import (
    AssessmentFields,
    AssessmentSignatureFields,
    Assessor,
    LevelOverrideFields,
    PlanStep,
)
from fieldapp.domain.records.back_checks import BackCheckFields, BackCheckStepFields
from fieldapp.domain.records.base import RecordFields
from fieldapp.domain.records.campaigns import CampaignFields, HouseholdFilter
from fieldapp.domain.records.clues import ClueFields, ClueStepFields, ContactPerson
from fieldapp.domain.records.conflicts import ConflictDecisionFields, ConflictFields
from fieldapp.domain.records.exemptions import ExemptionDecisionFields, VisitExemptionFields
from fieldapp.domain.records.households import Coverage, HouseholdFields
from fieldapp.domain.records.needs import ReferralFields, ReferralStepFields, ServiceNeedFields
from fieldapp.domain.records.persons import PersonFields, SelfCare
from fieldapp.domain.records.reliefs import ReliefFields, ReliefItem, ReliefStepFields
from fieldapp.domain.records.submissions import SubmissionFields
from fieldapp.domain.records.visit_reviews import FieldComment, VisitReviewFields
from fieldapp.domain.records.visits import Findings, VisitFields
from fieldapp.domain.rules import back_check, finding, statistics, visit_plan

RESOURCES = Path(__file__).parents[3] / "resources"
LANGUAGES = ("zh", "en")
HAN = re.compile(r"[\u3400-\u9fff]")


def _load(path: str) -> dict[str, Any]:
    return tomllib.loads((RESOURCES / path).read_text("utf-8"))


def _enums() -> Iterator[type[enum.Enum]]:
    modules = [
        importlib.import_module(f"{records.__name__}.{m.name}")
        for m in pkgutil.iter_modules(records.__path__)
    ]
    for module in [*modules, parameters, permissions, visit_plan, statistics, finding, back_check]:
        found = {kind for _, kind in inspect.getmembers(module, inspect.isclass)}
        yield from (
            kind for kind in found if issubclass(kind, enum.Enum) and kind.__module__ == module.__name__
        )


ENUMS = sorted(_enums(), key=lambda kind: kind.__name__)
FIELDS: dict[str, set[str]] = {
    "record": set(RecordFields.model_fields),
    "visits": set(VisitFields.model_fields) - set(RecordFields.model_fields),
    "households": set(HouseholdFields.model_fields) - set(RecordFields.model_fields),
    "persons": set(PersonFields.model_fields) - set(RecordFields.model_fields),
    "submissions": set(SubmissionFields.model_fields) - set(RecordFields.model_fields),
    "assessments": set(AssessmentFields.model_fields) - set(RecordFields.model_fields),
    "assessment_signatures": set(AssessmentSignatureFields.model_fields) - set(RecordFields.model_fields),
    "level_overrides": set(LevelOverrideFields.model_fields) - set(RecordFields.model_fields),
    "conflicts": set(ConflictFields.model_fields) - set(RecordFields.model_fields),
    "conflict_decisions": set(ConflictDecisionFields.model_fields) - set(RecordFields.model_fields),
    "visit_exemptions": set(VisitExemptionFields.model_fields) - set(RecordFields.model_fields),
    "exemption_decisions": set(ExemptionDecisionFields.model_fields) - set(RecordFields.model_fields),
    "visit_reviews": set(VisitReviewFields.model_fields) - set(RecordFields.model_fields),
    "back_checks": set(BackCheckFields.model_fields) - set(RecordFields.model_fields),
    "back_check_steps": set(BackCheckStepFields.model_fields) - set(RecordFields.model_fields),
    "field_comments": set(FieldComment.model_fields),
    "campaigns": set(CampaignFields.model_fields) - set(RecordFields.model_fields),
    "household_filters": set(HouseholdFilter.model_fields),
    "reliefs": set(ReliefFields.model_fields) - set(RecordFields.model_fields),
    "relief_steps": set(ReliefStepFields.model_fields) - set(RecordFields.model_fields),
    "service_needs": set(ServiceNeedFields.model_fields) - set(RecordFields.model_fields),
    "referrals": set(ReferralFields.model_fields) - set(RecordFields.model_fields),
    "referral_steps": set(ReferralStepFields.model_fields) - set(RecordFields.model_fields),
    "clues": set(ClueFields.model_fields) - set(RecordFields.model_fields),
    "clue_steps": set(ClueStepFields.model_fields) - set(RecordFields.model_fields),
    "contact_persons": set(ContactPerson.model_fields),
    "relief_items": set(ReliefItem.model_fields),
    "assessors": set(Assessor.model_fields),
    "plan_steps": set(PlanStep.model_fields),
    "findings": set(Findings.model_fields),
    "coverages": set(Coverage.model_fields),
    "self_care": set(SelfCare.model_fields),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ENUMS, ids=lambda kind: kind.__name__)
def test_labels_every_code_has_one(language: str, kind: type[enum.Enum]) -> None:
    labels = _load(f"i18n/{language}/labels.toml").get(kind.__name__, {})
    assert set(labels) == {member.value for member in kind}
    assert len(set(labels.values())) == len(labels), "two codes look the same on screen"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("record", FIELDS)
def test_labels_every_field_has_one(language: str, record: str) -> None:
    assert set(_load(f"i18n/{language}/labels.toml")["fields"][record]) == FIELDS[record]


@pytest.mark.parametrize("path", ["i18n/{}/labels.toml", "phrases/{}.toml"])
def test_texts_are_written_in_their_language(path: str) -> None:
    assert all(HAN.search(text) for _, text in _texts(_load(path.format("zh"))))
    assert not [text for _, text in _texts(_load(path.format("en"))) if HAN.search(text) or not text.strip()]


def test_labels_no_two_enums_share_a_name_and_nothing_is_left_over() -> None:
    names = [kind.__name__ for kind in ENUMS]
    assert len(set(names)) == len(names)
    assert set(_load("i18n/zh/labels.toml")) == {*names, "fields"}


def test_phrases_have_the_same_keys_in_both_languages() -> None:
    keys = {language: [key for key, _ in _texts(_load(f"phrases/{language}.toml"))] for language in LANGUAGES}
    assert keys["zh"] == keys["en"]
    assert len(keys["zh"]) >= 25


def _texts(node: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _texts(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value
