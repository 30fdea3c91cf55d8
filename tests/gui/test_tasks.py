"""The task runner and the feeds: order, errors, ends, and everything on the screen's thread."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from pytestqt.qtbot import QtBot

from fieldapp.domain.errors import FieldappError, RuleError
from ui.feeds import Feed
from ui.tasks import TaskRunner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[TaskRunner]:
    made = TaskRunner()
    yield made
    made.stop()


def raising(error: Exception) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def test_results_come_back_in_order_on_the_screens_thread(qtbot: QtBot, runner: TaskRunner) -> None:
    delivered: list[tuple[int, str, bool]] = []
    here = threading.current_thread()

    def work(number: int) -> tuple[int, str]:
        time.sleep(0.002 * (3 - number % 3))
        return number, threading.current_thread().name

    for number in range(9):
        runner.run(
            lambda n=number: work(n),  # type: ignore[misc]  # the loop's value, not its variable
            lambda r: delivered.append((*r, threading.current_thread() is here)),
        )
    assert not runner.idle
    qtbot.waitUntil(lambda: runner.idle)
    assert [d[0] for d in delivered] == list(range(9))
    assert len({d[1] for d in delivered}) == 1, "one worker for the database"
    assert all(d[1].startswith("database") and d[2] for d in delivered)


def test_slow_work_aside_does_not_hold_up_the_database(qtbot: QtBot, runner: TaskRunner) -> None:
    gate, order = threading.Event(), list[str]()
    runner.run_aside(lambda: gate.wait(5), lambda _: order.append("aside"))
    runner.run(lambda: None, lambda _: order.append("database"))
    qtbot.waitUntil(lambda: order == ["database"])
    gate.set()
    qtbot.waitUntil(lambda: order == ["database", "aside"])


def test_expected_error_goes_to_who_takes_it_else_to_the_window(qtbot: QtBot, runner: TaskRunner) -> None:
    taken: list[FieldappError] = []
    error = RuleError("reason_required", "reason")
    with qtbot.assertNotEmitted(runner.failed):
        runner.run(raising(error), lambda _: None, taken.append)
        qtbot.waitUntil(lambda: runner.idle)
    assert taken == [error]
    with qtbot.waitSignal(runner.failed) as heard, qtbot.assertNotEmitted(runner.broke):
        runner.run(raising(error), lambda _: None)
    assert heard.args == [error]


@pytest.mark.allow_log("ui.tasks")
def test_a_bug_is_logged_and_told_and_the_runner_goes_on(qtbot: QtBot, runner: TaskRunner) -> None:
    bug, taken = ZeroDivisionError("x"), list[FieldappError]()
    with qtbot.waitSignal(runner.broke) as heard:
        runner.run(raising(bug), lambda _: None, taken.append)
    assert (heard.args, taken) == ([bug], [])
    done: list[int] = []
    runner.run(lambda: 7, done.append)
    qtbot.waitUntil(lambda: done == [7])
    assert runner.idle


def test_drain_waits_for_what_is_queued(qtbot: QtBot, runner: TaskRunner) -> None:
    worked, delivered = list[int](), list[int]()

    def work() -> None:
        time.sleep(0.01)
        worked.append(len(worked))

    for _ in range(3):
        runner.run(work, lambda _: delivered.append(0))
    runner.drain()
    assert worked == [0, 1, 2]
    assert delivered == [], "results are delivered by the event loop"
    qtbot.waitUntil(lambda: len(delivered) == 3)


def test_stop_finishes_what_is_queued_and_delivers_nothing_more(qtbot: QtBot) -> None:
    runner = TaskRunner()
    worked: list[int] = []

    def work() -> None:
        time.sleep(0.01)
        worked.append(1)

    def never(_: object) -> None:
        raise AssertionError("delivered after stop")

    for _ in range(3):
        runner.run(work, never)
    runner.stop()
    assert worked == [1, 1, 1], "a save that was queued is never lost"
    runner.run(work, never)
    qtbot.wait(20)
    assert worked == [1, 1, 1]


def test_feed_reaches_every_listener_in_order_from_any_thread(qtbot: QtBot) -> None:
    feed: Feed[int] = Feed()
    heard: list[tuple[str, int]] = []
    feed.listen(lambda value: heard.append(("a", value)))
    stop = feed.listen(lambda value: heard.append(("b", value)))

    def publish() -> None:
        for number in range(3):
            feed.publish(number)

    thread = threading.Thread(target=publish)
    thread.start()
    thread.join()
    assert heard == [], "never on the publisher's thread"
    qtbot.waitUntil(lambda: len(heard) == 6)
    assert heard == [(who, n) for n in range(3) for who in "ab"]
    stop()
    stop()
    feed.publish(9)
    qtbot.waitUntil(lambda: heard[-1] == ("a", 9))
    assert heard.count(("b", 9)) == 0


def test_feed_listener_ended_by_another_hears_nothing_more(qtbot: QtBot) -> None:
    feed: Feed[int] = Feed()
    heard: list[int] = []
    feed.listen(lambda _: stop())
    stop = feed.listen(heard.append)
    feed.publish(1)
    qtbot.wait(20)
    assert heard == []


def test_feed_listener_that_listens_hears_the_next_value(qtbot: QtBot) -> None:
    feed: Feed[int] = Feed()
    heard: list[int] = []

    def once(value: int) -> None:
        if value == 1:
            feed.listen(heard.append)

    feed.listen(once)
    feed.publish(1)
    feed.publish(2)
    qtbot.waitUntil(lambda: heard == [2])
