"""The panel in which a step is taken: only what this step needs. Layer 5."""

import datetime as dt
from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.app.texts import Texts
from fieldapp.domain.clock import COUNTY_ZONE, Clock
from fieldapp.domain.records.clues import ClueAction, Urgency
from fieldapp.domain.rules.clue_flow import Need
from fieldapp.domain.rules.clue_report import Alike
from fieldapp.services.clues import ClueView
from fieldapp.services.households import HouseholdItem
from ui.screens.clue.state import CluePageState, Panel
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.counted_text import CountedText
from ui.widgets.inputs.editor import show_value
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.moment_field import MomentField
from ui.widgets.inputs.reason_choice import ReasonChoice
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.household_rows import place_line
from ui.widgets.records.value_list import ValueList

_OPINION_MAX = 500


class StepPanel(Card):
    """Built anew for each step.

    Signals: changed(field, value) of a StepDraft; taken(), cancelled(), household_asked(); rebuilt() when
    there are other fields than before.
    """

    changed = Signal(str, object)
    taken = Signal()
    cancelled = Signal()
    household_asked = Signal()
    rebuilt = Signal()

    def __init__(self, texts: Texts, clock: Clock, parent: QWidget | None = None) -> None:
        super().__init__(icon="pen-line", parent=parent)
        self._texts = texts
        self._clock = clock
        self._action: ClueAction | None = None
        self._offered: tuple[object, ...] = ()
        self._slot = QVBoxLayout()
        self._slot.setSpacing(2)
        self.finder = HouseholdFinder()
        self.body.addWidget(self.finder)
        self.body.addLayout(self._slot)
        self.fields: dict[str, Field] = {}
        self._compare: _Compare | None = None
        self.problem = Banner("", StatusKind.DANGER)
        self.problem.hide()
        self.take = Button("", ButtonKind.PRIMARY, icon="check")
        self.take.clicked.connect(self.taken)
        self.cancel = Button(self.tr("取消"))
        self.cancel.clicked.connect(self.cancelled)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        flow.addWidget(self.take)
        flow.addWidget(self.cancel)
        self.body.addWidget(self.problem)
        self.body.addWidget(tools)

    def show_panel(self, state: CluePageState) -> bool:
        """Show the step being taken; answers whether it is another one than before."""
        panel, view = state.panel, state.view
        self.setVisible(panel is not None)
        if panel is None or view is None:
            self._action = None
            return False
        offered = (panel.action, panel.candidates, panel.hints, panel.needs_visit, panel.visits)
        fresh = panel.action is not self._action
        if fresh or offered != self._offered:
            self._build(panel, view, state.today)
            self._action, self._offered = panel.action, offered
        if self.finder.show_found(panel, fresh=fresh):
            self.rebuilt.emit()
        for name, field in self.fields.items():
            value = getattr(panel.draft, name)
            if isinstance(value, dt.datetime):
                value = value.astimezone(COUNTY_ZONE).replace(second=0, microsecond=0)
            show_value(field.editor, value)
            field.set_error(panel.errors.get(name, ""))
        elsewhere = [words for name, words in panel.errors.items() if name not in self.fields]
        self.problem.setVisible(bool(elsewhere))
        if elsewhere:
            self.problem.set_message(elsewhere[0], StatusKind.DANGER)
        if self._compare is not None:
            self._compare.show_both(view, panel.main, state.today)
        self.take.setEnabled(not panel.busy and not (panel.needs_visit and not panel.visits))
        return fresh

    # --- building -------------------------------------------------------------------------------

    def _build(self, panel: Panel, view: ClueView, today: dt.date) -> None:
        words = self._texts.label(panel.action)
        self.set_title(words)
        self.take.setText(self.tr("确定{0}").format(words))
        while (item := self._slot.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.fields = {}
        self._compare = None
        if panel.action is ClueAction.ACCEPT:
            self._add_urgency()
        if Need.ASSIGNEE in panel.needs:
            self._add_assignee(panel)
        if Need.MAIN_CLUE in panel.needs:
            self._add_main(panel)
        if Need.DEPARTMENT in panel.needs:
            self._add_department()
        if panel.needs_visit:
            self._add_visit(panel, view.user_names, today)
        elif {Need.ON_SPOT, Need.VISIT}.intersection(panel.needs):
            self._add_moment()
        self._add_opinion(panel)
        self.rebuilt.emit()

    def _put(self, name: str, field: Field) -> None:
        field.editor.changed.connect(partial(self.changed.emit, name))
        self.fields[name] = field
        self._slot.addWidget(field)

    def _add_urgency(self) -> None:
        label = self._texts.label
        editor = Segmented([Choice(one.value, label(one)) for one in Urgency])
        hint = self.tr("调低要写明理由。")
        self._put("urgency", Field(self.tr("紧急程度"), editor, hint=hint))

    def _add_assignee(self, panel: Panel) -> None:
        label = self._texts.label
        choices = [
            Choice(one.user_id, one.name, hint=self._role_words(label(one.role), one.on_duty))
            for one in panel.candidates
        ]
        if choices:
            editor = choice_editor(choices, title=self.tr("派给谁"))
            self._put("assignee_id", Field(self.tr("派给谁"), editor, required=True))
        else:
            self._slot.addWidget(Text(self.tr("正在找可以派去的人…"), tone="soft", wrap=True))

    def _role_words(self, role: str, on_duty: bool) -> str:
        return self.tr("{0}，值班").format(role) if on_duty else role

    def _add_main(self, panel: Panel) -> None:
        if not panel.hints:
            words = self.tr("附近和前后三天里没有像是同一件事的线索。")
            self._slot.addWidget(Text(words, tone="soft", wrap=True))
            return
        label = self._texts.label
        choices = [
            Choice(
                hint.item.clue_id,
                " · ".join(filter(None, (label(hint.item.kind), hint.item.place, hint.item.clue_no))),
                hint=self._why(hint.reasons),
            )
            for hint in panel.hints
        ]
        self._put("main_id", Field(self.tr("合并到哪一件"), choice_editor(choices), required=True))
        self._compare = _Compare(self._texts)
        self._slot.addWidget(self._compare)

    def _why(self, reasons: tuple[Alike, ...]) -> str:
        words = {
            Alike.HOUSEHOLD: self.tr("同一户"),
            Alike.PHONE: self.tr("电话相同"),
            Alike.NAME: self.tr("姓名相同"),
            Alike.POSITION: self.tr("位置很近"),
            Alike.PLACE: self.tr("地点相同"),
        }
        return self._texts.listed(words[one] for one in reasons)

    def _add_department(self) -> None:
        usual = (
            self.tr("公安"),
            self.tr("卫健、医院"),
            self.tr("消防"),
            self.tr("教育"),
            self.tr("住建"),
            self.tr("救助管理站"),
            self.tr("外县（区）民政"),
        )
        editor = ReasonChoice(usual, max_length=100)
        self._put("department", Field(self.tr("转给哪个部门"), editor, required=True))

    def _add_visit(self, panel: Panel, names: Mapping[str, str], today: dt.date) -> None:
        if panel.visits:
            choices = [
                Choice(
                    one.id,
                    moment_words(one.finished_at, today),
                    hint=self._texts.listed(names.get(user, "") for user in one.visitors),
                )
                for one in panel.visits
            ]
            self._put("visit_id", Field(self.tr("哪一次走访"), choice_editor(choices), required=True))
            return
        banner = Banner(
            self.tr("上报以后还没有走访过这户。请先登记走访，再回来办这一步。"),
            StatusKind.WARN,
            button=self.tr("打开家庭档案"),
        )
        banner.action.connect(self.household_asked)
        self._slot.addWidget(banner)

    def _add_moment(self) -> None:
        editor = MomentField(lambda: self._clock().astimezone(COUNTY_ZONE))
        self._put("on_spot_at", Field(self.tr("什么时候到的现场"), editor, required=True))

    def _add_opinion(self, panel: Panel) -> None:
        editor = CountedText(_OPINION_MAX, strict=True, rows=2)
        words = self.tr("理由和意见") if panel.wants_opinion else self.tr("意见（可不填）")
        self._put("opinion", Field(words, editor, required=panel.wants_opinion))


class HouseholdFinder(QWidget):
    """Which household it is, where the report named none: typed as in every search, then picked.

    Signals: typed(str); chosen(HouseholdItem | None).
    """

    typed = Signal(str)
    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = TextField(placeholder=self.tr("姓名、拼音首字母、组、地址、身份证后6位"))
        self.field = Field(
            self.tr("是哪一户（找到了就选）"), self.line, hint=self.tr("选了以后，线索归到这户的档案里。")
        )
        self.line.changed.connect(self._on_typed)
        self._picked = Text("", TextRole.STRONG, wrap=True)
        self.forget = Button(self.tr("不是这户"), ButtonKind.TEXT, icon="x")
        self.forget.clicked.connect(partial(self.chosen.emit, None))
        self._picked_row = QWidget()
        picked = FlowLayout(self._picked_row, gap=12)
        picked.addWidget(self._picked)
        picked.addWidget(self.forget)
        self._results = QVBoxLayout()
        self._results.setSpacing(8)
        self.buttons: list[Button] = []
        self._found: tuple[HouseholdItem, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.field)
        column.addLayout(self._results)
        column.addWidget(self._picked_row)
        self.hide()

    def show_found(self, panel: Panel, *, fresh: bool) -> bool:
        """Show what fits, or what was picked; answers whether there are other buttons than before."""
        self.setVisible(panel.may_find)
        if fresh:
            self.line.set_value("")
        self.field.setVisible(panel.chosen is None)
        self._picked_row.setVisible(panel.chosen is not None)
        if panel.chosen is not None:
            self._picked.setText(_household_words(panel.chosen))
        if panel.found == self._found:
            return False
        self._found = panel.found
        while (item := self._results.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        self.buttons = []
        for one in panel.found:
            button = Button(_household_words(one), icon="house")
            button.clicked.connect(partial(self.chosen.emit, one))
            self._results.addWidget(button)
            self.buttons.append(button)
        return True

    def _on_typed(self, value: object) -> None:
        self.typed.emit(str(value))


def _household_words(item: HouseholdItem) -> str:
    return " · ".join(filter(None, (item.head_name, place_line(item.village_name, item.group_name, ""))))


class _Compare(QWidget):
    """This clue and the one it would be merged into, side by side."""

    def __init__(self, texts: Texts) -> None:
        super().__init__()
        self._texts = texts
        self._this, self._main = ValueList(), ValueList()
        grid = EvenGridLayout(self, gap=16, columns=2)
        for title, values in ((self.tr("这一件"), self._this), (self.tr("合并到这一件"), self._main)):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 8, 0, 8)
            column.addWidget(Text(title, TextRole.STRONG, wrap=True))
            column.addWidget(values)
            column.addStretch(1)
            grid.addWidget(side)
        self.hide()

    def show_both(self, view: ClueView, main: ClueView | None, today: dt.date) -> None:
        """Show the two, once the other is chosen."""
        self.setVisible(main is not None)
        if main is not None:
            self._this.set_values(self._rows(view, today))
            self._main.set_values(self._rows(main, today))

    def _rows(self, view: ClueView, today: dt.date) -> list[tuple[str, str]]:
        clue, person = view.clue, view.clue.person
        who = " · ".join(filter(None, (person.name, person.phone))) if person is not None else ""
        return [
            (self.tr("情况"), clue.description),
            (self.tr("地点"), " ".join(filter(None, (view.item.village_name, clue.place)))),
            (self.tr("当事人"), who or view.item.person_name or "—"),
            (self.tr("上报"), f"{view.item.reporter_name} {moment_words(clue.reported_at, today)}"),
            (self.tr("状态"), self._texts.label(view.state.status)),
        ]
