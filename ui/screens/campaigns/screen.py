"""The list of campaigns, each with its days and how far it is. Layer 5."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.services.campaigns import CampaignItem
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.campaigns.presenter import CampaignsPresenter, CampaignsState
from ui.theme import StatusKind
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.empty_state import EmptyState
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardContent
from ui.widgets.records.campaign_words import done_words, span_words, standing_chip
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.tab_order import order_tabs


class CampaignsScreen(Screen):
    """专项排查."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = CampaignsPresenter(surroundings, self.render_state)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(20, 14, 20, 0)
        column.setSpacing(12)
        self._head = QWidget()
        flow = FlowLayout(self._head, gap=12)
        self.start = Button(self.tr("新建专项排查"), ButtonKind.PRIMARY, icon="plus")
        self.start.clicked.connect(self.presenter.start)
        flow.addWidget(self.start)
        self._cards = CardsAtHand()
        self.listing = CardList(self._cards, self.tr("专项排查"), has_action=False)
        self.listing.opened.connect(self.presenter.open)
        self._empty = EmptyState("", icon="clipboard-list")
        column.addWidget(self._head)
        column.addWidget(self.listing, 1)
        column.addWidget(self._empty, 1)
        for widget in (self._head, self.listing, self._empty):
            widget.hide()
        self.column.addWidget(body)

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title()
        self.presenter.reload()

    def leave(self) -> None:
        self.presenter.leave()

    def render_state(self, state: CampaignsState) -> None:
        """Show the campaigns."""
        some = bool(state.items)
        self._head.setVisible(state.may_start)
        self.listing.setVisible(some)
        self._empty.setVisible(not some)
        if state.may_start:
            words = self.tr("还没有专项排查。雨雪低温、高温汛期等需要集中走访时，在这里新建。")
        else:
            words = self.tr("还没有专项排查。镇里或区里布置后，同步一次就会出现在这里。")
        self._empty.set_content(words, icon="clipboard-list")
        self.listing.set_keys(self._cards.hold([self._card(item, state) for item in state.items]))
        order_tabs(self)

    def _card(self, item: CampaignItem, state: CampaignsState) -> CardContent:
        campaign = item.campaign
        return CardContent(
            key=campaign.id,
            title=campaign.title,
            chips=(standing_chip(campaign, state.today),),
            line=SEPARATOR.join(filter(None, (item.area_name, span_words(campaign, state.today)))),
            right=done_words(item.done),
            icon="list-checks",
            icon_tone=StatusKind.INFO if item.runs else StatusKind.MUTE,
        )

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("专项排查"))
