"""Setting up a county: identity, area tree, parameters, first administrator."""

from collections.abc import Sequence
from typing import Final

from fieldapp.domain.clock import instant_text, local_day
from fieldapp.domain.errors import RuleError, StorageError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.records.areas import CODE_LENGTH, AreaLevel, ancestors, level_of
from fieldapp.domain.records.users import Role, RoleAssignment
from server.services.secrets_text import RandomBytes, crockford
from server.services.users import SERVER_USER, CreatedUser, NewUser, add_user
from server.store.bodies import check_body
from server.store.record_writer import RecordWriter, put_all
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork
from sync.protocol.wire import Body

PARAMETERS_ID: Final = "county"
EPOCH_LENGTH: Final = 16


def initialise(
    store: Store,
    *,
    code: str,
    name: str,
    dataset: str,
    admin_login: str,
    ids: IdSource,
    random_bytes: RandomBytes,
) -> CreatedUser:
    """Make an empty database a county's: returns its first administrator with password.

    Raises StorageError("already_initialised"), RuleError("invalid_value").
    """
    if len(code) != CODE_LENGTH[AreaLevel.COUNTY] or not code.isdigit():
        raise RuleError("invalid_value", "code")
    if dataset not in {"REAL", "DEMO", "PRACTICE"}:
        raise RuleError("invalid_value", "dataset")
    try:
        store.county  # noqa: B018  # the question is whether there is one
    except StorageError:
        pass
    else:
        raise StorageError("already_initialised")
    store.set_meta(
        {
            "epoch": new_epoch(random_bytes),
            "dataset": dataset,
            "county_code": code,
            "county_name": name,
        }
    )
    parameters = Parameters(demo_numbers_allowed=dataset != "REAL")
    with RecordWriter(store, Author(SERVER_USER)) as writer:
        writer.put("areas", area_body(store, code, name))
        writer.put(
            "parameters",
            {**stamps(store), "id": PARAMETERS_ID, "parameters": parameters.model_dump(mode="json")},
        )
    today = local_day(store.clock())
    role = RoleAssignment(role=Role.SYSTEM_ADMIN, area_code=code, since=today)
    admin = NewUser(name=admin_login, login=admin_login, roles=(role,), console=True)
    return add_user(store, admin, by=SERVER_USER, ids=ids, random_bytes=random_bytes)


def new_epoch(random_bytes: RandomBytes) -> str:
    """A fresh identity for a database."""
    return crockford(random_bytes, EPOCH_LENGTH)


def add_area(store: Store, code: str, name: str, *, by: str = SERVER_USER) -> None:
    """Add an area under one that exists. Raises RuleError invalid_value, unknown_area, outside_county."""
    if not code.isdigit():
        raise RuleError("invalid_value", "code")
    if not code.startswith(store.county.code):
        raise RuleError("outside_county", "code")
    body = area_body(store, code, name, by=by)
    parent = ancestors(code)[-2]
    if store.run(lambda unit: unit.find("areas", parent)) is None:
        raise RuleError("unknown_area", "code")
    with RecordWriter(store, Author(by)) as writer:
        writer.put("areas", body)


def import_areas(store: Store, rows: Sequence[tuple[str, str]], *, by: str = SERVER_USER) -> int:
    """Add many areas, (code, name) each, in one transaction; parents may come after their children.

    An area that exists only takes the name given; the county's province and city are passed over.
    Returns how many rows were stored. Raises the errors of add_area with fact `row` (from 1); then
    nothing is stored.
    """
    above = set(ancestors(store.county.code)[:-1])
    listed = {code for code, _name in rows}
    author = Author(by)

    def work(unit: UnitOfWork) -> int:
        bodies = []
        for number, (code, name) in enumerate(rows, start=1):
            if code in above:
                continue
            if not code.isdigit() or not name:
                raise RuleError("invalid_value", "code", row=number)
            if not code.startswith(store.county.code):
                raise RuleError("outside_county", "code", row=number)
            fresh = area_body(store, code, name, by=by)
            known = unit.find("areas", code)
            parent = ancestors(code)[-2]
            if known is None and parent not in listed and unit.find("areas", parent) is None:
                raise RuleError("unknown_area", "code", row=number)
            bodies.append(fresh if known is None else {**known.body, "name": name})
        bodies.sort(key=lambda body: (len(body["id"]), body["id"]))
        put_all(unit, [("areas", check_body("areas", body)) for body in bodies], author)
        return len(bodies)

    return store.run(work)


def area_body(store: Store, code: str, name: str, *, by: str = SERVER_USER) -> Body:
    """The body of a plain area. Raises RuleError("invalid_value") on a code of no level."""
    try:
        level = level_of(code)
    except ValueError:
        raise RuleError("invalid_value", "code") from None
    return {**stamps(store, by), "id": code, "level": level.value, "name": name}


def stamps(store: Store, by: str = SERVER_USER) -> Body:
    """Creation and change marks of a record the server makes now."""
    now = instant_text(store.clock())
    return {"created_at": now, "created_by": by, "updated_at": now, "updated_by": by}
