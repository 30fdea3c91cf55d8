"""A window under measure, one start in a process of its own: `python -m bench.window bare`, or
`python -m bench.window at_once|ready ROOT`: Return is pressed at once, or when the program is ready.

Prints the instants of its paints (time.monotonic, the same for all processes of the machine) as JSON.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

PASSPHRASE: Final = "bench-入户通-2026"
IDLE_MS: Final = 2000
"""How long after the day's page memory is read."""
_LOOK_EVERY_MS: Final = 4


def bare() -> dict[str, float]:
    """A QApplication and a QMainWindow of the program's size, nothing in it."""
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication(sys.argv[:1])
    window = QMainWindow()
    window.resize(1280, 800)
    told: dict[str, float] = {}

    def painted() -> None:
        told["first_paint"] = time.monotonic()
        app.quit()

    filters = after_paint(window, painted)
    window.show()
    app.exec()
    del filters
    return told


def program(root: Path, *, at_once: bool) -> dict[str, float]:
    """The program as it starts. The passphrase is there, and Return pressed, as soon as the door has been
    painted (`at_once`), or when all is imported: nobody types quicker than that."""
    from PySide6.QtCore import QTimer

    from fieldapp.app import logs
    from fieldapp.app.profiles import Dataset
    from ui.application import listen_for_second_start, make_application
    from ui.bootstrap import Options, Program

    logs.start(root)
    app = make_application()
    running = Program(app, Options(root=root, dataset=Dataset.DEMO))
    script = _Script(running, at_once=at_once)
    running.tasks.broke.connect(lambda bug: _break_off(repr(bug)))
    running.window.resize(1280, 800)
    filters = after_paint(running.window, script.on_door)
    running.window.show()
    running.show_door()
    QTimer.singleShot(0, lambda: listen_for_second_start(app, f"fieldapp-bench-{root.name}", running))
    app.exec()
    del filters
    return script.told


def after_paint(window: "QWidget", then: Callable[[], None]) -> Any:
    """Call once the next paint of a window is through. Keep the returned object until then."""
    from PySide6.QtCore import QEvent, QObject, QTimer

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Paint:
                window.removeEventFilter(self)
                QTimer.singleShot(0, then)
            return False

    watch = Watch()
    window.installEventFilter(watch)
    return watch


class _Script:
    """What the worker does, and when it was done."""

    def __init__(self, running: Any, *, at_once: bool) -> None:
        from PySide6.QtCore import QTimer

        self._program = running
        self._at_once = at_once
        self.told: dict[str, float] = {}
        self._looking = QTimer()
        self._looking.setInterval(_LOOK_EVERY_MS)
        self._looking.timeout.connect(self._type)
        self._watch: Any = None

    def on_door(self) -> None:
        """The door is on the screen."""
        self.told["first_paint"] = time.monotonic()
        self._looking.start()

    def _type(self) -> None:
        from PySide6.QtCore import Qt
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QLineEdit

        if not (self._at_once or self._program.tasks.idle):
            return
        self._looking.timeout.disconnect(self._type)
        self._looking.timeout.connect(self._look)
        self.told["typed"] = time.monotonic()
        lines = self._program.window.findChildren(QLineEdit)
        secret = next(
            one for one in lines if one.echoMode() is QLineEdit.EchoMode.Password and one.isVisible()
        )
        secret.setText(PASSPHRASE)
        QTest.keyClick(secret, Qt.Key.Key_Return)

    def _look(self) -> None:
        module = sys.modules.get("ui.screens.today.screen")
        if module is None:
            return
        pages = self._program.window.findChildren(module.TodayScreen)
        if pages and pages[0].presenter.state.loaded:
            self._looking.stop()
            self._watch = after_paint(pages[0], self._on_today)
            pages[0].update()

    def _on_today(self) -> None:
        from PySide6.QtCore import QTimer

        state = next(
            iter(self._program.window.findChildren(sys.modules["ui.screens.today.screen"].TodayScreen))
        )
        self.told["today"] = time.monotonic()
        self.told["owing"] = state.presenter.state.owing
        QTimer.singleShot(IDLE_MS, self._on_idle)

    def _on_idle(self) -> None:
        status = Path("/proc/self/status").read_text(encoding="ascii")
        rss = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        self.told["rss_mb"] = int(rss.split()[1]) / 1024
        self._program.window.close()
        self._program.stop()
        sys.stdout.write(json.dumps(self.told))
        sys.stdout.flush()
        # The figures are out; how fast the program ends is not asked.
        os._exit(0)


def _break_off(why: str) -> None:
    sys.stderr.write(f"the program broke: {why}\n")
    sys.stderr.flush()
    os._exit(1)


if __name__ == "__main__":
    if sys.argv[1] == "bare":
        sys.stdout.write(json.dumps(bare()))
    else:
        program(Path(sys.argv[2]), at_once=sys.argv[1] == "at_once")
