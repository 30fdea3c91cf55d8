"""Questions side by side, as the grid theme of forms wants them. Layer 5."""

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui import theme as look
from ui.forms.question import Question
from ui.forms.rows import GridRow, QuestionRow, Row
from ui.theme import Theme
from ui.widgets.layouts import ShareLayout

_LEAST_PX: Final = 180  # at 100 %: narrower than that nothing stands beside something else


class Grid(QWidget):
    """A run of questions with widths; they stay while their rows do.

    Attributes:
        renewed: whether the last row brought other widgets.
    """

    def __init__(
        self, row: GridRow, make: Callable[[QuestionRow], Question], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._questions: dict[str, Question] = {}
        self._layout = ShareLayout(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.renewed = False
        look.follow(self, self._restyle)
        self.take_row(row)

    def take_row(self, row: Row) -> bool:
        """Show a row; False for one of another kind."""
        if not isinstance(row, GridRow):
            return False
        self.renewed = False
        wanted = {cell.key for cell, _ in row.cells}
        for key in [key for key in self._questions if key not in wanted]:
            self._drop(key)
        for at, (cell, share) in enumerate(row.cells):
            question = self._questions.get(cell.key)
            if question is None or not question.take_row(cell):
                if question is not None:
                    self._drop(cell.key)
                question = self._questions[cell.key] = self._make(cell)
                self.renewed = True
            self._layout.insert(at, question)
            self._layout.set_share(question, share)
            question.show()
        return True

    def questions(self) -> tuple[Question, ...]:
        """The questions, in reading order."""
        return tuple(sorted(self._questions.values(), key=self._layout.indexOf))

    def flush(self) -> None:
        """Hand over what is in hand."""
        for question in self._questions.values():
            question.flush()

    def minimumSizeHint(self) -> QSize:
        """As narrow as its widest question: the others then stand below it."""
        return QSize(self._layout.minimumSize().width(), super().minimumSizeHint().height())

    def _drop(self, key: str) -> None:
        question = self._questions.pop(key)
        question.flush()
        self._layout.remove(question)
        question.hide()
        question.deleteLater()
        self.renewed = True

    def _restyle(self, theme: Theme) -> None:
        self._layout.set_least(theme.px(_LEAST_PX))
