"""Cards of the relief's page: what was given, how it stands, its money, its steps. Layer 5."""

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.clock import local_day
from fieldapp.domain.money import yuan_text
from fieldapp.domain.records.reliefs import PapersState, ReliefAction, ReliefItem
from fieldapp.services.reliefs import ReliefView
from ui.screens.relief.state import ReliefState
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button
from ui.widgets.card import Card, IconMark
from ui.widgets.chip import chips_row
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import day_words, moment_words
from ui.widgets.records.relief_words import (
    CAUSE_ICONS,
    FORM_ICONS,
    STATUS_TONES,
    follow_up_chip,
    money_words,
    papers_chip,
    status_chip,
)
from ui.widgets.records.timeline import Entry, Timeline, newest_first
from ui.widgets.records.value_list import ValueList

ACTION_ICONS = {
    ReliefAction.DECIDE: "circle-check",
    ReliefAction.PAY: "hand-coins",
    ReliefAction.PAPERS: "file-text",
    ReliefAction.FOLLOW_UP: "heart-handshake",
    ReliefAction.FINISH: "check",
    ReliefAction.DENY: "circle-x",
    ReliefAction.REFUND: "undo-2",
}
"""In the order in which they are offered: what goes on first."""


class HeadCard(Card):
    """Who is helped with how much, why, and what waits."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._texts = texts
        self._icon = IconMark("hand-coins", side=36)
        self.who = Text("", TextRole.SECTION, wrap=True)
        self._chips = QVBoxLayout()
        self.chips: tuple[tuple[str, StatusKind], ...] = ()
        self.reason = Text("", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self.who)
        words.addLayout(self._chips)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(words, 1)
        self.body.addLayout(head)
        self.body.addWidget(self.reason)

    def show_relief(self, view: ReliefView, today: dt.date) -> None:
        """Show who, how much, and what waits."""
        relief = view.relief
        name = view.household.head_name if view.household is not None else relief.recipient
        self.who.setText(" · ".join(filter(None, (name, money_words(relief.amount)))))
        self.setAccessibleName(self.who.text())
        self._icon.set_mark(CAUSE_ICONS[relief.cause], STATUS_TONES.get(relief.status, StatusKind.INFO))
        chips = [status_chip(relief.status, self._texts)]
        if view.papers is not None:
            chips.append(papers_chip(view.papers))
        if view.follow_up is not None:
            chips.append(follow_up_chip(view.follow_up, today))
        shown = [(one.text, one.kind) for one in chips]
        if view.unsent or view.waiting:
            shown.append((self.tr("待上传"), StatusKind.INFO))
        if tuple(shown) != self.chips:
            self.chips = tuple(shown)
            while (item := self._chips.takeAt(0)) is not None:
                old = item.widget()
                if old is not None:
                    old.hide()
                    old.deleteLater()
            self._chips.addWidget(chips_row(self.chips))
        self.reason.setText(relief.reason)


class ItemsCard(Card):
    """What was given, line by line, and what it comes to."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(icon="list", parent=parent)
        self.set_title(self.tr("救助内容"))
        self._texts = texts
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.sum = Text("", TextRole.STRONG, wrap=True)
        self.body.addLayout(self._rows)
        self.body.addWidget(Divider())
        self.body.addWidget(self.sum)
        self._shown: tuple[ReliefItem, ...] | None = None

    def show_items(self, items: tuple[ReliefItem, ...], amount: int) -> None:
        """Show these lines."""
        self.sum.setText(self.tr("合计 {0}").format(money_words(amount)))
        if items == self._shown:
            return
        self._shown = items
        while (item := self._rows.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for one in items:
            self._rows.addWidget(self._row(one))

    def _row(self, item: ReliefItem) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(IconMark(FORM_ICONS[item.form]), 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(0)
        title = " · ".join(filter(None, (self._texts.label(item.form), item.name)))
        column.addWidget(Text(title, TextRole.STRONG, wrap=True))
        factors = [str(item.quantity), *([str(item.persons)] if item.persons > 1 else [])]
        sum_words = " × ".join((*factors, yuan_text(item.unit_price)))
        column.addWidget(Text(f"{sum_words} = {money_words(item.amount)}", wrap=True))
        days = self._days(item)
        if item.provider or days:
            column.addWidget(
                Text(" · ".join(filter(None, (item.provider, days))), TextRole.CAPTION, wrap=True)
            )
        line.addLayout(column, 1)
        return row

    def _days(self, item: ReliefItem) -> str:
        if item.since is None and item.until is None:
            return ""
        begin, end = (one.isoformat() if one is not None else "" for one in (item.since, item.until))
        return self.tr("{0} 至 {1}").format(begin, end)


class FactsCard(Card):
    """The record's facts, and where to go from it. Signals: household_asked(), clue_asked(), paper_asked(),
    visit_asked()."""

    household_asked = Signal()
    clue_asked = Signal()
    paper_asked = Signal()
    visit_asked = Signal()

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(icon="file-text", parent=parent)
        self.set_title(self.tr("基本情况"))
        self._texts = texts
        self.facts = ValueList()
        self._shown: list[tuple[str, str]] = []
        self.visit = Button(self.tr("去跟踪走访"), icon="footprints")
        self.visit.clicked.connect(self.visit_asked)
        self.household = Button(self.tr("打开家庭档案"), icon="house")
        self.household.clicked.connect(self.household_asked)
        self.clue = Button(self.tr("打开急难线索"), icon="siren")
        self.clue.clicked.connect(self.clue_asked)
        self.paper = Button(self.tr("打印审批表"), icon="printer")
        self.paper.clicked.connect(self.paper_asked)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        for button in (self.visit, self.household, self.clue, self.paper):
            flow.addWidget(button)
        self.body.addWidget(self.facts)
        self.body.addWidget(tools)

    def render_state(self, state: ReliefState) -> None:
        """Show the record."""
        view = state.view
        if view is None:
            return
        facts = self._facts(view, state)
        if facts != self._shown:
            self._shown = facts
            self.facts.set_values(facts)
        self.visit.setVisible(state.may_visit)
        self.household.setVisible(view.household is not None)
        self.clue.setVisible(view.clue_here)

    def _facts(self, view: ReliefView, state: ReliefState) -> list[tuple[str, str]]:
        relief, label, today = view.relief, self._texts.label, state.today
        decided = view.user_names.get(relief.decided_by, "") if relief.decision is not None else ""
        rows = [
            (self.tr("编号"), relief.relief_no),
            (self.tr("地点"), view.village_name),
            (self.tr("困难原因"), label(relief.cause)),
            (self.tr("怎么给"), label(relief.path)),
            (self.tr("救助类型"), label(relief.kind)),
            (self.tr("受助人数"), self.tr("{0} 人").format(relief.person_count)),
            (self.tr("发生时间"), moment_words(relief.given_at, today)),
            (self.tr("经办人"), view.user_names.get(relief.created_by, "")),
            (self.tr("入户核实人"), self._names(view, relief.surveyors)),
            (self.tr("村（社区）意见"), relief.village_opinion),
            (self.tr("再次救助的理由"), relief.repeat_reason),
            (self.tr("由谁审批"), label(view.level)),
            (self.tr("审批人"), decided),
        ]
        return [(name, words) for name, words in rows if words]

    def _names(self, view: ReliefView, ids: Sequence[str]) -> str:
        return self._texts.listed(view.user_names.get(one, "") for one in ids)


class MoneyCard(Card):
    """What was approved, paid and returned, whose money it is, and the days that count."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(icon="hand-coins", parent=parent)
        self.set_title(self.tr("资金和时限"))
        self._texts = texts
        self.rows = ValueList()
        self.body.addWidget(self.rows)
        self._shown: list[tuple[str, str]] = []

    def show_money(self, view: ReliefView, today: dt.date) -> None:
        """Show the money and the days."""
        relief, label = view.relief, self._texts.label
        rows = [(self.tr("用哪笔钱"), label(relief.fund_source))]
        if relief.self_paid:
            rows.append((self.tr("自付费用"), money_words(relief.self_paid)))
        if relief.decision is ReliefAction.DECIDE:
            rows.append((self.tr("批准金额"), money_words(relief.decided_amount)))
        if relief.paid_at is not None:
            when = day_words(local_day(relief.paid_at), today)
            rows.append((self.tr("已发放"), " · ".join((money_words(relief.paid_amount), when))))
        if relief.refunded_amount:
            rows.append((self.tr("已退回"), money_words(relief.refunded_amount)))
        rows += self._days(view, today)
        if relief.outcome is not None:
            rows.append((self.tr("结果"), label(relief.outcome)))
        if view.fund is not None:
            rows.append((self.tr("备用金余额"), money_words(view.fund)))
        if rows != self._shown:
            self._shown = rows
            self.rows.set_values(rows)

    def _days(self, view: ReliefView, today: dt.date) -> list[tuple[str, str]]:
        relief, rows = view.relief, []
        if relief.papers_due is not None and relief.papers_state is PapersState.PENDING:
            rows.append((self.tr("材料期限"), self._due(view, relief.papers_due, today)))
        elif relief.papers_state is PapersState.COMPLETE:
            rows.append((self.tr("材料"), self._texts.label(relief.papers_state)))
        if view.follow_up is not None:
            rows.append((self.tr("下次回访"), day_words(view.follow_up.due, today)))
            rows.append((self.tr("已回访"), self.tr("{0} 次").format(view.follow_up.made)))
        return rows

    def _due(self, view: ReliefView, due: dt.date, today: dt.date) -> str:
        words = self.tr("{0}前").format(day_words(due, today))
        if view.papers is not None and not view.papers.calendar_known:
            words = self.tr("{0}（日历未更新）").format(words)
        return words


class TimelineCard(Card):
    """The record and its steps with actor, time and opinion, refused ones with the reason."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(icon="history", parent=parent)
        self.set_title(self.tr("办理过程"))
        self._texts = texts
        self._timeline = Timeline()
        self.body.addWidget(self._timeline)

    def render_state(self, state: ReliefState) -> None:
        """Show what happened."""
        view = state.view
        if view is not None:
            self._timeline.show_entries(newest_first(self._entries(view, state)), state.today)

    def entries(self) -> tuple[Entry, ...]:
        """What is shown."""
        return self._timeline.entries()

    def _entries(self, view: ReliefView, state: ReliefState) -> list[Entry]:
        names, relief = view.user_names, view.relief
        found = [
            Entry(
                relief.created_at,
                self.tr("登记 {0}").format(money_words(relief.amount)),
                names.get(relief.created_by, ""),
                icon="pen-line",
                mark=self.tr("待上传") if relief.received_at is None else "",
            )
        ]
        for step in view.steps:
            why = state.refusals.get(step.id, "")
            label = self._texts.label(step.action)
            outcome = self._texts.label(step.outcome) if step.outcome is not None else ""
            told = money_words(step.amount) if step.amount else outcome
            mark = self.tr("没有生效") if why else self.tr("待上传") if step.id in view.waiting else ""
            tone = StatusKind.DANGER if why else StatusKind.INFO
            words = self._texts.sentences((step.opinion, why))
            found.append(
                Entry(
                    step.at, self._texts.said_of(label, told), names.get(step.created_by, ""), words,
                    ACTION_ICONS[step.action], StatusKind.INFO, mark, tone,
                )
            )  # fmt: skip
        return found
