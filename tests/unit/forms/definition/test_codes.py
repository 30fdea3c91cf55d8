"""Every code that the form library raises has its line."""

import ast
from pathlib import Path

from fieldapp.forms.errors import MESSAGES, FormError

LIBRARY = Path(__file__).parents[4] / "fieldapp" / "forms"
RAISING = {
    "FormError",
    "DocumentError",
    "ExpressionError",
    "EvaluationError",
    "Problem",
    "problem",
    "warning",
}


def raised() -> set[str]:
    """Literal codes of the errors and problems made anywhere in the library."""
    codes: set[str] = set()
    for path in LIBRARY.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if name in RAISING:
                    codes |= {
                        one.value
                        for one in ast.walk(node.args[0])
                        if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value
                    }
    return codes


def test_every_code_has_its_line() -> None:
    assert raised() - MESSAGES.keys() == set()


def test_line_with_a_missing_fact_still_reads() -> None:
    assert str(FormError("repeat_limit", limit=5)).endswith("<reference> would have more than 5 instances")
