"""The day's numbers against a naive recount, a new day's plans, the outbox as shown, unused photos."""

import datetime as dt
import random

import pytest
from sqlalchemy import event, select, update

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.households import Category, Coverage, RiskLevel
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visit_drafts import VisitDraft
from fieldapp.domain.records.visits import Attestation as A
from fieldapp.domain.records.visits import Photo, PhotoKind, PhotoOrigin, Result, Signature, VisitState
from fieldapp.domain.rules.day_plan import urgency_on
from fieldapp.domain.rules.visit_plan import PlanStatus
from fieldapp.services import households, outbox, photos, visits
from fieldapp.services.households import NewHousehold, Secret
from fieldapp.services.outbox import WaitingRecord
from fieldapp.services.profiles import refresh_derived
from fieldapp.services.today import today
from fieldapp.storage.outbox import BLOB_QUEUE, OUTBOX, next_batch, note_blob_failure
from fieldapp.storage.repositories import visits as stored_visits
from tests.gui.county import COLLEAGUE, GRID_1, GRID_2, OTHER_GRID, TOWN, WORKER, County


def derive(county: County) -> int:
    """What the program does after midnight; how many households were planned again."""
    done = 0
    while some := refresh_derived(county.context):
        done += some
    return done


def fill(county: County, seed: int) -> None:
    """Some thirty households with visits of all kinds over the last half year."""
    chance = random.Random(seed)
    homes, made = [], []
    for number in range(30):
        coverage = Coverage(category=chance.choice(list(Category)), since=dt.date(2024, 1, 1))
        home = county.household_fields(
            f"户{number}",
            area_code=chance.choice([GRID_1, GRID_2, OTHER_GRID]),
            risk_level=chance.choice(list(RiskLevel)),
            coverages=(coverage,) if chance.random() < 0.8 else (),
        )
        homes.append(home)
        for _ in range(chance.randrange(5)):
            by = chance.choice([WORKER, COLLEAGUE])
            made.append(
                county.visit_fields(
                    home.id,
                    days_ago=chance.choice([0, 0, 0.2, 1, 3, 20, 80, 150]),
                    by=by,
                    visitors=chance.choice([(by,), (WORKER, COLLEAGUE)]),
                    result=chance.choice([Result.NORMAL, Result.NORMAL, Result.NOT_HOME]),
                    state=chance.choice([VisitState.SUBMITTED, *VisitState]),
                )
            )
    county.pull("households", homes)
    county.pull("visits", made)


@pytest.mark.parametrize("seed", [1, 2])
def test_today_counts_what_a_naive_recount_counts(county: County, seed: int) -> None:
    fill(county, seed)
    day = county.today
    with county.store.reading() as connection:
        plans = stored_visits.plans(connection)
        everything = stored_visits.by_ids(
            connection, [row[0] for row in connection.exec_driver_sql("SELECT id FROM visits")]
        )
        mine = set(
            connection.exec_driver_sql(
                f"SELECT id FROM households WHERE substr(area_code, 1, 12) = '{GRID_1[:12]}'"
            ).scalars()
        )
    plans = [p for p in plans if p.household_id in mine]
    statuses = [p.status_on(day) for p in plans]
    shown = today(county.context)
    assert shown.overdue_count == statuses.count(PlanStatus.OVERDUE)
    assert shown.due_soon_count == statuses.count(PlanStatus.DUE_SOON)
    assert shown.later_count == statuses.count(PlanStatus.TODO)
    assert shown.done == statuses.count(PlanStatus.DONE)
    assert shown.owing == sum(s is not PlanStatus.EXEMPT for s in statuses)
    assert shown.owing == shown.overdue_count + shown.due_soon_count + shown.later_count + shown.done
    assert shown.visited_today == len(
        {
            v.household_id
            for v in everything
            if local_day(v.finished_at) == day and WORKER in v.visitors and v.state is not VisitState.VOID
        }
    )
    assert {v.id for v in shown.returned} == {
        v.id for v in everything if v.state is VisitState.RETURNED and v.created_by == WORKER
    }
    pressing = {p.household_id: urgency for p in plans if (urgency := urgency_on(p, day)) is not None}
    assert {item.household_id for item in shown.due} == pressing.keys()
    assert shown.due_total == len(pressing)
    walk = [(pressing[i.household_id], i.area_code, i.group_name) for i in shown.due]
    assert walk == sorted(walk)
    assert shown.review_count == sum(p.asks_review_on(day) for p in plans)
    assert shown.exempt_count == statuses.count(PlanStatus.EXEMPT)
    assert list(pressing.values()).count(0) <= shown.left_today <= len(pressing)
    assert {i.household_id for i in shown.due} <= mine
    assert len(today(county.context, limit=3).due) == min(3, len(shown.due))
    assert (shown.user_name, shown.area_name) == ("周丙", "青溪村")


def test_today_of_a_correction_counts_the_household_once_and_returned_no_more(county: County) -> None:
    household = county.household("甲乙")
    returned = county.visit(household, state=VisitState.RETURNED)
    assert [v.id for v in today(county.context).returned] == [returned]
    assert today(county.context).head_names == {household: "甲乙"}
    county.clock.advance(minutes=5)
    county.visit(household, amends=returned, root_id=returned)
    shown = today(county.context)
    assert (shown.returned, shown.visited_today) == ((), 1)


def test_returned_visits_are_found_without_reading_all_visits(county: County) -> None:
    asked: list[str] = []
    with county.store.reading() as connection:
        event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2]))
        stored_visits.returned(connection, WORKER)
        (query,) = asked
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", (WORKER,)).all()
    assert [row[3] for row in plan] == ["SEARCH visits USING INDEX ix_visits_returned (created_by=?)"]


def test_today_does_not_take_a_similar_id_for_the_workers(county: County) -> None:
    household = county.household("甲乙")
    county.visit(household, by="worker-11", visitors=("worker-11", "xworker-1"))
    assert today(county.context).visited_today == 0
    with county.store.reading() as connection:
        assert stored_visits.made_by_on(connection, "worker_11", county.today) == 0
        assert stored_visits.made_by_on(connection, "%", county.today) == 0


def test_today_of_an_auditor_holds_nothing(county: County) -> None:
    county.household("甲乙")
    county.worker(Role.AUDITOR, TOWN)
    shown = today(county.context)
    assert (shown.due, shown.owing, shown.area_name) == ((), 0, "")


# --- a new day -----------------------------------------------------------------------------------


def test_new_day_plans_that_ended_are_made_again_and_no_others(county: County) -> None:
    weekly = county.household("甲乙", risk_level=RiskLevel.HIGH)
    county.household("丙丁")  # owed a visit each quarter
    county.visit(weekly)
    assert derive(county) == 0, "nothing ended since the plans were made"
    assert households.household_items(county.context, [weekly])[0].plan_status is PlanStatus.DONE
    county.clock.advance(days=3)  # Sunday
    assert derive(county) == 0
    county.clock.advance(days=1)  # Monday begins a new week
    assert derive(county) == 1
    item = households.household_items(county.context, [weekly])[0]
    assert item.plan_status is not PlanStatus.DONE
    assert item.plan is not None
    assert item.plan.period_start == county.today
    assert (item.plan.valid_count, item.plan.last_visit_on) == (0, county.today - dt.timedelta(days=4))
    county.clock.set(dt.datetime(2026, 3, 31, 16, 1, tzinfo=dt.UTC))  # 1 April, 00:01 in the county
    assert derive(county) == 2
    assert derive(county) == 0


def test_new_day_begins_at_the_countys_midnight(county: County) -> None:
    county.household("甲乙")
    county.clock.set(dt.datetime(2026, 3, 31, 15, 59, tzinfo=dt.UTC))
    assert derive(county) == 0
    county.clock.advance(minutes=1)
    assert derive(county) == 1


def test_new_day_of_many_households_is_done_in_pieces(county: County) -> None:
    county.pull("households", [county.household_fields(f"户{n}") for n in range(501)])
    county.clock.advance(days=60)
    assert [refresh_derived(county.context) for _ in range(3)] == [500, 1, 0]


# --- outbox --------------------------------------------------------------------------------------


def submit(county: County, household: str, *, urgent: bool = False) -> str:
    draft_id, _ = visits.begin_visit(county.context, household)
    content = random.Random(household).randbytes(1500)
    draft = visits.visit_form(county.context, draft_id).stored.draft.model_copy(
        update={
            "result": Result.URGENT if urgent else Result.NORMAL,
            "narrative": "老人在家，精神状态较好，药按时吃。",
            "signature": Signature(attestation=A.REFUSED, reason="不愿签字"),
            "photos": (
                Photo(
                    kind=PhotoKind.DOOR, sha256=visits.keep_blob(county.context, content, "image/jpeg"),
                    size=1500, width=10, height=10, origin=PhotoOrigin.CAMERA,
                ),
            ),
        }
    )  # fmt: skip
    visits.save_draft(county.context, draft_id, draft)
    county.clock.advance(minutes=10)
    return visits.submit_visit(county.context, draft_id)[0]


def mark(county: County, record_id: str, **values: object) -> None:
    """What an answer of the server does to an op."""
    with county.store.transaction() as connection:
        connection.execute(update(OUTBOX).where(OUTBOX.c.record_id == record_id).values(**values))


def shown(county: County) -> tuple[WaitingRecord, ...]:
    return outbox.outbox_view(county.context).records


def test_outbox_of_a_device_that_sent_everything_is_empty(county: County) -> None:
    county.visit(county.household("甲乙"))
    view = outbox.outbox_view(county.context)
    assert (view.records, view.waiting.ops, view.waiting.blobs, view.waiting.refused) == ((), 0, 0, 0)
    assert (view.last_sync_at, view.server_url, view.county_name) == (None, "", "")


def test_outbox_names_each_record_once_refused_then_urgent_then_oldest(county: County) -> None:
    homes = [county.household(name) for name in ("甲一", "甲二", "甲三", "甲四")]
    old, young, refused, urgent = (submit(county, home, urgent=home == homes[3]) for home in homes)
    mark(county, refused, refused_code="not_permitted", refused_field="area_code")
    records = shown(county)
    assert [r.record_id for r in records] == [refused, urgent, old, young]
    assert [r.title for r in records] == ["甲三", "甲四", "甲一", "甲二"]
    assert [(r.refused_code, r.refused_field) for r in records[:2]] == [
        ("not_permitted", "area_code"),
        ("", ""),
    ]
    assert all((r.blobs, r.blob_bytes, r.blobs_failed_code) == (1, 1500, "") for r in records)
    counts = outbox.waiting(county.context)
    assert (counts.ops, counts.blobs, counts.refused) == (3, 4, 1)


def test_outbox_titles_every_kind(county: County) -> None:
    household, _ = households.register_household(
        county.context, NewHousehold("王新", GRID_1, no_id_reason="无", phone="10012345678")
    )
    head = households.household_card(county.context, household).members[0].person
    households.reveal(county.context, head.id, Secret.PHONE, "核实")
    by_kind = {record.kind: record for record in shown(county)}
    assert {k: (r.title, r.household_id) for k, r in by_kind.items()} == {
        "households": ("王新", household),
        "persons": ("王新", household),
        "audit_events": ("", ""),
    }


def test_outbox_several_ops_of_one_record_are_one_line(county: County) -> None:
    household = county.household("甲乙")
    made_at = county.clock()
    households.edit_contact(county.context, household, address="一号")
    with county.store.transaction() as connection:
        assert next_batch(connection, "batch-1", county.clock()) is not None
    county.clock.advance(minutes=1)
    households.edit_contact(county.context, household, address="二号")
    (record,) = shown(county)
    assert len(record.op_seqs) == 2
    assert (record.made_at, record.under_way) == (made_at, False)


def test_outbox_photo_left_behind_after_its_record_was_taken(county: County) -> None:
    visit = submit(county, county.household("甲乙"))
    with county.store.transaction() as connection:
        connection.execute(OUTBOX.delete())
        sha256 = connection.execute(select(BLOB_QUEUE.c.sha256)).scalar_one()
        note_blob_failure(connection, sha256, "photo_not_here")
    (record,) = shown(county)
    assert (record.record_id, record.title, record.op_seqs) == (visit, "甲乙", ())
    assert (record.blobs, record.blobs_failed_code) == (1, "photo_not_here")


def test_retry_sends_a_refused_record_again_as_it_is(county: County) -> None:
    visit = submit(county, county.household("甲乙"))
    mark(county, visit, refused_code="not_permitted", refused_field="area_code", attempts=1)
    with county.store.transaction() as connection:
        assert next_batch(connection, "batch-1", county.clock()) is None
    changes = outbox.retry(county.context, shown(county)[0], "sync")
    assert (changes.kinds, changes.initiator) == ({"visits": frozenset({visit})}, "sync")
    (record,) = shown(county)
    assert (record.refused_code, record.refused_field, record.attempts) == ("", "", 1)
    assert outbox.waiting(county.context).refused == 0
    with county.store.transaction() as connection:
        batch = next_batch(connection, "batch-2", county.clock())
    assert batch is not None
    assert visit.encode() in batch[1]


# --- blobs ---------------------------------------------------------------------------------------


def test_clear_unused_keeps_what_anything_names(county: County) -> None:
    household = county.household("甲乙")
    put = county.store.photos.put
    names = (
        "of a visit",
        "of an old version",
        "of a draft",
        "signed",
        "strokes",
        "waiting",
        "unused",
        "open",
    )
    sha = {name: put(name.encode(), "image/jpeg") for name in names if name != "open"}

    def photo(name: str) -> Photo:
        return Photo(
            kind=PhotoKind.DOOR, sha256=sha[name], size=1, width=1, height=1, origin=PhotoOrigin.FILE
        )

    first = county.visit(household, days_ago=9, photos=(photo("of an old version"),))
    county.visit(
        household, amends=first, root_id=first, photos=(photo("of a visit"),),
        signature=Signature(attestation=A.SIGNED, image_sha256=sha["signed"]),
    )  # fmt: skip
    draft_id, _ = visits.begin_visit(county.context, household)
    visits.save_draft(
        county.context, draft_id,
        VisitDraft(household_id=household, photos=(photo("of a draft"),),
                   signature=Signature(attestation=A.SIGNED, strokes_sha256=sha["strokes"])),
    )  # fmt: skip
    with county.store.transaction() as connection:
        connection.execute(
            BLOB_QUEUE.insert().values(sha256=sha["waiting"], kind="visits", record_id="gone", size=7,
                                       mime="image/jpeg", queued_at=county.clock(), last_error="")
        )  # fmt: skip
    assert photos.clear_unused(county.context) == 0, "a form may be open that names them in a moment"
    county.clock.advance(days=1, minutes=1)
    sha["open"] = put(b"open", "image/jpeg")
    assert photos.clear_unused(county.context) == 1
    assert county.store.photos.held(sha.values()) == set(sha.values()) - {sha["unused"]}
    assert photos.clear_unused(county.context) == 0
    visits.discard_draft(county.context, draft_id)
    assert photos.clear_unused(county.context) == 2


def test_visits_with_photos_are_not_crowded_out_by_those_without(county: County) -> None:
    household = county.household("甲乙")
    picture = Photo(
        kind=PhotoKind.DOOR, sha256="a" * 64, size=1, width=1, height=1, origin=PhotoOrigin.CAMERA
    )
    with_photo = county.visit(household, days_ago=9, photos=(picture,))
    county.visit(household, days_ago=1)
    with county.store.reading() as connection:
        found = stored_visits.photo_hashes(connection, household, limit=1)
    assert [visit.id for visit in found] == [with_photo]
