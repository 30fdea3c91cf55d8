"""Taking back what was done."""

from tests.unit.forms.scenario.dsl import Scenario, bind, form, question, repeat


def make() -> Scenario:
    return Scenario(
        form(
            "<a/><b/><m><x/></m><n/>",
            bind("b", relevant="/data/a = 'show'", required="/data/a = 'show'", readonly="/data/n > 2"),
            bind("n", calculate="count(/data/m)"),
            question("a"),
            question("b"),
            repeat("m", question("m/x")),
        )
    )


def test_everything_an_answer_changed_is_taken_back() -> None:
    scenario = make()
    before = scenario.session.save_draft()
    scenario.answer("a", "show")
    forward = scenario.changes
    scenario.undo()
    assert scenario.changes == forward
    assert not scenario.relevant("b")
    assert not scenario.question("b").required
    assert scenario.session.save_draft() == before
    assert not scenario.session.can_undo


def test_instances_come_back_in_their_place() -> None:
    scenario = make().answer("m[1]/x", "1").add("m").answer("m[2]/x", "2").add("m").answer("m[3]/x", "3")
    scenario.remove("m[2]").undo()
    assert [scenario.value(f"m[{i}]/x") for i in (1, 2, 3)] == ["1", "2", "3"]
    assert scenario.question("b").readonly
    scenario.undo().undo()
    assert scenario.count("m") == 2
    assert not scenario.question("b").readonly


def test_bookmark_follows_its_question_through_removal_and_undo() -> None:
    scenario = make().answer("m[1]/x", "1").add("m").answer("m[2]/x", "2").add("m").answer("m[3]/x", "3")
    session = scenario.session
    second, third = (session.bookmark(f"/data/m[{i}]/x") for i in (2, 3))
    scenario.remove("m[1]")
    assert (second.reference, third.reference) == ("/data/m[1]/x", "/data/m[2]/x")
    scenario.remove("m[1]")
    assert (second.reference, third.reference) == (None, "/data/m[1]/x")
    scenario.undo()
    assert (second.reference, third.reference) == ("/data/m[1]/x", "/data/m[2]/x")
    scenario.undo()
    assert (second.reference, third.reference) == ("/data/m[2]/x", "/data/m[3]/x")


def test_nothing_to_undo_changes_nothing() -> None:
    assert not make().undo().changes


def test_the_oldest_actions_are_forgotten() -> None:
    scenario = make()
    for number in range(300):
        scenario.answer("a", str(number))
    while scenario.session.can_undo:
        scenario.undo()
    assert scenario.value("a") == "99"
