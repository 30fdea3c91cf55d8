"""The functions of expressions, by name. Pure library layer."""

from typing import Final

from fieldapp.forms.xpath.functions import booleans, dates, geometry, nodes, numbers, strings
from fieldapp.forms.xpath.functions.declaration import Function

FUNCTIONS: Final[dict[str, Function]] = {
    **strings.FUNCTIONS,
    **booleans.FUNCTIONS,
    **numbers.FUNCTIONS,
    **nodes.FUNCTIONS,
    **dates.FUNCTIONS,
    **geometry.FUNCTIONS,
}


def function_for(name: str, count: int) -> Function | None:
    """The function of a name that takes so many arguments; None if there is none."""
    declared = FUNCTIONS.get(name)
    return declared if declared is not None and declared.signature.accepts(count) else None
