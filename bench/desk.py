"""A worker's acts, done through the use cases and timed: searching, opening, saving, a day's work."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Final

from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.households import HouseholdFields
from fieldapp.domain.records.visits import (
    Attestation,
    Findings,
    LivingGrade,
    LivingItem,
    Location,
    Mode,
    Mood,
    Photo,
    PhotoKind,
    PhotoOrigin,
    PositionSource,
    Result,
    Signature,
)
from fieldapp.domain.rules.names import pinyin_keys
from fieldapp.services import households, reference, statistics, visits
from fieldapp.services.context import Context
from fieldapp.storage import projections

FIRST_PAGE: Final = 128
"""Rows the list fetches at once (ui.widgets.lists.card_model)."""
_SEED: Final = 7
_NARRATIVE: Final = (
    "入户看望，米面油可用二十天，住房无明显隐患，老人精神尚可，慢性病按时服药，已提醒冬季用电用火安全。"
)
_JPEG: Final = b"\xff\xd8\xff"


def search(context: Context, times: int) -> dict[str, list[float]]:
    """Seconds of each search by kind of query; every query is taken from a household that is there."""
    chance = random.Random(_SEED)
    ids = households.household_ids(context)
    queries: dict[str, list[str]] = {"name": [], "initials": [], "group": [], "id_tail": []}
    for household_id in chance.choices(ids, k=times):
        card = households.household_card(context, household_id)
        name = card.household.head_name
        queries["name"].append(name[:2])
        queries["initials"].append(pinyin_keys(name)[0])
        queries["group"].append(card.household.group_name)
        numbers = [m.person.id_number for m in card.members if m.person.id_number]
        if numbers:
            queries["id_tail"].append(numbers[0][-6:])
    return {
        kind: [_seconds(lambda typed=typed: _keystroke(context, typed)) for typed in wanted]  # type: ignore[misc]
        for kind, wanted in queries.items()
    }


def _keystroke(context: Context, typed: str) -> None:
    """What the list of households asks for after a keystroke, up to its first page of rows."""
    found = households.household_ids(context, typed=typed)
    reference.areas_to_read(context)
    reference.may(context, Permission.CREATE_VISIT)
    reference.may(context, Permission.REGISTER_HOUSEHOLD)
    items = households.household_items(context, found[:FIRST_PAGE])
    if not items:
        raise RuntimeError("a search that must find its household found none")


def open_households(context: Context, times: int) -> list[float]:
    """Seconds of opening each of some households."""
    chosen = random.Random(_SEED).choices(households.household_ids(context), k=times)
    return [_seconds(lambda one=one: households.household_card(context, one)) for one in chosen]  # type: ignore[misc]


def save_visits(context: Context, times: int) -> list[float]:
    """Seconds of submitting each of some visits; the form was filled in and kept before."""
    drafts = _filled(
        context, random.Random(context.store.ids()).sample(households.household_ids(context), times)
    )
    return [_seconds(lambda one=one: visits.submit_visit(context, one)) for one in drafts]  # type: ignore[misc]


def make_plans(context: Context, times: int) -> dict[str, object]:
    """Seconds of planning all households anew, and of each of some single ones after a change."""
    ids = _household_ids(context)
    chosen = random.Random(_SEED).choices(ids, k=times)

    def plan(some: Sequence[str]) -> None:
        with context.store.transaction() as connection:
            projections.refresh(connection, some, context.today(), words=False)

    one = [_seconds(lambda one=one: plan([one])) for one in chosen]  # type: ignore[misc]
    return {"all": _seconds(lambda: plan(ids)), "one": one}


def count_months(context: Context, times: int) -> list[float]:
    """Seconds of counting this month in the worker's area and grouping it by village."""
    [(area_code, _name), *_] = statistics.scope_areas(context)

    def count() -> None:
        view = statistics.statistics_view(context, area_code, context.today(), statistics.GroupBy.VILLAGE)
        if not view.total.coverage.denominator:
            raise RuntimeError("a month of a county that owes no visits")

    return [_seconds(count) for _ in range(times)]


def work_a_day(
    context: Context, *, visits: int, households: int, photos: int, photo_bytes: int
) -> dict[str, int]:
    """Submit visits with photos and change the addresses of households, all offline."""
    ids = sorted(_household_ids(context))
    chance = random.Random(context.store.ids())
    pictures = [_picture(context, chance, photo_bytes) for _ in range(photos)]
    shares = [tuple(pictures[nth::visits]) for nth in range(visits)]
    for start in range(0, visits, len(ids)):  # a small grid is walked twice
        part = shares[start : start + len(ids)]
        for draft_id in _filled(context, chance.sample(ids, len(part)), part):
            _submit(context, draft_id)
    for household_id in chance.sample(ids, households):
        _change_address(context, household_id, chance)
    return {"visits": visits, "households": households, "photos": photos}


def _household_ids(context: Context) -> list[str]:
    return households.household_ids(context)


def _submit(context: Context, draft_id: str) -> None:
    visits.submit_visit(context, draft_id)


def _filled(context: Context, ids: Sequence[str], photos: Sequence[tuple[Photo, ...]] = ()) -> list[str]:
    """Drafts of visits, ready to be submitted."""
    drafts = []
    for nth, household_id in enumerate(ids):
        draft_id, _changes = visits.begin_visit(context, household_id)
        form = visits.visit_form(context, draft_id)
        home = form.household
        place = Location(source=PositionSource.GPS, lat=home.lat, lon=home.lon, accuracy_m=12.0)
        draft = form.stored.draft.model_copy(
            update={
                "mode": Mode.ONSITE,
                "result": Result.NORMAL,
                "persons_seen": tuple(m.id for m in form.members[:1]),
                "findings": Findings(
                    living=dict.fromkeys(LivingItem, LivingGrade.OK), mood=Mood.OK, at_home_count=1
                ),
                "narrative": _NARRATIVE,
                "photos": photos[nth] if photos else (),
                "no_photo_reason": "" if photos else "对方不便",
                "signature": Signature(attestation=Attestation.NOT_NEEDED, reason="按规定无须签字"),
                "location": place if home.lat is not None else None,
            }
        )
        visits.save_draft(context, draft_id, draft)
        drafts.append(draft_id)
    return drafts


def _picture(context: Context, chance: random.Random, size: int) -> Photo:
    """A photo's bytes, kept: what does not shrink when packed, as a JPEG does not."""
    sha256 = visits.keep_blob(context, _JPEG + chance.randbytes(size - len(_JPEG)), "image/jpeg")
    return Photo(
        kind=PhotoKind.DOOR, sha256=sha256, size=size, width=1600, height=1200, taken_at=context.clock(),
        origin=PhotoOrigin.CAMERA, phash=f"{chance.getrandbits(64):016x}",
    )  # fmt: skip


def _change_address(context: Context, household_id: str, chance: random.Random) -> None:
    with context.store.unit_of_work() as work:
        found = work.find("households", household_id)
        assert isinstance(found, HouseholdFields)
        changes = {
            "address": f"{chance.randrange(1, 20)}组{chance.randrange(1, 10_000)}号",
            "updated_at": work.now(),
            "updated_by": context.user_id,
        }
        work.save("households", found.model_copy(update=changes))
        work.commit()


def move_households(context: Context, count: int, from_area: str, to_area: str) -> int:
    """File households under another area. Returns how many were moved."""
    chosen = sorted(households.household_ids(context, area_prefix=from_area))[:count]
    for household_id in chosen:
        with context.store.unit_of_work() as work:
            found = work.find("households", household_id)
            assert isinstance(found, HouseholdFields)
            changes = {"area_code": to_area, "updated_at": work.now(), "updated_by": context.user_id}
            work.save("households", found.model_copy(update=changes))
            work.commit()
    return len(chosen)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began
