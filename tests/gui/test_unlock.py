"""The door: passphrase, PIN, enrolment, and who sits down."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from fieldapp.app.preferences import Language, Preferences
from fieldapp.app.profiles import DEMO_PASSPHRASE, Dataset, Profile
from fieldapp.app.texts import texts
from fieldapp.domain.errors import SyncError
from fieldapp.services.profiles import ProfileDoor, RecoveryAttempt, UnlockedProfile
from fieldapp.storage.store import Store
from tests.determinism import MovableClock
from tests.gui.cameras import PictureCamera, PictureCameras
from tests.gui.code_pictures import ENROLMENT, photo, qr
from tests.gui.county import DirectTasks, HeldTasks
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from tests.integration.device.conftest import CHEAP, PASSPHRASE, enrol_as
from tests.unit.security.keyrings import MOODS, MemoryKeyring, keystore_over
from ui.camera.code_panel import CodePanel
from ui.ports import Tasks
from ui.screen import Screen
from ui.screens.unlock.enrol_page import EnrolPage
from ui.screens.unlock.presenter import DoorMode, DoorState, UnlockPresenter, read_enrolment
from ui.screens.unlock.screen import UnlockScreen
from ui.theme import Theme

PIN = "730912"


class Place:
    """A machine with profiles: the real door, and a county that takes one code."""

    def __init__(self, root: Path, clock: MovableClock) -> None:
        self.clock = clock
        self.keyring = MemoryKeyring()
        self.door = ProfileDoor(root, clock=clock, keystore=keystore_over(self.keyring), cost_policy=CHEAP)
        self.opened: list[UnlockedProfile] = []
        self.states: list[DoorState] = []
        self.chosen: list[Preferences] = []
        self.asked: list[tuple[str, str]] = []

    def worker(self, name: str) -> Profile:
        """A profile of a worker, locked; his passphrase ends with his name."""
        self.clock.advance(minutes=1)
        made = self.door.create(f"{PASSPHRASE} {name}", Dataset.REAL, enrol_as(name))
        self.door.close(made)
        return made.profile

    def unlock(self, profile: Profile, passphrase: str) -> UnlockedProfile:
        return self.door.unlock(profile, passphrase)

    def recovery_request(self, profile: Profile) -> RecoveryAttempt:
        return self.door.recovery_request(profile)

    def recover(
        self, profile: Profile, attempt: RecoveryAttempt, answer: str, passphrase: str
    ) -> UnlockedProfile:
        return self.door.open(profile, self.door.recovered_keys(profile, attempt, answer, passphrase))

    def quick_unlock(self, profile: Profile, pin: str) -> UnlockedProfile:
        return self.door.quick_unlock(profile, pin)

    def quick_unlock_available(self, profile: Profile) -> bool:
        return self.door.quick_unlock_available(profile)

    def enrol(self, server_url: str, code: str, passphrase: str) -> UnlockedProfile:
        self.asked.append((server_url, code))

        def with_county(store: Store) -> list[bytes]:
            if code != "GOODCODE22":
                raise SyncError("bad_code")
            enrol_as("吴己", "worker-9")(store)
            return []

        return self.door.create(passphrase, Dataset.REAL, with_county)

    def presenter(
        self, render: Callable[[DoorState], None] | None = None, tasks: Tasks | None = None
    ) -> UnlockPresenter:
        """The door's presenter, started."""
        made = UnlockPresenter(
            profiles=self.door.profiles(), door=self, tasks=tasks or DirectTasks(),
            texts=texts(Language.ZH), render=render or self.states.append, opened=self.opened.append,
            set_preferences=self.chosen.append,
        )  # fmt: skip
        made.start()
        return made

    def close(self) -> None:
        for one in self.opened:
            one.context.store.close()


@pytest.fixture
def place(tmp_path: Path, clock: MovableClock) -> Iterator[Place]:
    made = Place(tmp_path, clock)
    yield made
    made.close()


def said(code: str, **facts: object) -> str:
    return texts(Language.ZH).message(code, **facts)


# --- presenter -----------------------------------------------------------------------------------


def test_new_machine_asks_to_enrol(place: Place) -> None:
    presenter = place.presenter()
    assert presenter.state == DoorState(DoorMode.ENROL, ())
    presenter.show_passphrase()
    assert presenter.state.mode is DoorMode.ENROL, "there is nobody to unlock"


def test_passphrase_opens_and_a_wrong_one_says_so_at_its_field(place: Place) -> None:
    place.worker("周丙")
    presenter = place.presenter()
    assert (presenter.state.mode, presenter.state.chosen) == (DoorMode.PASSPHRASE, place.door.profiles()[0])
    presenter.unlock("nothing of the kind")
    assert (presenter.state.error, presenter.state.error_field) == (said("wrong_passphrase"), "passphrase")
    assert not presenter.state.busy
    presenter.unlock("")
    assert presenter.state.error == said("passphrase_required")
    presenter.unlock(f"{PASSPHRASE} 周丙")
    assert [one.profile.label for one in place.opened] == ["周*"]


def test_pin_page_comes_when_a_pin_is_on(place: Place) -> None:
    profile = place.worker("周丙")
    place.door.enable_quick_unlock(profile, f"{PASSPHRASE} 周丙", PIN)
    presenter = place.presenter()
    assert (presenter.state.mode, presenter.state.pin_available) == (DoorMode.PIN, True)
    presenter.unlock("")
    assert presenter.state.mode is DoorMode.PIN, "an empty field is no reason to take the PIN page away"
    assert presenter.state.error == said("pin_format", minimum=6, maximum=12)
    presenter.unlock("830912")
    assert presenter.state.mode is DoorMode.PIN
    assert presenter.state.error == said("wrong_pin", tries_left=4)
    presenter.unlock(PIN)
    assert len(place.opened) == 1


def test_fifth_wrong_pin_leads_to_the_passphrase(place: Place) -> None:
    profile = place.worker("周丙")
    place.door.enable_quick_unlock(profile, f"{PASSPHRASE} 周丙", PIN)
    presenter = place.presenter()
    for _ in range(5):
        presenter.unlock("830912")
    assert presenter.state.mode is DoorMode.PASSPHRASE
    assert (presenter.state.error, presenter.state.error_field) == (
        said("quick_unlock_used_up"),
        "passphrase",
    )
    presenter.unlock(PIN)
    assert presenter.state.error == said("wrong_passphrase")
    presenter.unlock(f"{PASSPHRASE} 周丙")
    assert len(place.opened) == 1


def test_pin_page_can_be_left_for_the_passphrase(place: Place) -> None:
    profile = place.worker("周丙")
    place.door.enable_quick_unlock(profile, f"{PASSPHRASE} 周丙", PIN)
    presenter = place.presenter()
    presenter.show_passphrase()
    presenter.unlock(f"{PASSPHRASE} 周丙")
    assert len(place.opened) == 1


@pytest.mark.allow_log("fieldapp.security.keystore")
def test_keyring_that_is_locked_leads_to_the_passphrase(place: Place, tmp_path: Path) -> None:
    profile = place.worker("周丙")
    place.door.enable_quick_unlock(profile, f"{PASSPHRASE} 周丙", PIN)
    place.door = ProfileDoor(tmp_path, clock=place.clock, keystore=MOODS["locked"](), cost_policy=CHEAP)
    presenter = place.presenter()
    presenter.unlock(PIN)
    assert (presenter.state.mode, presenter.state.error) == (
        DoorMode.PASSPHRASE, said("quick_unlock_no_keyring"))  # fmt: skip
    presenter.unlock(f"{PASSPHRASE} 周丙")
    assert len(place.opened) == 1


def test_another_worker_sits_down(place: Place) -> None:
    first, second = place.worker("周丙"), place.worker("钱丁")
    place.door.enable_quick_unlock(second, f"{PASSPHRASE} 钱丁", PIN)
    presenter = place.presenter()
    assert [p.label for p in presenter.state.profiles] == ["钱*", "周*"]
    assert presenter.state.mode is DoorMode.PIN
    presenter.unlock("1")
    presenter.choose(presenter.state.profiles[1])
    assert (presenter.state.mode, presenter.state.pin_available, presenter.state.error) == (
        DoorMode.PASSPHRASE, False, "")  # fmt: skip
    presenter.unlock(f"{PASSPHRASE} 钱丁")
    assert presenter.state.error == said("wrong_passphrase")
    presenter.unlock(f"{PASSPHRASE} 周丙")
    assert place.opened[0].profile.profile_id == first.profile_id


def test_answer_about_the_pin_of_one_worker_does_not_change_the_page_of_another(place: Place) -> None:
    place.worker("周丙")
    with_pin = place.worker("钱丁")
    place.door.enable_quick_unlock(with_pin, f"{PASSPHRASE} 钱丁", PIN)
    tasks = HeldTasks()
    presenter = place.presenter(tasks=tasks)
    presenter.choose(presenter.state.profiles[1])
    tasks.finish()
    assert (presenter.state.mode, presenter.state.pin_available) == (DoorMode.PASSPHRASE, False)


def test_door_is_busy_once(place: Place) -> None:
    place.worker("周丙")
    tasks = HeldTasks()
    presenter = place.presenter(tasks=tasks)
    tasks.finish()
    for _ in range(3):
        presenter.unlock(f"{PASSPHRASE} 周丙")
    assert presenter.state.busy
    assert len(tasks.waiting) == 1
    tasks.finish()
    assert len(place.opened) == 1


def test_enrolment_opens_and_makes_a_profile(place: Place) -> None:
    presenter = place.presenter()
    presenter.enrol("county.example", " good-code 22 ", PASSPHRASE, PASSPHRASE)
    assert place.asked == [("https://county.example", "GOODCODE22")]
    assert [one.profile.label for one in place.opened] == ["吴*"]


@pytest.mark.parametrize(
    ("given", "code", "field"),
    [
        (("", "x", PASSPHRASE, PASSPHRASE), "server_required", "server_url"),
        (("county.example", " - ", PASSPHRASE, PASSPHRASE), "code_required", "code"),
        (("county.example", "x", PASSPHRASE, PASSPHRASE + "!"), "passphrases_differ", "again"),
        (("county.example", "GOODCODE22", "12345678", "12345678"), "passphrase_common", "passphrase"),
        (("county.example", "BADCODE", PASSPHRASE, PASSPHRASE), "bad_code", ""),
    ],
)
def test_enrolment_says_what_is_wrong_and_where(
    place: Place, given: tuple[str, str, str, str], code: str, field: str
) -> None:
    presenter = place.presenter()
    presenter.enrol(*given)
    assert (presenter.state.mode, presenter.state.error_field) == (DoorMode.ENROL, field)
    assert presenter.state.error == said(code)
    assert (place.opened, place.door.profiles(), presenter.state.busy) == ([], [], False)


@pytest.mark.parametrize(
    ("server", "code", "expected"),
    [
        ("county.example:8443/", "abcd-efgh", ("https://county.example:8443", "ABCDEFGH")),
        ("http://10.0.0.1", "x", ("http://10.0.0.1", "X")),
        ("fieldapp://enrol?server=https%3A%2F%2Fa.example&code=QWER", "", ("https://a.example", "QWER")),
        ("", " fieldapp://enrol?server=https://a.example&code=QWER ", ("https://a.example", "QWER")),
        ("fieldapp://enrol", "", ("", "")),
        ("fieldapp://[oops", "", ("", "")),
        ("https://[oops", "x", ("https://[oops", "X")),
        ("", "", ("", "")),
    ],
)
def test_enrolment_is_read_as_typed_pasted_or_scanned(
    server: str, code: str, expected: tuple[str, str]
) -> None:
    assert read_enrolment(server, code) == expected


def test_door_that_was_left_shows_nothing_more(place: Place) -> None:
    """A language was chosen: the door is built anew while the old one's answers are still under way."""
    place.worker("周丙")
    tasks = HeldTasks()
    presenter = place.presenter(tasks=tasks)
    presenter.unlock("wrong one")
    presenter.set_preferences(Preferences(language=Language.EN))
    shown = len(place.states)
    tasks.finish()
    assert len(place.states) == shown
    assert [one.language for one in place.chosen] == [Language.EN]


# --- screen --------------------------------------------------------------------------------------


@pytest.fixture
def screen(qtbot: QtBot, theme: Theme, place: Place) -> UnlockScreen:
    """The door of a machine with two workers, on the display."""
    place.worker("周丙")
    place.worker("钱丁")
    made = UnlockScreen(Preferences())
    made.set_presenter(place.presenter(made.show_state))
    show(qtbot, cast(Screen, made))
    return made


@pytest.mark.parametrize("dataset", [Dataset.REAL, Dataset.DEMO])
def test_screen_tells_the_passphrase_of_demo_data_and_of_nothing_else(
    qtbot: QtBot, theme: Theme, place: Place, dataset: Dataset
) -> None:
    place.door.close(place.door.create(DEMO_PASSPHRASE, dataset, enrol_as("孙戊")))
    screen = UnlockScreen(Preferences())
    screen.set_presenter(place.presenter(screen.show_state))
    show(qtbot, cast(Screen, screen))
    told = [one for one in screen.findChildren(QLabel) if DEMO_PASSPHRASE in one.text() and one.isVisible()]
    assert bool(told) is (dataset is Dataset.DEMO)
    assert_fits(cast(Screen, screen))


def secret_line(screen: UnlockScreen) -> QLineEdit:
    (line,) = [one for one in screen.findChildren(QLineEdit) if one.isVisibleTo(screen)]
    return line


def test_screen_unlocks_by_keyboard_alone(qtbot: QtBot, place: Place, screen: UnlockScreen) -> None:
    line = secret_line(screen)
    assert line.echoMode() is QLineEdit.EchoMode.Password
    line.setFocus()
    QTest.keyClicks(line, "wrong one")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert line.text() == "", "a wrong passphrase is not left standing"
    line.setText(f"{PASSPHRASE} 钱丁")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert [one.profile.label for one in place.opened] == ["钱*"]


def test_screen_shows_no_name_in_full(screen: UnlockScreen) -> None:
    words = [str(one.property("text") or "") for one in screen.findChildren(QWidget)]
    assert any("周*" in one for one in words)
    assert not any("周丙" in one or "钱丁" in one for one in words)


@pytest.mark.parametrize("enrolling", [False, True])
def test_screen_fits_reads_in_order_and_is_named(place: Place, screen: UnlockScreen, enrolling: bool) -> None:
    if enrolling:
        assert screen._presenter is not None
        screen._presenter.show_enrol()
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(cast(Screen, screen))
    assert not isinstance(screen.focusWidget(), QLineEdit), "no keyboard pops up by itself"


def test_screen_scanner_types_the_code_into_any_field(qtbot: QtBot, theme: Theme, place: Place) -> None:
    made = UnlockScreen(Preferences())
    made.set_presenter(place.presenter(made.show_state))
    show(qtbot, cast(Screen, made))
    lines = [one for one in made.findChildren(QLineEdit) if one.isVisibleTo(made)]
    assert len(lines) == 4
    lines[1].setText("fieldapp://enrol?server=https%3A%2F%2Fa.example&code=GOODCODE22")
    for line in lines[2:]:
        line.setText(PASSPHRASE)
    QTest.keyClick(lines[3], Qt.Key.Key_Return)
    assert place.asked == [("https://a.example", "GOODCODE22")]
    assert len(place.opened) == 1


def test_presenter_takes_a_scanned_code_and_tells_another_from_it(place: Place) -> None:
    presenter = place.presenter()
    presenter.scan()
    for other in ("https://example.com", "QWER-TYUI", "fieldapp://enrol", "fieldapp://enrol?server=&code=A"):
        presenter.scanned(other)
        assert (presenter.state.scanning, presenter.state.foreign_code) == (True, True), other
    presenter.scanned(ENROLMENT)
    shown = presenter.state
    assert (shown.scanning, shown.foreign_code) == (False, False)
    assert (shown.server_url, shown.code) == ("https://minzheng.county.example:8443", "ABCD-EFGH-JKMN")
    presenter.scan()
    presenter.stop_scanning()
    assert not presenter.state.scanning
    assert presenter.state.code, "what was read before stays"


def test_presenter_does_not_scan_while_it_enrols(place: Place) -> None:
    tasks = HeldTasks()
    presenter = place.presenter(tasks=tasks)
    presenter.scan()
    presenter.enrol("county.example", "GOODCODE22", PASSPHRASE, PASSPHRASE)
    assert (presenter.state.busy, presenter.state.scanning) == (True, False)
    presenter.scan()
    assert not presenter.state.scanning
    tasks.finish()


def enrolling(qtbot: QtBot, place: Place, *cameras: PictureCamera) -> UnlockScreen:
    """The door of a new machine, with cameras."""
    made = UnlockScreen(Preferences())
    made.cameras = PictureCameras(*cameras)
    made.set_presenter(place.presenter(made.show_state))
    show(qtbot, cast(Screen, made))
    return made


def test_screen_reads_the_code_with_the_camera_and_only_the_passphrase_is_left(
    qtbot: QtBot, theme: Theme, place: Place
) -> None:
    camera = PictureCamera("back", photo(qr("https://a.example"), 300))
    screen = enrolling(qtbot, place, camera)
    page = screen.findChildren(EnrolPage)[0]
    QTest.mouseClick(page.scan, Qt.MouseButton.LeftButton)
    panel = page.findChildren(CodePanel)[0]
    assert page.scan.isHidden()
    qtbot.waitUntil(lambda: any("不是登记码" in one.text() for one in panel.findChildren(QLabel)))
    code = "fieldapp://enrol?server=https%3A%2F%2Fa.example&code=GOODCODE22"
    camera.picture = photo(qr(code), 280, angle=-14, blur=2)
    qtbot.waitUntil(lambda: not camera.running)
    assert page.scan.isVisible()
    server, one_time, passphrase, again = (one for one in page.findChildren(QLineEdit))
    assert (server.text(), one_time.text()) == ("https://a.example", "GOODCODE22")
    assert screen.focusWidget() is passphrase
    for line in (passphrase, again):
        line.setText(PASSPHRASE)
    QTest.keyClick(again, Qt.Key.Key_Return)
    assert place.asked == [("https://a.example", "GOODCODE22")]
    assert len(place.opened) == 1


def test_screen_closes_the_scanner_and_lets_go_of_the_camera_when_another_door_comes(
    qtbot: QtBot, theme: Theme, place: Place
) -> None:
    camera = PictureCamera("back", photo(None, 0))
    screen = enrolling(qtbot, place, camera)
    page = screen.findChildren(EnrolPage)[0]
    page.scan.click()
    qtbot.waitUntil(lambda: camera.running)
    page.findChildren(CodePanel)[0].done.click()
    qtbot.waitUntil(lambda: not camera.running)
    page.scan.click()
    qtbot.waitUntil(lambda: camera.running)
    screen.hide()
    qtbot.waitUntil(lambda: not camera.running)


@pytest.mark.parametrize("with_camera", [True, False])
def test_screen_fits_and_is_named_while_it_scans(
    qtbot: QtBot, theme: Theme, place: Place, with_camera: bool
) -> None:
    cameras = [PictureCamera(name, photo(None, 0)) for name in ("front", "back")] if with_camera else []
    screen = enrolling(qtbot, place, *cameras)
    screen.findChildren(EnrolPage)[0].scan.click()
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(cast(Screen, screen))
    screen.hide()
