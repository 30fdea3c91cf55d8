"""打印: a paper form to look at, then to print or to save as PDF."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPaintEvent
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QSizePolicy, QWidget

from fieldapp.exports.paper import Paper
from fieldapp.services.exports import REASON_MAX
from ui import printing
from ui import theme as look
from ui.ports import Params, Surroundings
from ui.printing import Page
from ui.screen import Screen
from ui.screens.paper.documents import DocumentsPresenter, DocumentsState
from ui.screens.paper.documents_card import DocumentsCard
from ui.screens.paper.presenter import (
    ASSESSMENTS,
    BLANK,
    CHECKS,
    CLUES,
    RELIEFS,
    RISKS,
    TARGETS,
    VISITS,
    PaperPresenter,
    PaperState,
)
from ui.theme import StatusKind
from ui.widgets import painting
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind
from ui.widgets.card import Card
from ui.widgets.empty_state import EmptyState
from ui.widgets.file_choice import choose_folder, save_file
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import TextField
from ui.widgets.labels import Text
from ui.widgets.layouts import FlowLayout
from ui.widgets.progress_row import ProgressRow
from ui.widgets.scrolling import ScrollPage
from ui.widgets.tab_order import order_tabs

_NO: Final = "no"
_YES: Final = "yes"
_TICK_MS: Final = 200
_PAGE_WIDTH: Final = 794
"""A4 at 96 dots an inch: wider shows no more."""


class PageView(QWidget):
    """One page of paper, as wide as there is room."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._image: QImage = page.image
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setMaximumWidth(_PAGE_WIDTH)
        self.setAccessibleName(self.tr("第 {0} 页，共 {1} 页").format(page.number, page.total))

    def sizeHint(self) -> QSize:
        return QSize(_PAGE_WIDTH, self.heightForWidth(_PAGE_WIDTH))

    def minimumSizeHint(self) -> QSize:
        return QSize(240, self.heightForWidth(240))

    def heightForWidth(self, width: int) -> int:
        return round(min(width, _PAGE_WIDTH) * self._image.height() / self._image.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = look.current()
        painter = painting.begin(self)
        painter.setRenderHint(painter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self.rect(), self._image)
        painter.setPen(theme.colors.paper_line)
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        painter.end()


class QtPress:
    """Pages, PDF and printer by Qt. `printer` is what the system's dialog chose."""

    def __init__(self, title: Callable[[], str]) -> None:
        self._title = title
        self.printer: QPrinter | None = None

    def pages(self, paper: Paper) -> Sequence[Page]:
        """Pictures of the pages."""
        return printing.pages_of(paper)

    def pdf(
        self, forms: Iterable[Paper], path: Path, progress: Callable[[int], None],
        cancelled: Callable[[], bool],
    ) -> bool:  # fmt: skip
        """All forms in one file."""
        return printing.write_pdf(forms, path, progress, cancelled, self._title())

    def print_out(
        self, forms: Iterable[Paper], progress: Callable[[int], None], cancelled: Callable[[], bool]
    ) -> bool:
        """On the printer chosen last."""
        return self.printer is not None and printing.paint(forms, self.printer, progress, cancelled)


class PaperScreen(Screen):
    """打印."""

    task = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        # Fonts belong to the screen's thread; pages are made beside it.
        printing.load_fonts()
        self._kind = BLANK
        self.press = QtPress(self._form_name)
        self.presenter: PaperPresenter[Page] = PaperPresenter(
            surroundings, self.render_state, self.press, self._on_finished
        )
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MS)
        self._tick.timeout.connect(self.presenter.tick)
        self._drawn: tuple[Page, ...] = ()
        self._views: list[PageView] = []
        self._page = ScrollPage()
        self.column.addWidget(self._page)
        self._trouble = EmptyState("", icon="circle-alert")
        self._trouble.hide()
        self._page.column.addWidget(self._trouble)
        self._card = Card()
        self._build_choices()
        self._page.column.addWidget(self._card)
        self.documents = DocumentsCard()
        self.documents.hide()
        self._page.column.addWidget(self.documents)
        self.filler = DocumentsPresenter(surroundings, self._render_documents, self._on_filled)
        self.documents.chosen.connect(self.filler.choose)
        self.documents.fill_wanted.connect(self._on_fill)
        self.documents.cancel_wanted.connect(self.filler.cancel)
        self._tick.timeout.connect(self.filler.tick)
        self._page.column.addStretch(1)

    def _build_choices(self) -> None:
        self._count = Text("", tone="soft", wrap=True)
        turning = QWidget()
        flow = FlowLayout(turning, gap=12)
        self.before = Button(self.tr("上一份"), icon="chevron-left")
        self.before.clicked.connect(lambda: self.presenter.turn(-1))
        self.next = Button(self.tr("下一份"), icon="chevron-right")
        self.next.clicked.connect(lambda: self.presenter.turn(1))
        flow.addWidget(self._count)
        flow.addWidget(self.before)
        flow.addWidget(self.next)
        self._turning = turning
        self.photos = Segmented([Choice(_NO, self.tr("不附照片")), Choice(_YES, self.tr("附照片"))])
        self.photos.set_value(_NO)
        self.photos.changed.connect(self._on_choice)
        self._photos_field = Field(self.tr("照片"), self.photos)
        self.numbers = Segmented([Choice(_NO, self.tr("号码脱敏")), Choice(_YES, self.tr("完整号码"))])
        self.numbers.set_value(_NO)
        self.numbers.changed.connect(self._on_choice)
        hint = self.tr("身份证号和电话。完整号码只用于工作需要，打印会留下记录。")
        self._numbers_field = Field(self.tr("号码"), self.numbers, hint=hint)
        self.reason = TextField(max_length=REASON_MAX)
        self.reason.changed.connect(self._on_choice)
        self._reason_field = Field(self.tr("为什么需要完整号码"), self.reason, required=True)
        self._problem = Banner("", StatusKind.DANGER)
        self.progress = ProgressRow(self.tr("正在生成"))
        self.progress.cancelled.connect(self.presenter.cancel)
        buttons = QWidget()
        row = FlowLayout(buttons, gap=12)
        self.print = Button(self.tr("打印"), ButtonKind.PRIMARY, icon="printer")
        self.print.clicked.connect(self._on_print)
        self.save = Button(self.tr("存为 PDF"), icon="save")
        self.save.clicked.connect(self._on_save)
        row.addWidget(self.print)
        row.addWidget(self.save)
        fields = (self._photos_field, self._numbers_field, self._reason_field)
        for widget in (turning, *fields, self._problem, self.progress, buttons):
            self._card.body.addWidget(widget)
        self._problem.hide()
        self.progress.hide()

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self._kind = params.get("kind", BLANK)
        self.surroundings.shell.set_title(self.tr("打印"), self._form_name())
        ids = [one for one in params.get("ids", "").split(",") if one]
        self.presenter.enter(self._kind, ids, params.get("area_code", ""))
        if self._kind == VISITS and ids:
            self.filler.enter()

    def leave(self) -> None:
        self._tick.stop()
        self.presenter.leave()
        self.filler.leave()

    def _form_name(self) -> str:
        return {
            CLUES: self.tr("急难线索上报单"),
            RELIEFS: self.tr("临时救助审批表"),
            ASSESSMENTS: self.tr("高风险家庭入户评估表"),
            RISKS: self.tr("高风险家庭入户评估表"),
            CHECKS: self.tr("双随机检查表"),
            TARGETS: self.tr("双随机检查表"),
        }.get(self._kind, self.tr("入户走访记录表"))

    # --- rendering ------------------------------------------------------------------------------

    def render_state(self, state: PaperState[Page]) -> None:
        """Show the form."""
        self._trouble.setVisible(bool(state.trouble))
        self._trouble.set_content(state.trouble, icon="circle-alert")
        self._card.setVisible(state.loaded and not state.trouble)
        self._count.setText(self.tr("第 {0} 份，共 {1} 份").format(state.place + 1, state.count))
        self._turning.setVisible(state.count > 1)
        self.before.setEnabled(state.place > 0)
        self.next.setEnabled(state.place + 1 < state.count)
        self._photos_field.setVisible(state.has_photos)
        self._numbers_field.setVisible(state.may_full)
        self._reason_field.setVisible(state.may_full and state.choice.full)
        self._reason_field.set_error(state.reason_problem)
        self._problem.setVisible(bool(state.problem))
        self._problem.set_message(state.problem, StatusKind.DANGER)
        self.progress.setVisible(state.working)
        self.progress.set_progress(state.done, state.count)
        ready = state.loaded and not state.working and not state.reason_problem
        self.print.setEnabled(ready)
        self.save.setEnabled(ready)
        self._render_documents(self.filler.state)
        if state.pages is not self._drawn:
            self._show_pages(state.pages)

    def _render_documents(self, state: DocumentsState) -> None:
        """Show the other departments' documents; the form's own choices and reason count for them too."""
        form = self.presenter.state
        self.documents.render_state(
            state, allowed=form.loaded and not form.working and not form.reason_problem
        )
        if form.working or state.working:
            self._tick.start()
        else:
            self._tick.stop()

    def _show_pages(self, pages: tuple[Page, ...]) -> None:
        self._drawn = pages
        for view in self._views:
            view.deleteLater()
        self._views = [PageView(page) for page in pages]
        for number, view in enumerate(self._views):
            self._page.column.insertWidget(3 + number, view)
            self._page.column.setAlignment(view, Qt.AlignmentFlag.AlignHCenter)
        order_tabs(self)

    # --- acts -----------------------------------------------------------------------------------

    def _on_choice(self, _value: object) -> None:
        photos, full = self.photos.value() == _YES, self.numbers.value() == _YES
        self.presenter.choose(photos=photos, full=full, reason=self.reason.value() if full else "")

    def _on_save(self) -> None:
        words = self.tr("PDF 文件 (*.pdf)")
        name = self.tr("{0}.pdf").format(self._form_name())
        save_file(self, self.tr("存为 PDF"), name, words, self.presenter.save)

    def _on_print(self) -> None:
        self.press.printer = QPrinter(QPrinter.PrinterMode.HighResolution)
        dialog = QPrintDialog(self.press.printer, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(self.presenter.print_out)
        dialog.setModal(True)
        dialog.show()

    def _on_fill(self) -> None:
        ids, choice = self.presenter.ids, self.presenter.state.choice
        title = self.tr("存到哪个文件夹")
        choose_folder(self, title, lambda folder: self.filler.fill(ids, folder, choice))

    def _on_filled(self, count: int) -> None:
        self.surroundings.shell.toast(self.tr("已填好 {0} 份表格").format(count))

    def _on_finished(self, saved: bool) -> None:
        words = self.tr("已存为 PDF") if saved else self.tr("已送到打印机")
        self.surroundings.shell.toast(words)
