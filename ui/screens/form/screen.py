"""Any published form on the screen: steps, one section at a time, summary, footer. Layer 5."""

from collections.abc import Callable
from functools import partial

import shiboken6
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.rules.finding import Severity
from fieldapp.forms.view import Answer
from ui import imaging, shortcuts
from ui import theme as look
from ui.camera.devices import Cameras, SystemCameras
from ui.forms.files import Attachment
from ui.forms.filling import SUMMARY, Shortcoming, StepState, instance_words
from ui.forms.page import FormPage
from ui.forms.question import focus_editor
from ui.forms.summary import SummaryView
from ui.forms.texts import words
from ui.forms.world import FormWorld
from ui.pictures import PictureSizes
from ui.ports import Params, Surroundings
from ui.position.sources import PositionSources, SystemPositions
from ui.screen import Screen
from ui.screens.form.presenter import FormPresenter
from ui.screens.form.state import Finish, FormState, NewerVersion, Notice, NoticeKind
from ui.shortcuts import Act
from ui.theme import StatusKind, Theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.empty_state import EmptyState
from ui.widgets.filling.footer import FormFooter
from ui.widgets.filling.problem_list import ProblemList
from ui.widgets.filling.problems import Problem
from ui.widgets.filling.saving import SavingState
from ui.widgets.filling.steps import StepColumn, StepHeader
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.segmented import MOST, Segmented
from ui.widgets.records.urgent_card import UrgentCard
from ui.widgets.scrolling import ScrollPage
from ui.widgets.section_list import Section, SectionState
from ui.widgets.tab_order import first_stop, order_tabs
from ui.widgets.toast import announce

TYPING_PAUSE_MS = 350
_RETRY_MS = 5000
_BESIDE_ROWS = 96  # margins of page and card, and a scroll bar
_STEP = 20
_WIDE_FROM = 880  # width of the page at 100 %: beside the rail, never on an 800-px tablet


class FormScreen(Screen):
    """A full-screen task. Leaving never asks, it saves.

    Attributes:
        positions, cameras: the devices; tests put their own in place before `enter`.
    """

    task = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.positions: PositionSources = SystemPositions()
        self.cameras: Cameras = SystemCameras()
        self._state = FormState()
        self._footer: FormFooter | None = None
        self._saving_shown: SavingState | None = None
        self._focus_wanted = ""
        self._pending: dict[str, Answer] = {}
        self.presenter = FormPresenter(
            surroundings,
            render=self.show_state,
            notify=self._on_notice,
            focus=self._on_focus,
            sizes=PictureSizes(imaging.thumbnail, imaging.illustration),
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._flush_typing)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self.presenter.save)
        self.page: FormPage | None = None
        self._build()
        self._shortcuts()
        look.follow(self, self._restyle)

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self.presenter.enter(params)

    def shown_again(self) -> None:
        self._show_title()
        self.presenter.shown_again()

    def leave(self) -> None:
        # What the input method is still composing belongs to the worker, not to nobody.
        QGuiApplication.inputMethod().commit()
        self._hand_over()
        self._pause.stop()
        self._retry.stop()
        self.presenter.leave()

    def footer(self) -> QWidget:
        # The window deletes a footer when another screen comes to the front, so each call makes one.
        self._footer = FormFooter()
        self._footer.back.connect(partial(self._step, -1))
        self._footer.forward.connect(self._on_forward)
        self._show_footer()
        return self._footer

    def tools(self) -> tuple[QWidget, ...]:
        check = IconButton("list-checks", self.tr("检查错误"))
        check.clicked.connect(self._on_check)
        leave = Button(self.tr("存草稿离开"), ButtonKind.TEXT, icon="save")
        leave.clicked.connect(self.surroundings.shell.back)
        return check, leave

    # --- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.steps = StepColumn()
        self.header = StepHeader()
        for steps in (self.steps, self.header):
            steps.chosen.connect(self._on_section)
        self.body_page = ScrollPage()
        self.body_page.installEventFilter(self)
        self.trouble = EmptyState("", icon="circle-alert")
        self.trouble.hide()
        self.urgent = UrgentCard()
        self.urgent.copied.connect(self._on_copied)
        self.urgent.report_asked.connect(self._on_report)
        self.urgent.hide()
        self.languages: Segmented | Picker | None = None
        self._language_slot = QHBoxLayout()
        self.newer = Banner("", StatusKind.INFO)
        self.newer.hide()
        self.newer.action.connect(self._on_newer)
        self._page_slot = QVBoxLayout()
        self.summary = SummaryView()
        self.summary.chosen.connect(self._on_section)
        self.problems = ProblemList()
        self.problems.chosen.connect(self._on_problem)
        for widget in (self.summary, self.problems):
            widget.hide()
        column = self.body_page.column
        column.addWidget(self.trouble)
        column.addWidget(self.urgent)
        column.addLayout(self._language_slot)
        column.addWidget(self.newer)
        column.addWidget(self.problems)
        column.addLayout(self._page_slot)
        column.addWidget(self.summary)
        column.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self.body_page, 1)
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.steps)
        row.addLayout(right, 1)
        self.column.addLayout(row)

    def _shortcuts(self) -> None:
        shortcuts.bind(
            self,
            {
                Act.SAVE: self._on_save,
                Act.FORWARD: self._on_forward,
                Act.STEP_BACK: partial(self._step, -1),
                Act.UNDO: self._on_undo,
            },
        )

    def _make_page(self) -> FormPage:
        presenter, clock = self.presenter, self.surroundings.context.clock
        world = FormWorld(
            clock, self.positions, self.cameras, presenter.picture, presenter.illustration, presenter.content
        )
        page = FormPage(world)
        page.edited.connect(self._on_edited)
        page.left.connect(self._on_left)
        page.unreadable.connect(self.presenter.set_unreadable)
        page.attached.connect(self._on_attached)
        page.taken_away.connect(self.presenter.take_away)
        page.toggled.connect(self._after_typing(self.presenter.toggle))
        page.added.connect(self._after_typing(self.presenter.add))
        page.removed.connect(self._after_typing(self.presenter.remove))
        self._page_slot.addWidget(page)
        page.show()
        return page

    # --- showing --------------------------------------------------------------------------------

    def show_state(self, state: FormState) -> None:
        """Show the form."""
        before, self._state = self._state, state
        self.trouble.setVisible(bool(state.trouble))
        self.trouble.set_content(state.trouble, icon="circle-alert")
        for widget in (self.steps, self.header):
            widget.setEnabled(state.loaded)
        if not state.loaded:
            return
        first = not before.loaded
        if first:
            self._show_title()
            self._show_languages()
        self._show_steps()
        turned = first or before.page.current != state.page.current
        followed = turned and not first and self._holds_focus()
        new = self._show_page(state, turned=turned)
        self._show_problems(state)
        self._show_newer(state.newer)
        self._show_footer()
        self._announce_saving(state)
        if new:
            order_tabs(self)
        if turned:
            self._turn_to(first=first)
        if followed and not self._focus_wanted:
            QTimer.singleShot(0, self, self._begin_page)
        self._show_urgent(state, alarm=before.urgent is None and not first)
        if self._focus_wanted:
            QTimer.singleShot(0, self, self._bring_into_view)

    def _show_page(self, state: FormState, *, turned: bool) -> bool:
        """The section or the summary. True when there are other widgets than before."""
        page = state.page
        if turned and self.page is not None:
            self.page.flush()
            self._page_slot.removeWidget(self.page)
            self.page.hide()
            self.page.deleteLater()
            self.page = None
        self.summary.setVisible(page.at_summary)
        if page.at_summary:
            self.summary.show_parts(page.summary, may_change=state.finish is not Finish.READ_ONLY)
            return turned
        self.page = self.page or self._make_page()
        self.page.set_title(words(page.title))
        return self.page.show_rows(page.rows) or turned

    def _on_report(self, params: dict[str, str]) -> None:
        self.surroundings.shell.go("clue_report", **params)

    def urgent_params(self) -> Params:
        return self._state.urgent.report_params() if self._state.urgent is not None else {}

    def _show_urgent(self, state: FormState, *, alarm: bool) -> None:
        self.urgent.show_help(state.urgent)
        if alarm and state.urgent is not None:
            announce(self, self.tr("需要马上处置"))
            QTimer.singleShot(0, self, lambda: self.body_page.show_field(self.urgent))

    def _show_steps(self) -> None:
        page = self._state.page
        steps = [
            Section(step.key or "\n", title, self._how(step), step.missing)
            for step, title in zip(page.steps, self._titles(), strict=True)
        ]
        self.steps.show_steps(steps)
        self.header.show_steps(steps)

    def _how(self, step: StepState) -> SectionState:
        if step.key == self._state.page.current:
            return SectionState.CURRENT
        return SectionState.DONE if step.done else SectionState.OPEN

    def _titles(self) -> list[str]:
        titles = []
        for number, step in enumerate(self._state.page.steps, start=1):
            if step.key == SUMMARY:
                titles.append(self._last_title())
            else:
                titles.append(words(step.title) or self.tr("第 {0} 部分").format(number))
        return titles

    def _last_title(self) -> str:
        return {
            Finish.SUBMIT: self.tr("核对并提交"),
            Finish.TEAM: self.tr("核对答案"),
            Finish.READ_ONLY: self.tr("全部答案"),
        }[self._state.finish]

    def _show_languages(self) -> None:
        known = self._state.page.languages
        if len(known) < 2:
            return
        # Authors write 中文 (zh); the code is for programs.
        choices = [Choice(one, one.partition(" (")[0] or one) for one in known]
        title = self.tr("表单语言")
        self.languages = Segmented(choices) if len(known) <= MOST else Picker(choices, title=title)
        self.languages.describe(title)
        self.languages.set_value(self._state.page.language)
        self.languages.changed.connect(self._on_language)
        self._language_slot.addWidget(self.languages, 2)
        self._language_slot.addStretch(1)

    def _show_problems(self, state: FormState) -> None:
        page = state.page
        shown = page.at_summary and state.finish is not Finish.READ_ONLY
        self.problems.setVisible(shown)
        if shown:
            self.problems.show_problems([self._problem(one) for one in page.shortcomings])

    def _show_newer(self, newer: NewerVersion | None) -> None:
        self.newer.setVisible(newer is not None)
        if newer is None:
            return
        if not newer.looked_at:
            text = self.tr("这张表有了新版本（{0}）。可以先看看改用新版会怎样。").format(newer.version)
            self.newer.set_message(text, StatusKind.INFO, button=self.tr("看看新版"))
        elif newer.lost:
            text = self.tr("改用新版后，有 {0} 个答案没有地方放，会去掉；另有 {1} 个新问题。")
            words_now = text.format(newer.lost, newer.added)
            self.newer.set_message(words_now, StatusKind.WARN, button=self.tr("改用新版"))
        else:
            text = self.tr("改用新版不会丢答案，另有 {0} 个新问题。").format(newer.added)
            self.newer.set_message(text, StatusKind.OK, button=self.tr("改用新版"))

    def _on_copied(self) -> None:
        self.surroundings.shell.toast(self.tr("简报已复制，可以粘贴到短信里发出。"))

    def _on_newer(self) -> None:
        self._hand_over()
        self.presenter.look_at_newer()

    def _problem(self, one: Shortcoming) -> Problem:
        sentence = one.sentence or words(one.message)
        if not sentence:
            sentence = self.tr("这一项必填") if one.blank else self.tr("这个答案不符合要求，请核对")
        label, number = words(one.label), instance_words(one.reference)
        if number:
            label = self.tr("{0}（第 {1} 项）").format(label, number)
        return Problem(one.section, one.reference, label, sentence, Severity.ERROR)

    def _turn_to(self, *, first: bool) -> None:
        self.header.close_list()
        self.body_page.verticalScrollBar().setValue(0)
        if first:
            # Never a text field: on a tablet its keyboard would cover the form before anything is seen.
            (self.steps if self.steps.isVisibleTo(self) else self.header.open_button).setFocus()

    def _show_title(self) -> None:
        state = self._state
        if not state.loaded:
            return
        reading = state.finish is Finish.READ_ONLY
        draft = "" if reading else self.tr("草稿，随填随存")
        self.surroundings.shell.set_title(state.title, " · ".join(filter(None, (state.about, draft))))

    def _show_footer(self) -> None:
        state = self._state
        if self._footer is None or not shiboken6.isValid(self._footer) or not state.loaded:
            return
        at, titles = state.page.index, self._titles()
        following = titles[at + 1] if at + 1 < len(titles) else ""
        if not following and state.finish is Finish.TEAM:
            following = self.tr("评估小组与签字")
        elif not following and state.finish is Finish.READ_ONLY:
            following = self.tr("返回")
        if state.saving is not None:
            self._footer.show_saving(state.saving)
        self._footer.show_steps(first=at == 0, next_title=following, busy=state.busy)

    def _announce_saving(self, state: FormState) -> None:
        now = state.saving.state if state.saving is not None else None
        if now is SavingState.FAILED:
            self._retry.start()
            if self._saving_shown is not SavingState.FAILED and state.saving is not None:
                announce(self, state.saving.problem)
        elif now is SavingState.SAVED and self._saving_shown is SavingState.FAILED:
            announce(self, self.tr("已经存上了"))
        if now is not SavingState.SAVING:
            self._saving_shown = now

    # --- intents --------------------------------------------------------------------------------

    def _on_edited(self, reference: str, answer: Answer, typing: bool) -> None:
        if typing:
            self._pending[reference] = answer
            if not self._pause.isActive():
                # Not restarted by further typing: what is on the screen is never older than this on the disk.
                self._pause.start()
            return
        self._flush_typing()
        self.presenter.answer(reference, answer)

    def _flush_typing(self) -> None:
        self._pause.stop()
        pending, self._pending = self._pending, {}
        for reference, answer in pending.items():
            self.presenter.answer(reference, answer)

    def _on_left(self, reference: str) -> None:
        self._flush_typing()
        self.presenter.leave_question(reference)

    def _hand_over(self) -> None:
        """Everything in hand goes to the presenter: what a pen drew, what was typed."""
        if self.page is not None:
            self.page.flush()
        self._flush_typing()

    def _after_typing(self, act: Callable[[str], None]) -> Callable[[str], None]:
        def after(reference: str) -> None:
            # What a pen drew too: after a removal its question has another reference.
            self._hand_over()
            act(reference)

        return after

    def _on_attached(self, reference: str, attachment: Attachment) -> None:
        self._flush_typing()
        self.presenter.attach(reference, attachment)

    def _on_section(self, key: str) -> None:
        self._hand_over()
        self.presenter.go_to(key.strip())

    def _on_problem(self, _section: str, reference: str) -> None:
        self._hand_over()
        self.presenter.go_to_reference(reference)

    def _step(self, by: int) -> None:
        self._hand_over()
        self.presenter.step(by)

    def _on_forward(self) -> None:
        if not self._state.loaded or self._state.busy:
            return
        self._hand_over()
        if self._state.page.at_summary:
            self.presenter.finish()
        else:
            self.presenter.step(1)

    def _on_check(self) -> None:
        self._hand_over()
        self.presenter.check()

    def _on_save(self) -> None:
        self._hand_over()
        self.presenter.save()
        announce(self, self.tr("已保存"))

    def _on_undo(self) -> None:
        self._hand_over()
        self.presenter.undo()

    def _on_language(self, language: object) -> None:
        self._flush_typing()
        self.presenter.set_language(str(language))

    # --- what the presenter says ----------------------------------------------------------------

    def _on_notice(self, notice: Notice) -> None:
        shell = self.surroundings.shell
        if notice.kind is NoticeKind.SUBMITTED:
            shell.toast(self.tr("已存本机 ✓ 待上传"))
        elif notice.kind is NoticeKind.PROBLEMS_LEFT:
            shell.toast(self.tr("还有 {0} 处要补，已列在上面。").format(notice.count))
        elif notice.kind is NoticeKind.INSTANCE_REMOVED:
            shell.toast(self.tr("已删除这一项。"), self.tr("撤销"), notice.undo)
        elif notice.kind is NoticeKind.UNDO_STEPWISE:
            shell.toast(self.tr("之后又有改动，请用 Ctrl+Z 一步一步撤销。"))
        elif notice.kind is NoticeKind.WAIT_FOR_FILE:
            shell.toast(self.tr("照片或文件还在处理，请稍等一下再试。"))
        elif notice.kind is NoticeKind.NEWER_TAKEN:
            shell.toast(self.tr("已改用新版表单，原来的答案都带过来了。"))
        else:
            shell.toast(notice.sentence)

    def _on_focus(self, reference: str) -> None:
        self._focus_wanted = reference

    def _bring_into_view(self) -> None:
        reference, self._focus_wanted = self._focus_wanted, ""
        widget = self.page.question(reference) if self.page is not None else None
        if widget is None:
            return
        self.body_page.show_field(widget)
        focus_editor(widget)

    def _holds_focus(self) -> bool:
        """Whether somebody works in the section (or summary) with keys: they go on in the next one."""
        focused = QApplication.focusWidget()
        shown = self.summary if self.summary.isVisibleTo(self) else self.page
        return focused is self or (focused is not None and shown is not None and shown.isAncestorOf(focused))

    def _begin_page(self) -> None:
        shown: QWidget | None = self.summary if self.summary.isVisibleTo(self) else self.page
        if shown is None:
            return
        first = self.page.first_question() if self.page is not None else None
        if first is not None:
            focus_editor(first, Qt.FocusReason.TabFocusReason)
        elif (stop := first_stop(shown)) is not None:
            stop.setFocus(Qt.FocusReason.TabFocusReason)
        focused = QApplication.focusWidget()
        if focused is None or not shown.isAncestorOf(focused):  # a page that only tells something
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    # --- arrangement ----------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The page's own width, not that of its contents: those come and go with a scroll bar."""
        if watched is self.body_page and event.type() == QEvent.Type.Resize:
            self._measure()
        return super().eventFilter(watched, event)

    def _restyle(self, theme: Theme) -> None:
        self._arrange()
        self._measure()

    def _measure(self) -> None:
        free = max(0, self.body_page.width() - _BESIDE_ROWS)
        # In steps: whoever draws the window's edge is not to have the section read at every pixel.
        self.presenter.set_room(free * 100 // look.current().px(100) // _STEP * _STEP)

    def _arrange(self) -> None:
        wide = self.width() >= look.current().px(_WIDE_FROM)
        self.steps.setVisible(wide)
        self.header.setVisible(not wide)
