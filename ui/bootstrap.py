"""Composition root of the app: the one place that wires screens, services, store, keyring and sync."""

import contextlib
import datetime as dt
import gc
import logging
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QLibraryInfo, QObject, Qt, QTimer, QTranslator
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QWidget

from fieldapp import __version__
from fieldapp.app import preferences as kept
from fieldapp.app import profiles as folders
from fieldapp.app.paths import resources
from fieldapp.app.preferences import TEXT_SCALES, Language, Preferences, ThemeChoice
from fieldapp.app.profiles import DEMO_PASSPHRASE, Dataset, Profile
from fieldapp.app.texts import Texts, texts
from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import Clock, local_day, system_clock
from fieldapp.domain.errors import FieldappError, NotAllowedError
from ui import clipboard
from ui import theme as look
from ui.feeds import Feed
from ui.main_window import MainWindow
from ui.ports import AccountState, Surroundings, SyncStatus
from ui.screens.unlock.presenter import UnlockPresenter
from ui.screens.unlock.screen import UnlockScreen
from ui.tasks import TaskRunner

if TYPE_CHECKING:  # all of this waits until the door has been painted
    from fieldapp.domain.parameters import Parameters
    from fieldapp.services.context import Context
    from fieldapp.services.profiles import ProfileDoor, RecoveryAttempt, UnlockedProfile
    from ui.clue_watch import ClueWatch
    from ui.practice_desk import PracticeDesk
    from ui.sync_desk import SyncDesk
    from ui.widgets.shell.navigation import NavEntry

_log = logging.getLogger(__name__)
SNAPSHOT_EVERY: Final = dt.timedelta(minutes=30)
_SCALES: Final = {1.0: 100, 1.2: 120, 1.4: 140, 1.75: 175, 2.0: 200}


@dataclass(frozen=True, slots=True)
class Options:
    """How the program was started. `make_door` lets tests bring their own keyring and key costs, `minute`
    shortens the time until the lock."""

    root: Path
    language: Language | None = None
    dataset: Dataset = Dataset.REAL
    clock: Clock = system_clock
    minute: dt.timedelta = dt.timedelta(minutes=1)
    make_door: "Callable[[Path, Clock], ProfileDoor] | None" = None


class Program(QObject):
    """The running app: door, pages, sync, locking. Built on the screen's thread."""

    def __init__(self, app: QApplication, options: Options) -> None:
        super().__init__(app)
        self._app = app
        self.options = options
        self.preferences = kept.load(options.root)
        if options.language is not None:
            self.preferences = replace(self.preferences, language=options.language)
        self._translators: list[QTranslator] = []
        self._speak(self.preferences.language)
        self._dress(self.preferences)
        self.tasks = TaskRunner(self)
        self.tasks.failed.connect(self._on_failed)
        self.tasks.broke.connect(self._on_broke)
        self.changes: Feed[ChangeSet] = Feed(self)
        self.sync_statuses: Feed[SyncStatus] = Feed(self)
        self.sync_statuses.listen(self._on_sync_status)
        self.changes.listen(self._on_changes)
        self._entries: tuple[NavEntry, ...] = ()
        self.window = MainWindow(options.minute)
        self.window.lock_wanted.connect(self.lock)
        self.window.text_size_wanted.connect(self._on_text_size)
        self.window.closing.connect(self.stop)
        self.window.practice_wanted.connect(lambda: self.practise(fresh=True))
        self._opened: UnlockedProfile | None = None
        self._sync: SyncDesk | PracticeDesk | None = None
        self._clues: ClueWatch | None = None
        self._revoked = self._practising = False
        self._parameters: Parameters | None = None
        self._door: ProfileDoor | None = None
        self._snapshots = QTimer(self)
        self._snapshots.setInterval(int(SNAPSHOT_EVERY.total_seconds() * 1000))
        self._snapshots.timeout.connect(self._snapshot)
        self._days = QTimer(self)
        self._days.setInterval(60_000)
        self._days.timeout.connect(self._on_minute)
        self._day = local_day(options.clock())
        hints = QGuiApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _: self._dress(self.preferences))

    @property
    def texts(self) -> Texts:
        """Sentences and labels in the language of the screens."""
        return texts(self.preferences.language)

    # --- door -----------------------------------------------------------------------------------

    def show_door(self, *, erased: bool = False) -> None:
        """Show the unlock screen; the ORM and what else is heavy is imported behind it. `erased` says that
        a revoked profile has just been destroyed."""
        screen = UnlockScreen(self.preferences)
        presenter = UnlockPresenter(
            profiles=[p for p in folders.profiles(self.options.root) if p.dataset is self.options.dataset],
            door=self,
            tasks=self.tasks,
            texts=self.texts,
            render=screen.show_state,
            opened=self.open_profile,
            set_preferences=self.set_preferences,
            erased=erased,
        )
        screen.set_presenter(presenter)
        screen.practice_wanted.connect(self.practise)
        self.window.show_door(screen)
        screen.show_state(presenter.state)
        # Not before it is painted: imports hold the interpreter, and with it the screen's thread.
        screen.painted.connect(lambda: self._import_behind(presenter.start))

    def _import_behind(self, ready: Callable[[], None]) -> None:
        self.tasks.run_aside(_import_door, lambda _: ready())
        self.tasks.run_aside(_import_rest, lambda _: _import_pages())

    def unlock(self, profile: Profile, passphrase: str) -> "UnlockedProfile":
        """Open a profile by passphrase (blocking)."""
        self.tasks.drain()  # a lock just before may still be closing the same files
        door = self._profile_door()
        keys = door.keys(profile, passphrase)  # Argon2id needs no interpreter: the ORM loads meanwhile
        _import_rest()
        return door.open(profile, keys)

    def quick_unlock(self, profile: Profile, pin: str) -> "UnlockedProfile":
        """Open a profile by PIN (blocking)."""
        self.tasks.drain()
        _import_rest()  # before the keyring, whose own imports would meet the ORM's
        return self._profile_door().quick_unlock(profile, pin)

    def quick_unlock_available(self, profile: Profile) -> bool:
        """Whether a PIN may be asked for (blocking)."""
        return self._profile_door().quick_unlock_available(profile)

    def enrol(self, server_url: str, code: str, passphrase: str) -> "UnlockedProfile":
        """Make a profile with a one-time code of the county (blocking)."""
        _import_rest()
        from ui.sync_desk import enrol_store

        return self._profile_door().create(
            passphrase,
            self.options.dataset,
            lambda store: enrol_store(store, server_url, code),
        )

    def recovery_request(self, profile: Profile) -> "RecoveryAttempt":
        """Ask the county for help with a forgotten passphrase (blocking)."""
        return self._profile_door().recovery_request(profile)

    def recover(
        self, profile: Profile, attempt: "RecoveryAttempt", answer: str, passphrase: str
    ) -> "UnlockedProfile":
        """Set a new passphrase with the county's answer and open the profile (blocking)."""
        self.tasks.drain()
        door = self._profile_door()
        keys = door.recovered_keys(profile, attempt, answer, passphrase)
        _import_rest()
        return door.open(profile, keys)

    # --- practice -------------------------------------------------------------------------------

    def practise(self, *, fresh: bool = False) -> None:
        """Lock what is open and open the practice profile, made at first and whenever it is to be `fresh`."""
        if self._practising:
            return
        self._practising = True
        self.lock()

        def ready(opened: "UnlockedProfile") -> None:
            self._practising = False
            self.open_profile(opened)

        def failed(error: FieldappError) -> None:
            self._practising = False
            self._on_failed(error)

        self.tasks.run_aside(lambda: self._open_practice(fresh), ready, failed)

    def _open_practice(self, fresh: bool) -> "UnlockedProfile":
        """Open it, or make it anew where that fails: it holds nothing that would be missed (blocking)."""
        self.tasks.drain()
        _import_rest()
        from fieldapp.services import practice

        door, root = self._profile_door(), self.options.root
        for profile in folders.profiles(root):
            if profile.dataset is not Dataset.PRACTICE:
                continue
            if not fresh:
                with contextlib.suppress(FieldappError):
                    opened = door.unlock(profile, DEMO_PASSPHRASE)
                    practice.keep_fresh(opened.context)
                    return opened
            shutil.rmtree(profile.folder, ignore_errors=True)
        return door.create(DEMO_PASSPHRASE, Dataset.PRACTICE, practice.fill)

    def _profile_door(self) -> "ProfileDoor":
        _import_door()
        if self._door is None:
            make = self.options.make_door or _system_door
            self._door = make(self.options.root, self.options.clock)
        return self._door

    # --- pages ----------------------------------------------------------------------------------

    def open_profile(self, opened: "UnlockedProfile") -> None:
        """Show the pages of a profile that was unlocked, and start its sync; practice has none."""
        from ui.practice_desk import PracticeDesk
        from ui.sync_desk import SyncDesk

        self._opened = opened
        self._revoked = False
        if opened.profile.dataset is Dataset.PRACTICE:
            self._sync = PracticeDesk(self.options.clock)
        else:
            self._sync = SyncDesk(
                opened.context,
                self.changes.publish,
                self.sync_statuses.publish,
                photos_unmetered_only=lambda: self.preferences.photos_unmetered_only,
            )
        self._show_pages(opened)
        self._sync.start()
        self._snapshots.start()
        self._days.start()
        self._derive()
        if opened.snapshot_restored_at is not None:
            self.window.toast(self.tr("数据文件损坏，已用自动备份恢复；联网后会补齐。"))
        if opened.photos_lost:
            self.window.toast(self.tr("照片库损坏，已换新的；还没有上传的照片需要重拍。"))

    def show_offline(self, opened: "UnlockedProfile", status: SyncStatus | None = None) -> None:
        """Show the pages of an open profile without starting sync (pictures of screens, self-test);
        `status` is how sync is said to stand."""
        from ui.sync_desk import SyncDesk

        self._opened = opened
        self._sync = SyncDesk(opened.context, self.changes.publish, self.sync_statuses.publish, status)
        self._show_pages(opened)

    def _show_pages(self, opened: "UnlockedProfile") -> None:
        context = opened.context
        assert self._sync is not None
        surroundings = Surroundings(
            context=context,
            tasks=self.tasks,
            shell=self,
            sync=self._sync,
            packages=self._sync.packages,
            account=self,
            texts=self.texts,
            preferences=lambda: self.preferences,
            on_change=self.changes.listen,
            on_sync=self.sync_statuses.listen,
            publish=self.publish,
        )
        self._entries = self._entries_of(opened)
        with context.store.reading() as connection:
            self._parameters = context.parameters(connection)
        self._look_at_age(self._sync.status)
        self.window.show_pages(
            surroundings,
            self._entries,
            self.preferences.auto_lock_minutes,
            practice=opened.profile.dataset is Dataset.PRACTICE,
        )
        self.window.show_sync(self._sync.status)
        self._watch_clues(context)

    def _watch_clues(self, context: "Context") -> None:
        """From now on, and not before the first page has been painted."""
        from ui.clue_watch import ClueWatch

        self._end_watch()
        self._clues = ClueWatch(context, self.tasks, self.window, self)
        QTimer.singleShot(0, self._clues, self._clues.start)

    def _end_watch(self) -> None:
        watch, self._clues = self._clues, None
        if watch is not None:
            watch.stop()

    def _entries_of(self, opened: "UnlockedProfile") -> "tuple[NavEntry, ...]":
        from ui import navigation

        context = opened.context
        with context.store.reading() as connection:
            return navigation.entries(context.actor(connection), known=context.user(connection) is not None)

    def _on_changes(self, changes: ChangeSet) -> None:
        """The first sync brings the worker's roles, a later one may change them: other pages then."""
        opened = self._opened
        if opened is not None and self._clues is not None:
            self._clues.on_changes(changes)
        if opened is None or not changes.touches("users"):
            return
        if self._entries_of(opened) != self._entries:
            self._show_pages(opened)

    def publish(self, changes: ChangeSet) -> None:
        """A use case changed something: tell the screens, and let sync know that there is work."""
        self.changes.publish(changes)
        if self._sync is not None:
            self._sync.local_change()

    def erase(self) -> None:
        """Close the profile and destroy it: screens go, sync stops, keys and data are deleted."""
        opened, desk = self._opened, self._sync
        if opened is None:
            return
        clipboard.forget()
        self._opened = self._sync = None
        self._end_watch()
        self._snapshots.stop()
        self._days.stop()
        self.window.show_door(QWidget())  # leaving the screens queues their last saves before the end below
        door = self._profile_door()

        def end() -> None:
            if desk is not None:
                desk.stop()
            door.erase(opened)

        self.tasks.run(end, lambda _: self.show_door(erased=True), self._on_erase_failed)

    def _on_erase_failed(self, error: FieldappError) -> None:
        _log.warning("not erased: %s", error)
        self.show_door()

    def lock(self) -> None:
        """Lock the profile: screens go, sync stops, the store closes, the keys are forgotten."""
        opened, desk = self._opened, self._sync
        if opened is None:
            return
        clipboard.forget()
        self._opened = self._sync = None
        self._end_watch()
        self._snapshots.stop()
        self._days.stop()
        self.show_door()  # leaving the screens queues their last saves before the close below
        door = self._profile_door()

        def close() -> None:
            if desk is not None:
                desk.stop()
            door.close(opened)

        self.tasks.run(close, lambda _: None)

    def stop(self) -> None:
        """The window closes: finish what is queued and close the store."""
        self._snapshots.stop()
        self._days.stop()
        clipboard.forget()
        opened, desk = self._opened, self._sync
        self._opened = self._sync = None
        self._end_watch()
        if opened is not None:
            self.tasks.drain()
            if desk is not None:
                desk.stop()
            try:
                self._profile_door().close(opened)
            except FieldappError as error:  # a full disk: the snapshot is missing, the data are not
                _log.warning("closed without a snapshot: %s", error)
        self.tasks.stop()

    # --- ui.ports.Shell -------------------------------------------------------------------------

    def go(self, route: str, **params: str) -> None:
        """Open a screen."""
        self.window.go(route, **params)

    def back(self) -> None:
        """Leave the present screen."""
        self.window.back()

    def toast(self, text: str, action: str = "", on_action: Callable[[], None] | None = None) -> None:
        """Say something for six seconds."""
        self.window.toast(text, action, on_action)

    def set_title(self, title: str, context: str = "") -> None:
        """Title of the present screen."""
        self.window.set_title(title, context)

    def start_tour(self) -> None:
        """Walk over the first page."""
        self.window.start_tour()

    def set_preferences(self, preferences: Preferences) -> None:
        """Apply and keep preferences; a new language builds the pages anew."""
        before, self.preferences = self.preferences, preferences
        try:
            kept.save(self.options.root, preferences)
        except OSError:
            self.window.toast(self.tr("设置没能保存到磁盘，本次仍然有效。"))
        self.window.set_idle_minutes(preferences.auto_lock_minutes if self._opened is not None else 0)
        if self._sync is not None and preferences.photos_unmetered_only != before.photos_unmetered_only:
            self._sync.photos_rule_changed()
        if preferences.language is not before.language:
            self._speak(preferences.language)
            if self._opened is not None:
                self._show_pages(self._opened)
                self.window.go_entry("settings")
        self._dress(preferences)
        if self._opened is None:
            self.show_door()

    # --- ui.ports.Account -----------------------------------------------------------------------

    def account_state(self) -> AccountState:
        """Whether a PIN is on, and what the keyring is good for (blocking)."""
        door = self._profile_door()
        return AccountState(
            pin_on=door.quick_unlock_available(self._open().profile), keyring=door.keyring_status().value
        )

    def change_passphrase(self, old: str, new: str) -> None:
        """Set another passphrase (blocking)."""
        self._profile_door().change_passphrase(self._open(), old, new)

    def turn_pin_on(self, passphrase: str, pin: str) -> None:
        """Allow unlocking by PIN (blocking)."""
        self._profile_door().enable_quick_unlock(self._open().profile, passphrase, pin)

    def turn_pin_off(self) -> None:
        """Ask for the passphrase again (blocking)."""
        self._profile_door().disable_quick_unlock(self._open().profile)

    def save_diagnosis(self, target: Path) -> None:
        """Write a zip of logs and facts without personal data (blocking)."""
        from fieldapp.app import diagnosis

        diagnosis.save(self.options.root, target, __version__)

    def _open(self) -> "UnlockedProfile":
        if self._opened is None:
            raise NotAllowedError("locked")
        return self._opened

    # --- looks ----------------------------------------------------------------------------------

    def _speak(self, language: Language) -> None:
        for old in self._translators:
            self._app.removeTranslator(old)
        self._translators = []
        # The class of locales takes 20 ms to load; nothing on the first picture asks for one.
        QTimer.singleShot(0, self, _set_locale_of(language))
        if language is Language.ZH:
            self._load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        else:
            self._load("en", str(resources() / "i18n" / "en"))

    def _load(self, name: str, folder: str) -> None:
        translator = QTranslator(self._app)
        if translator.load(name, folder):
            self._app.installTranslator(translator)
            self._translators.append(translator)
        else:
            _log.warning("translation missing: %s", name)

    def _dress(self, preferences: Preferences) -> None:
        system_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
        dark = preferences.theme is ThemeChoice.DARK or (
            preferences.theme is ThemeChoice.SYSTEM and system_dark
        )
        scale = look.TextScale(_SCALES[preferences.text_scale])
        look.apply(self._app, look.Theme(look.DARK if dark else look.LIGHT, scale))

    def _on_text_size(self, step: int) -> None:
        index = TEXT_SCALES.index(self.preferences.text_scale) + step
        if 0 <= index < len(TEXT_SCALES):
            self.set_preferences(replace(self.preferences, text_scale=TEXT_SCALES[index]))

    # --- what happens by itself -----------------------------------------------------------------

    def _on_minute(self) -> None:
        today = local_day(self.options.clock())
        if today != self._day:
            self._day = today
            if self._sync is not None:
                self._look_at_age(self._sync.status)
            self._derive()

    def _derive(self) -> None:
        """Make plans of a new day and whatever a pull left undone, a piece at a time."""
        opened = self._opened
        if opened is None:
            return
        from fieldapp.services import profiles

        def done(count: int) -> None:
            if count:
                self.changes.publish(ChangeSet(everything=True))
                self._derive()

        self.tasks.run(lambda: profiles.refresh_derived(opened.context), done)

    def _snapshot(self) -> None:
        from fieldapp.services.photos import clear_unused

        opened = self._opened
        if opened is None:
            return
        context = opened.context

        def work() -> int:
            context.store.snapshot()
            return clear_unused(context)

        self.tasks.run_aside(work, lambda _: None)

    def _look_at_age(self, status: SyncStatus) -> None:
        """Old data are not read (R21)."""
        if self._parameters is not None:
            from fieldapp.domain.rules.staleness import days_without_sync, reading_locked

            days = days_without_sync(status.last_sync_at, self.options.clock())
            self.window.set_reading_locked(reading_locked(days, self._parameters))

    def _on_sync_status(self, status: SyncStatus) -> None:
        self._look_at_age(status)
        self.window.show_sync(status)
        if status.error_code == "device_revoked" and not self._revoked and self._opened is not None:
            self._revoked = True  # once; later the sync screen leads there
            self.window.go("revoked")

    def _on_failed(self, error: FieldappError) -> None:
        _log.warning("refused: %s", error)
        self.window.toast(self.texts.error(error))

    def _on_broke(self, _error: object) -> None:
        self.window.toast(self.tr("程序遇到意外，已存的内容没有丢失。请在“设置”里导出诊断包交给管理员。"))


def _set_locale_of(language: Language) -> Callable[[], None]:
    def set_locale() -> None:
        from PySide6.QtCore import QLocale

        QLocale.setDefault(QLocale("zh_CN" if language is Language.ZH else "en"))

    return set_locale


# Plain Python, imported in a thread. Qt makes the types of its classes when they are first named, and that is
# for the screen's thread alone.
_REST: Final = ("fieldapp.services.opening", "ui.screens.today.presenter", "ui.sync_desk")
_PAGES: Final = ("ui.navigation", "ui.widgets.shell.page_scaffold", "ui.screens.today.screen")
_importing_door = threading.Lock()
_importing_rest = threading.Lock()


def _import_door() -> None:
    """Bring in what derives a profile's keys; of the rest it shares only the domain's first bricks."""
    with _importing_door:
        import_module("fieldapp.services.profiles")


def _import_rest() -> None:
    """Bring in the ORM and all that stands on it: one thread at a time, as it does not load from two."""
    _import_door()
    with _importing_rest:
        if all(name in sys.modules for name in _REST):
            return
        # What is imported stays: looking for garbage meanwhile takes a tenth of the time and finds none.
        gc.disable()
        try:
            for name in _REST:
                import_module(name)
        finally:
            gc.freeze()
            gc.enable()


def _import_pages() -> None:
    """Bring in the first page and its frame, while a passphrase is typed or a key derived."""
    for name in _PAGES:
        import_module(name)


def _system_door(root: Path, clock: Clock) -> "ProfileDoor":
    import secrets

    from fieldapp.services.profiles import ProfileDoor

    return ProfileDoor(root, clock=clock, random_bytes=secrets.token_bytes, boot_id=_boot_id())


def _boot_id() -> str | None:
    """What changes with every start of the machine, where the system tells (Linux)."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
