"""Money: integer fen inside, decimal yuan at the edges (domain layer)."""

from decimal import Decimal, InvalidOperation
from typing import Final

from fieldapp.domain.errors import RuleError

_FEN: Final = Decimal("0.01")


def fen(yuan: Decimal | str) -> int:
    """Yuan as fen; commas, spaces and 元 are allowed in text. Raises RuleError("amount_invalid")."""
    if isinstance(yuan, str):
        yuan = yuan.replace(",", "").replace("，", "").replace("元", "").replace("¥", "").strip()
    try:
        value = Decimal(yuan)
        if not value.is_finite() or value != value.quantize(_FEN):
            raise RuleError("amount_invalid", "amount")
    except InvalidOperation:
        raise RuleError("amount_invalid", "amount") from None
    return int(value * 100)


def yuan(amount: int) -> Decimal:
    """Fen as yuan with two places."""
    return (Decimal(amount) / 100).quantize(_FEN)


def yuan_text(amount: int) -> str:
    """Fen as people read them: 309600 → "3,096.00"."""
    return f"{yuan(amount):,}"
