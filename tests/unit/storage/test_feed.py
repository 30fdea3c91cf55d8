"""The server's feed in the store: pages with cursors, replacement, tombstones, checks, pending edits."""

import datetime as dt
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from fieldapp.domain.clock import local_day
from fieldapp.domain.parameters import Parameters, ParametersFields
from fieldapp.domain.records.areas import AreaFields, AreaLevel
from fieldapp.domain.records.persons import Health
from fieldapp.domain.records.visits import Mode
from fieldapp.storage import feed, outbox, projections
from fieldapp.storage.answers import take_answer
from fieldapp.storage.store import Store
from sync.protocol.entities import REF_BUCKET
from sync.protocol.wire import Batch, OpResult, Outcome, PushAnswer, checksum, checksum_text
from tests.determinism import START, MovableClock
from tests.unit.storage.records import (
    GRID,
    VILLAGE,
    ask,
    end,
    find,
    household,
    person,
    pull,
    save,
    sent_row,
    stamps,
    total,
    visit,
)

OTHER = "341789100201002"
TODAY = local_day(START)


def bucket(store: Store, name: str = GRID) -> tuple[Any, ...]:
    """Cursor, count and sum (unsigned) of a bucket."""
    ((rev, count, signed),) = ask(store, "SELECT rev, row_count, checksum FROM buckets WHERE id=?", name)
    return rev, count, signed % 2**64


def derive(store: Store, today: dt.date = TODAY) -> int:
    """Drain what is stale; how many households."""
    done = 0
    while True:
        with store.transaction() as connection:
            some = feed.derive(connection, today)
        if not some:
            return done
        done += len(some)


def test_page_and_cursor_stand_or_fall_together(store: Store) -> None:
    rows = [sent_row("households", 1, household()), sent_row("persons", 2, person())]
    pull(store, start=0)
    broken_at, statements = 0, 0

    def count(*_: Any) -> None:
        nonlocal statements
        statements += 1
        if statements == broken_at:
            raise RuntimeError("power cut")

    event.listen(store._engine, "before_cursor_execute", count)
    while True:
        broken_at, statements = broken_at + 1, 0
        try:
            pull(store, *rows)
        except RuntimeError:
            statements = -1000
            assert (bucket(store), find(store, "households", "h-1")) == ((0, 0, 0), None)
        else:
            break
    event.remove(store._engine, "before_cursor_execute", count)
    assert broken_at > 8
    assert bucket(store) == (2, 2, total(*rows))
    assert end(store, 2, *rows)


def test_stored_row_equals_the_sent_record(store: Store) -> None:
    record = household(address="村口", lat=30.5)
    pull(store, sent_row("households", 1, record), start=0)
    assert find(store, "households", "h-1") == record


def test_again_is_harmless(store: Store) -> None:
    rows = [sent_row("households", 1, household()), sent_row("visits", 2, visit())]
    pull(store, *rows, start=0)
    pull(store, *rows)
    assert bucket(store) == (2, 2, total(*rows))


def test_new_version_replaces_the_old_in_the_check(store: Store) -> None:
    pull(store, sent_row("households", 1, household()), start=0)
    newer = sent_row("households", 2, household(address="新"))
    pull(store, newer)
    assert bucket(store) == (2, 1, total(newer))
    assert end(store, 2, newer)


def test_tombstone_takes_a_record_out(store: Store) -> None:
    house = sent_row("households", 1, household())
    pull(store, house, sent_row("persons", 2, person()), start=0)
    pull(store, gone=(("persons", "p-1"),), cursor=3)
    assert find(store, "persons", "p-1") is None
    assert end(store, 3, house)


def test_tombstone_of_a_record_that_is_elsewhere_by_now_is_ignored(store: Store) -> None:
    pull(store, sent_row("households", 1, household()), start=0)
    moved = sent_row("households", 4, household(area_code=OTHER))
    pull(store, moved, bucket=OTHER, start=0)
    pull(store, gone=(("households", "h-1"), ("households", "never-here")), cursor=2)
    assert find(store, "households", "h-1").area_code == OTHER
    assert end(store, 2)
    assert end(store, 4, moved, bucket=OTHER)


def test_reading_from_the_start_drops_what_the_server_no_longer_has(store: Store) -> None:
    pull(store, sent_row("households", 1, household()), sent_row("households", 2, household("h-2")), start=0)
    derive(store)
    left = sent_row("households", 5, household("h-2"))
    pull(store, left, start=0)
    assert find(store, "households", "h-1") is not None  # until the end says it is not there
    assert end(store, 5, left)
    assert find(store, "households", "h-1") is None
    derive(store)
    assert ask(store, "SELECT household_id FROM visit_plans") == [("h-2",)]
    assert ask(store, "SELECT household_id FROM search_entries") == [("h-2",)]
    assert ask(store, "SELECT count(*) FROM household_search") == [(1,)]


def test_reading_from_the_start_keeps_what_was_not_sent_yet(store: Store) -> None:
    pull(store, sent_row("households", 1, household()), start=0)
    save(store, "households", household(address="未发送"))
    save(store, "visits", visit())
    pull(store, start=0)
    assert end(store, 3)
    assert find(store, "households", "h-1").address == "未发送"
    assert find(store, "visits", "v-1") is not None


@pytest.mark.parametrize(("count", "change"), [(2, 0), (1, 1), (0, 0)])
def test_other_count_or_sum_resets_the_cursor(store: Store, count: int, change: int) -> None:
    row = sent_row("households", 7, household())
    pull(store, row, start=0)
    with store.transaction() as connection:
        assert not feed.end_bucket(connection, GRID, 7, count, total(row) + change)
    assert bucket(store)[0] == 0


def test_pending_edit_lies_over_a_pulled_row_until_it_is_answered(store: Store) -> None:
    pull(store, sent_row("households", 1, household()), start=0)
    save(store, "households", household(address="我改的", group_name=""))
    theirs = sent_row("households", 2, household(address="别人改的", remark="别人写的"))
    pull(store, theirs)
    record = find(store, "households", "h-1")
    assert (record.address, record.group_name, record.remark) == ("我改的", "", "别人写的")
    assert end(store, 2, theirs)  # the check counts the server's version, not what is shown


def test_refused_edit_no_longer_lies_over_pulled_rows(store: Store) -> None:
    pull(store, sent_row("households", 1, household()), start=0)
    save(store, "households", household(address="我改的"))
    with store.transaction() as connection:
        connection.exec_driver_sql("UPDATE outbox SET refused_code='not_permitted'")
    pull(store, sent_row("households", 2, household(address="别人改的")))
    assert find(store, "households", "h-1").address == "别人改的"


def test_bucket_outside_the_scope_is_dropped(store: Store) -> None:
    pull(store, sent_row("households", 1, household()), sent_row("visits", 2, visit()), start=0)
    pull(store, sent_row("households", 1, household("h-2", area_code=OTHER)), bucket=OTHER, start=0)
    derive(store)
    with store.transaction() as connection:
        assert feed.drop_buckets_outside(connection, [OTHER]) == [GRID]
    derive(store)
    assert ask(store, "SELECT id FROM households") == [("h-2",)]
    assert ask(store, "SELECT count(*) FROM visits") == [(0,)]
    assert ask(store, "SELECT household_id FROM visit_plans") == [("h-2",)]


@pytest.mark.parametrize("unsent", ["edit", "visit", "photo"])
def test_bucket_outside_the_scope_stays_while_something_unsent_lives_in_it(store: Store, unsent: str) -> None:
    pull(store, sent_row("households", 1, household()), sent_row("households", 2, household("h-2")), start=0)
    if unsent == "edit":
        save(store, "households", household(address="未发送"))
    else:
        save(store, "visits", visit())
    with store.transaction() as connection:
        if unsent == "photo":
            connection.exec_driver_sql("DELETE FROM outbox")
            connection.exec_driver_sql(
                "INSERT INTO blob_queue VALUES ('ab', 'visits', 'v-1', 1, 'image/jpeg', ?, 0, '', 0)",
                ("2026-03-05T01:10:00.000Z",),
            )
        assert feed.drop_buckets_outside(connection, [REF_BUCKET]) == []
        assert feed.cursors(connection) == {GRID: 0}  # known, but not held: only what is needed is there
    assert find(store, "households", "h-1") is not None
    assert find(store, "households", "h-2") is None
    with store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM outbox")
        connection.exec_driver_sql("DELETE FROM blob_queue")
        assert feed.drop_buckets_outside(connection, [REF_BUCKET]) == [GRID]
    assert find(store, "households", "h-1") is None


def test_record_answered_into_an_unknown_bucket_makes_the_bucket_known(store: Store) -> None:
    save(store, "households", household())
    with store.transaction() as connection:
        made = outbox.next_batch(connection, store.ids(), store.clock())
    assert made is not None
    batch = Batch.model_validate_json(made[1])
    moved = OpResult(op_id=batch.ops[0].op_id, outcome=Outcome.MOVED, bucket="341789999", rev=4, h="0a" * 8)
    said = PushAnswer(batch_id=batch.batch_id, epoch="e", server_time="", results=[moved])
    with store.transaction() as connection:
        take_answer(connection, batch.n, said, store.clock())
        assert feed.cursors(connection) == {"341789999": 0}
        assert feed.drop_buckets_outside(connection, [GRID]) == ["341789999"]
    assert find(store, "households", "h-1") is None


def test_amendments_in_any_order_leave_the_newest_standing(store: Store) -> None:
    first = sent_row("visits", 9, visit())  # touched last: the town returned it
    second = sent_row(
        "visits", 2, visit("v-2", amends="v-1", root_id="v-1", created_at=START + dt.timedelta(1))
    )
    pull(store, second, start=0)
    pull(store, first)
    assert dict(ask(store, "SELECT id, superseded FROM visits")) == {"v-1": 1, "v-2": 0}


def test_visit_pulled_counts_in_the_plan_after_deriving(store: Store) -> None:
    pull(store, sent_row("households", 1, household()), start=0)
    assert derive(store) == 1
    assert ask(store, "SELECT valid_count FROM visit_plans") == [(0,)]
    counted = sent_row("visits", 2, visit(mode=Mode.ONSITE, visitors=("worker-1",), received_at=START))
    pull(store, counted)
    assert derive(store) == 1
    assert ask(store, "SELECT valid_count FROM visit_plans") == [(1,)]
    assert derive(store) == 0


def test_new_parameters_and_areas_have_everything_derived_again(store: Store) -> None:
    pull(store, *[sent_row("households", n, household(f"h-{n}")) for n in range(1, 601)], start=0)
    assert derive(store) == 600  # in more than one transaction
    county = ParametersFields(**stamps("county"), parameters=Parameters(backfill_hours=24))
    pull(store, sent_row("parameters", 1, county), bucket=REF_BUCKET, start=0)
    assert derive(store) == 600
    area = AreaFields(**stamps(VILLAGE), level=AreaLevel.VILLAGE, name="青石村")
    pull(store, sent_row("areas", 2, area), bucket=REF_BUCKET)
    assert derive(store) == 600
    assert (
        len(ask(store, "SELECT 1 FROM household_search WHERE household_search MATCH 'words:\"青 石\"'"))
        == 600
    )


def test_plans_of_an_ended_period_are_made_anew(store: Store, clock: MovableClock) -> None:
    pull(store, sent_row("households", 1, household()), start=0)
    derive(store)
    ((ends,),) = ask(store, "SELECT period_end FROM visit_plans")
    later = dt.date.fromisoformat(ends) + dt.timedelta(days=1)
    with store.transaction() as connection:
        assert projections.expire_plans(connection, dt.date.fromisoformat(ends)) == 0
        assert projections.expire_plans(connection, later) == 1
    assert derive(store, later) == 1
    assert ask(store, "SELECT period_start > ? FROM visit_plans", ends) == [(1,)]


def test_plans_alone_are_made_as_with_the_search_texts(store: Store) -> None:
    """A member that no rule asks about is not read for a plan alone; one that a rule asks about is."""
    homes = [household(f"h-{n}") for n in range(1, 4)]
    pull(
        store,
        *[sent_row("households", n, home) for n, home in enumerate(homes, start=1)],
        sent_row("persons", 4, person("p-1", "h-1", disability_grade=1)),
        sent_row("persons", 5, person("p-2", "h-2", health=(Health.CHRONIC, Health.SERIOUS))),
        sent_row("persons", 6, person("p-3", "h-3", health=(Health.CHRONIC,))),
        start=0,
    )
    derive(store)
    plans = "SELECT household_id, rule_id, period_end, required FROM visit_plans ORDER BY household_id"
    whole = ask(store, plans)
    assert [(one, rule) for one, rule, *_ in whole[:2]] == [
        ("h-1", "disability-1-2"),
        ("h-2", "serious-illness"),
    ]
    assert whole[2][1] not in ("disability-1-2", "serious-illness")
    with store.transaction() as connection:
        connection.exec_driver_sql("DELETE FROM visit_plans")
        projections.mark_stale(connection, ["h-1"])
        projections.mark_all_stale(connection, words=False)
    marked = "SELECT household_id, words FROM stale_households ORDER BY household_id"
    assert ask(store, marked) == [("h-1", 1), ("h-2", 0), ("h-3", 0)]
    with store.transaction() as connection:
        projections.mark_stale(connection, ["h-2"])  # words that are stale stay so
    assert ask(store, marked)[1] == ("h-2", 1)
    assert derive(store) == 3
    assert ask(store, plans) == whole


def test_unknown_fields_of_a_newer_server_do_no_harm(store: Store) -> None:
    row = sent_row("households", 1, household(), colour_of_the_door="red")
    pull(store, row, start=0)
    assert end(store, 1, row)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_history_leaves_the_sum_of_what_is_live(store: Store, data: st.DataObject) -> None:
    """A bucket changes at random; a device that reads random prefixes of it agrees at every end."""
    with store.transaction() as connection:
        for table in ("households", "buckets", "stale_households"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    live: dict[str, tuple[int, bytes]] = {}
    graves: dict[str, int] = {}
    rev, cursor, whole = 0, 0, False
    for _ in range(data.draw(st.integers(1, 6))):
        for _ in range(data.draw(st.integers(0, 5))):
            rev += 1
            record_id = data.draw(st.sampled_from(["a1", "b1", "c1", "d1"]))
            if record_id in live and data.draw(st.booleans()):
                del live[record_id]
                graves[record_id] = rev
            else:
                live[record_id] = rev, sent_row("households", rev, household(record_id, address=str(rev)))[2]
                graves.pop(record_id, None)
        start = data.draw(st.sampled_from([cursor, cursor, 0]))
        news: list[tuple[int, str, bytes | None]] = [
            *((at, record_id, body) for record_id, (at, body) in live.items() if at > start),
            *((at, record_id, None) for record_id, at in graves.items() if at > start and start),
        ]
        news.sort()
        whole = data.draw(st.booleans())
        news = news if whole else news[: data.draw(st.integers(0, len(news)))]
        with store.transaction() as connection:
            feed.begin_bucket(connection, GRID, start)
            cursor = start
            for at, record_id, body in news:
                page = feed.Page(GRID, at)
                if body is None:
                    page.gone.append(("households", record_id))
                else:
                    page.rows.append(("households", at, body))
                feed.apply_page(connection, page)
                cursor = at
            if whole:
                sums = sum(checksum(body) for _at, body in live.values()) % 2**64
                assert feed.end_bucket(connection, GRID, rev, len(live), sums)
                cursor = rev
    if whole:
        shown = {row[0]: row[1] for row in ask(store, "SELECT id, address FROM households")}
        assert shown == {record_id: orjson.loads(body)["address"] for record_id, (_at, body) in live.items()}


@given(st.integers(0, 2**64 - 1), st.integers(0, 2**64 - 1))
def test_signed_sums_wrap_as_unsigned_ones_do(a: int, b: int) -> None:
    assert feed.unsigned(feed.signed(a)) == a
    assert -(2**63) <= feed.signed(a) < 2**63
    assert feed.unsigned(feed.signed(a) + feed.signed(b)) == (a + b) % 2**64
    assert int(checksum_text(a), 16) == a
