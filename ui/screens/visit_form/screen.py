"""The visit form's view: steps, fields, photos, signature, footer. Layer 5."""

from functools import partial

import shiboken6
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.records.visits import Attestation, Location, PhotoKind
from ui import imaging, shortcuts
from ui import theme as look
from ui.camera.intake import PictureIntake
from ui.ports import Params, Surroundings
from ui.position.panel import PositionPanel
from ui.position.sources import PositionSources, SystemPositions
from ui.screen import Screen
from ui.screens.visit_form.changes_editor import ChangesEditor
from ui.screens.visit_form.head_card import HeadCard
from ui.screens.visit_form.presenter import VisitFormPresenter
from ui.screens.visit_form.section_page import EditorNeeds, SectionPage
from ui.screens.visit_form.sections import SectionKey
from ui.screens.visit_form.state import FormState, Notice, NoticeKind
from ui.shortcuts import Act
from ui.theme import StatusKind, Theme
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.filling.attestation_panel import AttestationPanel
from ui.widgets.filling.footer import FormFooter
from ui.widgets.filling.needs_editor import NeedsEditor
from ui.widgets.filling.photo_board import PhotoBoard
from ui.widgets.filling.problem_list import ProblemList
from ui.widgets.filling.saving import SavingState
from ui.widgets.filling.steps import StepColumn, StepHeader
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.scrolling import ScrollPage
from ui.widgets.section_list import Section, SectionState
from ui.widgets.toast import announce

TYPING_PAUSE_MS = 350
_RETRY_MS = 5000
_WIDE_FROM = 880  # width of the page at 100 %: beside the rail, never on an 800-px tablet


class VisitFormScreen(Screen):
    """A full-screen task. Leaving never asks, it saves.

    Attributes:
        positions: the position service; tests put their own in place before it is used.
        pictures: camera, files and clipboard.
    """

    task = True

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.positions: PositionSources = SystemPositions()
        self._state = FormState()
        self._pages: dict[SectionKey, SectionPage] = {}
        self._footer: FormFooter | None = None
        self._focus_wanted = ""
        self._saving_shown: SavingState | None = None
        self.presenter = VisitFormPresenter(
            surroundings,
            render=self.show_state,
            notify=self._on_notice,
            focus=self._on_focus,
            thumbnail=imaging.thumbnail,
        )
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(TYPING_PAUSE_MS)
        self._pause.timeout.connect(self.presenter.flush)
        self._retry = QTimer(self)
        self._retry.setSingleShot(True)
        self._retry.setInterval(_RETRY_MS)
        self._retry.timeout.connect(self.presenter.flush)
        self._build()
        self.pictures = PictureIntake(self.presenter.photos.add, self.page.show_field, self)
        self._shortcuts()
        look.follow(self, self._restyle)

    # --- life -----------------------------------------------------------------------------------

    def enter(self, params: Params) -> None:
        self.presenter.enter(params["draft_id"])

    def shown_again(self) -> None:
        self._show_title()

    def leave(self) -> None:
        # What the input method is still composing belongs to the worker, not to nobody.
        QGuiApplication.inputMethod().commit()
        for page in self._pages.values():
            for key in page.built():
                editor = page.editor(key)
                if isinstance(editor, AttestationPanel):
                    editor.flush()
                elif isinstance(editor, PositionPanel):
                    editor.shut()
        self.pictures.shut_camera()
        self._pause.stop()
        self._retry.stop()
        self.presenter.leave()

    def urgent_params(self) -> Params:
        head = self._state.head
        return {"household_id": head.household_id} if head is not None else {}

    def footer(self) -> QWidget:
        # The window deletes a footer when another screen comes to the front, so each call makes one.
        self._footer = FormFooter()
        self._footer.back.connect(partial(self.presenter.step, -1))
        self._footer.forward.connect(self._on_forward)
        self._show_footer()
        return self._footer

    def tools(self) -> tuple[QWidget, ...]:
        check = IconButton("list-checks", self.tr("检查错误"))
        check.clicked.connect(self.presenter.check)
        leave = Button(self.tr("存草稿离开"), ButtonKind.TEXT, icon="save")
        leave.clicked.connect(self.surroundings.shell.back)
        return check, leave

    # --- building -------------------------------------------------------------------------------

    def _build(self) -> None:
        self.steps = StepColumn()
        self.header = StepHeader()
        for steps in (self.steps, self.header):
            steps.chosen.connect(self._on_section)
        self.page = ScrollPage()
        self.head = HeadCard()
        self.notice = Banner("", StatusKind.INFO)
        self.notice.hide()
        self.no_change = Button(self.tr("与上次一样，无变化"), ButtonKind.SECONDARY, icon="check")
        self.no_change.clicked.connect(self.presenter.fill_no_change)
        self.no_change.hide()
        self.problems = ProblemList()
        self.problems.hide()
        self.problems.chosen.connect(self._on_problem_chosen)
        self._holder = QVBoxLayout()
        for widget in (self.head, self.notice, self.no_change):
            self.page.column.addWidget(widget)
        self.page.column.addLayout(self._holder)
        self.page.column.addWidget(self.problems)
        self.page.column.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self.header)
        right.addWidget(self.page, 1)
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
                Act.STEP_BACK: partial(self.presenter.step, -1),
                Act.UNDO: self.presenter.undo,
                Act.REDO: self.presenter.redo,
            },
        )

    # --- showing --------------------------------------------------------------------------------

    def show_state(self, state: FormState) -> None:
        """Show the form."""
        before, self._state = self._state, state
        if state.head is None:
            return
        if not before.loaded:
            self._show_title()
        steps = self._steps(state)
        self.steps.show_steps(steps)
        self.header.show_steps(steps)
        self.head.show_head(state.head)
        first = state.current is SectionKey.ARRIVAL
        self.no_change.setVisible(first and state.may_fill_no_change)
        self._show_notice(state)
        page = self._page(state.current)
        needs = EditorNeeds(
            clock=self.surroundings.context.clock,
            positions=self.positions,
            phrase_groups=state.phrase_groups,
            state=state,
        )
        for field in page.show_fields(state.fields, needs):
            self._connect(field)
        for key in page.built():
            self._show_special(page.editor(key), state)
        page.setVisible(bool(state.fields))
        self.problems.setVisible(state.is_last)
        self.problems.show_problems(state.problems)
        if before.current is not state.current or not before.loaded:
            self._turn_to(page, first=not before.loaded)
        self._show_footer()
        self._announce_saving(state)
        if self._focus_wanted:
            QTimer.singleShot(0, self._bring_into_view)

    def _page(self, key: SectionKey) -> SectionPage:
        if key not in self._pages:
            page = SectionPage(self._titles()[key])
            page.edited.connect(self._on_edited)
            page.left.connect(self._on_left)
            page.unreadable.connect(self.presenter.set_unreadable)
            page.hide()
            self._holder.addWidget(page)
            self._pages[key] = page
        return self._pages[key]

    def _turn_to(self, page: SectionPage, *, first: bool) -> None:
        self.pictures.shut_camera()
        for other in self._pages.values():
            if other is not page:
                other.hide()
        self.header.close_list()
        self.page.verticalScrollBar().setValue(0)
        if first:
            # Never a text field: on a tablet its keyboard would cover the form before anything is seen.
            (self.no_change if self.no_change.isVisibleTo(self) else self.steps).setFocus()

    def _show_notice(self, state: FormState) -> None:
        text, kind = "", StatusKind.INFO
        if state.came_back:
            said = [self.tr("{0}：{1}").format(*one) for one in state.remarks]
            text = "\n".join([self.tr("这次走访被退回：{0}").format(state.came_back), *said])
            kind = StatusKind.WARN
        elif state.amending:
            text = self.tr("更正已提交的走访：原记录保留，提交后以这一份为准。")
        elif state.backfilled:
            text = self.tr("补录：走访日期早于今天，请核对开始和结束时间。")
        shown = bool(text) and state.current is SectionKey.ARRIVAL
        if text:
            self.notice.set_message(text, kind)
        self.notice.setVisible(shown)

    def _show_special(self, editor: Editor, state: FormState) -> None:
        draft = state.draft
        if draft is None:
            return
        if isinstance(editor, PhotoBoard):
            editor.show_photos(state.photos, state.photos_max)
        elif isinstance(editor, AttestationPanel):
            editor.show_signature(draft.signature, state.strokes, state.fingerprint)
        elif isinstance(editor, PositionPanel):
            if editor.value() != draft.location:
                editor.set_value(draft.location)
            editor.set_source_label(state.position_label)
        elif isinstance(editor, NeedsEditor):
            known = self.tr("已登记、还没解决：{0}").format(state.open_needs) if state.open_needs else ""
            editor.show_known(known)

    def _connect(self, field: Field) -> None:
        editor = field.editor
        if isinstance(editor, PhotoBoard):
            editor.camera_asked.connect(partial(self.pictures.open_camera, editor.slot, False))
            editor.file_asked.connect(partial(self.pictures.choose_files, False))
            editor.paste_asked.connect(self.pictures.paste)
            editor.remove_asked.connect(self.presenter.photos.remove)
            editor.kind_chosen.connect(self._on_photo_kind)
        elif isinstance(editor, AttestationPanel):
            editor.attested.connect(self._on_attested)
            editor.signed.connect(self.presenter.signing.sign)
            editor.print_camera_asked.connect(partial(self.pictures.open_camera, editor.slot, True))
            editor.print_file_asked.connect(partial(self.pictures.choose_files, True))
        elif isinstance(editor, ChangesEditor):
            editor.added.connect(self._on_change_added)
            editor.removed.connect(partial(self.presenter.remove_one, "changes"))
        elif isinstance(editor, NeedsEditor):
            editor.removed.connect(partial(self.presenter.remove_one, "needs"))

    def _show_title(self) -> None:
        head = self._state.head
        if head is None:
            return
        title = self.tr("更正走访 · {0}") if self._state.amending else self.tr("走访登记 · {0}")
        self.surroundings.shell.set_title(title.format(head.name), self.tr("草稿，随填随存"))

    def _show_footer(self) -> None:
        state = self._state
        if self._footer is None or not shiboken6.isValid(self._footer) or state.saving is None:
            return
        keys = [section.key for section in state.sections]
        at = keys.index(state.current)
        following = self._titles()[keys[at + 1]] if at + 1 < len(keys) else ""
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

    def _steps(self, state: FormState) -> list[Section]:
        titles, steps = self._titles(), []
        for view in state.sections:
            how = SectionState.DONE if view.done else SectionState.OPEN
            how = SectionState.CURRENT if view.key is state.current else how
            steps.append(Section(view.key.value, titles[view.key], how, view.missing))
        return steps

    def _titles(self) -> dict[SectionKey, str]:
        return {
            SectionKey.ARRIVAL: self.tr("到访确认"),
            SectionKey.LIVING: self.tr("生活状况"),
            SectionKey.HEALTH: self.tr("健康与照料"),
            SectionKey.MONEY: self.tr("收支与政策"),
            SectionKey.CHANGES: self.tr("变化与诉求"),
            SectionKey.NEEDS: self.tr("服务需求"),
            SectionKey.WORDS: self.tr("记录与满意度"),
            SectionKey.EVIDENCE: self.tr("照片与位置"),
            SectionKey.FINISH: self.tr("签字与提交"),
        }

    # --- intents --------------------------------------------------------------------------------

    def _on_section(self, key: str) -> None:
        self.presenter.go_to(SectionKey(key))

    def _on_problem_chosen(self, section: str, key: str) -> None:
        self.presenter.go_to(SectionKey(section), key)

    def _on_forward(self) -> None:
        if self._state.is_last:
            self.presenter.submit()
        else:
            self.presenter.step(1)

    def _on_save(self) -> None:
        self.presenter.flush(left_field=True)
        announce(self, self.tr("已保存"))

    def _on_edited(self, key: str, value: object, typing: bool) -> None:
        if key == "location" and (value is None or isinstance(value, Location)):
            self.presenter.set_location(value)
            return
        self.presenter.change(key, value, typing=typing)
        if typing and not self._pause.isActive():
            # Not restarted by further typing: what is on the screen is never older than this on the disk.
            self._pause.start()

    def _on_left(self, _key: str) -> None:
        self._pause.stop()
        self.presenter.flush(left_field=True)

    def _on_attested(self, kind: str, reason: str, witness: str, typing: bool) -> None:
        self.presenter.signing.attest(Attestation(kind), reason=reason, witness=witness, typing=typing)
        if typing and not self._pause.isActive():
            self._pause.start()

    def _on_change_added(self, changes: object) -> None:
        self.presenter.change("changes", changes)

    def _on_photo_kind(self, key: str, kind: str) -> None:
        self.presenter.photos.set_kind(key, PhotoKind(kind))

    # --- what the presenter says ----------------------------------------------------------------

    def _on_notice(self, notice: Notice) -> None:
        shell = self.surroundings.shell
        if notice.kind is NoticeKind.SUBMITTED:
            visit_id = notice.visit_id
            shell.back()
            shell.toast(
                self.tr("已存本机 ✓ 待上传"),
                self.tr("查看"),
                lambda: shell.go("visit", visit_id=visit_id),
            )
            return
        words = {
            NoticeKind.PHOTO_REMOVED: self.tr("已删除照片"),
            NoticeKind.CHANGE_REMOVED: self.tr("已删除一项变化"),
            NoticeKind.NEED_REMOVED: self.tr("已删除一项需求"),
            NoticeKind.NO_CHANGE_FILLED: self.tr("已按“无变化”填写"),
            NoticeKind.PHOTOS_FULL: self.tr("照片最多 {0} 张").format(notice.count),
            NoticeKind.PROBLEMS_LEFT: self.tr("还有 {0} 处要补全").format(notice.count),
            NoticeKind.SENTENCE: notice.sentence,
        }[notice.kind]
        if notice.undo is not None:
            shell.toast(words, self.tr("撤销"), notice.undo)
        else:
            shell.toast(words)

    def _on_focus(self, key: str) -> None:
        self._focus_wanted = key
        QTimer.singleShot(0, self._bring_into_view)

    def _bring_into_view(self) -> None:
        key, self._focus_wanted = self._focus_wanted, ""
        page = self._pages.get(self._state.current)
        field = page.field(key) if page is not None and key else None
        if field is not None:
            self.page.show_field(field)
            (field.editor.focusProxy() or field.editor).setFocus()

    # --- Qt -------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._restyle(look.current())

    def _restyle(self, theme: Theme) -> None:
        wide = self.width() >= theme.px(_WIDE_FROM)
        self.steps.setVisible(wide)
        self.header.setVisible(not wide)
