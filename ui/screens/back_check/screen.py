"""One back-check: the questions to ask, or both answers side by side, and the next step. Layer 5."""

from typing import Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.back_checks import BackCheckAction, BackCheckStepFields
from fieldapp.domain.rules.back_check import Comparison
from fieldapp.services.back_check_views import BackCheckView
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.back_check.presenter import BackCheckPresenter, BackCheckState
from ui.screens.back_check.questions import QuestionsCard
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.field import Field
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.records.back_check_words import STATUS_TONES, VERDICT_TONES, answer_words
from ui.widgets.records.day_words import full_day_words, moment_words
from ui.widgets.records.household_cards import SEPARATOR
from ui.widgets.records.value_list import ValueList
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_NOTE_MAX: Final = next(
    int(m.max_length) for m in BackCheckStepFields.model_fields["note"].metadata if hasattr(m, "max_length")
)
_MAIN: Final = (BackCheckAction.ANSWER, BackCheckAction.EXPLAIN, BackCheckAction.CLOSE)


class BackCheckScreen(Screen):
    """The same page for the second worker, the supervisor and the first worker; each sees his part."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = BackCheckPresenter(surroundings, self.render_state, self._on_taken)
        self.page = ScrollPage(gap=14)
        self.column.addWidget(self.page)
        self._trouble = EmptyState("", icon="circle-alert")
        self.head = self._build_head()
        self.questions = QuestionsCard(surroundings, self.presenter)
        self.answers = Card(self.tr("两次回答"), icon="git-compare")
        self.compared = ValueList()
        self.answers.body.addWidget(self.compared)
        self.told = Card(self.tr("办理经过"), icon="history")
        self._steps = QVBoxLayout()
        self._steps.setSpacing(8)
        self.told.body.addLayout(self._steps)
        self.panel = self._build_panel()
        for widget in (self._trouble, self.head, self.questions, self.answers, self.told, self.panel):
            widget.hide()
            self.page.column.addWidget(widget)
        self.page.column.addStretch(1)

    def _build_head(self) -> Card:
        card = Card()
        self._name = Text("", TextRole.PAGE_TITLE, wrap=True)
        self._chip = Chip("", StatusKind.INFO)
        row = QWidget()
        flow = FlowLayout(row, gap=8)
        flow.addWidget(self._name)
        flow.addWidget(self._chip)
        self._facts = ValueList()
        self.household = Button(self.tr("查看家庭档案"), icon="users")
        self.household.clicked.connect(self.presenter.open_household)
        self.visit = Button(self.tr("看这次走访"), icon="footprints")
        self.visit.clicked.connect(self.presenter.open_visit)
        self.steps = {
            action: Button(
                self.surroundings.texts.label(action),
                ButtonKind.PRIMARY if action in _MAIN else ButtonKind.SECONDARY,
            )
            for action in BackCheckAction
            if action is not BackCheckAction.ANSWER
        }
        tools = QWidget()
        buttons = FlowLayout(tools, gap=12)
        for action, button in self.steps.items():
            button.clicked.connect(lambda _checked=False, act=action: self.presenter.begin(act))
            buttons.addWidget(button)
        for button in (self.visit, self.household):
            buttons.addWidget(button)
        self._refused = Banner("", StatusKind.DANGER)
        for part in (row, self._refused, self._facts, tools):
            card.body.addWidget(part)
        return card

    def _build_panel(self) -> Card:
        card = Card(icon="pen-line")
        self.note = CountedText(_NOTE_MAX, strict=True)
        self._note_field = Field(self.tr("说明"), self.note, required=True)
        self._panel_trouble = Banner("", StatusKind.DANGER)
        self.take = Button("", ButtonKind.PRIMARY, icon="check")
        self.take.clicked.connect(lambda: self.presenter.take(self.note.value()))
        self.cancel = Button(self.tr("取消"))
        self.cancel.clicked.connect(self.presenter.cancel)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self.take)
        flow.addWidget(self.cancel)
        for part in (self._note_field, self._panel_trouble, tools):
            card.body.addWidget(part)
        return card

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self.presenter.enter(params.get("back_check_id", ""))

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)
        self.presenter.reload()

    def leave(self) -> None:
        self.presenter.leave()

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: BackCheckState) -> None:
        """Show the part of whoever reads."""
        if self.isVisible():
            self._say_title(state)
        view = state.view
        self._trouble.setVisible(bool(state.trouble))
        self._trouble.set_content(state.trouble, icon="circle-alert")
        fills = view is not None and BackCheckAction.ANSWER in view.actions
        self.head.setVisible(view is not None)
        self.questions.setVisible(fills and state.step is None)
        self.answers.setVisible(view is not None and bool(view.comparisons))
        self.told.setVisible(view is not None and bool(view.steps))
        self.panel.setVisible(state.step is not None)
        if view is not None:
            self._show_head(view, state)
            self._show_answers(view)
            self._show_steps(view, state)
            self._show_panel(state)
            if fills:
                self.questions.fill(view.check, state)
                self.questions.render_state(state)
        order_tabs(self)

    def _show_head(self, view: BackCheckView, state: BackCheckState) -> None:
        texts, item, check = self.surroundings.texts, view.item, view.check
        self._name.setText(item.head_name)
        self._chip.set_status(texts.label(item.status), STATUS_TONES[item.status])
        self._refused.setVisible(bool(item.refused_code))
        if item.refused_code:
            self._refused.set_message(texts.message(item.refused_code), StatusKind.DANGER)
        drawn = ""
        if check.share_percent is not None:
            drawn = self.tr("抽取 {0}%，种子 {1}").format(check.share_percent, check.seed)
        when = moment_words(check.requested_at, state.today)
        asked = SEPARATOR.join(filter(None, (view.requested_by_name, when)))
        facts = (
            (self.tr("地址"), " ".join(filter(None, (item.place, view.household.address)))),
            (self.tr("方式"), texts.label(check.mode)),
            (self.tr("最晚日期"), full_day_words(check.due_on)),
            (self.tr("嘱咐"), check.note),
            (self.tr("安排人"), asked),
            (self.tr("复查人"), item.checker_name),
            (self.tr("原走访人"), view.first_name),
            (self.tr("怎样选中"), drawn),
            (self.tr("问到没有"), texts.label(item.outcome)),
        )
        self._facts.set_values([pair for pair in facts if pair[1]])
        self.visit.setVisible(bool(view.visit_id))
        for action, button in self.steps.items():
            button.setVisible(action in view.actions and state.step is None)

    def _show_answers(self, view: BackCheckView) -> None:
        label = self.surroundings.texts.label
        self.compared.set_rows([(label(one.question), self._both(one)) for one in view.comparisons])

    def _both(self, one: Comparison) -> QWidget:
        texts, row = self.surroundings.texts, QWidget()
        grid = EvenGridLayout(row, gap=8, columns=3)
        first = answer_words(one.first, texts) or self.tr("没有填写")
        second = answer_words(one.second, texts) or self.tr("没有回答")
        grid.addWidget(Text(self.tr("第一次：{0}").format(first), tone="quiet", wrap=True))
        grid.addWidget(Text(self.tr("第二次：{0}").format(second), wrap=True))
        verdict = QWidget()
        flow = FlowLayout(verdict, gap=0)
        flow.addWidget(Chip(texts.label(one.verdict), VERDICT_TONES[one.verdict]))
        grid.addWidget(verdict)
        return row

    def _show_steps(self, view: BackCheckView, state: BackCheckState) -> None:
        while (item := self._steps.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for step in view.steps:
            head = SEPARATOR.join(
                (self.surroundings.texts.label(step.action), step.by_name, moment_words(step.at, state.today))
            )
            self._steps.addWidget(Text(head, tone="soft", wrap=True))
            if step.note:
                self._steps.addWidget(Text(step.note, wrap=True))

    def _show_panel(self, state: BackCheckState) -> None:
        if state.step is None:
            self.note.set_value("")
            return
        label = self.surroundings.texts.label(state.step)
        self.panel.set_title(label)
        self.take.setText(label)
        self.take.setEnabled(not state.busy)
        self._note_field.set_hint(self._hints()[state.step])
        self._note_field.set_error(state.errors.get("note", ""))
        left = [words for name, words in state.errors.items() if name != "note"]
        self._panel_trouble.setVisible(bool(left))
        if left:
            self._panel_trouble.set_message(left[0], StatusKind.DANGER)

    def _hints(self) -> dict[BackCheckAction, str]:
        return {
            BackCheckAction.DECLINE: self.tr("如：是我的亲戚；我参加过那次走访"),
            BackCheckAction.WITHDRAW: self.tr("为什么不用复查了"),
            BackCheckAction.ASK: self.tr("请原走访人说明哪几项。他会看到两次回答，看不到是谁复查的"),
            BackCheckAction.EXPLAIN: self.tr("当时是怎么了解的，为什么会不一样"),
            BackCheckAction.CLOSE: self.tr("怎么核实的，结论是什么"),
        }

    def _say_title(self, state: BackCheckState) -> None:
        name = state.view.item.head_name if state.view is not None else ""
        self.surroundings.shell.set_title(self.tr("走访复查"), name)

    # --- intents --------------------------------------------------------------------------------

    def _on_taken(self, action: BackCheckAction) -> None:
        words = {
            BackCheckAction.ANSWER: self.tr("答案已交回，联网后上报。"),
            BackCheckAction.DECLINE: self.tr("已退回，联网后送达。"),
        }.get(action, self.tr("已办理，联网后生效。"))
        self.surroundings.shell.toast(words)
        if action in (BackCheckAction.ANSWER, BackCheckAction.DECLINE):
            self.surroundings.shell.back()
