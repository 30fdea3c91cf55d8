"""Runs the window: one instance per data folder, first paint before anything heavy."""

import signal
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLockFile, QSize, QTimer
from PySide6.QtWidgets import QApplication

from fieldapp.app.preferences import Language
from fieldapp.app.profiles import Dataset
from ui import theme as look
from ui.bootstrap import Options, Program

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

WINDOW: Final = QSize(1280, 800)


def run_app(root: Path, *, language: Language | None, dataset: Dataset) -> int:
    """Show the door and run until the window closes. A second start raises the first window."""
    app = make_application()
    lock = QLockFile(str(root / "fieldapp.lock"))
    name = f"fieldapp-{zlib.crc32(str(root.resolve()).encode()):x}"
    if not lock.tryLock(200):
        raise_other(name)
        return 0
    program = Program(app, Options(root=root, language=language, dataset=dataset))
    present(program)
    program.show_door()
    QTimer.singleShot(0, lambda: listen_for_second_start(app, name, program))  # after the first paint
    code = app.exec()
    lock.unlock()
    return code


def present(program: Program) -> None:
    """Show the window: 1280 × 800, or all of a smaller screen; Ctrl+C in a terminal closes it."""
    window = program.window
    room = window.screen().availableSize()
    if room.width() <= WINDOW.width() or room.height() <= WINDOW.height():
        window.resize(room)
        window.showMaximized()
    else:
        window.resize(WINDOW)
        window.show()
    if sys.stdin is not None and sys.stdin.isatty():
        signal.signal(signal.SIGINT, lambda *_: window.close())
        pulse = QTimer(window)  # lets Python look for signals while Qt waits for events
        pulse.start(300)


def make_application() -> QApplication:
    """The one QApplication, named but without personal data anywhere in it."""
    app = QApplication.instance() or QApplication([*sys.argv[:1], *look.STYLE_ARGUMENTS])
    assert isinstance(app, QApplication)
    app.setApplicationName("fieldapp")
    app.setApplicationDisplayName("入户通")
    return app


def raise_other(name: str) -> None:
    """Ask the instance that is already running to come to the front."""
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(name)
    if socket.waitForConnected(500):
        socket.write(b"raise")
        socket.waitForBytesWritten(500)


def listen_for_second_start(app: QApplication, name: str, program: Program) -> "QLocalServer":
    """Come to the front when the program is started a second time."""
    from PySide6.QtNetwork import QLocalServer

    server = QLocalServer(app)
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
    QLocalServer.removeServer(name)
    server.listen(name)

    def come_forward() -> None:
        server.nextPendingConnection()
        program.window.showNormal()
        program.window.raise_()
        program.window.activateWindow()

    server.newConnection.connect(come_forward)
    return server
