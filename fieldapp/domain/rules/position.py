"""Distance between a visit and the home, for a quiet flag only (R19; domain layer)."""

import math
from typing import Final

from fieldapp.domain.parameters import Parameters

EARTH_RADIUS_M: Final = 6_371_008.8
"""Mean radius (IUGG); the error against the ellipsoid stays below 0.6 %."""


def distance_m(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Great-circle metres between two WGS-84 positions in degrees."""
    phi, other_phi = math.radians(lat), math.radians(other_lat)
    half_lat = (other_phi - phi) / 2
    half_lon = math.radians(other_lon - lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(phi) * math.cos(other_phi) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(chord)))


def is_far_from_home(distance: float, accuracy_m: float | None, parameters: Parameters) -> bool:
    """Whether a visit was surely further from home than the limit.

    The stated inaccuracy is taken off: a poor fix in the mountains must not speak against a worker.
    """
    return distance - (accuracy_m or 0.0) > parameters.far_from_home_m
