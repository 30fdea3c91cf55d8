"""Published templates of documents."""

from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.forms import FormState
from fieldapp.domain.records.print_templates import PrintTemplateFields
from fieldapp.storage import rows
from fieldapp.storage.tables import PrintTemplateRow

TEMPLATES: Final = PrintTemplateRow.__table__  # type: ignore[attr-defined]


def published(connection: Connection) -> list[PrintTemplateFields]:
    """The templates that are offered, by department and title."""
    query = rows.select_records("print_templates").where(TEMPLATES.c.state == FormState.PUBLISHED)
    return rows.records(
        connection, query.order_by(TEMPLATES.c.department, TEMPLATES.c.title), PrintTemplateFields
    )


def get(connection: Connection, record_id: str) -> PrintTemplateFields:
    """A template. Raises NotAllowedError("template_not_here")."""
    found = rows.find(connection, "print_templates", record_id)
    if not isinstance(found, PrintTemplateFields):
        raise NotAllowedError("template_not_here")
    return found
