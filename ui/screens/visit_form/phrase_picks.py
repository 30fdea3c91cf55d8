"""Phrase picks of the narrative, grouped; a tap adds one, another takes it away. Layer 5."""

from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.phrases import PhraseGroup
from ui.theme import TextRole
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.labels import Text


class PhrasePicks(Editor):
    """Value: a tuple of phrase keys. Keys this program does not know are kept as they are."""

    def __init__(self, groups: Sequence[PhraseGroup], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups: list[Segmented] = []
        self._unknown: tuple[str, ...] = ()
        self._known = {key for group in groups for key, _words in group.phrases}
        titles = {
            "living": self.tr("生活"),
            "health": self.tr("健康"),
            "family": self.tr("家人照料"),
            "money": self.tr("收支"),
            "policy": self.tr("政策"),
            "next": self.tr("下一步"),
        }
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for group in groups:
            title = titles.get(group.key, group.key)
            picks = Segmented([Choice(key, words) for key, words in group.phrases], multiple=True)
            picks.describe(title)
            picks.changed.connect(self._on_changed)
            column.addWidget(Text(title, TextRole.CAPTION))
            column.addWidget(picks)
            self._groups.append(picks)

    def value(self) -> tuple[str, ...]:
        """The keys picked, in the order of the groups."""
        picked: list[str] = list(self._unknown)
        for group in self._groups:
            chosen = group.value()
            picked.extend(chosen if isinstance(chosen, tuple) else ())
        return tuple(picked)

    def set_value(self, value: object) -> None:
        keys = tuple(str(one) for one in value) if isinstance(value, tuple) else ()
        self._unknown = tuple(key for key in keys if key not in self._known)
        for group in self._groups:
            group.set_value(keys)

    def set_invalid(self, invalid: bool) -> None:
        for group in self._groups:
            group.set_invalid(invalid)

    def describe(self, name: str, description: str = "") -> None:
        """The groups have names of their own."""
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)

    def _on_changed(self) -> None:
        self.changed.emit(self.value())
        self.committed.emit(self.value())
