"""Numbers on papers: citizen ID numbers (R1, GB 11643-1999), disability certificates, phones (domain layer).

Errors and findings carry positions and lengths, never digits of the number itself.
"""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.persons import DisabilityType, Sex
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.finding import Finding, warning

DEMO_ID_PREFIX: Final = "341789"
"""Not allocated; made-up persons of DEMO and PRACTICE data carry it."""
MAX_AGE: Final = 130
_EXACT_DIGITS_OF_A_SPREADSHEET: Final = 15
_REGIONS: Final = frozenset(
    f"{number:02d}"
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (81, 83))
    for number in range(first, last + 1)
)

ID_FIELD: Final = "id_number"
CONVERTED_HINT: Final = "id_converted"
AREA_UNKNOWN_HINT: Final = "id_area_unknown"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """A checked 18-character number and what it says. `hints` are codes of sentences, not errors."""

    number: str
    sex: Sex
    birth_date: dt.date
    converted: bool
    hints: tuple[str, ...]


def check_id_number(text: str | float, today: dt.date, demo_allowed: bool) -> IdNumber:
    """Normalise and check a citizen ID number.

    `text` may be a number when a spreadsheet cell holds one: 15 digits survive there, 18 do not.
    `demo_allowed` is true in DEMO and PRACTICE data only.

    Raises RuleError on field id_number: id_precision_lost, id_wrong_length, id_wrong_characters,
    id_demo_not_allowed, id_birth_date_invalid, id_birth_in_future, id_too_old, id_wrong_check_digit.
    """
    number = _number_text(text)
    converted = len(number) == 15
    if len(number) not in (15, 18):
        raise RuleError("id_wrong_length", ID_FIELD, length=len(number))
    if not re.fullmatch(r"[0-9]{15}|[0-9]{17}[0-9X]", number):
        raise RuleError("id_wrong_characters", ID_FIELD)
    if number.startswith(DEMO_ID_PREFIX) and not demo_allowed:
        raise RuleError("id_demo_not_allowed", ID_FIELD)
    if converted:
        number = f"{number[:6]}19{number[6:]}"
        number += id_check_digit(number)
    birth_date = _birth_date(number, today)
    if number[-1] != id_check_digit(number[:17]):
        # A spreadsheet keeps 15 digits and writes zeros for the rest.
        code = "id_precision_lost" if number.endswith("000") else "id_wrong_check_digit"
        raise RuleError(code, ID_FIELD)
    hints = (CONVERTED_HINT,) * converted + (AREA_UNKNOWN_HINT,) * (number[:2] not in _REGIONS)
    sex = Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
    return IdNumber(number, sex, birth_date, converted, hints)


def id_check_digit(first_17: str) -> str:
    """The 18th character that belongs to 17 digits: '0' to '9' or 'X'."""
    from stdnum.cn import ric  # 40 ms on first use; not at program start

    return ric.calc_check_digit(first_17 + "0")


def _plain(text: str) -> str:
    """Half-width characters without any white space or invisible marks; upper case."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return "".join(c for c in folded if not c.isspace() and unicodedata.category(c) != "Cf")


def _number_text(text: str | float) -> str:
    """The characters of a number, however it was typed or stored."""
    if isinstance(text, str):
        plain = _plain(text).removeprefix("'")  # what marks a text cell in a spreadsheet
        if re.fullmatch(r"[0-9](\.[0-9]+)?E\+?[0-9]+", plain):
            raise RuleError("id_precision_lost", ID_FIELD)
        return plain
    digits = f"{text:.0f}"
    if len(digits) > _EXACT_DIGITS_OF_A_SPREADSHEET:
        raise RuleError("id_precision_lost", ID_FIELD)
    return digits


def _birth_date(number: str, today: dt.date) -> dt.date:
    try:
        birth_date = dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        raise RuleError("id_birth_date_invalid", ID_FIELD) from None
    if birth_date > today:
        raise RuleError("id_birth_in_future", ID_FIELD)
    if age_on(birth_date, today) > MAX_AGE:
        raise RuleError("id_too_old", ID_FIELD, max_age=MAX_AGE)
    return birth_date


def check_disability_cert(
    cert: str, id_number: str, disability_type: DisabilityType | None, grade: int | None
) -> tuple[Finding, ...]:
    """Compare a disability certificate's number with the person's file (all warnings).

    The number is the ID number, type 1-7, grade 1-4 and, for a reissued certificate, B and a count.
    What is not known (`''` or None) is not compared.
    """
    match = re.fullmatch(r"([0-9]{17}[0-9X])([1-7])([1-4])(B[0-9]{1,2})?", _plain(cert))
    if match is None:
        return (warning("cert_wrong_shape", "disability_cert"),)
    found = []
    if id_number and match[1] != id_number:
        found.append(warning("cert_id_differs", "disability_cert"))
    if disability_type is not None and match[2] != disability_type:
        found.append(warning("cert_type_differs", "disability_type", in_cert=match[2]))
    if grade is not None and int(match[3]) != grade:
        found.append(warning("cert_grade_differs", "disability_grade", in_cert=int(match[3])))
    return tuple(found)


_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")
_DEMO_PHONE: Final = re.compile(r"100[0-9]{8}")
_LANDLINE: Final = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([2-8][0-9]{6,7})")
_LOCAL_LANDLINE: Final = re.compile(r"[2-8][0-9]{6,7}")


def check_phone(text: str, demo_allowed: bool, field: str = "phone") -> str:
    """Normalise a household's phone: 11 digits of a mobile, or `0566-2023456` for a landline.

    Raises RuleError on `field`: phone_demo_not_allowed, phone_area_code_missing, phone_wrong.
    """
    digits = re.sub(r"^(\+|00)86", "", re.sub(r"[()\u2010-\u2015-]", "", _plain(text)))
    if _MOBILE.fullmatch(digits):
        return digits
    if _DEMO_PHONE.fullmatch(digits):
        if demo_allowed:
            return digits
        raise RuleError("phone_demo_not_allowed", field)
    if landline := _LANDLINE.fullmatch(digits):
        return f"{landline[1]}-{landline[2]}"
    if _LOCAL_LANDLINE.fullmatch(digits):
        raise RuleError("phone_area_code_missing", field)
    raise RuleError("phone_wrong", field, length=len(digits))
