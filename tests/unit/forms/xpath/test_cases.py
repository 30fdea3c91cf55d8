"""The tables under cases/: an expression and what it must be, or the code of its error after `!`."""

import math
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from fieldapp.forms.errors import FormError
from fieldapp.forms.xpath import Value, compile
from tests.unit.forms.xpath.world import World, document, paths

CASES = Path(__file__).parent / "cases"

DATA = document(
    """<data xmlns:x="urn:x"><n unit="km">7</n><m>1</m><m>2<last/></m><twice>2</twice><twice>4</twice>
<empty/><flag>false</flag><div>1</div><mod>5</mod><and>&amp;</and><or>1</or><n-1>x</n-1>
<group><a id="one">one</a><b xml:id="two">two</b></group><mixed>before <i>inside</i> after</mixed>
<ids>two one</ids><said xml:lang="zh-CN"><word/></said><x:other x:at="1"/><chosen>x y</chosen></data>"""
)
# Kept apart, so that the counts above stay what they are.
DATES = document("<data><born>1988-07-01</born></data>")
PLACES = document("<data><p>0 0 0 0</p><p>0 1 0 0</p></data>")
SPACES = document("<data><spaced> x \n y </spaced><!-- said --><?target made?></data>")


def _table() -> Iterator[Any]:
    for file in sorted(CASES.glob("*.toml")):
        for group in tomllib.loads(file.read_text("utf-8"))["group"]:
            for expression, expected in group["cases"]:
                zone = ZoneInfo(group.get("zone", "Asia/Shanghai"))
                world = World(zone=zone, language=group.get("language", "English (en)"))
                yield pytest.param(expression, expected, world, id=f"{file.stem}: {expression}")


def _document_for(expression: str) -> Any:
    if "/born" in expression:
        return DATES
    if "/data/p)" in expression:
        return PLACES
    return SPACES if any(word in expression for word in ("spaced", "processing-", "comment()")) else DATA


def _outcome(expression: str, world: World) -> Value | str:
    try:
        compiled = compile(expression, {"x": "urn:x"})
        return compiled.evaluate(_document_for(expression), world)
    except FormError as error:
        return f"!{error.code}"


@pytest.mark.parametrize(("expression", "expected", "world"), list(_table()))
def test_expression_in_table_is_as_written(expression: str, expected: Any, world: World) -> None:
    value = _outcome(expression, world)

    if isinstance(expected, list):
        assert paths(value) == expected
    elif isinstance(expected, float) and math.isnan(expected):
        assert isinstance(value, float)
        assert math.isnan(value)
    else:
        assert type(value) is type(expected)
        assert value == expected
