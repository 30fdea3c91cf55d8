"""A registration that is not finished yet: kept on this device until it is saved or cleared."""

import orjson
from pydantic import TypeAdapter

from fieldapp.services.context import Context
from fieldapp.services.households import NewHousehold
from fieldapp.storage import meta

_KEY = "registration_draft"


def kept(context: Context) -> NewHousehold | None:
    """What was typed last time and never saved, or None."""
    with context.store.reading() as connection:
        text = meta.get(connection, _KEY)
    try:
        return TypeAdapter(NewHousehold).validate_json(text) if text else None
    except ValueError:
        return None  # kept by another version of the program; not worth keeping a worker from registering


def keep(context: Context, new: NewHousehold | None) -> None:
    """Keep what is typed so far; None forgets it. Device data: it never travels."""
    plain = TypeAdapter(NewHousehold).dump_python(new, mode="json") if new is not None else None
    with context.store.transaction() as connection:
        meta.put(connection, _KEY, orjson.dumps(plain).decode() if plain is not None else "")
