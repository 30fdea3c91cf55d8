"""docs/forms-support.md is true: its proofs exist, and nothing the engine knows is missing from it."""

import ast
import re
from pathlib import Path

import pytest

from fieldapp.forms.view import Control, DataType
from fieldapp.forms.xpath.functions import FUNCTIONS

HERE = Path(__file__).parent
PAGE = (HERE.parents[2] / "docs" / "forms-support.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| feature", "| functions"))
]
PROOF = re.compile(r"`([\w/]+\.py)::(\w+)`")


def place_of(file: str) -> Path:
    """Where a proof is: here, or among the tests of the screens."""
    return (HERE.parents[1] if file.startswith("gui/") else HERE) / file


def functions_of(path: Path) -> set[str]:
    """Names of the test functions of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_every_proof_exists() -> None:
    proofs = PROOF.findall(PAGE)
    assert len(proofs) > 60
    missing = [f"{file}::{name}" for file, name in proofs if name not in functions_of(place_of(file))]
    assert missing == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_row_has_a_state_and_a_proof_where_it_claims_one(row: list[str]) -> None:
    state, notes = row[1], row[2] if len(row) > 2 else ""
    assert state in ("yes", "engine", "no")
    assert bool(PROOF.search(notes)) == (state != "no")


def test_every_function_control_and_type_is_listed() -> None:
    named = {word for row in ROWS for word in re.findall(r"`([^`]+)`", row[0])}
    known = {*FUNCTIONS, *(one.value for one in Control), *(one.value for one in DataType)}
    assert known - named == set()
