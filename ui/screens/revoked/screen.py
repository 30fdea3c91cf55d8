"""The view of a revoked device."""

from PySide6.QtWidgets import QWidget

from ui import theme as look
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.revoked.presenter import RevokedPresenter, RevokedState
from ui.theme import StatusKind, TextRole, Theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.scrolling import ScrollPage

_WIDEST = 760


class RevokedScreen(Screen):
    """Says what happened and what comes next, and lets the owner hand over what only this device holds."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        page = ScrollPage()
        self.column.addWidget(page)
        self._card = Card(self.tr("这台设备已被停用"), icon="circle-alert")
        self._why = Text("", wrap=True)
        self._unsent = Text("", TextRole.STRONG, wrap=True)
        self._drafts = Banner("", StatusKind.WARN)
        self._problem = Banner("", StatusKind.DANGER)
        self.code = TextField()
        self._code_field = Field(
            self.tr("登记码"), self.code, required=True,
            hint=self.tr("请管理员为你生成一个新的登记码，证明设备在你本人手里。"),
        )  # fmt: skip
        self.code.line.returnPressed.connect(self._on_hand_over)
        self.hand_over = Button(self.tr("交回并上传"), ButtonKind.PRIMARY, icon="cloud-upload")
        self.hand_over.clicked.connect(self._on_hand_over)
        self.to_drafts = Button(self.tr("先去处理草稿"), icon="clipboard-list")
        self.to_drafts.clicked.connect(self._on_drafts)
        self.erase = Button(self.tr("清除本机数据"), ButtonKind.DANGER, icon="trash-2")
        self.erase.clicked.connect(self._on_erase)
        self._sure = Banner("", StatusKind.DANGER)
        self.really = Button(self.tr("确认清除，不再找回"), ButtonKind.DANGER)
        self.really.clicked.connect(self._on_really)
        self.keep = Button(self.tr("先不清除"))
        self.keep.clicked.connect(self._on_keep)
        body = self._card.body
        for widget in (self._why, self._unsent, self._drafts, self._problem, self._code_field):
            body.addWidget(widget)
        body.addWidget(_row(self.hand_over, self.to_drafts, self.erase))
        body.addWidget(self._sure)
        body.addWidget(_row(self.keep, self.really))
        page.column.addWidget(self._card)
        page.column.addStretch(1)
        look.follow(self, self._restyle)
        self._presenter = RevokedPresenter(surroundings, self.show_state)

    def enter(self, params: Params) -> None:
        self.surroundings.shell.set_title(self.tr("设备停用"))
        self.show_state(self._presenter.state)
        self._presenter.start()

    def shown_again(self) -> None:
        self._presenter.start()

    def leave(self) -> None:
        self._presenter.leave()

    def show_state(self, state: RevokedState) -> None:
        """Show a state."""
        unsent = state.unsent
        self._why.setText(
            self.tr(
                "管理员停用了这台设备，它不能再同步。已上传的内容都在服务器上，换一台设备登记后就能看到。"
            )
            if unsent is None or not unsent.nothing
            else self.tr("没有未上传的内容，正在清除本机数据。已上传的内容都在服务器上。")
        )
        waiting = unsent is not None and bool(unsent.ops or unsent.blobs or unsent.refused)
        self._unsent.setVisible(waiting)
        self._drafts.setVisible(unsent is not None and unsent.drafts > 0)
        if unsent is not None:
            self._unsent.setText(self._unsent_words(state))
            self._drafts.set_message(
                self.tr("还有 {0} 份草稿没有提交，清除后找不回来。").format(unsent.drafts), StatusKind.WARN
            )
        can_send = unsent is not None and bool(unsent.ops or unsent.blobs)
        self._code_field.setVisible(can_send)
        self._code_field.set_error(state.error if state.error_field == "code" else "")
        self.hand_over.setVisible(can_send)
        self.hand_over.setText(self.tr("正在上传……") if state.busy else self.tr("交回并上传"))
        self.to_drafts.setVisible(unsent is not None and unsent.drafts > 0)
        elsewhere = bool(state.error) and state.error_field != "code"
        self._problem.setVisible(elsewhere)
        if elsewhere:
            self._problem.set_message(state.error, StatusKind.DANGER)
        self.erase.setVisible(not state.asking)
        for widget in (self._sure, self.really, self.keep):
            widget.setVisible(state.asking)
        if state.asking:
            self._sure.set_message(
                self.tr("上面列出的内容只在这台设备上，清除后谁也找不回来。"), StatusKind.DANGER
            )
        for button in (self.hand_over, self.to_drafts, self.erase, self.really, self.keep):
            button.setEnabled(not state.busy and unsent is not None)

    def _unsent_words(self, state: RevokedState) -> str:
        unsent = state.unsent
        assert unsent is not None
        lines = []
        if state.handed is not None:
            lines.append(
                self.tr("已交回 {0} 条记录、{1} 个照片和签字。").format(
                    state.handed.sent, state.handed.blobs_sent
                )
            )
        if unsent.ops or unsent.blobs:
            lines.append(
                self.tr("只在这台设备上：{0} 条记录、{1} 个照片和签字。").format(unsent.ops, unsent.blobs)
            )
        if unsent.refused:
            lines.append(self.tr("服务器没有收下的：{0} 条，原文已留给管理员处理。").format(unsent.refused))
        return "\n".join(lines)

    def _restyle(self, theme: Theme) -> None:
        self._card.setMaximumWidth(theme.px(_WIDEST))

    # --- intents --------------------------------------------------------------------------------

    def _on_hand_over(self) -> None:
        self._presenter.hand_over(self.code.value())

    def _on_drafts(self) -> None:
        self._presenter.finish_drafts()

    def _on_erase(self) -> None:
        self._presenter.erase()

    def _on_really(self) -> None:
        self._presenter.erase(sure=True)

    def _on_keep(self) -> None:
        self._presenter.keep()


def _row(*buttons: Button) -> QWidget:
    row = QWidget()
    flow = FlowLayout(row, gap=12)
    for button in buttons:
        flow.addWidget(button)
    return row
