"""The benches run and say nothing on standard output but figures. What the figures are is not judged here."""

import json
import subprocess
import sys
from pathlib import Path

from bench.figures import UNITS

ROOT = Path(__file__).resolve().parents[2]


def test_bench_on_a_tiny_county_prints_one_figure_a_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--tiny", "W3"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    figures = [json.loads(line) for line in done.stdout.splitlines()]
    assert {figure["bench"] for figure in figures} == {"W3"}
    assert {figure["metric"] for figure in figures} == {
        "wall_s", "client_cpu_s", "server_cpu_s", "ratio", "bytes_up", "bytes_down", "requests",
    }  # fmt: skip
    assert all(figure["unit"] == UNITS[figure["metric"]] for figure in figures)
    assert all(figure["value"] > 0 and figure["runs"] >= 3 for figure in figures)
    requests = next(figure["value"] for figure in figures if figure["metric"] == "requests")
    assert requests == 1, "a sync with nothing to say is one request"


def test_bench_of_an_unknown_name_is_refused() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "W9"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 2
    assert done.stdout == ""
    assert "W9" in done.stderr
