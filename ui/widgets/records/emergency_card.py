"""Numbers to call: 120, 110 and 119 where a life is in danger, and the offices on duty. Layer 5."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.records.areas import AreaLevel
from fieldapp.services.clue_reports import DutyPhone
from ui.theme import StatusKind, TextRole
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout
from ui.widgets.records.value_list import ValueList


class EmergencyCard(Card):
    """Before everything else where a life is in danger: the report can wait, the call cannot."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon="siren", tone=StatusKind.DANGER, parent=parent)
        self.set_title(self.tr("有生命危险，先打电话"))
        numbers = QWidget()
        grid = EvenGridLayout(numbers, gap=12, columns=3)
        for number, words in (
            ("120", self.tr("急救")),
            ("110", self.tr("报警")),
            ("119", self.tr("火警、救援")),
        ):
            grid.addWidget(_Number(number, words))
        self.body.addWidget(numbers)


class _Number(QWidget):
    """A number as large as it can be, with what it is for."""

    def __init__(self, number: str, words: str) -> None:
        super().__init__()
        figure = Text(number, TextRole.FIGURE, tone="danger")
        caption = Text(words, TextRole.STRONG, wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for text in (figure, caption):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(text)
        self.setAccessibleName(f"{number} {words}")


class DutyPhones(QWidget):
    """Who is on duty in village, town and county, by number; known without a network."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.list = ValueList()
        self._none = Text(
            self.tr("本机没有村、镇、县的值班电话，请打平时的联系电话。"), tone="soft", wrap=True
        )
        self._shown: tuple[DutyPhone, ...] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.list)
        column.addWidget(self._none)

    def show_phones(self, phones: Sequence[DutyPhone]) -> None:
        """Show these, nearest office first."""
        if tuple(phones) == self._shown:
            return
        self._shown = tuple(phones)
        levels = {
            AreaLevel.VILLAGE: self.tr("村（社区）值班"),
            AreaLevel.TOWN: self.tr("镇（街道）值班"),
            AreaLevel.COUNTY: self.tr("县（区）值班"),
        }
        self.list.set_rows([(levels.get(one.level, one.area_name), _phone(one)) for one in phones])
        self.list.setVisible(bool(phones))
        self._none.setVisible(not phones)

    def phones(self) -> list[str]:
        """The numbers on show."""
        return [one.phone for one in self._shown or ()]


def _phone(one: DutyPhone) -> QWidget:
    """The number large, then whose it is."""
    holder = QWidget()
    number = Text(one.phone, TextRole.SECTION)
    number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    number.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    whose = Text(" ".join(filter(None, (one.area_name, one.person))), tone="soft", wrap=True)
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(12)
    row.addWidget(number)
    row.addWidget(whose, 1)
    return holder
