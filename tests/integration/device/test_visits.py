"""Visits on the device: begin, keep every keystroke, submit in one commit, correct, read again."""

import datetime as dt
import json
import random
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.domain.records.persons import PersonStatus, Relation
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visit_drafts import VisitDraft
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
    VisitFields,
)
from fieldapp.services import visits
from fieldapp.storage import engine as files
from fieldapp.storage import outbox
from fieldapp.storage.outbox import OUTBOX
from fieldapp.storage.repositories import visits as stored_visits
from tests.gui.county import COLLEAGUE, GRID_1, OTHER_GRID, VILLAGE, WORKER, County
from tests.integration.device.conftest import failing

NARRATIVE = "老人在家，精神状态较好，药按时吃，米面油充足。"


def photo(county: County, seed: int = 0) -> Photo:
    content = b"\xff\xd8\xff" + random.Random(seed).randbytes(2000)
    return Photo(
        kind=PhotoKind.DOOR, sha256=visits.keep_blob(county.context, content, "image/jpeg"),
        size=len(content), width=1600, height=1200, origin=PhotoOrigin.CAMERA, taken_at=county.clock(),
    )  # fmt: skip


def signature(county: County) -> Signature:
    image = visits.keep_blob(county.context, b"\x89PNG signature", "image/png")
    strokes = visits.keep_blob(county.context, b"[[1,2]]", "application/json")
    return Signature(
        attestation=Attestation.SIGNED, image_sha256=image, image_size=14, strokes_sha256=strokes,
        strokes_size=7, signed_at=county.clock(),
    )  # fmt: skip


def filled(county: County, draft_id: str, **given: Any) -> VisitDraft:
    """What a worker fills in after twenty minutes; kept on the way."""
    stored = visits.visit_form(county.context, draft_id).stored
    county.clock.advance(minutes=20)
    draft = stored.draft.model_copy(
        update={
            "result": Result.NORMAL,
            "narrative": NARRATIVE,
            "photos": (photo(county),),
            "signature": signature(county),
            "location": Location(source=PositionSource.NONE, reason="屋内无信号"),
        }
        | given
    )
    visits.save_draft(county.context, draft_id, draft)
    return draft


def submitted(county: County, household: str, **given: Any) -> str:
    draft_id, _ = visits.begin_visit(county.context, household)
    filled(county, draft_id, **given)
    return visits.submit_visit(county.context, draft_id)[0]


def state(county: County) -> dict[str, list[tuple[Any, ...]]]:
    """Everything a submission touches."""
    tables = ("visits", "outbox", "blob_queue", "drafts", "visit_plans", "meta", "stale_households")
    with county.store.reading() as connection:
        return {
            table: sorted(tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}"))
            for table in tables
        }


# --- beginning -----------------------------------------------------------------------------------


def test_begin_of_a_first_visit_is_empty_but_for_who_and_when(county: County) -> None:
    household = county.household("甲乙")
    draft_id, changes = visits.begin_visit(county.context, household, "today")
    form = visits.visit_form(county.context, draft_id)
    assert form.stored.draft == VisitDraft(
        household_id=household, visitors=(WORKER,), started_at=county.clock()
    )
    assert (form.last, form.village_name, form.worker_name) == (None, "青溪村", "周丙")
    assert form.worker_names == {WORKER: "周丙", COLLEAGUE: "钱丁"}
    assert [m.name for m in form.members] == ["甲乙"]
    assert (changes.kinds, changes.initiator) == ({"drafts": frozenset({draft_id})}, "today")


def test_begin_carries_the_state_forward_and_no_evidence(county: County) -> None:
    household = county.household("甲乙")
    head = visits.visit_form(county.context, visits.begin_visit(county.context, household)[0]).members[0]
    visits.discard_draft(county.context, visits.drafts(county.context)[0].stored.id)
    gone = county.person_fields(household, "丙", relation_to_head=Relation.SON, status=PersonStatus.MOVED)
    county.pull("persons", [gone])
    findings = Findings(
        living={LivingItem.WATER: LivingGrade.POOR}, mood=Mood.LOW, at_home_count=2, health_note="高血压",
        actions_taken="联系了医生", next_steps="下周复查", urgent_clue=True,
    )  # fmt: skip
    last = county.visit(
        household, days_ago=30, findings=findings, mode=Mode.PHONE, persons_seen=(head.id, gone.id),
        suggestion="加装扶手", photos=(photo(county),), signature=signature(county),
    )  # fmt: skip
    county.visit(household, days_ago=1, result=Result.NOT_HOME, findings=Findings(mood=Mood.OK))
    form = visits.visit_form(county.context, visits.begin_visit(county.context, household)[0])
    draft = form.stored.draft
    assert form.last is not None
    assert form.last.id == last
    assert draft.findings == Findings(
        living={LivingItem.WATER: LivingGrade.POOR}, mood=Mood.LOW, at_home_count=2, health_note="高血压"
    )
    assert (draft.mode, draft.persons_seen) == (Mode.PHONE, (head.id,))
    assert (draft.started_at, draft.finished_at) == (county.clock(), None)
    assert (draft.narrative, draft.suggestion, draft.photos, draft.signature, draft.result) == (
        "", "", (), None, None)  # fmt: skip


def test_begin_again_goes_on_with_the_same_draft(county: County) -> None:
    household = county.household("甲乙")
    first, _ = visits.begin_visit(county.context, household)
    kept = filled(county, first)
    county.clock.advance(days=2)
    again, changes = visits.begin_visit(county.context, household)
    assert again == first
    assert changes.kinds == {}
    assert visits.visit_form(county.context, again).stored.draft == kept
    other, _ = visits.begin_visit(county.context, county.household("丙丁"))
    assert other != first


def test_begin_again_is_not_misled_by_a_correction_that_is_open_too(county: County) -> None:
    household = county.household("甲乙")
    visit = submitted(county, household)
    first, _ = visits.begin_visit(county.context, household)
    county.clock.advance(minutes=1)
    correction, _ = visits.begin_correction(county.context, visit)
    county.clock.advance(minutes=1)
    assert visits.begin_visit(county.context, household)[0] == first
    visits.save_draft(county.context, first, visits.visit_form(county.context, first).stored.draft)
    assert visits.begin_correction(county.context, visit)[0] == correction
    assert {item.stored.id for item in visits.drafts(county.context)} == {first, correction}


def test_begin_where_one_may_not(county: County) -> None:
    with pytest.raises(NotAllowedError, match="not_permitted"):
        visits.begin_visit(county.context, county.household("甲乙", area_code=OTHER_GRID))
    with pytest.raises(NotAllowedError, match="household_not_here"):
        visits.begin_visit(county.context, "gone")
    assert visits.drafts(county.context) == []


# --- keeping -------------------------------------------------------------------------------------


def test_every_keystroke_is_on_the_disk_before_save_returns(county: County, tmp_path: Path) -> None:
    draft_id, _ = visits.begin_visit(county.context, county.household("甲乙"))
    draft = visits.visit_form(county.context, draft_id).stored.draft
    with files.open_engine(tmp_path / "profile" / "records.db", b"a" * 32).connect() as second:
        for end in range(1, len(NARRATIVE) + 1):
            visits.save_draft(
                county.context, draft_id, draft.model_copy(update={"narrative": NARRATIVE[:end]})
            )
            body = second.exec_driver_sql("SELECT body FROM drafts").scalar_one()
            second.rollback()
            assert json.loads(body)["narrative"] == NARRATIVE[:end]
        synchronous = second.exec_driver_sql("PRAGMA synchronous").scalar_one()
        second.rollback()
    second.engine.dispose()
    assert synchronous == 2, "anything less loses acknowledged commits at a power cut"


def test_draft_comes_back_whole(county: County) -> None:
    draft_id, _ = visits.begin_visit(county.context, county.household("甲乙"))
    kept = filled(county, draft_id, finished_at=county.clock(), step="photos", remark="换行\n也在\u3000")
    (item,) = visits.drafts(county.context)
    assert item.stored.draft == kept
    assert (item.stored.saved_at, item.head_name, item.village_name) == (county.clock(), "甲乙", "青溪村")
    assert item.problems == ()


def test_draft_of_another_day_says_what_still_stops_it(county: County) -> None:
    draft_id, _ = visits.begin_visit(county.context, county.household("甲乙"))
    (item,) = visits.drafts(county.context)
    assert {p.code for p in item.problems} == {"result_required", "signature_required"}
    with pytest.raises(RuleError) as caught:
        visits.submit_visit(county.context, draft_id)
    assert caught.value.code == item.problems[0].code
    assert visits.drafts(county.context)[0].stored.id == draft_id


def test_discard_can_be_undone_and_saving_afterwards_is_refused(county: County) -> None:
    draft_id, _ = visits.begin_visit(county.context, county.household("甲乙"))
    kept = filled(county, draft_id)
    stored, changes = visits.discard_draft(county.context, draft_id)
    assert changes.kinds == {"drafts": frozenset({draft_id})}
    assert visits.drafts(county.context) == []
    for act in (
        lambda: visits.save_draft(county.context, draft_id, kept),
        lambda: visits.visit_form(county.context, draft_id),
        lambda: visits.submit_visit(county.context, draft_id),
        lambda: visits.discard_draft(county.context, draft_id),
    ):
        with pytest.raises(NotAllowedError, match="draft_not_here"):
            act()
    visits.restore_draft(county.context, stored)
    assert visits.drafts(county.context)[0].stored == stored


def test_draft_whose_household_left_the_device_is_still_listed(county: County) -> None:
    household = county.household("甲乙")
    draft_id, _ = visits.begin_visit(county.context, household)
    with county.store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM households")
    (item,) = visits.drafts(county.context)
    assert (item.stored.id, item.head_name) == (draft_id, "")


def test_drafts_never_travel(county: County) -> None:
    draft_id, _ = visits.begin_visit(county.context, county.household("甲乙"))
    filled(county, draft_id)
    with county.store.reading() as connection:
        assert outbox.waiting_ops(connection) == []
        assert outbox.waiting_blobs(connection) == []


# --- submitting ----------------------------------------------------------------------------------


def test_submit_makes_record_op_and_blob_queue_and_ends_the_draft(county: County) -> None:
    household = county.household("甲乙", lat=30.5, lon=117.5)
    draft_id, _ = visits.begin_visit(county.context, household)
    began = county.clock()
    draft = filled(
        county, draft_id, location=Location(source=PositionSource.GPS, lat=30.5, lon=117.501, accuracy_m=8)
    )
    visit_id, changes = visits.submit_visit(county.context, draft_id, "form")
    visit = visits.visit_view(county.context, visit_id).visit
    assert (visit.created_by, visit.device_id, visit.area_code, visit.root_id) == (
        WORKER, "device-1", GRID_1, visit_id)  # fmt: skip
    assert (visit.started_at, visit.finished_at, visit.created_at) == (
        began, county.clock(), county.clock())  # fmt: skip
    assert visit.narrative == NARRATIVE
    assert visit.photos == draft.photos
    assert visit.location is not None
    assert visit.location.distance_to_home_m == pytest.approx(95.8, abs=0.5)
    assert (visit.backfilled, visit.flags) == (False, ())
    assert changes.kinds == {
        "visits": {visit_id}, "drafts": {draft_id}, "visit_plans": {household}
    }  # fmt: skip
    assert changes.initiator == "form"
    with county.store.reading() as connection:
        (op,) = connection.execute(select(OUTBOX)).all()
        queued = {blob.sha256: blob for blob in outbox.waiting_blobs(connection)}
    assert (op.kind, op.record_id, op.action, op.urgent) == ("visits", visit_id, "put", False)
    assert draft.signature is not None
    assert {sha: (b.size, b.mime) for sha, b in queued.items()} == {
        draft.photos[0].sha256: (2003, "image/jpeg"),
        draft.signature.image_sha256: (14, "image/png"),
        draft.signature.strokes_sha256: (7, "application/json"),
    }
    assert {b.record_id for b in queued.values()} == {visit_id}
    assert visits.drafts(county.context) == []


def test_submit_of_an_urgent_visit_hurries(county: County) -> None:
    household = county.household("甲乙")
    submitted(county, household)
    urgent = submitted(county, household, result=Result.URGENT, findings=Findings(urgent_clue=True))
    with county.store.reading() as connection:
        assert outbox.waiting_ops(connection)[0].record_id == urgent


def test_submit_fails_at_any_statement_and_nothing_or_everything_happened(county: County) -> None:
    """All or nothing (the draft, the record, its op, its blobs, the plan), whichever statement fails."""
    household = county.household("甲乙")
    draft_id, _ = visits.begin_visit(county.context, household)
    filled(county, draft_id)
    before = state(county)
    failed_at: list[str] = []
    for nth in range(200):
        count = -1

        def is_nth(_sql: str, nth: int = nth) -> bool:
            nonlocal count
            count += 1
            return count == nth

        with failing(is_nth, StorageError("disk_failed")) as hits, suppress(StorageError):
            visits.submit_visit(county.context, draft_id)
        if not hits:
            break
        failed_at += hits
        assert state(county) == before, f"half done after failing at: {hits[0]}"
    changed = [sql.split()[0:3] for sql in failed_at if sql.startswith(("INSERT", "DELETE", "UPDATE"))]
    assert len(changed) >= 6, changed
    after = state(county)
    assert (len(after["visits"]), len(after["outbox"]), len(after["blob_queue"]), len(after["drafts"])) == (
        1, 1, 3, 0)  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="limits of the size of files are POSIX")
def test_submit_on_a_full_disk_leaves_everything_as_it_was_and_works_again_later(
    county: County, tmp_path: Path
) -> None:
    import resource

    draft_id, _ = visits.begin_visit(county.context, county.household("甲乙"))
    filled(county, draft_id)
    before = state(county)
    wal = tmp_path / "profile" / "records.db-wal"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    # No file may grow: SQLite first notices when it writes the log, that is at the commit.
    resource.setrlimit(resource.RLIMIT_FSIZE, (wal.stat().st_size, hard))
    try:
        with pytest.raises(StorageError, match=r"disk_full|disk_failed"):
            visits.submit_visit(county.context, draft_id)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert state(county) == before
    assert visits.submit_visit(county.context, draft_id)[0]
    assert visits.drafts(county.context) == []


def test_submit_killed_before_the_commit_leaves_the_draft(county: County, tmp_path: Path) -> None:
    """What another connection sees while the transaction is open is what a kill would leave."""
    draft_id, _ = visits.begin_visit(county.context, county.household("甲乙"))
    filled(county, draft_id)
    second = files.open_engine(tmp_path / "profile" / "records.db", b"a" * 32)
    seen: list[tuple[int, ...]] = []

    def look(sql: str) -> bool:
        if sql.startswith("DELETE FROM drafts"):
            with second.connect() as other:
                seen.append(
                    tuple(
                        other.exec_driver_sql(f"SELECT count(*) FROM {t}").scalar_one()
                        for t in ("drafts", "visits", "outbox", "blob_queue")
                    )
                )
        return False

    with failing(look, AssertionError()):
        visits.submit_visit(county.context, draft_id)
    second.dispose()
    assert seen == [(1, 0, 0, 0)]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"result": None}, "result_required"),
        ({"visitors": ()}, "visitors_required"),
        ({"narrative": "好"}, "narrative_too_short"),
        ({"narrative": "长" * 2001}, "text_too_long"),
        ({"remark": "长" * 501}, "text_too_long"),
        ({"signature": None}, "signature_required"),
        ({"started_at": dt.datetime(2027, 1, 1, tzinfo=dt.UTC)}, "finish_before_start"),
    ],
)
def test_submit_refuses_what_the_rules_refuse_and_keeps_the_draft(
    county: County, given: dict[str, Any], code: str
) -> None:
    draft_id, _ = visits.begin_visit(county.context, county.household("甲乙"))
    kept = filled(county, draft_id, **given)
    with pytest.raises(RuleError) as caught:
        visits.submit_visit(county.context, draft_id)
    assert caught.value.code == code
    assert visits.visit_form(county.context, draft_id).stored.draft == kept
    assert visits.check_draft(county.context, kept) != []


def test_submit_of_an_attempt_asks_for_no_signature(county: County) -> None:
    visit = submitted(
        county, county.household("甲乙"), result=Result.NOT_HOME, narrative="", signature=None, photos=()
    )
    assert visits.visit_view(county.context, visit).visit.result is Result.NOT_HOME


def test_submit_three_days_later_is_marked_as_told_late(county: County) -> None:
    draft_id, _ = visits.begin_visit(county.context, county.household("甲乙"))
    filled(county, draft_id)
    draft = visits.visit_form(county.context, draft_id).stored.draft
    visits.save_draft(county.context, draft_id, draft.model_copy(update={"finished_at": county.clock()}))
    county.clock.advance(hours=49)
    visit, _ = visits.submit_visit(county.context, draft_id)
    stored = visits.visit_view(county.context, visit).visit
    assert (stored.backfilled, stored.flags) == (True, ("visit_backfilled",))


# --- correcting ----------------------------------------------------------------------------------


def correct(county: County, visit_id: str, narrative: str, **given: Any) -> str:
    draft_id, _ = visits.begin_correction(county.context, visit_id)
    draft = visits.visit_form(county.context, draft_id).stored.draft
    changed = {"narrative": narrative, "amend_reason": "写错了", **given}
    visits.save_draft(county.context, draft_id, draft.model_copy(update=changed))
    return visits.submit_visit(county.context, draft_id)[0]


def test_correction_keeps_the_old_text_and_the_newest_counts(county: County) -> None:
    household = county.household("甲乙")
    first = submitted(county, household)
    original = visits.visit_view(county.context, first).visit
    county.clock.advance(hours=1)
    second = correct(county, first, "第一次更正，老人不在家里，在儿子家。")
    county.clock.advance(hours=1)
    third = correct(county, first, "第二次更正，老人在女儿家里住着。")
    views = [visits.visit_view(county.context, asked) for asked in (first, second, third)]
    for view in views:
        assert [v.id for v in view.versions] == [first, second, third]
        assert view.visit.id == third
        assert view.unsent
    view = views[0]
    assert view.versions[0] == original
    assert [v.amends for v in view.versions] == [None, first, second]
    assert {v.root_id for v in view.versions} == {first}
    assert view.visit.photos == original.photos
    assert (view.visit.started_at, view.visit.amend_reason) == (original.started_at, "写错了")
    with county.store.reading() as connection:
        assert [v.id for v in stored_visits.of_household(connection, household)] == [third]


def test_correction_begins_with_what_was_submitted_and_needs_a_reason(county: County) -> None:
    visit = submitted(county, county.household("甲乙"))
    stored = visits.visit_view(county.context, visit).visit
    draft_id, _ = visits.begin_correction(county.context, visit)
    draft = visits.visit_form(county.context, draft_id).stored.draft
    assert draft.amends == visit
    assert draft.ratings == (), "services are rated once, not with every correction"
    for name in set(VisitDraft.model_fields) - {"step", "amends", "amend_reason", "ratings"}:
        assert getattr(draft, name) == getattr(stored, name), name
    with pytest.raises(RuleError) as caught:
        visits.submit_visit(county.context, draft_id)
    assert (caught.value.code, caught.value.field) == ("amend_reason_required", "amend_reason")


def test_correction_only_by_its_author(county: County) -> None:
    visit = county.visit(county.household("甲乙"), by=COLLEAGUE)
    assert not visits.visit_view(county.context, visit).may_amend
    with pytest.raises(RuleError, match="only_author_corrects"):
        visits.begin_correction(county.context, visit)
    assert visits.drafts(county.context) == []


def test_correction_a_week_later_is_not_told_late(county: County) -> None:
    visit = submitted(county, county.household("甲乙"))
    county.clock.advance(days=7)
    corrected = visits.visit_view(county.context, correct(county, visit, NARRATIVE + "补充。")).visit
    assert (corrected.backfilled, corrected.flags) == (False, ())


def test_correction_of_a_late_visit_stays_late(county: County) -> None:
    household = county.household("甲乙")
    draft_id, _ = visits.begin_visit(county.context, household)
    filled(county, draft_id)
    draft = visits.visit_form(county.context, draft_id).stored.draft
    visits.save_draft(county.context, draft_id, draft.model_copy(update={"finished_at": county.clock()}))
    county.clock.advance(days=3)
    late, _ = visits.submit_visit(county.context, draft_id)
    corrected = visits.visit_view(county.context, correct(county, late, NARRATIVE + "补充。")).visit
    assert corrected.backfilled


def test_correction_counts_even_when_the_clock_was_set_back(county: County) -> None:
    visit = submitted(county, county.household("甲乙"))
    county.clock.advance(minutes=-4)  # by hand, between the two
    corrected = correct(county, visit, "钟拨回以后的更正，内容以这个为准。")
    assert visits.visit_view(county.context, visit).visit.id == corrected


def test_visit_that_is_not_here(county: County) -> None:
    for act in (visits.visit_view, visits.begin_correction):
        with pytest.raises(NotAllowedError, match="visit_not_here"):
            act(county.context, "gone")
    with pytest.raises(StorageError, match="photo_not_here"):
        visits.photo(county.context, "0" * 64)


def test_visit_written_by_this_device_reads_as_it_was_written(county: County) -> None:
    visit = submitted(county, county.household("甲乙"))
    with county.store.unit_of_work() as work:
        stored = work.find("visits", visit)
    assert isinstance(stored, VisitFields)
    assert VisitFields.model_validate(stored.model_dump()) == stored
    assert visits.photo(county.context, stored.photos[0].sha256).startswith(b"\xff\xd8")


def test_begin_that_fails_leaves_no_trace(county: County) -> None:
    household = county.household("甲乙")
    before = state(county)
    with (
        failing(lambda sql: sql.startswith("INSERT"), StorageError("disk_full")),
        pytest.raises(StorageError, match="disk_full"),
    ):
        visits.begin_visit(county.context, household)
    assert state(county) == before


def test_grid_worker_submits_in_his_grid(county: County) -> None:
    county.worker(Role.GRID_WORKER, GRID_1)
    assert submitted(county, county.household("甲乙"))
    county.worker(Role.VILLAGE_AIDE, VILLAGE)
