"""Who may do what, where (domain brief 7). The same table serves device and server.

S (system admin) sees no case data; A (auditor) changes nothing and says what spot checks found; a role ends
with its last day.
"""

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.areas import contains
from fieldapp.domain.records.users import Role, RoleAssignment


class Permission(enum.StrEnum):
    """Acts that need a permission. READ_CASES may be masked; HOLD_CASES lets a device keep the case files
    themselves, unmasked, which an auditor's never does."""

    READ_CASES = "READ_CASES"
    HOLD_CASES = "HOLD_CASES"
    REVEAL_PHONE = "REVEAL_PHONE"
    REVEAL_ID = "REVEAL_ID"
    CREATE_VISIT = "CREATE_VISIT"
    RETURN_VISIT = "RETURN_VISIT"
    VOID_VISIT = "VOID_VISIT"
    REQUEST_BACK_CHECK = "REQUEST_BACK_CHECK"
    REQUEST_EXEMPTION = "REQUEST_EXEMPTION"
    DECIDE_EXEMPTION = "DECIDE_EXEMPTION"
    EDIT_CAMPAIGN = "EDIT_CAMPAIGN"
    REGISTER_HOUSEHOLD = "REGISTER_HOUSEHOLD"
    EDIT_CONTACT = "EDIT_CONTACT"
    EDIT_HOUSEHOLD = "EDIT_HOUSEHOLD"
    FILL_FORM = "FILL_FORM"
    LEAD_ASSESSMENT = "LEAD_ASSESSMENT"
    SIGN_ASSESSMENT = "SIGN_ASSESSMENT"
    OVERRIDE_LEVEL = "OVERRIDE_LEVEL"
    DECIDE_CONFLICT = "DECIDE_CONFLICT"
    WORK_ON_RELIEF = "WORK_ON_RELIEF"
    PROPOSE_RELIEF = "PROPOSE_RELIEF"
    RECORD_RELIEF = "RECORD_RELIEF"
    DECIDE_RELIEF = "DECIDE_RELIEF"
    DECIDE_RELIEF_ABOVE_LIMIT = "DECIDE_RELIEF_ABOVE_LIMIT"
    READ_FUND = "READ_FUND"
    ADD_NEED = "ADD_NEED"
    REFER_NEED = "REFER_NEED"
    SERVE_REFERRAL = "SERVE_REFERRAL"
    CREATE_CLUE = "CREATE_CLUE"
    FOLLOW_CLUE = "FOLLOW_CLUE"
    ACCEPT_CLUE = "ACCEPT_CLUE"
    ASSIGN_CLUE = "ASSIGN_CLUE"
    CLOSE_CLUE = "CLOSE_CLUE"
    CLOSE_URGENT_CLUE = "CLOSE_URGENT_CLUE"
    PLAN_SPOT_CHECK = "PLAN_SPOT_CHECK"
    INSPECT = "INSPECT"
    RECTIFY_FINDING = "RECTIFY_FINDING"
    READ_STATISTICS = "READ_STATISTICS"
    EXPORT_VISITS = "EXPORT_VISITS"
    IMPORT_LEDGER = "IMPORT_LEDGER"
    READ_AUDIT = "READ_AUDIT"
    MANAGE_USERS = "MANAGE_USERS"
    MANAGE_DEVICES = "MANAGE_DEVICES"
    EDIT_PARAMETERS = "EDIT_PARAMETERS"


_P = Permission
PERMISSIONS: Final[dict[Role, frozenset[Permission]]] = {
    Role.GRID_WORKER: frozenset(
        {_P.READ_CASES, _P.HOLD_CASES,
         _P.REQUEST_EXEMPTION,
         _P.REVEAL_PHONE, _P.CREATE_VISIT, _P.REGISTER_HOUSEHOLD, _P.EDIT_CONTACT,
         _P.EXPORT_VISITS, _P.FILL_FORM, _P.SIGN_ASSESSMENT, _P.ADD_NEED, _P.CREATE_CLUE, _P.FOLLOW_CLUE}
    ),
    Role.VILLAGE_AIDE: frozenset(
        {_P.READ_CASES, _P.HOLD_CASES,
         _P.REQUEST_EXEMPTION,
         _P.REVEAL_PHONE, _P.REVEAL_ID, _P.CREATE_VISIT, _P.REGISTER_HOUSEHOLD,
         _P.EDIT_CONTACT, _P.EDIT_HOUSEHOLD, _P.READ_STATISTICS, _P.EXPORT_VISITS,
         _P.FILL_FORM, _P.LEAD_ASSESSMENT, _P.SIGN_ASSESSMENT,
         _P.WORK_ON_RELIEF, _P.RECORD_RELIEF, _P.ADD_NEED, _P.REFER_NEED,
         _P.CREATE_CLUE, _P.FOLLOW_CLUE, _P.ACCEPT_CLUE}
    ),
    Role.ASSESSMENT_MEMBER: frozenset({_P.READ_CASES, _P.HOLD_CASES,
         _P.REVEAL_PHONE, _P.CREATE_VISIT, _P.FILL_FORM, _P.SIGN_ASSESSMENT, _P.ADD_NEED, _P.CREATE_CLUE,
         _P.FOLLOW_CLUE}),
    Role.TOWN_CLERK: frozenset(
        {_P.READ_CASES, _P.HOLD_CASES,
         _P.REQUEST_EXEMPTION, _P.DECIDE_EXEMPTION, _P.EDIT_CAMPAIGN,
         _P.REVEAL_PHONE, _P.REVEAL_ID, _P.CREATE_VISIT, _P.RETURN_VISIT, _P.VOID_VISIT,
         _P.REQUEST_BACK_CHECK,
         _P.REGISTER_HOUSEHOLD, _P.EDIT_CONTACT, _P.EDIT_HOUSEHOLD, _P.READ_STATISTICS, _P.EXPORT_VISITS,
         _P.IMPORT_LEDGER, _P.FILL_FORM, _P.LEAD_ASSESSMENT, _P.SIGN_ASSESSMENT, _P.DECIDE_CONFLICT,
         _P.WORK_ON_RELIEF, _P.PROPOSE_RELIEF, _P.RECORD_RELIEF, _P.READ_FUND, _P.ADD_NEED, _P.REFER_NEED,
         _P.CREATE_CLUE, _P.FOLLOW_CLUE, _P.ACCEPT_CLUE, _P.ASSIGN_CLUE, _P.CLOSE_CLUE,
         _P.RECTIFY_FINDING}
    ),
    Role.TOWN_LEADER: frozenset(
        {_P.READ_CASES, _P.HOLD_CASES,
         _P.REVEAL_PHONE, _P.REVEAL_ID, _P.READ_STATISTICS, _P.EXPORT_VISITS, _P.OVERRIDE_LEVEL,
         _P.WORK_ON_RELIEF, _P.DECIDE_RELIEF, _P.READ_FUND,
         _P.CREATE_CLUE, _P.FOLLOW_CLUE, _P.CLOSE_URGENT_CLUE, _P.RECTIFY_FINDING}
    ),
    Role.COUNTY_OFFICER: frozenset(
        {_P.READ_CASES, _P.HOLD_CASES,
         _P.EDIT_CAMPAIGN,
         _P.REVEAL_PHONE, _P.REVEAL_ID, _P.RETURN_VISIT, _P.REQUEST_BACK_CHECK, _P.READ_STATISTICS,
         _P.EXPORT_VISITS, _P.IMPORT_LEDGER, _P.READ_AUDIT, _P.EDIT_PARAMETERS, _P.OVERRIDE_LEVEL,
         _P.DECIDE_CONFLICT,
         _P.WORK_ON_RELIEF, _P.DECIDE_RELIEF, _P.DECIDE_RELIEF_ABOVE_LIMIT, _P.READ_FUND,
         _P.CREATE_CLUE, _P.FOLLOW_CLUE, _P.ACCEPT_CLUE, _P.ASSIGN_CLUE, _P.CLOSE_CLUE,
         _P.CLOSE_URGENT_CLUE, _P.PLAN_SPOT_CHECK, _P.RECTIFY_FINDING}
    ),
    Role.VERIFICATION_CENTRE: frozenset(),
    Role.AUDITOR: frozenset({_P.READ_CASES, _P.READ_STATISTICS, _P.EXPORT_VISITS, _P.READ_AUDIT,
         _P.INSPECT}),
    Role.SYSTEM_ADMIN: frozenset({_P.READ_AUDIT, _P.MANAGE_USERS, _P.MANAGE_DEVICES}),
    Role.PARTNER: frozenset({_P.SERVE_REFERRAL}),
    Role.REPORTER: frozenset({_P.CREATE_CLUE}),
}  # fmt: skip
"""A partner's right is narrowed to the persons referred to his organisation. Verification rights come with
verification. FOLLOW_CLUE takes part in a clue of the area and may be assigned to it; a reporter hears of his
own clues by receipts only."""


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a user with the role assignments that hold today."""

    user_id: str
    roles: tuple[RoleAssignment, ...]

    def areas_with(self, permission: Permission) -> tuple[str, ...]:
        """Area codes in which the actor has the permission; smaller areas inside larger are left out."""
        codes = {a.area_code for a in self.roles if permission in PERMISSIONS[a.role]}
        return tuple(sorted(c for c in codes if not any(o != c and contains(o, c) for o in codes)))

    def may(self, permission: Permission, area_code: str = "") -> bool:
        """Whether the act is allowed in an area ('' = in any)."""
        return any(
            permission in PERMISSIONS[a.role] and (not area_code or contains(a.area_code, area_code))
            for a in self.roles
        )

    def require(self, permission: Permission, area_code: str = "") -> None:
        """Raise NotAllowedError("not_permitted") unless the act is allowed."""
        if not self.may(permission, area_code):
            raise NotAllowedError("not_permitted", permission=permission)

    @property
    def masked(self) -> bool:
        """Whether every ID number and name stays masked: the actor reads cases as an auditor only."""
        readers = [a.role for a in self.roles if Permission.READ_CASES in PERMISSIONS[a.role]]
        return bool(readers) and all(role is Role.AUDITOR for role in readers)


def actor_on(user_id: str, roles: Iterable[RoleAssignment], on: dt.date) -> Actor:
    """The actor a user is on a given day."""
    return Actor(user_id, tuple(a for a in roles if a.holds_on(on)))
