"""Fill once, print many (套打): one visit fills several departments' documents, by templates of the county.

Numbers are masked as on paper forms, and what leaves the device is one audit event with how many there were.
"""

import errno
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.errors import RuleError, StorageError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.persons import PersonFields, PersonStatus
from fieldapp.domain.records.print_templates import PrintTemplateFields
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.age import age_on
from fieldapp.domain.rules.masking import mask_bank_account, mask_id_number, mask_phone
from fieldapp.exports.paper import Box
from fieldapp.exports.templates.office_file import picture_size
from fieldapp.exports.templates.placeholders import Facts
from fieldapp.services.context import Context
from fieldapp.services.papers import (
    PaperChoice,
    check_choice,
    chinese,
    export_event,
    head_of,
    number_words,
    picture,
    places_of,
    visit_values,
)
from fieldapp.services.visits import VisitView, visit_view
from fieldapp.storage import meta
from fieldapp.storage.repositories import print_templates

_PHOTO_KEYS: Final = ("visit.photo", "visit.photo2", "visit.photo3", "visit.photo4")
_SAME_AS_PAPER: Final = {
    "county": "county", "town": "town", "village": "village", "group": "group",
    "household.head": "head_name", "household.id_number": "id_number", "household.phone": "phone",
    "household.address": "address", "household.categories": "categories",
    "household.risk_level": "risk_level", "household.house": "house_kind",
    "household.house_safety": "house_safety", "visit.time": "visited_at", "visit.mode": "modes",
    "visit.purpose": "purposes", "visit.result": "results", "visit.visitors": "visitors",
    "visit.narrative": "narrative", "visit.health": "health", "visit.work": "work", "visit.income": "income",
    "visit.expense": "expense", "visit.carer": "carer", "visit.money_received": "money_received",
    "visit.policies": "policies", "visit.difficulties": "difficulties", "visit.actions": "actions",
    "visit.next_steps": "next_steps", "visit.urgent_clue": "urgent_clue",
    "visit.satisfaction": "satisfaction", "visit.remark": "remark",
    "visit.signature_words": "signature_words",
}  # fmt: skip
"""Names of templates that say what a field of form 6.1 says."""


@dataclass(frozen=True, slots=True)
class TemplateItem:
    """A template on offer; not `ready` until its file has come to this device."""

    record_id: str
    title: str
    department: str
    kind: str
    ready: bool


@dataclass(frozen=True, slots=True)
class DocumentsMade:
    """What was written, and the commit of its audit event."""

    files: tuple[Path, ...]
    changes: ChangeSet


def offered_templates(context: Context) -> list[TemplateItem]:
    """The county's templates, by department."""
    with context.store.reading() as connection:
        found = [one for one in print_templates.published(connection) if one.files]
    here = context.store.photos.held({one.files[0].sha256 for one in found})
    return [
        TemplateItem(
            one.id, one.title, one.department, _suffix(one).lstrip("."),
            ready=one.files[0].sha256 in here,
        )
        for one in found
    ]  # fmt: skip


def fill_documents(
    context: Context, template_ids: Sequence[str], visit_ids: Sequence[str], folder: Path,
    choice: PaperChoice, *, progress: Callable[[int], None] = lambda _done: None,
    cancelled: Callable[[], bool] = lambda: False,
) -> DocumentsMade | None:  # fmt: skip
    """Fill each template for each visit and put the documents into a folder, beside what is there. None when
    cancelled: then there is no document and no event.

    Raises NotAllowedError (template_not_here, visit_not_here, not_permitted), RuleError (reason_required,
    nothing_to_fill), StorageError (file_not_writable, disk_full).
    """
    # Brings the writer of workbooks; the first paint must not wait for it.
    from fieldapp.exports.templates.template import fill_template

    check_choice(choice)
    if not template_ids or not visit_ids:
        raise RuleError("nothing_to_fill")
    templates = _loaded(context, template_ids)
    with _workplace(folder) as place:
        made: list[Path] = []
        for done, visit_id in enumerate(visit_ids, 1):
            if cancelled():
                return None
            view = visit_view(context, visit_id)
            facts = facts_of(context, view, choice)
            for template, content in templates:
                made.append(_free(place, _file_name(template, view)))
                _write(made[-1], fill_template(content, facts))
            progress(done)
        with context.store.unit_of_work() as work:
            event = export_event(context, work.new_id(), "templates", visit_ids, choice, count=len(made))
            work.save("audit_events", event)
            changes = work.commit()
        return DocumentsMade(tuple(_put(one, folder) for one in made), changes)


def facts_of(context: Context, view: VisitView, choice: PaperChoice) -> Facts:
    """What a template may say of a visit. Raises NotAllowedError not_permitted for numbers in full."""
    visit, home, full = view.visit, view.household, choice.full
    with context.store.reading() as connection:
        county = meta.get(connection, meta.COUNTY_NAME)
        places = places_of(connection, home.area_code)
        user = context.user(connection)
        if full:
            context.actor(connection).require(Permission.REVEAL_ID, home.area_code)
    values = visit_values(
        visit, home, view.members, places, county, view.worker_names, full=full, today=context.today()
    )
    head = head_of(home, view.members)
    day = visit.finished_at.astimezone(COUNTY_ZONE).date()
    living = [one for one in view.members if one.status is PersonStatus.ALIVE]
    texts = {key: _words(values[name]) for key, name in _SAME_AS_PAPER.items()} | {
        "household.no": home.household_no,
        "household.bank": head.bank_name if head is not None else "",
        "household.bank_account": number_words(
            head.bank_account if head is not None else "", full, mask_bank_account
        ),
        "visit.day": day.isoformat(),
        "visit.living": chinese().listed(
            chinese().said_of(one["label"], _words(one["grades"]))
            for one in values["living"]
            if _words(one["grades"])
        ),
        "today": context.today().isoformat(),
        "worker": user.name if user is not None else "",
    }
    amount = sum(one.monthly_amount_fen for one in home.coverages if one.open_on(day))
    numbers: dict[str, int | float] = {"household.members": len(living)} if living else {}
    if amount:
        numbers["household.amount"] = amount / 100
    if visit.findings.at_home_count is not None:
        numbers["visit.at_home"] = visit.findings.at_home_count
    members = tuple(_member(number, one, view, full=full) for number, one in enumerate(living, 1))
    return Facts(texts, numbers, _pictures(context, visit), members)


def _member(number: int, one: PersonFields, view: VisitView, *, full: bool) -> Mapping[str, str]:
    words = chinese()
    day = view.visit.finished_at.astimezone(COUNTY_ZONE).date()
    grade = f"{one.disability_grade}级" if one.disability_grade is not None else ""
    return {
        "member.number": str(number),
        "member.name": one.name,
        "member.relation": words.label(one.relation_to_head),
        "member.sex": words.label(one.sex),
        "member.age": str(age_on(one.birth_date, day)) if one.birth_date is not None else "",
        "member.id_number": number_words(one.id_number, full, mask_id_number),
        "member.phone": number_words(one.phone, full, mask_phone),
        "member.health": words.labels(one.health),
        "member.disability": f"{words.label(one.disability_type)}{grade}",
        "member.labour": words.label(one.labour),
    }


def _pictures(context: Context, visit: VisitFields) -> dict[str, bytes]:
    """The signature and the first photos, as far as they are here and an Office file can hold them."""
    found: dict[str, bytes] = {}
    if visit.signature is not None and visit.signature.image_sha256:
        picture(context, visit.signature.image_sha256, "visit.signature", found)
    for key, photo in zip(_PHOTO_KEYS, visit.photos, strict=False):
        picture(context, photo.sha256, key, found)
    return {key: content for key, content in found.items() if _is_shown(content)}


def _is_shown(content: bytes) -> bool:
    try:
        return all(picture_size(content))
    except RuleError:
        return False


def _words(value: object) -> str:
    """What a field of a paper form says: its text, or the words of its ticked boxes."""
    if isinstance(value, list):
        return chinese().listed(one.label for one in value if isinstance(one, Box) and one.ticked)
    return str(value)


def _loaded(context: Context, template_ids: Sequence[str]) -> list[tuple[PrintTemplateFields, bytes]]:
    with context.store.reading() as connection:
        found = [print_templates.get(connection, one) for one in template_ids]
    try:
        return [(one, context.store.photos.get(one.files[0].sha256)) for one in found]
    except StorageError as error:
        if error.code != "photo_not_here":
            raise
        raise StorageError("template_not_here") from None


def _suffix(template: PrintTemplateFields) -> str:
    return Path(template.files[0].name).suffix.lower()


def _file_name(template: PrintTemplateFields, view: VisitView) -> str:
    """Which document of which household and day; nobody's name."""
    day = view.visit.finished_at.astimezone(COUNTY_ZONE)
    parts = (template.department, template.title, view.household.household_no, f"{day:%Y%m%d}")
    kept = ("".join(c for c in part if c.isalnum() or c == "-") for part in parts)
    return "_".join(filter(None, kept)) + _suffix(template)


@contextmanager
def _workplace(folder: Path) -> Iterator[Path]:
    """A place for unfinished documents, on the same disk as the folder."""
    try:
        place = Path(tempfile.mkdtemp(prefix=".export-", dir=folder))
    except OSError as error:
        raise StorageError("file_not_writable") from error
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise StorageError("disk_full" if error.errno == errno.ENOSPC else "file_not_writable") from error


def _free(folder: Path, name: str) -> Path:
    """A place of this name that nothing stands at yet."""
    wanted = folder / name
    numbered = (wanted.with_stem(f"{wanted.stem}_{number}") for number in count(2))
    return wanted if not wanted.exists() else next(one for one in numbered if not one.exists())


def _put(made: Path, folder: Path) -> Path:
    try:
        return made.rename(_free(folder, made.name))
    except OSError as error:
        raise StorageError("file_not_writable") from error
