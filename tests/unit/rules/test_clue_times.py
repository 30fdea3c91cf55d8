"""Times of urgent cases: what counts, what does not count yet, what is late."""

import datetime as dt

from fieldapp.domain.records.clues import ClockFact, ClueClock
from fieldapp.domain.rules.clue_times import CaseClocks, by_area, time_figures

START = dt.datetime(2026, 9, 18, 8, 40, tzinfo=dt.UTC)


def fact(clock: ClueClock, limit_h: float, done_h: float | None) -> ClockFact:
    done = None if done_h is None else START + dt.timedelta(hours=done_h)
    return ClockFact(clock=clock, started_at=START, due_at=START + dt.timedelta(hours=limit_h), done_at=done)


def case(clue_id: str, *clocks: ClockFact, area: str = "341789100201") -> CaseClocks:
    return CaseClocks(clue_id, area, clocks)


def test_a_figure_counts_what_is_decided_and_names_what_is_late() -> None:
    cases = [
        case("kept", fact(ClueClock.ACCEPT, 2, 1), fact(ClueClock.RELIEF, 24, 20)),
        case("late", fact(ClueClock.ACCEPT, 2, 5), fact(ClueClock.RELIEF, 24, None)),
        case("running", fact(ClueClock.ACCEPT, 2, 2)),
    ]
    accept, on_spot, relief, papers = time_figures(cases, START + dt.timedelta(hours=10))
    assert (accept.kept, accept.decided, accept.late) == (2, 3, ("late",))
    assert accept.typical == dt.timedelta(hours=2)
    # At ten hours relief still runs for the second: it is neither kept nor late.
    assert (relief.kept, relief.decided, relief.typical) == (1, 1, dt.timedelta(hours=20))
    assert (on_spot.decided, on_spot.typical, papers.decided) == (0, None, 0)
    later = time_figures(cases, START + dt.timedelta(hours=30))[2]
    assert (later.kept, later.decided, later.late) == (1, 2, ("late",))


def test_cases_by_town_and_village() -> None:
    cases = [case("b", area="341789101"), case("a"), case("c")]
    assert {code: [one.clue_id for one in some] for code, some in by_area(cases, 9).items()} == {
        "341789100": ["a", "c"],
        "341789101": ["b"],
    }
    assert time_figures([], START)[0].decided == 0
