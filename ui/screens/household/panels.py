"""Panels that open inside the file of a household: why a number is shown, and address and phones."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.services.households import Secret
from ui.screens.household.presenter import ADDRESS, Asking, ContactEdit
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import InputKind, TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.tab_order import order_tabs


class ReasonPanel(Card):
    """Asks why a number is to be shown. Signals: given(reason), cancelled()."""

    given = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("为什么要查看？"), icon="eye", parent=parent)
        self._explained = Text("", tone="soft", wrap=True)
        reasons = (
            self.tr("联系走访"),
            self.tr("核对身份"),
            self.tr("办理救助"),
            self.tr("核实线索"),
        )
        self._usual = Segmented([Choice(words, words) for words in reasons], clearable=True)
        self._usual_field = Field(self.tr("常用原因"), self._usual)
        self._own = TextField(max_length=200)
        self._own_field = Field(self.tr("其他原因"), self._own)
        self._show = Button(self.tr("显示号码"), ButtonKind.PRIMARY, icon="eye")
        cancel = Button(self.tr("取消"))
        self._usual.changed.connect(lambda _value: self._own_field.set_error(""))
        self._show.clicked.connect(self._on_show)
        cancel.clicked.connect(self.cancelled)
        buttons = QWidget()
        row = FlowLayout(buttons, gap=12)
        row.addWidget(self._show)
        row.addWidget(cancel)
        for widget in (self._explained, self._usual_field, self._own_field, buttons):
            self.body.addWidget(widget)
        self._asked: tuple[str, Secret] | None = None

    def ask(self, asking: Asking) -> None:
        """Show what is asked; a new question begins empty."""
        key = (asking.person_id, asking.secret)
        if key != self._asked:
            self._asked = key
            self._usual.set_value(None)
            self._own.set_value("")
            pattern = {
                Secret.PHONE: self.tr("查看 {0} 的完整电话会留下记录：谁、什么时候、为什么。"),
                Secret.ID_NUMBER: self.tr("查看 {0} 的完整身份证号会留下记录：谁、什么时候、为什么。"),
            }[asking.secret]
            self._explained.setText(pattern.format(asking.name))
            self._usual.buttons()[0].setFocus(Qt.FocusReason.OtherFocusReason)
        self._own_field.set_error(asking.error)
        self._show.setEnabled(not asking.busy)

    def forget(self) -> None:
        """The panel closes."""
        self._asked = None

    def _on_show(self) -> None:
        usual = self._usual.value()
        words = [usual if isinstance(usual, str) else "", self._own.value().strip()]
        self.given.emit(self.tr("；").join(filter(None, words)))


class ContactPanel(Card):
    """Address and phones. Signals: saved(address, phones by person id), cancelled()."""

    saved = Signal(str, object)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("修改联系方式"), icon="pencil", parent=parent)
        self._address = TextField(max_length=200)
        self._address_field = Field(self.tr("家庭住址"), self._address)
        self._phones = QVBoxLayout()
        self._phones.setSpacing(4)
        self._fields: dict[str, Field] = {}
        self._trouble = Banner("", StatusKind.DANGER)
        self._trouble.hide()
        self._save = Button(self.tr("保存"), ButtonKind.PRIMARY, icon="save")
        cancel = Button(self.tr("取消"))
        self._save.clicked.connect(self._on_save)
        cancel.clicked.connect(self.cancelled)
        buttons = QWidget()
        row = FlowLayout(buttons, gap=12)
        row.addWidget(self._save)
        row.addWidget(cancel)
        self.body.addWidget(self._trouble)
        self.body.addWidget(self._address_field)
        self.body.addLayout(self._phones)
        self.body.addWidget(buttons)
        self._people: tuple[tuple[str, str, str], ...] | None = None

    def edit(self, edit: ContactEdit) -> None:
        """Show the fields; typed text stays while errors come and go."""
        if edit.people != self._people:
            self._people = edit.people
            self._address.set_value(edit.address)
            self._rebuild(edit.people)
            self._save.setFocus(Qt.FocusReason.OtherFocusReason)
        self._address_field.set_error(edit.errors.get(ADDRESS, ""))
        for person_id, field in self._fields.items():
            field.set_error(edit.errors.get(person_id, ""))
        self._save.setEnabled(not edit.busy)

    def forget(self) -> None:
        """The panel closes: what was typed and not saved is gone."""
        self._people = None

    def _rebuild(self, people: tuple[tuple[str, str, str], ...]) -> None:
        for old in self._fields.values():
            self._phones.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._fields = {}
        for person_id, name, masked in people:
            hint = self.tr("现在是 {0}，不改就留空").format(masked) if masked else self.tr("现在没有电话")
            field = Field(self.tr("{0} 的电话").format(name), TextField(InputKind.PHONE), hint=hint)
            self._fields[person_id] = field
            self._phones.addWidget(field)
        order_tabs(self)

    def _on_save(self) -> None:
        phones = {person_id: str(field.editor.value()) for person_id, field in self._fields.items()}
        self.saved.emit(self._address.value(), phones)
