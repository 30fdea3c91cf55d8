"""A forgotten passphrase at the door: request, answer of the county, a new passphrase; without a network."""

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot
from typer.testing import CliRunner

from fieldapp.app.preferences import Language, Preferences
from fieldapp.app.profiles import Dataset, Profile
from fieldapp.app.texts import texts
from fieldapp.security.county_key import CountyKey, make_county_key, seal_county_key
from fieldapp.services.profiles import ProfileDoor, UnlockedProfile
from fieldapp.storage.store import Store
from server.cli import app
from tests.determinism import MovableClock
from tests.gui.county import DirectTasks
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from tests.gui.test_unlock import Place
from tests.integration.device.conftest import PASSPHRASE, enrol_as
from ui.camera.codes import CodeKind, read_codes
from ui.screen import Screen
from ui.screens.unlock.presenter import DoorMode, UnlockPresenter
from ui.screens.unlock.recovery import Recovery
from ui.screens.unlock.recovery_page import RecoveryPage
from ui.screens.unlock.screen import UnlockScreen
from ui.theme import Theme
from ui.widgets.buttons import Button

NEW = "人往高处走 48 次"
FIRST, SECOND = "青山不改绿水长流 2026", "他日相逢后会有期 2026"


@pytest.fixture
def place(tmp_path: Path, clock: MovableClock) -> Iterator[Place]:
    made = Place(tmp_path / "machine", clock)
    yield made
    made.close()


@pytest.fixture(scope="module")
def county_key(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CountyKey]:
    """The county's key file and the pair in it."""
    key = make_county_key(secrets.token_bytes)
    file = tmp_path_factory.mktemp("safe") / "county.key"
    file.write_bytes(seal_county_key(key, FIRST, SECOND, secrets.token_bytes))
    return file, key


def escrowed(door: ProfileDoor, key: CountyKey) -> Profile:
    def enrol(store: Store) -> list[bytes]:
        enrol_as()(store)
        return [key.public]

    made = door.create(PASSPHRASE, Dataset.REAL, enrol)
    door.close(made)
    return made.profile


def answer_of_county(file: Path, request: str, out: Path) -> str:
    """The administrator's command."""
    arguments = ["escrow", "answer", str(file), request, "--out", str(out)]
    shown = CliRunner().invoke(app, arguments, input=f"y\n已回拨核实\n{FIRST}\n{SECOND}\n")
    assert shown.exit_code == 0, shown.output
    return out.read_text()


def asked(place: Place) -> tuple[UnlockPresenter, Recovery]:
    presenter = place.presenter()
    presenter.show_recovery()
    assert presenter.recovery is not None
    return presenter, presenter.recovery


def said(code: str) -> str:
    return texts(Language.ZH).message(code)


def test_the_whole_way_by_files(place: Place, county_key: tuple[Path, CountyKey], tmp_path: Path) -> None:
    file, key = county_key
    escrowed(place.door, key)
    presenter, recovery = asked(place)
    assert (presenter.state.mode, len(recovery.state.code)) == (DoorMode.RECOVERY, 19)
    recovery.save_request(tmp_path / "request.txt")
    assert recovery.state.saved
    answer_of_county(file, str(tmp_path / "request.txt"), tmp_path / "answer.txt")
    recovery.open_answer(tmp_path / "answer.txt")
    recovery.finish(recovery.state.answer, NEW, NEW)
    opened: list[UnlockedProfile] = place.opened
    assert [one.profile.label for one in opened] == ["周*"]
    place.door.close(opened.pop())
    again = place.presenter()
    again.unlock(PASSPHRASE)
    assert again.state.error == said("wrong_passphrase")
    again.unlock(NEW)
    assert len(place.opened) == 1


def test_where_nothing_is_set_up_it_is_said_in_plain_words(place: Place) -> None:
    place.worker("周丙")
    presenter, recovery = asked(place)
    assert (recovery.state.text, recovery.state.error) == ("", said("recovery_not_set_up"))
    presenter.show_passphrase()
    assert (presenter.state.mode, presenter.state.recovery) == (DoorMode.PASSPHRASE, None)


def test_mistakes_are_told_at_their_place_and_nothing_changes(
    place: Place, county_key: tuple[Path, CountyKey], tmp_path: Path
) -> None:
    file, key = county_key
    escrowed(place.door, key)
    presenter, first = asked(place)
    old = answer_of_county(file, first.state.text, tmp_path / "old.txt")
    presenter.show_recovery()
    recovery = presenter.recovery
    assert recovery is not None
    assert recovery is not first
    given = answer_of_county(file, recovery.state.text, tmp_path / "new.txt")
    for answer, passphrase, again, place_of, code in (
        ("", NEW, NEW, "answer", "answer_required"),
        (given, NEW, f"{NEW}!", "again", "passphrases_differ"),
        (given[:-2], NEW, NEW, "answer", "recovery_answer_damaged"),
        (old, NEW, NEW, "answer", "recovery_answer_wrong"),
    ):
        recovery.finish(answer, passphrase, again)
        assert (recovery.state.error, recovery.state.error_field) == (said(code), place_of)
        assert not recovery.state.busy
    recovery.finish(given, "短", "短")
    assert recovery.state.error_field == "passphrase"
    assert place.opened == []
    recovery.finish(given, NEW, NEW)
    assert len(place.opened) == 1


def test_files_that_cannot_be_had_are_told(
    place: Place, county_key: tuple[Path, CountyKey], tmp_path: Path
) -> None:
    escrowed(place.door, county_key[1])
    _, recovery = asked(place)
    recovery.save_request(tmp_path / "nowhere" / "request.txt")
    assert recovery.state.error == said("file_not_writable")
    recovery.open_answer(tmp_path / "nowhere.txt")
    assert recovery.state.error == said("file_unreadable")


# --- screen --------------------------------------------------------------------------------------


def test_screen_shows_the_request_as_code_text_and_number(
    qtbot: QtBot, theme: Theme, place: Place, county_key: tuple[Path, CountyKey], tmp_path: Path
) -> None:
    file, key = county_key
    escrowed(place.door, key)
    screen = UnlockScreen(Preferences())
    presenter = place.presenter(screen.show_state, DirectTasks())
    screen.set_presenter(presenter)
    show(qtbot, cast(Screen, screen))
    (forgotten,) = [one for one in screen.findChildren(Button) if one.text() == "忘记口令"]
    forgotten.click()
    (page,) = screen.findChildren(RecoveryPage)
    assert presenter.recovery is not None
    assert page.code.text() == presenter.recovery.state.code
    (code,) = read_codes(page.image.image(3), CodeKind.QR)
    assert code.text == presenter.recovery.state.text
    page.copy.click()
    assert QGuiApplication.clipboard().text() == code.text
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(cast(Screen, screen))
    page.scanned.emit(answer_of_county(file, code.text, tmp_path / "answer.txt"))
    page.new.set_value(NEW)
    page.again.set_value(NEW)
    page.finish.click()
    assert len(place.opened) == 1


def test_screen_goes_back_and_forgets_the_attempt(
    qtbot: QtBot, theme: Theme, place: Place, county_key: tuple[Path, CountyKey]
) -> None:
    escrowed(place.door, county_key[1])
    screen = UnlockScreen(Preferences())
    presenter = place.presenter(screen.show_state, DirectTasks())
    screen.set_presenter(presenter)
    show(qtbot, cast(Screen, screen))
    presenter.show_recovery()
    (page,) = screen.findChildren(RecoveryPage)
    page.back.click()
    assert presenter.recovery is None
    assert presenter.state.mode is DoorMode.PASSPHRASE
    assert not page.isVisible()
