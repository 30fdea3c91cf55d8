"""What a definition tells about itself."""

from fieldapp.forms import read_definition
from fieldapp.forms.view import DataType
from tests.unit.forms.scenario.dsl import bind, external, form, question, repeat


def test_identity_title_and_style() -> None:
    definition = read_definition(
        form(
            "<a/>",
            question("a"),
            title=" 高风险家庭评估 ",
            version="2026030501",
            body_class="pages theme-grid",
        )
    )
    assert (definition.form_id, definition.version, definition.title) == (
        "scenario",
        "2026030501",
        "高风险家庭评估",
    )
    assert definition.style == ("pages", "theme-grid")


def test_version_may_have_the_openrosa_prefix() -> None:
    xml = form("<a/>", question("a"), root='<data id="x" orx:version="7">')
    assert read_definition(xml).version == "7"


def test_relative_nodeset_of_a_bind_begins_at_the_root() -> None:
    xml = form("<a/><g><b/></g>", '<bind nodeset="g/b" type="int"/>', question("a"))
    assert read_definition(xml).nodes["/data/g/b"].type is DataType.INT


def test_entities_name_their_list_and_what_becomes_their_properties() -> None:
    definition = read_definition(
        form(
            '<a/><b/><meta><instanceID/><entity dataset="people" create="1" id=""><label/></entity></meta>',
            '<bind nodeset="/data/a" entities:saveto="given"/>',
            bind("b"),
            question("a"),
            model_attributes='entities:entities-version="2024.1.0"',
        )
    )
    (entity,) = definition.entities
    assert (entity.path, entity.dataset, entity.properties) == (
        "/data/meta/entity",
        "people",
        {"given": "/data/a"},
    )


def test_dependencies_are_ranked_before_their_readers() -> None:
    definition = read_definition(
        form(
            "<a/><b/><c/><m><x/><y/></m>",
            bind("a", calculate="/data/b + 1"),
            bind("b", calculate="/data/c + 1"),
            bind("m/x", calculate="../y + /data/a"),
            bind("m", relevant="/data/c > 0"),
            repeat("m", question("m/y"), count="/data/a"),
        )
    )
    rank = {(one.spec.path, one.kind.name): one.rank for one in definition.computations}
    assert rank["/data/b", "CALCULATE"] < rank["/data/a", "CALCULATE"] < rank["/data/m", "COUNT"]
    assert rank["/data/m", "RELEVANT"] < rank["/data/m/x", "CALCULATE"]
    assert rank["/data/a", "CALCULATE"] < rank["/data/m/x", "CALCULATE"]
    assert not any(one.is_cyclic for one in definition.computations)


def test_dependency_knows_how_many_instances_it_shares() -> None:
    definition = read_definition(
        form(
            "<o><i><x/><y/><z/></i><w/></o>",
            bind("o/i/y", calculate="../x"),
            bind("o/i/z", calculate="../../w"),
            bind("o/w", calculate="sum(../i/x)"),
            repeat("o", repeat("o/i", question("o/i/x"))),
        )
    )
    depths = {one.computation.spec.path: one.depth for one in definition.nodes["/data/o/i/x"].dependents}
    assert depths == {"/data/o/i/y": 2, "/data/o/w": 1}
    assert [one.depth for one in definition.nodes["/data/o/w"].dependents] == [1]


def test_lists_are_not_read_before_they_are_asked_for() -> None:
    definition = read_definition(
        form("<a/>", external("l", "jr://file-csv/l.csv"), question("a")), {"l.csv": b"\xff broken"}
    )
    assert definition.attachments == ("l.csv",)
    without = read_definition(form("<a/>", external("l", "jr://file-csv/l.csv"), question("a")))
    assert without.attachments == ("l.csv",)
