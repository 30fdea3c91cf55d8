"""Selects: choices in place, from lists, from repeats; filters; what happens to answers that vanish."""

import pytest

from fieldapp.forms import FormError
from tests.unit.forms.scenario.dsl import (
    Scenario,
    World,
    bind,
    external,
    form,
    items,
    itemset,
    listing,
    question,
    repeat,
    translations,
)

CITIES = listing(
    "cities",
    {"name": "a1", "label": "Alpha one", "state": "a"},
    {"name": "a2", "label": "Alpha two", "state": "a"},
    {"name": "b1", "label": "Beta one", "state": "b"},
)


def cascade(control: str = "select1", *more: str) -> str:
    return form(
        "<state/><city/><copy/>",
        CITIES,
        bind("copy", calculate="/data/city"),
        question("state", items("a", "b"), control="select1"),
        question("city", itemset("instance('cities')/root/item[state = /data/state]"), control=control),
        *more,
    )


def test_filter_follows_the_answer_it_reads() -> None:
    scenario = Scenario(cascade())
    assert scenario.choices("city") == []
    scenario.answer("state", "a")
    assert scenario.changes.choices == ("/data/city",)
    assert scenario.choices("city") == ["a1", "a2"]
    assert [str(choice.label) for choice in scenario.session.choices("/data/city")] == [
        "Alpha one",
        "Alpha two",
    ]


def test_answer_is_dropped_when_its_choice_vanishes() -> None:
    scenario = Scenario(cascade()).answer("state", "a").answer("city", "a2").expect(copy="a2")
    scenario.answer("state", "b").expect(city="", copy="")
    assert scenario.changes.values == ("/data/state", "/data/city", "/data/copy")
    scenario.undo().expect(state="a", city="a2", copy="a2")


def test_several_answers_keep_those_that_remain_in_their_order() -> None:
    scenario = Scenario(
        form(
            "<min/><s/>",
            listing("n", *({"name": str(n), "label": f"N{n}"} for n in range(1, 6))),
            bind("min", type="int"),
            question("min"),
            question("s", itemset("instance('n')/root/item[name >= /data/min]"), control="select"),
        )
    )
    scenario.answer("min", 1).answer("s", ["5", "1", "3", "2"]).expect(s="5 1 3 2")
    scenario.answer("min", 3).expect(s="5 3")


def test_answer_that_is_no_choice_is_refused() -> None:
    scenario = Scenario(cascade("select")).answer("state", "a")
    with pytest.raises(FormError) as caught:
        scenario.answer("city", ["a1", "b1"])
    assert caught.value.code == "value_no_choice"
    scenario.expect(city="")


def test_choices_in_place_have_labels_in_the_session_language() -> None:
    scenario = Scenario(
        form(
            "<s/><name/>",
            translations(zh={"yes": "是", "q": "问"}, en={"yes": "Yes", "q": "Ask"}),
            bind("name", calculate="jr:choice-name(/data/s, '/data/s')"),
            question(
                "s",
                "<label ref=\"jr:itext('q')\"/>",
                "<item><label ref=\"jr:itext('yes')\"/><value>1</value></item>",
                control="select1",
            ),
        )
    )
    scenario.answer("s", "1").expect(name="是")
    scenario.speak("en").expect(name="Yes")
    assert scenario.changes.values == ("/data/name",)
    assert scenario.label("s") == "Ask"
    assert str(scenario.session.choices("/data/s")[0].label) == "Yes"
    scenario.undo().expect(s="", name="")


def test_list_labels_from_translations_by_id() -> None:
    scenario = Scenario(
        form(
            "<s/>",
            '<instance id="l"><root><item><itextId>l-0</itextId><name>x</name></item></root></instance>',
            translations(zh={"l-0": {"": "甲", "image": "jr://images/a.png"}}, en={"l-0": "A"}),
            question("s", itemset("instance('l')/root/item", label="jr:itext(itextId)"), control="select1"),
        )
    )
    choice = scenario.session.choices("/data/s")[0]
    assert (str(choice.label), dict(choice.label.media)) == ("甲", {"image": "a.png"})
    scenario.speak("en")
    assert str(scenario.session.choices("/data/s")[0].label) == "A"


def test_choice_name_follows_the_filter_of_the_question() -> None:
    scenario = Scenario(
        cascade().replace(
            '<bind nodeset="/data/copy" calculate="/data/city"/>',
            bind("copy", calculate="jr:choice-name(/data/city, '/data/city')"),
        )
    )
    scenario.answer("state", "a").answer("city", "a1").expect(copy="Alpha one")
    scenario.answer("state", "b").expect(copy="")


def test_choices_from_the_instances_of_a_repeat() -> None:
    scenario = Scenario(
        form(
            "<m><id/><nick/></m><head/>",
            bind("m/id", calculate="position(..)"),
            repeat("m", question("m/nick")),
            question("head", itemset("/data/m[nick != '']", "id", "nick"), control="select1"),
        )
    )
    assert scenario.choices("head") == []
    scenario.answer("m[1]/nick", "One").add("m").answer("m[2]/nick", "Two").answer("head", "2")
    assert [str(one.label) for one in scenario.session.choices("/data/head")] == ["One", "Two"]
    scenario.answer("m[2]/nick", "Second")
    assert scenario.changes.choices == ("/data/head",)
    assert [str(one.label) for one in scenario.session.choices("/data/head")] == ["One", "Second"]
    scenario.answer("m[2]/nick", "").expect(head="")


def test_choices_taken_in_other_instances_can_be_left_out() -> None:
    scenario = Scenario(
        form(
            "<m><s/></m>",
            listing("l", {"name": "x", "label": "X"}, {"name": "y", "label": "Y"}),
            repeat(
                "m",
                question(
                    "m/s",
                    itemset(
                        "instance('l')/root/item[not(selected(join(' ',"
                        " /data/m[position() != position(current()/..)]/s), name))]"
                    ),
                    control="select1",
                ),
            ),
        )
    )
    scenario.answer("m[1]/s", "x").add("m")
    assert scenario.choices("m[2]/s") == ["y"]
    assert scenario.choices("m[1]/s") == ["x", "y"]
    scenario.answer("m[2]/s", "y")
    assert scenario.choices("m[1]/s") == ["x"]
    assert scenario.value("m[1]/s") == "x"


def test_csv_list_with_byte_order_mark_semicolons_and_blank_rows() -> None:
    scenario = Scenario(
        form(
            "<s/>",
            external("l", "jr://file-csv/l.csv"),
            question("s", itemset("instance('l')/root/item"), control="select1"),
        ),
        attachments={"l.csv": "\ufeffname;label;a b\nx;甲;1\n;;\ny;乙, 二;2\n".encode()},
    )
    assert scenario.choices("s") == ["x", "y"]
    assert str(scenario.session.choices("/data/s")[1].label) == "乙, 二"
    assert scenario.definition.attachments == ("l.csv",)


def test_xml_list() -> None:
    scenario = Scenario(
        form(
            "<s/>",
            external("l", "jr://file/l.xml"),
            question("s", itemset("instance('l')/root/item"), control="select1"),
        ),
        attachments={"l.xml": b"<root xmlns='urn:x'><item><name>x</name><label>X</label></item></root>"},
    )
    assert scenario.choices("s") == ["x"]


def test_geojson_list_has_geometry_and_properties() -> None:
    scenario = Scenario(
        form(
            "<s/><where/><kind/>",
            external("l", "jr://file/l.geojson"),
            bind("where", calculate="instance('l')/root/item[id = /data/s]/geometry"),
            bind("kind", calculate="instance('l')/root/item[id = /data/s]/kind"),
            question("s", itemset("instance('l')/root/item", "id", "title"), control="select1"),
        ),
        attachments={
            "l.geojson": b"""{"type": "FeatureCollection", "features": [
            {"type": "Feature", "id": "p", "properties": {"title": "P", "kind": 7},
             "geometry": {"type": "Point", "coordinates": [102.5, 0.5]}},
            {"type": "Feature", "id": "t", "properties": {"title": "T", "kind": null},
             "geometry": {"type": "LineString", "coordinates": [[1, 2], [3, 4, 5]]}}]}"""
        },
    )
    scenario.answer("s", "p").expect(where="0.5 102.5 0 0", kind="7")
    scenario.answer("s", "t").expect(where="2 1 0 0; 4 3 5 0", kind="")


@pytest.mark.parametrize(
    ("name", "content"),
    [("l.csv", b"\xff\xfe\x00"), ("l.geojson", b"{}"), ("l.geojson", b"no json"), ("l.xml", b"<root>")],
)
def test_list_that_cannot_be_read_is_a_coded_error_naming_the_file(name: str, content: bytes) -> None:
    scenario = Scenario(
        form(
            "<s/>",
            external("l", f"jr://file/{name}"),
            question("s", itemset("instance('l')/root/item"), control="select1"),
        ),
        attachments={name: content},
    )
    with pytest.raises(FormError) as caught:
        scenario.choices("s")
    assert (caught.value.code, caught.value.facts["file"]) == ("attachment_malformed", name)


def test_lists_of_the_program_are_asked_for_when_needed() -> None:
    asked: list[str] = []

    def households() -> list[dict[str, str]]:
        asked.append("households")
        return [{"name": "h1", "label": "First"}, {"name": "h2", "label": "Second"}]

    scenario = Scenario(
        form(
            "<s/>",
            external("hh", "jr://instance/households"),
            question("s", itemset("instance('hh')/root/item"), control="select1"),
        ),
        world=World(lists={"households": households}),
    )
    assert asked == []
    assert scenario.choices("s") == ["h1", "h2"]
    assert scenario.choices("s") == ["h1", "h2"]
    assert asked == ["households"]


def test_last_saved_record_can_be_looked_up() -> None:
    xml = form(
        "<a/><b/>",
        external("last", "jr://instance/last-saved"),
        '<setvalue event="odk-instance-first-load" ref="/data/a" value="instance(\'last\')/data/a"/>',
        question("a"),
    )
    first = Scenario(xml).answer("a", "before")
    saved = first.session.finalise().xml
    assert Scenario(xml, world=World(last_saved=saved)).value("a") == "before"
    assert Scenario(xml).value("a") == ""


def test_randomized_choices_with_a_seed_keep_their_order() -> None:
    xml = form(
        "<seed>7</seed><s/>",
        listing("n", *({"name": str(n), "label": str(n)} for n in range(20))),
        question("s", itemset("randomize(instance('n')/root/item, /data/seed)"), control="select1"),
    )
    first, second = Scenario(xml), Scenario(xml)
    assert first.choices("s") == second.choices("s")
    assert sorted(first.choices("s"), key=int) == [str(n) for n in range(20)] != first.choices("s")


def test_rank_takes_an_order_of_the_choices() -> None:
    scenario = Scenario(form("<r/>", question("r", items("a", "b", "c"), control="odk:rank")))
    scenario.answer("r", ["c", "a", "b"]).expect(r="c a b")
    assert scenario.question("r").values == ("c", "a", "b")


def test_select_one_value_may_hold_blanks() -> None:
    scenario = Scenario(
        form(
            "<on>1</on><s/>",
            listing("l", {"name": "New Town", "label": "NT"}),
            question("on"),
            question("s", itemset("instance('l')/root/item[/data/on != '']"), control="select1"),
        )
    )
    scenario.answer("s", "New Town").answer("on", "2").expect(s="New Town")
    scenario.answer("on", "").expect(s="")


def test_choices_from_a_repeat_follow_its_values() -> None:
    scenario = Scenario(
        form(
            "<m><code/><text/></m><pick/>",
            repeat("m", question("m/code"), question("m/text")),
            question("pick", itemset("../m", "code", "text"), control="select1"),
        )
    )
    scenario.answer("m[1]/code", "a").answer("m[1]/text", "A")
    assert scenario.choices("pick") == ["a"]
    scenario.answer("pick", "a").answer("m[1]/code", "b")
    assert scenario.choices("pick") == ["b"]
    assert "/data/pick" in scenario.changes.choices
    scenario.expect(pick="")


def test_choice_may_stand_for_no_value() -> None:
    scenario = Scenario(
        form(
            "<a/>",
            question("a", "<item><label>None</label><value/></item>", items("x"), control="select1"),
        )
    )
    assert scenario.choices("a") == ["", "x"]
    scenario.answer("a", "x").answer("a", "").expect(a="")


@pytest.mark.parametrize(("seed", "order"), [("1234", "gfedahbc"), ("'foo'", "eadbhgcf")])
def test_seeded_order_is_that_of_other_programs(seed: str, order: str) -> None:
    scenario = Scenario(
        form(
            "<a/>",
            listing("letters", *({"name": letter, "label": letter} for letter in "abcdefgh")),
            question("a", itemset(f"randomize(instance('letters')/root/item, {seed})"), control="select1"),
        )
    )
    assert "".join(scenario.choices("a")) == order


def test_geojson_feature_has_the_id_it_stands_under() -> None:
    features = (
        b'{"type": "FeatureCollection", "features": [{"type": "Feature", "id": "top", "geometry": null,'
        b' "properties": {"id": "inner", "name": "N"}}]}'
    )
    scenario = Scenario(
        form(
            "<a/>",
            external("places", "jr://file/places.geojson"),
            question("a", itemset("instance('places')/root/item", "id", "name"), control="select1"),
        ),
        attachments={"places.geojson": features},
    )
    assert scenario.choices("a") == ["top"]
