"""What the family says of services delivered since the last visit: one row for each. Layer 5."""

from collections.abc import Sequence
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.needs import ServiceRating
from ui.screens.visit_form.state import ChoiceView
from ui.theme import TextRole
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text

_LONGEST: Final = 500


class _Row(QWidget):
    """One service. Signals: edited(), left()."""

    edited = Signal()
    left = Signal()

    def __init__(self, asked: ServiceRating, kind: str) -> None:
        super().__init__()
        self._asked = asked
        words = " · ".join(filter(None, (kind, asked.organisation_name)))
        grades = (self.tr("很好"), self.tr("较好"), self.tr("一般"), self.tr("较差"), self.tr("很差"))
        self.grade = Segmented(
            [Choice(str(5 - nth), label) for nth, label in enumerate(grades)], clearable=True
        )
        self.grade.describe(words)
        self.note = TextField(placeholder=self.tr("家里人怎么说（可不填）"), max_length=_LONGEST)
        self.note.describe(self.tr("{0}：家里人怎么说").format(words))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(6)
        column.addWidget(Text(words, TextRole.STRONG, wrap=True))
        for editor in (self.grade, self.note):
            editor.changed.connect(self.edited)
            editor.committed.connect(self.left)
            column.addWidget(editor)

    def show_rating(self, rated: ServiceRating) -> None:
        """Show what was said."""
        self._asked = rated
        self.grade.set_value(None if rated.rating is None else str(rated.rating))
        if self.note.value() != rated.note:
            self.note.set_value(rated.note)

    def current(self) -> ServiceRating:
        """The answer as it stands."""
        grade = self.grade.value()
        rating = int(grade) if isinstance(grade, str) else None
        return self._asked.model_copy(update={"rating": rating, "note": self.note.value()})


class RatingsEditor(Editor):
    """Value: a tuple of ServiceRating, one for each service that is asked about."""

    def __init__(self, kinds: Sequence[ChoiceView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels = {one.value: one.label for one in kinds}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._rows: dict[str, _Row] = {}

    def value(self) -> tuple[ServiceRating, ...]:
        """All that is asked, answered or not."""
        return tuple(row.current() for row in self._rows.values())

    def set_value(self, value: object) -> None:
        asked = tuple(value) if isinstance(value, (tuple, list)) else ()
        if list(self._rows) != [one.need_id for one in asked]:
            for row in self._rows.values():
                row.hide()
                self._column.removeWidget(row)
                row.deleteLater()
            self._rows = {one.need_id: self._row(one) for one in asked}
        for one in asked:
            if self._rows[one.need_id].current() != one:
                self._rows[one.need_id].show_rating(one)

    def rows(self) -> Sequence[QWidget]:
        """The rows in order."""
        return tuple(self._rows.values())

    def _row(self, asked: ServiceRating) -> _Row:
        row = _Row(asked, self._labels.get(asked.kind.value, asked.kind.value))
        row.edited.connect(self._on_edited)
        row.left.connect(self._on_left)
        self._column.addWidget(row)
        return row

    def _on_edited(self) -> None:
        self.changed.emit(self.value())

    def _on_left(self) -> None:
        self.changed.emit(self.value())
        self.committed.emit(self.value())
