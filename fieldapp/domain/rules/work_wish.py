"""Who might be helped to work (S31): able members without a job, and whoever wishes to (domain layer)."""

import datetime as dt
from typing import Final

from fieldapp.domain.records.persons import Job, Labour, PersonFields, PersonStatus
from fieldapp.domain.rules.age import age_on

LABOUR_AGE: Final = range(16, 60)
"""Years of age in which somebody counts as able to work (R2)."""
_ABLE: Final = frozenset({Labour.ABLE, Labour.WEAK})
_WITHOUT_JOB: Final = frozenset({Job.UNEMPLOYED, Job.NONE})


def could_work(person: PersonFields, on: dt.date, *, wishes: bool) -> bool:
    """Whether a member belongs on the list of a day. Who wishes to work is on it at any age from 16 and with
    any job; others are if they are able, of labour age and without a job. Who is not known to be able is not
    guessed at."""
    if person.status is not PersonStatus.ALIVE or person.birth_date is None:
        return False
    age = age_on(person.birth_date, on)
    if wishes:
        return age >= LABOUR_AGE.start
    return age in LABOUR_AGE and person.labour in _ABLE and person.job in _WITHOUT_JOB
