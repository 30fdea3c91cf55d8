"""Audit events made on devices: reveals, exports, unlocks. They travel up and are never sent down."""

import enum

from sqlmodel import Field

from fieldapp.domain.records.base import RecordFields, code


class AuditAct(enum.StrEnum):
    """What was done."""

    REVEAL_PHONE = "REVEAL_PHONE"
    REVEAL_ID = "REVEAL_ID"
    EXPORT = "EXPORT"
    PASSPHRASE_CHANGED = "PASSPHRASE_CHANGED"
    RECOVERY = "RECOVERY"


class AuditEventFields(RecordFields):
    """Who did what to which record, and why; never the revealed value itself."""

    act: AuditAct = code(AuditAct)
    object_kind: str = Field(default="", max_length=30)
    object_id: str = Field(default="", max_length=64)
    area_code: str = Field(default="", max_length=15)
    reason: str = Field(default="", max_length=200)
    count: int = 1
