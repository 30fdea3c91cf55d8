"""One template: read when a county hands it in, filled when somebody prints. See word and sheet."""

from collections.abc import Iterator
from dataclasses import dataclass

from fieldapp.domain.errors import RuleError
from fieldapp.exports.templates import sheet, word
from fieldapp.exports.templates.office_file import DOCX, XLSX, OfficeFile
from fieldapp.exports.templates.placeholders import Facts, Kind, marks_in, sole, stray_braces


@dataclass(frozen=True, slots=True)
class Outline:
    """What a template is: its kind ("docx", "xlsx"), the placeholders it uses by their English names, and
    everything that is wrong with it, each with the place where."""

    kind: str
    keys: frozenset[str]
    problems: tuple[RuleError, ...]


def read_template(content: bytes) -> Outline:
    """Read a template as a county hands it in.

    Raises RuleError where the file as such is refused: see OfficeFile, and word.spots, sheet.spots.
    """
    file = OfficeFile(content)
    keys: set[str] = set()
    problems: list[RuleError] = []
    for place, text, repeated in _spots(file):
        problems += _problems(file.kind, place, text, repeated=repeated)
        keys |= {mark.placeholder.key for mark in marks_in(text) if mark.placeholder is not None}
    if not keys and not problems:
        problems.append(RuleError("template_empty"))
    return Outline(file.kind, frozenset(keys), tuple(problems))


def fill_template(content: bytes, facts: Facts) -> bytes:
    """The document: a template with facts in the place of its names. Raises RuleError as OfficeFile."""
    file = OfficeFile(content)
    if file.kind == DOCX:
        word.fill(file, facts)
    else:
        sheet.fill(file, facts)
    return file.packed()


def _spots(file: OfficeFile) -> Iterator[tuple[str, str, bool]]:
    return word.spots(file) if file.kind == DOCX else sheet.spots(file)


def _problems(kind: str, place: str, text: str, *, repeated: bool) -> Iterator[RuleError]:
    if stray_braces(text):
        yield RuleError("template_braces", place=place)
    for mark in marks_in(text):
        found = mark.placeholder
        if mark.repeats:
            continue
        if found is None:
            yield RuleError("template_unknown_name", place=place, name=mark.name)
        elif found.kind is Kind.MEMBER and not repeated:
            yield RuleError("template_member_outside", place=place, name=mark.name)
        elif found.kind is Kind.PICTURE and kind == XLSX and (repeated or sole(text, Kind.PICTURE) is None):
            yield RuleError("template_picture_apart", place=place, name=mark.name)
