"""Functions of places: points, traces and shapes on Earth. Pure library layer.

A point is `latitude longitude [altitude [accuracy]]` in degrees and metres, a trace or shape its points
joined by semicolons. Earth is a sphere with the radius of its equator, as in the other evaluators.
"""

import itertools
import math
from collections.abc import Iterator
from typing import Final

from fieldapp.forms.errors import EvaluationError
from fieldapp.forms.xpath.context import Context
from fieldapp.forms.xpath.functions.declaration import Function, Type, function
from fieldapp.forms.xpath.functions.strings import texts
from fieldapp.forms.xpath.values import Value

EARTH_RADIUS: Final = 6_378_100.0
"""Metres."""

Point = tuple[float, float]
"""Latitude and longitude in degrees."""


def _point(text: str) -> Point | None:
    parts = text.split()
    if not 2 <= len(parts) <= 4:
        return None
    try:
        latitude, longitude, *others = (float(part) for part in parts)
    except ValueError:
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180 and all(map(math.isfinite, others))):
        return None
    return latitude, longitude


def _points(values: tuple[Value, ...]) -> list[Point] | None:
    """All points of all values, or None if one of them is none; a semicolon may end a trace."""
    found: list[Point] = []
    for text in texts(values):
        for part in text.strip().removesuffix(";").split(";"):
            point = _point(part)
            if point is None:
                return None
            found.append(point)
    return found


def _to_centi(metres: float) -> float:
    return math.floor(abs(metres) * 100 + 0.5) / 100


def _area(context: Context, value: Value) -> float:
    """Square metres inside the shape, closed if it is open; 0 for what is no shape."""
    points = _points((value,))
    if points is None or len(points) < 3:
        return 0.0
    context.budget.spend(len(points))
    total = 0.0
    for (latitude, longitude), (latitude_2, longitude_2) in itertools.pairwise([*points, points[0]]):
        total += math.radians(longitude_2 - longitude) * (
            2 + math.sin(math.radians(latitude)) + math.sin(math.radians(latitude_2))
        )
    return _to_centi(total * EARTH_RADIUS * EARTH_RADIUS / 2)


def _distance(context: Context, *values: Value) -> float:
    """Metres along the points in their order; NaN while fewer than two are given."""
    given: tuple[Value, ...] = tuple(text for text in texts(values) if text.strip())
    points = _points(given)
    if points is None:
        raise EvaluationError("geometry_invalid", function="distance")
    if len(points) < 2:
        return math.nan
    context.budget.spend(len(points))
    return _to_centi(sum(_between(start, end) for start, end in itertools.pairwise(points)))


def _between(start: Point, end: Point) -> float:
    # The haversine formula: unlike the law of cosines exact for the few metres of a doorstep.
    phi, phi_2 = math.radians(start[0]), math.radians(end[0])
    half = (
        math.sin((phi_2 - phi) / 2) ** 2
        + math.cos(phi) * math.cos(phi_2) * math.sin(math.radians(end[1] - start[1]) / 2) ** 2
    )
    return 2 * EARTH_RADIUS * math.asin(min(1.0, math.sqrt(half)))


def _geofence(context: Context, point: str, shape: str) -> bool:
    """Whether a point lies inside a closed shape, on the plane of degrees (even-odd rule)."""
    place, fence = _point(point), _points((shape,))
    if place is None or fence is None or len(fence) < 2 or fence[0] != fence[-1]:
        return False
    context.budget.spend(len(fence))
    y, x = place
    inside = False
    for (y1, x1), (y2, x2) in itertools.pairwise(fence):
        if (y1 > y) != (y2 > y) and x < (x1 - x2) * (y - y2) / (y1 - y2) + x2:
            inside = not inside
    return inside


Segment = tuple[Point, Point]


def _intersects(context: Context, line: str) -> bool:
    """Whether a trace or shape crosses or touches itself, other than by closing."""
    points = _points((line,))
    if points is None:
        return False
    path = [point for point, _same in itertools.groupby(points)]
    segments = list(itertools.pairwise(path))
    closed = len(path) > 2 and path[0] == path[-1]
    for first, second in _pairs(context, len(segments)):
        neighbours = second == first + 1 or (closed and first == 0 and second == len(segments) - 1)
        if neighbours:
            if _folded(segments[first], segments[second]):
                return True
        elif _meet(segments[first], segments[second]):
            return True
    return False


def _pairs(context: Context, count: int) -> Iterator[tuple[int, int]]:
    for first in range(count):
        context.budget.spend(count - first)
        for second in range(first + 1, count):
            yield first, second


def _side(start: Point, end: Point, point: Point) -> float:
    """Positive, negative or 0 as the point lies left of, right of or on the line."""
    return (end[1] - start[1]) * (point[0] - start[0]) - (end[0] - start[0]) * (point[1] - start[1])


def _folded(first: Segment, second: Segment) -> bool:
    """Whether two segments with a common end lie on each other."""
    shared = first[1] if first[1] in second else first[0]
    one = first[0] if shared == first[1] else first[1]
    other = second[0] if shared == second[1] else second[1]
    along = (one[0] - shared[0]) * (other[0] - shared[0]) + (one[1] - shared[1]) * (other[1] - shared[1])
    return _side(one, shared, other) == 0 and along > 0


def _meet(first: Segment, second: Segment) -> bool:
    sides = (
        _side(*first, second[0]),
        _side(*first, second[1]),
        _side(*second, first[0]),
        _side(*second, first[1]),
    )
    if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
        return True
    ends = ((first, second[0]), (first, second[1]), (second, first[0]), (second, first[1]))
    return any(
        side == 0 and _spans(segment, point) for side, (segment, point) in zip(sides, ends, strict=True)
    )


def _spans(segment: Segment, point: Point) -> bool:
    """Whether a point on the line of a segment lies on the segment."""
    (y1, x1), (y2, x2) = segment
    return min(y1, y2) <= point[0] <= max(y1, y2) and min(x1, x2) <= point[1] <= max(x1, x2)


FUNCTIONS: Final[dict[str, Function]] = {
    "area": function("a", Type.NUMBER, _area),
    "distance": function("a(a)*", Type.NUMBER, _distance),
    "geofence": function("ss", Type.BOOLEAN, _geofence),
    "intersects": function("s", Type.BOOLEAN, _intersects),
}
