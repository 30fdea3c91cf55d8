"""The settings' view."""

from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from fieldapp.app.preferences import TEXT_SCALES, Language, Preferences, ThemeChoice
from ui import theme as look
from ui.ports import AccountState, Params, Surroundings
from ui.screen import Screen
from ui.screens.settings.presenter import SettingsPresenter, SettingsState
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button
from ui.widgets.card import Card
from ui.widgets.file_choice import save_file
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import InputKind, TextField
from ui.widgets.labels import Text
from ui.widgets.records.day_words import moment_words
from ui.widgets.scrolling import ScrollPage

_LOCK_MINUTES = (5, 10, 30, 0)
_LEFT = Qt.AlignmentFlag.AlignLeft
_WIDEST = 860


class SettingsScreen(Screen):
    """Looks apply at once; the lock asks for the passphrase first."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self._page = ScrollPage()
        self.column.addWidget(self._page)
        self._said = ""
        self._cards = (self._looks_card(), self._photos_card(), self._lock_card(), self._device_card())
        for card in self._cards:
            self._page.column.addWidget(card)
        self._page.column.addStretch(1)
        look.follow(self, self._restyle)
        self._presenter = SettingsPresenter(surroundings, self.show_state)

    def enter(self, params: Params) -> None:
        self.surroundings.shell.set_title(self.tr("设置"))
        self._presenter.start()

    def leave(self) -> None:
        self._presenter.leave()

    def _restyle(self, theme: Theme) -> None:
        for card in self._cards:  # wider rows of choices are hard to read across
            card.setMaximumWidth(theme.px(_WIDEST))

    # --- cards ----------------------------------------------------------------------------------

    def _looks_card(self) -> Card:
        card = Card(self.tr("显示"), icon="a-large-small")
        self._language = Segmented([Choice("zh", "中文"), Choice("en", "English")])
        names = (self.tr("标准"), self.tr("大"), self.tr("特大"), self.tr("超大"), self.tr("最大"))
        self._scale = Segmented(
            [Choice(str(value), name) for value, name in zip(TEXT_SCALES, names, strict=True)]
        )
        self._theme = Segmented(
            [
                Choice("system", self.tr("跟随系统")),
                Choice("light", self.tr("浅色")),
                Choice("dark", self.tr("深色")),
            ]
        )
        self._language.committed.connect(lambda v: self._prefer(language=Language(str(v))))
        self._scale.committed.connect(lambda v: self._prefer(text_scale=float(str(v))))
        self._theme.committed.connect(lambda v: self._prefer(theme=ThemeChoice(str(v))))
        card.body.addWidget(Field(self.tr("语言"), self._language))
        card.body.addWidget(
            Field(self.tr("文字大小"), self._scale, hint=self.tr("也可以按 Ctrl 加 + 或 −。"))
        )
        card.body.addWidget(Field(self.tr("颜色"), self._theme))
        return card

    def _photos_card(self) -> Card:
        card = Card(self.tr("照片"), icon="image")
        self._photo_network = Segmented(
            [Choice("any", self.tr("任何网络")), Choice("unmetered", self.tr("仅在不计费网络传照片"))]
        )
        self._photo_network.committed.connect(
            lambda v: self._prefer(photos_unmetered_only=str(v) == "unmetered")
        )
        card.body.addWidget(Field(self.tr("上传照片用的网络"), self._photo_network))
        card.body.addWidget(
            Text(
                self.tr("记录、签字、缩略图和急难线索的照片总会随时上传。"),
                TextRole.CAPTION,
                wrap=True,
            )
        )
        self._cannot_tell = Banner(
            self.tr("这台设备的系统分不清网络是否计费，照片会在任何网络上传。"), StatusKind.INFO
        )
        card.body.addWidget(self._cannot_tell)
        return card

    def _lock_card(self) -> Card:
        card = Card(self.tr("锁定与口令"), icon="lock")
        never, minutes = self.tr("不自动锁"), self.tr("{0} 分钟")
        self._lock_after = Segmented(
            [Choice(str(m), minutes.format(m) if m else never) for m in _LOCK_MINUTES]
        )
        self._lock_after.committed.connect(lambda v: self._prefer(auto_lock_minutes=int(str(v))))
        lock_now = Button(self.tr("立即锁定"), icon="lock")
        lock_now.clicked.connect(self._on_lock)
        self._keyring = Banner("", StatusKind.INFO)
        self._notice = Banner("", StatusKind.DANGER)
        self._notice.hide()
        card.body.addWidget(Field(self.tr("多久不操作就锁定"), self._lock_after))
        card.body.addWidget(lock_now, 0, _LEFT)
        card.body.addWidget(self._notice)
        self._old = TextField(InputKind.SECRET)
        self._new = TextField(InputKind.SECRET)
        self._again = TextField(InputKind.SECRET)
        self._old_field = Field(self.tr("现在的口令"), self._old)
        self._new_field = Field(self.tr("新口令"), self._new, hint=self.tr("至少 8 个字符。"))
        self._again_field = Field(self.tr("再输一遍新口令"), self._again)
        self._change_passphrase = Button(self.tr("更换口令"))
        self._change_passphrase.clicked.connect(self._on_passphrase)
        card.body.addWidget(Text(self.tr("更换口令"), TextRole.CARD_TITLE))
        for widget in (self._old_field, self._new_field, self._again_field):
            card.body.addWidget(widget)
        card.body.addWidget(self._change_passphrase, 0, _LEFT)
        card.body.addWidget(Text(self.tr("PIN 快速解锁"), TextRole.CARD_TITLE))
        card.body.addWidget(self._keyring)
        self._pin_passphrase = TextField(InputKind.SECRET)
        self._pin = TextField(InputKind.SECRET)
        self._pin_passphrase_field = Field(self.tr("先输入口令"), self._pin_passphrase)
        self._pin_field = Field(
            self.tr("设置 PIN"), self._pin, hint=self.tr("6 至 12 位数字，12 小时内有效。")
        )
        self._pin_on = Button(self.tr("开启 PIN 解锁"))
        self._pin_off = Button(self.tr("关闭 PIN 解锁"))
        self._pin_on.clicked.connect(self._on_pin_on)
        self._pin_off.clicked.connect(self._on_pin_off)
        for widget in (self._pin_passphrase_field, self._pin_field):
            card.body.addWidget(widget)
        for button in (self._pin_on, self._pin_off):
            card.body.addWidget(button, 0, _LEFT)
        return card

    def _device_card(self) -> Card:
        card = Card(self.tr("这台设备"), icon="hard-drive")
        self._facts = Text("", wrap=True)
        diagnosis = Button(self.tr("导出诊断包"), icon="download")
        diagnosis.clicked.connect(self._on_diagnosis)
        card.body.addWidget(self._facts)
        card.body.addWidget(diagnosis, 0, _LEFT)
        card.body.addWidget(
            Text(self.tr("诊断包里没有姓名、证件号和照片，可以放心交给管理员。"), TextRole.CAPTION, wrap=True)
        )
        return card

    # --- state ----------------------------------------------------------------------------------

    def show_state(self, state: SettingsState) -> None:
        """Show a state."""
        shown = state.preferences
        self._language.set_value(shown.language.value)
        self._scale.set_value(str(shown.text_scale))
        self._theme.set_value(shown.theme.value)
        network = "unmetered" if shown.photos_unmetered_only and state.tells_metered else "any"
        self._photo_network.set_value(network)
        self._photo_network.setEnabled(state.tells_metered)
        self._cannot_tell.setVisible(not state.tells_metered)
        closest = min(_LOCK_MINUTES, key=lambda m: abs((m or 10**6) - (shown.auto_lock_minutes or 10**6)))
        self._lock_after.set_value(str(closest))
        self._show_account(state.account)
        for button in (self._change_passphrase, self._pin_on, self._pin_off):
            button.setEnabled(not state.busy)
        self._show_error(state)
        self._show_facts(state)
        if state.done and state.done != self._said:
            self._clear_secrets()
            self.surroundings.shell.toast(self._done_words(state.done))
        self._said = state.done

    def _show_account(self, account: AccountState | None) -> None:
        usable = account is not None and account.keyring == "works"
        on = account is not None and account.pin_on
        self._keyring.setVisible(account is not None and not usable)
        if account is not None and not usable:
            self._keyring.set_message(self._keyring_words(account.keyring), StatusKind.INFO)
        for widget in (self._pin_passphrase_field, self._pin_field, self._pin_on):
            widget.setVisible(usable and not on)
        self._pin_off.setVisible(on)

    def _keyring_words(self, status: str) -> str:
        return {
            "missing": self.tr("这台电脑没有可用的系统钥匙串，用口令解锁即可，功能不受影响。"),
            "locked": self.tr("系统钥匙串被锁着。打开它之后可以使用 PIN；现在用口令解锁即可。"),
            "forgetful": self.tr("系统钥匙串不能可靠保存密钥，为免丢失，这里只用口令解锁。"),
        }.get(status, self.tr("系统钥匙串拒绝了本程序，这里只用口令解锁。"))

    def _show_error(self, state: SettingsState) -> None:
        places = {
            "old": self._old_field,
            "passphrase": self._new_field,
            "again": self._again_field,
            "pin_passphrase": self._pin_passphrase_field,
            "pin": self._pin_field,
        }
        for name, field in places.items():
            field.set_error(state.error if name == state.error_field else "")
        elsewhere = bool(state.error) and state.error_field not in places
        self._notice.setVisible(elsewhere)
        if elsewhere:
            self._notice.set_message(state.error, StatusKind.DANGER)

    def _show_facts(self, state: SettingsState) -> None:
        facts = state.facts
        lines = [self.tr("版本：{0}").format(state.version)]
        if facts is not None:
            lines.append(self.tr("区县：{0}").format(facts.county_name or "—"))
            lines.append(self.tr("服务器：{0}").format(facts.server_url or "—"))
            last = facts.last_sync_at
            when = moment_words(last, self.surroundings.context.today()) if last is not None else "—"
            lines.append(self.tr("上次同步：{0}").format(when))
        self._facts.setText("\n".join(lines))

    def _done_words(self, done: str) -> str:
        return {
            "passphrase": self.tr("口令已更换，下次请用新口令。"),
            "pin_on": self.tr("PIN 解锁已开启。"),
            "pin_off": self.tr("PIN 解锁已关闭。"),
        }.get(done, self.tr("诊断包已保存。"))

    def _clear_secrets(self) -> None:
        for secret in (self._old, self._new, self._again, self._pin, self._pin_passphrase):
            secret.set_value("")

    # --- intents --------------------------------------------------------------------------------

    def _prefer(self, **changes: object) -> None:
        preferences: Preferences = replace(self.surroundings.preferences(), **changes)  # type: ignore[arg-type]
        self._presenter.set_preferences(preferences)

    def _on_lock(self) -> None:
        self._presenter.lock()

    def _on_passphrase(self) -> None:
        self._presenter.change_passphrase(self._old.value(), self._new.value(), self._again.value())

    def _on_pin_on(self) -> None:
        self._presenter.turn_pin_on(self._pin_passphrase.value(), self._pin.value())

    def _on_pin_off(self) -> None:
        self._presenter.turn_pin_off()

    def _on_diagnosis(self) -> None:
        title, words = self.tr("保存诊断包"), self.tr("压缩文件 (*.zip)")
        save_file(self, title, "fieldapp-diagnosis.zip", words, self._presenter.save_diagnosis)
