"""The door's view: profile, passphrase or PIN, enrolment; language and text size for everybody."""

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.app.preferences import TEXT_SCALES, Language, Preferences
from fieldapp.app.profiles import Dataset, Profile
from ui import theme as look
from ui.screens.unlock.presenter import DoorMode, DoorState, UnlockPresenter
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.text_field import InputKind, TextField
from ui.widgets.labels import Text
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs


class UnlockScreen(QWidget):
    """Shown before anything can be decrypted; holds no personal data but masked profile labels.

    Signals:
        painted: once, when the door can be seen: what is heavy may begin.
    """

    painted = Signal()

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._presenter: UnlockPresenter | None = None
        self._preferences = preferences
        self._profiles: tuple[Profile, ...] = ()
        self._seen = False

        self._name = Text(self.tr("入户通"), TextRole.PAGE_TITLE)
        self._purpose = Text(self.tr("困难群众走访帮扶 · 没有网络也能用"), TextRole.CAPTION)
        self._notice = Banner("", StatusKind.DANGER)
        self._notice.hide()

        self._pages = QStackedWidget()
        self._unlock_page = self._build_unlock()
        self._pages.addWidget(self._unlock_page)
        # Enrolment is asked for once in a device's life; every other start is quicker without its page.
        self._enrol_page: QWidget | None = None
        self._enrol_fields: dict[str, Field] = {}

        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(self._name, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._purpose, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._notice)
        column.addWidget(self._pages)
        column.addLayout(self._build_looks())
        column.addStretch(2)
        self._inner = inner

        middle = QWidget()
        line = QHBoxLayout(middle)
        line.setContentsMargins(16, 16, 16, 16)
        line.addStretch(1)
        line.addWidget(inner, 4)
        line.addStretch(1)
        page = ScrollPage(margin=0)
        page.column.addWidget(middle)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(page)
        look.follow(self, self._restyle)

    def set_presenter(self, presenter: UnlockPresenter) -> None:
        """Connect the view with its presenter; intents before that go nowhere."""
        self._presenter = presenter

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._seen:
            self._seen = True
            QTimer.singleShot(0, self, self.painted.emit)  # when this paint is through

    # --- pages ----------------------------------------------------------------------------------

    def _build_unlock(self) -> QWidget:
        card = Card(self.tr("解锁"))
        self._people = QVBoxLayout()
        self._people_list: ChoiceList | None = None
        self._secret = TextField(kind=InputKind.SECRET)
        self._secret_field = Field(self.tr("口令"), self._secret)
        self._secret_fields = {"passphrase": self._secret_field, "pin": self._secret_field}
        self._secret.line.returnPressed.connect(self._on_unlock)
        self._unlock = Button(self.tr("解锁"), ButtonKind.PRIMARY, icon="lock")
        self._unlock.clicked.connect(self._on_unlock)
        self._use_passphrase = Button(self.tr("改用口令"), ButtonKind.TEXT)
        self._use_passphrase.clicked.connect(self._on_passphrase)
        self._another = Button(self.tr("添加使用人"), ButtonKind.TEXT, icon="user-plus")
        self._another.clicked.connect(self._on_enrol_page)
        self._forgotten = Text(self.tr("忘记口令请联系区县管理员，数据不会丢失。"), TextRole.CAPTION)
        card.body.addLayout(self._people)
        for widget in (self._secret_field, self._unlock, self._use_passphrase):
            card.body.addWidget(widget)
        card.body.addWidget(self._forgotten)
        card.body.addWidget(self._another)
        return card

    def _build_enrol(self) -> QWidget:
        card = Card(self.tr("登记这台设备"))
        hint = Text(self.tr("向管理员索取登记码；用扫码枪扫一下登记码也可以。"), TextRole.CAPTION)
        self._server = TextField()
        self._code = TextField()
        self._new = TextField(kind=InputKind.SECRET)
        self._again = TextField(kind=InputKind.SECRET)
        at_least = self.tr("至少 8 个字符。每次打开时输入，请记牢。")
        self._enrol_fields = {
            "server_url": Field(self.tr("服务器地址"), self._server, required=True),
            "code": Field(self.tr("登记码"), self._code, required=True),
            "passphrase": Field(self.tr("设置口令"), self._new, required=True, hint=at_least),
            "again": Field(self.tr("再输一遍口令"), self._again, required=True),
        }
        self._again.line.returnPressed.connect(self._on_enrol)
        self._enrol = Button(self.tr("登记并下载数据"), ButtonKind.PRIMARY, icon="download")
        self._enrol.clicked.connect(self._on_enrol)
        self._cancel = Button(self.tr("返回解锁"), ButtonKind.TEXT, icon="arrow-left")
        self._cancel.clicked.connect(self._on_passphrase)
        for widget in (hint, *self._enrol_fields.values(), self._enrol, self._cancel):
            card.body.addWidget(widget)
        self._pages.addWidget(card)
        return card

    def _build_looks(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.addStretch(1)
        language = Button("English" if self._preferences.language is Language.ZH else "中文", ButtonKind.TEXT)
        language.clicked.connect(self._on_language)
        smaller = Button(self.tr("字小一点"), ButtonKind.TEXT)
        smaller.clicked.connect(lambda: self._on_size(-1))
        larger = Button(self.tr("字大一点"), ButtonKind.TEXT)
        larger.clicked.connect(lambda: self._on_size(1))
        for button in (language, smaller, larger):
            line.addWidget(button)
        line.addStretch(1)
        return line

    # --- state ----------------------------------------------------------------------------------

    def show_state(self, state: DoorState) -> None:
        """Show a state."""
        self._show_people(state)
        enrolling = state.mode is DoorMode.ENROL
        by_pin = state.mode is DoorMode.PIN
        self._secret_field.set_label(self.tr("快速解锁 PIN") if by_pin else self.tr("口令"))
        self._use_passphrase.setVisible(by_pin)
        self._unlock.setEnabled(not state.busy)
        self._unlock.setText(self.tr("正在解锁……") if state.busy else self.tr("解锁"))
        if enrolling:
            self._show_enrol(state)
        else:
            self._pages.setCurrentWidget(self._unlock_page)
        self._show_error(state, self._enrol_fields if enrolling else self._secret_fields)

    def _show_enrol(self, state: DoorState) -> None:
        if self._enrol_page is None:
            self._enrol_page = self._build_enrol()
            order_tabs(self)
        self._cancel.setVisible(bool(state.profiles))
        self._enrol.setEnabled(not state.busy)
        self._enrol.setText(self.tr("正在登记……") if state.busy else self.tr("登记并下载数据"))
        self._pages.setCurrentWidget(self._enrol_page)

    def _show_error(self, state: DoorState, fields: dict[str, Field]) -> None:
        place = fields.get(state.error_field)
        for field in (self._secret_field, *self._enrol_fields.values()):
            field.set_error(state.error if field is place else "")
        self._notice.setVisible(bool(state.error and place is None))
        if state.error and place is None:
            self._notice.set_message(state.error, StatusKind.DANGER)
        if state.error and place is self._secret_field:
            self._secret.set_value("")

    def _show_people(self, state: DoorState) -> None:
        if state.profiles != self._profiles:
            self._profiles = state.profiles
            if self._people_list is not None:
                self._people_list.deleteLater()
            rows = [Choice(p.profile_id, self._label(p)) for p in state.profiles]
            self._people_list = ChoiceList(rows, columns=1)
            self._people_list.setAccessibleName(self.tr("使用人"))
            self._people_list.committed.connect(self._on_person)
            self._people.addWidget(self._people_list)
            self._put_first(self._people_list)
        if self._people_list is not None:
            self._people_list.setVisible(len(state.profiles) > 1)
            self._people_list.set_value(state.chosen.profile_id if state.chosen else None)

    def _put_first(self, people: ChoiceList) -> None:
        """Made last but read first: the Tab key meets the names before the passphrase."""
        before = self._secret.previousInFocusChain()
        while before is not None and before.focusProxy() is not None:  # Qt would go after the proxy
            before = before.previousInFocusChain()
        for row in people.findChildren(QAbstractButton):
            if before is not None:
                QWidget.setTabOrder(before, row)
            before = row

    def _label(self, profile: Profile) -> str:
        kinds = {
            Dataset.REAL: "",
            Dataset.DEMO: self.tr("（示例数据）"),
            Dataset.PRACTICE: self.tr("（练习）"),
        }
        return (profile.label or self.tr("未命名")) + kinds[profile.dataset]

    # --- intents --------------------------------------------------------------------------------

    def _on_person(self, profile_id: object) -> None:
        chosen = next((p for p in self._profiles if p.profile_id == profile_id), None)
        if self._presenter is not None and chosen is not None:
            self._secret.set_value("")
            self._presenter.choose(chosen)

    def _on_unlock(self) -> None:
        if self._presenter is not None:
            self._presenter.unlock(self._secret.value())

    def _on_enrol_page(self) -> None:
        if self._presenter is not None:
            self._presenter.show_enrol()

    def _on_passphrase(self) -> None:
        if self._presenter is not None:
            self._presenter.show_passphrase()

    def _on_enrol(self) -> None:
        if self._presenter is not None:
            self._presenter.enrol(
                self._server.value(), self._code.value(), self._new.value(), self._again.value()
            )

    def _on_language(self) -> None:
        other = Language.EN if self._preferences.language is Language.ZH else Language.ZH
        self._change(replace(self._preferences, language=other))

    def _on_size(self, step: int) -> None:
        index = TEXT_SCALES.index(self._preferences.text_scale) + step
        if 0 <= index < len(TEXT_SCALES):
            self._change(replace(self._preferences, text_scale=TEXT_SCALES[index]))

    def _change(self, preferences: Preferences) -> None:
        self._preferences = preferences
        if self._presenter is not None:
            self._presenter.set_preferences(preferences)

    def _restyle(self, theme: Theme) -> None:
        self._inner.setMinimumWidth(min(theme.px(420), 700))
        self._inner.setMaximumWidth(theme.px(520))
