"""Photos of a visit: the county's limits."""

from fieldapp.domain.parameters import Parameters
from fieldapp.services.context import Context


def photo_parameters(context: Context) -> Parameters:
    """The county's parameters, for the making and counting of photos."""
    with context.store.reading() as connection:
        return context.parameters(connection)
