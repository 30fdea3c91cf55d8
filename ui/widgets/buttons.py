"""Push buttons in four kinds and icon buttons. Layer 5."""

from enum import StrEnum

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from ui import icons
from ui import theme as look
from ui.theme import Theme

GAP = 8  # between icon and text


class ButtonKind(StrEnum):
    """One primary per screen; danger is outlined, never filled, never beside the primary. Alarm is filled red
    and leads to 急难上报 alone."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    TEXT = "text"
    DANGER = "danger"
    ICON = "icon"
    ALARM = "alarm"


class Button(QPushButton):
    """A button labelled verb + object, e.g. 开始走访. Signal: clicked (of QPushButton).

    Args:
        icon: name of a line icon, drawn left of the text in the text's colour.
    """

    def __init__(
        self,
        text: str,
        kind: ButtonKind = ButtonKind.SECONDARY,
        *,
        icon: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._kind = kind
        self._icon_name = icon
        self._words = ""  # while the icon stands alone
        self.setProperty("kind", kind.value)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        look.follow(self, self._restyle)

    @property
    def kind(self) -> ButtonKind:
        """Which of the kinds it is shown as."""
        return self._kind

    def set_kind(self, kind: ButtonKind) -> None:
        """Show it as another kind."""
        self._kind = kind
        look.set_flag(self, "kind", kind.value)
        self._restyle(look.current())

    def set_icon(self, name: str) -> None:
        """Change the icon; "" removes it."""
        self._icon_name = name
        self._restyle(look.current())

    def set_icon_only(self, on: bool) -> None:
        """Where room is short, show the icon alone; the words are spoken and shown as tool tip."""
        if on == bool(self._words) or not self._icon_name or self._kind is ButtonKind.ICON:
            return
        if on:
            self._words = self.text()
            self.setAccessibleName(self.accessibleName() or self._words)
            self.setToolTip(self._words)
            self.setText("")
        else:
            self.setText(self._words)
            self.setToolTip("")
            self._words = ""
        self._restyle(look.current())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter presses the button in focus on every screen; Qt does that in dialogs only.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not event.isAutoRepeat():
                self.click()
        else:
            super().keyPressEvent(event)

    def minimumSizeHint(self) -> QSize:
        hint = super().minimumSizeHint()
        return hint.expandedTo(QSize(look.current().target, look.current().target))

    def _restyle(self, theme: Theme) -> None:
        gap = GAP if self.text() and self._kind is not ButtonKind.ICON else 0
        size = theme.px(22)
        if self._icon_name:
            colors = theme.colors
            ink = {
                ButtonKind.PRIMARY: colors.on_primary,
                ButtonKind.SECONDARY: colors.ink,
                ButtonKind.DANGER: colors.danger.ink,
                ButtonKind.ALARM: colors.alarm_ink,
            }.get(self._kind, colors.primary)
            self.setIcon(icons.icon(self._icon_name, ink, size, disabled=colors.ink_3, gap=gap))
            self.setIconSize(icons.icon_size(size, gap))
        else:
            self.setIcon(QIcon())
        self.updateGeometry()


class IconButton(Button):
    """A square button with an icon only; `name` is spoken and shown as tool tip."""

    def __init__(self, icon: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__("", ButtonKind.ICON, icon=icon, parent=parent)
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        side = look.current().target
        return QSize(side, side)
