"""Reading a visit: state, values in groups, photos, signature, position, versions."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.visit_reviews import ReviewAct
from fieldapp.domain.records.visits import PositionSource, VisitState
from ui import theme as look
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.visit.marks import MarksPresenter, MarksState
from ui.screens.visit.marks_card import MarksCard
from ui.screens.visit.presenter import LocationRow, ReadingState, SignatureRow, VersionRow, VisitPresenter
from ui.screens.visit.review import ReviewPresenter, ReviewState
from ui.screens.visit.review_card import ReviewCard
from ui.theme import RADIUS_CONTROL, StatusKind, TextRole, Theme
from ui.widgets import painting
from ui.widgets.banner import Banner
from ui.widgets.brief_panel import BriefPanel
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.records.day_words import day_words, moment_words, time_words
from ui.widgets.records.picture_album import PictureAlbum
from ui.widgets.records.picture_grid import decode_whole
from ui.widgets.records.pictures import PicturePort, PictureState
from ui.widgets.records.value_list import ValueList
from ui.widgets.records.visit_values import Difference, ValueGroup, VisitGroup
from ui.widgets.scrolling import ScrollPage
from ui.widgets.shell.policy_link import policy_link
from ui.widgets.tab_order import order_tabs


class SignatureView(QWidget):
    """What was written, on white paper by day and by night."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._image = QImage()
        self._words = self.tr("正在打开签名")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("签名图"))
        look.follow(self, self._restyle)

    def set_picture(self, sha256: str, state: PictureState, image: QImage | None, trouble: str) -> None:
        """Show the picture, or why there is none."""
        self._image = image if image is not None else QImage()
        self._words = trouble or (self.tr("签名图打不开") if self._image.isNull() else "")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(360, look.current().px(120))

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        painter = painting.begin(self)
        painting.frame(
            painter,
            self.rect().toRectF(),
            RADIUS_CONTROL,
            fill=theme.colors.paper,
            line=theme.colors.paper_line,
        )
        if self._image.isNull():
            font = theme.font(TextRole.BODY)
            painting.elided(painter, self.rect(), self._words, font, theme.colors.paper_ink, painting.CENTER)
        else:
            self._paint_image(painter)
        painter.end()

    def _paint_image(self, painter: QPainter) -> None:
        room = self.rect().adjusted(12, 8, -12, -8)
        size = self._image.size().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        top = room.top() + (room.height() - size.height()) // 2
        painter.drawImage(QRect(QPoint(room.left(), top), size), self._image)

    def _restyle(self, theme: Theme) -> None:
        self.setFixedHeight(theme.px(120))
        self.update()


class VisitScreen(Screen):
    """走访记录."""

    entry = "households"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.album = PictureAlbum()
        self.signed = SignatureView()
        port = PicturePort(decode_whole, self.signed.set_picture, decode_whole, self.signed.set_picture)
        self.presenter: VisitPresenter[QImage] = VisitPresenter(
            surroundings, self.render_state, self.album.port(), port
        )
        self.review = ReviewPresenter(
            surroundings, self.render_review, self._on_reviewed, self._on_taken_back
        )
        self.marks_card = MarksCard()
        self.marks: MarksPresenter[QImage] = MarksPresenter(
            surroundings, self.render_marks, self.marks_card.port, self._on_cleared
        )
        self._back_after_review = False
        self.album.wanted.connect(self.presenter.pictures.download)
        self.album.whole_wanted.connect(self.presenter.pictures.open)
        page = self.page = ScrollPage()
        self.brief = BriefPanel(surroundings, self.presenter.brief)
        self.column.addWidget(self.brief)
        self.column.addWidget(page)
        self._trouble = EmptyState("", icon="circle-alert")
        self.banner = Banner("", StatusKind.DANGER)
        self.banner.action.connect(self.presenter.amend)
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        column.addWidget(self._build_head())
        column.addWidget(self._build_review())
        column.addWidget(self._build_marks())
        self._groups = QVBoxLayout()
        self._groups.setSpacing(14)
        column.addLayout(self._groups)
        self.values: list[ValueList] = []
        column.addWidget(self._build_flags())
        column.addWidget(self._build_photos())
        column.addWidget(self._build_signature())
        column.addWidget(self._build_location())
        column.addWidget(self._build_versions())
        for widget in (self._trouble, self.banner, self._body):
            widget.hide()
            page.column.addWidget(widget)
        page.column.addStretch(1)

    # --- building -------------------------------------------------------------------------------

    def _build_head(self) -> Card:
        card = Card()
        self._name = Text("", TextRole.PAGE_TITLE, wrap=True)
        self._when = Text("", tone="soft", wrap=True)
        chips = QWidget()
        self._chips = FlowLayout(chips, gap=8)
        buttons = QWidget()
        flow = FlowLayout(buttons, gap=12)
        self.amend = Button(self.tr("更正这次走访"), icon="pencil")
        self.amend.clicked.connect(self.presenter.amend)
        household = Button(self.tr("查看家庭档案"), icon="users")
        household.clicked.connect(self.presenter.open_household)
        flow.addWidget(self.amend)
        flow.addWidget(household)
        printing = Button(self.tr("打印记录表"), icon="printer")
        printing.clicked.connect(self.presenter.print_form)
        flow.addWidget(printing)
        self.back_check = Button(self.tr("安排复查"), icon="git-compare")
        self.back_check.clicked.connect(self.presenter.request_back_check)
        flow.addWidget(self.back_check)
        for widget in (self._name, chips, self._when, buttons):
            card.body.addWidget(widget)
        return card

    def _build_review(self) -> Card:
        self.reviews = ReviewCard()
        self.reviews.begun.connect(self.review.begin)
        self.reviews.cancelled.connect(self.review.cancel)
        self.reviews.taken.connect(self._on_step)
        self.reviews.rebuilt.connect(lambda: order_tabs(self))
        self.reviews.hide()
        return self.reviews

    def _build_marks(self) -> Card:
        card = self.marks_card
        card.begun.connect(self.marks.begin)
        card.cancelled.connect(self.marks.cancel)
        card.cleared.connect(self.marks.clear)
        card.visit_opened.connect(self.marks.open_visit)
        card.picture_opened.connect(self.marks.open_picture)
        card.picture_wanted.connect(self.marks.download)
        card.rebuilt.connect(lambda: order_tabs(self))
        card.hide()
        return card

    def _build_flags(self) -> Card:
        self._flags = Card(self.tr("核对提示"), icon="info", tone=StatusKind.WARN)
        self._flag_words = Text("", wrap=True)
        about = self.tr("这些提示不影响提交，主管和您看到的一样。")
        self._flags.body.addWidget(self._flag_words)
        self._flag_reason = Text("", wrap=True)
        self._flags.body.addWidget(self._flag_reason)
        self._flags.body.addWidget(Text(about, TextRole.CAPTION, wrap=True))
        return self._flags

    def _build_photos(self) -> Card:
        self._photos = Card(self.tr("照片"), icon="image")
        self._photos.body.addWidget(self.album)
        return self._photos

    def _build_signature(self) -> Card:
        self._signature = Card(self.tr("被访人确认"), icon="pen-line")
        self._signature_values = ValueList()
        self._signature.body.addWidget(self._signature_values)
        self._signature.body.addWidget(self.signed)
        return self._signature

    def _build_location(self) -> Card:
        self._location = Card(self.tr("定位"), icon="map-pin")
        self.location_values = ValueList()
        self._location.body.addWidget(self.location_values)
        return self._location

    def _build_versions(self) -> Card:
        self._versions = Card(self.tr("更正记录"), icon="history")
        return self._versions

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._say_title(self.presenter.state)
        self._back_after_review = bool(params.get("back_after_review"))
        self.presenter.enter(params["visit_id"])
        self.review.enter(params["visit_id"])
        self.marks.enter(params["visit_id"])

    def shown_again(self) -> None:
        self._say_title(self.presenter.state)

    def leave(self) -> None:
        self.album.close_viewer()
        self.brief.stop()
        self.presenter.leave()
        self.review.leave()
        self.marks_card.close_viewers()
        self.marks.leave()

    def urgent_params(self) -> Params:
        state = self.presenter.state
        return {"household_id": state.household_id, "visit_id": state.visit_id} if state.household_id else {}

    def tools(self) -> tuple[QWidget, ...]:
        return (
            self.brief.button(),
            policy_link(lambda: self.surroundings.shell.go("policies")),
        )

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: ReadingState) -> None:
        """Show the visit."""
        if self.isVisible():
            self._say_title(state)
        self._trouble.setVisible(bool(state.trouble))
        self._trouble.set_content(state.trouble, icon="circle-alert")
        there = state.loaded and not state.trouble
        self._body.setVisible(there)
        self.banner.setVisible(there and state.state is not VisitState.SUBMITTED)
        if not there:
            return
        self._show_head(state)
        self._show_groups(state.groups)
        self._flags.setVisible(bool(state.flags))
        self._flag_words.setText("\n".join(state.flags))
        self._flag_reason.setText(self.tr("走访人说明：{0}").format(state.flag_reason))
        self._flag_reason.setVisible(bool(state.flag_reason))
        self._photos.setVisible(bool(state.photos))
        self.album.set_rows(state.photos)
        self._show_signature(state.signature, state)
        self._show_location(state.location)
        self._show_versions(state)
        order_tabs(self)

    def render_review(self, state: ReviewState) -> None:
        """Show what supervisors said, and the step being taken."""
        opened = state.step is not None and not self.reviews.panel.isVisibleTo(self.reviews)
        self.reviews.render_state(state)
        order_tabs(self)
        if opened:
            # The panel gets its size only after this render; then it is brought into view.
            QTimer.singleShot(0, self, self._bring_panel)

    def render_marks(self, state: MarksState) -> None:
        """Show what the server found beside other visits."""
        self.marks_card.render_state(state)
        order_tabs(self)

    def _on_cleared(self) -> None:
        self.surroundings.shell.toast(self.tr("标记已清除，联网后生效。"))

    def _bring_panel(self) -> None:
        self.page.show_field(self.reviews.panel)
        self.reviews.panel.cancel.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_step(self, reason: str, comments: list[tuple[str, str]]) -> None:
        step = self.review.state.step
        if step is not None:
            self.review.take(step, reason, comments)

    def _on_reviewed(self, act: ReviewAct, undo: Callable[[], None]) -> None:
        words = {
            ReviewAct.APPROVE: self.tr("已通过，联网后生效。"),
            ReviewAct.RETURN: self.tr("已退回，联网后送到走访人的设备上。"),
            ReviewAct.VOID: self.tr("已作废，联网后不再计入统计。"),
        }[act]
        self.surroundings.shell.toast(words, self.tr("撤销"), undo)
        if self._back_after_review:
            self.surroundings.shell.back()

    def _on_taken_back(self, possible: bool) -> None:
        if possible:
            self.surroundings.shell.toast(self.tr("已收回，这次走访仍等审核。"))
        else:
            self.surroundings.shell.toast(self.tr("已经上传，收不回了；要改请退回并写明原因。"))

    def _show_head(self, state: ReadingState) -> None:
        self._name.setText(state.name)
        if state.started_at is not None and state.finished_at is not None:
            day = day_words(local_day(state.finished_at), state.today)
            times = f"{time_words(state.started_at)}–{time_words(state.finished_at)}"
            self._when.setText(self.tr("{0} {1} · {2}").format(day, times, state.place))
        self._chips.clear()
        if state.unsent:
            self._chips.addWidget(Chip(self.tr("已存本机 ✓ 待上传"), StatusKind.INFO))
        else:
            self._chips.addWidget(Chip(self.tr("已上传"), StatusKind.OK))
        if state.versions:
            self._chips.addWidget(
                Chip(self.tr("更正 {0} 次").format(len(state.versions) - 1), StatusKind.MUTE)
            )
        self.back_check.setVisible(state.may_check)
        self.amend.setVisible(state.may_amend and state.state is VisitState.SUBMITTED)
        reason = state.state_reason or self.tr("没有写明原因")
        if state.state is VisitState.RETURNED:
            button = self.tr("去修改") if state.may_amend else ""
            words = self.tr("这次走访被退回：{0}").format(reason)
            self.banner.set_message(words, StatusKind.DANGER, button=button)
        elif state.state is VisitState.VOID:
            words = self.tr("这次走访已作废，不计入统计：{0}").format(reason)
            self.banner.set_message(words, StatusKind.MUTE)

    def _show_groups(self, groups: tuple[ValueGroup, ...]) -> None:
        _empty(self._groups)
        self.values = []
        titles = {
            VisitGroup.BASICS: self.tr("基本情况"),
            VisitGroup.LIFE: self.tr("生活与照料"),
            VisitGroup.ECONOMY: self.tr("收入与救助"),
            VisitGroup.TEXT: self.tr("走访内容"),
            VisitGroup.NEXT: self.tr("困难与下一步"),
            VisitGroup.OPINION: self.tr("群众意见"),
            VisitGroup.REMARK: self.tr("备注"),
        }
        for group in groups:
            card = Card(titles[group.group])
            values = ValueList()
            values.set_values([(value.label, value.text) for value in group.values])
            card.body.addWidget(values)
            self.values.append(values)
            self._groups.addWidget(card)

    def _show_signature(self, row: SignatureRow | None, state: ReadingState) -> None:
        self._signature.setVisible(row is not None)
        if row is None:
            return
        signed = moment_words(row.signed_at, state.today) if row.signed_at is not None else ""
        values = (
            (self.tr("确认方式"), row.words),
            (self.tr("见证人"), row.witness),
            (self.tr("原因"), row.reason),
            (self.tr("签字时间"), signed),
        )
        self._signature_values.set_values([pair for pair in values if pair[1]])
        self.signed.setVisible(bool(row.picture))

    def _show_location(self, row: LocationRow | None) -> None:
        self._location.setVisible(row is not None)
        if row is None:
            return
        values = [(self.tr("来源"), row.words)]
        if row.lat is not None and row.lon is not None:
            values.append((self.tr("纬度、经度"), f"{row.lat:.5f}, {row.lon:.5f}"))
        if row.accuracy_m is not None:
            values.append((self.tr("精度"), self.tr("约 {0} 米").format(round(row.accuracy_m))))
        if row.distance_m is not None:
            values.append((self.tr("距家庭住址"), self.tr("约 {0} 米").format(round(row.distance_m))))
        if row.reason or row.source is PositionSource.NONE:
            values.append((self.tr("没有定位的原因"), row.reason or self.tr("没有写明")))
        self.location_values.set_values(values)

    def _show_versions(self, state: ReadingState) -> None:
        self._versions.setVisible(bool(state.versions))
        _empty(self._versions.body)
        for i, row in enumerate(state.versions):
            if i:
                self._versions.body.addWidget(Divider())
            self._versions.body.addWidget(self._version(row, state, newest=i == 0))

    def _version(self, row: VersionRow, state: ReadingState, *, newest: bool) -> QWidget:
        view = QWidget()
        column = QVBoxLayout(view)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        when = moment_words(row.at, state.today)
        if row.number == 1:
            head = self.tr("第 1 版 · 首次提交 · {0} · {1}").format(when, row.who)
        elif newest:
            head = self.tr("第 {0} 版（现行）· {1} · {2}").format(row.number, when, row.who)
        else:
            head = self.tr("第 {0} 版 · {1} · {2}").format(row.number, when, row.who)
        column.addWidget(Text(head, TextRole.STRONG, wrap=True))
        if row.reason:
            column.addWidget(Text(self.tr("更正原因：{0}").format(row.reason), tone="soft", wrap=True))
        if row.differences:
            values = ValueList()
            values.set_rows([(change.label, self._difference(change)) for change in row.differences])
            column.addWidget(values)
        elif row.number > 1:
            column.addWidget(Text(self.tr("填写内容没有变化"), tone="soft", wrap=True))
        return view

    def _difference(self, change: Difference) -> QWidget:
        view = QWidget()
        sides = EvenGridLayout(view, gap=12, columns=2)
        before = change.before or self.tr("没有填写")
        after = change.after or self.tr("已删去")
        sides.addWidget(Text(self.tr("原来：{0}").format(before), tone="quiet", wrap=True))
        sides.addWidget(Text(self.tr("改为：{0}").format(after), wrap=True))
        return view

    def _say_title(self, state: ReadingState) -> None:
        self.surroundings.shell.set_title(self.tr("走访记录"), state.name)


def _empty(layout: QVBoxLayout) -> None:
    """Take out and delete what is in a layout."""
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
