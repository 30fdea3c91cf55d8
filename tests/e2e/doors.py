"""Doors with a real vault, cheap guesses and no keyring: what the stories' profiles are opened with."""

import datetime as dt
import secrets
from pathlib import Path
from typing import Final

from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from fieldapp.app.profiles import Dataset
from fieldapp.domain.clock import Clock
from fieldapp.security.cipher import Argon2Cost
from fieldapp.security.keystore import Keystore
from fieldapp.security.passphrase import CostPolicy
from fieldapp.services.profiles import ProfileDoor
from ui.application import make_application
from ui.bootstrap import Options, Program

PASSPHRASE: Final = "rht-qingxi-2026"
_CHEAP: Final = CostPolicy(floor=Argon2Cost(memory_kib=8, passes=1), memory_choices_kib=())


def cheap_door(root: Path, clock: Clock) -> ProfileDoor:
    """A door on a machine without a keyring."""
    keystore = Keystore(NoKeyring())  # type: ignore[no-untyped-call]
    return ProfileDoor(
        root, clock=clock, random_bytes=secrets.token_bytes, keystore=keystore, cost_policy=_CHEAP
    )


def start_program(root: Path, minute: dt.timedelta = dt.timedelta(minutes=1)) -> Program:
    """The program as `ui.application.run_app` starts it, its window shown, at the door."""
    application: QApplication = make_application()
    options = Options(root, dataset=Dataset.DEMO, make_door=cheap_door, minute=minute)
    program = Program(application, options)
    program.window.resize(1366, 900)
    program.window.show()
    program.show_door()
    program.window.activateWindow()
    assert QTest.qWaitForWindowActive(program.window), "the window comes to the front"
    return program
