"""Keys of the program: one table that binds them, names them in tool tips and fills the overview (F1).

Layer 5. A key that is not in the table does nothing; the words for acts stand in the overview's screen.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class Place(StrEnum):
    """Where keys work; the groups of the overview."""

    EVERYWHERE = "everywhere"
    LIST = "list"
    FORM = "form"


class Act(StrEnum):
    """What a key does."""

    HELP = "help"
    SEARCH = "search"
    NEW_VISIT = "new_visit"
    URGENT = "urgent"
    SYNC = "sync"
    BACK = "back"
    NEXT = "next"
    PREVIOUS = "previous"
    ENTRIES = "entries"
    LARGER = "larger"
    SMALLER = "smaller"
    LOCK = "lock"
    WALK = "walk"
    OPEN = "open"
    BUTTON = "button"
    TYPE = "type"
    FORWARD = "forward"
    STEP_BACK = "step_back"
    SAVE = "save"
    UNDO = "undo"
    REDO = "redo"


ENTRY_KEYS: Final = tuple(f"Ctrl+{n}" for n in range(1, 6))
KEYS: Final[Mapping[Place, Mapping[Act, tuple[str, ...]]]] = {
    Place.EVERYWHERE: {
        Act.HELP: ("F1", "Ctrl+/"),
        Act.SEARCH: ("Ctrl+F",),
        Act.NEW_VISIT: ("Ctrl+N",),
        Act.URGENT: ("Ctrl+U",),
        Act.SYNC: ("F5",),
        Act.BACK: ("Esc", "Alt+Left"),
        Act.NEXT: ("Ctrl+PgDown",),
        Act.PREVIOUS: ("Ctrl+PgUp",),
        Act.ENTRIES: ENTRY_KEYS,
        Act.LARGER: ("Ctrl++", "Ctrl+="),
        Act.SMALLER: ("Ctrl+-",),
        Act.LOCK: ("Ctrl+L",),
    },
    Place.LIST: {
        Act.WALK: ("Up", "Down"),
        Act.OPEN: ("Return", "Enter"),
        Act.BUTTON: ("Space",),
        Act.TYPE: (),
    },
    Place.FORM: {
        Act.FORWARD: ("Ctrl+Return", "Ctrl+Enter"),
        Act.STEP_BACK: ("Ctrl+Shift+Return",),
        Act.SAVE: ("Ctrl+S",),
        Act.UNDO: ("Ctrl+Z",),
        Act.REDO: ("Ctrl+Y", "Ctrl+Shift+Z"),
    },
}
"""Act → its keys; the first is the one that is named. Lists of cards know their own."""


def bind(owner: QWidget, acts: Mapping[Act, Callable[[], None]]) -> None:
    """Have the keys of these acts call them while `owner` is in the window at the front."""
    for act, call in acts.items():
        for keys in keys_of(act):
            shortcut = QShortcut(QKeySequence(keys), owner)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(call)


def keys_of(act: Act) -> tuple[str, ...]:
    """The keys of an act as Qt writes them."""
    return next(acts[act] for acts in KEYS.values() if act in acts)


def named(act: Act) -> str:
    """The first key of an act as the system writes it, e.g. Ctrl+F; "" for one without."""
    keys = keys_of(act)
    return shown(keys[0]) if keys else ""


def shown(keys: str) -> str:
    """Keys as the system writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def tell(widget: QWidget, act: Act) -> None:
    """Name the key of an act in a widget's tool tip, behind its words."""
    widget.setToolTip(f"{widget.toolTip() or widget.accessibleName()}  {named(act)}".strip())
