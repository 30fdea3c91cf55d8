"""Where the worker is in the form: a column of steps, or a header with a list to open. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui import theme as look
from ui.theme import TextRole, Theme
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.labels import FewLines, Text
from ui.widgets.progress_row import ProgressLine
from ui.widgets.scrolling import ScrollPage
from ui.widgets.section_list import Section, SectionList, SectionState


class StepColumn(QWidget):
    """The steps at the left of wide windows. Signals: chosen(key)."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sections = SectionList()
        self.sections.chosen.connect(self.chosen)
        page = ScrollPage(margin=14, gap=8)
        page.column.addWidget(Text(self.tr("填写进度"), TextRole.CAPTION))
        page.column.addWidget(self.sections)
        page.column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(page)
        look.follow(self, self._restyle)

    def show_steps(self, sections: Sequence[Section]) -> None:
        """Show where the worker is."""
        self.sections.set_sections(sections)
        for row in self.sections.rows():
            if row.section.state is SectionState.CURRENT:
                self.setFocusProxy(row)

    def _restyle(self, theme: Theme) -> None:
        self.setFixedWidth(theme.px(256))


class StepHeader(QWidget):
    """Count, title and progress above narrow pages; 全部步骤 opens the list. Signals: chosen(key)."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "surface")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = FewLines("", TextRole.STRONG)
        self.open_button = Button(self.tr("全部步骤"), ButtonKind.TEXT, icon="list")
        self.open_button.clicked.connect(self._on_open)
        self._line = ProgressLine()
        self.sections = SectionList()
        self.sections.hide()
        self.sections.chosen.connect(self._on_chosen)
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        head.addWidget(self.open_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 6, 20, 10)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self._line)
        column.addWidget(self.sections)

    def show_steps(self, sections: Sequence[Section]) -> None:
        """Show where the worker is."""
        states = [section.state for section in sections]
        at = states.index(SectionState.CURRENT) if SectionState.CURRENT in states else 0
        title = sections[at].title if sections else ""
        self._title.setText(self.tr("{0} / {1}  {2}").format(at + 1, len(sections), title))
        self._line.setRange(0, len(sections))
        self._line.setValue(at + 1)
        self.sections.set_sections(sections)

    def close_list(self) -> None:
        """Fold the list."""
        self.sections.hide()

    def _on_open(self) -> None:
        self.sections.setVisible(self.sections.isHidden())

    def _on_chosen(self, key: str) -> None:
        self.close_list()
        self.chosen.emit(key)
