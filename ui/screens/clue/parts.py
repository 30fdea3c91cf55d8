"""Cards of the clue's page: what happened, its limits, its steps. Layer 5."""

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.records.clues import ClueAction, ContactPerson, EscalationTo
from fieldapp.domain.rules.clue_clocks import ClockView
from fieldapp.services.clues import ClueView, OwnClue
from ui.screens.clue.state import CluePageState
from ui.theme import StatusKind, TextRole
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card, IconMark
from ui.widgets.chip import Chip, chips_row
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.clue_words import (
    CLOCK_TONES,
    KIND_ICONS,
    URGENCY_TONES,
    left_words,
    status_chip,
)
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.timeline import Entry, Timeline, newest_first
from ui.widgets.records.value_list import ValueList


class HeadCard(Card):
    """What happened, in the reporter's words, how urgent it is and how it stands."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._texts = texts
        self._icon = IconMark("siren", tone=StatusKind.DANGER, side=36)
        self.kind = Text("", TextRole.SECTION, wrap=True)
        self._chips = QVBoxLayout()
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(6)
        words.addWidget(self.kind)
        words.addLayout(self._chips)
        head.addLayout(words, 1)
        self.description = Text("", wrap=True)
        self.description.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.description.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.addLayout(head)
        self.body.addWidget(self.description)

    def render_state(self, state: CluePageState) -> None:
        """Show the clue, or what its reporter may know of it."""
        view, own = state.view, state.own
        if view is not None:
            self._show_view(view)
        elif own is not None:
            self._show_own(own)

    def _show_view(self, view: ClueView) -> None:
        label, clue = self._texts.label, view.clue
        status = status_chip(view.state.status, self._texts)
        chips = [(label(view.state.urgency), URGENCY_TONES[view.state.urgency]), (status.text, status.kind)]
        if view.item.unsent or view.item.waiting:
            chips.append((self.tr("待上传"), StatusKind.INFO))
        if view.item.overdue:
            chips.append((self.tr("已超时"), StatusKind.DANGER))
        self._set_head(label(clue.kind), chips)
        self._icon.set_mark(KIND_ICONS[clue.kind], URGENCY_TONES[view.state.urgency])
        self.description.setText(clue.description)
        self.description.show()

    def _show_own(self, own: OwnClue) -> None:
        label = self._texts.label
        status = status_chip(own.status, self._texts)
        chips = [(label(own.urgency), URGENCY_TONES[own.urgency]), (status.text, status.kind)]
        if own.merged:
            chips.append((self.tr("与另一件合并"), StatusKind.MUTE))
        self._set_head(label(own.kind), chips)
        self._icon.set_mark(KIND_ICONS[own.kind], URGENCY_TONES[own.urgency])
        self.description.hide()

    def _set_head(self, kind: str, chips: Sequence[tuple[str, StatusKind]]) -> None:
        self.kind.setText(kind)
        self.setAccessibleName(kind)
        while (item := self._chips.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self._chips.addWidget(chips_row(chips))


class FactsCard(Card):
    """All that was reported, and what can be done with it. Signals: copy_asked(), household_asked(),
    ways_asked(), paper_asked(), main_asked(clue_id)."""

    copy_asked = Signal()
    household_asked = Signal()
    ways_asked = Signal()
    paper_asked = Signal()
    main_asked = Signal(str)

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(icon="file-text", parent=parent)
        self.set_title(self.tr("上报内容"))
        self._texts = texts
        self.facts = ValueList()
        self._shown: list[tuple[str, str]] = []
        self.household = Button(self.tr("打开家庭档案"), icon="house")
        self.household.clicked.connect(self.household_asked)
        self.copy = Button(self.tr("复制短信"), icon="copy")
        self.copy.clicked.connect(self.copy_asked)
        self.ways = Button(self.tr("没有网络怎么送"), icon="qr-code")
        self.ways.clicked.connect(self.ways_asked)
        self.paper = Button(self.tr("打印上报单"), icon="printer")
        self.paper.clicked.connect(self.paper_asked)
        self.main = Button("", ButtonKind.TEXT, icon="merge")
        self.main.clicked.connect(self._on_main)
        self._main_id = ""
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        for button in (self.household, self.copy, self.paper, self.ways, self.main):
            flow.addWidget(button)
        self.body.addWidget(self.facts)
        self.body.addWidget(tools)

    def render_state(self, state: CluePageState) -> None:
        """Show the report; its reporter elsewhere sees what the receipt says."""
        view, own = state.view, state.own
        facts = self._facts(view, state) if view is not None else self._receipt(own, state)
        if facts != self._shown:  # the page is rendered twice a minute: a marked text stays marked
            self._shown = facts
            self.facts.set_values(facts)
        self.household.setVisible(view is not None and view.household is not None)
        self.copy.setVisible(view is not None)
        self.paper.setVisible(view is not None)
        self.ways.setVisible(view is not None and view.item.unsent)
        main = view.main if view is not None else None
        self._main_id = main.clue_id if main is not None else ""
        self.main.setVisible(main is not None)
        if main is not None:
            self.main.setText(self.tr("已合并到：{0}").format(main.clue_no or main.place))

    def _receipt(self, own: OwnClue | None, state: CluePageState) -> list[tuple[str, str]]:
        if own is None:
            return []
        rows = [
            (self.tr("编号"), own.clue_no),
            (self.tr("地点"), own.place),
            (self.tr("上报时间"), moment_words(own.reported_at, state.today)),
            (self.tr("最近变化"), moment_words(own.status_at, state.today)),
            (self.tr("没有收下"), state.refusals.get(own.clue_id, "")),
        ]
        return [(name, words) for name, words in rows if words]

    def _facts(self, view: ClueView, state: CluePageState) -> list[tuple[str, str]]:
        clue, label = view.clue, self._texts.label
        area = view.item.village_name
        household = view.household.head_name if view.household is not None else ""
        rows = [
            (self.tr("编号"), clue.clue_no),
            (self.tr("地点"), " ".join(filter(None, (area, clue.place)))),
            (self.tr("家庭"), household),
            (self.tr("当事人"), self._person(clue.person)),
            (self.tr("提供人"), self._person(clue.informant)),
            (self.tr("已采取措施"), self._texts.labels(clue.measures)),
            (self.tr("需要支持"), clue.support_needed),
            (self.tr("来源"), label(clue.source)),
            (self.tr("上报人"), view.item.reporter_name),
            (self.tr("上报时间"), moment_words(clue.reported_at, state.today)),
            (self.tr("办理人"), view.item.assignee_name),
            (self.tr("转给"), view.state.department),
        ]
        if view.state.urgency is not clue.urgency:
            rows.insert(1, (self.tr("上报时的程度"), label(clue.urgency)))
        return [(name, words) for name, words in rows if words]

    def _person(self, person: ContactPerson | None) -> str:
        if person is None:
            return ""
        age = self.tr("约 {0} 岁").format(person.age) if person.age is not None else ""
        return " · ".join(filter(None, (person.name, age, person.phone)))

    def _on_main(self) -> None:
        self.main_asked.emit(self._main_id)


class ClocksCard(Card):
    """Every limit so far, in words and colour."""

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(icon="clock", parent=parent)
        self.set_title(self.tr("时限"))
        self._texts = texts
        self.rows = ValueList()
        self.body.addWidget(self.rows)
        self._shown: tuple[tuple[str, str, str, StatusKind], ...] = ()

    def show_clocks(self, clocks: Sequence[ClockView], today: dt.date) -> None:
        """Show these limits."""
        shown = tuple(self._row(one, today) for one in clocks)
        self.setVisible(bool(shown))
        if shown == self._shown:
            return
        self._shown = shown
        rows: list[tuple[str, QWidget]] = []
        for label, words, due, tone in shown:
            holder = QWidget()
            flow = FlowLayout(holder, gap=10)
            flow.addWidget(Chip(words, tone))
            flow.addWidget(Text(due, tone="soft"))
            rows.append((label, holder))
        self.rows.set_rows(rows)

    def words(self) -> list[str]:
        """What the limits say."""
        return [words for _label, words, _due, _tone in self._shown]

    def _row(self, clock: ClockView, today: dt.date) -> tuple[str, str, str, StatusKind]:
        label = self._texts.label(clock.fact.clock)
        due = self.tr("{0}前").format(moment_words(clock.fact.due_at, today))
        done = clock.fact.done_at
        if done is not None:
            late = done > clock.fact.due_at
            words = self.tr("已完成，超时") if late else self.tr("已完成")
            tone = StatusKind.WARN if late else StatusKind.OK
            return label, words, moment_words(done, today), tone
        words = left_words(clock)
        if not clock.calendar_known:
            due = self.tr("{0}（日历未更新）").format(due)
        return label, words, due, CLOCK_TONES[clock.colour]


ACTION_ICONS = {
    ClueAction.ACCEPT: "inbox",
    ClueAction.MARK_DUPLICATE: "merge",
    ClueAction.TRANSFER: "share-2",
    ClueAction.ASSIGN: "user-check",
    ClueAction.START: "footprints",
    ClueAction.CONFIRM: "circle-check",
    ClueAction.NOT_CONFIRM: "circle-x",
    ClueAction.RELIEF: "hand-coins",
    ClueAction.PAPERS: "file-text",
    ClueAction.FOLLOW_UP: "heart-handshake",
    ClueAction.VISIT: "house",
    ClueAction.CLOSE: "check",
    ClueAction.REOPEN: "rotate-ccw",
}


class TimelineCard(Card):
    """Everything that happened, newest first: steps with actor, time and opinion, refused ones with the
    reason, escalations. Signals: clue_asked(clue_id) for a merged report."""

    clue_asked = Signal(str)

    def __init__(self, texts: Texts, parent: QWidget | None = None) -> None:
        super().__init__(icon="history", parent=parent)
        self.set_title(self.tr("办理过程"))
        self._texts = texts
        self._timeline = Timeline()
        self.body.addWidget(self._timeline)

    def render_state(self, state: CluePageState) -> None:
        """Show the steps of the clue."""
        view = state.view
        entries = tuple(self._entries(view, state)) if view is not None else ()
        self.setVisible(bool(entries))
        self._timeline.show_entries(entries, state.today)

    def entries(self) -> tuple[Entry, ...]:
        """What is shown."""
        return self._timeline.entries()

    def _entries(self, view: ClueView, state: CluePageState) -> list[Entry]:
        label = self._texts.label
        clue = view.clue
        refused = state.refusals.get(clue.id, "")
        found = [
            Entry(
                clue.reported_at,
                self.tr("上报"),
                view.item.reporter_name,
                refused,
                "siren",
                StatusKind.DANGER,
                self.tr("没有收下") if refused else self.tr("待上传") if view.item.unsent else "",
                StatusKind.DANGER if refused else StatusKind.INFO,
            )
        ]
        for one in view.steps:
            step, why = one.step, state.refusals.get(one.step.id, "")
            given = one.assignee_name or step.department
            title = self._texts.said_of(label(step.action), given)
            mark = self.tr("没有生效") if why else self.tr("待上传") if one.waiting else ""
            tone = StatusKind.DANGER if why else StatusKind.INFO
            words = self._texts.sentences((step.opinion, why))
            icon = ACTION_ICONS[step.action]
            found.append(Entry(step.at, title, one.actor_name, words, icon, StatusKind.INFO, mark, tone))
        for merged in view.merged:
            title = self.tr("合并进来的上报：{0}").format(merged.clue.place)
            found.append(
                Entry(
                    merged.clue.reported_at,
                    title,
                    merged.reporter_name,
                    merged.clue.description,
                    "merge",
                    StatusKind.MUTE,
                )
            )
        for told in view.escalations:
            title = self._escalation(told.to, label(told.clock), told.percent)
            found.append(Entry(told.at, title, icon="bell", tone=StatusKind.WARN))
        return newest_first(found)

    def _escalation(self, to: EscalationTo, clock: str, percent: int) -> str:
        who = self._texts.label(to)
        if not percent:
            return self.tr("危及生命，立即报{0}").format(who)
        return self.tr("{0}时限用去 {1}%，提醒{2}").format(clock, percent, who)
