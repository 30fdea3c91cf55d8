"""What every screen is to the window."""

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.ports import Params, Surroundings

if TYPE_CHECKING:
    from ui.widgets.lists.card_list import CardList
    from ui.widgets.tour import TourStop


class Screen(QWidget):
    """A page of the window. Subclasses build their widgets in __init__ and read data in `enter`.

    Life: made once per visit of the route, `enter(params)` when it comes to the front for the first
    time, `shown_again` when Back returns to it, `leave` before it goes (a form keeps its last
    change there). Class attributes say how the window frames it.

    Signals:
        footer_changed(QWidget | None): the screen wants another footer.
    """

    footer_changed = Signal(object)

    task = False
    """A full-screen task: tab bar hidden, Back shown."""
    entry = ""
    """The navigation entry it belongs to ('' = keep the present one)."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.surroundings = surroundings
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)

    def enter(self, params: Params) -> None:
        """The screen comes to the front for the first time."""

    def shown_again(self) -> None:
        """Back returned to the screen."""

    def leave(self) -> None:
        """The screen is about to go for good."""

    def urgent_params(self) -> Params:
        """What an urgent report begun on this screen is about, as parameters of its route."""
        return {}

    def walked(self) -> "CardList | None":
        """The list whose records are opened one after the other (下一个, from the page of one of them)."""
        return None

    def tour(self) -> "tuple[TourStop, ...]":
        """What a walk over the page shows of it."""
        return ()

    def begin_visit(self) -> bool:
        """Begin a visit of the household on show or chosen in the list; False where there is none."""
        return False

    def footer(self) -> QWidget | None:
        """The footer, or None."""
        return None

    def tools(self) -> tuple[QWidget, ...]:
        """Buttons in the top bar, left of the sync chip."""
        return ()

    def search_placeholder(self) -> str:
        """What the search box of the top bar says; '' = no search on this screen."""
        return ""

    def search(self, typed: str) -> None:
        """The worker typed into the search box."""
