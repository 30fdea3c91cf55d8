"""Templates of other departments' documents: checked, published, retired; devices fill them (level S)."""

import datetime as dt
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.engine import Connection

from fieldapp.domain.clock import parse_instant
from fieldapp.domain.errors import RuleError
from fieldapp.domain.ids import IdSource
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.forms import FormFile, FormState
from fieldapp.domain.records.print_templates import PrintTemplateFields
from fieldapp.exports.templates.office_file import MAX_FILE_BYTES, MIMES
from fieldapp.exports.templates.template import Outline, read_template
from server.services.forms import keep_blob
from server.store.audit import Act, note
from server.store.blob_store import BlobStore
from server.store.bodies import check_body
from server.store.projections import row_table
from server.store.record_writer import patch_all
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork

FOLDER: Final = Path(__file__).parents[2] / "resources" / "templates"
SHIPPED: Final = {
    "civil-affairs.docx": ("民政", "走访登记表"),
    "rural-revitalisation.xlsx": ("乡村振兴", "入户核查表"),
    "disabled-persons.xlsx": ("残联", "需求调查表"),
}
"""File names in FOLDER, with whose document it is and its title."""


def check_template(content: bytes, file_name: str) -> Outline:
    """The test run: what a template uses and everything that is wrong with it; nothing is kept.

    Raises RuleError where the file as such is refused, template_kind also where its name says another kind
    than it is.
    """
    if len(content) > MAX_FILE_BYTES:
        raise RuleError("template_too_big", limit_mb=MAX_FILE_BYTES // 1024 // 1024)
    outline = read_template(content)
    if not file_name.lower().endswith(f".{outline.kind}"):
        raise RuleError("template_kind")
    return outline


def publish_template(
    store: Store, blobs: BlobStore, content: bytes, described: PrintTemplateFields
) -> tuple[PrintTemplateFields, bool]:
    """Publish what `described` says with this file, as the next version; the one before is retired. Returns
    the version that stands and whether it is new: the same file again changes nothing.

    Raises RuleError as check_template, or the first thing that is wrong.
    """
    outline = check_template(content, described.files[0].name)
    if outline.problems:
        raise outline.problems[0]
    file = FormFile(
        name=described.files[0].name, sha256=keep_blob(blobs, content), size=len(content),
        mime=MIMES[outline.kind],
    )  # fmt: skip

    def work(unit: UnitOfWork) -> tuple[PrintTemplateFields, bool]:
        versions = _templates(unit.connection, described.template_id)
        current = next((one for one in versions if one.state is FormState.PUBLISHED), None)
        told = (described.title, described.department)
        if current is not None and (current.files, (current.title, current.department)) == ((file,), told):
            return current, False
        now = parse_instant(unit.now)
        made = described.model_copy(
            update={
                "created_at": now,
                "updated_at": now,
                "version": max((one.version for one in versions), default=0) + 1,
                "files": (file,),
                "published_at": now,
            }
        )
        if current is not None:
            _retire(unit, [current], made.created_by)
        unit.put("print_templates", check_body("print_templates", wire_body(made)))
        note(unit, made.created_by, Act.TEMPLATE_PUBLISHED, "print_templates", made.id)
        return made, True

    return store.run(work)


def describe(  # what a publisher says of a template
    ids: IdSource, *, template_id: str, title: str, department: str, file_name: str, by: str, at: dt.datetime
) -> PrintTemplateFields:
    """A template as its publisher describes it, without its file. Raises RuleError("invalid_value")."""
    try:
        return PrintTemplateFields.model_validate(
            {
                "id": ids(), "created_at": at, "created_by": by, "updated_at": at, "updated_by": by,
                "template_id": template_id.strip(), "version": 1, "title": title.strip(),
                "department": department.strip(), "published_at": at,
                "files": [{"name": file_name, "sha256": "0" * 64, "size": 0}],
            }
        )  # fmt: skip
    except ValueError:
        raise RuleError("invalid_value", "title") from None


def publish_shipped_templates(store: Store, blobs: BlobStore, *, ids: IdSource, by: str) -> None:
    """Publish the examples that come with the program, for a demonstration. Again is harmless."""
    for name, (department, title) in SHIPPED.items():
        described = describe(
            ids, template_id=Path(name).stem, title=title, department=department, file_name=name, by=by,
            at=store.clock(),
        )  # fmt: skip
        publish_template(store, blobs, (FOLDER / name).read_bytes(), described)


def retire_template(store: Store, template_id: str, *, by: str) -> None:
    """Offer a template no longer. Raises RuleError("unknown_template")."""

    def work(unit: UnitOfWork) -> None:
        wanted = [one for one in _templates(unit.connection, template_id) if one.state is FormState.PUBLISHED]
        if not wanted:
            raise RuleError("unknown_template")
        _retire(unit, wanted, by)

    store.run(work)


def all_templates(store: Store) -> list[PrintTemplateFields]:
    """Every version of every template, newest first within one."""
    with store.read() as connection:
        return _templates(connection)


def _retire(unit: UnitOfWork, templates: list[PrintTemplateFields], by: str) -> None:
    changes = {"state": FormState.RETIRED.value, "retired_at": unit.now}
    patch_all(unit, [("print_templates", one.id, changes) for one in templates], Author(by))
    for one in templates:
        note(unit, by, Act.TEMPLATE_RETIRED, "print_templates", one.id)


def _templates(connection: Connection, template_id: str = "") -> list[PrintTemplateFields]:
    row = row_table("print_templates")
    columns = [row.c[name] for name in PrintTemplateFields.model_fields]
    query = select(*columns).order_by(row.c.template_id, row.c.version.desc())
    if template_id:
        query = query.where(row.c.template_id == template_id)
    return [PrintTemplateFields.model_validate(dict(one)) for one in connection.execute(query).mappings()]
