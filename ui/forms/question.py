"""One question on the page: label, editor, hint, guidance, last time's answer, what is wrong. Layer 5."""

from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from fieldapp.forms.view import QuestionView, Reference
from ui.forms.attachments import AttachmentEditor
from ui.forms.kinds import Kind, kind_of
from ui.forms.media import Illustration, Recording
from ui.forms.places import PointsEditor
from ui.forms.rows import QuestionRow, Row, Shown
from ui.forms.scanning import ScanAnswer
from ui.forms.texts import markdown, words
from ui.forms.world import FormWorld, while_alive
from ui.position.panel import PositionPanel
from ui.theme import TextRole
from ui.widgets.buttons import IconButton
from ui.widgets.inputs.field import Field
from ui.widgets.records.day_words import full_day_words
from ui.widgets.rich_text import RichText

translate = QCoreApplication.translate


def written(shown: Shown) -> str:
    """An answer to read, in the words of the language."""
    if isinstance(shown, tuple):
        return translate("FormQuestion", "、").join(shown)
    return shown if isinstance(shown, str) else full_day_words(shown)


def focus_editor(widget: QWidget, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
    """Put the cursor where a question (or a line of a matrix) is answered."""
    editor = getattr(widget, "editor", widget)
    inside = (one for one in editor.findChildren(QWidget) if one.focusPolicy() & Qt.FocusPolicy.TabFocus)
    target = editor.focusProxy() or next((one for one in inside if one.isVisibleTo(editor)), editor)
    target.setFocus(reason)


class Question(Field):
    """A question of any kind.

    Signals:
        edited(reference, answer, typing): another answer; `typing` while more is to come.
        left(reference): the worker has finished with it.
        attached(reference, Attachment), taken_away(reference).
        unreadable(reference, sentence): what stands in it is no answer ("" = it is again).
    """

    edited = Signal(str, object, bool)
    left = Signal(str)
    attached = Signal(str, object)
    taken_away = Signal(str)
    unreadable = Signal(str, str)

    def __init__(self, row: QuestionRow, world: FormWorld, parent: QWidget | None = None) -> None:
        self.kind: Final[Kind] = kind_of(row.view)
        self._row = row
        self._world = world
        self._stored = row.view.value
        self._sentence = ""
        super().__init__("", self.kind.make(row, world), markdown=True, parent=parent)
        self._guidance = RichText("", TextRole.CAPTION)
        self._guidance.hide()
        self._guide = IconButton("circle-help", self.tr("填写说明"))
        self._guide.setCheckable(True)
        self._guide.toggled.connect(self._guidance.setVisible)
        self.add_tool(self._guide)
        self._media = QVBoxLayout()
        self._media_names: tuple[str, str, str] = ("", "", "")
        self._recordings: tuple[Recording, ...] = ()
        self.add_below(self._guidance)
        self.insert_below_label(self._media)
        self.editor.set_value(self.kind.codec.decode(row.view.value))
        self.editor.set_read_only(row.view.readonly)
        self.editor.changed.connect(self._on_changed)
        self.editor.committed.connect(self._on_committed)
        if isinstance(self.editor, AttachmentEditor):
            self.editor.attached.connect(self._on_attached)
            self.editor.taken_away.connect(self._on_taken_away)
        if self.kind.bare:
            self.editor.hide()
            self.set_compact()
        self._apply(row)

    @property
    def reference(self) -> Reference:
        """Which question."""
        return self._row.view.reference

    def take_row(self, row: Row) -> bool:
        """Show a row; False when this widget cannot."""
        if not isinstance(row, QuestionRow) or not self._can_show(row):
            return False
        self._show_row(row)
        return True

    def _can_show(self, row: QuestionRow) -> bool:
        now, then = row.view, self._row.view
        return (
            row.choices == self._row.choices
            and now.appearance == then.appearance
            and now.range == then.range
            and now.required == then.required
            and kind_of(now) is self.kind
        )

    def _show_row(self, row: QuestionRow) -> None:
        """What is being typed is left alone."""
        if row == self._row:
            return
        before = self._row.view
        self._row = row
        if row.view.value != self._stored:
            self._stored = row.view.value
            wanted = self.kind.codec.decode(row.view.value)
            if not self._says(row.view):
                self.editor.set_value(wanted)
                self._sentence = ""
        elif isinstance(self.editor, AttachmentEditor):
            self.editor.set_value(self._stored)
        if row.view.readonly != before.readonly:
            self.editor.set_read_only(row.view.readonly)
        self._apply(row)

    def flush(self) -> None:
        """Before the page goes: hand over what is in hand, let go of devices."""
        if isinstance(self.editor, (AttachmentEditor, PointsEditor, PositionPanel, ScanAnswer)):
            self.editor.shut()
        for recording in self.recordings():
            recording.shut()

    def recordings(self) -> tuple[Recording, ...]:
        """Sound and film beside the question, in order."""
        return self._recordings

    def _says(self, view: QuestionView) -> bool:
        """Whether the editor already holds what is stored, however it is spaced."""
        answer = self.kind.codec.encode(self.editor.value())
        return isinstance(answer, str) and answer.strip() == view.value.strip()

    def _apply(self, row: QuestionRow) -> None:
        view = row.view
        if isinstance(self.editor, AttachmentEditor):
            self.editor.set_awaited(row.awaited)
        self.set_label(markdown(view.label))
        self.set_hint(markdown(view.hint))
        self.set_required(view.required and not view.readonly)
        last = row.last
        given = last is not None and last.value != view.value and not view.readonly
        if last is not None and given and not isinstance(self.editor, AttachmentEditor):
            self.set_last_value(written(last.shown), self.kind.codec.decode(last.value))
        else:
            self.set_last_value("")
        self.set_error(self._sentence or self._complaint(row))
        guidance = markdown(view.guidance)
        self._guide.setVisible(bool(guidance))
        self._guide.setAccessibleName(self.tr("{0} 填写说明").format(words(view.label)))
        if guidance != self._guidance.source():
            self._guidance.setText(guidance)
        self._show_media(view)

    def _complaint(self, row: QuestionRow) -> str:
        if row.refused:
            return row.refused
        if not row.is_broken:
            return ""
        return words(row.broken) or (
            self.tr("这一项必填") if row.blank else self.tr("这个答案不符合要求，请核对")
        )

    def _show_media(self, view: QuestionView) -> None:
        media = view.label.media if view.label is not None else {}
        picture = media.get("image", "")
        names = (picture, media.get("audio", ""), media.get("video", ""))
        if names == self._media_names:
            return
        self._media_names = names
        while (item := self._media.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for recording in self._recordings:
            recording.shut()
        kinds = ((names[1], False), (names[2], True))
        self._recordings = tuple(Recording(self._world, name, film=film) for name, film in kinds if name)
        for recording in self._recordings:
            self._media.addWidget(recording)
        if picture:
            self._world.illustration(picture, while_alive(self, partial(self._on_picture, picture)))

    def _on_picture(self, name: str, content: bytes) -> None:
        image = QImage.fromData(content)
        if name == self._media_names[0] and not image.isNull():
            label = self._row.view.label
            larger = label.media.get("big-image", "") if label is not None else ""
            picture = Illustration(self._world, image, words(label), larger)
            self._media.insertWidget(0, picture, 0, Qt.AlignmentFlag.AlignLeft)

    def _on_changed(self, value: object) -> None:
        self.edited.emit(self.reference, self.kind.codec.encode(value), self.kind.typed)

    def _on_committed(self, _value: object) -> None:
        self.left.emit(self.reference)

    def _on_attached(self, attachment: object) -> None:
        self.attached.emit(self.reference, attachment)

    def _on_taken_away(self) -> None:
        self.taken_away.emit(self.reference)

    def _on_problem(self, sentence: str) -> None:
        if sentence != self._sentence:
            self._sentence = sentence
            self.set_error(sentence or self._complaint(self._row))
            self.unreadable.emit(self.reference, sentence)
