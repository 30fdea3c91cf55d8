"""The team assessment of one household: team and plan, then signatures and history. Layer 5."""

from collections.abc import Sequence
from functools import partial

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from fieldapp.domain.records.assessments import AssessmentTrigger, AssessorKind
from fieldapp.domain.records.households import RiskLevel
from ui import shortcuts
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.assessment.members_card import MembersCard
from ui.screens.assessment.plan_editor import PlanEditor
from ui.screens.assessment.presenter import AssessmentPresenter
from ui.screens.assessment.signing_panel import SigningPanel
from ui.screens.assessment.state import AssessmentState, Mode, Notice, Result
from ui.screens.assessment.team_editor import TeamEditor
from ui.shortcuts import Act
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.filling.footer import FormFooter
from ui.widgets.filling.saving import SavingState
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import day_words, moment_words
from ui.widgets.records.level_history import RISK_TONES, LevelHistory
from ui.widgets.records.urgent_card import UrgentCard
from ui.widgets.records.value_list import ValueList
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_TYPING_PAUSE_MS = 350
_RETRY_MS = 5000


class ResultCard(Card):
    """Score and level, and what forces or qualifies them. Signals: sheet_asked()."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon="shield-check", parent=parent)
        self.set_title(self.tr("评估结果"))
        self.sheet = Button(self.tr("回到问卷"), ButtonKind.TEXT, icon="clipboard-list")
        self.add_tool(self.sheet)
        self.figure = Text("", TextRole.FIGURE)
        unit = Text(self.tr("分"), TextRole.CAPTION)
        self._level = Chip("", StatusKind.MUTE)
        row = QWidget()
        flow = FlowLayout(row, gap=10)
        for widget in (self.figure, unit, self._level):
            flow.addWidget(widget)
        self.facts = ValueList()
        self.provisional = Banner("", StatusKind.WARN)
        self.unfit = Banner(self.tr("问卷还没有算出结果，请回到问卷把题目答完。"), StatusKind.WARN)
        self._row = row
        for part in (self.unfit, row, self.provisional, self.facts):
            self.body.addWidget(part)

    def show_result(self, state: AssessmentState) -> None:
        """Show what the answers come to."""
        result = state.result
        self.unfit.setVisible(result.unfit)
        for widget in (self._row, self.facts):
            widget.setVisible(not result.unfit)
        self.provisional.setVisible(result.provisional and not result.unfit)
        self.sheet.setText(self.tr("查看问卷") if state.mode is Mode.SIGNING else self.tr("回到问卷"))
        if result.unfit:
            return
        self.figure.setText(str(result.score))
        self._level.set_status(self.tr("风险{0}").format(result.level_label), RISK_TONES[result.level])
        text = self.tr("有 {0} 项说不清，这是暂定结果，要尽快补全再评。").format(result.unknown)
        self.provisional.set_message(text, StatusKind.WARN)
        self.facts.set_values(self._facts(result, state))

    def _facts(self, result: Result, state: AssessmentState) -> list[tuple[str, str]]:
        rows = []
        if result.flags:
            rows.append((self.tr("一票高风险项"), self.tr("、").join(result.flags)))
        if result.previous is not RiskLevel.NONE:
            rows.append((self.tr("原来的等级"), result.previous_label))
        if result.next_due is not None:
            rows.append((self.tr("下次评估"), day_words(result.next_due, state.today)))
        if state.assessed_at is not None:
            rows.append((self.tr("评估时间"), moment_words(state.assessed_at, state.today)))
            rows.append((self.tr("评估类型"), state.trigger_label))
        return rows


class AssessmentScreen(Screen):
    """A full-screen task. Leaving never asks, it saves."""

    task = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self._state = AssessmentState(surroundings.context.today())
        self._footer: FormFooter | None = None
        self._typed: dict[str, object] = {}
        self.presenter = AssessmentPresenter(surroundings, render=self.show_state, say=self._say)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._flush_typing)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self.presenter.save)
        self.page = ScrollPage()
        self.column.addWidget(self.page)
        self._build()
        shortcuts.bind(self, {Act.FORWARD: self._on_forward})

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self.presenter.enter(params)

    def shown_again(self) -> None:
        self._show_title()
        self.presenter.reload()

    def leave(self) -> None:
        QGuiApplication.inputMethod().commit()
        self._flush_typing()
        self._retry.stop()
        self.presenter.leave()

    def footer(self) -> QWidget | None:
        if self._state.mode is not Mode.TEAM:
            return None
        # The window deletes a footer when another screen comes to the front, so each call makes one.
        self._footer = FormFooter()
        self._footer.set_back(self.tr("回到问卷"))
        self._footer.back.connect(self.presenter.back_to_sheet)
        self._footer.forward.connect(self._on_forward)
        self._show_footer()
        return self._footer

    def urgent_params(self) -> Params:
        if self._state.urgent is not None:
            return self._state.urgent.report_params()
        return {"household_id": self._state.household_id} if self._state.household_id else {}

    # --- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.trouble = EmptyState("", icon="circle-alert")
        self.urgent = UrgentCard()
        self.urgent.copied.connect(self._on_copied)
        self.urgent.report_asked.connect(self._on_report)
        self.result = ResultCard()
        self.result.sheet.clicked.connect(self._on_sheet)
        self._build_team()
        self._build_record()
        widgets = (
            self.trouble,
            self.urgent,
            self.result,
            *self._team_parts,
            *self._record_parts,
        )
        for widget in widgets:
            widget.hide()
            self.page.column.addWidget(widget)
        self.page.column.addStretch(1)

    def _build_team(self) -> None:
        label, context = self.surroundings.texts.label, self.surroundings.context
        kinds = [Choice(kind.value, label(kind)) for kind in AssessorKind]
        self.team = TeamEditor(kinds, new_id=context.store.ids)
        self.trigger = choice_editor([Choice(one.value, label(one)) for one in AssessmentTrigger])
        self.trigger_note = TextField(max_length=200)
        self.plan = PlanEditor(context.today)
        self.lowering = CountedText(200, strict=True, rows=2)
        self.note = CountedText(500, strict=True, rows=2)
        self.next_due = DateField(context.today, first=context.today())
        hint = self.tr("至少两人，其中至少一人是助理员或镇干部；每人都要签字。")
        self._fields = {
            "members": Field(self.tr("谁参加评估"), self.team, required=True, hint=hint),
            "trigger": Field(self.tr("为什么评估"), self.trigger, required=True),
            "trigger_note": Field(self.tr("补充说明"), self.trigger_note),
            "lowering_reason": Field(
                self.tr("为什么不再是高风险"),
                self.lowering,
                required=True,
                hint=self.tr("下调高风险要写明理由，主管看得到。"),
            ),
            "plan": Field(self.tr("帮扶措施"), self.plan),
            "next_due": Field(
                self.tr("提前到哪天再评"), self.next_due, hint=self.tr("不填就按等级规定的日期。")
            ),
            "team_note": Field(
                self.tr("小组意见"), self.note, hint=self.tr("有不同看法的，由负责人记在这里。")
            ),
        }
        for name, field in self._fields.items():
            field.editor.changed.connect(partial(self._on_changed, name))
            field.editor.committed.connect(self._on_committed)
        self.lowering_card = self._card(self.tr("下调理由"), ("lowering_reason",))
        self.team_card = self._card(self.tr("评估小组"), ("members", "trigger", "trigger_note"))
        self.plan_card = self._card(self.tr("帮扶计划"), ("plan", "next_due", "team_note"))
        self._team_parts: tuple[QWidget, ...] = (self.lowering_card, self.team_card, self.plan_card)

    def _card(self, title: str, names: Sequence[str]) -> Card:
        card = Card(title)
        card.body.setSpacing(2)
        for name in names:
            card.body.addWidget(self._fields[name])
        return card

    def _build_record(self) -> None:
        self.standing = Banner("", StatusKind.INFO)
        self.members = MembersCard()
        self.members.sign_asked.connect(self.presenter.ask_to_sign)
        self.signing = SigningPanel()
        self.signing.signed.connect(self.presenter.sign)
        self.signing.cancelled.connect(self.presenter.cancel_signing)
        self.agreed_card = Card(self.tr("计划和意见"), icon="heart-handshake")
        self.agreed = ValueList()
        self.agreed_card.body.addWidget(self.agreed)
        self.marks = Banner("", StatusKind.WARN)
        self.history_card = Card(self.tr("等级变化"), icon="history")
        self.history = LevelHistory()
        self.history.opened.connect(self.presenter.open_assessment)
        self.history_card.body.addWidget(self.history)
        self.adjust = Button(self.tr("调整等级"), icon="pencil")
        self.adjust.clicked.connect(partial(self.presenter.ask_to_override, True))
        self.paper = Button(self.tr("打印评估表"), icon="printer")
        self.paper.clicked.connect(self.presenter.print_form)
        self.acts_row = QWidget()
        row = FlowLayout(self.acts_row, gap=12)
        row.addWidget(self.paper)
        row.addWidget(self.adjust)
        self.override = self._build_override()
        self._record_parts: tuple[QWidget, ...] = (
            self.standing,
            self.marks,
            self.members,
            self.signing,
            self.agreed_card,
            self.acts_row,
            self.override,
            self.history_card,
        )

    def _build_override(self) -> Card:
        label = self.surroundings.texts.label
        card = Card(self.tr("调整等级"), icon="pencil")
        levels = (RiskLevel.HIGH, RiskLevel.MEDIUM, RiskLevel.LOW)
        self.override_level = Segmented([Choice(one.value, label(one)) for one in levels])
        self.override_reason = CountedText(200, strict=True, rows=2)
        self._override_reason = Field(self.tr("理由"), self.override_reason, required=True)
        card.body.addWidget(Field(self.tr("调整为"), self.override_level, required=True))
        card.body.addWidget(self._override_reason)
        self._decide = Button(self.tr("确定调整"), ButtonKind.PRIMARY, icon="check")
        self._decide.clicked.connect(self._on_override)
        cancel = Button(self.tr("取消"))
        cancel.clicked.connect(partial(self.presenter.ask_to_override, False))
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self._decide)
        flow.addWidget(cancel)
        card.body.addWidget(tools)
        return card

    # --- showing --------------------------------------------------------------------------------

    def show_state(self, state: AssessmentState) -> None:
        """Show the assessment."""
        before, self._state = self._state, state
        self.trouble.setVisible(bool(state.trouble))
        self.trouble.set_content(state.trouble, icon="circle-alert")
        there = state.mode is not Mode.LOADING and not state.trouble
        self.urgent.show_help(state.urgent if there else None)
        self.result.setVisible(there)
        for widget in self._team_parts:
            widget.setVisible(there and state.mode is Mode.TEAM)
        for widget in self._record_parts:
            widget.setVisible(there and state.mode is Mode.SIGNING)
        if not there:
            return
        self.result.show_result(state)
        if state.mode is Mode.TEAM:
            self._show_team(state)
        else:
            self._show_record(state)
        if before.mode is not state.mode:
            self._show_title()
            self.footer_changed.emit(self.footer())
            order_tabs(self)
            self.page.verticalScrollBar().setValue(0)
            # Never a text field: on a tablet its keyboard would cover the page.
            self.result.sheet.setFocus()

    def _show_team(self, state: AssessmentState) -> None:
        self.team.set_colleagues(state.colleagues)
        self.lowering_card.setVisible(state.result.lowers_high)
        draft = state.draft
        for name, field in self._fields.items():
            if name not in self._typed:
                _show_value(field.editor, getattr(draft, name))
            field.set_error(state.errors.get(name, ""))
        self._show_footer()
        if state.saving is not None and state.saving.state is SavingState.FAILED:
            self._retry.start()

    def _show_record(self, state: AssessmentState) -> None:
        self._show_standing(state)
        self.members.show_members(state)
        opened = state.signing is not None and not self.signing.isVisibleTo(self)
        self.signing.setVisible(state.signing is not None)
        if state.signing is not None:
            self.signing.ask(state.signing)
        else:
            self.signing.forget()
        self.signing.set_busy(state.busy)
        agreed = self._agreed(state)
        self.agreed.set_values(agreed)
        self.agreed_card.setVisible(bool(agreed))
        self.marks.setVisible(bool(state.marks))
        if state.marks:
            self.marks.set_message(self.tr("；").join(state.marks), StatusKind.WARN)
        self.adjust.setVisible(state.may_override and not state.overriding)
        self.override.setVisible(state.overriding)
        self._override_reason.set_error(state.override_error)
        self._decide.setEnabled(not state.busy)
        self.history.show_rows(state.history, state.today)
        self.history_card.setVisible(bool(state.history))
        if opened:
            # The panel gets its size only after this render; then it is brought into view.
            QTimer.singleShot(0, self, lambda: self.page.show_field(self.signing))

    def _show_standing(self, state: AssessmentState) -> None:
        waiting = [one.name for one in state.members if one.signed_at is None]
        if not state.finished:
            words = self.tr("还差 {0} 签字；全部签字后等级才生效。不在一起的，同步后可以在自己的设备上签。")
            self.standing.set_message(words.format(self.tr("、").join(waiting)), StatusKind.WARN)
        elif state.unsent:
            self.standing.set_message(self.tr("全部签字，等级已生效。已存本机，待上传。"), StatusKind.OK)
        else:
            self.standing.set_message(self.tr("全部签字，等级已生效。"), StatusKind.OK)

    def _agreed(self, state: AssessmentState) -> list[tuple[str, str]]:
        rows = []
        for number, step in enumerate(state.plan, start=1):
            due = self.tr("{0}前").format(day_words(step.due, state.today)) if step.due is not None else ""
            words = " · ".join(filter(None, (step.measure, step.responsible, due)))
            rows.append((self.tr("措施 {0}").format(number), words))
        if state.lowering_reason:
            rows.append((self.tr("下调理由"), state.lowering_reason))
        if state.team_note:
            rows.append((self.tr("小组意见"), state.team_note))
        return rows

    def _show_title(self) -> None:
        state = self._state
        if state.mode is Mode.LOADING:
            return
        title = self.tr("风险评估 · {0}").format(state.name)
        self.surroundings.shell.set_title(title, state.place)

    def _show_footer(self) -> None:
        state = self._state
        if self._footer is None or not shiboken6.isValid(self._footer) or state.mode is not Mode.TEAM:
            return
        if state.saving is not None:
            self._footer.show_saving(state.saving)
        title = self.tr("交小组签字")
        self._footer.show_steps(first=False, next_title=title, busy=state.busy or state.result.unfit)

    # --- intents --------------------------------------------------------------------------------

    def _on_changed(self, name: str, value: object) -> None:
        self._typed[name] = value
        if not self._pause.isActive():
            self._pause.start()

    def _on_committed(self, _value: object) -> None:
        self._flush_typing()

    def _flush_typing(self) -> None:
        self._pause.stop()
        typed, self._typed = self._typed, {}
        if typed:
            self.presenter.change(**{name: _given(name, value) for name, value in typed.items()})

    def _on_forward(self) -> None:
        if self._state.mode is Mode.TEAM:
            self._flush_typing()
            self.presenter.hand_over()

    def _on_sheet(self) -> None:
        if self._state.mode is Mode.TEAM:
            self.presenter.back_to_sheet()
        else:
            self.presenter.open_sheet()

    def _on_override(self) -> None:
        level = self.override_level.value()
        self.override_level.set_invalid(not isinstance(level, str))
        if isinstance(level, str):
            self.presenter.override(RiskLevel(level), self.override_reason.value().strip())

    def _on_report(self, params: dict[str, str]) -> None:
        self.surroundings.shell.go("clue_report", **params)

    def _on_copied(self) -> None:
        self.surroundings.shell.toast(self.tr("简报已复制，可以粘贴到短信里发出。"))

    def _say(self, notice: Notice) -> None:
        words = {
            Notice.HANDED_OVER: self.tr("已交小组签字，答案和得分不能再改。"),
            Notice.SIGNED: self.tr("已签字，已存本机。"),
            Notice.FINISHED: self.tr("全部签字，等级已生效。"),
            Notice.OVERRIDDEN: self.tr("等级已调整。"),
            Notice.SHEET_INCOMPLETE: self.tr("问卷还有题没答完，请先回到问卷。"),
            Notice.PROBLEMS_LEFT: self.tr("还有没填好的，已在下面标出。"),
        }[notice]
        self.surroundings.shell.toast(words)


def _show_value(editor: Editor, value: object) -> None:
    if editor.value() != value and not (editor.value() in (None, "", ()) and value in (None, "", ())):
        editor.set_value(value)


def _given(name: str, value: object) -> object:
    return AssessmentTrigger(str(value)) if name == "trigger" else value
