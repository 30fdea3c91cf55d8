"""Repeats: adding, removing, counting, positions, nesting, templates."""

import pytest

from fieldapp.forms import FormError
from tests.unit.forms.scenario.dsl import Scenario, bind, form, group, question, repeat


def members(*more: str) -> str:
    return form(
        "<m><age/><at/><older/></m><total/><n/><names/>",
        bind("m/age", type="int"),
        bind("m/at", type="int", calculate="position(..)"),
        bind("m/older", type="int", calculate="../age + 1"),
        bind("total", calculate="sum(/data/m/age)"),
        bind("n", calculate="count(/data/m)"),
        bind("names", calculate="join(' ', /data/m/age)"),
        group("m", "Member", repeat("m", question("m/age", "Age"))),
        *more,
    )


def test_added_instances_are_counted_summed_and_numbered() -> None:
    scenario = Scenario(members())
    scenario.answer("m[1]/age", 3).add("m").answer("m[2]/age", 4).add("m").answer("m[3]/age", 5)
    scenario.expect(total="12", n="3", names="3 4 5")
    assert [scenario.value(f"m[{i}]/at") for i in (1, 2, 3)] == ["1", "2", "3"]
    assert scenario.value("m[3]/older") == "6"


def test_answer_touches_only_its_own_instance_and_the_totals() -> None:
    scenario = Scenario(members()).add("m").add("m")
    scenario.answer("m[1]/age", 1).answer("m[3]/age", 3).answer("m[2]/age", 7)
    assert scenario.changes.values == (
        "/data/m[2]/age",
        "/data/m[2]/older",
        "/data/total",
        "/data/names",
    )


def test_removing_moves_later_instances_up() -> None:
    scenario = Scenario(members()).answer("m[1]/age", 1).add("m").answer("m[2]/age", 2)
    scenario.add("m").answer("m[3]/age", 3).remove("m[2]")
    scenario.expect(total="4", n="2", names="1 3")
    assert scenario.value("m[2]/at") == "2"
    assert scenario.changes.structure == ("/data/m",)
    scenario.undo().expect(total="6", n="3", names="1 2 3")
    assert scenario.value("m[3]/at") == "3"
    scenario.remove("m[1]").remove("m[1]").remove("m[1]").expect(n="0", names="")
    assert scenario.pages() == ["add_repeat:/data/m", "end:"]


def test_template_gives_new_instances_their_defaults_and_is_not_sent() -> None:
    scenario = Scenario(
        form(
            '<m jr:template=""><a>new</a><b>9</b></m><m><a>first</a><b/></m>',
            group("m", repeat("m", question("m/a"))),
        )
    )
    assert scenario.count("m") == 1
    scenario.add("m")
    assert scenario.value("m[1]/a") == "first"
    assert scenario.value("m[2]/a") == "new"
    xml = scenario.submission()
    assert "template" not in xml
    assert xml.count("<m>") == 2


def test_template_alone_begins_without_instances() -> None:
    scenario = Scenario(form('<m jr:template=""><a>new</a></m>', repeat("m", question("m/a"))))
    assert scenario.count("m") == 0
    assert scenario.pages() == ["add_repeat:/data/m", "end:"]
    scenario.add("m")
    assert scenario.value("m[1]/a") == "new"


def test_first_instance_is_the_template_where_none_is_written() -> None:
    scenario = Scenario(form("<m><a>default</a></m>", repeat("m", question("m/a"))))
    scenario.answer("m[1]/a", "changed").add("m")
    assert scenario.value("m[2]/a") == "default"


def test_count_makes_and_removes_instances() -> None:
    scenario = Scenario(
        form(
            "<n/><m><a/></m><sum/>",
            bind("n", type="int"),
            bind("sum", calculate="count(/data/m)"),
            question("n"),
            group("m", repeat("m", question("m/a"), count="/data/n", fixed=True)),
        )
    )
    assert scenario.count("m") == 0
    scenario.answer("n", 3).expect(sum="3")
    assert scenario.changes.structure == ("/data/m",)
    scenario.answer("m[3]/a", "last").answer("n", 2).expect(sum="2")
    scenario.undo()
    assert scenario.value("m[3]/a") == "last"
    with pytest.raises(FormError) as caught:
        scenario.add("m")
    assert caught.value.code == "repeat_fixed"
    with pytest.raises(FormError):
        scenario.remove("m[1]")


@pytest.mark.parametrize("given", ["", "-1", "0"])
def test_count_of_nothing_makes_no_instance(given: str) -> None:
    scenario = Scenario(form("<n/><m><a/></m>", question("n"), repeat("m", question("m/a"), count="/data/n")))
    assert scenario.answer("n", given).count("m") == 0


def test_count_beyond_the_limit_is_refused_whole() -> None:
    scenario = Scenario(form("<n/><m><a/></m>", question("n"), repeat("m", question("m/a"), count="/data/n")))
    scenario.answer("n", 2)
    with pytest.raises(FormError) as caught:
        scenario.answer("n", 1_000_000)
    assert caught.value.code == "repeat_limit"
    assert scenario.value("n") == "2"
    assert scenario.count("m") == 2


def test_count_waits_while_the_repeat_is_not_relevant() -> None:
    scenario = Scenario(
        form(
            "<ask>yes</ask><g><n>2</n><m><a/></m></g>",
            bind("g", relevant="/data/ask = 'yes'"),
            question("ask"),
            group("g", question("g/n"), repeat("g/m", question("g/m/a"), count="../n")),
        )
    )
    scenario.answer("g/m[2]/a", "kept").answer("ask", "no").answer("ask", "yes")
    assert scenario.value("g/m[2]/a") == "kept"


def test_count_that_reads_its_own_instances_grows_one_at_a_time() -> None:
    scenario = Scenario(
        form(
            "<n/><m><more/></m>",
            bind("n", calculate="count(/data/m[more = 'yes']) + 1"),
            repeat("m", question("m/more"), count="/data/n"),
        )
    )
    assert scenario.count("m") == 1
    scenario.answer("m[1]/more", "yes")
    assert scenario.count("m") == 2
    scenario.answer("m[2]/more", "no")
    assert scenario.count("m") == 2


def test_nested_repeats_keep_their_instances_apart() -> None:
    scenario = Scenario(
        form(
            "<o><k/><i><x/><both/></i><sum/></o><all/>",
            bind("o/i/both", calculate="concat(../../k, ../x)"),
            bind("o/sum", calculate="sum(../i/x)"),
            bind("all", calculate="sum(/data/o/i/x)"),
            repeat("o", question("o/k"), repeat("o/i", question("o/i/x"))),
        )
    )
    scenario.answer("o[1]/k", "a").answer("o[1]/i[1]/x", 1).add("o[1]/i").answer("o[1]/i[2]/x", 2)
    scenario.add("o").answer("o[2]/k", "b").answer("o[2]/i[1]/x", 5)
    assert scenario.value("o[1]/sum") == "3"
    assert scenario.value("o[2]/sum") == "5"
    assert scenario.value("o[1]/i[2]/both") == "a2"
    assert scenario.value("o[2]/i[1]/both") == "b5"
    scenario.expect(all="8")
    scenario.answer("o[1]/k", "c")
    assert set(scenario.changes.values) == {"/data/o[1]/k", "/data/o[1]/i[1]/both", "/data/o[1]/i[2]/both"}
    scenario.remove("o[1]").expect(all="5")
    assert scenario.value("o[1]/i[1]/both") == "b5"


def test_nested_template_is_used_for_new_outer_and_inner_instances() -> None:
    scenario = Scenario(
        form(
            '<o jr:template=""><i jr:template=""><x>tx</x></i><i><x>first</x></i></o>'
            "<o><i><x>only</x></i></o>",
            repeat("o", repeat("o/i", question("o/i/x"))),
        )
    )
    assert scenario.value("o[1]/i[1]/x") == "only"
    scenario.add("o").add("o[2]/i")
    assert scenario.value("o[2]/i[1]/x") == "first"
    assert scenario.value("o[2]/i[2]/x") == "tx"


def test_relevance_of_single_instances_and_of_the_repeat() -> None:
    scenario = Scenario(
        form(
            "<ask>yes</ask><m><hide/><a/></m><n/>",
            bind("m", relevant="/data/ask = 'yes'"),
            bind("m/a", relevant="../hide != 'yes'"),
            bind("n", calculate="count(/data/m/a)"),
            question("ask"),
            repeat("m", question("m/hide"), question("m/a")),
        )
    )
    scenario.add("m").answer("m[1]/hide", "yes").expect(n="1")
    assert not scenario.relevant("m[1]/a")
    assert scenario.relevant("m[2]/a")
    scenario.answer("ask", "no").expect(n="0")
    assert not scenario.repeat("m").can_add
    assert scenario.pages() == ["/data/ask", "end:"]
    assert "<m>" not in scenario.submission()


def test_indexed_repeat_and_predicates_find_other_instances() -> None:
    scenario = Scenario(
        form(
            "<m><a/><prev/></m><second/><last/>",
            bind("m/prev", calculate="indexed-repeat(/data/m/a, /data/m, position(..) - 1)"),
            bind("second", calculate="/data/m[position() = 2]/a"),
            bind("last", calculate="/data/m[last()]/a"),
            repeat("m", question("m/a")),
        )
    )
    scenario.answer("m[1]/a", "x").add("m").answer("m[2]/a", "y").expect(second="y", last="y")
    assert scenario.value("m[2]/prev") == "x"
    scenario.answer("m[1]/a", "z")
    assert scenario.value("m[2]/prev") == "z"
    scenario.add("m").expect(second="y", last="")
    scenario.remove("m[1]").expect(second="", last="")
    assert scenario.value("m[1]/prev") == ""


def test_running_total_over_earlier_instances() -> None:
    scenario = Scenario(
        form(
            "<m><a/><t/></m>",
            bind(
                "m/t",
                type="int",
                calculate="../a + coalesce(../../m[position() = position(current()/..) - 1]/t, 0)",
            ),
            repeat("m", question("m/a")),
        )
    )
    scenario.answer("m[1]/a", 1)
    for index in range(2, 6):
        scenario.add("m").answer(f"m[{index}]/a", index)
    assert [scenario.value(f"m[{i}]/t") for i in range(1, 6)] == ["1", "3", "6", "10", "15"]
    scenario.answer("m[2]/a", 12)
    assert [scenario.value(f"m[{i}]/t") for i in range(1, 6)] == ["1", "13", "16", "20", "25"]
    scenario.remove("m[2]")
    assert [scenario.value(f"m[{i}]/t") for i in range(1, 5)] == ["1", "4", "8", "13"]


def test_absolute_path_into_a_repeat_means_all_its_instances() -> None:
    scenario = Scenario(
        form("<m><a/><b/></m>", bind("m/b", calculate="/data/m/a"), repeat("m", question("m/a")))
    )
    scenario.answer("m[1]/a", "one").add("m").answer("m[2]/a", "two")
    assert scenario.value("m[2]/b") == "one"


def test_repeat_that_may_not_be_changed_by_hand() -> None:
    scenario = Scenario(form("<m><a/></m><m><a/></m>", repeat("m", question("m/a"), fixed=True)))
    assert scenario.count("m") == 2
    assert not scenario.repeat("m").can_add
    assert not scenario.group("m[1]").can_remove


def test_sibling_axis_between_instances_is_followed() -> None:
    scenario = Scenario(
        form(
            "<m><a/><before/></m>",
            bind("m/before", calculate="count(../preceding-sibling::m[a = 'x'])"),
            repeat("m", question("m/a")),
        )
    )
    scenario.add("m").add("m").answer("m[1]/a", "x")
    assert [scenario.value(f"m[{i}]/before") for i in (1, 2, 3)] == ["0", "1", "1"]


def test_repeats_in_repeats_cannot_outgrow_the_record() -> None:
    scenario = Scenario(
        form(
            "<n/><o><i><a/></i></o>",
            question("n"),
            repeat("o", repeat("o/i", question("o/i/a"), count="/data/n"), count="/data/n"),
        )
    )
    scenario.answer("n", 20)
    assert scenario.count("o[20]/i") == 20
    with pytest.raises(FormError) as caught:
        scenario.answer("n", 1999)
    assert caught.value.code == "repeat_limit"
    assert scenario.count("o") == 20


@pytest.mark.parametrize("count", ["n", "../n", "/data/o/n"])
def test_count_may_be_relative_to_the_repeat_or_what_is_around_it(count: str) -> None:
    scenario = Scenario(
        form(
            "<o><n/><m><a/></m></o>",
            repeat("o", question("o/n"), repeat("o/m", question("o/m/a"), count=count)),
        )
    )
    scenario.answer("o[1]/n", 2)
    assert scenario.count("o[1]/m") == 2


def test_place_of_a_question_is_no_circle() -> None:
    scenario = Scenario(
        form(
            "<m><a>1</a></m>",
            bind("m/a", type="int", calculate="/data/m[position() = position(current()) - 1]/a + 1"),
            repeat("m", question("m/a")),
        )
    )
    assert scenario.value("m[1]/a") == ""
