"""The standby fund's sums (domain layer): a balance is always the sum of the entries, in fen."""

from collections.abc import Iterable
from typing import Final

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.funds import FundEntryFields, FundEntryKind

_SIGNS: Final = {
    FundEntryKind.GRANT: (1,),
    FundEntryKind.PAYMENT: (-1,),
    FundEntryKind.REFUND: (1,),
    FundEntryKind.CORRECTION: (1, -1),
    FundEntryKind.ALLOWANCE: (1,),
}
"""On which side of zero an amount may be."""


def balance(entries: Iterable[FundEntryFields]) -> int:
    """What is in the fund."""
    return sum(one.amount for one in entries if one.kind is not FundEntryKind.ALLOWANCE)


def allowance(entries: Iterable[FundEntryFields]) -> int:
    """By how much the county lets the fund be overdrawn."""
    return sum(one.amount for one in entries if one.kind is FundEntryKind.ALLOWANCE)


def check_entry(entry: FundEntryFields) -> None:
    """Raises RuleError fund_amount_wrong, fund_note_required."""
    sign = (entry.amount > 0) - (entry.amount < 0)
    if sign not in _SIGNS[entry.kind]:
        raise RuleError("fund_amount_wrong", "amount")
    if entry.kind in (FundEntryKind.CORRECTION, FundEntryKind.ALLOWANCE) and not entry.note.strip():
        raise RuleError("fund_note_required", "note")


def check_movement(amount: int, standing: int, overdraft: int) -> None:
    """Whether the fund bears a movement. Raises RuleError("fund_overdrawn")."""
    if amount < 0 and standing + amount < -overdraft:
        raise RuleError("fund_overdrawn", "amount")


def entry_id(step_id: str) -> str:
    """The id of the entry that a relief step makes: one step moves money once."""
    return f"fund-{step_id}"[:64]
