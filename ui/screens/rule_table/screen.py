"""修改走访规则: the first day, the grounds, the rules, what they would change. Layer 5."""

from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from fieldapp.domain.visit_rule_tables import VisitRuleTableFields
from ui.ports import Params, Surroundings
from ui.rule_rows import RuleRow
from ui.screen import Screen
from ui.screens.rule_table.presenter import RuleTablePresenter, RuleTableState
from ui.screens.rule_table.rule_editor import RuleEditor
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.file_choice import open_files
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import full_day_words
from ui.widgets.records.rule_view import RuleView, rule_subject
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_REASON_MAX = next(
    m.max_length for m in VisitRuleTableFields.model_fields["reason"].metadata if hasattr(m, "max_length")
)
_PROBLEMS_SHOWN = 12


class RuleTableScreen(Screen):
    """A table as a whole is written here, looked at, and handed in; the server puts it in force."""

    task = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = RuleTablePresenter(surroundings, self.render_state, self._on_handed_in)
        self.page = ScrollPage(gap=12)
        self.column.addWidget(self.page)
        self._shown: tuple[object, ...] = ()
        self.editor: RuleEditor | None = None
        self._nobody = EmptyState(self.tr("走访规则由县级救助工作人员修改。"), icon="circle-alert")
        self._trouble = Banner("", StatusKind.DANGER)
        self._head = self._build_head()
        self._card = Card(self.tr("多久走访一次"), icon="table-2")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        self._card.body.addLayout(self._rows)
        self.add = Button(self.tr("增加一条规则"), icon="plus")
        self.add.clicked.connect(self.presenter.add)
        row = QWidget()
        FlowLayout(row, gap=12).addWidget(self.add)
        self._card.body.addWidget(row)
        self._preview = Card(self.tr("会改变什么"), icon="eye")
        self._told = Text("", wrap=True)
        self._preview.body.addWidget(self._told)
        for widget in (self._nobody, self._trouble, self._head, self._card, self._preview):
            self.page.column.addWidget(widget)
            widget.hide()
        self.page.column.addStretch(1)
        self._foot = self._build_foot()
        self._foot.hide()
        self.column.addWidget(self._foot)

    def _build_head(self) -> Card:
        card = Card(self.tr("新的规则表"))
        words = self.tr("从选定的那天起整张执行。县里的服务器收下后，各台设备同步时生效。")
        card.body.addWidget(Text(words, tone="soft", wrap=True))
        context = self.surroundings.context
        first = DateField(context.today, first=context.today())
        first.set_value(self.presenter.state.valid_from)
        first.changed.connect(partial(self.presenter.change, "valid_from"))
        reason = TextField(max_length=_REASON_MAX)
        reason.changed.connect(partial(self.presenter.change, "reason"))
        self.fields = {
            "valid_from": Field(self.tr("从哪天起执行"), first, required=True),
            "reason": Field(
                self.tr("修改依据"), reason, required=True, hint=self.tr("如：文件名和文号，或会议决定")
            ),
        }
        for shown in self.fields.values():
            card.body.addWidget(shown)
        self.load = Button(self.tr("从 Excel 导入"), icon="upload")
        self.load.clicked.connect(self._on_load)
        tools = QWidget()
        FlowLayout(tools, gap=12).addWidget(self.load)
        card.body.addWidget(tools)
        self._problems = Banner("", StatusKind.DANGER)
        self._problems.hide()
        card.body.addWidget(self._problems)
        return card

    def _build_foot(self) -> QWidget:
        foot = QWidget()
        foot.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self.look = Button(self.tr("预览影响"), icon="eye")
        self.look.clicked.connect(self.presenter.look_ahead)
        self.hand_in = Button(self.tr("提交规则表"), ButtonKind.PRIMARY, icon="check")
        self.hand_in.clicked.connect(self.presenter.hand_in)
        row = QHBoxLayout(foot)
        row.setContentsMargins(20, 10, 20, 10)
        row.setSpacing(12)
        row.addStretch(1)
        row.addWidget(self.look)
        row.addWidget(self.hand_in)
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
        self.surroundings.shell.set_title(self.tr("修改走访规则"))

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: RuleTableState) -> None:
        """Show the table as it is written so far."""
        open_to = state.loaded and state.may_edit
        self._nobody.setVisible(state.loaded and not state.may_edit)
        for widget in (self._head, self._card, self._foot):
            widget.setVisible(open_to)
        if not open_to:
            return
        self._show_rows(state)
        self._show_problems(state)
        errors = dict(state.errors)
        for name, shown in self.fields.items():
            shown.set_error(errors.pop(name, ""))
        rest = " ".join(errors.values())
        self._trouble.set_message(rest, StatusKind.DANGER)
        self._trouble.setVisible(bool(rest))
        wrong = next((one for one in self.fields.values() if one.error()), None)
        if wrong is not None:
            self.page.show_field(wrong)
        self.look.setEnabled(state.changed and not state.busy)
        self.hand_in.setEnabled(state.preview is not None and not state.busy)
        told = self._preview_words(state)
        self._preview.setVisible(bool(told))
        if told != self._told.text():
            self._told.setText(told)
            if told:
                self.page.show_field(self._preview)

    def _show_rows(self, state: RuleTableState) -> None:
        shown = (state.rows, state.removed, state.edited)
        if shown == self._shown:
            return
        # While a rule is written, its own editors stay: only rows around it are made anew.
        kept = self.editor if state.edited is not None and self._same_rule_open(state) else None
        self._shown = shown
        if kept is not None:
            return
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.editor = None
        for nth, row in enumerate(state.rows):
            if nth:
                self._rows.addWidget(Divider())
            if nth == state.edited:
                self._rows.addWidget(self._open_rule(nth, state))
            else:
                self._rows.addWidget(self._rule(nth, row))
        for nth, row in enumerate(state.removed):
            self._rows.addWidget(Divider())
            self._rows.addWidget(self._gone_rule(nth, row))
        order_tabs(self)
        QTimer.singleShot(0, self, self._show_open_rule)  # it has its place only then

    def _show_open_rule(self) -> None:
        if self.editor is not None:
            first = self.editor.fields["unit"]
            self.page.show_field(first)
            first.editor.setFocus()

    def _same_rule_open(self, state: RuleTableState) -> bool:
        _rows, removed, edited = self._shown
        return edited == state.edited and removed == state.removed

    def _rule(self, nth: int, row: RuleRow) -> QWidget:
        texts = self.surroundings.texts
        subject = rule_subject(row, texts)
        change = Button(self.tr("修改"), ButtonKind.TEXT, icon="pencil")
        change.setAccessibleName(self.tr("修改：{0}").format(subject))
        change.clicked.connect(partial(self.presenter.open_rule, nth))
        remove = Button(self.tr("去掉"), ButtonKind.TEXT, icon="trash-2")
        remove.setAccessibleName(self.tr("去掉：{0}").format(subject))
        remove.clicked.connect(partial(self.presenter.remove, nth))
        return RuleView(row, texts, change, remove)

    def _gone_rule(self, nth: int, row: RuleRow) -> QWidget:
        texts = self.surroundings.texts
        subject = rule_subject(row, texts)
        view = QWidget()
        flow = FlowLayout(view, gap=8)
        flow.addWidget(Text(self.tr("已去掉：{0}").format(subject), tone="soft", wrap=True))
        back = Button(self.tr("恢复"), ButtonKind.TEXT, icon="undo-2")
        back.setAccessibleName(self.tr("恢复：{0}").format(subject))
        back.clicked.connect(partial(self.presenter.restore, nth))
        flow.addWidget(back)
        return view

    def _open_rule(self, nth: int, state: RuleTableState) -> QWidget:
        view = QWidget()
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(Text(self.tr("编号 {0}").format(state.rules[nth].id), TextRole.STRONG, wrap=True))
        self.editor = RuleEditor(state.rules[nth], self.surroundings.texts, self.presenter.write)
        column.addWidget(self.editor)
        self.close_rule = Button(self.tr("改好了"), icon="check")
        self.close_rule.clicked.connect(lambda: self.presenter.open_rule(None))
        row = QWidget()
        FlowLayout(row, gap=12).addWidget(self.close_rule)
        column.addWidget(row)
        return view

    def _show_problems(self, state: RuleTableState) -> None:
        lines = [self.tr("第 {0} 行：{1}").format(row, words) for row, words in state.problems]
        more = len(lines) - _PROBLEMS_SHOWN
        if more > 0:
            lines = [*lines[:_PROBLEMS_SHOWN], self.tr("还有 {0} 处").format(more)]
        if lines:
            lines.insert(0, self.tr("表里有要改的地方，没有导入："))
        self._problems.set_message("\n".join(lines), StatusKind.DANGER)
        self._problems.setVisible(bool(lines))

    def _preview_words(self, state: RuleTableState) -> str:
        told = state.preview
        if told is None:
            return ""
        lines = [self.tr("按 {0} 当天、其间没有新的走访来算：").format(full_day_words(told.day))]
        for number, words in (
            (told.earlier, self.tr("{0} 户要更早走访")),
            (told.later, self.tr("{0} 户可以更晚走访")),
            (told.newly, self.tr("{0} 户从不需要变为需要走访")),
            (told.no_more, self.tr("{0} 户不再需要走访")),
        ):
            if number:
                lines.append(words.format(f"{number:,}"))
        lines.append(self.tr("{0} 户不变").format(f"{told.same:,}"))
        before, after = f"{told.yearly_before:,}", f"{told.yearly_after:,}"
        lines.append(self.tr("全年应走访约 {0} 次，原来约 {1} 次").format(after, before))
        return "\n".join(lines)

    # --- what is done ---------------------------------------------------------------------------

    def _on_load(self) -> None:
        words = self.tr("Excel 表格 (*.xlsx)")
        open_files(
            self, self.tr("从 Excel 导入"), words, lambda paths: self.presenter.take_workbook(paths[0])
        )

    def _on_handed_in(self) -> None:
        self.surroundings.shell.toast(self.tr("已提交，联网后由服务器执行。"))
