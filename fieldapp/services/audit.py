"""Audit events: every reveal and export leaves one, in the commit of the act itself."""

from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.services.context import Context


def audit_event(
    context: Context, event_id: str, act: AuditAct, *, object_kind: str = "", object_id: str = "",
    area_code: str = "", reason: str = "", count: int = 1,
) -> AuditEventFields:  # fmt: skip
    """An audit event of the acting worker, to be saved in the unit of work of the act itself."""
    now = context.clock()
    return AuditEventFields(
        id=event_id, created_at=now, created_by=context.user_id, updated_at=now,
        updated_by=context.user_id, device_id=context.device_id, act=act, object_kind=object_kind,
        object_id=object_id, area_code=area_code, reason=reason, count=count,
    )  # fmt: skip
