"""What lists and prints show instead of names and numbers (R3; domain layer)."""

import re
from collections.abc import Iterable
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


_ID_NUMBER: Final = re.compile(r"(?<![0-9])[0-9]{17}[0-9Xx](?![0-9])")
_PHONE: Final = re.compile(r"(?<![0-9])1[0-9]{10}(?![0-9])")


def mask_text(text: str, names: Iterable[str]) -> str:
    """Free text with the given names, and all that looks like an ID number or a mobile, masked."""
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        text = text.replace(name, mask_name(name))
    text = _ID_NUMBER.sub(lambda found: mask_id_number(found[0].upper()), text)
    return _PHONE.sub(lambda found: mask_phone(found[0]), text)


def _keep_tail(text: str, kept: int) -> str:
    """Mask all but the last characters; all of a text so short that its tail would tell it."""
    if len(text) < kept * 3:
        return MASK * len(text)
    return MASK * (len(text) - kept) + text[-kept:]
