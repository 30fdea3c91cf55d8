"""docs/security.md lists exactly the keys, purposes and algorithms of the code."""

import dataclasses
import re
from pathlib import Path
from typing import get_args

from fieldapp.security import cipher, recovery
from fieldapp.security.passphrase import COST_FLOOR, MAX_CHARACTERS, MIN_CHARACTERS
from fieldapp.security.quick_unlock import MAX_TRIES
from fieldapp.security.vault_file import Slot

ROOT = Path(__file__).parents[3]
DOCUMENT = (ROOT / "docs" / "security.md").read_text("utf-8")
PURPOSE = re.compile(r'"([a-z-]+/\d+)"')


def inventory_column(index: int) -> set[str]:
    """The back-quoted words of one column of the table under "Key inventory"."""
    section = DOCUMENT.split("## Key inventory")[1].split("\n## ")[0]
    rows = [line.split("|") for line in section.splitlines() if line.startswith("| ")][1:]
    assert len(rows) >= 8
    return {word for row in rows for word in re.findall(r"`([^`]+)`", row[index])}


def test_slots_purposes_and_messages_are_those_of_the_code() -> None:
    sources = (path.read_text("utf-8") for path in (ROOT / "fieldapp" / "security").glob("*.py"))
    purposes = {purpose for source in sources for purpose in PURPOSE.findall(source)}
    slots = {
        field.default for kind in get_args(Slot) for field in dataclasses.fields(kind) if field.name == "slot"
    }
    messages = {recovery.REQUEST_MAGIC.decode(), recovery.ANSWER_MAGIC.decode()}
    assert len(purposes) >= 5
    assert inventory_column(2) == slots | purposes | messages


def test_algorithm_ids_are_those_of_the_code() -> None:
    in_code = {name for suite in cipher.SUITES.values() for name in suite.algorithms.values()}
    assert inventory_column(3) == in_code


def test_numbers_in_the_text_are_those_of_the_code() -> None:
    plain = re.sub(r"\s+", " ", DOCUMENT)
    assert f"never below {COST_FLOOR.memory_kib // 1024} MiB and {COST_FLOOR.passes} passes" in plain
    assert f"Passphrases are {MIN_CHARACTERS} to {MAX_CHARACTERS} characters" in plain
    assert f"PIN with {MAX_TRIES} tries" in plain
    for suite_id in cipher.SUITES:
        assert f"`{suite_id}`" in plain
