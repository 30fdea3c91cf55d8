"""Case records as an auditor may see them: no name, number or address of a person in full (R3)."""

from collections.abc import Collection

from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.masking import (
    mask_address,
    mask_bank_account,
    mask_id_number,
    mask_name,
    mask_phone,
    mask_text,
)


def masked_household(household: HouseholdFields, names: Collection[str]) -> HouseholdFields:
    """The file of a household; `names` are those of its members, wherever a text mentions them."""
    return household.model_copy(
        update={
            "head_name": mask_name(household.head_name),
            "address": mask_address(household.address, household.group_name),
            "registered_address": mask_address(household.registered_address),
            "lat": None,
            "lon": None,
            "remark": mask_text(household.remark, names),
        }
    )


def masked_person(person: PersonFields) -> PersonFields:
    """A member."""
    return person.model_copy(
        update={
            "name": mask_name(person.name),
            "name_alias": mask_name(person.name_alias),
            "id_number": mask_id_number(person.id_number),
            "disability_cert": mask_id_number(person.disability_cert),
            "phone": mask_phone(person.phone),
            "carer_name": mask_name(person.carer_name),
            "carer_phone": mask_phone(person.carer_phone),
            "bank_account": mask_bank_account(person.bank_account),
        }
    )


def masked_visit(visit: VisitFields, names: Collection[str]) -> VisitFields:
    """A visit: what the worker wrote stays, without the names in it."""
    findings, signature = visit.findings, visit.signature
    texts = {
        name: mask_text(value, names)
        for name, value in findings.model_dump().items()
        if isinstance(value, str) and name in _FREE_FINDINGS
    }
    changes = tuple(
        one.model_copy(update={"old": mask_text(one.old, names), "new": mask_text(one.new, names)})
        for one in visit.changes
    )
    if signature is not None:
        signature = signature.model_copy(
            update={
                "witness_name": mask_name(signature.witness_name),
                "reason": mask_text(signature.reason, names),
            }
        )
    return visit.model_copy(
        update={name: mask_text(getattr(visit, name), names) for name in _FREE_TEXTS}
        | {"findings": findings.model_copy(update=texts), "changes": changes, "signature": signature}
        | {"location": None, "photos": (), "phrases": tuple(mask_text(p, names) for p in visit.phrases)}
    )


_FREE_TEXTS = (
    "narrative",
    "suggestion",
    "no_photo_reason",
    "remark",
    "flag_reason",
    "amend_reason",
    "state_reason",
)
_FREE_FINDINGS = frozenset(
    {"health_note", "work_note", "income_note", "expense_note", "policies_note", "difficulties",
     "actions_taken", "next_steps"}
)  # fmt: skip
