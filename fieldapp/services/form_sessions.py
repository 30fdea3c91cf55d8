"""Opens form sessions on what the device holds: definition and lists, the worker, the clock."""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.engine import Connection

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.domain.errors import RuleError, StorageError
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.forms import FormFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.forms import Environment, FormDefinition, FormError, FormSession, read_definition
from fieldapp.services.answer_sheets import LastAnswers
from fieldapp.services.context import Context
from fieldapp.storage.repositories import forms, households
from fieldapp.storage.repositories.forms import StoredFormDraft


@dataclass(frozen=True, slots=True)
class Desk:
    """The person's languages, best first, and what a session must not take from the system itself."""

    languages: tuple[str, ...] = ()
    monotonic: Callable[[], float] = time.monotonic
    random_bytes: Callable[[int], bytes] = secrets.token_bytes


PLAIN_DESK: Final = Desk()
LANGUAGE_NAMES: Final = {
    "zh": ("zh", "中文", "简体中文", "汉语", "Chinese"),
    "en": ("en", "English", "英文", "英语"),
}
"""What authors call the program's languages, for `Desk`; "中文 (zh)" is found by its code."""
_SHOWN: Final = ("image/", "audio/", "video/")


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A form on the screen: its session, whom it is about, and what was answered last time.

    `newer_version` names the version that a draft could be brought to; '' = it is the newest.
    """

    draft: StoredFormDraft | None
    form: FormFields
    session: FormSession
    household: HouseholdFields | None
    last: LastAnswers
    newer_version: str = ""

    def audit(self) -> str:
        """The audit log of all sittings so far as CSV; hand it over whenever the answers are kept."""
        before = self.draft.audit if self.draft is not None else ""
        return before + self.session.audit.csv(header=not before)


def require_fill(
    context: Context, connection: Connection, household_id: str | None, *, begun: bool = False
) -> str:
    """Ask for the permission to fill forms. Returns an area the worker may file a sheet in.

    A sheet that was `begun` may be finished, also where the household was given to somebody else meanwhile:
    the server judges by the day it was begun.
    """
    actor = context.actor(connection)
    if household_id is not None:
        household = households.get(connection, household_id)
        if begun:
            return household.area_code
        actor.require(Permission.FILL_FORM, household.area_code)
        return household.area_code
    actor.require(Permission.FILL_FORM)
    return actor.areas_with(Permission.FILL_FORM)[0]


def household_of(connection: Connection, household_id: str | None) -> HouseholdFields | None:
    return None if household_id is None else households.get(connection, household_id)


def form_definition(context: Context, form: FormFields) -> FormDefinition:
    """The form's definition with its lists.

    Raises StorageError("form_files_missing") before they have come, RuleError("form_cannot_open").
    """
    photos = context.store.photos
    try:
        xml = photos.get(form.definition_sha256)
        # Pictures, sound and film are read when they are shown.
        lists = (file for file in form.files if not file.mime.startswith(_SHOWN))
        attachments = {file.name: photos.get(file.sha256) for file in lists}
    except StorageError as error:
        if error.code != "photo_not_here":
            raise
        raise StorageError("form_files_missing") from None
    try:
        return read_definition(xml, attachments)
    except FormError as error:
        raise RuleError("form_cannot_open", reason=error.code) from None


def open_session(
    context: Context, connection: Connection, form: FormFields, desk: Desk,
    opened: Callable[[FormDefinition, Environment], FormSession],
) -> FormSession:  # fmt: skip
    """A session of a form, opened by one of FormSession's ways. Raises as form_definition."""
    definition = form_definition(context, form)
    user = context.user(connection)
    saved = forms.last_saved(connection, form.form_id, context.user_id)
    world = Environment(
        now=context.clock,
        monotonic=desk.monotonic,
        zone=COUNTY_ZONE,
        new_id=context.store.ids,
        random_bytes=desk.random_bytes,
        properties={
            "deviceid": context.device_id,
            "username": context.user_id,
            "phonenumber": "",
            "email": "",
        }
        | ({"name": user.name} if user is not None else {}),
        languages=desk.languages,
        last_saved=saved.xml.encode() if saved is not None else None,
    )
    try:
        return opened(definition, world)
    except FormError as error:
        raise RuleError("form_cannot_open", reason=error.code) from None
