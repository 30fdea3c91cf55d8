"""Starting a campaign: name, place, days, how, and the filter with its count. Layer 5."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import partial
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.domain.records.campaigns import CampaignFields
from fieldapp.domain.records.households import Category, HouseholdTag, HouseKind, HouseSafety, RiskLevel
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.campaign_new.presenter import CampaignNewPresenter, CampaignNewState
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.inputs.text_field import TextArea, TextField
from ui.widgets.labels import Text
from ui.widgets.records.campaign_words import filter_words
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_QUICK = "quick"
_TITLE_MAX = next(
    m.max_length for m in CampaignFields.model_fields["title"].metadata if hasattr(m, "max_length")
)
_OLDEST = 150


class CampaignNewScreen(Screen):
    """新建专项排查."""

    task = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = CampaignNewPresenter(surroundings, self.render_state, self._on_started)
        self.fields: dict[str, Field] = {}
        self.page = ScrollPage()
        self.column.addWidget(self.page)
        self._trouble = Banner("", StatusKind.DANGER)
        self._nowhere = EmptyState(self.tr("您的岗位不能布置专项排查。"), icon="circle-alert")
        for widget in (self._trouble, self._nowhere):
            widget.hide()
            self.page.column.addWidget(widget)
        self._form = QVBoxLayout()
        self._form.setSpacing(16)
        self.page.column.addLayout(self._form)
        self.page.column.addStretch(1)
        self.foot = self._build_foot()
        self.foot.hide()
        self.column.addWidget(self.foot)

    # --- building -------------------------------------------------------------------------------

    def _what(self, state: CampaignNewState) -> Card:
        card = _card(self.tr("排查什么"))
        today = self.surroundings.context.today
        title = TextField(max_length=_TITLE_MAX)
        self._add(card, "title", self.tr("名称"), title, required=True, hint=self.tr("如：雨雪低温排查"))
        where = Picker([Choice(code, name) for code, name in state.places], title=self.tr("在哪里排查"))
        self._add(card, "area_code", self.tr("在哪里排查"), where, required=True)
        self._add(card, "starts_on", self.tr("开始日期"), DateField(today, first=today()), required=True)
        self._add(card, "ends_on", self.tr("结束日期"), DateField(today, first=today()), required=True)
        ways = [Choice(_QUICK, self.tr("登记一次走访"))]
        ways += [Choice(form_id, self.tr("填写《{0}》").format(name)) for form_id, name in state.forms]
        how = choice_editor(ways, title=self.tr("走访方式"))
        self._add(card, "form_id", self.tr("走访方式"), how)
        self._add(card, "note", self.tr("工作要求"), TextArea())
        for name in ("title", "area_code", "starts_on", "ends_on", "note"):
            self._tell(name, partial(self.presenter.change, name))
        self._tell(
            "form_id", lambda value: self.presenter.change("form_id", "" if value == _QUICK else value)
        )
        self.fields["area_code"].editor.set_value(state.area_code)
        self.fields["starts_on"].editor.set_value(state.starts_on)
        self.fields["ends_on"].editor.set_value(state.ends_on)
        how.set_value(_QUICK)
        return card

    def _whom(self) -> Card:
        card = _card(self.tr("走访哪些家庭"))
        card.body.addWidget(
            Text(
                self.tr("不选的条件不限；同一条件里选几项，符合一项就算；几个条件要同时符合。"),
                TextRole.CAPTION,
                wrap=True,
            )
        )
        self._condition(card, "houses", self.tr("住房性质"), HouseKind)
        self._condition(card, "safety", self.tr("住房安全等级"), HouseSafety)
        self.fields["safety"].set_hint(self.tr("住房性质和安全等级，符合一项就算"))
        self._add(card, "age_from", self.tr("家中有人年满（岁）"), Stepper(maximum=_OLDEST))
        self._add(card, "age_to", self.tr("年龄上限（岁，含）"), Stepper(maximum=_OLDEST))
        for name in ("age_from", "age_to"):
            self._tell(name, partial(self._narrow, name))
        self._condition(card, "tags", self.tr("重点人群"), HouseholdTag)
        self._condition(card, "categories", self.tr("救助类别"), Category)
        self._condition(card, "risk_levels", self.tr("风险等级"), RiskLevel)
        return card

    def _condition(self, card: Card, name: str, label: str, codes: type[StrEnum]) -> None:
        choices = [Choice(code.value, self.surroundings.texts.label(code)) for code in codes]
        self._add(card, name, label, choice_editor(choices, multiple=True, title=label))

        def narrow(value: Any) -> None:
            chosen: Iterable[str] = value or ()
            self._narrow(name, tuple(codes(one) for one in chosen))

        self._tell(name, narrow)

    def _narrow(self, name: str, value: object) -> None:
        self.presenter.narrow(**{name: value})

    def _add(
        self, card: Card, name: str, label: str, editor: Editor, *, required: bool = False, hint: str = ""
    ) -> None:
        self.fields[name] = Field(label, editor, required=required, hint=hint)
        card.body.addWidget(self.fields[name])

    def _tell(self, name: str, told: Callable[[Any], None]) -> None:
        editor = self.fields[name].editor
        editor.changed.connect(lambda _value: told(editor.value()))

    def _build_foot(self) -> QWidget:
        foot = QWidget()
        foot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.count = Text("", TextRole.STRONG, wrap=True)
        self.begin = Button(self.tr("开始排查"), ButtonKind.PRIMARY, icon="play")
        self.begin.clicked.connect(self.presenter.start)
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 10, 20, 10)
        row.setSpacing(12)
        row.addWidget(self.count, 1)
        row.addWidget(self.begin)
        return foot

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title()

    def leave(self) -> None:
        self.presenter.leave()

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("新建专项排查"))

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: CampaignNewState) -> None:
        """Show the form; what is typed stays in its editors."""
        some = bool(state.places)
        self._nowhere.setVisible(state.loaded and not some)
        self.foot.setVisible(some)
        self.begin.setEnabled(not state.starting)
        if not state.loaded or not some:
            return
        if not self.fields:
            for card in (self._what(state), self._whom()):
                self._form.addWidget(card)
            order_tabs(self)
        self._show_count(state)
        errors = dict(state.errors)
        if "filter" in errors:
            errors["age_to"] = errors.pop("filter")
        for name, shown in self.fields.items():
            shown.set_error(errors.pop(name, ""))
        rest = " ".join(errors.values())
        self._trouble.set_message(rest, StatusKind.DANGER)
        self._trouble.setVisible(bool(rest))
        if state.errors:
            wrong = next((one for one in self.fields.values() if one.error()), None)
            if wrong is not None:
                self.page.show_field(wrong)

    def _show_count(self, state: CampaignNewState) -> None:
        if state.asked is None:
            self.count.setText("")
            return
        asked, of = f"{state.asked.numerator:,}", f"{state.asked.denominator:,}"
        self.count.setText(self.tr("符合条件 {0} 户（共 {1} 户）").format(asked, of))
        self.count.setAccessibleDescription(filter_words(state.filter, self.surroundings.texts))

    def _on_started(self) -> None:
        self.surroundings.shell.toast(self.tr("排查已布置，联网后下发到各村。"))


def _card(title: str) -> Card:
    card = Card(title)
    card.body.setSpacing(2)
    return card
