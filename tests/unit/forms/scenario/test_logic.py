"""Relevance, calculates, required, constraint, read-only: one answer and what follows."""

import pytest

from fieldapp.forms import FormError
from fieldapp.forms.view import Condition
from tests.unit.forms.scenario.dsl import Scenario, bind, form, group, question, translations


def test_calculate_chain_follows_in_one_action() -> None:
    scenario = Scenario(
        form(
            "<a/><b/><c/><d/>",
            bind("d", type="int", calculate="/data/c + 1"),
            bind("c", type="int", calculate="/data/b + 1"),
            bind("b", type="int", calculate="/data/a + 1"),
            bind("a", type="int"),
            question("a", "A"),
        )
    )
    scenario.answer("a", 1).expect(b="2", c="3", d="4")
    assert scenario.changes.values == ("/data/a", "/data/b", "/data/c", "/data/d")


def test_answer_that_changes_nothing_reports_nothing() -> None:
    scenario = Scenario(form("<a/><b/>", bind("b", calculate="/data/a"), question("a", "A")))
    scenario.answer("a", "x")
    assert not scenario.answer("a", "x").changes
    assert scenario.session.can_undo


def test_changing_one_answer_leaves_the_rest_alone() -> None:
    scenario = Scenario(
        form(
            "<a/><b/><c/><d/>", bind("c", calculate="/data/a"), bind("d", calculate="/data/b"), question("a")
        )
    )
    assert scenario.answer("a", "x").changes.values == ("/data/a", "/data/c")


@pytest.mark.parametrize(
    ("type", "expression", "stored"),
    [
        ("int", "7 div 2", "3"),
        ("int", "-7 div 2", "-3"),
        ("int", "'5'", "5"),
        ("int", "'x'", ""),
        ("int", "0 div 0", ""),
        ("string", "0 div 0", "NaN"),
        ("string", "1 = 1", "true"),
        ("string", "7.0", "7"),
        ("decimal", "7 div 2", "3.5"),
        ("decimal", "''", ""),
        ("date", "today()", "2026-03-05"),
        ("date", "now()", "2026-03-05"),
        ("date", "'2026-02-29'", ""),
        ("date", "date('2026-02-28') + 1", "2026-03-01"),
        ("dateTime", "now()", "2026-03-05T09:10:00.000+08:00"),
        ("dateTime", "'2026-03-05T01:00:00.000Z'", "2026-03-05T01:00:00.000Z"),
        ("string", "today()", "2026-03-05"),
        ("unheard-of", "'as it is'", "as it is"),
    ],
)
def test_calculate_is_stored_as_its_type_has_it(type: str, expression: str, stored: str) -> None:
    scenario = Scenario(form("<a/>", bind("a", type=type, calculate=expression)))
    assert scenario.value("a") == stored


def test_irrelevant_value_reads_blank_is_not_sent_and_comes_back() -> None:
    scenario = Scenario(
        form(
            "<ask/><a/><b/>",
            bind("a", relevant="/data/ask = 'yes'"),
            bind("b", calculate="concat('[', /data/a, ']')"),
            question("ask"),
            question("a"),
        )
    )
    scenario.answer("ask", "yes").answer("a", "typed").expect(b="[typed]")
    scenario.answer("ask", "no").expect(a="typed", b="[]")
    assert not scenario.relevant("a")
    assert "<a>" not in scenario.submission()
    scenario.undo()
    scenario.answer("ask", "yes").expect(b="[typed]")
    assert "<a>typed</a>" in scenario.submission()


def test_relevance_is_inherited_from_groups_of_the_model() -> None:
    scenario = Scenario(
        form(
            "<ask/><g><h><a/></h></g><n/>",
            bind("g", relevant="/data/ask = 1"),
            bind("g/h/a", relevant="/data/ask > 0"),
            bind("n", calculate="count(/data/g/h/a)"),
            question("ask"),
            group("", question("g/h/a")),
        )
    )
    assert not scenario.relevant("g/h/a")
    scenario.expect(n="0")
    scenario.answer("ask", 1).expect(n="1")
    assert scenario.relevant("g/h/a")
    assert set(scenario.changes.relevant) == {"/data/g", "/data/g/h", "/data/g/h/a"}
    scenario.answer("ask", 2).expect(n="0")
    assert not scenario.relevant("g/h/a")


def test_calculate_waits_until_its_node_is_relevant() -> None:
    scenario = Scenario(
        form(
            "<a/><b/>",
            bind("b", relevant="/data/a > 1", calculate="concat('seen ', /data/a)"),
            question("a"),
        )
    )
    scenario.answer("a", 1).expect(b="")
    scenario.answer("a", 2).expect(b="seen 2")
    scenario.answer("a", 0).expect(b="seen 2")
    scenario.answer("a", 3).expect(b="seen 3")


def test_required_blank_is_invalid_and_says_so_in_its_own_words() -> None:
    scenario = Scenario(
        form(
            "<a/><b/>",
            bind("a", required="/data/b != 'skip'", requiredMsg="A is needed"),
            question("a"),
            question("b"),
        )
    )
    assert scenario.question("a").required
    assert scenario.question("a").validity.broken is Condition.REQUIRED
    assert str(scenario.question("a").validity.message) == "A is needed"
    scenario.answer("b", "skip")
    assert scenario.changes.required == ("/data/a",)
    assert scenario.question("a").validity.is_valid
    scenario.answer("b", "").answer("a", "x")
    assert scenario.question("a").validity.is_valid


def test_constraint_keeps_the_value_and_marks_it() -> None:
    scenario = Scenario(
        form("<a/>", bind("a", type="int", constraint=". > 5", constraintMsg="More than five"), question("a"))
    )
    scenario.answer("a", 3)
    assert scenario.changes.validity == ("/data/a",)
    assert scenario.value("a") == "3"
    assert scenario.question("a").validity.broken is Condition.CONSTRAINT
    failure = scenario.session.validate()[0]
    assert (failure.reference, str(failure.message)) == ("/data/a", "More than five")
    with pytest.raises(FormError) as caught:
        scenario.session.finalise()
    assert caught.value.code == "form_invalid"
    scenario.answer("a", 6)
    assert scenario.session.validate() == ()


def test_constraint_is_not_asked_of_blank_or_irrelevant_values() -> None:
    scenario = Scenario(
        form(
            "<a/><ask/>",
            bind("a", constraint="false()", relevant="/data/ask = ''"),
            question("a"),
            question("ask"),
        )
    )
    assert scenario.question("a").validity.is_valid
    scenario.answer("a", "x")
    assert not scenario.question("a").validity.is_valid
    scenario.answer("ask", "no")
    assert scenario.session.validate() == ()


def test_constraint_follows_the_other_answers_it_reads() -> None:
    scenario = Scenario(
        form("<a/><b/>", bind("a", type="int", constraint=". < /data/b"), question("a"), question("b"))
    )
    scenario.answer("b", 10).answer("a", 5)
    assert scenario.question("a").validity.is_valid
    scenario.answer("b", 4)
    assert scenario.changes.validity == ("/data/a",)
    assert not scenario.question("a").validity.is_valid


def test_messages_may_come_from_translations_with_outputs() -> None:
    scenario = Scenario(
        form(
            "<a/><b/>",
            bind(
                "a",
                required="true()",
                requiredMsg="jr:itext('needed')",
                constraint=". < /data/b",
                constraintMsg="jr:itext('less')",
            ),
            translations(
                zh={"needed": "必填", "less": '应小于 <output value="/data/b"/>'},
                en={"needed": "Needed", "less": 'Less than <output value="/data/b"/>'},
            ),
            question("a"),
            question("b"),
        )
    )
    assert str(scenario.question("a").validity.message) == "必填"
    scenario.answer("b", 3).answer("a", 4)
    assert str(scenario.question("a").validity.message) == "应小于 3"
    scenario.speak("en")
    assert str(scenario.question("a").validity.message) == "Less than 3"


def test_readonly_is_inherited_and_refuses_answers() -> None:
    scenario = Scenario(
        form(
            "<lock/><g><a/></g>",
            bind("g", readonly="/data/lock = 1"),
            question("lock"),
            group("g", question("g/a")),
        )
    )
    scenario.answer("g/a", "x")
    scenario.answer("lock", 1)
    assert set(scenario.changes.readonly) == {"/data/g", "/data/g/a"}
    assert scenario.question("g/a").readonly
    with pytest.raises(FormError) as caught:
        scenario.answer("g/a", "y")
    assert caught.value.code == "question_readonly"
    assert scenario.value("g/a") == "x"


def test_bare_path_as_condition_is_true_when_the_node_exists() -> None:
    scenario = Scenario(
        form("<flag>false</flag><a/>", bind("a", relevant="/data/flag"), question("flag"), question("a"))
    )
    assert scenario.relevant("a")
    assert [one.code for one in scenario.definition.warnings] == ["condition_is_path"]


def test_an_action_that_fails_changes_nothing() -> None:
    scenario = Scenario(
        form(
            "<n/><a/><r><x/></r><d/>",
            bind("n", type="int"),
            bind("a", calculate="/data/n + 1"),
            bind("d", calculate="digest(/data/n, /data/alg)"),
            question("n"),
        )
        .replace("<d/>", "<d/><alg>MD5</alg>")
        .replace("</h:body>", '<input ref="/data/alg"/></h:body>')
    )
    scenario.answer("n", 1)
    before = scenario.session.save_draft()
    with pytest.raises(FormError):
        scenario.answer("alg", "no such digest")
    assert scenario.session.save_draft() == before
    scenario.answer("n", 2).expect(a="3")


def test_once_keeps_its_first_value() -> None:
    scenario = Scenario(
        form("<a/><b/>", bind("b", calculate="once(concat('first ', /data/a))"), question("a"))
    )
    scenario.expect(b="first ")
    scenario.answer("a", "x").expect(b="first ")
    assert scenario.resumed().value("b") == "first "


def test_calculated_value_a_person_has_overwritten_survives_resuming() -> None:
    scenario = Scenario(form("<a/><b/>", bind("b", calculate="/data/a"), question("a"), question("b")))
    scenario.answer("a", "x").expect(b="x")
    scenario.answer("b", "mine")
    again = scenario.resumed()
    again.expect(b="mine")
    again.answer("a", "y").expect(b="y")


def test_default_of_a_whole_number_loses_its_fraction() -> None:
    scenario = Scenario(
        form("<a>2.5</a><b>2.5</b>", bind("a", type="int"), bind("b", type="decimal"), question("a"))
    )
    scenario.expect(a="2", b="2.5")
