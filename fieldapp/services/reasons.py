"""Reasons that a person gives: asked for, and not longer than their record takes."""

import pydantic

from fieldapp.domain.errors import RuleError


def checked_reason(
    text: str, fields: type[pydantic.BaseModel], field: str = "reason", *, required: bool = True
) -> str:
    """The text without blanks around it. Raises RuleError: reason_required, text_too_long."""
    told = text.strip()
    if required and not told:
        raise RuleError("reason_required", field)
    limit = next(m.max_length for m in fields.model_fields[field].metadata if hasattr(m, "max_length"))
    if len(told) > limit:
        raise RuleError("text_too_long", field, limit=limit)
    return told
