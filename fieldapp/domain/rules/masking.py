"""What lists and prints show instead of names and numbers (R3; domain layer)."""

import re
from typing import Final

from fieldapp.domain.rules.surnames import surname_of

MASK: Final = "*"
_GROUP: Final = re.compile(
    r"[0-9\uff10-\uff19一二三四五六七八九十百]+(村民小组|居民小组|村民组|居民组|组|社|队)"
)


def mask_name(name: str) -> str:
    """Keep the surname: `张*`, `张**`, `欧阳*`. A name with a dot keeps its first character."""
    plain = "".join(name.split())
    kept = surname_of(plain) if len(plain) > 1 else ""
    return kept + MASK * (len(plain) - len(kept))


def mask_id_number(number: str) -> str:
    """`341789********0020`; of papers with shorter numbers the last two characters stay."""
    if len(number) >= 15:
        return number[:6] + MASK * (len(number) - 10) + number[-4:]
    return _keep_tail(number, 2)


def mask_phone(phone: str) -> str:
    """`100****0012`; of a landline only its last two digits stay."""
    digits = phone.replace("-", "")
    if len(digits) == 11 and not digits.startswith("0"):
        return f"{digits[:3]}{MASK * 4}{digits[-4:]}"
    return _keep_tail(digits, 2)


def mask_bank_account(account: str) -> str:
    """`****1234`: the last four digits, the same width for every account."""
    digits = "".join(account.split())
    return MASK * 4 + digits[-4:] if len(digits) >= 12 else MASK * 4 if digits else ""


def mask_address(address: str, group_name: str = "") -> str:
    """The address down to the villagers' group: `青溪村三组***`; house numbers go."""
    plain = address.strip()
    if group_name and group_name in plain:
        kept = plain[: plain.index(group_name)] + group_name
    elif found := _GROUP.search(plain):
        kept = plain[: found.end()]
    else:
        kept = group_name
    return kept + MASK * 3 if plain else kept


def _keep_tail(text: str, kept: int) -> str:
    """Mask all but the last characters; all of a text so short that its tail would tell it."""
    if len(text) < kept * 3:
        return MASK * len(text)
    return MASK * (len(text) - kept) + text[-kept:]
