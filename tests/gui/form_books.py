"""Forms for tests of screens, written as authors write them: XLSForm tables, converted by pyxform."""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from fieldapp.domain.records.forms import FormFields, FormFile, FormPurpose
from tests.gui.county import County

_BOOKS: Final = Path(__file__).parent / "books"
SURVEY: Final = (_BOOKS / "survey.md").read_text("utf-8")
SCALE: Final = (_BOOKS / "scale.md").read_text("utf-8")
EVERY: Final = (_BOOKS / "every.md").read_text("utf-8")
GRID: Final = (_BOOKS / "grid.md").read_text("utf-8")
MEMBERS: Final = (_BOOKS / "members.md").read_text("utf-8")
MEDIA: Final = (_BOOKS / "media.md").read_text("utf-8")
ROOMS: Final = (_BOOKS / "rooms.md").read_text("utf-8")


def xform(table: str) -> bytes:
    """An XLSForm table as XForm."""
    return str(convert(table, validate=False, file_type=".md").xform).encode()


def publish(
    county: County, table: str, form_id: str, purpose: FormPurpose = FormPurpose.SURVEY, version: str = "",
    files: Mapping[str, tuple[str, bytes]] = MappingProxyType({}),
) -> str:  # fmt: skip
    """A form with its files (name to type and content) on the device, as after a sync. Returns the
    record's id."""
    content = xform(table)
    sha256 = county.store.photos.put(content, "application/xml")
    assert sha256 == hashlib.sha256(content).hexdigest()
    title = table.rsplit("form_title", 1)[1].splitlines()[1].split("|")[2].strip()
    form = FormFields(
        form_id=form_id, version=version or "1", title=title, purpose=purpose,
        definition_sha256=sha256, definition_size=len(content), published_at=county.clock(),
        files=tuple(
            FormFile(name=name, sha256=county.store.photos.put(one, mime), size=len(one), mime=mime)
            for name, (mime, one) in files.items()
        ),
        **county.origin(),
    )  # fmt: skip
    county.pull("forms", [form])
    return form.id
