"""Making the results of a spot check public (R14, R22): masked rows for the text, and what was published.

A text that was published stays; a later one says what it corrects.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from fieldapp.domain.clock import local_day, parse_instant
from fieldapp.domain.errors import RuleError
from fieldapp.domain.permissions import Actor, Permission
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.spot_checks import (
    Found,
    Population,
    Publication,
    SpotCheckFields,
    TargetStatus,
)
from fieldapp.domain.rules.masking import mask_name
from server.services.spot_check_results import Standing, standings
from server.services.spot_check_subjects import Subjects
from server.services.spot_checks import plan_of
from server.services.users import SERVER_USER
from server.store.audit import Act, note
from server.store.bodies import check_body
from server.store.projections import row_table
from server.store.store import Store
from server.store.unit_of_work import Author, UnitOfWork

_LONG_NUMBER: Final = re.compile(r"(?<![0-9A-Za-z])[0-9]{11,19}[Xx]?(?![0-9A-Za-z])")
"""What an ID, phone or account number looks like; hashes have letters around their digits."""


@dataclass(frozen=True, slots=True)
class PublicRow:
    """A checked target as the public sees it: its town and its masked name, never an address; organisations
    are named in full."""

    number: int
    town: str
    name: str
    found: tuple[Found, ...]
    rectified: bool


def public_rows(store: Store, standing: Standing) -> list[PublicRow]:
    """The checked targets of a plan, by town and order of drawing."""
    done = [one for one in standing.targets if one.status is TargetStatus.DONE]
    today = local_day(store.clock())
    area = row_table("areas").c
    with store.read() as connection:
        subjects = Subjects(connection, standing.plan.population, [one.subject_id for one in done])
        codes = sorted({one.area_code for one in done})
        named = select(area.id, area.name).where(area.id.in_(codes))
        towns = dict(connection.execute(named).all())
    made = []
    for number, one in enumerate(done, start=1):
        name = subjects.facts(one.subject_id, today).name
        public = standing.plan.population is Population.CONTRACTS
        result = standing.results[one.id]
        made.append(
            PublicRow(
                number=number,
                town=towns.get(one.area_code, ""),
                name=name if public else mask_name(name),
                found=result.found,
                rectified=result.rectified_on is not None,
            )
        )
    return made


def publish(
    store: Store, spot_check_id: str, publication: Publication, *, actor: Actor | None = None
) -> None:
    """Write down that the results were made public, with the text as it was.

    Raises RuleError spot_check_unknown, spot_check_not_drawn, spot_check_publication_text,
    spot_check_publication_private, spot_check_correction_needed; NotAllowedError.
    """

    def work(unit: UnitOfWork) -> None:
        entry, plan = plan_of(unit, spot_check_id)
        if actor is not None:
            actor.require(Permission.PLAN_SPOT_CHECK, plan.area_code)
        user_id = SERVER_USER if actor is None else actor.user_id
        _check(plan, publication, local_day(parse_instant(unit.now)))
        changed = plan.model_copy(
            update={
                "publications": (*plan.publications, publication),
                "updated_at": parse_instant(unit.now), "updated_by": user_id,
            }
        )  # fmt: skip
        unit.change(entry, check_body("spot_checks", wire_body(changed)), Author(user_id))
        note(unit, user_id, Act.SPOT_CHECK_PUBLISHED, "spot_checks", plan.id)

    store.run(work)


def _check(plan: SpotCheckFields, publication: Publication, today: dt.date) -> None:
    if plan.drawn_at is None:
        raise RuleError("spot_check_not_drawn")
    if not publication.text.strip() or not publication.place.strip() or publication.published_on > today:
        raise RuleError("spot_check_publication_text", "text")
    if _LONG_NUMBER.search(publication.text.replace(plan.seed, "")):
        raise RuleError("spot_check_publication_private", "text")
    if plan.publications and not publication.correction.strip():
        raise RuleError("spot_check_correction_needed", "correction")


def standing_of(store: Store, spot_check_id: str, actor: Actor | None = None) -> Standing:
    """One plan. Raises as standings does."""
    return standings(store, actor=actor, spot_check_id=spot_check_id)[0]
