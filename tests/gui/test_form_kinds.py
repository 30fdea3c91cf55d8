"""Every kind of question in the running form: an answer is kept, and shown again when the draft is opened."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fieldapp.forms.view import QuestionView, RepeatView
from tests.gui.county import County
from tests.gui.form_books import EVERY
from tests.gui.form_desk import Desk, question
from ui.forms.kinds import KINDS, kind_of
from ui.screens.form.screen import FormScreen
from ui.theme import Theme

PAGE = (Path(__file__).parents[2] / "docs" / "forms-support.md").read_text(encoding="utf-8")
PLACE = "31.2304000 117.2835000 0 5.0"
ANSWERS = {
    "text": "张桂兰", "number": "12", "date": "2026-03-05", "month": "2026-03-01", "year": "1986-01-01",
    "time": "09:05:00.000+08:00", "moment": "2026-03-05T09:05:00.000+08:00", "select_one": "job",
    "select_multiple": "meal escort", "rank": "bath meal escort", "range": "3", "rating": "4",
    "range_list": "30", "trigger": "OK", "photo": "a.jpg", "drawing": "b.png", "file": "c.pdf",
    "barcode": "34178919540317002043", "point": PLACE, "line": f"{PLACE};{PLACE}",
    "area": f"{PLACE};31.2305000 117.2835000 0 5.0;31.2305000 117.2836000 0 5.0;{PLACE}", "note": "",
}  # fmt: skip
"""What to answer by kind; where a list has other choices, its second one."""


@pytest.fixture
def desk(tmp_path: Path, qtbot: QtBot, theme: Theme) -> Iterator[Desk]:
    county = County(tmp_path / "profile")
    yield Desk(county, qtbot, EVERY, "every")
    county.close()


def questions(screen: FormScreen) -> Iterator[QuestionView]:
    """All questions of the form but those of the table, which has its own widget."""
    assert screen.presenter._filling is not None
    session = screen.presenter._filling.session
    todo = [""]
    while todo:
        view = session.view(todo.pop())
        if isinstance(view, QuestionView):
            if not view.reference.startswith("/data/able"):
                yield view
        else:
            todo += view.instances if isinstance(view, RepeatView) else view.children


def answer_of(screen: FormScreen, view: QuestionView) -> str:
    """An answer for a question of its kind."""
    assert screen.presenter._filling is not None
    wanted = ANSWERS[kind_of(view).name]
    if view.has_choices:
        values = [one.value for one in screen.presenter._filling.session.choices(view.reference)]
        return wanted if set(wanted.split()) <= set(values) else values[1]
    return wanted


def test_every_kind_is_made_for_a_question_of_its_kind(desk: Desk) -> None:
    screen = desk.open()
    met = {kind_of(view).name for view in questions(screen)}
    assert met == {kind.name for kind in KINDS}


def test_answer_of_every_kind_comes_back_into_its_widget(desk: Desk) -> None:
    screen = desk.open()
    given = {view.reference: answer_of(screen, view) for view in questions(screen)}
    for reference, value in given.items():
        screen.presenter.answer(reference, value or None)
    screen.leave()
    again = desk.open()
    shown = {}
    for reference in given:
        again.presenter.go_to_reference(reference)
        field = question(again, reference)
        shown[reference] = field.kind.codec.encode(field.editor.value())
    stored = {view.reference: view.value for view in questions(again)}
    assert {one for one, value in stored.items() if not value} == {"/data/evidence/nn"}
    for reference, encoded in shown.items():
        again.presenter.answer(reference, encoded)
    assert {view.reference: view.value for view in questions(again)} == stored


def test_every_kind_is_on_the_page_of_what_is_supported() -> None:
    part = PAGE.partition("## On the screen")[2].partition("\n## ")[0]
    named = set(re.findall(r"`([^`]+)`", part))
    assert {kind.name for kind in KINDS} - named == set()
