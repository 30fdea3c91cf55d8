"""The position of a visit: wait and accept, type it, or say why there is none (R19). Layer 5."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.domain.records.visits import Location, PositionSource
from ui.position.coordinates import parse_coordinates, written_coordinates
from ui.position.sources import PositionSources
from ui.position.watch import Fix, PositionWatch
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.reason_choice import ReasonChoice
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.toast import announce


class PositionPanel(Editor):
    """Value: a Location or None, WGS-84. The position service runs only between 开始定位 and the answer.

    `changed` follows each act; `committed` when a typed reason is finished.

    Args:
        reasons: ask why there is no position.
    """

    changed = Signal(object)
    committed = Signal(object)

    def __init__(
        self, sources: PositionSources, *, reasons: bool = True, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._asks_why = reasons
        self._location: Location | None = None
        self._label = ""
        self._typing_place = False
        self.watch = PositionWatch(sources, self)
        self.watch.changed.connect(self._arrange)
        self.watch.ended.connect(self._on_ended)
        self.status = Text("", wrap=True)
        self.begin = Button(self.tr("开始定位"), icon="map-pin")
        self.begin.clicked.connect(self._on_begin)
        self.accept = Button(self.tr("用这个位置"), icon="check")
        self.accept.clicked.connect(self._on_accept)
        self.give_up = Button(self.tr("不等了"), ButtonKind.TEXT)
        self.give_up.clicked.connect(self._on_give_up)
        self.by_hand = Button(self.tr("手工填写"), ButtonKind.TEXT, icon="pencil")
        self.by_hand.clicked.connect(self._on_by_hand)
        row = QWidget()
        flow = FlowLayout(row, gap=8)
        for button in (self.begin, self.accept, self.give_up, self.by_hand):
            flow.addWidget(button)
        self.place = TextField(placeholder=self.tr("如 30.66123, 117.48912（纬度在前）"))
        self.place.describe(self.tr("手工填写的位置"))
        self.place.committed.connect(self._on_typed_place)
        self._place_problem = Text("", tone="danger", wrap=True)
        self._why = Text(self.tr("没有定位的，点一个原因："), tone="soft", wrap=True)
        usual = (self.tr("室内无信号"), self.tr("山区无信号"), self.tr("设备不支持"))
        self.reasons = ReasonChoice(usual)
        self.reasons.describe(self.tr("没有定位的原因"))
        self.reasons.changed.connect(self._on_reason)
        self.reasons.committed.connect(lambda _value: self.committed.emit(self._location))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for widget in (self.status, row, self.place, self._place_problem, self._why, self.reasons):
            column.addWidget(widget)
        self._arrange()

    def value(self) -> Location | None:
        """The position as it stands."""
        return self._location

    def set_value(self, value: object) -> None:
        if value is not None and not isinstance(value, Location):
            raise TypeError(f"location expected, got {type(value).__name__}")
        self._location = value
        if value is None:
            self.place.set_value("")  # the next place is not the last one with something typed behind it
        none = value is not None and value.source is PositionSource.NONE
        self.reasons.set_value(value.reason if none and value is not None else "")
        self._arrange()

    def set_source_label(self, label: str) -> None:
        """The words for the source of the position on show."""
        self._label = label
        self._arrange()

    def describe(self, name: str, description: str = "") -> None:
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)

    def set_invalid(self, invalid: bool) -> None:
        self.reasons.set_invalid(invalid)

    def shut(self) -> None:
        """Let go of the position service."""
        self.watch.stop()

    def _has_place(self) -> bool:
        return self._location is not None and self._location.lat is not None

    def _arrange(self) -> None:
        waiting, placed = self.watch.running, self._has_place()
        self.status.setText(self._words())
        self.begin.setVisible(not waiting)
        self.begin.setText(self.tr("重新定位") if placed else self.tr("开始定位"))
        self.accept.setVisible(waiting and self.watch.best is not None)
        self.give_up.setVisible(waiting)
        self.by_hand.setVisible(not waiting and not self._typing_place)
        self.place.setVisible(self._typing_place and not waiting)
        self._place_problem.setVisible(self._typing_place and bool(self._place_problem.text()))
        for widget in (self._why, self.reasons):
            widget.setVisible(self._asks_why and not waiting and not placed)

    def _words(self) -> str:
        if self.watch.running:
            waited = self.tr("等待定位 {0} 秒").format(self.watch.seconds)
            best = self.watch.best
            return waited if best is None else self.tr("{0}，{1}").format(waited, self._exactness(best))
        location = self._location
        if location is None or location.lat is None or location.lon is None:
            return self.tr("还没有位置。")
        fix = Fix(location.lat, location.lon, location.accuracy_m, location.source)
        place = written_coordinates(fix.lat, fix.lon)
        label = self._label or self.tr("位置")
        return self.tr("{0}：{1}，{2}").format(label, place, self._exactness(fix))

    def _on_begin(self) -> None:
        self._typing_place = False
        self.watch.start()

    def _on_accept(self) -> None:
        best = self.watch.best
        self.watch.stop()
        if best is not None:
            self._take(Location(source=best.source, lat=best.lat, lon=best.lon, accuracy_m=best.accuracy_m))

    def _on_give_up(self) -> None:
        self.watch.stop()
        self._arrange()

    def _on_ended(self) -> None:
        self._arrange()
        if self.watch.best is None:
            if self._asks_why:
                words = self.tr("这里定不到位。可以点一个原因，或者手工填写。")
            else:
                words = self.tr("这里定不到位。可以手工填写。")
            self.status.setText(words)
            announce(self, words)
        else:
            self._on_accept()

    def _on_by_hand(self) -> None:
        self._typing_place = True
        self._arrange()
        self.place.setFocus()

    def _on_typed_place(self, text: object) -> None:
        read = parse_coordinates(str(text))
        if read is None:
            self._place_problem.setText(self.tr("看不懂这个位置，请写成 30.66123, 117.48912"))
            self._arrange()
            return
        self._place_problem.setText("")
        self._typing_place = False
        self._take(Location(source=PositionSource.MANUAL, lat=read[0], lon=read[1]))

    def _on_reason(self, reason: object) -> None:
        words = str(reason)
        self._take(Location(source=PositionSource.NONE, reason=words) if words else None)

    def _take(self, location: Location | None) -> None:
        self._location = location
        self._arrange()
        self.changed.emit(location)

    def _exactness(self, fix: Fix) -> str:
        if fix.accuracy_m is None:
            return self.tr("精度未知")
        return self.tr("精度约 {0} 米").format(round(fix.accuracy_m))
