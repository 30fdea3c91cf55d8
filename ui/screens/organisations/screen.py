"""Organisations as a list, or one with its contracts and projects. Layer 5."""

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.needs import Contract, ProjectFields, ReferralStatus
from fieldapp.domain.records.visits import NeedKind
from fieldapp.services.organisations import OrganisationView, ProjectView
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.organisations.presenter import OrganisationsPresenter, OrganisationsState
from ui.theme import StatusKind
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.picker import Picker
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import full_day_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.records.value_list import ValueList
from ui.widgets.scrolling import ScrollPage

_ALL: Final = "ALL"
_WAITING: Final = frozenset({ReferralStatus.REFERRED})
_SERVED: Final = frozenset({ReferralStatus.ACCEPTED, ReferralStatus.IN_SERVICE, ReferralStatus.DELIVERED})


class OrganisationsScreen(Screen):
    """The county keeps the lists; here they are read."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = OrganisationsPresenter(surroundings, self.render_state)
        label = surroundings.texts.label
        self._list = QWidget()
        column = QVBoxLayout(self._list)
        column.setContentsMargins(20, 14, 20, 0)
        column.setSpacing(12)
        kinds = [Choice(_ALL, self.tr("全部服务")), *(Choice(one.value, label(one)) for one in NeedKind)]
        self.kind = Picker(kinds, title=self.tr("服务种类"))
        self.kind.describe(self.tr("服务种类"))
        self.kind.set_value(_ALL)
        self.kind.changed.connect(self._on_kind)
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("服务机构"))
        self.cards.opened.connect(self.presenter.open)
        self._empty = EmptyState("", icon="hand-helping")
        column.addWidget(self.kind)
        column.addWidget(self.cards, 1)
        column.addWidget(self._empty, 1)
        self.page = ScrollPage(gap=14)
        self._slot = QVBoxLayout()
        self._slot.setSpacing(14)
        self.page.column.addLayout(self._slot)
        self.page.column.addStretch(1)
        self._shown: OrganisationView | None = None
        for widget in (self._list, self.page):
            widget.hide()
            self.column.addWidget(widget)

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.presenter.enter(params.get("organisation_id", ""))

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: OrganisationsState) -> None:
        """Show the list or the one."""
        if self.isVisible():
            self._say_title(state)
        self._list.setVisible(state.shown is None)
        self.page.setVisible(state.shown is not None)
        if state.shown is not None:
            if state.shown != self._shown:
                self._shown = state.shown
                self._show_one(state.shown, state)
            return
        cards = [self._card(one) for one in state.listed]
        self.cards.set_keys(self._at_hand.hold(cards))
        self.cards.setVisible(bool(cards))
        self._empty.setVisible(state.loaded and not cards)
        words = state.trouble or self.tr("没有这样的服务机构。名单由县（区）民政局维护。")
        self._empty.set_content(words, icon="circle-alert" if state.trouble else "hand-helping")

    def _card(self, view: OrganisationView) -> CardContent:
        one, texts = view.organisation, self.surroundings.texts
        chips = [self._standing(view)]
        left = sum(project.left for project in view.projects if project.running)
        if any(project.running for project in view.projects):
            tone = StatusKind.INFO if left else StatusKind.WARN
            chips.append(CardChip(self.tr("名额余 {0}").format(left), tone))
        where = texts.listed(view.area_names) or self.tr("全县（区）")
        return CardContent(
            key=one.id,
            title=one.name,
            chips=tuple(chips),
            line=SEPARATOR.join(filter(None, (texts.labels(one.services), where))),
            right=self._counts(view),
            icon="hand-helping",
            icon_tone=StatusKind.INFO if view.able else StatusKind.MUTE,
        )

    def _standing(self, view: OrganisationView) -> CardChip:
        if not view.able:
            return CardChip(self.tr("暂不服务"), StatusKind.MUTE)
        words = self.tr("志愿服务") if view.organisation.volunteer else self.tr("可转介")
        return CardChip(words, StatusKind.OK)

    def _counts(self, view: OrganisationView) -> str:
        waiting = sum(view.referrals[one] for one in _WAITING)
        served = sum(view.referrals[one] for one in _SERVED)
        return self.tr("待接收 {0}，服务中 {1}").format(waiting, served)

    # --- one organisation -----------------------------------------------------------------------

    def _show_one(self, view: OrganisationView, state: OrganisationsState) -> None:
        while (item := self._slot.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        one, texts = view.organisation, self.surroundings.texts
        head = Card(one.name, icon="hand-helping")
        standing = self._standing(view)
        head.add_tool(Chip(standing.text, standing.kind))
        contact = SEPARATOR.join(filter(None, (one.contact_name, one.phone)))
        self._put(
            head,
            [
                (self.tr("服务种类"), texts.labels(one.services)),
                (self.tr("服务地区"), texts.listed(view.area_names) or self.tr("全县（区）")),
                (self.tr("联系人"), contact),
                (self.tr("信用代码"), one.credit_code),
                (self.tr("本地转介"), self._counts(view)),
            ],
        )
        for contract in one.contracts:
            self._put(*self._contract(contract, state))
        for project in view.projects:
            self._put(*self._project(project))

    def _contract(self, contract: Contract, state: OrganisationsState) -> tuple[Card, list[tuple[str, str]]]:
        card = Card(self.tr("合同 {0}").format(contract.number), icon="file-text")
        holds = contract.holds_on(state.today)
        chip = self.tr("履行中") if holds else self.tr("不在期内")
        card.add_tool(Chip(chip, StatusKind.OK if holds else StatusKind.MUTE))
        return card, [
            (self.tr("期限"), self._period(contract)),
            (self.tr("金额"), self._yuan(contract.amount)),
            (self.tr("指标"), contract.indicators),
        ]

    def _project(self, view: ProjectView) -> tuple[Card, list[tuple[str, str]]]:
        project, texts = view.project, self.surroundings.texts
        card = Card(self.tr("项目 {0}").format(project.name), icon="heart-handshake")
        words = self.tr("名额余 {0}").format(view.left) if view.running else self.tr("不在期内")
        tone = StatusKind.MUTE if not view.running else StatusKind.OK if view.left else StatusKind.WARN
        card.add_tool(Chip(words, tone))
        quota = self.tr("{0} 人，已用 {1}").format(project.quota, project.quota - view.left)
        return card, [
            (self.tr("服务种类"), texts.labels(project.services)),
            (self.tr("对象"), project.target),
            (self.tr("名额"), quota),
            (self.tr("期限"), self._period(project)),
            (self.tr("资金"), SEPARATOR.join(filter(None, (project.funder, self._yuan(project.funding))))),
        ]

    def _period(self, span: Contract | ProjectFields) -> str:
        return self.tr("{0} 至 {1}").format(full_day_words(span.since), full_day_words(span.until))

    def _yuan(self, fen: int) -> str:
        return self.tr("{0} 元").format(f"{fen / 100:,.2f}") if fen else ""

    def _put(self, card: Card, rows: list[tuple[str, str]]) -> None:
        values = ValueList()
        values.set_values([(name, words) for name, words in rows if words])
        card.body.addWidget(values)
        self._slot.addWidget(card)

    def _say_title(self, state: OrganisationsState) -> None:
        context = state.shown.organisation.name if state.shown is not None else ""
        self.surroundings.shell.set_title(self.tr("服务机构和项目"), context)

    # --- intents --------------------------------------------------------------------------------

    def _on_kind(self, value: object) -> None:
        self.presenter.choose_kind(None if value in (_ALL, None) else NeedKind(str(value)))
