"""Age in full years and the age groups the rules speak of (R2; domain layer)."""

import datetime as dt
from typing import Final

CHILD_UNDER: Final = 14
"""Privacy law: data of children under 14 are sensitive."""
MINOR_UNDER: Final = 16
LABOUR_AGE: Final = range(16, 60)
ELDER_FROM: Final = 60
AGED_FROM: Final = 80


def age_on(birth_date: dt.date, on: dt.date) -> int:
    """Full years on a day; the birthday itself counts. Negative before birth.

    Born on 29 February, a person becomes a year older on 1 March of common years: (2, 29) > (2, 28).
    """
    before_birthday = (on.month, on.day) < (birth_date.month, birth_date.day)
    return on.year - birth_date.year - before_birthday


def is_child(age: int) -> bool:
    """Whether the privacy rules for children apply."""
    return age < CHILD_UNDER


def is_minor(age: int) -> bool:
    """Whether the person is a minor in the sense of the destitute-persons rule."""
    return age < MINOR_UNDER


def is_of_labour_age(age: int) -> bool:
    """Whether the person is of working age."""
    return age in LABOUR_AGE


def is_elder(age: int) -> bool:
    """Whether the person is an elder (60 and over)."""
    return age >= ELDER_FROM


def is_aged(age: int) -> bool:
    """Whether the person is of great age (80 and over)."""
    return age >= AGED_FROM
