"""A draft of a form and the screens it is opened on, as the tests of forms use them."""

from collections.abc import Mapping
from types import MappingProxyType

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from fieldapp.services import forms
from fieldapp.services.answer_sheets import leaf_values
from tests.gui.county import County
from tests.gui.form_books import SURVEY, publish
from ui.forms.question import Question
from ui.ports import Tasks
from ui.screens.form.screen import FormScreen


class Desk:
    """A draft of the survey and the screens it is opened on."""

    def __init__(
        self, county: County, qtbot: QtBot, table: str = SURVEY, form_id: str = "survey",
        files: Mapping[str, tuple[str, bytes]] = MappingProxyType({}),
    ) -> None:  # fmt: skip
        self.county = county
        self.qtbot = qtbot
        self.record_id = publish(county, table, form_id, files=files)
        self.household_id = county.household("张桂兰")
        self.draft_id = self.begin()

    def begin(self) -> str:
        draft_id, _ = forms.begin_form(self.county.context, self.record_id, household_id=self.household_id)
        return draft_id

    def open(self, tasks: Tasks | None = None, **params: str) -> FormScreen:
        screen = FormScreen(self.county.surroundings(tasks))
        self.qtbot.addWidget(screen)
        screen.footer().setParent(screen)
        screen.resize(1200, 800)
        screen.show()
        screen.activateWindow()
        screen.enter(params or {"draft_id": self.draft_id})
        return screen

    def stored(self) -> dict[str, str]:
        """Answers as the disk has them."""
        return leaf_values(forms.open_draft(self.county.context, self.draft_id).session.save_draft())


def question(screen: FormScreen, reference: str) -> Question:
    found = screen.page.question(reference) if screen.page is not None else None
    assert isinstance(found, Question), reference
    return found


def picture() -> QImage:
    image = QImage(800, 600, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.darkGreen)
    return image
