"""A signature as strokes in time: kept as JSON, drawn as SVG; pure. Layer 5 (no Qt)."""

import json
from dataclasses import dataclass
from typing import Final

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Point:
    """One sample: place in logical pixels, milliseconds since the first touch, pressure 0–1."""

    x: float
    y: float
    ms: int
    pressure: float = 0.5


Stroke = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """All strokes on a sheet of `width` × `height` logical pixels."""

    width: int
    height: int
    strokes: tuple[Stroke, ...] = ()

    def to_json(self) -> str:
        """Strokes with time; the form a signature is stored in."""
        strokes = [
            [[round(p.x, 1), round(p.y, 1), p.ms, round(p.pressure, 2)] for p in stroke]
            for stroke in self.strokes
        ]
        content = {"version": VERSION, "width": self.width, "height": self.height, "strokes": strokes}
        return json.dumps(content, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> "Signature":
        """Read `to_json`; anything else is a ValueError."""
        try:
            content = json.loads(text)
            if content["version"] != VERSION:
                raise ValueError("signature of another version")
            strokes = tuple(
                tuple(Point(float(x), float(y), int(ms), float(pressure)) for x, y, ms, pressure in stroke)
                for stroke in content["strokes"]
            )
            return cls(int(content["width"]), int(content["height"]), strokes)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("not a signature") from error

    def to_svg(self, ink: str) -> str:
        """A drawing that prints sharp at any size; `ink` is the pen colour."""
        paths = "".join(f'<path d="{_path(stroke)}"/>' for stroke in self.strokes if stroke)
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width}" height="{self.height}" '
            f'viewBox="0 0 {self.width} {self.height}"><g fill="none" stroke="{ink}" stroke-width="3" '
            f'stroke-linecap="round" stroke-linejoin="round">{paths}</g></svg>'
        )


def _path(stroke: Stroke) -> str:
    first = stroke[0]
    # A dot is a line of no length: round caps make it visible.
    rest = stroke[1:] or (first,)
    return f"M{first.x:.1f} {first.y:.1f}" + "".join(f"L{p.x:.1f} {p.y:.1f}" for p in rest)
