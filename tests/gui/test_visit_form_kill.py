"""Power off in the middle of a form: everything written up to the pause is there, at the same step."""

import os
import subprocess
import sys
from pathlib import Path

from fieldapp.domain.records.visits import LivingGrade, LivingItem
from fieldapp.storage.repositories import visits as repository
from fieldapp.storage.store import Store
from tests.determinism import MovableClock

ROOT = Path(__file__).resolve().parents[2]

WORKER = """
import sys
from pathlib import Path
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.gui.county import County
from fieldapp.services import visits
from ui.screens.visit_form.screen import VisitFormScreen
from ui.screens.visit_form.section_page import SectionPage
from ui.screens.visit_form.sections import SectionKey
from ui.tasks import TaskRunner

def wait(ms):
    loop = QEventLoop()
    QTimer.singleShot(ms, loop.quit)
    loop.exec()

app = QApplication([])
county = County(Path(sys.argv[1]))
draft_id, _ = visits.begin_visit(county.context, county.household("王桂兰"))
runner = TaskRunner()
screen = VisitFormScreen(county.surroundings(runner))
screen.resize(1000, 700)
screen.show()
screen.enter({"draft_id": draft_id})
wait(200)

def page(section):
    screen.presenter.go_to(section)
    wait(50)
    return next(one for one in screen.findChildren(SectionPage) if one.isVisible())

page(SectionKey.LIVING).editor("findings.living.FOOD").buttons()[2].click()
area = page(SectionKey.WORDS).editor("narrative").area.page
area.setFocus()
QTest.keyClicks(area, "typed before the lights went out")
wait(600)
QTest.keyClicks(area, " and")
print("typed", flush=True)
wait(60_000)
"""


def test_killed_program_has_lost_nothing_but_the_last_keys(tmp_path: Path) -> None:
    script = tmp_path / "worker.py"
    script.write_text(WORKER, encoding="utf-8")
    profile = tmp_path / "profile"
    profile.mkdir()
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
    }
    command = [sys.executable, str(script), str(profile)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment, cwd=ROOT) as program:
        assert program.stdout is not None
        said = program.stdout.readline().strip()
        program.kill()  # SIGKILL: no handler, no flush, no goodbye
    assert said == b"typed"

    store = Store.open(profile, b"a" * 32, b"b" * 32, clock=MovableClock())
    try:
        store.verify()
        with store.reading() as connection:
            (stored,) = repository.drafts(connection)
        assert stored.draft.step == "words"
        assert stored.draft.narrative.startswith("typed before the lights went out")
        assert stored.draft.findings.living == {LivingItem.FOOD: LivingGrade.BAD}
    finally:
        store.close()
