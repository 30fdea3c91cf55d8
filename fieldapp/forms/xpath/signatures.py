"""Checking Ed25519 signatures (RFC 8032) with nothing but integers. Pure library layer.

Only public things are handled here (a message, its signature, a public key), so nothing has to be hidden
from a clock; one check takes some ten milliseconds.
"""

import hashlib
from typing import Final

_P: Final = 2**255 - 19
_ORDER: Final = 2**252 + 27742317777372353535851937790883648493
_D: Final = -121665 * pow(121666, -1, _P) % _P
_ROOT_OF_MINUS_ONE: Final = pow(2, (_P - 1) // 4, _P)

SIGNATURE_LENGTH: Final = 64
KEY_LENGTH: Final = 32

# Extended coordinates X, Y, Z, T with x = X/Z, y = Y/Z, xy = T/Z.
_Point = tuple[int, int, int, int]
_NEUTRAL: Final[_Point] = (0, 1, 1, 0)


def signed_message(signed: bytes, public_key: bytes) -> bytes | None:
    """The message of a signature followed by its message, or None if the signature is not the key's."""
    if len(signed) < SIGNATURE_LENGTH or len(public_key) != KEY_LENGTH:
        return None
    message = signed[SIGNATURE_LENGTH:]
    key, commitment = _decode(public_key), _decode(signed[:32])
    scalar = int.from_bytes(signed[32:SIGNATURE_LENGTH], "little")
    if key is None or commitment is None or scalar >= _ORDER:
        return None
    digest = hashlib.sha512(signed[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % _ORDER
    left = _multiply(scalar, _BASE)
    right = _add(commitment, _multiply(challenge, key))
    return message if _same(left, right) else None


def _add(left: _Point, right: _Point) -> _Point:
    a = (left[1] - left[0]) * (right[1] - right[0]) % _P
    b = (left[1] + left[0]) * (right[1] + right[0]) % _P
    c = 2 * left[3] * right[3] * _D % _P
    d = 2 * left[2] * right[2] % _P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % _P, g * h % _P, f * g % _P, e * h % _P


def _multiply(scalar: int, point: _Point) -> _Point:
    result = _NEUTRAL
    while scalar:
        if scalar & 1:
            result = _add(result, point)
        point = _add(point, point)
        scalar >>= 1
    return result


def _same(left: _Point, right: _Point) -> bool:
    return (
        (left[0] * right[2] - right[0] * left[2]) % _P == 0
        and (left[1] * right[2] - right[1] * left[2]) % _P == 0
    )  # fmt: skip


def _decode(raw: bytes) -> _Point | None:
    number = int.from_bytes(raw, "little")
    y, sign = number & (2**255 - 1), number >> 255
    if y >= _P:
        return None
    x = _x_of(y, sign)
    return None if x is None else (x, y, 1, x * y % _P)


def _x_of(y: int, sign: int) -> int | None:
    square = (y * y - 1) * pow(_D * y * y + 1, -1, _P) % _P
    if square == 0:
        return None if sign else 0
    x = pow(square, (_P + 3) // 8, _P)
    if (x * x - square) % _P:
        x = x * _ROOT_OF_MINUS_ONE % _P
    if (x * x - square) % _P:
        return None
    return _P - x if x & 1 != sign else x


def _base_point() -> _Point:
    y = 4 * pow(5, -1, _P) % _P
    x = _x_of(y, 0)
    assert x is not None
    return x, y, 1, x * y % _P


_BASE: Final = _base_point()
