"""The county's lists of organisations and their projects."""

from collections.abc import Sequence
from typing import Final

import pydantic

from fieldapp.domain.errors import RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.base import RecordFields, wire_body
from fieldapp.domain.records.needs import OrganisationFields, ProjectFields
from fieldapp.domain.rules.service_matching import check_credit_code
from server.services.users import SERVER_USER
from server.store.bodies import check_body
from server.store.record_writer import put_all
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork
from sync.protocol.wire import Body

FIELDS: Final[dict[str, type[RecordFields]]] = {
    "organisations": OrganisationFields,
    "projects": ProjectFields,
}


def add_listed(store: Store, ids: IdSource, kind: str, values: Sequence[Body]) -> list[str]:
    """Add organisations or projects, or bring those whose id is given to this content: all or none.

    Raises RuleError invalid_value, credit_code_wrong, unknown_organisation.
    """

    def work(unit: UnitOfWork) -> list[str]:
        bodies = [_body(unit, ids, kind, one) for one in values]
        put_all(unit, [(kind, check_body(kind, one)) for one in bodies], Author(SERVER_USER))
        return [one["id"] for one in bodies]

    return store.run(work)


def _body(unit: UnitOfWork, ids: IdSource, kind: str, values: Body) -> Body:
    stored = unit.find(kind, values["id"]) if "id" in values else None
    made = {"created_at": unit.now, "created_by": SERVER_USER}
    if stored is not None:
        made = {name: stored.body[name] for name in made}
    stamps = {"id": ids(), **made, "updated_at": unit.now, "updated_by": SERVER_USER}
    fields: type[RecordFields] = FIELDS[kind]
    try:
        record = fields.model_validate({**stamps, **values})
    except pydantic.ValidationError as problem:
        place = problem.errors(include_url=False, include_context=False, include_input=False)[0]["loc"]
        raise RuleError("invalid_value", str(place[0]) if place else "") from None
    if isinstance(record, OrganisationFields):
        if record.credit_code:
            check_credit_code(record.credit_code)
    elif unit.find("organisations", values["organisation_id"]) is None:
        raise RuleError("unknown_organisation", "organisation_id")
    return wire_body(record)
