"""The visit form on a real store with the real task runner, as the window would hold it."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visits import (
    Findings,
    LivingGrade,
    LivingItem,
    Mood,
    Satisfaction,
    YesNoUnknown,
)
from fieldapp.services import visits
from fieldapp.services.visits import VisitForm
from tests.gui.county import County
from ui.ports import Tasks
from ui.screens.visit_form.screen import VisitFormScreen
from ui.screens.visit_form.section_page import SectionPage
from ui.screens.visit_form.sections import SectionKey
from ui.tasks import TaskRunner

CARRIED = Findings(
    living=dict.fromkeys(LivingItem, LivingGrade.OK) | {LivingItem.HOUSE: LivingGrade.POOR},
    mood=Mood.OK,
    carer_present=YesNoUnknown.YES,
    health_note="高血压，按时服药",
    money_received=YesNoUnknown.YES,
)


class FormStage:
    """Opens forms and touches them like a worker; counts the taps."""

    def __init__(self, qtbot: QtBot, county: County, tasks: Tasks | None = None) -> None:
        self.qtbot, self.county = qtbot, county
        self.runner = TaskRunner()
        self.tasks: Tasks = tasks or self.runner
        self.taps = 0
        self.household_id = county.household("王桂兰")
        self._host: QWidget | None = None
        self.draft_id = ""

    def close(self) -> None:
        """End the runner and deliver nothing more."""
        self.runner.stop()

    def visited_before(self) -> None:
        """A visit of a month ago, with a state to carry over."""
        self.county.visit(self.household_id, days_ago=30, findings=CARRIED, satisfaction=Satisfaction.VERY)

    def begin(self) -> None:
        """开始走访."""
        self.draft_id, _changes = visits.begin_visit(self.county.context, self.household_id)

    def open(self, width: int = 1100, height: int = 700) -> VisitFormScreen:
        """Show the form of the draft (begun if there is none)."""
        if not self.draft_id:
            self.begin()
        screen = VisitFormScreen(self.county.surroundings(self.tasks))
        host = QWidget()
        column = QVBoxLayout(host)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(screen, 1)
        column.addWidget(screen.footer())
        for tool in screen.tools():
            column.addWidget(tool)
        host.resize(width, height)
        self.qtbot.addWidget(host)
        host.show()
        screen.enter({"draft_id": self.draft_id})
        self._host = host
        self.until(lambda: screen.head.accessibleName() != "")
        self.settle()
        return screen

    def settle(self) -> None:
        """Let everything queued be done and shown."""
        for _ in range(4):
            self.runner.drain()
            QApplication.processEvents()

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait for something."""
        self.qtbot.waitUntil(condition)

    def tap(self, widget: QWidget) -> None:
        """One tap with the mouse, on something that can be seen."""
        assert widget.isVisible(), "cannot tap what is hidden"
        assert widget.isEnabled(), "cannot tap what is disabled"
        self.taps += 1
        QTest.mouseClick(widget, Qt.MouseButton.LeftButton)
        self.settle()

    def activate(self) -> None:
        """Make the window the one that gets the keys."""
        assert self._host is not None
        self._host.activateWindow()
        self.until(self._host.isActiveWindow)

    def forward(self) -> QPushButton:
        """The footer's way on."""
        assert self._host is not None
        kinds = self._host.findChildren(QPushButton)
        return next(one for one in kinds if one.property("kind") == "primary" and one.isVisible())

    def page(self, screen: VisitFormScreen, section: SectionKey) -> SectionPage:
        """Go to a section and answer its page."""
        screen.presenter.go_to(section)
        self.settle()
        return next(one for one in screen.findChildren(SectionPage) if one.isVisible())

    def stored(self) -> VisitDraft:
        """The draft as it is on the disk now."""
        return self.form().stored.draft

    def form(self) -> VisitForm:
        """The form as services read it."""
        return visits.visit_form(self.county.context, self.draft_id)
