"""Registering a household found on the spot: one page of fields, two ways to save."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from fieldapp.domain.records.households import HouseholdTag, HouseKind
from fieldapp.domain.records.persons import PhoneOwner, Sex
from ui.ports import Params, Shell, Surroundings
from ui.screen import Screen
from ui.screens.register.presenter import Notice, RegisterPresenter, RegisterState
from ui.theme import StatusKind
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
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import InputKind, TextArea, TextField
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import day_words
from ui.widgets.scrolling import ScrollPage

translate = QCoreApplication.translate
_READ = "read"


class RegisterScreen(Screen):
    """登记新户."""

    entry = "households"
    task = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = RegisterPresenter(surroundings, self.render_state, _say_through(surroundings.shell))
        self._refill = -1
        self._first_wrong = ""
        self.fields: dict[str, Field] = {}
        self.page = ScrollPage()
        self.column.addWidget(self.page)
        self.kept = Banner("", StatusKind.INFO, button=self.tr("清空重填"))
        self.kept.action.connect(self.presenter.clear)
        self.trouble = Banner("", StatusKind.DANGER)
        self._nowhere = EmptyState(self.tr("您现在没有可以登记新户的村（网格）。"), icon="circle-alert")
        for widget in (self.kept, self.trouble, self._nowhere):
            widget.hide()
            self.page.column.addWidget(widget)
        self._form = QVBoxLayout()
        self._form.setSpacing(16)
        self.page.column.addLayout(self._form)
        self.page.column.addStretch(1)

    # --- building -------------------------------------------------------------------------------

    def _who(self) -> Card:
        card = self._card(self.tr("户主"))
        self._add(card, "head_name", self.tr("户主姓名"), TextField(max_length=50), required=True)
        self._add(
            card,
            "id_number",
            self.tr("身份证号"),
            TextField(InputKind.ID_NUMBER),
            hint=self.tr("没有身份证号的，在下面写明原因"),
        )
        self._add(card, "no_id_reason", self.tr("没有身份证号的原因"), TextField(max_length=200))
        sexes = [Choice(sex.value, self.surroundings.texts.label(sex)) for sex in Sex]
        self._add(card, "sex", self.tr("性别"), Segmented(sexes, clearable=True))
        today = self.surroundings.context.today
        self._add(card, "birth_date", self.tr("出生日期"), DateField(today, last=today()))
        self._add(card, "phone", self.tr("联系电话"), TextField(InputKind.PHONE))
        owners = [Choice(owner.value, self.surroundings.texts.label(owner)) for owner in PhoneOwner]
        self._add(card, "phone_owner", self.tr("电话机主"), Segmented(owners, clearable=True))
        return card

    def _where(self, areas: tuple[tuple[str, str], ...]) -> Card:
        card = self._card(self.tr("住址和房屋"))
        choices = [Choice(code, name) for code, name in areas]
        label = self.tr("所属村（网格）")
        editor: Editor = Picker(choices, title=label) if len(choices) > 1 else Segmented(choices)
        self._add(card, "area_code", label, editor, required=True)
        self._add(card, "group_name", self.tr("村民组"), TextField(max_length=30))
        self._add(card, "address", self.tr("家庭住址"), TextField(max_length=200))
        kinds = [Choice(kind.value, self.surroundings.texts.label(kind)) for kind in HouseKind]
        self._add(card, "house_kind", self.tr("住房性质"), choice_editor(kinds, clearable=True))
        return card

    def _more(self) -> Card:
        card = self._card(self.tr("其他"))
        tags = [Choice(tag.value, self.surroundings.texts.label(tag)) for tag in HouseholdTag]
        self._add(card, "tags", self.tr("重点人群"), choice_editor(tags, multiple=True))
        notice = Segmented([Choice(_READ, self.tr("已当面宣读告知书"))], multiple=True)
        hint = self.tr("告诉对方为什么登记、谁能看到、可以要求更正")
        self._add(card, "notice_given", self.tr("隐私告知"), notice, hint=hint)
        self._add(card, "remark", self.tr("备注"), TextArea())
        return card

    def _card(self, title: str) -> Card:
        card = Card(title)
        card.body.setSpacing(2)
        return card

    def _add(
        self, card: Card, name: str, label: str, editor: Editor, *, required: bool = False, hint: str = ""
    ) -> Field:
        shown = Field(label, editor, required=required, hint=hint)
        editor.changed.connect(lambda _value, name=name: self._on_changed(name))
        editor.committed.connect(lambda _value, name=name: self.presenter.left(name))
        self.fields[name] = shown
        card.body.addWidget(shown)
        return shown

    def footer(self) -> QWidget | None:
        """保存 and 保存并走访."""
        foot = QWidget()
        foot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        flow = FlowLayout(foot, gap=12, right=True)
        save = Button(self.tr("保存"), icon="save")
        visit = Button(self.tr("保存并走访"), ButtonKind.PRIMARY, icon="pen-line")
        save.clicked.connect(lambda: self.presenter.save(then_visit=False))
        visit.clicked.connect(lambda: self.presenter.save(then_visit=True))
        flow.addWidget(save)
        flow.addWidget(visit)
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
        shell = self.surroundings.shell
        shell.set_title(self.tr("登记新户"), self.tr("登记后为“待核实”，由镇里核实"))

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: RegisterState) -> None:
        """Show the form; typed text is only replaced when the presenter says so."""
        some = bool(state.areas)
        self._nowhere.setVisible(state.loaded and not some)
        if not state.loaded or not some:
            return
        if not self.fields:
            for card in (self._who(), self._where(state.areas), self._more()):
                self._form.addWidget(card)
        if state.refill != self._refill:
            self._refill = state.refill
            self._fill(state)
        self.kept.set_message(
            self.tr("这是上次没有登记完的内容，已存在本机。"), StatusKind.INFO, button=self.tr("清空重填")
        )
        self.kept.setVisible(state.kept)
        self.trouble.set_message(state.trouble, StatusKind.DANGER)
        self.trouble.setVisible(bool(state.trouble))
        self._show_id(state)
        for name, shown in self.fields.items():
            shown.set_error(state.errors.get(name, ""))
        if state.first_wrong and state.first_wrong != self._first_wrong:
            self._go_to(state.first_wrong)
        self._first_wrong = state.first_wrong

    def _show_id(self, state: RegisterState) -> None:
        number, says = self.fields["id_number"], state.id_says
        if says is not None:
            born = day_words(says.birth_date, self.surroundings.context.today())
            number.set_hint(self.tr("{0}，{1}出生，{2} 岁").format(says.sex_words, born, says.age))
        else:
            number.set_hint(self.tr("没有身份证号的，在下面写明原因"))
        # What the number says need not be asked again.
        typed = bool(state.new.id_number.strip())
        for name in ("no_id_reason", "sex", "birth_date"):
            self.fields[name].setVisible(not typed)
        self.fields["phone_owner"].setVisible(bool(state.new.phone.strip()))

    def _go_to(self, name: str) -> None:
        shown = self.fields.get(name)
        if shown is not None:
            self.page.show_field(shown)
            shown.editor.setFocus()

    def _fill(self, state: RegisterState) -> None:
        for name, shown in self.fields.items():
            value: Any = getattr(state.new, name)
            if name == "notice_given":
                value = (_READ,) if value else ()
            elif name == "tags":
                value = tuple(tag.value for tag in value)
            elif isinstance(value, (Sex, PhoneOwner, HouseKind)):
                value = value.value
            elif name == "area_code":
                value = value or None
            shown.editor.set_value(value)

    # --- intents --------------------------------------------------------------------------------

    def _on_changed(self, name: str) -> None:
        value = self.fields[name].editor.value()
        self.presenter.change(replace(self.presenter.state.new, **{name: _typed(name, value)}), name)


def _typed(name: str, value: object) -> Any:
    """The value of an editor as the field of NewHousehold wants it."""
    if name == "notice_given":
        return bool(value)
    if name == "tags":
        return tuple(HouseholdTag(one) for one in value) if isinstance(value, tuple) else ()
    if name == "birth_date":
        return value if isinstance(value, dt.date) else None
    coded: dict[str, type[Sex] | type[PhoneOwner] | type[HouseKind]] = {
        "sex": Sex,
        "phone_owner": PhoneOwner,
        "house_kind": HouseKind,
    }
    if name in coded:
        return coded[name](str(value)) if value else None
    return str(value) if value is not None else ""


def _say_through(shell: Shell) -> Callable[[Notice, Callable[[], None] | None], None]:
    """Word notices without the page: it is gone when the toast is read."""

    def say(notice: Notice, undo: Callable[[], None] | None) -> None:
        if notice is Notice.SAVED:
            shell.toast(translate("RegisterScreen", "新户已存本机，联网后自动上传。"))
        else:
            shell.toast(translate("RegisterScreen", "已清空"), translate("RegisterScreen", "撤销"), undo)

    return say
