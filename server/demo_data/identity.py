"""Numbers and ids of made-up people: right in form, impossible in fact (domain brief R1, 9)."""

import datetime as dt
from typing import Final

from fieldapp.domain.records.persons import Sex
from fieldapp.domain.rules.id_number import DEMO_ID_PREFIX, id_check_digit
from server.demo_data.chance import Chance

_PHONE_COUNT: Final = 10**8
_PHONE_STEP: Final = 38_196_601  # no factor 2 or 5: walks through all 10**8 numbers before repeating
_ACCOUNT_COUNT: Final = 10**16
_ACCOUNT_STEP: Final = 3_819_660_112_501


def record_id(at: dt.datetime, chance: Chance) -> str:
    """An id of UUIDv7 form for a record made at `at`: ids sort as creation times do."""
    stamp = int(at.timestamp() * 1000)
    drawn = chance.getrandbits(74)
    text = f"{stamp:012x}7{drawn >> 62:03x}{(2 << 62) | (drawn & 0x3FFF_FFFF_FFFF_FFFF):016x}"
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


class Numbers:
    """Hands out ID numbers, phones and accounts of one data set, none of them twice."""

    def __init__(self, seed: int) -> None:
        self._phone = seed * 7_919 % _PHONE_COUNT
        self._account = seed * 104_729 % _ACCOUNT_COUNT
        self._taken: dict[str, int] = {}

    def id_number(self, birth: dt.date, sex: Sex) -> str:
        """A valid number with the demo prefix. Raises ValueError after 500 of one day and sex."""
        day_part = f"{DEMO_ID_PREFIX}{birth:%Y%m%d}"
        odd = 1 if sex is Sex.MALE else 0
        nth = self._taken.get(f"{day_part}{odd}", 0)
        if nth >= 500:
            raise ValueError("all sequence numbers of this day and sex are used up")
        self._taken[f"{day_part}{odd}"] = nth + 1
        # 137 has no factor in common with 500: numbers of one day look scattered and stay distinct.
        first17 = f"{day_part}{(nth * 137 + birth.day * 11) % 500 * 2 + odd:03d}"
        return first17 + id_check_digit(first17)

    def phone(self) -> str:
        """`100` and 8 digits: no operator uses that prefix."""
        self._phone = (self._phone + _PHONE_STEP) % _PHONE_COUNT
        return f"100{self._phone:08d}"

    def account(self) -> str:
        """`999` and 16 digits: no bank uses that prefix."""
        self._account = (self._account + _ACCOUNT_STEP) % _ACCOUNT_COUNT
        return f"999{self._account:016d}"
