"""The runner decides by itself: start, local change, network, person, stop."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from fieldapp.storage import meta
from server.services.devices import revoke_device
from sync.engine.runner import SyncRunner, SyncState, SyncStatus, Timing
from tests.faults import FaultProxy, error_answer
from tests.integration.server.county import County
from tests.integration.sync.device import Tablet

FAST = Timing(debounce=0.1, debounce_most=0.5, every=3600)


class _Watch:
    """Collects statuses, and waits for one."""

    def __init__(self) -> None:
        self.seen: list[SyncStatus] = []
        self._changed = threading.Condition()

    def __call__(self, status: SyncStatus) -> None:
        with self._changed:
            self.seen.append(status)
            self._changed.notify_all()

    def wait_for(self, wanted: Callable[[SyncStatus], bool], after: int = 0) -> SyncStatus:
        deadline = time.monotonic() + 60
        with self._changed:
            while True:
                found = [status for status in self.seen[after:] if wanted(status)]
                if found:
                    return found[0]
                assert self._changed.wait(deadline - time.monotonic()), self.seen[after:]


@contextmanager
def _running(device: Tablet, timing: Timing = FAST, **options: Any) -> Iterator[tuple[SyncRunner, _Watch]]:
    watch = _Watch()
    runner = SyncRunner(device.session, watch, timing=timing, chance=lambda: 0.5, **options)
    runner.start()
    yield runner, watch
    assert runner.stop()


def _done(status: SyncStatus) -> bool:
    return status.state is not SyncState.SYNCING and status.report is not None


def test_starts_by_itself_and_says_what_it_did(aide: Tablet) -> None:
    aide.household()
    with _running(aide) as (_, watch):
        status = watch.wait_for(_done)
    assert status.state is SyncState.IDLE
    assert status.report is not None
    assert status.report.sent == 2
    assert status.last_sync_at == aide.store.clock()
    assert (status.waiting.ops, status.progress, status.clock_off) == (0, None, False)
    assert watch.seen[0].state is SyncState.SYNCING
    assert any(s.progress is not None for s in watch.seen)


def test_local_changes_are_counted_at_once_and_sent_together(aide: Tablet, proxy: FaultProxy) -> None:
    with _running(aide) as (runner, watch):
        watch.wait_for(_done)
        proxy.requests.clear()
        mark = len(watch.seen)
        house = aide.household()
        runner.local_change()
        watch.wait_for(lambda s: s.waiting.ops == 2, mark)
        aide.visit(house.id)
        runner.local_change()
        watch.wait_for(lambda s: _done(s) and s.report is not None and s.report.sent == 3, mark)
    assert proxy.paths() == ["POST /v1/push", "POST /v1/pull"]


def test_offline_waits_and_returns_with_the_network(aide: Tablet, proxy: FaultProxy) -> None:
    proxy.go_down()
    aide.household()
    with _running(aide) as (runner, watch):
        status = watch.wait_for(_done)
        assert (status.state, status.error_code) == (SyncState.OFFLINE, "offline")
        mark = len(watch.seen)
        runner.local_change()  # does not knock at a closed door before the backoff is over
        time.sleep(0.4)
        assert all(s.state is SyncState.OFFLINE for s in watch.seen[mark:])
        proxy.come_back()
        runner.network_returned()
        assert watch.wait_for(_done, mark + 1).state is SyncState.IDLE
    assert aide.waiting().ops == 0


def test_timer_brings_news_without_any_change(aide: Tablet, colleague: Tablet) -> None:
    with _running(aide, Timing(every=0.3)) as (_, watch):
        watch.wait_for(_done)
        assert aide.count("households") == 0
        colleague.household()
        colleague.synced()
        watch.wait_for(lambda _: aide.count("households") == 1)


@pytest.mark.parametrize(
    ("answer", "state", "code"),
    [
        (error_answer(401, "sign_in_needed"), SyncState.SIGN_IN_NEEDED, "sign_in_needed"),
        (error_answer(426, "protocol_too_old"), SyncState.UPDATE_NEEDED, "protocol_too_old"),
        (error_answer(503, "busy"), SyncState.OFFLINE, "busy"),
        (error_answer(400, "bad_request"), SyncState.NEEDS_ATTENTION, "bad_answer"),
    ],
)
def test_states_after_errors_and_a_person_may_try_at_once(
    aide: Tablet, proxy: FaultProxy, answer: Any, state: SyncState, code: str
) -> None:
    proxy.add("/v1/pull", answer)
    with _running(aide) as (runner, watch):
        status = watch.wait_for(_done)
        assert (status.state, status.error_code) == (state, code)
        mark = len(watch.seen)
        runner.sync_now()
        assert watch.wait_for(_done, mark + 1).state is SyncState.IDLE


def test_refused_op_needs_attention(aide: Tablet) -> None:
    aide.visit("unknown-household")
    with _running(aide) as (_, watch):
        status = watch.wait_for(_done)
    assert (status.state, status.waiting.refused) == (SyncState.NEEDS_ATTENTION, 1)


def test_revoked_device_never_asks_again_by_itself(aide: Tablet, county: County, proxy: FaultProxy) -> None:
    revoke_device(county.context.store, aide.meta(meta.DEVICE_ID), by="server")
    with _running(aide, Timing(debounce=0.01, every=0.05)) as (runner, watch):
        status = watch.wait_for(_done)
        assert (status.state, status.error_code) == (SyncState.SIGN_IN_NEEDED, "device_revoked")
        proxy.requests.clear()
        runner.local_change()
        runner.network_returned()
        time.sleep(0.3)
    assert proxy.paths() == []


@pytest.mark.allow_log("sync.engine.runner")
def test_bug_is_told_and_sync_goes_on(aide: Tablet, monkeypatch: pytest.MonkeyPatch) -> None:
    bugs: list[Exception] = []

    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("sync.engine.cycle.pull_all", broken)
    with _running(aide, on_bug=bugs.append) as (runner, watch):
        status = watch.wait_for(lambda s: s.error_code == "internal_error")
        assert status.state is SyncState.NEEDS_ATTENTION
        monkeypatch.undo()
        runner.sync_now()
        watch.wait_for(lambda s: _done(s) and s.state is SyncState.IDLE)
    assert [type(bug) for bug in bugs] == [ZeroDivisionError]


def test_stop_ends_a_running_cycle_at_its_next_safe_point(aide: Tablet) -> None:
    aide.visit(aide.household().id, *[aide.photo(250_000, seed) for seed in range(12)])
    watch = _Watch()
    runner = SyncRunner(aide.session, watch, timing=FAST)
    runner.start()
    watch.wait_for(lambda s: s.progress is not None and s.progress.done == 1 and s.waiting.blobs == 12)
    assert runner.stop()
    assert runner.stop()  # twice is harmless
