"""就业帮扶: who wishes to or could work, by area, and the list as a workbook. Layer 5."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.rules.age import age_on
from fieldapp.services.exports import REASON_MAX
from fieldapp.services.job_seekers import FILE_NAME, Listed
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.job_seekers.presenter import JobSeekersPresenter, JobSeekersState, Panel, Who
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.file_choice import save_file
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import TextField
from ui.widgets.layouts import FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import day_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand

_ALL, _MASKED, _FULL = "ALL", "masked", "full"


class JobSeekersScreen(Screen):
    """Who wishes to work comes first; a card leads to the household's file."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = JobSeekersPresenter(surroundings, self.render_state, self._say_saved)
        column = QVBoxLayout()
        column.setContentsMargins(20, 14, 20, 0)
        column.setSpacing(12)
        self.who = Segmented(
            [Choice(Who.WISHES, self.tr("有就业意愿")), Choice(Who.ALL, self.tr("有意愿或有劳动能力未就业"))]
        )
        self.who.describe(self.tr("名单"))
        self.who.changed.connect(self._on_who)
        self.area = Picker([], title=self.tr("地区"))
        self.area.describe(self.tr("地区"))
        self.area.changed.connect(self._on_area)
        self.export = Button(self.tr("导出名单"), icon="download")
        self.export.clicked.connect(self.presenter.begin_export)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self.export)
        self.panel = self._build_panel()
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("就业帮扶"))
        self.cards.opened.connect(self._on_opened)
        self._empty = EmptyState("", icon="briefcase")
        for widget in (self.who, self.area, tools, self.panel):
            column.addWidget(widget)
        column.addWidget(self.cards, 1)
        column.addWidget(self._empty, 1)
        self.column.addLayout(column)
        for hidden in (self.area, self.export, self.panel, self.cards, self._empty):
            hidden.hide()

    def _build_panel(self) -> Card:
        card = Card(self.tr("导出名单"), icon="download")
        self.names = Segmented([Choice(_MASKED, self.tr("姓名脱敏")), Choice(_FULL, self.tr("姓名不脱敏"))])
        self.names.set_value(_MASKED)
        self.names.changed.connect(self._on_changed)
        hint = self.tr("不脱敏的名单只用于工作需要，导出会留下记录。")
        self._names_field = Field(self.tr("姓名"), self.names, hint=hint)
        self.reason = TextField(max_length=REASON_MAX)
        self.reason.changed.connect(self._on_changed)
        self._reason_field = Field(self.tr("为什么需要不脱敏"), self.reason, required=True)
        self._problem = Banner("", StatusKind.DANGER)
        self.save = Button(self.tr("选择保存位置"), ButtonKind.PRIMARY, icon="save")
        self.save.clicked.connect(self._on_save)
        self.cancel = Button(self.tr("取消"))
        self.cancel.clicked.connect(self.presenter.cancel)
        buttons = QWidget()
        row = FlowLayout(buttons, gap=12)
        row.addWidget(self.save)
        row.addWidget(self.cancel)
        for widget in (self._names_field, self._reason_field, self._problem, buttons):
            card.body.addWidget(widget)
        return card

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)
        self.presenter.reload()

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: JobSeekersState) -> None:
        """Show the list."""
        if self.isVisible():
            self._say_title(state)
        self.who.set_value(state.who.value)
        everywhere = Choice(_ALL, self.tr("全部村组"))
        self.area.set_choices([everywhere, *(Choice(one.code, one.name) for one in state.areas)])
        self.area.set_value(state.area_code or _ALL)
        self.area.setVisible(bool(state.areas))
        self.export.setVisible(state.may_export and bool(state.listed) and state.panel is None)
        self._show_panel(state.panel)
        cards = [self._card(one, state) for one in state.listed]
        self.cards.set_keys(self._at_hand.hold(cards))
        self.cards.setVisible(bool(cards) and not state.trouble)
        self._empty.setVisible(state.loaded and (not cards or bool(state.trouble)))
        nobody = self.tr("没有登记过就业意愿。走访时把需求选“就业”，人就到这里。")
        words = state.trouble or (nobody if state.who is Who.WISHES else self.tr("没有这样的人。"))
        self._empty.set_content(words, icon="circle-alert" if state.trouble else "briefcase")

    def _show_panel(self, panel: Panel | None) -> None:
        self.panel.setVisible(panel is not None)
        if panel is None:
            self.names.set_value(_MASKED)
            self.reason.set_value("")
            return
        self._names_field.setVisible(panel.may_unmask)
        self._reason_field.setVisible(panel.may_unmask and panel.unmasked)
        self._reason_field.set_error(panel.errors.get("reason", ""))
        elsewhere = [words for name, words in panel.errors.items() if name != "reason"]
        self._problem.setVisible(bool(elsewhere))
        if elsewhere:
            self._problem.set_message(elsewhere[0], StatusKind.DANGER)
        self.save.setEnabled(not panel.busy)

    def _card(self, one: Listed, state: JobSeekersState) -> CardContent:
        texts, seeker, person = self.surroundings.texts, one.seeker, one.seeker.person
        age = age_on(person.birth_date, state.today) if person.birth_date is not None else None
        chips = [CardChip(texts.label(category), StatusKind.INFO) for category in seeker.categories]
        if seeker.wished_on is not None:
            chips.insert(0, CardChip(self.tr("有就业意愿"), StatusKind.OK))
        about = (
            seeker.village_name,
            texts.label(person.sex),
            self.tr("{0} 岁").format(age) if age is not None else "",
            texts.label(person.labour),
            texts.label(person.job),
            " ".join(seeker.words.split()),
        )
        noted = seeker.wished_on
        return CardContent(
            key=person.id,
            title=person.name,
            chips=tuple(chips),
            line=SEPARATOR.join(filter(None, about)),
            right=self.tr("{0} 登记").format(day_words(noted, state.today)) if noted is not None else "",
        )

    def _say_title(self, state: JobSeekersState) -> None:
        words = self.tr("有就业意愿 {0} 人，共 {1} 人")
        context = words.format(state.counts.get(Who.WISHES, 0), state.counts.get(Who.ALL, 0))
        self.surroundings.shell.set_title(self.tr("就业帮扶"), context)

    def _say_saved(self) -> None:
        self.surroundings.shell.toast(self.tr("名单已导出，并留下记录。"))

    # --- intents --------------------------------------------------------------------------------

    def _on_who(self, value: object) -> None:
        self.presenter.choose(Who(str(value)))

    def _on_area(self, value: object) -> None:
        self.presenter.choose_area("" if value in (_ALL, None) else str(value))

    def _on_opened(self, person_id: str) -> None:
        for one in self.presenter.state.listed:
            if one.seeker.person.id == person_id:
                self.presenter.open(one.household.id)
                return

    def _on_changed(self, _value: object) -> None:
        self.presenter.change(unmasked=self.names.value() == _FULL, reason=str(self.reason.value()))

    def _on_save(self) -> None:
        if self.presenter.may_choose_place():
            kind = self.tr("Excel 表格 (*.xlsx)")
            save_file(self, self.tr("导出名单"), FILE_NAME, kind, self.presenter.export)
