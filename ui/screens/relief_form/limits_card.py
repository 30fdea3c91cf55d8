"""The sum of a relief and what limits it, in words, before anybody signs. Layer 5."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.screens.relief_form.state import ReliefFormState
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.records.relief_words import money_words


class LimitsCard(Card):
    """Who decides, how much cash there may be, what is left in the fund, what was given before."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon="shield-check", parent=parent)
        self.set_title(self.tr("金额和限额"))
        self.sum = Text("", TextRole.STRONG, wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(8)
        self.body.addWidget(self.sum)
        self.body.addLayout(self._rows)
        self._shown: tuple[tuple[str, StatusKind], ...] = ()

    def show_limits(self, state: ReliefFormState) -> None:
        """Show what follows from the draft as it stands."""
        self.sum.setText(self.tr("合计 {0}").format(money_words(state.sum)))
        shown = tuple(self._told(state))
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self._rows.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for words, kind in shown:
            self._rows.addWidget(Banner(words, kind))

    def words(self) -> list[str]:
        """What is said."""
        return [words for words, _kind in self._shown]

    def _told(self, state: ReliefFormState) -> list[tuple[str, StatusKind]]:
        told = [self._who_decides(state)] if state.limits is not None and state.sum else []
        limits = state.limits
        if limits is not None and limits.cash is not None:
            words = self.tr("现金最多 {0}（每人每月标准 {1}）。")
            told.append(
                (
                    words.format(money_words(limits.cash.allowed), money_words(limits.cash.standard)),
                    StatusKind.INFO,
                )
            )
        if limits is not None and limits.repeated:
            told.append((self.tr("今年已因同一原因救助过，请写明理由，由区（县）审批。"), StatusKind.WARN))
        if state.fund is not None:
            enough = state.sum <= state.fund
            words = self.tr("备用金还有 {0}。") if enough else self.tr("备用金只有 {0}，不够付这一笔。")
            told.append((words.format(money_words(state.fund)), StatusKind.OK if enough else StatusKind.WARN))
        told += [(words, StatusKind.WARN) for words in state.warnings]
        return told

    def _who_decides(self, state: ReliefFormState) -> tuple[str, StatusKind]:
        limits = state.limits
        town = limits.town if limits is not None else 0
        above = state.sum > town or (limits is not None and limits.repeated)
        if not above:
            words = self.tr("在镇（街道）{0} 的限额以内，由镇（街道）审批。")
            return words.format(money_words(town)), StatusKind.OK
        if state.advance:
            words = self.tr("超过镇（街道）{0} 的限额，由区（县）确认；先行救助可以先给。")
        else:
            words = self.tr("超过镇（街道）{0} 的限额，由区（县）审批后才能发放。")
        return words.format(money_words(town)), StatusKind.WARN
