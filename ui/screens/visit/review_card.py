"""The card of reviews: what was said of the visit, and the panel in which a step is taken. Layer 5."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.visit_reviews import FieldComment, ReviewAct, VisitReviewFields
from ui.screens.visit.review import ReviewRow, ReviewState
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.reason_choice import ReasonChoice
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.value_list import ValueList

_TONES: Final = {
    ReviewAct.APPROVE: StatusKind.OK,
    ReviewAct.RETURN: StatusKind.WARN,
    ReviewAct.VOID: StatusKind.MUTE,
}
_COMMENTS_MOST: Final = 20


def _longest(fields: type[VisitReviewFields] | type[FieldComment], name: str) -> int:
    return next(int(m.max_length) for m in fields.model_fields[name].metadata if hasattr(m, "max_length"))


class ReviewCard(Card):
    """Reviews, newest first, and the steps the worker may take.

    Signals: begun(ReviewAct), cancelled(), taken(reason, comments) of the open panel; rebuilt() when there
    are other stops for the Tab key than before.
    """

    begun = Signal(object)
    cancelled = Signal()
    taken = Signal(str, object)
    rebuilt = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon="list-checks", parent=parent)
        self.set_title(self.tr("审核意见"))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self._shown: tuple[ReviewRow, ...] = ()
        self._none = Text(self.tr("还没有人审核过这次走访。"), tone="soft", wrap=True)
        self._offers = QWidget()
        flow = FlowLayout(self._offers, gap=12)
        self.buttons = {
            ReviewAct.APPROVE: Button(self.tr("通过"), ButtonKind.PRIMARY, icon="check"),
            ReviewAct.RETURN: Button(self.tr("退回修改"), icon="undo-2"),
            ReviewAct.VOID: Button(self.tr("作废"), ButtonKind.DANGER, icon="trash-2"),
        }
        for act, button in self.buttons.items():
            button.clicked.connect(partial(self.begun.emit, act))
            flow.addWidget(button)
        self.panel = ReviewStepPanel()
        self.panel.taken.connect(self.taken)
        self.panel.cancelled.connect(self.cancelled)
        self.panel.rebuilt.connect(self.rebuilt)
        self.trouble = Banner("", StatusKind.DANGER)
        for widget in (self._none, self._offers, self.trouble, self.panel):
            self.body.addWidget(widget)
            widget.hide()
        self.body.addLayout(self._rows)

    def render_state(self, state: ReviewState) -> None:
        """Show what was said and what may be done."""
        self.setVisible(bool(state.rows or state.may))
        self._none.setVisible(not state.rows and state.step is None)
        self._offers.setVisible(bool(state.may) and state.step is None)
        for act, button in self.buttons.items():
            button.setVisible(act in state.may)
            button.setEnabled(not state.busy)
        self.trouble.setVisible(bool(state.errors.get("")))
        if state.errors.get(""):
            self.trouble.set_message(state.errors[""], StatusKind.DANGER)
        self.panel.show_step(state)
        if state.rows != self._shown:
            self._shown = state.rows
            while (item := self._rows.takeAt(0)) is not None:
                widget = item.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
            for nth, row in enumerate(state.rows):
                if nth:
                    self._rows.addWidget(Divider())
                self._rows.addWidget(self._row(row, state))

    def _row(self, row: ReviewRow, state: ReviewState) -> QWidget:
        view = QWidget()
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        head = QWidget()
        flow = FlowLayout(head, gap=8)
        flow.addWidget(Chip(row.act_words, _TONES[row.act]))
        if row.refusal:
            flow.addWidget(Chip(self.tr("没有采用"), StatusKind.DANGER))
        elif row.waiting:
            flow.addWidget(Chip(self.tr("待上传"), StatusKind.INFO))
        when = moment_words(row.at, state.today)
        flow.addWidget(Text(self.tr("{0} · {1}").format(row.who, when), tone="soft"))
        column.addWidget(head)
        if row.reason:
            column.addWidget(Text(row.reason, wrap=True))
        if row.comments:
            comments = ValueList()
            comments.set_values(row.comments)
            column.addWidget(comments)
        if row.refusal:
            column.addWidget(Text(row.refusal, tone="danger", wrap=True))
        return view


class ReviewStepPanel(QWidget):
    """Asks for the reason of a step, and for comments on single fields where the visit goes back.

    Signals: taken(reason, comments), cancelled(), rebuilt().
    """

    taken = Signal(str, object)
    cancelled = Signal()
    rebuilt = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._act: ReviewAct | None = None
        self._fields: tuple[tuple[str, str], ...] = ()
        self.reason: ReasonChoice | None = None
        self._reason_field: Field | None = None
        self.comments: list[CommentLine] = []
        self._about = Text("", tone="soft", wrap=True)
        self._reason_slot = QVBoxLayout()
        self._lines = QVBoxLayout()
        self._lines.setSpacing(10)
        self.more = Button(self.tr("加一条针对某一项的意见"), ButtonKind.TEXT, icon="plus")
        self.more.clicked.connect(self._on_more)
        self.take = Button("", ButtonKind.PRIMARY, icon="check")
        self.take.clicked.connect(self._on_take)
        self.cancel = Button(self.tr("取消"))
        self.cancel.clicked.connect(self.cancelled)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        for button in (self.take, self.cancel):
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self._about)
        column.addLayout(self._reason_slot)
        column.addLayout(self._lines)
        column.addWidget(self.more)
        column.addWidget(tools)

    def show_step(self, state: ReviewState) -> None:
        """Show the step being taken; another one begins empty."""
        self.setVisible(state.step is not None)
        if state.step is not self._act:
            self._act = state.step
            self._fields = state.fields
            if state.step is not None:
                self._begin(state.step)
        if self._reason_field is not None:
            self._reason_field.set_error(state.errors.get("reason", ""))
        self.take.setEnabled(not state.busy)

    def _begin(self, act: ReviewAct) -> None:
        for line in list(self.comments):
            self._remove(line)
        if self._reason_field is not None:
            self._reason_slot.removeWidget(self._reason_field)
            self._reason_field.hide()
            self._reason_field.deleteLater()
        returning = act is ReviewAct.RETURN
        usual = (
            (
                self.tr("记录太简单"),
                self.tr("照片看不清"),
                self.tr("缺少照片或说明"),
                self.tr("签字要补"),
                self.tr("时间或方式不对"),
            )
            if returning
            else (self.tr("重复登记"), self.tr("登记错了户"), self.tr("误操作"))
        )
        self.reason = ReasonChoice(usual, max_length=_longest(VisitReviewFields, "reason"))
        label = self.tr("为什么退回") if returning else self.tr("为什么作废")
        self._reason_field = Field(label, self.reason, required=True)
        self._reason_slot.addWidget(self._reason_field)
        self._about.setText(
            self.tr("走访人会看到原因和每条意见，修改后重新上报，原记录保留。")
            if returning
            else self.tr("作废的走访不计入统计，不能恢复。走访人会看到原因。")
        )
        self.more.setVisible(returning)
        self.take.setText(self.tr("确定退回") if returning else self.tr("确定作废"))
        self.take.set_kind(ButtonKind.PRIMARY if returning else ButtonKind.DANGER)
        self.rebuilt.emit()

    def _on_more(self) -> None:
        if len(self.comments) >= _COMMENTS_MOST:
            return
        line = CommentLine(self._fields)
        line.removed.connect(partial(self._on_removed, line))
        self.comments.append(line)
        self._lines.addWidget(line)
        self.rebuilt.emit()
        line.field.button.setFocus()

    def _on_removed(self, line: "CommentLine") -> None:
        self._remove(line)
        self.rebuilt.emit()
        self.more.setFocus()

    def _remove(self, line: "CommentLine") -> None:
        self.comments.remove(line)
        self._lines.removeWidget(line)
        line.hide()
        line.deleteLater()

    def _on_take(self) -> None:
        incomplete = [line for line in self.comments if not line.complete()]
        if incomplete:
            return
        reason = self.reason.value() if self.reason is not None else ""
        self.taken.emit(reason, [line.said() for line in self.comments])


class CommentLine(QWidget):
    """What is to be mended, and how. Signals: removed()."""

    removed = Signal()

    def __init__(self, fields: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = Picker([Choice(key, words) for key, words in fields], title=self.tr("哪一项"))
        self._frame = Field(self.tr("针对哪一项"), self.field)
        self.field.changed.connect(self._on_field)
        self.text = TextField(
            placeholder=self.tr("请写清要改什么"), max_length=_longest(FieldComment, "text")
        )
        self.text.describe(self.tr("对这一项的意见"))
        drop = IconButton("x", self.tr("去掉这条意见"))
        drop.clicked.connect(self.removed)
        self._frame.add_tool(drop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._frame)
        column.addWidget(self.text)

    def _on_field(self, _value: object) -> None:
        self._frame.set_error("")

    def complete(self) -> bool:
        """Whether a remark says what it is about; if not, the line asks."""
        missing = bool(self.text.value().strip()) and not self.field.value()
        self._frame.set_error(self.tr("请选择这条意见针对哪一项") if missing else "")
        return not missing

    def said(self) -> tuple[str, str]:
        """The field and the remark; either may be ''."""
        field = self.field.value()
        return (field if isinstance(field, str) else "", self.text.value())
