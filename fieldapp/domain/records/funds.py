"""The ledger of a town's standby fund (备用金) for relief.

An entry is never changed; a mistake is mended by a counter-entry. The balance is always the sum of the
entries. Only the server writes: grants and corrections at the county's desk, payments and refunds from the
relief steps it accepts, in the same transaction. Amounts are integer fen.
"""

import enum

from sqlmodel import Field

from fieldapp.domain.records.base import Instant, RecordFields, code, instant


class FundEntryKind(enum.StrEnum):
    """What moved. ALLOWANCE moves nothing: the county's note that the fund may be overdrawn by so much."""

    GRANT = "GRANT"
    PAYMENT = "PAYMENT"
    REFUND = "REFUND"
    CORRECTION = "CORRECTION"
    ALLOWANCE = "ALLOWANCE"


class FundEntryFields(RecordFields):
    """One entry of the fund of a town (`area_code`, 9 digits).

    `amount` is what it adds to the balance: below 0 for payments. PAYMENT and REFUND name their relief and
    step, CORRECTION the entry it takes back. Without personal data: who was helped stands in the relief.
    """

    area_code: str = Field(min_length=9, max_length=9)
    kind: FundEntryKind = code(FundEntryKind)
    amount: int
    booked_at: Instant = instant()
    relief_id: str = Field(default="", max_length=64)
    step_id: str = Field(default="", max_length=64)
    corrects: str = Field(default="", max_length=64)
    document: str = Field(default="", max_length=100)
    note: str = Field(default="", max_length=200)
