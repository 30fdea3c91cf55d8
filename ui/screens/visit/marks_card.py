"""The card of marks: what the server found beside other visits, with both photos; clearing. Layer 5."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.visit_marks import MarkClearanceFields, MarkKind
from fieldapp.services.visit_marks import OtherVisit
from ui.screens.visit.marks import MarkRow, MarksState
from ui.theme import StatusKind, TextRole
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.reason_choice import ReasonChoice
from ui.widgets.labels import Divider, Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.records.day_words import day_words, moment_words
from ui.widgets.records.household_cards import SEPARATOR
from ui.widgets.records.picture_album import PictureAlbum
from ui.widgets.records.pictures import PicturePort, PictureRow

_REASON_MOST: Final = next(
    int(m.max_length) for m in MarkClearanceFields.model_fields["reason"].metadata if hasattr(m, "max_length")
)


class MarksCard(Card):
    """Marks, the open ones first.

    Signals: begun(mark_id), cancelled(), cleared(reason) of the open panel; visit_opened(visit_id);
    picture_opened and picture_wanted(mark_id, sha256); rebuilt() when there are other stops for the Tab key.
    """

    begun = Signal(str)
    cancelled = Signal()
    cleared = Signal(str)
    visit_opened = Signal(str)
    picture_opened = Signal(str, str)
    picture_wanted = Signal(str, str)
    rebuilt = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(icon="search", tone=StatusKind.WARN, parent=parent)
        self.set_title(self.tr("与其他走访对照的标记"))
        about = self.tr("由县服务器对照全部走访得出，只有主管看得到；标记只是请您核实，不代表结论。")
        self.body.addWidget(Text(about, TextRole.CAPTION, wrap=True))
        self._rows = QVBoxLayout()
        self._rows.setSpacing(12)
        self.body.addLayout(self._rows)
        self._shown: tuple[MarkRow, ...] = ()
        self._albums: dict[str, PictureAlbum] = {}
        self.boxes: dict[str, MarkBox] = {}

    def port(self, mark_id: str) -> PicturePort[QImage]:
        """Where the pictures of a mark come out."""
        return self._album(mark_id).port()

    def close_viewers(self) -> None:
        """Take open viewers away with the page."""
        for album in self._albums.values():
            album.close_viewer()

    def render_state(self, state: MarksState) -> None:
        """Show the marks and the open panel."""
        self.setVisible(bool(state.rows))
        if state.rows != self._shown:
            self._shown = state.rows
            self._rebuild(state)
        for mark_id, box in self.boxes.items():
            box.show_panel(state, opened=mark_id == state.clearing)

    def _rebuild(self, state: MarksState) -> None:
        for kept in self._albums.values():
            kept.setParent(self)  # its pictures have been read already
            kept.hide()
        while (item := self._rows.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.boxes = {}
        for nth, row in enumerate(state.rows):
            if nth:
                self._rows.addWidget(Divider())
            mark_id = row.item.mark_id
            album = self._album(mark_id) if row.photos else None
            box = self.boxes[mark_id] = MarkBox(row, state, album, self.visit_opened.emit)
            box.begun.connect(partial(self.begun.emit, mark_id))
            box.cancelled.connect(self.cancelled)
            box.cleared.connect(self.cleared)
            self._rows.addWidget(box)
        self.rebuilt.emit()

    def _album(self, mark_id: str) -> PictureAlbum:
        if mark_id not in self._albums:
            album = self._albums[mark_id] = PictureAlbum(self)
            album.whole_wanted.connect(partial(self.picture_opened.emit, mark_id))
            album.wanted.connect(partial(self.picture_wanted.emit, mark_id))
        return self._albums[mark_id]


class MarkBox(QWidget):
    """One mark. Signals: begun(), cancelled(), cleared(reason)."""

    begun = Signal()
    cancelled = Signal()
    cleared = Signal(str)

    def __init__(
        self,
        row: MarkRow,
        state: MarksState,
        album: PictureAlbum | None,
        open_visit: Callable[[str], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._row = row
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._head())
        column.addWidget(Text(self._sentence(), wrap=True))
        if album is not None:
            album.set_rows(self._photos(state))
            album.show()
            column.addWidget(album)
        for other in row.item.others:
            column.addWidget(self._other(other, state, open_visit))
        if row.item.flag_reason:
            column.addWidget(Text(self.tr("走访人说明：{0}").format(row.item.flag_reason), wrap=True))
        if row.item.cleared:
            column.addWidget(Text(self._cleared(state), tone="soft", wrap=True))
        if row.refusal:
            column.addWidget(Text(row.refusal, tone="danger", wrap=True))
        self.clear = Button(self.tr("清除标记"), icon="check")
        self.clear.clicked.connect(self.begun)
        self.panel = ClearPanel()
        self.panel.cancelled.connect(self.cancelled)
        self.panel.cleared.connect(self.cleared)
        tools = QWidget()
        FlowLayout(tools).addWidget(self.clear)
        column.addWidget(tools)
        column.addWidget(self.panel)
        self.panel.hide()

    def show_panel(self, state: MarksState, *, opened: bool) -> None:
        """Show or hide what asks for the reason."""
        self.clear.setVisible(self._row.item.may_clear and not opened)
        self.panel.setVisible(opened)
        self.panel.show_state(state)

    def _head(self) -> QWidget:
        head = QWidget()
        flow = FlowLayout(head, gap=8)
        item = self._row.item
        flow.addWidget(Chip(self._row.kind_words, StatusKind.MUTE if item.cleared else StatusKind.WARN))
        if item.waiting:
            flow.addWidget(Chip(self.tr("清除待上传"), StatusKind.INFO))
        elif item.cleared:
            flow.addWidget(Chip(self.tr("已清除"), StatusKind.OK))
        elif item.explained:
            flow.addWidget(Chip(self.tr("走访人已说明"), StatusKind.INFO))
        return head

    def _sentence(self) -> str:
        count = len(self._row.item.others)
        return {
            MarkKind.SAME_PHOTO: self.tr("这张照片与另一次走访的照片是同一个文件。"),
            MarkKind.LIKE_PHOTO: self.tr("这张照片与另一次走访的照片像是同一张，可能经过裁剪、压缩或翻转。"),
            MarkKind.STAGED: self.tr("这次走访与另外 {0} 户在同一地点、前后几分钟内填写，离各家都远。"),
            MarkKind.TRAVEL: self.tr("按两次走访的时间和位置，路上来不及。"),
            MarkKind.COPIED: self.tr("走访内容与另外 {0} 户写得一样。"),
        }[self._row.item.kind].format(count)

    def _photos(self, state: MarksState) -> list[PictureRow]:
        days = {one.visit_id: day_words(one.day, state.today) for one in self._row.item.others}
        return [replace(one, kind=days.get(one.key) or self.tr("这次走访")) for one in self._row.photos]

    def _other(self, one: OtherVisit, state: MarksState, open_visit: Callable[[str], None]) -> QWidget:
        line = QWidget()
        flow = FlowLayout(line, gap=12)
        where = one.head_name or self.tr("不在本机的走访户")
        words = SEPARATOR.join(filter(None, (day_words(one.day, state.today), one.village_name, where)))
        flow.addWidget(Text(words, tone="soft", wrap=True))
        if one.here:
            button = Button(self.tr("看那次走访"), ButtonKind.TEXT, icon="chevron-right")
            button.setAccessibleName(self.tr("看那次走访：{0}").format(words))
            button.clicked.connect(partial(open_visit, one.visit_id))
            flow.addWidget(button)
        return line

    def _cleared(self, state: MarksState) -> str:
        item = self._row.item
        when = moment_words(item.cleared_at, state.today) if item.cleared_at is not None else ""
        who = SEPARATOR.join(filter(None, (item.cleared_by_name, when)))
        return self.tr("清除原因：{0}（{1}）").format(item.clear_reason, who)


class ClearPanel(QWidget):
    """Asks why a mark means nothing wrong. Signals: cleared(reason), cancelled()."""

    cleared = Signal(str)
    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        usual = (
            self.tr("已核实，情况属实"),
            self.tr("两户同住或相邻"),
            self.tr("公共场所或公示照片"),
            self.tr("集中补录，已说明"),
        )
        self.reason = ReasonChoice(usual, max_length=_REASON_MOST)
        self._field = Field(self.tr("为什么可以清除"), self.reason, required=True)
        self.trouble = Banner("", StatusKind.DANGER)
        self.sure = Button(self.tr("确定清除"), ButtonKind.PRIMARY, icon="check")
        self.sure.clicked.connect(lambda: self.cleared.emit(self.reason.value()))
        self.cancel = Button(self.tr("取消"))
        self.cancel.clicked.connect(self.cancelled)
        tools = QWidget()
        flow = FlowLayout(tools, gap=12)
        for button in (self.sure, self.cancel):
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.trouble, self._field, tools):
            column.addWidget(widget)
        self.trouble.hide()

    def show_state(self, state: MarksState) -> None:
        """Show what was wrong with the last try."""
        self._field.set_error(state.errors.get("reason", ""))
        self.trouble.setVisible(bool(state.errors.get("")))
        if state.errors.get(""):
            self.trouble.set_message(state.errors[""], StatusKind.DANGER)
        self.sure.setEnabled(not state.busy)
