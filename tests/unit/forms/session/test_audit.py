"""The audit log: what was on the screen when, by a clock nobody can set."""

import csv
import datetime as dt
import io

import pytest

from fieldapp.forms import FormError
from fieldapp.forms.session.audit import Event
from tests.unit.forms.scenario.dsl import START, Scenario, World, bind, form, group, question, repeat

MILLISECONDS = round(START.timestamp() * 1000)


def audited(**wishes: str) -> Scenario:
    return Scenario(
        form(
            "<a/><g><b/><c/></g><m><d/></m><meta><instanceID/><audit/></meta>",
            bind("meta/audit", type="binary", **{f"odk:{name}": value for name, value in wishes.items()}),
            bind("g/b", constraint=". != 'bad'"),
            question("a"),
            group("g", question("g/b"), question("g/c"), appearance="field-list"),
            repeat("m", question("m/d")),
        ),
        world=World(properties={"username": "grid-01"}),
    )


def test_questions_have_start_and_end() -> None:
    scenario = audited()
    scenario.session.show("/data/a")
    scenario.world.passes(4)
    scenario.session.show("/data/g/b")
    scenario.world.passes(2.5)
    scenario.session.show("", jumped=True)
    events = [
        (one.event, one.node, one.start - MILLISECONDS, one.end and one.end - MILLISECONDS)
        for one in scenario.session.audit.events
    ]
    assert events == [
        (Event.FORM_START, "", 0, None),
        (Event.QUESTION, "/data/a", 0, 4000),
        (Event.GROUP_QUESTIONS, "/data/g", 4000, 6500),
        (Event.QUESTION, "/data/g/b", 4000, 6500),
        (Event.QUESTION, "/data/g/c", 4000, 6500),
        (Event.JUMP, "", 6500, None),
        (Event.END_SCREEN, "", 6500, None),
    ]


def test_setting_the_wall_clock_within_a_session_changes_nothing() -> None:
    scenario = audited()
    scenario.session.show("/data/a")
    scenario.world.now -= dt.timedelta(days=400)
    scenario.world.seconds += 3
    scenario.session.leave()
    question_event, left = scenario.session.audit.events[1:3]
    assert question_event.end == MILLISECONDS + 3000
    assert (left.event, left.start) == (Event.FORM_EXIT, MILLISECONDS + 3000)


def test_repeats_saves_errors_and_the_end_are_logged() -> None:
    scenario = audited().add("m").remove("m[1]").answer("g/b", "bad")
    scenario.session.save_draft()
    with pytest.raises(FormError):
        scenario.session.finalise()
    scenario.answer("g/b", "good")
    assert b"<audit>audit.csv</audit>" in scenario.session.finalise().xml
    assert [(one.event, one.node) for one in scenario.session.audit.events] == [
        (Event.FORM_START, ""),
        (Event.ADD_REPEAT, "/data/m[2]"),
        (Event.DELETE_REPEAT, "/data/m[1]"),
        (Event.FORM_SAVE, ""),
        (Event.CONSTRAINT_ERROR, "/data/g/b"),
        (Event.FINALIZE_ERROR, ""),
        (Event.FORM_FINALIZE, ""),
    ]


def test_changes_and_user_are_logged_where_the_form_wants_them() -> None:
    scenario = audited(**{"track-changes": "true", "identify-user": "true"})
    scenario.answer("a", "old").session.show("/data/a")
    scenario.answer("a", "new").session.show("/data/g")
    lines = list(csv.DictReader(io.StringIO(scenario.session.audit.csv())))
    assert list(lines[0]) == ["event", "node", "start", "end", "old-value", "new-value", "user"]
    assert (lines[1]["old-value"], lines[1]["new-value"], lines[1]["user"]) == ("old", "new", "grid-01")


def test_values_are_not_logged_unless_the_form_wants_it() -> None:
    scenario = audited()
    scenario.answer("a", "old").session.show("/data/a")
    scenario.answer("a", "new").session.leave()
    assert scenario.session.audit.csv().splitlines()[0] == "event,node,start,end"
    assert "new" not in scenario.session.audit.csv()
    assert scenario.session.audit.csv(header=False).startswith("form start,,")


def test_form_without_audit_logs_nothing_and_resuming_is_told_apart() -> None:
    silent = Scenario(form("<a/>", question("a")))
    silent.session.show("/data/a")
    assert silent.session.audit.events == ()
    assert audited().resumed().session.audit.events[0].event is Event.FORM_RESUME
