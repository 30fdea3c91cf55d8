"""Photos of a visit: the county's limits, and the quiet remark on pictures that look used before (R18)."""

import datetime as dt
from typing import Final

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.rules.photos import PhotoFact, near_duplicates
from fieldapp.services.context import Context
from fieldapp.storage.repositories import visits

_VISITS_LOOKED_AT: Final = 60


def photo_parameters(context: Context) -> Parameters:
    """The county's parameters, for the making and counting of photos."""
    with context.store.reading() as connection:
        return context.parameters(connection)


def similar_photo_days(context: Context, household_id: str, phash: str) -> tuple[dt.date, ...]:
    """Days of earlier photos of this household that look like this one, latest first; usually empty.

    A reminder to the worker, never a reproach: nothing is stored and nobody else is told.
    """
    with context.store.reading() as connection:
        parameters = context.parameters(connection)
        earlier = [
            PhotoFact(photo.sha256, photo.phash, local_day(visit.finished_at), household_id, visit.visitors)
            for visit in visits.of_household(connection, household_id, _VISITS_LOOKED_AT)
            for photo in visit.photos
            if photo.phash
        ]
    fresh = PhotoFact("", phash, context.today(), household_id, (context.user_id,))
    days = {fact.day for fact in near_duplicates(fresh, earlier, parameters)}
    return tuple(sorted(days, reverse=True))
