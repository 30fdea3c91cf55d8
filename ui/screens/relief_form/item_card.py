"""One line of help: how many, for whom, at what price, by whom, its receipts. Layer 5."""

import datetime as dt
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.errors import RuleError
from fieldapp.domain.money import fen, yuan, yuan_text
from fieldapp.domain.records.reliefs import ReliefForm
from ui.screens.relief_form.lines import FOR_DAYS, PER_PERSON
from ui.screens.relief_form.state import ItemView
from ui.theme import TextRole
from ui.widgets.buttons import IconButton
from ui.widgets.card import Card
from ui.widgets.filling.photo_board import PhotoBoard
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor, show_value
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.number_field import NumberField
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout
from ui.widgets.records.relief_words import FORM_ICONS


class ItemCard(Card):
    """Signals: changed(key, field, value) and removed(key); camera_asked(key), file_asked(key),
    paste_asked(key), receipt_removed(key, hash) about its receipts.

    Attributes:
        receipts: the board of receipts; its `slot` is where the camera is put.
        fields: the editors by name of ReliefItem.
    """

    changed = Signal(int, str, object)
    removed = Signal(int)
    camera_asked = Signal(int)
    file_asked = Signal(int)
    paste_asked = Signal(int)
    receipt_removed = Signal(int, str)

    def __init__(
        self, view: ItemView, texts: Texts, today: Callable[[], dt.date], parent: QWidget | None = None
    ) -> None:
        super().__init__(icon=FORM_ICONS[view.item.form], parent=parent)
        self.key, self.form = view.key, view.item.form
        label = texts.label(view.item.form)
        self.set_title(label)
        self.remove = IconButton("trash-2", self.tr("删除{0}").format(label))
        self.remove.clicked.connect(lambda: self.removed.emit(self.key))
        self.add_tool(self.remove)
        self.fields: dict[str, Field] = {}
        self.body.setSpacing(2)
        self._add_numbers()
        self.sum = Text("", TextRole.STRONG, wrap=True)
        self.body.addWidget(self.sum)
        if self.form is not ReliefForm.CASH:
            self._add_words()
        if self.form in FOR_DAYS:
            self._add_days(today)
        self.receipts = PhotoBoard(())
        self.receipts.camera_asked.connect(lambda: self.camera_asked.emit(self.key))
        self.receipts.file_asked.connect(lambda: self.file_asked.emit(self.key))
        self.receipts.paste_asked.connect(lambda: self.paste_asked.emit(self.key))
        self.receipts.remove_asked.connect(partial(self.receipt_removed.emit, self.key))
        self.body.addWidget(Field(self.tr("票据或收条的照片"), self.receipts))
        for name, field in self.fields.items():
            field.editor.changed.connect(partial(self.changed.emit, self.key, name))

    def show_item(self, view: ItemView, photos_max: int) -> None:
        """Show the line as it stands."""
        item = view.item
        for name, field in self.fields.items():
            value = getattr(item, name)
            if name == "unit_price":
                show_amount(field.editor, value)
                continue
            show_value(field.editor, value)
        self.sum.setText(self._sum_words(view))
        self.receipts.show_photos(view.receipts, photos_max)

    def _sum_words(self, view: ItemView) -> str:
        item = view.item
        if self.form is ReliefForm.CASH:
            return self.tr("{0} 元").format(yuan_text(item.amount))
        parts = [str(item.quantity), yuan_text(item.unit_price)]
        if self.form in PER_PERSON:
            parts.insert(1, str(item.persons))
        return self.tr("{0} = {1} 元").format(" × ".join(parts), yuan_text(item.amount))

    def _add_numbers(self) -> None:
        numbers = QWidget()
        grid = EvenGridLayout(numbers, gap=12, columns=3)
        if self.form is not ReliefForm.CASH:
            self._put(grid, "quantity", self._quantity_words(), Stepper(minimum=1, maximum=10_000))
        if self.form in PER_PERSON:
            self._put(grid, "persons", self.tr("几个人"), Stepper(minimum=1, maximum=1_000))
        words = self.tr("金额（元）") if self.form is ReliefForm.CASH else self.tr("单价（元）")
        self._put(grid, "unit_price", words, NumberField(decimals=True, negative=False))
        self.body.addWidget(numbers)

    def _quantity_words(self) -> str:
        return {
            ReliefForm.LODGING: self.tr("几晚（间数乘晚数）"),
            ReliefForm.MEALS: self.tr("几天（或几餐）"),
            ReliefForm.CARE: self.tr("几天"),
            ReliefForm.TRANSPORT: self.tr("几趟"),
        }.get(self.form, self.tr("数量"))

    def _add_words(self) -> None:
        words = QWidget()
        grid = EvenGridLayout(words, gap=12, columns=2)
        self._put(grid, "name", self.tr("是什么（可不填）"), TextField(max_length=100))
        self._put(grid, "provider", self.tr("由谁提供（可不填）"), TextField(max_length=100))
        self.body.addWidget(words)

    def _add_days(self, today: Callable[[], dt.date]) -> None:
        days = QWidget()
        grid = EvenGridLayout(days, gap=12, columns=2)
        self._put(grid, "since", self.tr("从哪天起"), DateField(today))
        self._put(grid, "until", self.tr("到哪天止"), DateField(today))
        self.body.addWidget(days)

    def _put(self, grid: EvenGridLayout, name: str, label: str, editor: Editor) -> None:
        field = Field(label, editor)
        self.fields[name] = field
        grid.addWidget(field)


def show_amount(editor: Editor, amount: int) -> None:
    """Show an amount in fen. What is being typed stays as it is: 45 is not turned into 45.00 under the
    finger."""
    typed = editor.value()
    if amount and (not typed or amount != _fen_of(typed)):
        editor.set_value(f"{yuan(amount).normalize():f}")


def _fen_of(typed: object) -> int | None:
    try:
        return fen(str(typed))
    except RuleError:
        return None
