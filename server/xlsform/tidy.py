"""Mends what Excel and Chinese input methods do to codes and expressions (level S)."""

import re
from typing import Final

from server.xlsform.columns import Holds

_WIDE: Final = {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_SPACES: Final = dict.fromkeys("\u00a0\u2000\u2002\u2003\u2007\u2009\u202f\u3000", " ")
_INVISIBLE: Final = {
    **dict.fromkeys("\u200b\u200e\u200f\u2060\ufeff\u00ad", ""),
    **{chr(code): "" for code in (*range(9), 11, 12, *range(14, 32), *range(127, 160), 0xFFFE, 0xFFFF)},
}
_CODE_MARKS: Final = str.maketrans({**_WIDE, **_SPACES, **_INVISIBLE, "。": ".", "、": ","})
_EXPRESSION_MARKS: Final = {
    **_WIDE, **_SPACES, **_INVISIBLE,
    "。": ".", "、": ",", "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": " div ", "−": "-", "–": "-",
    "【": "[", "】": "]", "｛": "{", "｝": "}", "￥": "$", "¥": "$",
}  # fmt: skip
"""Signs that a Chinese keyboard writes where XPath wants a plain one. `￥{` is `${` typed in Chinese."""
_QUOTES: Final = {
    "'": ("'", "'"), '"': ('"', '"'),
    "‘": ("'", "’‘"), "’": ("'", "’‘"), "“": ('"', "”“"), "”": ('"', "”“"),
    "＇": ("'", "＇"), "＂": ('"', "＂"),
}  # fmt: skip
"""Opening mark: what it becomes, and what closes it."""
_BLANK_MARKS: Final = str.maketrans({**_SPACES, **_INVISIBLE})
_TEXT_MARKS: Final = str.maketrans({"\u00a0": " ", **_INVISIBLE})
_BLANKS: Final = re.compile(r"[ \t]+")


def tidy(text: str, holds: Holds) -> str:
    """The text as the standard wants it. What people read keeps its punctuation."""
    if holds is Holds.TEXT:
        return text.translate(_TEXT_MARKS).strip()
    if holds in (Holds.EXPRESSION, Holds.MAYBE_EXPRESSION):
        # A default such as `是（有证）` is a value: only what has the marks of an expression is one.
        plain = holds is Holds.MAYBE_EXPRESSION and not looks_like_expression(text)
        return text.translate(_TEXT_MARKS).strip() if plain else _tidy_expression(text)
    if holds is Holds.VALUE:
        return text.translate(_BLANK_MARKS).strip()
    return _BLANKS.sub(" ", text.translate(_CODE_MARKS)).strip()


def looks_like_expression(text: str) -> bool:
    """Whether a cell that may hold either is an expression: it names a question or calls a function."""
    return bool(re.search(r"[$￥¥＄]\s*[{｛]|[A-Za-z][\w:.-]*\s*[(（]", text))


def _tidy_expression(text: str) -> str:
    """Signs outside of quoted texts, and the quotes themselves. What is quoted stays as it is."""
    out: list[str] = []
    at = 0
    while at < len(text):
        mark = text[at]
        if mark in _QUOTES:
            plain, closing = _QUOTES[mark]
            end = next((i for i in range(at + 1, len(text)) if text[i] in closing), -1)
            if end < 0:
                out.append(plain)
                at += 1
                continue
            inside = text[at + 1 : end]
            if plain in inside:  # straight marks inside curly ones: the other kind keeps them apart
                plain = '"' if plain == "'" else "'"
            out.append(f"{plain}{inside}{plain}")
            at = end + 1
        else:
            out.append(_EXPRESSION_MARKS.get(mark, mark))
            at += 1
    return _tidy_references("".join(out)).strip()


_REFERENCE: Final = re.compile(r"\$\s*\{\s*([^{}]*?)\s*\}")


def _tidy_references(text: str) -> str:
    return _REFERENCE.sub(lambda found: f"${{{found[1]}}}", text)


def comparable(before: str) -> str:
    """A cell's text without what nobody sees, for deciding whether a change is worth telling."""
    return before.translate(_TEXT_MARKS).strip()
