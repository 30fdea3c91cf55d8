"""The log of acts on the server: who did what to which record, and why. Ids, never content."""

import enum

from sqlalchemy import insert

from server.store import tables
from server.store.unit_of_work import UnitOfWork


class Act(enum.StrEnum):
    """What is written down."""

    USER_ADDED = "USER_ADDED"
    USER_ROLES = "USER_ROLES"
    USER_DISABLED = "USER_DISABLED"
    USER_ENABLED = "USER_ENABLED"
    PASSWORD_RESET = "PASSWORD_RESET"  # the name of an act
    CODE_MADE = "CODE_MADE"
    DEVICE_ENROLLED = "DEVICE_ENROLLED"
    DEVICE_REVOKED = "DEVICE_REVOKED"
    HAND_OVER_BEGUN = "HAND_OVER_BEGUN"
    HAND_OVER_DONE = "HAND_OVER_DONE"
    PACKAGE_IMPORTED = "PACKAGE_IMPORTED"
    SIGNED_IN = "SIGNED_IN"
    SIGN_IN_FAILED = "SIGN_IN_FAILED"
    SIGNED_OUT = "SIGNED_OUT"
    EXPORTED = "EXPORTED"
    LEDGER_IMPORTED = "LEDGER_IMPORTED"
    RULES_IMPORTED = "RULES_IMPORTED"
    FORM_PUBLISHED = "FORM_PUBLISHED"
    FORM_RETIRED = "FORM_RETIRED"
    TEMPLATE_PUBLISHED = "TEMPLATE_PUBLISHED"
    TEMPLATE_RETIRED = "TEMPLATE_RETIRED"
    HOUSEHOLD_MOVED = "HOUSEHOLD_MOVED"
    AREA_MERGED = "AREA_MERGED"
    AREA_SPLIT = "AREA_SPLIT"
    SUBMISSION_CLAIMED = "SUBMISSION_CLAIMED"
    PHONE_REVEALED = "PHONE_REVEALED"
    SPOT_CHECK_PLANNED = "SPOT_CHECK_PLANNED"
    SPOT_CHECK_DECLARED = "SPOT_CHECK_DECLARED"
    SPOT_CHECK_DRAWN = "SPOT_CHECK_DRAWN"
    SPOT_CHECK_REPLACED = "SPOT_CHECK_REPLACED"
    SPOT_CHECK_PUBLISHED = "SPOT_CHECK_PUBLISHED"


def note(
    unit: UnitOfWork,
    user_id: str,
    act: Act,
    object_kind: str = "",
    object_id: str = "",
    *,
    device_id: str = "",
    reason: str = "",
) -> None:
    """Write an act down in the transaction that does it. `reason` is what its author said, 200 characters."""
    unit.connection.execute(
        insert(tables.audit_log),
        {
            "at": unit.now, "user_id": user_id, "device_id": device_id, "act": act.value,
            "object_kind": object_kind, "object_id": object_id, "reason": reason,
        },
    )  # fmt: skip
