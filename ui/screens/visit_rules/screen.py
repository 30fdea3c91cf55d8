"""走访频次规则: the tables by their days, the rules of one, and its workbook. Layer 5."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.visit_rules.presenter import RulesPresenter, RulesState, Standing, TableRow
from ui.theme import StatusKind
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.file_choice import save_file
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.picker import Picker
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import full_day_words
from ui.widgets.records.household_cards import SEPARATOR
from ui.widgets.records.rule_view import RuleView
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs


class VisitRulesScreen(Screen):
    """Read here; another table is written on a page of its own."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = RulesPresenter(surroundings, self.render_state, self._on_exported)
        page = ScrollPage(gap=12)
        self.column.addWidget(page)
        self._shown: tuple[object, ...] = ()
        self.tables = Picker([], title=self.tr("哪一张规则表"))
        self.tables.changed.connect(lambda value: self.presenter.choose(int(str(value))))
        self._field = Field(self.tr("规则表"), self.tables)
        self._about = Text("", tone="soft", wrap=True)
        self.export = Button(self.tr("导出 Excel"), icon="download")
        self.export.clicked.connect(self._on_export)
        self._how = Banner(
            self.tr("新的规则表整张执行：从选定的那天起代替原来的，过去的周期仍按当时的规则计算。"),
            StatusKind.INFO,
        )
        tools = self._tools = QWidget()
        self.edit = Button(self.tr("修改规则"), icon="pencil")
        self.edit.clicked.connect(lambda: self.surroundings.shell.go("rule_table"))
        row = FlowLayout(tools, gap=12)
        row.addWidget(self.edit)
        row.addWidget(self.export)
        self._card = Card(self.tr("多久走访一次"), icon="table-2")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(10)
        words = self.tr("一户符合几条规则时，按走访次数最多的一条；次数相同，按更要求入户的一条。")
        self._card.body.addWidget(Text(words, tone="soft", wrap=True))
        self._card.body.addLayout(self._rows)
        for widget in (self._field, self._about, tools, self._how, self._card):
            page.column.addWidget(widget)
            widget.hide()
        page.column.addStretch(1)

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: RulesState) -> None:
        """Show the chosen table."""
        if self.isVisible():
            self._say_title(state)
        several = len(state.tables) > 1
        self._field.setVisible(several)
        self._card.setVisible(state.loaded)
        for widget in (self._tools, self._how):
            widget.setVisible(state.may_edit)
        self.export.setEnabled(not state.busy)
        self._about.setVisible(several)
        self._about.setText(self._about_words(state))
        shown = (state.tables, state.rules)
        if shown != self._shown:
            self._shown = shown
            self.tables.set_choices(
                [Choice(str(nth), self._table_words(table)) for nth, table in enumerate(state.tables)]
            )
            self._show_rules(state)
            order_tabs(self)
        self.tables.set_value(str(state.chosen))

    def _show_rules(self, state: RulesState) -> None:
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for nth, row in enumerate(state.rules):
            if nth:
                self._rows.addWidget(Divider())
            self._rows.addWidget(RuleView(row, self.surroundings.texts))

    def _table_words(self, table: TableRow) -> str:
        standing = {
            Standing.NOW: self.tr("现行"),
            Standing.OVER: self.tr("已停用"),
            Standing.AHEAD: self.tr("将执行"),
            Standing.WAITING: self.tr("待同步"),
        }[table.standing]
        if table.since is None:
            return SEPARATOR.join((standing, self.tr("最初的规则")))
        return SEPARATOR.join((standing, self.tr("{0}起").format(full_day_words(table.since))))

    def _about_words(self, state: RulesState) -> str:
        if not state.tables:
            return ""
        table = state.tables[state.chosen]
        words = []
        if table.until is not None:
            words.append(self.tr("执行到 {0}").format(full_day_words(table.until)))
        changed = sum(row.changed for row in state.rules)
        fresh = sum(row.fresh for row in state.rules)
        if table.since is not None:
            pattern = self.tr("与上一张相比：新增 {0} 条，改动 {1} 条，去掉 {2} 条")
            words.append(pattern.format(fresh, changed, state.removed))
        return SEPARATOR.join(words)

    def _say_title(self, state: RulesState) -> None:
        context = self.tr("{0} 条规则").format(len(state.rules)) if state.loaded else ""
        self.surroundings.shell.set_title(self.tr("走访频次规则"), context)

    # --- export ---------------------------------------------------------------------------------

    def _on_export(self) -> None:
        words = self.tr("Excel 表格 (*.xlsx)")
        name = self.tr("走访频次规则") + ".xlsx"
        save_file(self, self.tr("导出 Excel"), name, words, self.presenter.export)

    def _on_exported(self) -> None:
        self.surroundings.shell.toast(self.tr("已导出。"))
