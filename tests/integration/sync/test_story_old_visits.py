"""Story: old visits leave the device and stay with the county (R29); counts and sums hold without them."""

import datetime as dt

import pytest

from fieldapp.domain.parameters import Parameters
from fieldapp.services.context import Context
from fieldapp.services.households import household_card
from fieldapp.storage import feed, older_visits, projections
from server.services import reassignment
from sync.engine.purge import drop_old_visits
from sync.engine.session import CancelToken
from tests.determinism import MovableClock
from tests.integration.server.county import FAR_VILLAGE, GRID_2, County
from tests.integration.sync.device import Tablet

LONG_AGO = dt.timedelta(days=1200)


def dropped(tablet: Tablet) -> int:
    with tablet.session.alone():
        return drop_old_visits(tablet.session, CancelToken())


def older(tablet: Tablet, household_id: str) -> int:
    """How many visits of a household the device says the county keeps."""
    with tablet.store.reading() as connection:
        return older_visits.count_of(connection, household_id)


def recounted(tablet: Tablet) -> list[str]:
    with tablet.store.reading() as connection:
        return feed.miscounted(connection)


@pytest.fixture
def house_id(aide: Tablet, clock: MovableClock) -> str:
    """A household that got a visit and its correction long ago, and a visit now."""
    house = aide.household()
    first = aide.visit(house.id)
    aide.visit(house.id, amends=first.id, root_id=first.id, amend_reason="写错")
    aide.synced()
    clock.advance(days=LONG_AGO.days)
    aide.visit(house.id)
    aide.synced()
    return house.id


def test_old_visits_leave_and_nothing_is_read_again_for_it(
    aide: Tablet, colleague: Tablet, clock: MovableClock, house_id: str
) -> None:
    assert LONG_AGO > projections.PLAN_HORIZON > dt.timedelta(days=30.4 * Parameters().device_visit_months)
    colleague.synced()
    before = aide.buckets()
    assert dropped(aide) == 2
    card = household_card(Context(aide.store, aide.user_id, "device"), house_id)
    assert (aide.count("visits"), len(card.timeline), card.older_visits) == (1, 1, 1)
    assert aide.buckets() == before == colleague.buckets()
    assert recounted(aide) == []
    clock.advance(days=1)
    report = aide.synced()
    assert (report.received, report.healed) == (0, ())
    assert dropped(aide) == 0


@pytest.mark.usefixtures("house_id")
def test_a_bucket_that_is_read_anew_brings_them_and_they_leave_again(aide: Tablet) -> None:
    dropped(aide)
    before = aide.buckets()
    with aide.store.transaction() as connection:
        feed.forget_cursors(connection)
    aide.synced()
    assert (aide.count("visits"), aide.buckets()) == (3, before)
    with aide.store.reading() as connection:
        marks = connection.exec_driver_sql("SELECT superseded FROM visits ORDER BY created_at, id").scalars()
        assert list(marks) == [1, 0, 0]
    assert dropped(aide) == 2
    assert (aide.buckets(), recounted(aide)) == (before, [])


def test_a_household_that_moves_takes_them_along(
    aide: Tablet, colleague: Tablet, county: County, house_id: str
) -> None:
    dropped(aide)
    reassignment.move_households(county.context.store, [house_id], GRID_2, by="desk")
    aide.synced()
    colleague.synced()
    assert (aide.count("visits"), older(aide, house_id)) == (3, 0)
    assert (aide.buckets(), recounted(aide)) == (colleague.buckets(), [])
    dropped(aide)
    reassignment.move_households(county.context.store, [house_id], FAR_VILLAGE, by="desk")
    aide.synced()
    colleague.synced()
    assert (aide.count("visits"), older(aide, house_id)) == (0, 0)
    assert (aide.buckets(), recounted(aide)) == (colleague.buckets(), [])


def test_what_waits_or_came_lately_stays_and_no_wrong_clock_empties_the_device(
    aide: Tablet, clock: MovableClock
) -> None:
    house = aide.household()
    first, second = aide.visit(house.id), aide.visit(house.id)
    long_ago = clock() - LONG_AGO
    entered_late = aide.visit(house.id, started_at=long_ago, finished_at=long_ago)
    aide.synced()
    assert dropped(aide) == 0, "received lately: a restored server may need this device to send it again"
    clock.advance(days=LONG_AGO.days)
    aide.visit(house.id, amends=first.id, root_id=first.id, amend_reason="写错")
    assert dropped(aide) == 2
    assert aide.find("visits", second.id) is aide.find("visits", entered_late.id) is None
    assert aide.find("visits", first.id) is not None, "its correction is not across yet"
    fresh = aide.visit(house.id)
    aide.synced()
    clock.advance(days=3650)
    with aide.store.transaction() as connection:
        connection.exec_driver_sql(
            "INSERT OR REPLACE INTO meta VALUES ('clock_shift_ms', ?)", (str(-3650 * 86_400_000),)
        )
    assert dropped(aide) == 0
    assert aide.find("visits", fresh.id) is not None
