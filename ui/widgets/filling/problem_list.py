"""What is still to be mended and what to look at again, each with the way there. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.domain.rules.finding import Severity
from ui import icons
from ui import theme as look
from ui.theme import RADIUS_CONTROL, StatusKind, TextRole, Theme
from ui.widgets import painting
from ui.widgets.banner import Banner
from ui.widgets.filling.problems import Problem
from ui.widgets.labels import Text

_PAD = 12
_MOST = 40
"""Rows on show: nobody mends more at a sitting, and a form of hundreds of questions must open its summary."""


class ProblemRow(QPushButton):
    """One problem; a tap goes to its field."""

    def __init__(self, problem: Problem, words: str, parent: QWidget | None = None) -> None:
        super().__init__(words, parent)
        self.problem = problem
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAccessibleName(words)
        look.follow(self, self._restyle)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        theme = look.current()
        inner = width - 2 * _PAD - 2 * (theme.icon + 10)
        lines = painting.wrapped_height(self.text(), theme.font(TextRole.BODY), inner)
        return max(theme.target, lines + 16)

    def sizeHint(self) -> QSize:
        return QSize(320, look.current().target)

    def minimumSizeHint(self) -> QSize:
        return QSize(look.current().px(160), look.current().target)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        wrong = self.problem.severity is Severity.ERROR
        pair = theme.colors.status(StatusKind.DANGER if wrong else StatusKind.WARN)
        painter = painting.begin(self)
        box = QRectF(self.rect())
        painting.frame(painter, box, RADIUS_CONTROL, fill=pair.tint)
        side = theme.icon
        top = (self.height() - side) / 2
        icons.paint(painter, "circle-alert" if wrong else "triangle-alert", pair.ink, _PAD, top, side)
        icons.paint(painter, "chevron-right", pair.ink, self.width() - _PAD - side, top, side)
        words = self.rect().adjusted(_PAD + side + 10, 0, -(_PAD + side + 10), 0)
        painter.setFont(theme.font(TextRole.BODY))
        painter.setPen(theme.color(pair.ink))
        painter.drawText(words, painting.LEFT | Qt.TextFlag.TextWordWrap, self.text())
        if self.hasFocus():
            painting.focus_ring(painter, box, RADIUS_CONTROL, theme)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class ProblemList(QWidget):
    """Errors first, then warnings. Signals: chosen(section, key) as codes."""

    chosen = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: tuple[Problem, ...] | None = None
        self._good = Banner(self.tr("都填好了，可以提交。"), StatusKind.OK)
        self._wrong = Text(self.tr("提交前请补全"), TextRole.STRONG, wrap=True)
        self._odd = Text(self.tr("请再看一眼，不影响提交"), TextRole.STRONG, wrap=True)
        self._errors, self._warnings = QVBoxLayout(), QVBoxLayout()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._good)
        self._more = Text("", TextRole.CAPTION, tone="soft", wrap=True)
        for title, rows in ((self._wrong, self._errors), (self._odd, self._warnings)):
            rows.setSpacing(8)
            column.addWidget(title)
            column.addLayout(rows)
        column.addWidget(self._more)
        self.setAccessibleName(self.tr("检查结果"))

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Show what was found, errors first; of very many the first ones and how many more there are."""
        if tuple(problems) == self._shown:
            return
        self._shown = tuple(problems)
        for rows in (self._errors, self._warnings):
            while (item := rows.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
        first = sorted(problems, key=lambda one: one.severity is not Severity.ERROR)[:_MOST]
        for problem in first:
            words = self.tr("{0}：{1}").format(problem.label, problem.sentence)
            row = ProblemRow(problem, words if problem.label else problem.sentence)
            row.clicked.connect(self._on_chosen)
            wrong = problem.severity is Severity.ERROR
            (self._errors if wrong else self._warnings).addWidget(row)
        self._more.setText(
            self.tr("还有 {0} 处没有列出，补好上面的就会出现。").format(len(problems) - len(first))
        )
        self._more.setVisible(len(problems) > len(first))
        errors = self._errors.count()
        self._good.setVisible(not errors)
        self._wrong.setVisible(bool(errors))
        self._odd.setVisible(bool(self._warnings.count()))

    def rows(self) -> Sequence[ProblemRow]:
        """The rows in order."""
        lists = (self._errors, self._warnings)
        items = (rows.itemAt(i) for rows in lists for i in range(rows.count()))
        return [w for item in items if item is not None and isinstance(w := item.widget(), ProblemRow)]

    def _on_chosen(self) -> None:
        row = self.sender()
        if isinstance(row, ProblemRow):
            self.chosen.emit(str(row.problem.section), row.problem.key)
