"""The door's view: profile, passphrase or PIN, enrolment; language and text size for everybody."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from fieldapp.app.preferences import TEXT_SCALES, Language, Preferences
from fieldapp.app.profiles import DEMO_PASSPHRASE, Dataset, Profile
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

if TYPE_CHECKING:  # hardly ever needed
    from ui.camera.devices import Cameras
    from ui.screens.unlock.enrol_page import EnrolPage
    from ui.screens.unlock.recovery_page import RecoveryPage


class UnlockScreen(QWidget):
    """Shown before anything can be decrypted; holds no personal data but masked profile labels.

    Signals:
        painted: once, when the door can be seen: what is heavy may begin.
        practice_wanted: somebody wants to try with made-up data first.

    Attributes:
        cameras: the devices, None for the system's; tests put their own in place.
    """

    painted = Signal()
    practice_wanted = Signal()

    def __init__(self, preferences: Preferences, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._presenter: UnlockPresenter | None = None
        self._preferences = preferences
        self._profiles: tuple[Profile, ...] = ()
        self._seen = False
        self.cameras: Cameras | None = None

        self._notice = Banner("", StatusKind.DANGER)
        self._notice.hide()

        self._pages = QStackedWidget()
        self._unlock_page = self._build_unlock()
        self._pages.addWidget(self._unlock_page)
        # Enrolment is asked for once in a device's life; every other start is quicker without its page.
        self._enrol_page: EnrolPage | None = None
        self._recovery_page: RecoveryPage | None = None

        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setSpacing(16)
        column.addStretch(1)
        column.addLayout(self._build_head())
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
        self._scroll = ScrollPage(margin=0)
        self._scroll.column.addWidget(middle)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._scroll)
        look.follow(self, self._restyle)

    def set_presenter(self, presenter: UnlockPresenter) -> None:
        """Connect the view with its presenter; intents before that go nowhere."""
        self._presenter = presenter
        if self._enrol_page is not None:
            _connect(self._enrol_page, presenter)

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
        self._forgotten = Button(self.tr("忘记口令"), ButtonKind.TEXT, icon="circle-help")
        self._forgotten.clicked.connect(self._on_forgotten)
        card.body.addLayout(self._people)
        for widget in (self._secret_field, self._unlock, self._use_passphrase):
            card.body.addWidget(widget)
        card.body.addWidget(self._forgotten)
        card.body.addWidget(self._another)
        return card

    def _build_head(self) -> QVBoxLayout:
        self._name = Text(self.tr("入户通"), TextRole.PAGE_TITLE)
        self._purpose = Text(self.tr("困难群众走访帮扶 · 没有网络也能用"), TextRole.CAPTION)
        self.practice = Button(self.tr("先练习一下（虚构的数据）"), ButtonKind.TEXT, icon="play")
        self.practice.clicked.connect(self.practice_wanted)
        head = QVBoxLayout()
        for widget in (self._name, self._purpose, self.practice):
            head.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)
        return head

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
        demo = state.chosen is not None and state.chosen.dataset is Dataset.DEMO and not by_pin
        words = self.tr("这里是示例数据，口令是 {0}").format(DEMO_PASSPHRASE) if demo else ""
        self._secret_field.set_hint(words)
        self._use_passphrase.setVisible(by_pin)
        self._unlock.setEnabled(not state.busy)
        self._unlock.setText(self.tr("正在解锁……") if state.busy else self.tr("解锁"))
        self._forgotten.setEnabled(not state.busy)
        self.practice.setEnabled(not state.busy)
        if enrolling and self._enrol_page is None:
            self._enrol_page = self._build_enrol()
        if self._enrol_page is not None:
            self._enrol_page.show_state(state)
        page = self._enrol_page if enrolling and self._enrol_page is not None else self._unlock_page
        self._pages.setCurrentWidget(self._recovery_page_of(state) or page)
        self._show_error(state)

    def _recovery_page_of(self, state: DoorState) -> "RecoveryPage | None":
        """The page of a forgotten passphrase, made anew for each attempt; None while there is none."""
        if state.recovery is None or state.mode is not DoorMode.RECOVERY:
            gone, self._recovery_page = self._recovery_page, None
            if gone is not None:
                gone.shut()
                self._pages.removeWidget(gone)
                gone.deleteLater()
            return None
        if self._recovery_page is None:
            self._recovery_page = self._build_recovery()
        self._recovery_page.show_state(state.recovery)
        return self._recovery_page

    def _build_recovery(self) -> "RecoveryPage":
        from ui.camera.devices import SystemCameras
        from ui.screens.unlock.recovery_page import RecoveryPage

        page = RecoveryPage(self.cameras or SystemCameras())
        self._pages.addWidget(page)
        order_tabs(self)
        presenter = self._presenter
        if presenter is not None and presenter.recovery is not None:
            recovery = presenter.recovery
            page.save_wanted.connect(lambda to: recovery.save_request(Path(to)))
            page.file_chosen.connect(lambda name: recovery.open_answer(Path(name)))
            page.scan_wanted.connect(recovery.scan)
            page.scanned.connect(recovery.take_answer)
            page.submitted.connect(recovery.finish)
            page.left.connect(presenter.show_passphrase)
        return page

    def _build_enrol(self) -> "EnrolPage":
        from ui.camera.devices import SystemCameras
        from ui.screens.unlock.enrol_page import EnrolPage

        page = EnrolPage(self.cameras or SystemCameras())
        self._pages.addWidget(page)
        order_tabs(self)
        page.in_view.connect(self._scroll.show_field)
        if self._presenter is not None:
            _connect(page, self._presenter)
        return page

    def _show_error(self, state: DoorState) -> None:
        enrolling = self._enrol_page.fields if self._enrol_page is not None else {}
        fields = enrolling if state.mode is DoorMode.ENROL else self._secret_fields
        place = fields.get(state.error_field)
        for field in (self._secret_field, *enrolling.values()):
            field.set_error(state.error if field is place else "")
        scanned = state.mode is DoorMode.ENROL and bool(state.code) and not state.error
        self._notice.setVisible(scanned or state.erased or bool(state.error and place is None))
        if state.error and place is None:
            self._notice.set_message(state.error, StatusKind.DANGER)
        elif scanned:
            words = self.tr("已读到登记码。请核对服务器地址，再设置口令。")
            self._notice.set_message(words, StatusKind.OK)
        elif state.erased:
            words = self.tr("这台设备已被停用，本机数据已清除。已上传的内容都在服务器上，换设备登记后可见。")
            self._notice.set_message(words, StatusKind.INFO)
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

    def _on_forgotten(self) -> None:
        if self._presenter is not None:
            self._presenter.show_recovery()

    def _on_passphrase(self) -> None:
        if self._presenter is not None:
            self._presenter.show_passphrase()

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


def _connect(page: "EnrolPage", presenter: UnlockPresenter) -> None:
    page.scan_wanted.connect(presenter.scan)
    page.scan_closed.connect(presenter.stop_scanning)
    page.scanned.connect(presenter.scanned)
    page.submitted.connect(presenter.enrol)
    page.left.connect(presenter.show_passphrase)
