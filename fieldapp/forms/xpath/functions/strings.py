"""Functions of text. Pure library layer."""

import base64
import binascii
import hashlib
import math
import re
from collections.abc import Callable, Iterable
from typing import Final

from fieldapp.forms.errors import EvaluationError
from fieldapp.forms.xpath.context import Context
from fieldapp.forms.xpath.functions.declaration import Function, Reads, Trait, Type, function
from fieldapp.forms.xpath.patterns import compile_pattern
from fieldapp.forms.xpath.signatures import signed_message
from fieldapp.forms.xpath.values import Value, to_string

_XML_SPACE: Final = " \t\r\n"
_XML_SPACES: Final = re.compile(r"[ \t\r\n]+")

MAX_UUID_LENGTH: Final = 1_000

Lazy = Callable[[Context], Value]


def texts(values: Iterable[Value]) -> list[str]:
    """The values as texts, each node of a node-set by itself."""
    found: list[str] = []
    for value in values:
        if isinstance(value, list):
            found.extend(node.string_value() for node in value)
        else:
            found.append(to_string(value))
    return found


def _string(context: Context, value: Value | None = None) -> str:
    return context.node.string_value() if value is None else to_string(value)


def _concat(_context: Context, *values: Value) -> str:
    return "".join(texts(values))


def _join(_context: Context, separator: str, *values: Value) -> str:
    return separator.join(texts(values))


def _substring(_context: Context, text: str, start: float, length: float | None = None) -> str:
    # Characters are counted from 1 and kept where rounded start <= place < rounded start + rounded length.
    first = _round_half_up(start)
    past = math.inf if length is None else first + _round_half_up(length)
    if math.isnan(first) or math.isnan(past):
        return ""
    low = max(0, first - 1)
    high = min(len(text), past - 1)
    return text[int(low) : int(high)] if low < high else ""


def _round_half_up(number: float) -> float:
    return math.floor(number + 0.5) if math.isfinite(number) else number


def _substr(_context: Context, text: str, start: float, end: float = math.inf) -> str:
    return text[_offset(start, len(text)) : _offset(end, len(text))]


def _offset(number: float, length: int) -> int:
    """A place counted from 0, from the end where negative, always inside the text; NaN is the start."""
    if math.isnan(number):
        return 0
    place = math.trunc(max(-length - 1, min(number, length)))
    return max(0, place + length) if place < 0 else place


def _substring_before(_context: Context, text: str, mark: str) -> str:
    before, found, _after = text.partition(mark) if mark else ("", "", "")
    return before if found else ""


def _substring_after(_context: Context, text: str, mark: str) -> str:
    return text.partition(mark)[2] if mark else text


def _translate(_context: Context, text: str, before: str, after: str) -> str:
    table: dict[int, str | None] = {}
    for index, char in enumerate(before):
        table.setdefault(ord(char), after[index] if index < len(after) else None)
    return text.translate(table)


def _string_length(context: Context, text: str | None = None) -> float:
    return float(len(context.node.string_value() if text is None else text))


def _normalize_space(context: Context, text: str | None = None) -> str:
    text = context.node.string_value() if text is None else text
    return _XML_SPACES.sub(" ", text).strip(_XML_SPACE)


def _coalesce(context: Context, first: Lazy, second: Lazy) -> Value:
    return first(context) or second(context)


def _regex(context: Context, text: str, pattern: str) -> bool:
    return compile_pattern(pattern).search(text, context.budget)


# -- ids, digests, signed texts -------------------------------------------------------------------

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"


def _uuid(context: Context, length: float | None = None) -> str:
    if length is None:
        raw = bytearray(context.host.random_bytes(16))
        raw[6] = raw[6] & 0x0F | 0x40
        raw[8] = raw[8] & 0x3F | 0x80
        digits = raw.hex()
        return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"
    count = 0 if math.isnan(length) else int(max(0, min(length, MAX_UUID_LENGTH)))
    # Two bytes for a letter: the surplus of the first letters stays below one in a thousand.
    raw_letters = context.host.random_bytes(2 * count)
    return "".join(
        _LETTERS[int.from_bytes(raw_letters[2 * place : 2 * place + 2]) % len(_LETTERS)]
        for place in range(count)
    )


_ALGORITHMS: Final = frozenset({"md5", "sha-1", "sha-256", "sha-384", "sha-512"})


def _algorithm(name: str) -> str:
    """The name that hashlib has for an algorithm, which forms write in any case."""
    if name.lower() not in _ALGORITHMS:
        raise EvaluationError("digest_unknown")
    return name.lower().replace("-", "")


def _digest(_context: Context, text: str, algorithm: str, encoding: str = "base64") -> str:
    encoding = encoding.lower()
    if encoding not in ("base64", "hex"):
        raise EvaluationError("digest_unknown")
    raw = hashlib.new(
        _algorithm(algorithm), text.encode("utf-8", "surrogatepass"), usedforsecurity=False
    ).digest()
    return raw.hex() if encoding == "hex" else base64.b64encode(raw).decode("ascii")


def _decoded(text: str) -> bytes | None:
    try:
        return base64.b64decode(_XML_SPACES.sub("", text).encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        return None


def _base64_decode(_context: Context, text: str) -> str:
    raw = _decoded(text)
    return "" if raw is None else raw.decode("utf-8", "replace")


def _extract_signed(_context: Context, text: str, key: str) -> str:
    signed, public = _decoded(text), _decoded(key)
    message = None if signed is None or public is None else signed_message(signed, public)
    return "" if message is None else message.decode("utf-8", "replace")


FUNCTIONS: Final[dict[str, Function]] = {
    "string": function("a?", Type.STRING, _string, reads=Reads.WITHOUT_ARGUMENT),
    "coalesce": function("ss", Type.STRING, _coalesce, lazy=True),
    "concat": function("(a)*", Type.STRING, _concat),
    "join": function("s(a)*", Type.STRING, _join),
    "substring": function("snn?", Type.STRING, _substring),
    "substr": function("snn?", Type.STRING, _substr),
    "substring-before": function("ss", Type.STRING, _substring_before),
    "substring-after": function("ss", Type.STRING, _substring_after),
    "translate": function("sss", Type.STRING, _translate),
    "string-length": function("s?", Type.NUMBER, _string_length, reads=Reads.WITHOUT_ARGUMENT),
    "normalize-space": function("s?", Type.STRING, _normalize_space, reads=Reads.WITHOUT_ARGUMENT),
    "contains": function("ss", Type.BOOLEAN, lambda _context, text, part: part in text),
    "starts-with": function("ss", Type.BOOLEAN, lambda _context, text, part: text.startswith(part)),
    "ends-with": function("ss", Type.BOOLEAN, lambda _context, text, part: text.endswith(part)),
    "regex": function("ss", Type.BOOLEAN, _regex, check=(1, compile_pattern)),
    "uuid": function("n?", Type.STRING, _uuid, traits=Trait.RANDOM),
    "digest": function("sss?", Type.STRING, _digest, check=(1, _algorithm)),
    "base64-decode": function("s", Type.STRING, _base64_decode),
    "extract-signed": function("ss", Type.STRING, _extract_signed),
}
