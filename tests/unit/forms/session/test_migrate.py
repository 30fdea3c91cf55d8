"""Bringing a draft to another version of its form."""

import pytest

from fieldapp.forms import FormError, FormSession, migrate, read_definition
from fieldapp.forms.view import Migration, Move, MoveKind
from tests.unit.forms.scenario.dsl import (
    Scenario,
    World,
    bind,
    form,
    group,
    items,
    itemset,
    listing,
    question,
    repeat,
)


def moved(old: Scenario, new_xml: str) -> tuple[Migration, FormSession]:
    """The draft of `old` in another version, and a session of it."""
    new = read_definition(new_xml)
    result = migrate(old.session.save_draft(), old.definition, new)
    return result, FormSession.resume(new, result.draft, World().environment())


def value(session: FormSession, reference: str) -> str:
    found = getattr(session.view(reference), "value", None)
    assert isinstance(found, str)
    return found


def test_same_questions_keep_their_answers() -> None:
    old = Scenario(form("<a/><b/>", question("a"), question("b"))).answer("a", "x").answer("b", "y")
    result, session = moved(
        old, form("<b/><new/><a/>", question("b"), question("new"), question("a"), version="2")
    )
    assert (value(session, "/data/a"), value(session, "/data/b")) == ("x", "y")
    assert (result.moves, result.added, result.loses) == ((), ("/data/new",), ())
    assert value(session, "/data/meta/instanceID") == old.value("meta/instanceID")


def test_question_that_moved_to_a_group_takes_its_answer_along() -> None:
    old = Scenario(form("<a/>", question("a"))).answer("a", "x")
    result, session = moved(old, form("<g><a/></g>", group("g", question("g/a")), version="2"))
    assert value(session, "/data/g/a") == "x"
    assert result.moves == (Move(MoveKind.MOVED, "/data/a", "/data/g/a"),)


def test_answer_without_place_is_dropped_and_said() -> None:
    old = Scenario(form("<a/><b/>", question("a"), question("b"))).answer("a", "x")
    result, _ = moved(old, form("<c/>", question("c"), version="2"))
    assert result.moves == result.loses == (Move(MoveKind.DROPPED, "/data/a"),)


def test_two_candidates_are_none() -> None:
    old = Scenario(form("<a/>", question("a"))).answer("a", "x")
    result, _ = moved(old, form("<g><a/></g><h><a/></h>", question("g/a"), question("h/a"), version="2"))
    assert result.loses == (Move(MoveKind.DROPPED, "/data/a"),)


@pytest.mark.parametrize(
    ("before", "after", "given", "kept", "kind"),
    [
        ("int", "string", "5", "5", MoveKind.CONVERTED),
        ("int", "decimal", "5", "5", MoveKind.CONVERTED),
        ("decimal", "int", "5.0", "5", MoveKind.CONVERTED),
        ("decimal", "int", "5.5", "", MoveKind.DROPPED),
        ("string", "int", "12", "12", MoveKind.CONVERTED),
        ("string", "int", "twelve", "", MoveKind.DROPPED),
        ("dateTime", "date", "2026-03-05T09:00:00.000+08:00", "2026-03-05", MoveKind.CONVERTED),
        ("date", "int", "2026-03-05", "", MoveKind.DROPPED),
    ],
)
def test_changed_type_converts_what_it_can(
    before: str, after: str, given: str, kept: str, kind: MoveKind
) -> None:
    old = Scenario(form("<a/>", bind("a", type=before), question("a"))).answer("a", given)
    result, session = moved(old, form("<a/>", bind("a", type=after), question("a"), version="2"))
    assert value(session, "/data/a") == kept
    assert [one.kind for one in result.moves] == [kind]


def test_choices_that_are_gone_are_said() -> None:
    old = Scenario(
        form(
            "<s/><t/>",
            question("s", items("a", "b", "c"), control="select"),
            question("t", items("x", "y"), control="select1"),
        )
    )
    old.answer("s", "a b c").answer("t", "x")
    result, session = moved(
        old,
        form(
            "<s/><t/>",
            listing("l", {"name": "a", "label": "A"}, {"name": "c", "label": "C"}),
            question("s", itemset("instance('l')/root/item"), control="select"),
            question("t", items("y"), control="select1"),
            version="2",
        ),
    )
    assert (value(session, "/data/s"), value(session, "/data/t")) == ("a c", "")
    assert result.loses == (
        Move(MoveKind.CHOICE_GONE, "/data/s", "/data/s"),
        Move(MoveKind.CHOICE_GONE, "/data/t", "/data/t"),
    )


def test_repeats_keep_their_instances_also_where_they_moved() -> None:
    old = Scenario(form("<m><x/><gone/></m>", repeat("m", question("m/x"), question("m/gone"))))
    old.answer("m[1]/x", "1").add("m").answer("m[2]/x", "2").answer("m[2]/gone", "g")
    result, session = moved(
        old,
        form("<g><m><h><x/></h></m></g>", repeat("g/m", group("g/m/h", question("g/m/h/x"))), version="2"),
    )
    assert [value(session, f"/data/g/m[{i}]/h/x") for i in (1, 2)] == ["1", "2"]
    assert [(one.kind, one.source) for one in result.moves] == [
        (MoveKind.MOVED, "/data/m[1]/x"),
        (MoveKind.MOVED, "/data/m[2]/x"),
        (MoveKind.DROPPED, "/data/m[2]/gone"),
    ]


def test_repeat_that_is_none_any_more_is_refused() -> None:
    old = Scenario(form("<m><x/></m>", repeat("m", question("m/x"))))
    with pytest.raises(FormError) as caught:
        moved(old, form("<m><x/></m>", group("m", question("m/x")), version="2"))
    assert (caught.value.code, caught.value.facts) == ("migration_refused", {"reference": "/data/m"})


def test_other_form_is_refused() -> None:
    old = Scenario(form("<a/>", question("a")))
    with pytest.raises(FormError) as caught:
        moved(old, form("<a/>", question("a"), root='<data id="other" version="2">'))
    assert caught.value.code == "draft_of_other_form"


def test_calculates_are_left_to_the_new_version() -> None:
    old = Scenario(
        form(
            "<a/><c/><d/>",
            bind("c", calculate="concat('old ', /data/a)"),
            bind("d", calculate="1"),
            question("a"),
        )
    ).answer("a", "x")
    result, session = moved(
        old, form("<a/><c/>", bind("c", calculate="concat('new ', /data/a)"), question("a"), version="2")
    )
    assert value(session, "/data/c") == "new x"
    assert result.moves == ()


def test_what_is_not_relevant_comes_along() -> None:
    old = Scenario(form("<ask/><a/>", bind("a", relevant="/data/ask = 1"), question("ask"), question("a")))
    old.answer("ask", 1).answer("a", "hidden").answer("ask", 0)
    _, session = moved(old, form("<ask/><a/>", question("ask"), question("a"), version="2"))
    assert value(session, "/data/a") == "hidden"
