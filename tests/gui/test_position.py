"""Positions through the real NMEA plugin over a socket, and the panel's ways round."""

import datetime as dt
from collections.abc import Iterator
from typing import Final

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket
from PySide6.QtPositioning import QGeoPositionInfoSource
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.visits import Location, PositionSource
from tests.gui.county import County
from tests.gui.form_stage import FormStage
from ui.position.coordinates import parse_coordinates
from ui.position.panel import PositionPanel
from ui.position.sources import PluginPositions
from ui.position.watch import GIVE_UP_SECONDS, PositionWatch
from ui.screens.visit_form.sections import SectionKey
from ui.theme import Theme

LAT: Final = 30.66
LON: Final = 117.49


def sentence(body: str) -> bytes:
    """An NMEA sentence with its checksum."""
    check = 0
    for character in body:
        check ^= ord(character)
    return f"${body}*{check:02X}\r\n".encode()


class Receiver(QObject):
    """A satellite receiver on a TCP port: one fix each 200 ms."""

    def __init__(self) -> None:
        super().__init__()
        self._server = QTcpServer(self)
        assert self._server.listen(QHostAddress.SpecialAddress.LocalHost, 0)
        self._server.newConnection.connect(self._on_connection)
        self._sockets: list[QTcpSocket] = []
        self._timer = QTimer(self)
        self._timer.setInterval(200)
        self._timer.timeout.connect(self._send)
        self._second = 0

    @property
    def sources(self) -> PluginPositions:
        """How the program reaches it."""
        address = f"socket://127.0.0.1:{self._server.serverPort()}"
        return PluginPositions("nmea", {"nmea.source": address})

    @property
    def listeners(self) -> int:
        """How many still listen."""
        states = [socket.state() for socket in self._sockets]
        return states.count(QTcpSocket.SocketState.ConnectedState)

    def _on_connection(self) -> None:
        self._sockets.append(self._server.nextPendingConnection())
        self._timer.start()

    def _send(self) -> None:
        self._second += 1
        now = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=self._second)
        degrees = (
            f"{int(LAT):02d}{(LAT - int(LAT)) * 60:07.4f},N,{int(LON):03d}{(LON - int(LON)) * 60:07.4f},E"
        )
        position = f"GPGGA,{now:%H%M%S}.00,{degrees},1,09,0.9,42.0,M,0.0,M,,"
        moving = f"GPRMC,{now:%H%M%S}.00,A,{degrees},0.0,0.0,{now:%d%m%y},,,A"
        for socket in self._sockets:
            socket.write(sentence(position) + sentence(moving))


class NoSource:
    """A machine without any position service."""

    def open(self, parent: QObject) -> QGeoPositionInfoSource | None:
        """There is none."""
        return None


@pytest.fixture
def receiver(qtbot: QtBot) -> Iterator[Receiver]:
    """A receiver that is heard on a socket."""
    made = Receiver()
    yield made
    made.deleteLater()


@pytest.fixture
def stage(qtbot: QtBot, county: County, theme: Theme) -> Iterator[FormStage]:
    """A household without visits, and nothing opened yet."""
    made = FormStage(qtbot, county)
    yield made
    made.close()


def test_position_comes_from_the_receiver_and_is_stored_when_accepted(
    stage: FormStage, receiver: Receiver
) -> None:
    screen = stage.open()
    screen.positions = receiver.sources
    panel = stage.page(screen, SectionKey.EVIDENCE).editor("location")
    assert isinstance(panel, PositionPanel)
    stage.tap(panel.begin)
    stage.until(panel.accept.isVisible)
    assert "等待定位" in panel.status.text()
    stage.tap(panel.accept)
    place = stage.stored().location
    assert place is not None
    assert place.source is PositionSource.GPS
    assert place.lat == pytest.approx(LAT, abs=1e-4)
    assert place.lon == pytest.approx(LON, abs=1e-4)
    assert "卫星定位" in panel.status.text()
    stage.until(lambda: receiver.listeners == 0)  # nobody is followed


def test_leaving_the_form_ends_the_wait(stage: FormStage, receiver: Receiver) -> None:
    screen = stage.open()
    screen.positions = receiver.sources
    panel = stage.page(screen, SectionKey.EVIDENCE).editor("location")
    assert isinstance(panel, PositionPanel)
    stage.tap(panel.begin)
    stage.until(lambda: receiver.listeners == 1)
    screen.leave()
    assert not panel.watch.running
    stage.until(lambda: receiver.listeners == 0)
    stage.runner.drain()
    assert stage.stored().location is None


def test_machine_without_a_source_says_so_and_takes_a_reason(qtbot: QtBot, theme: Theme) -> None:
    panel = PositionPanel(NoSource())
    qtbot.addWidget(panel)
    panel.show()
    panel.begin.click()
    assert "定不到位" in panel.status.text()
    assert panel.reasons.isVisible()
    taken: list[object] = []
    panel.changed.connect(taken.append)
    panel.reasons.changed.emit("设备不支持")
    assert taken == [Location(source=PositionSource.NONE, reason="设备不支持")]


def test_giving_up_and_typing_the_place(qtbot: QtBot, theme: Theme, receiver: Receiver) -> None:
    panel = PositionPanel(receiver.sources)
    qtbot.addWidget(panel)
    panel.show()
    panel.begin.click()
    panel.give_up.click()
    assert not panel.watch.running
    panel.by_hand.click()
    panel.place.line.setText("somewhere")
    panel.place.line.editingFinished.emit()
    assert panel.value() is None
    panel.place.line.setText("117.48912，30.66123")
    panel.place.line.editingFinished.emit()
    assert panel.value() == Location(source=PositionSource.MANUAL, lat=30.66123, lon=117.48912)


def test_wait_ends_by_itself(qtbot: QtBot, receiver: Receiver) -> None:
    watch = PositionWatch(PluginPositions("nmea", {"nmea.source": "socket://127.0.0.1:9"}))
    ended: list[bool] = []
    watch.ended.connect(lambda: ended.append(True))
    watch.start()
    watch.seconds = GIVE_UP_SECONDS - 1
    qtbot.waitUntil(lambda: bool(ended))
    assert not watch.running


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("30.66123, 117.48912", (30.66123, 117.48912)),
        ("117.48912,30.66123", (30.66123, 117.48912)),
        ("北纬30.66 东经117.49", (30.66, 117.49)),
        ("３０.６６，１１７.４９", (30.66, 117.49)),
        ("-12.5 48.25", (-12.5, 48.25)),
        ("30.66", None),
        ("95.0, 200.0", None),
        ("青溪村12号", None),
        ("", None),
    ],
)
def test_coordinates_as_people_copy_them(text: str, place: tuple[float, float] | None) -> None:
    assert parse_coordinates(text) == place
