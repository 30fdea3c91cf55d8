"""Row and op in the same commit, whatever happens; edits travel together; refused ones are mended."""

import hashlib
from typing import Any

import orjson
import pytest
from sqlalchemy import event

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.storage import outbox
from fieldapp.storage.answers import take_answer
from fieldapp.storage.store import Store
from sync.protocol.wire import Batch, OpResult, Outcome, PushAnswer
from tests.determinism import START, MovableClock
from tests.unit.storage.records import (
    GRID,
    ask,
    find,
    household,
    person,
    photo,
    save,
    sent_row,
    stamps,
    visit,
)
from tests.unit.storage.records import pull as pull_rows


def ops(store: Store) -> list[dict[str, Any]]:
    """The outbox in order."""
    found = ask(
        store, "SELECT kind, record_id, action, base_rev, body, urgent, refused_code FROM outbox ORDER BY seq"
    )
    names = ("kind", "id", "action", "base_rev", "body", "urgent", "refused")
    return [{**dict(zip(names, row, strict=True)), "body": orjson.loads(row[4])} for row in found]


def send(store: Store) -> Batch:
    """Make the next batch, as a push does."""
    with store.transaction() as connection:
        made = outbox.next_batch(connection, store.ids(), store.clock())
    assert made is not None
    return Batch.model_validate_json(made[1])


def answer(store: Store, batch: Batch, *results: OpResult) -> dict[str, set[str]]:
    """Take the answer to a batch."""
    said = PushAnswer(batch_id=batch.batch_id, epoch="e", server_time="", results=list(results))
    with store.transaction() as connection:
        return take_answer(connection, batch.n, said, store.clock()).changed


def accepted(batch: Batch, rev: int = 5) -> list[OpResult]:
    """All ops of a batch accepted."""
    return [
        OpResult(op_id=op.op_id, outcome=Outcome.ACCEPTED, bucket=GRID, rev=rev, h="00000000000000ff")
        for op in batch.ops
    ]


def refused(batch: Batch, number: int = 0, **values: Any) -> OpResult:
    """One op of a batch refused."""
    return OpResult(
        op_id=batch.ops[number].op_id, outcome=Outcome.REFUSED, code="bad_value", field="address", **values
    )


def test_save_writes_record_and_op_and_says_so(store: Store) -> None:
    with store.unit_of_work("visit_form") as work:
        work.save("households", household())
        work.save("visits", visit(photos=(photo("ab" * 32, 77),)), urgent=True)
        changes = work.commit()
    assert changes == ChangeSet(
        {
            "households": frozenset({"h-1"}),
            "visits": frozenset({"v-1"}),
            "visit_plans": frozenset({"h-1"}),
        },
        "visit_form",
    )
    assert find(store, "visits", "v-1") == visit(photos=(photo("ab" * 32, 77),))
    assert [(op["kind"], op["action"]) for op in ops(store)] == [("households", "put"), ("visits", "put")]
    assert ask(store, "SELECT sha256, record_id, size FROM blob_queue") == [("ab" * 32, "v-1", 77)]


def test_leaving_without_commit_keeps_nothing(store: Store) -> None:
    with store.unit_of_work() as work:
        work.save("households", household())
    assert find(store, "households", "h-1") is None
    assert ops(store) == []


def _do_all(store: Store) -> None:
    with store.unit_of_work() as work:
        work.save("households", household(address="新地址"))
        work.save("persons", person())
        work.save("visits", visit(photos=(photo("cd" * 32),)), urgent=True)
        work.save("visits", visit("v-2", amends="v-1", root_id="v-1"))
        work.commit()


def test_interrupted_at_any_statement_nothing_is_left(store: Store) -> None:
    save(store, "households", household())
    tables = (
        "households", "persons", "visits", "outbox", "blob_queue", "visit_plans", "search_entries",
        "household_search",
    )  # fmt: skip

    def everything() -> list[Any]:
        return [ask(store, f"SELECT * FROM {table}") for table in (*tables, "meta")]

    before = everything()
    statements = 0
    broken_at = 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1
        if statements == broken_at:
            raise RuntimeError("power cut")

    event.listen(store._engine, "before_cursor_execute", count)
    while True:
        broken_at, statements = broken_at + 1, 0
        try:
            _do_all(store)
        except RuntimeError:
            event.remove(store._engine, "before_cursor_execute", count)
            assert everything() == before, f"after statement {broken_at}"
            event.listen(store._engine, "before_cursor_execute", count)
        else:
            break
    event.remove(store._engine, "before_cursor_execute", count)
    assert broken_at > 25  # every statement was hit, the last run went through
    assert find(store, "visits", "v-2") is not None


def test_edits_before_sending_travel_as_one_op(store: Store, clock: MovableClock) -> None:
    save(store, "households", household())
    for number in range(10):
        clock.advance(minutes=1)
        save(store, "households", household(address=f"地址{number}", remark="" if number else "x"))
    (op,) = ops(store)
    assert (op["action"], op["body"]["address"]) == ("put", "地址9")
    assert "remark" not in op["body"]


def test_edits_of_a_pulled_record_travel_as_one_patch_of_changed_fields(store: Store) -> None:
    pull_rows(store, sent_row("households", 7, household(remark="旧")), start=0)
    save(store, "households", household(remark="旧", address="甲"))
    save(store, "households", household(address="乙"))
    (op,) = ops(store)
    assert (op["action"], op["base_rev"], op["body"]) == ("patch", 7, {"address": "乙", "remark": None})


def test_edit_while_a_batch_is_under_way_makes_an_op_of_its_own(store: Store) -> None:
    save(store, "households", household())
    batch = send(store)
    save(store, "households", household(address="后来"))
    assert [(op["action"], op["body"].get("address")) for op in ops(store)] == [
        ("put", None),
        ("patch", "后来"),
    ]
    answer(store, batch, *accepted(batch))
    assert find(store, "households", "h-1").address == "后来"
    assert [op["action"] for op in ops(store)] == ["patch"]


def test_unchanged_record_makes_no_op(store: Store, clock: MovableClock) -> None:
    pull_rows(store, sent_row("households", 7, household()), start=0)
    clock.advance(hours=1)
    save(store, "households", household(updated_at=clock(), updated_by="other", device_id="d-2"))
    assert ops(store) == []
    assert find(store, "households", "h-1").updated_at == START


def test_append_only_records_are_never_changed(store: Store) -> None:
    save(store, "visits", visit())
    with pytest.raises(ValueError, match="never changed"):
        save(store, "visits", visit(narrative="改写"))
    assert find(store, "visits", "v-1").narrative == "入户看望，情况正常"


def test_amendment_supersedes_the_chain(store: Store, clock: MovableClock) -> None:
    save(store, "visits", visit())
    for number in (2, 3):
        clock.advance(minutes=5)
        amendment = visit(f"v-{number}", amends=f"v-{number - 1}", root_id="v-1", created_at=clock())
        save(store, "visits", amendment)
    assert dict(ask(store, "SELECT id, superseded FROM visits")) == {"v-1": 1, "v-2": 1, "v-3": 0}


def test_stamps_of_ops_increase_also_when_the_clock_jumps_back(store: Store, clock: MovableClock) -> None:
    for number in range(5):
        save(store, "households", household(f"h-{number}"))
        clock.advance(hours=-1)
    hlcs = [row[0] for row in ask(store, "SELECT hlc FROM outbox ORDER BY seq")]
    assert hlcs == sorted(set(hlcs))
    assert all(hlc.endswith("install-1") for hlc in hlcs)


def test_audit_events_go_up_and_stay_out_of_buckets(store: Store) -> None:
    event_record = AuditEventFields(
        **stamps("a-1"), act=AuditAct.REVEAL_ID, object_kind="persons", object_id="p-1", reason="核对"
    )
    save(store, "audit_events", event_record)
    batch = send(store)
    answer(store, batch, OpResult(op_id=batch.ops[0].op_id, outcome=Outcome.ACCEPTED))
    assert ops(store) == []
    assert ask(store, "SELECT count(*) FROM buckets") == [(0,)]


# -- batches and answers ----------------------------------------------------------------------------


def test_batch_is_repeated_byte_for_byte_until_answered(store: Store, clock: MovableClock) -> None:
    save(store, "households", household())
    with store.transaction() as connection:
        first = outbox.next_batch(connection, "batch-1", store.clock())
    clock.advance(hours=5)
    save(store, "households", household("h-2"))
    with store.transaction() as connection:
        assert outbox.next_batch(connection, "batch-2", store.clock()) == first
    batch = send(store)
    answer(store, batch, *accepted(batch))
    second = send(store)
    assert (batch.n, second.n, [op.id for op in second.ops]) == (1, 2, ["h-2"])
    answer(store, second, *accepted(second))
    with store.transaction() as connection:
        assert outbox.next_batch(connection, "batch-3", store.clock()) is None
        assert not outbox.anything_to_send(connection)


def test_batches_stay_within_their_limits_also_with_han_texts(store: Store) -> None:
    with store.unit_of_work() as work:
        for number in range(150):
            work.save("visits", visit(f"v-{number}", narrative="满" * 2000))
        work.commit()
    sent = 0
    while sent < 150:
        with store.transaction() as connection:
            made = outbox.next_batch(connection, store.ids(), store.clock())
        assert made is not None
        assert len(made[1]) <= 512 * 1024
        batch = Batch.model_validate_json(made[1])
        sent += len(batch.ops)
        answer(store, batch, *accepted(batch))
    assert sent == 150


def test_urgent_ops_go_first_but_after_what_they_refer_to(store: Store) -> None:
    for number in range(3):
        save(store, "households", household(f"h-{number}"))
    save(store, "persons", person(household_id="h-2"))
    save(store, "visits", visit(household_id="h-2"), urgent=True)
    assert [op.id for op in send(store).ops] == ["h-2", "p-1", "v-1", "h-0", "h-1"]


def test_accepted_record_takes_revision_and_bucket(store: Store) -> None:
    save(store, "households", household())
    batch = send(store)
    assert answer(store, batch, *accepted(batch, 12)) == {"households": {"h-1"}}
    assert ask(store, "SELECT bucket, rev, h FROM households") == [(GRID, 12, 255)]


def test_merged_record_takes_the_servers_version_under_later_edits(store: Store) -> None:
    pull_rows(store, sent_row("households", 3, household()), start=0)
    save(store, "households", household(address="甲"))
    batch = send(store)
    save(store, "households", household(address="甲", remark="批次发出之后写的"))
    body = {**orjson.loads(sent_row("households", 9, household(address="甲", group_name="5组"))[2])}
    merged = OpResult(
        op_id=batch.ops[0].op_id, outcome=Outcome.MERGED, bucket=GRID, rev=9, h="0" * 15 + "1", body=body
    )
    answer(store, batch, merged)
    record = find(store, "households", "h-1")
    assert (record.address, record.group_name, record.remark) == ("甲", "5组", "批次发出之后写的")


def test_refused_op_stays_marked_and_is_not_sent(store: Store) -> None:
    save(store, "households", household())
    batch = send(store)
    answer(store, batch, refused(batch))
    with store.reading() as connection:
        (waiting,) = outbox.waiting_ops(connection)
        assert outbox.counts(connection) == outbox.Waiting(ops=0, blobs=0, refused=1)
        assert not outbox.anything_to_send(connection)
    assert (waiting.refused_code, waiting.refused_field, waiting.attempts) == ("bad_value", "address", 1)
    with store.transaction() as connection:
        outbox.retry(connection, waiting.seq)
    assert [op.id for op in send(store).ops] == ["h-1"]


def test_refused_op_mended_goes_out_again(store: Store) -> None:
    save(store, "households", household(address="坏"))
    batch = send(store)
    answer(store, batch, refused(batch))
    save(store, "households", household(address="好"))
    (op,) = send(store).ops
    assert (op.action, op.body["address"]) == ("put", "好")


def test_edit_made_while_the_refusal_was_under_way_mends_it(store: Store) -> None:
    save(store, "households", household(address="坏"))
    batch = send(store)
    save(store, "households", household(address="好"))
    answer(store, batch, refused(batch))
    (op,) = ops(store)
    assert (op["action"], op["body"]["address"], op["refused"]) == ("put", "好", "")


def test_refused_patch_whose_record_was_set_back_is_not_mixed_with_later_edits(store: Store) -> None:
    pull_rows(store, sent_row("households", 3, household()), start=0)
    save(store, "households", household(address="不许改"))
    batch = send(store)
    body = orjson.loads(sent_row("households", 4, household())[2])
    answer(store, batch, refused(batch, bucket=GRID, rev=4, h="0" * 16, body=body))
    assert find(store, "households", "h-1").address == ""
    save(store, "households", household(remark="另一处"))
    first, second = ops(store)
    assert (first["refused"], first["body"]["address"]) == ("bad_value", "不许改")
    assert (second["refused"], second["body"], second["base_rev"]) == ("", {"remark": "另一处"}, 4)


def test_op_the_answer_forgot_goes_out_again(store: Store) -> None:
    save(store, "households", household())
    save(store, "households", household("h-2"))
    batch = send(store)
    answer(store, batch, accepted(batch)[0])
    assert [op.id for op in send(store).ops] == ["h-2"]


def test_answer_taken_twice_changes_nothing(store: Store) -> None:
    pull_rows(store, start=0)
    save(store, "households", household())
    batch = send(store)
    answer(store, batch, *accepted(batch))
    before = ask(store, "SELECT * FROM buckets"), ask(store, "SELECT * FROM households")
    assert answer(store, batch, *accepted(batch)) == {}
    assert (ask(store, "SELECT * FROM buckets"), ask(store, "SELECT * FROM households")) == before


def test_copy_of_a_profile_starts_numbering_anew(store: Store) -> None:
    save(store, "households", household())
    first = send(store)
    with store.transaction() as connection:
        outbox.reidentify(connection, "install-2")
    second = send(store)
    assert (second.n, second.install_id) == (1, "install-2")
    assert second.batch_id != first.batch_id
    assert second.ops == first.ops


def test_answered_ops_are_queued_again_before_what_waits(store: Store) -> None:
    for number in range(3):
        save(store, "households", household(f"h-{number}"))
        batch = send(store)
        answer(store, batch, *accepted(batch, number + 1))
    save(store, "households", household("h-1", address="改"))
    save(store, "households", household("h-9"))
    open_batch = send(store)
    with store.transaction() as connection:
        assert outbox.requeue_answered(connection, store.ids, store.clock()) == 3
    batch = send(store)
    assert [(op.id, op.action.value, op.base_rev) for op in batch.ops] == [
        ("h-0", "put", 0), ("h-1", "put", 0), ("h-2", "put", 0), ("h-1", "patch", 0), ("h-9", "put", 0),
    ]  # fmt: skip
    assert batch.n == open_batch.n + 1
    assert len({op.op_id for op in batch.ops}) == 5


def test_answered_batches_are_kept_sixty_days(store: Store, clock: MovableClock) -> None:
    for _ in range(2):
        save(store, "households", household(store.ids()))
        batch = send(store)
        answer(store, batch, *accepted(batch))
        clock.advance(days=61)
    save(store, "households", household("h-3"))
    batch = send(store)
    answer(store, batch, *accepted(batch))
    assert [row[0] for row in ask(store, "SELECT n FROM batches")] == [3]


def test_blobs_wait_for_their_record_and_leave_when_confirmed(store: Store) -> None:
    sha256 = hashlib.sha256(b"x").hexdigest()
    save(store, "visits", visit(photos=(photo(sha256, 1),)))
    with store.reading() as connection:
        assert outbox.sendable_blobs(connection) == []
        assert [blob.sha256 for blob in outbox.waiting_blobs(connection)] == [sha256]
    batch = send(store)
    answer(store, batch, *accepted(batch))
    with store.transaction() as connection:
        (blob,) = outbox.sendable_blobs(connection)
        assert (blob.size, blob.mime, blob.attempts) == (1, "image/jpeg", 0)
        outbox.note_blob_failure(connection, sha256, "offline")
        assert outbox.sendable_blobs(connection)[0].attempts == 1
        outbox.confirm_blobs(connection, [sha256], store.clock())
        assert outbox.unsent_record_ids(connection) == set()
