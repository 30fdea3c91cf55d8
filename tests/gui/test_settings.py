"""Settings: looks at once, passphrase and PIN of the real vault, the diagnosis file."""

import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from fieldapp import __version__
from fieldapp.app import diagnosis
from fieldapp.app.preferences import Language, Preferences, ThemeChoice
from fieldapp.app.profiles import Dataset
from fieldapp.app.texts import texts
from fieldapp.domain.errors import StorageError
from fieldapp.security.keystore import Keystore
from fieldapp.services.profiles import ProfileDoor, UnlockedProfile
from fieldapp.storage import meta
from tests.determinism import MovableClock
from tests.gui.county import County, HeldTasks
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from tests.integration.device.conftest import CHEAP, PASSPHRASE, enrol_as
from tests.unit.security.keyrings import MOODS, MemoryKeyring, keystore_over
from ui.ports import AccountState, Surroundings
from ui.screens.settings.presenter import SettingsPresenter, SettingsState
from ui.screens.settings.screen import SettingsScreen
from ui.theme import Theme
from ui.widgets.buttons import Button
from ui.widgets.inputs.text_field import TextField

PIN = "730912"
NEW = "另一句口令 19 个字"


class RealLock:
    """The lock of an open profile, as the composition root gives it to the screens."""

    def __init__(self, root: Path, clock: MovableClock, keystore: Keystore) -> None:
        self.root = root
        self.door = ProfileDoor(root, clock=clock, keystore=keystore, cost_policy=CHEAP)
        self.opened: UnlockedProfile = self.door.create(PASSPHRASE, Dataset.REAL, enrol_as())

    def account_state(self) -> AccountState:
        pin_on = self.door.quick_unlock_available(self.opened.profile)
        return AccountState(pin_on=pin_on, keyring=self.door.keyring_status().value)

    def change_passphrase(self, old: str, new: str) -> None:
        self.door.change_passphrase(self.opened, old, new)

    def turn_pin_on(self, passphrase: str, pin: str) -> None:
        self.door.enable_quick_unlock(self.opened.profile, passphrase, pin)

    def turn_pin_off(self) -> None:
        self.door.disable_quick_unlock(self.opened.profile)

    def save_diagnosis(self, target: Path) -> None:
        diagnosis.save(self.root, target, __version__)


class Desk:
    """A county's device with its real lock."""

    def __init__(self, root: Path, clock: MovableClock, keystore: Keystore) -> None:
        self.lock = RealLock(root, clock, keystore)
        store = self.lock.opened.context.store
        self.county = County(self.lock.opened.profile.folder, clock, store=store)
        self.states: list[SettingsState] = []

    def surroundings(self, held: HeldTasks | None = None) -> Surroundings:
        made = self.county.surroundings(held)
        fields = {name: getattr(made, name) for name in Surroundings.__dataclass_fields__}
        return Surroundings(**(fields | {"account": self.lock}))

    def presenter(self, held: HeldTasks | None = None) -> SettingsPresenter:
        made = SettingsPresenter(self.surroundings(held), self.states.append)
        made.start()
        return made


@pytest.fixture
def make_desk(tmp_path: Path, clock: MovableClock) -> Iterator[Callable[[Keystore], Desk]]:
    made: list[Desk] = []

    def make(keystore: Keystore) -> Desk:
        made.append(Desk(tmp_path, clock, keystore))
        return made[-1]

    yield make
    for one in made:
        one.county.close()


@pytest.fixture
def desk(make_desk: Callable[[Keystore], Desk]) -> Desk:
    """With a keyring that works."""
    return make_desk(keystore_over(MemoryKeyring()))


def said(code: str, **facts: object) -> str:
    return texts(Language.ZH).message(code, **facts)


def test_start_shows_facts_and_the_state_of_the_lock(desk: Desk) -> None:
    with desk.county.store.transaction() as connection:
        meta.put(connection, meta.COUNTY_NAME, "示范区")
        meta.put(connection, meta.SERVER_URL, "https://county.example")
    state = desk.presenter().state
    assert state.account == AccountState(pin_on=False, keyring="works")
    assert state.facts is not None
    assert (state.facts.county_name, state.facts.server_url) == ("示范区", "https://county.example")
    assert state.version == __version__


def test_looks_apply_at_once(desk: Desk) -> None:
    presenter = desk.presenter()
    wanted = Preferences(Language.EN, 1.75, ThemeChoice.DARK, 0)
    presenter.set_preferences(wanted)
    assert desk.county.shell.preferences == wanted
    assert presenter.state.preferences == wanted


def test_photos_wait_for_an_unmetered_network_where_the_worker_says_so(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    screen = SettingsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert (screen._photo_network.value(), screen._photo_network.isEnabled()) == ("any", True)
    assert not screen._cannot_tell.isVisibleTo(screen)
    screen._photo_network.committed.emit("unmetered")
    assert county.shell.preferences.photos_unmetered_only
    assert screen._photo_network.value() == "unmetered"
    screen.leave()


def test_settings_say_where_the_system_cannot_tell_networks_apart(
    qtbot: QtBot, theme: Theme, county: County
) -> None:
    county.server.tells_metered = False
    county.shell.preferences = Preferences(photos_unmetered_only=True)
    screen = SettingsScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert (screen._photo_network.value(), screen._photo_network.isEnabled()) == ("any", False)
    assert screen._cannot_tell.isVisibleTo(screen)
    assert_fits(screen)
    screen.leave()


def test_passphrase_is_changed_and_the_next_unlock_takes_the_new_one(desk: Desk) -> None:
    presenter = desk.presenter()
    presenter.change_passphrase(PASSPHRASE, NEW, NEW)
    assert (presenter.state.done, presenter.state.error, presenter.state.busy) == ("passphrase", "", False)
    desk.lock.door.close(desk.lock.opened)
    with pytest.raises(StorageError, match="wrong_passphrase"):
        desk.lock.door.unlock(desk.lock.opened.profile, PASSPHRASE)
    desk.lock.door.unlock(desk.lock.opened.profile, NEW).context.store.close()


@pytest.mark.parametrize(
    ("old", "new", "again", "code", "field", "facts"),
    [
        (PASSPHRASE, NEW, NEW + "!", "passphrases_differ", "again", {}),
        ("nothing of it", NEW, NEW, "wrong_passphrase", "old", {}),
        (PASSPHRASE, "short", "short", "passphrase_short", "passphrase", {"minimum": 8}),
        (PASSPHRASE, "12345678", "12345678", "passphrase_common", "passphrase", {}),
    ],
)
def test_passphrase_that_cannot_be_changed_says_why_at_its_field(
    desk: Desk, old: str, new: str, again: str, code: str, field: str, facts: dict[str, object]
) -> None:
    presenter = desk.presenter()
    presenter.change_passphrase(old, new, again)
    assert (presenter.state.error, presenter.state.error_field) == (said(code, **facts), field)
    assert (presenter.state.done, presenter.state.busy) == ("", False)


def test_pin_is_turned_on_and_off(desk: Desk) -> None:
    presenter = desk.presenter()
    presenter.turn_pin_on("nothing of it", PIN)
    assert presenter.state.error_field == "pin_passphrase"
    presenter.turn_pin_on(PASSPHRASE, "111111")
    assert (presenter.state.error, presenter.state.error_field) == (said("pin_simple"), "pin")
    presenter.turn_pin_on(PASSPHRASE, PIN)
    assert (presenter.state.done, presenter.state.error) == ("pin_on", "")
    assert presenter.state.account == AccountState(pin_on=True, keyring="works")
    presenter.turn_pin_off()
    assert presenter.state.account == AccountState(pin_on=False, keyring="works")


@pytest.mark.allow_log("fieldapp.security.keystore")
@pytest.mark.parametrize("mood", ["missing", "locked", "forgets", "corrupts", "denies"])
def test_pin_where_the_keyring_is_of_no_use(make_desk: Callable[[Keystore], Desk], mood: str) -> None:
    presenter = make_desk(MOODS[mood]()).presenter()
    assert presenter.state.account is not None
    assert presenter.state.account.keyring != "works"
    presenter.turn_pin_on(PASSPHRASE, PIN)
    assert presenter.state.error == said("quick_unlock_no_keyring")
    assert not presenter.state.account.pin_on


def test_one_act_at_a_time(desk: Desk) -> None:
    held = HeldTasks()
    presenter = desk.presenter(held)
    held.finish()
    presenter.turn_pin_on(PASSPHRASE, PIN)
    presenter.change_passphrase(PASSPHRASE, NEW, NEW)
    assert len(held.waiting) == 1
    held.finish()
    assert presenter.state.done == "pin_on"


def test_diagnosis_is_saved_where_asked_and_says_when_it_cannot_be(desk: Desk, tmp_path: Path) -> None:
    desk.county.household("王小明")
    presenter = desk.presenter()
    presenter.save_diagnosis(str(tmp_path / "nowhere" / "d.zip"))
    assert (presenter.state.error, presenter.state.done) == (said("cannot_open"), "")
    presenter.save_diagnosis(str(tmp_path / "d.zip"))
    assert (presenter.state.error, presenter.state.done) == ("", "diagnosis")
    with zipfile.ZipFile(tmp_path / "d.zip") as archive:
        facts = json.loads(archive.read("facts.json"))
    assert facts["version"] == __version__
    assert set(facts["profiles"][0]["files"]) >= {"records.db", "photos.db"}
    assert "周" not in json.dumps(facts, ensure_ascii=False)


def test_after_leave_nothing_is_shown_but_the_act_is_done(desk: Desk) -> None:
    held = HeldTasks()
    presenter = desk.presenter(held)
    presenter.turn_pin_on(PASSPHRASE, PIN)
    presenter.leave()
    shown = len(desk.states)
    held.finish()
    assert len(desk.states) == shown
    assert desk.lock.account_state().pin_on


def test_lock_asks_the_window(desk: Desk) -> None:
    desk.presenter().lock()
    assert desk.county.shell.locks == 1


# --- screen --------------------------------------------------------------------------------------


def visible_secrets(screen: SettingsScreen) -> list[TextField]:
    return [one for one in screen.findChildren(TextField) if one.isVisibleTo(screen)]


def press(screen: SettingsScreen, text: str) -> None:
    (button,) = [one for one in screen.findChildren(Button) if one.text() == text]
    button.click()


def test_screen_changes_the_passphrase_and_forgets_what_was_typed(
    qtbot: QtBot, theme: Theme, desk: Desk
) -> None:
    screen = SettingsScreen(desk.surroundings())
    show(qtbot, screen)
    screen.enter({})
    old, new, again = visible_secrets(screen)[:3]
    for field, value in ((old, "wrong one"), (new, NEW), (again, NEW)):
        field.set_value(value)
    press(screen, "更换口令")
    assert [field.value() for field in (old, new, again)] == ["wrong one", NEW, NEW]
    assert desk.county.shell.toasts == []
    old.set_value(PASSPHRASE)
    press(screen, "更换口令")
    assert [field.value() for field in visible_secrets(screen)] == [""] * 5
    assert [toast.text for toast in desk.county.shell.toasts] == ["口令已更换，下次请用新口令。"]


def test_screen_offers_a_pin_only_where_there_is_a_keyring(qtbot: QtBot, theme: Theme, desk: Desk) -> None:
    screen = SettingsScreen(desk.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert len(visible_secrets(screen)) == 5
    passphrase, pin = visible_secrets(screen)[3:]
    passphrase.set_value(PASSPHRASE)
    pin.set_value(PIN)
    press(screen, "开启 PIN 解锁")
    assert len(visible_secrets(screen)) == 3
    press(screen, "关闭 PIN 解锁")
    assert len(visible_secrets(screen)) == 5
    assert [toast.text for toast in desk.county.shell.toasts] == ["PIN 解锁已开启。", "PIN 解锁已关闭。"]


@pytest.mark.allow_log("fieldapp.security.keystore")
@pytest.mark.parametrize("mood", ["works", "missing"])
def test_screen_fits_reads_in_order_and_is_named(
    qtbot: QtBot, theme: Theme, make_desk: Callable[[Keystore], Desk], mood: str
) -> None:
    screen = SettingsScreen(make_desk(MOODS[mood]()).surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert len(visible_secrets(screen)) == (5 if mood == "works" else 3)
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)
