"""The demo: a county on this machine and the app on a worker's profile, unlocked and in sync."""

import datetime as dt
import logging
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from fieldapp.app import logs, paths
from fieldapp.app.preferences import Language
from fieldapp.app.profiles import DEMO_PASSPHRASE, Dataset
from fieldapp.domain.clock import local_day, system_clock
from fieldapp.domain.errors import FieldappError
from ui.application import make_application, present
from ui.bootstrap import Options, Program
from ui.demo_county import DemoCounty
from ui.widgets.empty_state import EmptyState

if TYPE_CHECKING:
    from fieldapp.services.profiles import UnlockedProfile

_log = logging.getLogger(__name__)
ROLES: Final = ("aide", "supervisor")
_STALE_AFTER: Final = dt.timedelta(days=14)


def run_demo(*, role: str, root: Path | None, language: Language | None, fresh: bool) -> int:
    """Make or reuse the demo county, open the app on a worker's profile, run until it is closed."""
    base = paths.prepare_root(root or paths.default_root().with_name("fieldapp-demo"))
    county = DemoCounty(base / "county")
    if fresh or _is_stale(county):
        for old in ("county", *ROLES):
            shutil.rmtree(base / old, ignore_errors=True)
    profile_root = paths.prepare_root(base / role)
    logs.start(profile_root)
    app = make_application()
    program = Program(app, Options(root=profile_root, language=language, dataset=Dataset.DEMO))
    program.window.show_door(_Preparing())
    present(program)
    program.tasks.run_aside(
        lambda: _prepare(program, county, role),
        program.open_profile,
        lambda error: _ask_or_give_up(program, app, error),
    )
    try:
        return app.exec()
    finally:
        county.stop()


class _Preparing(QWidget):
    """What is shown while the demo county is made."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.addStretch(1)
        column.addWidget(EmptyState(self.tr("正在准备示例区县，首次约需十几秒……"), icon="house"))
        column.addStretch(2)


def _prepare(program: Program, county: DemoCounty, role: str) -> "UnlockedProfile":
    if not county.exists:
        county.make()
    county.start()
    return open_demo_profile(program, county, role)


def _ask_or_give_up(program: Program, app: QApplication, error: FieldappError) -> None:
    if error.code == "wrong_passphrase":  # changed in the demo's settings: whoever did that knows it
        program.show_door()
        return
    _log.error("the demo could not start: %s", error)
    app.exit(1)


def open_demo_profile(program: Program, county: DemoCounty, role: str) -> "UnlockedProfile":
    """Unlock the role's profile, or make it with a fresh one-time code (blocking)."""
    from fieldapp.app.profiles import profiles
    from ui.sync_desk import set_server_url

    known = [one for one in profiles(program.options.root) if one.dataset is Dataset.DEMO]
    if not known:
        code = county.new_code(county.door(role).login)
        return program.enrol(county.url, code, DEMO_PASSPHRASE)
    opened = program.unlock(known[0], DEMO_PASSPHRASE)
    set_server_url(opened.context, county.url)  # the demo server takes a free port each time
    return opened


def _is_stale(county: DemoCounty) -> bool:
    if not county.exists:
        return False
    made = dt.date.fromisoformat(str(county.facts["as_of"]))
    return local_day(system_clock()) - made > _STALE_AFTER
