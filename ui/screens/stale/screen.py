"""资料太久没有更新: sync first; an urgent case can be reported at once. Layer 5."""

from PySide6.QtWidgets import QWidget

from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.stale.presenter import StalePresenter, StaleState
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs


class StaleScreen(Screen):
    """Nothing that was pulled is shown here."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = StalePresenter(surroundings, self.render_state)
        page = ScrollPage(gap=14)
        self.column.addWidget(page)
        card = Card(self.tr("资料太久没有更新"), icon="lock")
        self.days = Banner("", StatusKind.WARN)
        about = self.tr(
            "同步一次就能继续看。没有上传的走访和草稿都还在本机，不会丢。急难情况现在就可以上报。"
        )
        self.sync = Button(self.tr("立即同步"), ButtonKind.PRIMARY, icon="refresh-cw")
        self.sync.clicked.connect(self.presenter.sync)
        self.report = Button(self.tr("急难上报"), ButtonKind.ALARM, icon="siren")
        self.report.clicked.connect(self.presenter.report)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self.sync)
        flow.addWidget(self.report)
        for widget in (self.days, Text(about, wrap=True), tools):
            card.body.addWidget(widget)
        page.column.addWidget(card)
        page.column.addStretch(1)

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter()
        order_tabs(self)

    def shown_again(self) -> None:
        self._say_title()

    def leave(self) -> None:
        self.presenter.leave()

    def render_state(self, state: StaleState) -> None:
        """Say for how long."""
        words = self.tr("本机已 {0} 天没有同步，资料可能不对，暂时不能查看。")
        self.days.set_message(words.format(state.days), StatusKind.WARN)
        self.sync.setEnabled(not state.syncing)

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("请先同步"))
