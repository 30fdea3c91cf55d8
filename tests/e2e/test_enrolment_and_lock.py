"""A new device, the lock, and what the worker sets for herself."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from fieldapp.app import preferences as kept
from fieldapp.app.preferences import Language
from fieldapp.app.profiles import profiles
from fieldapp.domain.clock import system_clock
from tests.e2e.doors import PASSPHRASE
from tests.e2e.hands import Hands
from ui import theme as look
from ui.demo_county import DemoCounty
from ui.screens.settings.screen import SettingsScreen
from ui.screens.today.screen import TodayScreen
from ui.theme import TextScale

SHORT_MINUTE = dt.timedelta(milliseconds=150)


def test_a_worker_sets_up_her_device_with_a_code_after_mistyping_it_once(
    county: DemoCounty, start: Callable[..., Hands], tmp_path: Path
) -> None:
    root = tmp_path / "new-device"
    root.mkdir()
    hands = start(root)
    hands.write("服务器地址", county.url)
    hands.write("登记码", "AAAAA-AAAAA")
    hands.write("设置口令", PASSPHRASE)
    hands.write("再输一遍口令", PASSPHRASE)
    hands.press("登记并下载数据")
    hands.wait_to_read(hands.sentence("bad_code"))
    assert hands.locked
    assert profiles(root) == []

    hands.write("登记码", county.door("aide").code.lower())
    hands.press("登记并下载数据")
    hands.wait(lambda: not hands.locked, "the pages open")
    hands.wait_synced()
    today = hands.screen(TodayScreen)
    hands.wait(today.due_list.cards.keys, "the first sync fills the day")
    [profile] = profiles(root)
    assert profile.label == "江**"  # the disk never shows whose it is in full


def test_two_different_passphrases_are_named_at_their_field(
    county: DemoCounty, start: Callable[..., Hands], tmp_path: Path
) -> None:
    root = tmp_path / "new-device"
    root.mkdir()
    hands = start(root)
    hands.write("服务器地址", county.url)
    hands.write("登记码", county.door("aide").code)
    hands.write("设置口令", PASSPHRASE)
    hands.write("再输一遍口令", PASSPHRASE + "x")
    hands.press("登记并下载数据")
    hands.wait_to_read(hands.sentence("passphrases_differ"))
    assert profiles(root) == []


def test_a_locked_device_opens_with_the_right_passphrase_only(
    county: DemoCounty,
    device: Callable[[str], Path],
    start: Callable[..., Hands],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hands = start(device(county.door("aide").login))
    hands.write("口令", "not-the-passphrase")
    hands.press("解锁")
    hands.wait_to_read(hands.sentence("wrong_passphrase"))
    assert hands.locked
    assert hands.one(QLineEdit, "口令").text() == ""
    hands.unlock(PASSPHRASE)
    hands.screen(TodayScreen)
    hands.keys(Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    hands.wait(lambda: hands.locked, "Ctrl+L locks")
    hands.unlock(PASSPHRASE)
    assert hands.screen(TodayScreen).due_list.cards.keys()

    photos = hands.context.store.photos
    with monkeypatch.context() as patch:
        patch.setattr(photos, "_clock", lambda: system_clock() - dt.timedelta(days=2))
        unnamed = photos.put(b"nothing names this", "image/jpeg")
    hands.program._snapshots.timeout.emit()
    hands.rest()
    assert unnamed not in photos.held([unnamed]), "what nothing names for a day goes"


def test_a_device_left_alone_locks_itself(
    county: DemoCounty, device: Callable[[str], Path], start: Callable[..., Hands]
) -> None:
    root = device(county.door("aide").login)
    hands = start(root, minute=SHORT_MINUTE)
    wanted: list[bool] = []
    hands.program.window.lock_wanted.connect(lambda: wanted.append(True))
    hands.write("口令", PASSPHRASE)
    hands.press("解锁")
    hands.wait(lambda: wanted and hands.locked, "ten short minutes pass")
    hands.close()

    hands = start(root)
    hands.unlock(PASSPHRASE)
    hands.press("设置")
    hands.screen(SettingsScreen)
    hands.press("不自动锁")
    hands.wait(lambda: kept.load(root).auto_lock_minutes == 0, "the wish is kept")
    hands.close()

    hands = start(root, minute=SHORT_MINUTE)
    hands.unlock(PASSPHRASE)
    QTest.qWait(12 * SHORT_MINUTE // dt.timedelta(milliseconds=1))
    assert not hands.locked


def test_a_worker_changes_language_and_text_size_and_goes_on_at_once(
    county: DemoCounty, device: Callable[[str], Path], start: Callable[..., Hands]
) -> None:
    root = device(county.door("aide").login)
    hands = start(root)
    hands.unlock(PASSPHRASE)
    for _ in range(4):
        hands.keys(Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    hands.wait(lambda: look.current().scale is TextScale.LARGEST, "text at 200 %")
    hands.press("设置")
    hands.screen(SettingsScreen)
    hands.press("English")
    hands.wait(lambda: hands.program.preferences.language is Language.EN, "English")
    hands.screen(SettingsScreen)  # still there, in the other language
    assert hands.all(QAbstractButton, "Today")
    assert not hands.all(QAbstractButton, "今日")
    hands.press("中文")
    hands.one(QAbstractButton, "今日")
    saved = kept.load(root)
    assert (saved.language, saved.text_scale) == (Language.ZH, 2.0)
    for _ in range(4):
        hands.keys(Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    hands.wait(lambda: look.current().scale is TextScale.NORMAL, "text at 100 %")


def test_a_machine_without_a_keyring_says_so_plainly_and_everything_else_works(
    county: DemoCounty, device: Callable[[str], Path], start: Callable[..., Hands]
) -> None:
    hands = start(device(county.door("aide").login))
    hands.unlock(PASSPHRASE)
    hands.press("设置")
    hands.screen(SettingsScreen)
    hands.wait_to_read("这台电脑没有可用的系统钥匙串，用口令解锁即可，功能不受影响。")
    assert not hands.all(QAbstractButton, "开启 PIN 解锁")
    hands.write("现在的口令", PASSPHRASE)
    hands.write("新口令", "qx-another-2026")
    hands.write("再输一遍新口令", "qx-another-2026")
    hands.press("更换口令")
    hands.wait(lambda: hands.toast == "口令已更换，下次请用新口令。", "the passphrase is changed")
    hands.press("立即锁定")
    hands.wait(lambda: hands.locked, "locked")
    hands.unlock("qx-another-2026")
    assert hands.screen(TodayScreen).due_list.cards.keys()
    hands.wait_synced()
