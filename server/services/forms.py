"""Published forms: from a workbook to a record and its blobs, kept for ever in every version (level S)."""

import datetime as dt
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import COUNTY_ZONE, local_day, parse_instant
from fieldapp.domain.errors import RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.forms import FormFields, FormFile, FormPurpose, FormState
from fieldapp.forms import Environment, FormSession, read_definition
from fieldapp.forms.trial import Trial, try_out
from server.store.audit import Act, note
from server.store.blob_store import BlobStore
from server.store.bodies import check_body
from server.store.projections import row_table
from server.store.record_writer import patch_all
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork
from server.xlsform.attachments import MAX_FILE_BYTES, Attachment, completeness, prepare_attachments
from server.xlsform.conversion import Conversion
from server.xlsform.problems import FormDefinitionError, Problem, Severity, in_order
from server.xlsform.worker import convert_file

MAX_LANGUAGES: Final = 20


@dataclass(frozen=True, slots=True)
class CheckedForm:
    """A workbook after its test run: what is to be said, and what would be published."""

    conversion: Conversion
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """Whether the form may be published."""
        errors = any(problem.severity is Severity.ERROR for problem in self.problems)
        return self.conversion.sound and not errors


@dataclass(frozen=True, slots=True)
class PublishedForm:
    """A form's version as it stands after publishing. `fresh` is False where it stood there already."""

    form: FormFields
    fresh: bool


def check_form(workbook: Path, files: Mapping[str, bytes]) -> CheckedForm:
    """The test run: everything that is wrong with a workbook and its files; nothing is kept."""
    attachments, problems = prepare_attachments(files)
    lists = {each.name: each.content for each in attachments}
    conversion = convert_file(workbook, lists)
    found = [*problems, *conversion.problems]
    if conversion.converted:
        found += completeness(conversion.files, list(files))
    return CheckedForm(conversion, tuple(attachments), in_order(found))


def try_form(checked: CheckedForm, *, now: dt.datetime, seed: int) -> Trial:
    """Fill a sound form from start to end with made-up answers, the same ones for a seed; nothing is kept.

    Raises FormDefinitionError on a form that is not sound, and what the form's own expressions raise.
    """
    if not checked.sound:
        raise FormDefinitionError(checked.problems)
    world = Environment(
        now=lambda: now,
        monotonic=lambda: 0.0,
        zone=COUNTY_ZONE,
        new_id=lambda: str(uuid4()),
        random_bytes=secrets.token_bytes,
    )
    lists = {each.name: each.content for each in checked.attachments}
    return try_out(FormSession.new(read_definition(checked.conversion.xform, lists), world), seed)


def read_attachments(paths: list[Path]) -> dict[str, bytes]:
    """Files to attach by name. Raises RuleError("file_unreadable"), too_large, already_exists."""
    files: dict[str, bytes] = {}
    for path in paths:
        if path.name in files:
            raise RuleError("already_exists")
        try:
            if path.stat().st_size > MAX_FILE_BYTES:
                raise RuleError("too_large")
            files[path.name] = path.read_bytes()
        except OSError:
            raise RuleError("file_unreadable") from None
    return files


def publish_form(
    store: Store, blobs: BlobStore, checked: CheckedForm, *, purpose: FormPurpose, by: str, ids: IdSource
) -> PublishedForm:
    """Publish a sound form: blobs first, then the record that names them; devices get it at their next sync.

    The same workbook again changes nothing. Raises FormDefinitionError, and RuleError
    form_version_taken where the version stands for other content (fact `suggestion`: a version to take).
    """
    if not checked.sound:
        raise FormDefinitionError(checked.problems)
    made = checked.conversion
    definition = made.xform.encode()
    sha256 = keep_blob(blobs, definition)
    files = tuple(
        FormFile(
            name=each.name, sha256=keep_blob(blobs, each.content), size=len(each.content), mime=each.mime
        )
        for each in sorted(checked.attachments, key=lambda each: each.name)
    )

    def work(unit: UnitOfWork) -> PublishedForm:
        versions = {form.version: form for form in versions_of(unit.connection, made.form_id)}
        same = versions.get(made.version)
        if same is not None:
            if (same.definition_sha256, same.files) == (sha256, files) and same.state is FormState.PUBLISHED:
                return PublishedForm(same, fresh=False)
            suggestion = free_version(set(versions), local_day(parse_instant(unit.now)))
            raise RuleError("form_version_taken", "version", suggestion=suggestion)
        now = parse_instant(unit.now)
        form = FormFields(
            id=ids(), created_at=now, created_by=by, updated_at=now, updated_by=by,
            form_id=made.form_id, version=made.version, title=made.title, purpose=purpose,
            definition_sha256=sha256, definition_size=len(definition), files=files,
            languages=made.languages[:MAX_LANGUAGES], default_language=made.default_language,
            published_at=now,
        )  # fmt: skip
        unit.put("forms", check_body("forms", wire_body(form)))
        note(unit, by, Act.FORM_PUBLISHED, "forms", form.id)
        return PublishedForm(form, fresh=True)

    return store.run(work)


def retire_form(store: Store, form_id: str, *, version: str = "", by: str) -> int:
    """Let a form, or one version of it, take no new answers; drafts are finished. Returns how many versions.

    Raises RuleError("unknown_form").
    """

    def work(unit: UnitOfWork) -> int:
        wanted = [
            form
            for form in versions_of(unit.connection, form_id)
            if form.state is FormState.PUBLISHED and version in ("", form.version)
        ]
        if not wanted:
            raise RuleError("unknown_form")
        changes = {"state": FormState.RETIRED.value, "retired_at": unit.now}
        patch_all(unit, [("forms", form.id, changes) for form in wanted], Author(by))
        for form in wanted:
            note(unit, by, Act.FORM_RETIRED, "forms", form.id)
        return len(wanted)

    return store.run(work)


def all_forms(store: Store) -> list[FormFields]:
    """Every version of every form, newest first within a form."""
    with store.read() as connection:
        return _forms(connection)


def current_forms(store: Store) -> list[FormFields]:
    """Of each form the newest version that takes answers."""
    newest: dict[str, FormFields] = {}
    for form in published_forms(store):
        newest.setdefault(form.form_id, form)
    return list(newest.values())


def published_forms(store: Store) -> list[FormFields]:
    """All versions that take new answers, those of a form newest first."""
    return [form for form in all_forms(store) if form.state is FormState.PUBLISHED]


def find_form(store: Store, form_id: str, version: str) -> FormFields:
    """One version, retired or not. Raises RuleError("unknown_form")."""
    with store.read() as connection:
        for form in versions_of(connection, form_id):
            if form.version == version:
                return form
    raise RuleError("unknown_form")


def form_by_record(store: Store, record_id: str) -> FormFields:
    """The version behind a record's id. Raises RuleError("unknown_form")."""
    with store.read() as connection:
        form = row_table("forms")
        columns = [form.c[name] for name in FormFields.model_fields]
        row = connection.execute(select(*columns).where(form.c.id == record_id)).mappings().one_or_none()
    if row is None:
        raise RuleError("unknown_form")
    return FormFields.model_validate(dict(row))


def versions_of(connection: Connection, form_id: str) -> list[FormFields]:
    """All versions of a form, newest first."""
    return _forms(connection, form_id)


def free_version(taken: set[str], today: dt.date) -> str:
    """A version by today's date that no one has used: 20261101, then 2026110101 and so on."""
    day = f"{today:%Y%m%d}"
    if day not in taken:
        return day
    return next(f"{day}{n:02d}" for n in range(1, 1000) if f"{day}{n:02d}" not in taken)


def _forms(connection: Connection, form_id: str = "") -> list[FormFields]:
    form = row_table("forms")
    columns = [form.c[name] for name in FormFields.model_fields]
    query = select(*columns).order_by(form.c.form_id, form.c.published_at.desc(), form.c.id.desc())
    if form_id:
        query = query.where(form.c.form_id == form_id)
    return [FormFields.model_validate(dict(row)) for row in connection.execute(query).mappings()]


def keep_blob(blobs: BlobStore, content: bytes) -> str:
    """Keep a published file by its content. Returns its hash."""
    sha256 = hashlib.sha256(content).hexdigest()
    if not blobs.has(sha256):
        with blobs.begin(sha256, len(content)) as incoming:
            incoming.write(content)
            blobs.keep(incoming)
    return sha256
