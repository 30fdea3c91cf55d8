"""The day's page: figures, drafts, what came back, whom to visit, progress and sync at the side."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.clock import local_day
from fieldapp.services.back_check_views import BackCheckCounts
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.today.presenter import DayPart, DraftRow, Only, Order, TodayPresenter, TodayState
from ui.screens.today.side import TodaySide
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.brief_panel import BriefPanel
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import date_line, day_words, moment_words
from ui.widgets.records.household_cards import SEPARATOR, CardsAtHand, household_card
from ui.widgets.scrolling import ScrollPage
from ui.widgets.shell.page_scaffold import TwoColumns
from ui.widgets.stat_tile import StatTile
from ui.widgets.tab_order import order_tabs
from ui.widgets.tour import TourStop

TICK_MS = 30_000


class TodayScreen(Screen):
    """今日任务."""

    entry = "today"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = TodayPresenter(surroundings, self.render_state)
        self._page = ScrollPage()
        self.brief = BriefPanel(surroundings, self.presenter.brief)
        self.column.addWidget(self.brief)
        self.column.addWidget(self._page)
        self._page.column.addWidget(self._build_welcome())
        self._empty = EmptyState("", icon="inbox")
        self._empty.action.connect(self._on_empty)
        self._page.column.addWidget(self._empty, 1)
        self._returned = QVBoxLayout()
        self._returned.setSpacing(10)
        self._returned_shown: object = None
        self._page.column.addLayout(self._returned)
        self._page.column.addWidget(self._build_tiles())
        self.side = TodaySide()
        self.side.go.connect(self.presenter.go)
        self.side.household_asked.connect(self.presenter.open_household)
        self.side.campaigns.opened.connect(self.presenter.open_campaign)
        self._columns = TwoColumns(self._build_main(), self.side)
        self._page.column.addWidget(self._columns)
        self._page.column.addStretch(0)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self.presenter.tick)
        for widget in (self._empty, self._tiles, self._columns):
            widget.hide()

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self._timer.start()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)
        self.presenter.tick()

    def leave(self) -> None:
        self._timer.stop()
        self.brief.stop()
        self.presenter.leave()

    def tools(self) -> tuple[QWidget, ...]:
        return (self.brief.button(),)

    def walked(self) -> CardList:
        return self.due_list

    def begin_visit(self) -> bool:
        return self.due_list.press_action()

    def search_placeholder(self) -> str:
        return self.tr("姓名、拼音首字母、组、地址、身份证后6位")

    def search(self, typed: str) -> None:
        self.presenter.search(typed)

    # --- building -------------------------------------------------------------------------------

    def _build_welcome(self) -> Card:
        self.welcome = Card(self.tr("第一次用这一页？"), icon="eye")
        self.show_me = Button(self.tr("带我看看"), icon="play")
        self.show_me.clicked.connect(self.presenter.take_tour)
        self.no_tour = Button(self.tr("不用了"), ButtonKind.TEXT, icon="x")
        self.no_tour.clicked.connect(self.presenter.decline_tour)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=12)
        flow.addWidget(self.show_me)
        flow.addWidget(self.no_tour)
        words = self.tr("半分钟看完各处是做什么的。以后在“更多”里还能再看，也可以在那里用虚构的家庭练习。")
        self.welcome.body.addWidget(Text(words, wrap=True))
        self.welcome.body.addWidget(buttons)
        self.welcome.hide()
        return self.welcome

    def tour(self) -> tuple[TourStop, ...]:
        return (
            TourStop(
                lambda: self._tiles,
                self.tr("今天的数"),
                self.tr("几户超期、几户快到期、本期走访了几户、几条待上传。点一下就只看这一类。"),
            ),
            TourStop(
                lambda: self.due_list,
                self.tr("该去谁家"),
                self.tr("最急的排在最上面。点“开始走访”就能填，没有网络也行；点卡片看家庭档案。"),
            ),
        )

    def _build_tiles(self) -> QWidget:
        self._tiles = QWidget()
        grid = EvenGridLayout(self._tiles, gap=12)
        self._overdue = StatTile(self.tr("已超期"), icon="triangle-alert", tone=StatusKind.DANGER)
        self._soon = StatTile(self.tr("即将到期"), icon="calendar-clock", tone=StatusKind.WARN)
        self._done = StatTile(self.tr("本期已走访"), icon="circle-check", tone=StatusKind.OK)
        self._waiting = StatTile(self.tr("待上传"), icon="cloud-upload", tone=StatusKind.INFO)
        self._overdue.clicked.connect(lambda: self.presenter.narrow(Only.OVERDUE))
        self._soon.clicked.connect(lambda: self.presenter.narrow(Only.DUE_SOON))
        self._done.clicked.connect(lambda: self.presenter.go("households"))
        self._waiting.clicked.connect(lambda: self.presenter.go("sync"))
        for tile in (self._overdue, self._soon, self._done, self._waiting):
            grid.addWidget(tile)
        return self._tiles

    def _build_main(self) -> QWidget:
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        self._drafts_head = Text(self.tr("没写完的走访"), TextRole.SECTION)
        self._draft_cards = CardsAtHand()
        self.draft_list = CardList(self._draft_cards)
        self.draft_list.setAccessibleName(self.tr("没写完的走访"))
        self.draft_list.opened.connect(self.presenter.resume)
        self.draft_list.action.connect(self.presenter.resume)
        self._more_drafts = Button(self.tr("查看全部草稿"), ButtonKind.TEXT, icon="clipboard-list")
        self._more_drafts.clicked.connect(lambda: self.presenter.go("drafts"))
        head = QWidget()
        row = FlowLayout(head, gap=8)
        self._due_head = Text("", TextRole.SECTION)
        self._sort = Button(self.tr("改按村组顺序"), ButtonKind.TEXT, icon="list-filter")
        self._sort.clicked.connect(self._on_sort)
        self._all = Button(self.tr("显示全部"), ButtonKind.TEXT, icon="x")
        self._all.clicked.connect(lambda: self.presenter.narrow(self.presenter.state.only))
        for part in (self._due_head, self._sort, self._all):
            row.addWidget(part)
        self._due_cards = CardsAtHand()
        self.due_list = CardList(self._due_cards)
        self.due_list.setAccessibleName(self.tr("该去谁家"))
        self.due_list.opened.connect(self.presenter.open_household)
        self.due_list.action.connect(self.presenter.visit)
        self._nothing = EmptyState("", icon="circle-check", button=self.tr("选一户走访"))
        self._nothing.action.connect(lambda: self.presenter.go("households"))
        self._rest = Text("", tone="soft", wrap=True)
        for listing in (self.draft_list, self.due_list):
            listing.set_growing(True)
        for widget in (
            self._drafts_head,
            self.draft_list,
            self._more_drafts,
            head,
            self.due_list,
            self._nothing,
            self._rest,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        return main

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: TodayState) -> None:
        """Show the day as it stands."""
        if self.isVisible():
            self._say_title(state)
        if not state.loaded:
            return
        self.welcome.setVisible(state.tour_offered and not state.first_sync_missing)
        self._empty.setVisible(state.first_sync_missing)
        for widget in (self._tiles, self._columns):
            widget.setVisible(not state.first_sync_missing)
        if state.first_sync_missing:
            self._show_first_sync(state)
            return
        self._show_returned(state)
        self._show_figures(state)
        self._show_drafts(state)
        self._show_due(state)
        self.side.render_state(state)
        order_tabs(self)

    def _say_title(self, state: TodayState) -> None:
        greeting = {
            DayPart.NIGHT: self.tr("夜深了，{0}"),
            DayPart.EARLY: self.tr("早上好，{0}"),
            DayPart.MORNING: self.tr("上午好，{0}"),
            DayPart.NOON: self.tr("中午好，{0}"),
            DayPart.AFTERNOON: self.tr("下午好，{0}"),
            DayPart.EVENING: self.tr("晚上好，{0}"),
        }[state.part]
        title = greeting.format(state.user_name) if state.user_name else self.tr("今日任务")
        context = SEPARATOR.join(filter(None, (date_line(state.today), state.area_name)))
        self.surroundings.shell.set_title(title, context)

    def _show_first_sync(self, state: TodayState) -> None:
        if state.syncing:
            self._empty.set_content(
                self.tr("正在下载您负责的台账，完成后这里会列出该走访的家庭。"), icon="refresh-cw"
            )
        else:
            self._empty.set_content(
                self.tr("本机还没有台账。联网同步一次后，这里会列出该走访的家庭，以后没有网络也能用。"),
                icon="cloud-off",
                button=self.tr("立即同步"),
            )

    def _show_returned(self, state: TodayState) -> None:
        shown = (
            state.returned, state.to_sign, state.conflicts, state.to_review, state.to_exempt,
            state.back_checks,
            state.clock_problem, state.stale_days, state.lock_days, state.today,
        )  # fmt: skip
        if shown == self._returned_shown:
            return
        self._returned_shown = shown
        while (item := self._returned.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        if state.clock_problem:
            self._tell(StatusKind.WARN, state.clock_problem)
        if state.stale_days:
            sentence = self.tr("已 {0} 天没有同步。满 {1} 天后，本机资料暂停查看，请尽快联网。")
            told = sentence.format(state.stale_days, state.lock_days)
            self._tell(StatusKind.WARN, told, self.tr("立即同步"), self.presenter.sync_now)
        self._show_what_came_back(state)
        if state.conflicts:
            sentence = self.tr("有 {0} 项填写不一致，等您核对确定").format(state.conflicts)
            act = partial(self.presenter.go, "conflicts")
            self._tell(StatusKind.WARN, sentence, self.tr("去核对"), act)
        if state.to_review:
            sentence = self.tr("有 {0} 次走访等您审核").format(state.to_review)
            act = partial(self.presenter.go, "reviews")
            self._tell(StatusKind.INFO, sentence, self.tr("去审核"), act)
        if state.to_exempt:
            sentence = self.tr("有 {0} 件免访申请等您审批").format(state.to_exempt)
            act = partial(self.presenter.go, "exemptions")
            self._tell(StatusKind.INFO, sentence, self.tr("去审批"), act)
        self._show_back_checks(state.back_checks)
        for waiting in state.to_sign:
            when = moment_words(waiting.assessed_at, state.today)
            sentence = self.tr("{0} {1}的风险评估（{2}风险）等您签字").format(
                waiting.name, when, waiting.level_label
            )
            act = partial(self.presenter.open_assessment, waiting.assessment_id)
            self._tell(StatusKind.WARN, sentence, self.tr("去签字"), act)

    def _show_back_checks(self, counts: BackCheckCounts) -> None:
        act = partial(self.presenter.go, "back_checks")
        if counts.to_make:
            sentence = self.tr("有 {0} 户请您复查").format(counts.to_make)
            self._tell(StatusKind.INFO, sentence, self.tr("去复查"), act)
        if counts.to_explain:
            sentence = self.tr("有 {0} 次走访请您说明").format(counts.to_explain)
            self._tell(StatusKind.WARN, sentence, self.tr("去说明"), act)
        if counts.to_look_at:
            sentence = self.tr("有 {0} 次复查等您处理").format(counts.to_look_at)
            self._tell(StatusKind.INFO, sentence, self.tr("去处理"), act)

    def _show_what_came_back(self, state: TodayState) -> None:
        for row in state.returned:
            reason = row.reason or self.tr("没有写明原因")
            day = day_words(local_day(row.finished_at), state.today)
            sentence = self.tr("{0} {1}的走访被退回：{2}").format(row.name, day, reason)
            said = [self.tr("{0}：{1}").format(*one) for one in row.comments]
            act = partial(self.presenter.correct, row.visit_id)
            self._tell(StatusKind.DANGER, "\n".join([sentence, *said]), self.tr("去修改"), act)

    def _tell(
        self, kind: StatusKind, sentence: str, button: str = "", act: Callable[[], None] | None = None
    ) -> None:
        banner = Banner(sentence, kind, button=button)
        if act is not None:
            banner.action.connect(act)
        self._returned.addWidget(banner)

    def _show_figures(self, state: TodayState) -> None:
        # With their number: other languages say one household, two households.
        self._overdue.set_figure(str(state.overdue), self.tr("户", "", state.overdue))
        self._soon.set_figure(str(state.due_soon), self.tr("户", "", state.due_soon))
        self._done.set_figure(str(state.done), f"/ {state.owing}")
        waiting = state.waiting_ops + state.waiting_blobs
        self._waiting.set_figure(str(waiting), self.tr("条", "", waiting))

    def _show_drafts(self, state: TodayState) -> None:
        some = bool(state.drafts)
        more = state.drafts_total > len(state.drafts)
        cards = [self._draft_card(draft, state, first=i == 0) for i, draft in enumerate(state.drafts)]
        self.draft_list.set_keys(self._draft_cards.hold(cards))
        self._drafts_head.setVisible(some)
        self.draft_list.setVisible(some)
        self._more_drafts.setText(self.tr("查看全部 {0} 份草稿").format(state.drafts_total))
        self._more_drafts.setVisible(more)

    def _draft_card(self, draft: DraftRow, state: TodayState, *, first: bool) -> CardContent:
        kind = self.tr("更正") if draft.corrects else self.tr("草稿")
        chips = [CardChip(kind, StatusKind.INFO)]
        if draft.problems:
            chips.append(CardChip(self.tr("缺 {0} 项").format(draft.problems), StatusKind.WARN))
        return CardContent(
            key=draft.draft_id,
            title=draft.name,
            chips=tuple(chips),
            line=draft.village_name,
            right=self.tr("{0} 保存").format(moment_words(draft.saved_at, state.today)),
            action=self.tr("继续填写"),
            primary=first,
        )

    def _show_due(self, state: TodayState) -> None:
        self._due_head.setText(
            {
                Only.ALL: self.tr("该去谁家"),
                Only.OVERDUE: self.tr("该去谁家：已超期"),
                Only.DUE_SOON: self.tr("该去谁家：即将到期"),
            }[state.only]
        )
        by_urgency = state.order is Order.URGENCY
        self._sort.setText(self.tr("改按村组顺序") if by_urgency else self.tr("改按紧急程度"))
        self._sort.setVisible(len(state.due) > 1)
        self._all.setVisible(state.only is not Only.ALL)
        primary = not state.drafts
        cards = [
            household_card(row, state.today, may_visit=True, primary=primary and i == 0)
            for i, row in enumerate(state.due)
        ]
        headings = {
            place.first_id: SEPARATOR.join(
                filter(None, (place.village_name, place.group_name, self.tr("{0} 户").format(place.doors)))
            )
            for place in state.places
        }
        self.due_list.set_keys(self._due_cards.hold(cards), headings)
        self.due_list.setVisible(bool(cards))
        self._nothing.setVisible(not cards)
        if state.only is Only.ALL and state.overdue + state.due_soon:
            sentence = self.tr("其余的家庭都不急：先把没写完的走访写完。")
        elif state.only is not Only.ALL:
            sentence = self.tr("没有这样的家庭。")
        else:
            sentence = self.tr("没有到期或超期的家庭，今天的任务都完成了。")
        self._nothing.set_content(sentence, icon="circle-check", button=self.tr("选一户走访"))
        self._rest.setText(self.tr("还有 {0} 户没有列出，可在“对象”里查找。").format(state.unlisted))
        self._rest.setVisible(bool(state.unlisted))

    def _on_sort(self) -> None:
        by_urgency = self.presenter.state.order is Order.URGENCY
        self.presenter.sort(Order.WALK if by_urgency else Order.URGENCY)

    def _on_empty(self) -> None:
        self.presenter.sync_now()
