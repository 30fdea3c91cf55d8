"""Urgent clues of the demo county: as many as the recipe asks, true to the visits, legal in every step."""

from collections import defaultdict
from typing import Any

from fieldapp.domain.clock import local_day, parse_instant
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import PERMISSIONS, Permission
from fieldapp.domain.records.clues import ClueFields, ClueStatus, ClueStepFields
from fieldapp.domain.records.users import Role
from fieldapp.domain.rules.clue_flow import Standing, begun, in_order, refusal, state_of, taken
from server.demo_data.geography import FOCUS_VILLAGE
from tests.unit.demo_data.conftest import AS_OF, Made


def _clues(made: Made) -> tuple[list[ClueFields], dict[str, list[ClueStepFields]]]:
    clues, steps = [], defaultdict(list)
    for file in made.files:
        for kind, body in file.clues:
            if kind == "clues":
                clues.append(ClueFields.model_validate(body))
            else:
                step = ClueStepFields.model_validate(body)
                steps[step.clue_id].append(step)
    return clues, steps


def test_there_are_as_many_as_the_recipe_asks_in_nearly_every_standing(made: Made) -> None:
    clues, _ = _clues(made)
    assert len(clues) == 25
    assert len({one.clue_no for one in clues}) == 25
    assert {one.status for one in clues} >= set(ClueStatus) - {ClueStatus.NOT_CONFIRMED}
    assert any(one.area_code.startswith(FOCUS_VILLAGE) for one in clues)


def test_every_step_was_legal_and_the_standing_follows(made: Made) -> None:
    clues, steps = _clues(made)
    roles: dict[str, list[Role]] = {
        user["id"]: [Role(one["role"]) for one in user["roles"]] for user in made.data.users()
    }
    for clue in clues:
        state = begun(clue)
        for step in in_order(steps[clue.id]):
            rights = frozenset[Permission]().union(*(PERMISSIONS[role] for role in roles[step.created_by]))
            assert refusal(state, step, Standing(step.created_by, rights), Parameters()) == "", step.action
            state = taken(state, step)
        assert state == state_of(clue, steps[clue.id])
        assert (clue.status, clue.main_id, clue.assignee_id) == (
            state.status, state.main_id, state.assignee_id,
        )  # fmt: skip
        assert all(local_day(step.at) <= AS_OF for step in steps[clue.id])


def test_visits_named_in_steps_are_those_of_the_household(made: Made) -> None:
    visits: dict[str, Any] = {visit["id"]: visit for visit in made.visits}
    _, steps = _clues(made)
    named = [step for some in steps.values() for step in some if step.visit_id]
    assert named
    for step in named:
        visit = visits[step.visit_id or ""]
        assert visit["household_id"] == step.household_id
        assert parse_instant(visit["finished_at"]) <= step.at


def test_the_snow_was_reported_at_the_door_and_is_solved(made: Made) -> None:
    [story] = [file for file in made.files if any("大雪压顶" in str(body) for _, body in file.clues)]
    [clue] = [ClueFields.model_validate(body) for kind, body in story.clues if kind == "clues"]
    assert (clue.status, clue.urgency.value) == (ClueStatus.CLOSED, "L2")
    kept = {one.clock.value: one.done_at is not None and one.done_at <= one.due_at for one in clue.clocks}
    assert [kept[name] for name in ("ACCEPT", "ON_SPOT", "RELIEF", "PAPERS")] == [True] * 4
