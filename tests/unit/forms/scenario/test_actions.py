"""setvalue and setgeopoint at their events, preloads."""

import pytest

from fieldapp.forms import FormError
from tests.unit.forms.scenario.dsl import (
    Scenario,
    World,
    bind,
    form,
    group,
    question,
    repeat,
    setvalue,
)


def test_first_load_sets_defaults_once_in_a_records_life() -> None:
    scenario = Scenario(
        form(
            "<a/><b/><c/>",
            setvalue("odk-instance-first-load", "a", "1 + 1"),
            setvalue("xforms-ready", "b", text="literal"),
            setvalue("odk-instance-load", "c", "concat(/data/c, '*')"),
            question("a"),
            question("b"),
        )
    ).expect(a="2", b="literal", c="*")
    scenario.answer("a", 9).resumed().expect(a="9", b="literal", c="**")


def test_value_changed_sets_the_target_whenever_the_source_changes() -> None:
    scenario = Scenario(
        form(
            "<a/><b/><c/>",
            bind("c", calculate="concat(/data/b, '!')"),
            question("a", setvalue("xforms-value-changed", "b", "concat('from ', /data/a)")),
            question("b"),
        )
    )
    scenario.answer("a", "x").expect(b="from x", c="from x!")
    assert scenario.changes.values == ("/data/a", "/data/b", "/data/c")
    scenario.answer("b", "mine").answer("a", "x").expect(b="mine")
    scenario.answer("a", "y").expect(b="from y").undo().expect(a="x", b="mine", c="mine!")


def test_value_changed_by_a_calculate_counts_too() -> None:
    scenario = Scenario(
        form(
            "<a/><b/><c/>",
            bind("b", calculate="/data/a"),
            question("a"),
            question("b", setvalue("xforms-value-changed", "c", "/data/b")),
        )
    )
    scenario.answer("a", "x").expect(c="x")


def test_setvalue_without_value_clears() -> None:
    scenario = Scenario(
        form("<a/><b>old</b>", question("a", setvalue("xforms-value-changed", "b")), question("b"))
    )
    scenario.answer("a", "x").expect(b="")


def test_setvalue_reaches_readonly_and_irrelevant_targets() -> None:
    scenario = Scenario(
        form(
            "<a/><r/><i/>",
            bind("r", readonly="true()"),
            bind("i", relevant="/data/a = 'show'"),
            question(
                "a",
                setvalue("xforms-value-changed", "r", "/data/a"),
                setvalue("xforms-value-changed", "i", "'set'"),
            ),
            question("r"),
            question("i"),
        )
    )
    scenario.answer("a", "x").expect(r="x", i="set")
    assert not scenario.relevant("i")


def test_new_repeat_sets_values_of_that_instance_only() -> None:
    scenario = Scenario(
        form(
            "<top>T</top><m><a/><b/></m>",
            question("top"),
            repeat(
                "m",
                setvalue("odk-new-repeat", "m/a", "concat(/data/top, position(..))"),
                setvalue("odk-instance-first-load odk-new-repeat", "m/b", "'b'"),
                question("m/a"),
            ),
        )
    )
    assert scenario.value("m[1]/a") == ""
    assert scenario.value("m[1]/b") == "b"
    scenario.add("m")
    assert scenario.value("m[2]/a") == "T2"
    assert scenario.value("m[2]/b") == "b"
    assert scenario.value("m[1]/a") == ""


def test_new_repeat_by_count_sets_values_too() -> None:
    scenario = Scenario(
        form(
            "<n/><m><a/></m>",
            question("n"),
            repeat("m", setvalue("odk-new-repeat", "m/a", "position(..)"), question("m/a"), count="/data/n"),
        )
    )
    scenario.answer("n", 2)
    assert [scenario.value(f"m[{i}]/a") for i in (1, 2)] == ["1", "2"]


def test_value_changed_in_a_repeat_stays_in_its_instance() -> None:
    scenario = Scenario(
        form(
            "<m><a/><b/></m><out/>",
            repeat(
                "m",
                question(
                    "m/a",
                    setvalue("xforms-value-changed", "m/b", "concat(../a, position(..))"),
                    setvalue("xforms-value-changed", "out", "count(/data/m)"),
                ),
            ),
        )
    )
    scenario.add("m").answer("m[2]/a", "x").expect(out="2")
    assert scenario.value("m[2]/b") == "x2"
    assert scenario.value("m[1]/b") == ""


def test_target_with_predicate_is_found_by_it() -> None:
    scenario = Scenario(
        form(
            "<a/><m><b/></m><m><b/></m>",
            question("a", setvalue("xforms-value-changed", "/data/m[position() = 2]/b", "/data/a")),
            repeat("m", question("m/b")),
        )
    )
    scenario.answer("a", "x")
    assert (scenario.value("m[1]/b"), scenario.value("m[2]/b")) == ("", "x")


def test_actions_that_set_each_other_off_end_in_a_coded_error() -> None:
    scenario = Scenario(
        form(
            "<a/><b/>",
            question("a", setvalue("xforms-value-changed", "b", "/data/a + 1")),
            question("b", setvalue("xforms-value-changed", "a", "/data/b + 1")),
        )
    )
    with pytest.raises(FormError) as caught:
        scenario.answer("a", 1)
    assert caught.value.code == "actions_endless"
    scenario.expect(a="", b="")


def test_setgeopoint_writes_where_the_device_is() -> None:
    scenario = Scenario(
        form(
            "<a/><here/>",
            bind("here", type="geopoint"),
            '<odk:setgeopoint event="odk-instance-first-load" ref="/data/here"/>',
            question("a"),
        ),
        world=World(position=lambda: "30.5 110.25 0 5"),
    )
    scenario.expect(here="30.5 110.25 0 5")


def test_values_of_attributes_can_be_bound_and_set() -> None:
    scenario = Scenario(
        form(
            '<a/><meta><instanceID/><entity dataset="people" id="" create=""><label/></entity></meta>',
            bind("meta/entity/@create", calculate="if(/data/a != '', 1, 0)"),
            bind("meta/entity/label", calculate="/data/a"),
            setvalue("odk-instance-first-load", "meta/entity/@id", "'e-1'"),
            question("a"),
        )
    )
    scenario.answer("a", "x")
    assert scenario.value("meta/entity/@create") == "1"
    assert '<entity dataset="people" id="e-1" create="1"><label>x</label></entity>' in scenario.submission()


def test_preloads_fill_a_new_record_and_its_end() -> None:
    world = World(properties={"deviceid": "tablet-7", "username": "grid-01"})
    scenario = Scenario(
        form(
            "<start/><end/><today/><dev/><who/><meta><instanceID/></meta>",
            bind("start", type="dateTime", preload="timestamp", preloadParams="start"),
            bind("end", type="dateTime", preload="timestamp", preloadParams="end"),
            bind("today", type="date", preload="date", preloadParams="today"),
            bind("dev", preload="property", preloadParams="deviceid"),
            bind("who", preload="property", preloadParams="username"),
            bind("meta/instanceID", preload="uid", type="string"),
        ),
        world=world,
    )
    scenario.expect(
        start="2026-03-05T09:10:00.000+08:00", end="", today="2026-03-05", dev="tablet-7", who="grid-01"
    )
    assert scenario.value("meta/instanceID").startswith("uuid:")
    world.passes(90)
    again = scenario.resumed()
    again.expect(start="2026-03-05T09:10:00.000+08:00")
    submission = again.session.finalise()
    assert submission.instance_id == scenario.value("meta/instanceID")
    again.expect(end="2026-03-05T09:11:30.000+08:00")


def test_groups_do_not_get_in_the_way_of_actions() -> None:
    scenario = Scenario(
        form(
            "<g><a/></g><h><b/></h>",
            group("g", question("g/a", setvalue("xforms-value-changed", "../../h/b", "../../g/a"))),
            group("h", question("h/b")),
        )
    )
    scenario.answer("g/a", "x")
    assert scenario.value("h/b") == "x"


def test_entities_to_be_made_come_with_the_submission() -> None:
    scenario = Scenario(
        form(
            "<name/><m><who/><meta><entity dataset='members' id='' create='' baseVersion=''><label/>"
            "</entity></meta></m><meta><instanceID/>"
            "<entity dataset='homes' id='h-1' create='1'><label/></entity></meta>",
            '<bind nodeset="/data/name" entities:saveto="given_name"/>',
            '<bind nodeset="/data/m/who" entities:saveto="who"/>',
            bind("meta/entity/label", calculate="/data/name"),
            bind("m/meta/entity/@create", calculate="if(../../../who != '', 1, 0)"),
            bind("m/meta/entity/label", calculate="concat('M ', ../../../who)"),
            question("name"),
            repeat(
                "m",
                setvalue(
                    "odk-instance-first-load odk-new-repeat",
                    "m/meta/entity/@id",
                    "concat('m-', count(/data/m))",
                ),
                question("m/who"),
            ),
            model_attributes='entities:entities-version="2025.1.0"',
        )
    )
    scenario.answer("name", "N").add("m").answer("m[2]/who", "W")
    member, home = scenario.session.finalise().entities
    assert (home.dataset, home.id, home.create, home.update, home.label) == ("homes", "h-1", True, False, "N")
    assert home.properties == {"given_name": "N"}
    assert (member.dataset, member.label, member.properties) == ("members", "M W", {"who": "W"})


def test_action_meant_for_one_instance_does_not_set_them_all() -> None:
    scenario = Scenario(
        form(
            "<a/><m><b/></m>",
            question("a", setvalue("xforms-value-changed", "m/b", "/data/a")),
            repeat("m", question("m/b")),
        )
    )
    assert [one.code for one in scenario.definition.warnings] == ["action_target_many"]
    scenario.answer("a", "x")
    assert scenario.value("m[1]/b") == "x"
    scenario.add("m")
    with pytest.raises(FormError) as caught:
        scenario.answer("a", "y")
    assert caught.value.code == "action_target_many"
    scenario.expect(a="x")


def test_preload_wins_over_a_default() -> None:
    scenario = Scenario(
        form("<who>nobody</who>", bind("who", preload="property", preloadParams="username"), question("who")),
        world=World(properties={"username": "grid-01"}),
    )
    scenario.expect(who="grid-01")


@pytest.mark.parametrize("told", ["", "no fix", "300 110.25 0 5"])
def test_setgeopoint_writes_nothing_that_is_no_position(told: str) -> None:
    scenario = Scenario(
        form(
            "<here/>", '<odk:setgeopoint event="odk-instance-first-load" ref="/data/here"/>', question("here")
        ),
        world=World(position=lambda: told),
    )
    scenario.expect(here="")
