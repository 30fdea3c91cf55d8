"""Who assesses: colleagues with an account and others by name, each with what they are. Layer 5."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.records.assessments import Assessor, AssessorKind
from ui.screens.assessment.state import Colleague
from ui.theme import TextRole
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.tab_order import order_tabs


class MemberEditor(QWidget):
    """One member: the name, and what he or she is.

    Args:
        fixed: the lead, who cannot be taken out.
    """

    def __init__(
        self, member: Assessor, kinds: Sequence[Choice], *, fixed: bool, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.member = member
        self.name = Text(member.name, TextRole.STRONG, wrap=True)
        note = self.tr("评估负责人") if fixed else "" if member.user_id else self.tr("没有账号，在本机签字")
        self.note = Text(note, TextRole.CAPTION, wrap=True)
        self.remove = IconButton("x", self.tr("移出 {0}").format(member.name))
        self.remove.setVisible(not fixed)
        policy = self.remove.sizePolicy()
        policy.setRetainSizeWhenHidden(True)  # all kinds stand below each other
        self.remove.setSizePolicy(policy)
        self.kind = Picker(kinds, title=self.tr("{0} 的身份").format(member.name))
        self.kind.set_value(member.kind)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self.name)
        words.addWidget(self.note)
        self.note.setVisible(bool(note))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(words, 1)
        head.addWidget(self.kind, 1)
        head.addWidget(self.remove)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 4)
        column.addLayout(head)


class TeamEditor(Editor):
    """Value: a tuple of Assessor, the lead first.

    Args:
        new_id: an id for a member without an account.
    """

    def __init__(
        self, kinds: Sequence[Choice], *, new_id: Callable[[], str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._kinds = tuple(kinds)
        self._new_id = new_id
        self._members: tuple[Assessor, ...] = ()
        self._colleagues: tuple[Colleague, ...] = ()
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self.editors: list[MemberEditor] = []
        self._picker_slot = QVBoxLayout()
        self._picker_head = Text(self.tr("添加有账号的同事"), TextRole.CAPTION)
        self.colleague: Picker | None = None
        self.by_name = Button(self.tr("添加没有账号的成员"), ButtonKind.TEXT, icon="user-plus")
        self.by_name.clicked.connect(self._on_by_name)
        self.form = QWidget()
        self.name = TextField(max_length=50, placeholder=self.tr("姓名"))
        self.name.describe(self.tr("成员姓名"))
        self.kind = choice_editor(self._kinds, title=self.tr("成员身份"))
        self.kind.describe(self.tr("成员身份"))
        self.add = Button(self.tr("加入小组"), icon="plus")
        self.add.clicked.connect(self._on_add_by_name)
        tools = QWidget()
        flow = FlowLayout(tools, gap=8)
        flow.addWidget(self.add)
        form = QVBoxLayout(self.form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(8)
        for widget in (self.name, self.kind, tools):
            form.addWidget(widget)
        self.form.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(self._rows)
        column.addWidget(self._picker_head)
        column.addLayout(self._picker_slot)
        column.addWidget(self.by_name, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.form)

    def value(self) -> tuple[Assessor, ...]:
        """The team."""
        return self._members

    def set_value(self, value: object) -> None:
        if not isinstance(value, tuple):
            raise TypeError(f"tuple expected, got {type(value).__name__}")
        if value != self._members:
            self._members = value
            self._rebuild()

    def set_colleagues(self, colleagues: Sequence[Colleague]) -> None:
        """Who may be picked; those in the team already are left out of the list."""
        self._colleagues = tuple(colleagues)
        self._show_picker()

    def set_read_only(self, read_only: bool) -> None:
        self.setEnabled(not read_only)

    def _rebuild(self) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.editors = []
        for at, member in enumerate(self._members):
            if at:
                self._rows.addWidget(Divider())
            editor = MemberEditor(member, self._kinds, fixed=at == 0)
            editor.remove.clicked.connect(partial(self._on_remove, member.id))
            editor.kind.changed.connect(partial(self._on_kind, member.id))
            self._rows.addWidget(editor)
            self.editors.append(editor)
        self._show_picker()
        order_tabs(self)

    def _show_picker(self) -> None:
        """The picker keeps its choices for life, so a changed team gets another one."""
        if self.colleague is not None:
            self._picker_slot.removeWidget(self.colleague)
            self.colleague.hide()
            self.colleague.deleteLater()
            self.colleague = None
        known = {member.user_id for member in self._members}
        choices = [
            Choice(one.user_id, one.name, one.kind_label)
            for one in self._colleagues
            if one.user_id not in known
        ]
        self._picker_head.setVisible(bool(choices))
        if choices:
            self.colleague = Picker(choices, title=self.tr("添加有账号的同事"))
            self.colleague.describe(self.tr("添加有账号的同事"))
            self.colleague.changed.connect(self._on_colleague)
            self._picker_slot.addWidget(self.colleague)

    def _on_colleague(self, user_id: object) -> None:
        found = next((one for one in self._colleagues if one.user_id == user_id), None)
        if found is not None:
            self._put(
                (
                    *self._members,
                    Assessor(id=found.user_id, user_id=found.user_id, name=found.name, kind=found.kind),
                )
            )

    def _on_by_name(self) -> None:
        self.form.setVisible(self.form.isHidden())
        if self.form.isVisible():
            self.name.setFocus()

    def _on_add_by_name(self) -> None:
        name, kind = self.name.value().strip(), self.kind.value()
        self.name.set_invalid(not name)
        self.kind.set_invalid(not isinstance(kind, str))
        if name and isinstance(kind, str):
            self.name.set_value("")
            self.kind.set_value(None)
            self.form.hide()
            member = Assessor(id=self._new_id(), name=name, kind=AssessorKind(kind))
            self._put((*self._members, member))

    def _on_remove(self, member_id: str) -> None:
        self._put(tuple(one for one in self._members if one.id != member_id))

    def _on_kind(self, member_id: str, kind: object) -> None:
        changed = AssessorKind(str(kind))
        self._put(
            tuple(
                one.model_copy(update={"kind": changed}) if one.id == member_id else one
                for one in self._members
            )
        )

    def _put(self, members: tuple[Assessor, ...]) -> None:
        self._members = members
        self._rebuild()
        self.changed.emit(members)
        self.committed.emit(members)
