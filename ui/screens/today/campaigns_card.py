"""The campaigns that run today, with the doors still open; nothing while none runs."""

import datetime as dt
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.services.campaigns import CampaignItem
from ui.screens.today.presenter import TodayState
from ui.theme import TextRole
from ui.widgets.buttons import IconButton
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.labels import Text
from ui.widgets.progress_row import ProgressLine
from ui.widgets.records.campaign_words import done_words, standing_chip


class CampaignsCard(Card):
    """Signals: opened(campaign_id)."""

    opened = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("专项排查"), icon="list-checks", parent=parent)
        self._shown: object = None
        self.buttons: list[IconButton] = []
        self.hide()

    def render_state(self, state: TodayState) -> None:
        """Show what runs."""
        self.setVisible(bool(state.campaigns))
        if (state.campaigns, state.today) == self._shown:
            return
        self._shown = (state.campaigns, state.today)
        self.buttons = []
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for campaign in state.campaigns:
            self.body.addWidget(self._row(campaign, state.today))

    def _row(self, item: CampaignItem, today: dt.date) -> QWidget:
        campaign, left = item.campaign, item.done.denominator - item.done.numerator
        standing = standing_chip(campaign, today)
        bar = ProgressLine()
        bar.setRange(0, max(1, item.done.denominator))
        bar.setValue(item.done.numerator if item.done.denominator else 1)
        bar.setAccessibleName(done_words(item.done))
        opening = IconButton("chevron-right", self.tr("打开 {0}").format(campaign.title))
        opening.clicked.connect(partial(self.opened.emit, campaign.id))
        self.buttons.append(opening)
        doors = self.tr("还有 {0} 户待走访").format(left) if left else self.tr("都走访过了")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(Text(campaign.title, TextRole.STRONG, wrap=True))
        words.addWidget(Text(doors, wrap=True))
        words.addWidget(Text(done_words(item.done), TextRole.CAPTION, wrap=True))
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addLayout(words, 1)
        head.addWidget(Chip(standing.text, standing.kind))
        head.addWidget(opening)
        view = QWidget()
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(bar)
        return view
