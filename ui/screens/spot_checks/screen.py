"""The list of spot checks: an inspector's targets, a town's findings. Layer 5."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.spot_checks import TargetStatus
from fieldapp.services.spot_checks import CheckTask, TownFinding
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.spot_checks.presenter import SpotChecksPresenter, SpotChecksState
from ui.theme import StatusKind
from ui.widgets.empty_state import EmptyState
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import day_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand
from ui.widgets.tab_order import order_tabs


class SpotChecksScreen(Screen):
    """双随机检查."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = SpotChecksPresenter(surroundings, self.render_state)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(20, 14, 20, 0)
        column.setSpacing(12)
        self._cards = CardsAtHand()
        self.listing = CardList(self._cards, self.tr("双随机检查"), has_action=False)
        self.listing.opened.connect(self.presenter.open)
        self._empty = EmptyState("", icon="clipboard-list")
        for widget in (self.listing, self._empty):
            column.addWidget(widget, 1)
            widget.hide()
        self.column.addWidget(body)

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title()
        self.presenter.reload()

    def leave(self) -> None:
        self.presenter.leave()

    def render_state(self, state: SpotChecksState) -> None:
        """Show what is to be checked, then what was found."""
        cards = [self._task(one, state) for one in state.tasks]
        cards += [self._finding(one, state) for one in state.findings]
        self.listing.setVisible(bool(cards))
        self._empty.setVisible(not cards)
        if state.inspects:
            words = self.tr("还没有分给您的检查对象。区里抽取后，同步一次就会出现在这里。")
        else:
            words = self.tr("还没有检查结果。区里双随机检查发现的问题，同步后会出现在这里。")
        self._empty.set_content(words, icon="clipboard-list")
        self.listing.set_keys(self._cards.hold(cards))
        order_tabs(self)

    def _task(self, task: CheckTask, state: SpotChecksState) -> CardContent:
        target, texts = task.target, self.surroundings.texts
        facts = target.facts
        name = facts.name if facts is not None and facts.name else target.area_name
        open_now = target.status is TargetStatus.OPEN
        due = self.tr("{0}前查完").format(day_words(target.check_until, state.today))
        return CardContent(
            key=target.id,
            title=name or target.title,
            chips=(self._task_chip(task),),
            line=SEPARATOR.join(
                filter(None, (texts.label(target.population), target.area_name, target.plan_no))
            ),
            right=due if open_now and not task.waiting else "",
            icon="clipboard-list",
            icon_tone=StatusKind.INFO if open_now else StatusKind.MUTE,
        )

    def _task_chip(self, task: CheckTask) -> CardChip:
        if task.waiting:
            return CardChip(self.tr("已存本机，待上传"), StatusKind.WARN)
        if task.begun and task.target.status is TargetStatus.OPEN:
            return CardChip(self.tr("填了一半"), StatusKind.WARN)
        kind = StatusKind.INFO if task.target.status is TargetStatus.OPEN else StatusKind.MUTE
        return CardChip(self.surroundings.texts.label(task.target.status), kind)

    def _finding(self, finding: TownFinding, state: SpotChecksState) -> CardContent:
        result, texts = finding.result, self.surroundings.texts
        due = ""
        if result.rectify_due is not None and finding.may_rectify:
            due = self.tr("{0}前整改").format(day_words(result.rectify_due, state.today))
        return CardContent(
            key=result.id,
            title=finding.subject or texts.label(result.population),
            chips=(self._finding_chip(finding),),
            line=SEPARATOR.join((texts.labels(result.found), texts.label(result.population), result.plan_no)),
            right=due,
            icon="triangle-alert" if finding.problems else "circle-check",
            icon_tone=StatusKind.WARN if finding.may_rectify else StatusKind.MUTE,
        )

    def _finding_chip(self, finding: TownFinding) -> CardChip:
        if finding.refused_code:
            return CardChip(self.tr("需要处理"), StatusKind.DANGER)
        if not finding.problems:
            return CardChip(self.tr("未发现问题"), StatusKind.OK)
        if finding.waiting:
            return CardChip(self.tr("已存本机，待上传"), StatusKind.WARN)
        if finding.result.rectified_on is not None:
            return CardChip(self.tr("已整改"), StatusKind.OK)
        if finding.overdue:
            return CardChip(self.tr("整改逾期"), StatusKind.DANGER)
        return CardChip(self.tr("待整改"), StatusKind.WARN)

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("双随机检查"))
