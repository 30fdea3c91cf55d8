"""The one registry of synced entities: what travels, how it merges, in which bucket it lives."""

import enum
from dataclasses import dataclass
from functools import cache
from typing import Final

from fieldapp.domain.errors import SyncError
from fieldapp.domain.parameters import ParametersFields
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.areas import AreaFields
from fieldapp.domain.records.audit import AuditEventFields
from fieldapp.domain.records.base import NestedColumn, RecordFields
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.records.users import UserFields
from fieldapp.domain.records.visits import VisitFields

REF_BUCKET: Final = "ref"
"""Bucket of dictionaries that every device holds: areas, users, parameters."""


class Merge(enum.StrEnum):
    """What a device may do with a record of the kind."""

    APPEND = "APPEND"  # devices create, nobody changes: put only
    FIELDS = "FIELDS"  # devices create and patch; the server merges field by field (R20)
    SERVER = "SERVER"  # only the server writes
    UP_ONLY = "UP_ONLY"  # devices create; never sent to any device


@dataclass(frozen=True, slots=True)
class EntitySpec:
    """One synced kind.

    `bucket_via` says how the server finds the bucket: "area" = the record's own area_code,
    "household" = the area_code of the household it belongs to, "ref" = REF_BUCKET, "" = none.
    `create`/`change` are permissions asked for in that area; `contact_fields` may be patched with
    EDIT_CONTACT alone; `sensitive` fields never merge by themselves (R20); `server_fields` are
    ignored when a device sends them.
    """

    kind: str
    fields: type[RecordFields]
    merge: Merge
    bucket_via: str
    create: Permission | None = None
    change: Permission | None = None
    contact_fields: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    server_fields: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the fields in declaration order."""
        return tuple(self.fields.model_fields)


ENTITIES: Final[dict[str, EntitySpec]] = {
    spec.kind: spec
    for spec in (
        EntitySpec("areas", AreaFields, Merge.SERVER, REF_BUCKET),
        EntitySpec("users", UserFields, Merge.SERVER, REF_BUCKET),
        EntitySpec("parameters", ParametersFields, Merge.SERVER, REF_BUCKET),
        EntitySpec(
            "households",
            HouseholdFields,
            Merge.FIELDS,
            "area",
            create=Permission.REGISTER_HOUSEHOLD,
            change=Permission.EDIT_HOUSEHOLD,
            contact_fields=frozenset({"contact_person_id", "address", "lat", "lon", "consent_notice_at"}),
            sensitive=frozenset({"coverages"}),
            server_fields=frozenset(
                {"household_no", "risk_level", "risk_assessment_id", "risk_next_due", "merged_into"}
            ),
        ),
        EntitySpec(
            "persons",
            PersonFields,
            Merge.FIELDS,
            "household",
            create=Permission.REGISTER_HOUSEHOLD,
            change=Permission.EDIT_HOUSEHOLD,
            contact_fields=frozenset({"phone", "phone_owner", "carer_name", "carer_phone", "carer_kind"}),
            sensitive=frozenset(
                {"id_number", "id_type", "status", "death_date", "bank_name", "bank_account"}
            ),
        ),
        EntitySpec(
            "visits",
            VisitFields,
            Merge.APPEND,
            "household",
            create=Permission.CREATE_VISIT,
            server_fields=frozenset({"received_at", "state", "state_reason"}),
        ),
        EntitySpec("audit_events", AuditEventFields, Merge.UP_ONLY, ""),
    )
}
"""Order matters: a page of ops is applied so that a record's parent comes first."""


def entity(kind: str) -> EntitySpec:
    """The registry entry. Raises SyncError("unknown_kind")."""
    try:
        return ENTITIES[kind]
    except KeyError:
        raise SyncError("unknown_kind", kind=kind) from None


@cache
def nested_fields(kind: str) -> frozenset[str]:
    """Fields of a kind that are lists or objects on the wire (JSON text in a column)."""
    infos = ENTITIES[kind].fields.model_fields
    return frozenset(
        name for name, info in infos.items() if isinstance(getattr(info, "sa_type", None), NestedColumn)
    )


def blobs_of(kind: str, body: dict[str, object]) -> list[tuple[str, int, str]]:
    """The blobs a wire body refers to: (sha256, size in bytes, mime)."""
    if kind != "visits":
        return []
    photos = body.get("photos")
    found: list[tuple[str, int, str]] = [
        (photo["sha256"], photo["size"], photo.get("mime", "image/jpeg"))
        for photo in (photos if isinstance(photos, list) else [])
    ]
    signature = body.get("signature")
    if isinstance(signature, dict):
        for part, mime in (("image", "image/png"), ("strokes", "application/json")):
            if signature.get(f"{part}_sha256"):
                found.append((signature[f"{part}_sha256"], signature[f"{part}_size"], mime))
    return found
