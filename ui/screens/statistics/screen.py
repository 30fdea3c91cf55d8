"""The statistics screen: figures of a month, the list behind each, exports."""

from collections.abc import Callable, Sequence
from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.services.statistics import WHOLE
from fieldapp.services.statistics_lists import VisitItem
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.statistics.export_page import ExportPage
from ui.screens.statistics.figures_page import FiguresPage
from ui.screens.statistics.list_page import ListPage
from ui.screens.statistics.presenter import StatisticsPresenter
from ui.screens.statistics.state import StatisticsState, Step
from ui.screens.statistics.words import month_words, row_words, visit_card
from ui.widgets.brief_panel import BriefPanel
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.file_choice import save_file
from ui.widgets.kept_filter_row import KeptFilterRow
from ui.widgets.records.day_words import full_day_words, moment_words
from ui.widgets.records.household_cards import SEPARATOR, CardsByTask, household_card
from ui.widgets.records.household_rows import HouseholdRow

TICK_MS: Final = 200


class StatisticsScreen(Screen):
    """统计. Its pages lie behind each other; Esc and 返回 lead back through them."""

    entry = "statistics"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = StatisticsPresenter(
            surroundings, self.render_state, self._on_rows, self._on_exported
        )
        self.figures = FiguresPage(surroundings.texts)
        self.list = ListPage(CardsByTask(self.presenter.need))
        self.export = ExportPage()
        self._pages = QStackedWidget()
        for page in (self.figures, self.list, self.export):
            self._pages.addWidget(page)
        self.brief = BriefPanel(surroundings, self.presenter.brief)
        self.column.addWidget(self.brief)
        self.kept = KeptFilterRow(surroundings, "statistics", self.presenter.narrow)
        self._kept_place = QWidget()
        self._kept_place.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        place = QVBoxLayout(self._kept_place)
        place.setContentsMargins(0, 0, 0, 0)
        self.kept.setContentsMargins(20, 8, 20, 0)
        place.addWidget(self.kept)
        self.column.addWidget(self._kept_place)
        self.column.addWidget(self._pages)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.presenter.tick)
        self._connect()

    def _connect(self) -> None:
        presenter, figures, listing, export = self.presenter, self.figures, self.list, self.export
        figures.month_chosen.connect(presenter.choose_month)
        figures.area_chosen.connect(presenter.choose_area)
        figures.group_chosen.connect(presenter.group)
        figures.row_opened.connect(presenter.open_row)
        figures.figure_opened.connect(presenter.open_figure)
        figures.day_opened.connect(presenter.open_day)
        figures.export_wanted.connect(self._on_export_figures)
        figures.figures.columns_chosen.connect(presenter.choose_columns)
        figures.sync_wanted.connect(presenter.sync_now)
        listing.back_wanted.connect(presenter.back)
        listing.listing_chosen.connect(presenter.show_listing)
        listing.opened.connect(presenter.open_item)
        listing.export_wanted.connect(self._on_how_to_export)
        listing.paper_wanted.connect(presenter.print_forms)
        export.back_wanted.connect(presenter.back)
        export.place_wanted.connect(self._on_export_visits)
        for page in (figures, export):
            page.cancel_wanted.connect(presenter.cancel_export)

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.kept.shelf.enter()
        self.presenter.enter(params)

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)
        self.presenter.shown_again()

    def leave(self) -> None:
        self._timer.stop()
        self.brief.stop()
        self.kept.shelf.leave()
        self.presenter.leave()

    def tools(self) -> tuple[QWidget, ...]:
        risk = Button(self.tr("风险评估"), ButtonKind.TEXT, icon="shield-check")
        risk.clicked.connect(lambda: self.surroundings.shell.go("assessments"))
        sweep = Button(self.tr("专项排查"), ButtonKind.TEXT, icon="list-checks")
        sweep.clicked.connect(lambda: self.surroundings.shell.go("campaigns"))
        said = Button(self.tr("满意度和意见"), ButtonKind.TEXT, icon="message-square")
        said.clicked.connect(self.presenter.open_opinions)
        return (self.brief.button(), risk, sweep, said)

    def event(self, event: QEvent) -> bool:
        """Inside a list Esc and Alt+Left are the screen's; else they stay the window's."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._goes_back(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not (self._goes_back(event) and self.presenter.back()):
            super().keyPressEvent(event)

    def _goes_back(self, event: QKeyEvent) -> bool:
        inside = self.presenter.state.step is not Step.FIGURES
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        return inside and (event.key() == Qt.Key.Key_Escape or (event.key() == Qt.Key.Key_Left and bool(alt)))

    # --- rendering ------------------------------------------------------------------------------

    def _show_kept(self, state: StatisticsState) -> None:
        view = state.view
        if view is not None:
            begins = state.scopes[0][0] if state.scopes else ""
            elsewhere = view.area_code != begins
            self.kept.shelf.narrowed_by(
                {"area": view.area_code, "group": view.group_by.value} if elsewhere else {}
            )
        self._kept_place.setVisible(state.step is Step.FIGURES)

    def render_state(self, state: StatisticsState) -> None:
        """Show the page at the front as it stands."""
        if self.isVisible():
            self._say_title(state)
        page = {Step.FIGURES: self.figures, Step.LIST: self.list, Step.EXPORT: self.export}[state.step]
        turned = page is not self._pages.currentWidget()
        self._show_kept(state)
        self.figures.render_state(state)
        self.list.render_state(state)
        self.export.render_state(state)
        if turned:
            self._pages.setCurrentWidget(page)
            if page is self.list:
                self.list.back.setFocus(Qt.FocusReason.OtherFocusReason)
        if state.exporting is None:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()

    def _say_title(self, state: StatisticsState) -> None:
        view = state.view
        if view is None:
            self.surroundings.shell.set_title(self.tr("统计"))
            return
        until = self.tr("本机还没有同步过")
        if view.data_until is not None:
            until = self.tr("数据截至 {0}").format(moment_words(view.data_until, state.today))
        title = self.tr("{0}走访统计").format(view.area_name)
        if state.list is not None:
            row = self.presenter.row_shown()
            texts, day = self.surroundings.texts, state.list.day
            name = row_words(row, view.group_by, texts) if row is not None and row.key != WHOLE else ""
            when = month_words(view.period.start) if day is None else full_day_words(day)
            until = SEPARATOR.join(filter(None, (name, when, until)))
        self.surroundings.shell.set_title(title, until)

    def _on_rows(self, rows: Sequence[VisitItem] | Sequence[HouseholdRow]) -> None:
        today, texts = self.presenter.state.today, self.surroundings.texts
        cards = [
            visit_card(row, texts, today)
            if isinstance(row, VisitItem)
            else household_card(row, today, may_visit=False)
            for row in rows
        ]
        self.list.supply({card.key: card for card in cards})

    # --- exports --------------------------------------------------------------------------------

    def _on_export_figures(self) -> None:
        self._ask_place(self.presenter.export_statistics)

    def _on_how_to_export(self) -> None:
        self.export.begin()
        self.presenter.ask_how_to_export()

    def _on_export_visits(self) -> None:
        unmasked, reason = self.export.unmasked, self.export.reason.value()
        if self.presenter.check_export(unmasked=unmasked, reason=reason):
            self._ask_place(lambda path: self.presenter.export_visits(path, unmasked=unmasked, reason=reason))

    def _ask_place(self, chosen: Callable[[str], None]) -> None:
        words = self.tr("Excel 表格 (*.xlsx)")
        save_file(self, self.tr("导出 Excel"), self.presenter.file_name(), words, chosen)

    def _on_exported(self) -> None:
        self.surroundings.shell.toast(self.tr("已导出。"))
