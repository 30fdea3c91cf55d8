"""What a bench says: one JSON object a line on standard output, medians of its runs."""

import json
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, TextIO

UNITS: Final = {
    "wall_s": "s",
    "client_cpu_s": "s",
    "server_cpu_s": "s",
    "bytes_up": "B",
    "bytes_down": "B",
    "requests": "1",
    "rows": "1",
    "p50_ms": "ms",
    "p95_ms": "ms",
    "rss_mb": "MB",
    "ratio": "1",
}
"""Every metric with its unit."""

Context = str | int | float
"""A fact beside a figure."""


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which `share` (0 to 1) of the values lie, by the nearest rank."""
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]


@dataclass(frozen=True, slots=True)
class Report:
    """Writes the figures of one bench."""

    bench: str
    out: TextIO = field(default_factory=lambda: sys.stdout)

    def figure(self, metric: str, values: Sequence[float], **context: Context) -> None:
        """One metric: the median of `values`, with how many runs it comes from."""
        low, high = min(values), max(values)
        spread: dict[str, Context] = {} if low == high else {"low": _short(low), "high": _short(high)}
        line = {
            "bench": self.bench,
            "metric": metric,
            "value": _short(statistics.median(values)),
            "unit": UNITS[metric],
            **context,
            **spread,
            "runs": len(values),
            "cpus": os.cpu_count() or 0,
            "python": platform.python_version(),
        }
        self.out.write(json.dumps(line, ensure_ascii=False) + "\n")
        self.out.flush()

    def times(self, rounds: Sequence[Sequence[float]], **context: Context) -> None:
        """Median and 95th percentile of short acts, in seconds; each the median over the rounds."""
        for metric, share in (("p50_ms", 0.5), ("p95_ms", 0.95)):
            values = [percentile(seconds, share) * 1000 for seconds in rounds]
            self.figure(metric, values, **context, acts=len(rounds[0]))


def _short(value: float) -> float | int:
    """Four digits that count, whole numbers whole."""
    rounded = float(f"{value:.4g}") if abs(value) < 1000 else round(value)
    return int(rounded) if float(rounded).is_integer() else rounded


def note(text: str) -> None:
    """Progress, on standard error."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
