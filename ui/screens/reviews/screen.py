"""走访审核: what waits for the supervisor. Layer 5."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.reviews.presenter import ReviewsPresenter, ReviewsState
from ui.screens.reviews.visits_page import VisitsPage
from ui.widgets.tab_order import order_tabs


class ReviewsScreen(Screen):
    """Visits by day; one is read on its own page, many are approved at once."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = ReviewsPresenter(
            surroundings, self.render_state, self._on_approved, self._on_taken_back
        )
        self.visits = VisitsPage(self.presenter, surroundings)
        self.column.addWidget(self.visits)

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.visits.kept.shelf.enter()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)

    def leave(self) -> None:
        self.visits.kept.shelf.leave()
        self.presenter.leave()

    def render_state(self, state: ReviewsState) -> None:
        """Show what waits."""
        if self.isVisible():
            self._say_title(state)
        self.visits.render_state(state)
        order_tabs(self)

    def _say_title(self, state: ReviewsState) -> None:
        context = self.tr("{0} 次走访等您审核").format(state.waiting) if state.loaded else ""
        self.surroundings.shell.set_title(self.tr("走访审核"), context)

    def _on_approved(self, count: int, undo: Callable[[], None]) -> None:
        words = self.tr("已通过 {0} 次走访，联网后生效。").format(count)
        self.surroundings.shell.toast(words, self.tr("撤销"), undo)

    def _on_taken_back(self, count: int, gone: int) -> None:
        if gone:
            words = self.tr("收回了 {0} 次；另外 {1} 次已经上传，要改请打开走访退回。").format(count, gone)
        else:
            words = self.tr("收回了 {0} 次，仍等您审核。").format(count)
        self.surroundings.shell.toast(words)
