"""What the tables of ledgers promise: the personal is masked, and the page on ledgers tells the columns."""

from pathlib import Path

import pytest

from fieldapp.exports.ledger_form import LedgerColumn, Sensitivity, ledger_form
from fieldapp.exports.ledger_words import LEDGER_FOLDER

PAGE = Path(__file__).parents[3] / "docs" / "ledgers.md"
NAMES = sorted(path.stem for path in LEDGER_FOLDER.glob("*.toml") if path.stem not in {"words", "statistics"})
# A bank's name beside an account of which four digits are seen tells of nobody.
SHOWN = {("dibao", "BANK_NAME")}


def _told(column: LedgerColumn) -> str:
    return column.heading + ("*" if column.mask else "") + (" –" if column.absent else "")


@pytest.mark.parametrize("name", NAMES)
def test_what_tells_of_a_person_is_masked(name: str) -> None:
    personal = {
        (name, column.key)
        for column in ledger_form(name).columns
        if column.sensitivity in {Sensitivity.P2, Sensitivity.P3} and column.mask is None
    }
    assert personal <= SHOWN


@pytest.mark.parametrize("name", NAMES)
def test_the_page_on_ledgers_tells_the_columns(name: str) -> None:
    form = ledger_form(name)
    line = f"| `{name}` {form.sheet} | {', '.join(_told(column) for column in form.columns)} |"
    assert line in PAGE.read_text(encoding="utf-8").splitlines()
