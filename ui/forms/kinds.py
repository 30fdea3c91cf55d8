"""The registry: which editor a question gets, by control, data type and appearance. Layer 5.

A new type of question is one entry of KINDS; the first entry that fits is taken.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.forms.view import Choice as FormChoice
from fieldapp.forms.view import Control, DataType, QuestionView
from ui.forms import codecs
from ui.forms.attachments import DrawingAnswer, FileAnswer, PhotoAnswer
from ui.forms.codecs import Codec
from ui.forms.places import PointsEditor, point_editor
from ui.forms.rows import QuestionRow
from ui.forms.scanning import ScanAnswer
from ui.forms.texts import words
from ui.forms.world import FormWorld, while_alive
from ui.widgets.inputs import choice_list, picture_choices, segmented
from ui.widgets.inputs.choice_list import ChoiceList
from ui.widgets.inputs.choice_pictures import ChoicePictures
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.likert import Likert
from ui.widgets.inputs.moment_field import MomentField
from ui.widgets.inputs.month_field import MonthField
from ui.widgets.inputs.number_field import NumberField
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.picture_choices import PictureChoices
from ui.widgets.inputs.range_slider import RangeSlider
from ui.widgets.inputs.rank_list import RankList
from ui.widgets.inputs.segmented import Segmented
from ui.widgets.inputs.text_field import InputKind, TextArea, TextField
from ui.widgets.inputs.time_field import TimeField

translate = QCoreApplication.translate
_LONG_LABEL: Final = 9
"""A label with more characters is easier to read as a row than in a box."""
_MOST_IN_ROWS: Final = 30
_TEXT_ROWS: Final = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of question.

    Attributes:
        controls, types, words: what it fits; no types or words = any. Of the words of the appearance one
            must be among them.
        typed: its changes come key by key and are given on after a pause.
        bare: it has no answer of its own (a note).
    """

    name: str
    controls: frozenset[Control]
    make: Callable[[QuestionRow, FormWorld], Editor]
    codec: Codec
    types: frozenset[DataType] = frozenset()
    words: frozenset[str] = frozenset()
    typed: bool = False
    bare: bool = False
    fits_too: Callable[[QuestionView], bool] = lambda _view: True

    def fits(self, view: QuestionView) -> bool:
        """Whether a question is of this kind."""
        return (
            view.control in self.controls
            and (not self.types or view.type in self.types)
            and (not self.words or bool(self.words & set(view.appearance)))
            and self.fits_too(view)
        )


class Nothing(Editor):
    """Where there is nothing to answer."""

    def value(self) -> object:
        """Nothing."""
        return None

    def set_value(self, value: object) -> None:
        """Nothing to show."""


def kind_of(view: QuestionView) -> Kind:
    """The kind of a question."""
    return next(kind for kind in KINDS if kind.fits(view))


def listed(choices: tuple[FormChoice, ...]) -> list[Choice]:
    """The form's choices as the editors take them."""
    return [Choice(choice.value, words(choice.label) or choice.value) for choice in choices]


def pictures_of(row: QuestionRow) -> dict[str, str]:
    """The files of the choices' pictures by value."""
    found = {choice.value: choice.label.media.get("image", "") for choice in row.choices}
    return {value: name for value, name in found.items() if name}


def _small_pictures(row: QuestionRow, world: FormWorld) -> ChoicePictures | None:
    names = pictures_of(row)
    return ChoicePictures(names, world.picture) if names else None


# --- makers -----------------------------------------------------------------------------------------


def _select(row: QuestionRow, world: FormWorld) -> Editor:
    view, choices = row.view, listed(row.choices)
    several = view.control is Control.SELECT_MULTIPLE
    looks = set(view.appearance)
    clearable = not view.required
    title = words(view.label)
    if looks & {"minimal", "autocomplete", "search", "select"} or len(choices) > _MOST_IN_ROWS:
        return Picker(choices, title=title, multiple=several, pictures=_small_pictures(row, world))
    pictures = pictures_of(row)
    if pictures:
        columns = len(choices) if "likert" in looks else _columns(looks) or picture_choices.COLUMNS
        cards = PictureChoices(
            choices, tuple(pictures), multiple=several, clearable=clearable, columns=columns
        )
        for value, name in pictures.items():
            world.illustration(name, while_alive(cards, partial(_show_picture, cards, value)))
        return cards
    if "likert" in looks and not several:
        return Likert(choices, clearable=clearable)
    columns = _columns(looks)
    longest = max((len(choice.label) for choice in choices), default=0)
    if columns or len(choices) > segmented.MOST or longest > _LONG_LABEL:
        if len(choices) > choice_list.MOST and not columns:
            return Picker(choices, title=title, multiple=several)
        return ChoiceList(choices, multiple=several, clearable=clearable, columns=columns or 2)
    return Segmented(choices, multiple=several, clearable=clearable)


def _show_picture(cards: PictureChoices, value: str, content: bytes) -> None:
    cards.show_picture(value, QImage.fromData(content))


def _columns(looks: set[str]) -> int:
    """The columns an author asks for; 0 = no wish."""
    for look in looks:
        number = look.removeprefix("columns-")
        if number != look and number.isdecimal():
            return max(1, min(10, int(number)))
    return 3 if "columns" in looks or "horizontal" in looks else 0


def _range(row: QuestionRow, _world: FormWorld) -> Editor:
    scale = row.view.range
    if scale is None:
        return NumberField(decimals=True)
    return RangeSlider(scale.start, scale.end, scale.step, ticks="no-ticks" not in row.view.appearance)


def _scale(row: QuestionRow) -> list[Choice]:
    if row.choices:
        return listed(row.choices)
    scale = row.view.range
    return [Choice(f"{value:f}", f"{value:f}") for value in (scale.values() if scale is not None else ())]


def _number(row: QuestionRow, _world: FormWorld) -> Editor:
    decimals = row.view.type is DataType.DECIMAL
    return NumberField(decimals=decimals, separated="thousands-sep" in row.view.appearance)


def _text(row: QuestionRow, _world: FormWorld) -> Editor:
    looks = set(row.view.appearance)
    if looks & {"masked", "hidden-answer"}:
        return TextField(InputKind.SECRET)
    rows = row.view.parameters.get("rows", "")
    if "multiline" in looks or rows.isdecimal():
        return TextArea(rows=min(10, int(rows)) if rows.isdecimal() else _TEXT_ROWS)
    return TextField(InputKind.INTEGER if "numbers" in looks else InputKind.TEXT)


def _day(_row: QuestionRow, world: FormWorld) -> Editor:
    return DateField(lambda: _now(world).date())


def _month(_row: QuestionRow, world: FormWorld) -> Editor:
    return MonthField(lambda: _now(world).date())


def _year(_row: QuestionRow, world: FormWorld) -> Editor:
    return MonthField(lambda: _now(world).date(), years=True)


def _time(_row: QuestionRow, world: FormWorld) -> Editor:
    return TimeField(lambda: _now(world).time())


def _moment(_row: QuestionRow, world: FormWorld) -> Editor:
    return MomentField(lambda: _now(world))


def _now(world: FormWorld) -> datetime:
    return world.clock().astimezone(COUNTY_ZONE)


def _trigger(_row: QuestionRow, _world: FormWorld) -> Editor:
    agreed = Choice(codecs.TRIGGERED, translate("FormQuestion", "已确认"))
    # A check box to screen readers and with a tick; its one value comes and goes.
    return _Check(agreed)


class _Check(ChoiceList):
    """One box to tick; value: the choice's value or None."""

    def __init__(self, choice: Choice) -> None:
        super().__init__([choice], multiple=True)

    def value(self) -> str | None:
        chosen = super().value()
        return chosen[0] if isinstance(chosen, tuple) and chosen else None


def _file(row: QuestionRow, _world: FormWorld) -> Editor:
    accepted = row.view.parameters.get("accept", "")
    suffixes = [part.strip() for part in accepted.split(",") if part.strip().startswith(".")]
    patterns = {"audio/*": "*.mp3 *.m4a *.amr *.wav *.ogg", "video/*": "*.mp4 *.mov *.3gp *.mkv *.webm"}
    pattern = " ".join(f"*{suffix}" for suffix in suffixes) or patterns.get(row.view.media_type, "*")
    return FileAnswer(pattern)


def _drawing(row: QuestionRow, world: FormWorld) -> Editor:
    return DrawingAnswer(world, sketch="signature" not in row.view.appearance)


def _is_picture(view: QuestionView) -> bool:
    return view.media_type.startswith("image")


def _is_note(view: QuestionView) -> bool:
    return view.readonly and not view.value and not view.required and view.type is DataType.STRING


_INPUT: Final = frozenset({Control.INPUT})
_ONE: Final = frozenset({Control.SELECT_ONE})
_UPLOAD: Final = frozenset({Control.UPLOAD})
_RANGE: Final = frozenset({Control.RANGE})
_T = DataType

KINDS: Final = (
    Kind("note", _INPUT, lambda _row, _world: Nothing(), codecs.NOTHING, bare=True, fits_too=_is_note),
    Kind("trigger", frozenset({Control.TRIGGER}), _trigger, codecs.FLAG),
    Kind("select_one", _ONE, _select, codecs.ONE),
    Kind("select_multiple", frozenset({Control.SELECT_MULTIPLE}), _select, codecs.SEVERAL),
    Kind("rank", frozenset({Control.RANK}),
         lambda row, world: RankList(listed(row.choices), _small_pictures(row, world)), codecs.SEVERAL),
    Kind("rating", _RANGE, lambda row, _world: Likert(_scale(row), clearable=not row.view.required),
         codecs.SCALE, words=frozenset({"rating"})),
    Kind("range_list", _RANGE, lambda row, _world: Picker(_scale(row), title=words(row.view.label)),
         codecs.SCALE, words=frozenset({"picker"})),
    Kind("range", _RANGE, _range, codecs.DECIMAL),
    Kind("drawing", _UPLOAD, _drawing, codecs.TEXT,
         words=frozenset({"signature", "draw"}), fits_too=_is_picture),
    Kind("photo", _UPLOAD, lambda _row, world: PhotoAnswer(world), codecs.TEXT, fits_too=_is_picture),
    Kind("file", _UPLOAD, _file, codecs.TEXT),
    Kind("number", _INPUT, _number, codecs.TEXT, frozenset({_T.INT, _T.DECIMAL}), typed=True),
    Kind("year", _INPUT, _year, codecs.DAY, frozenset({_T.DATE}), frozenset({"year"})),
    Kind("month", _INPUT, _month, codecs.DAY, frozenset({_T.DATE}), frozenset({"month-year"})),
    Kind("date", _INPUT, _day, codecs.DAY, frozenset({_T.DATE})),
    Kind("time", _INPUT, _time, codecs.TIME, frozenset({_T.TIME})),
    Kind("moment", _INPUT, _moment, codecs.MOMENT, frozenset({_T.DATETIME})),
    Kind("point", _INPUT, lambda _row, world: point_editor(world), codecs.POINT, frozenset({_T.GEOPOINT})),
    Kind("line", _INPUT, lambda _row, world: PointsEditor(world), codecs.POINTS, frozenset({_T.GEOTRACE})),
    Kind("area", _INPUT, lambda _row, world: PointsEditor(world, closed=True), codecs.POINTS,
         frozenset({_T.GEOSHAPE})),
    Kind("barcode", _INPUT, lambda _row, world: ScanAnswer(world), codecs.TEXT, frozenset({_T.BARCODE}),
         typed=True),
    Kind("text", frozenset({Control.INPUT, Control.NONE}), _text, codecs.TEXT, typed=True),
)  # fmt: skip
"""Kinds in order of precedence; the last takes every other input."""
