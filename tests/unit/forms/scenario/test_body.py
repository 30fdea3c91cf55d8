"""What is on the screen: controls, pages, jump list, types of answers."""

import datetime as dt
from decimal import Decimal

import pytest

from fieldapp.forms import FormError
from fieldapp.forms.view import Answer, Control, DataType
from tests.unit.forms.scenario.dsl import SHANGHAI, Scenario, bind, form, group, items, question, repeat


def test_pages_are_questions_field_lists_and_prompts_in_order() -> None:
    scenario = Scenario(
        form(
            "<a/><g><b/><h><c/></h></g><k><d/></k><m><e/></m><hidden/>",
            bind("hidden", calculate="1"),
            question("a"),
            group("g", "G", question("g/b"), group("g/h", question("g/h/c")), appearance="field-list"),
            group("k", "K", question("k/d")),
            group("m", "M", repeat("m", question("m/e"))),
        )
    )
    pages = scenario.session.pages()
    assert scenario.pages() == [
        "/data/a",
        "field_list:/data/g",
        "/data/k/d",
        "/data/m[1]/e",
        "add_repeat:/data/m",
        "end:",
    ]
    assert pages[1].questions == ("/data/g/b", "/data/g/h", "/data/g/h/c")
    assert pages[2].trail == ("/data/k",)
    assert pages[3].trail == ("/data/m[1]",)


def test_field_list_of_a_repeat_is_one_page_for_each_instance() -> None:
    scenario = Scenario(
        form("<m><a/><b/></m>", repeat("m", question("m/a"), question("m/b"), appearance="field-list"))
    )
    scenario.add("m")
    assert scenario.pages() == [
        "field_list:/data/m[1]",
        "field_list:/data/m[2]",
        "add_repeat:/data/m",
        "end:",
    ]


def test_repeat_inside_a_field_list_is_on_its_page() -> None:
    scenario = Scenario(
        form("<g><m><a/></m></g>", group("g", repeat("g/m", question("g/m/a")), appearance="field-list"))
    )
    assert scenario.session.pages()[0].questions == ("/data/g/m", "/data/g/m[1]", "/data/g/m[1]/a")


def test_irrelevant_pages_are_left_out() -> None:
    scenario = Scenario(
        form(
            "<a/><g><b/></g>",
            bind("g/b", relevant="/data/a = 1"),
            question("a"),
            group("g", question("g/b"), appearance="field-list"),
        )
    )
    assert scenario.pages() == ["/data/a", "end:"]
    scenario.answer("a", 1)
    assert scenario.pages() == ["/data/a", "field_list:/data/g", "end:"]


def test_place_is_kept_in_the_draft() -> None:
    scenario = Scenario(form("<a/><b/><c/>", question("a"), question("b"), question("c")))
    assert scenario.session.current.reference == "/data/a"
    scenario.session.show("/data/b")
    assert scenario.resumed().session.current.reference == "/data/b"
    scenario.session.show("")
    assert scenario.session.current.kind == "end"


def test_showing_what_has_no_page_is_refused() -> None:
    scenario = Scenario(form("<a/><b/>", bind("b", relevant="false()"), question("a"), question("b")))
    with pytest.raises(FormError) as caught:
        scenario.session.show("/data/b")
    assert caught.value.code == "page_irrelevant"


def test_tree_of_views_can_be_walked_from_the_root() -> None:
    scenario = Scenario(
        form(
            "<a/><m><b/></m>",
            group("", "Layout", question("a")),
            group("m", "M", repeat("m", question("m/b"))),
        )
    )
    root = scenario.group("")
    layout, many = (scenario.session.view(child) for child in root.children)
    assert (layout.control, str(layout.label), layout.relevant) == (Control.GROUP, "Layout", True)
    assert layout.reference != "/data"
    assert scenario.group(layout.reference).children == ("/data/a",)
    assert scenario.question("a").parent == layout.reference
    assert (many.reference, many.control, str(many.label)) == ("/data/m", Control.REPEAT, "M")
    instance = scenario.group("m[1]")
    assert (instance.control, instance.position, instance.parent) == (Control.REPEAT_INSTANCE, 1, "/data/m")
    assert instance.children == ("/data/m[1]/b",)
    assert scenario.question("m[1]/b").parent == "/data/m[1]"


def test_two_controls_of_one_node_have_references_of_their_own() -> None:
    scenario = Scenario(form("<a/>", question("a", "First"), question("a", "Second")))
    first, second = scenario.group("").children
    assert (scenario.label(first), scenario.label(second)) == ("First", "Second")
    scenario.answer(second, "x")
    assert scenario.value("a") == scenario.question(second).value == "x"


@pytest.mark.parametrize(
    ("type", "given", "stored"),
    [
        ("string", "  as typed ", "  as typed "),
        ("string", 5, "5"),
        ("string", None, ""),
        ("int", 7, "7"),
        ("int", " 007 ", "7"),
        ("int", "-3", "-3"),
        ("int", "", ""),
        ("decimal", Decimal("1.50"), "1.50"),
        ("decimal", 0.25, "0.25"),
        ("decimal", "1e3", "1000"),
        ("boolean", True, "true"),
        ("date", dt.date(2026, 3, 5), "2026-03-05"),
        ("date", "2026-03-05", "2026-03-05"),
        ("date", dt.datetime(2026, 3, 5, 23, 0, tzinfo=SHANGHAI), "2026-03-05"),
        ("time", dt.time(9, 5), "09:05:00.000"),
        ("time", "09:05", "09:05:00.000"),
        ("time", "09:05:30+08:00", "09:05:30+08:00"),
        ("time", "09:05Z", "09:05:00.000Z"),
        ("dateTime", dt.datetime(2026, 3, 5, 9, 0, tzinfo=SHANGHAI), "2026-03-05T09:00:00.000+08:00"),
        ("dateTime", "2026-03-05T09:00:00", "2026-03-05T09:00:00.000+08:00"),
        ("geopoint", "30.5 110.2", "30.5 110.2"),
        ("geotrace", "30 110 0 0; 31 111 0 0;", "30 110 0 0;31 111 0 0"),
        ("geoshape", "1 1;2 2;3 1;1 1", "1 1;2 2;3 1;1 1"),
        ("binary", "photo.jpg", "photo.jpg"),
        ("barcode", "690 123", "690 123"),
    ],
)
def test_answers_are_stored_as_their_type_has_them(type: str, given: Answer, stored: str) -> None:
    scenario = Scenario(form("<a/>", bind("a", type=type), question("a")))
    assert scenario.answer("a", given).value("a") == stored


@pytest.mark.parametrize(
    ("type", "given", "code"),
    [
        ("int", "1.5", "value_not_integer"),
        ("int", "twelve", "value_not_integer"),
        ("int", "２", "value_not_integer"),
        ("int", 2**31, "value_out_of_range"),
        ("int", "9" * 5000, "value_out_of_range"),
        ("decimal", "1,5", "value_not_decimal"),
        ("decimal", "NaN", "value_not_decimal"),
        ("decimal", "1e999999999", "value_not_decimal"),
        ("date", "2026-02-30", "value_not_date"),
        ("time", "25:00", "value_not_time"),
        ("dateTime", "soon", "value_not_datetime"),
        ("geopoint", "91 0", "value_not_geo"),
        ("geopoint", "1 1;2 2", "value_not_geo"),
        ("geotrace", "1 1", "value_not_geo"),
        ("geoshape", "1 1;2 2;3 3;4 4", "value_not_geo"),
        ("string", "x" * 200_000, "value_too_long"),
    ],
)
def test_answer_the_type_cannot_hold_is_refused(type: str, given: Answer, code: str) -> None:
    scenario = Scenario(form("<a/>", bind("a", type=type), question("a")))
    with pytest.raises(FormError) as caught:
        scenario.answer("a", given)
    assert caught.value.code == code
    assert scenario.value("a") == ""


def test_range_has_a_scale_and_keeps_to_it() -> None:
    scenario = Scenario(
        form(
            "<a/>",
            bind("a", type="decimal"),
            question("a", control="range", start="-1", end="1", step="0.5", appearance="vertical"),
        )
    )
    scale = scenario.question("a").range
    assert scale is not None
    assert scale.values() == tuple(map(Decimal, ("-1", "-0.5", "0.0", "0.5", "1.0")))
    scenario.answer("a", "0.5").expect(a="0.5")
    with pytest.raises(FormError) as caught:
        scenario.answer("a", 2)
    assert caught.value.code == "value_out_of_range"


def test_upload_trigger_and_barcode_controls() -> None:
    scenario = Scenario(
        form(
            "<photo/><ok/><code/>",
            bind("photo", type="binary"),
            bind("ok", required="true()"),
            bind("code", type="barcode"),
            question("photo", control="upload", mediatype="image/*"),
            question("ok", control="trigger"),
            question("code"),
        )
    )
    assert scenario.question("photo").media_type == "image/*"
    assert scenario.question("ok").control is Control.TRIGGER
    assert scenario.question("code").type is DataType.BARCODE
    scenario.answer("photo", "p.jpg").answer("ok", "OK")
    assert scenario.session.finalise().files == ("p.jpg",)
    assert scenario.answer("ok", False).value("ok") == ""
    assert scenario.answer("ok", True).value("ok") == "OK"


def test_note_is_a_readonly_question_without_value() -> None:
    scenario = Scenario(form("<n/>", bind("n", readonly="true()"), question("n", "Read this")))
    view = scenario.question("n")
    assert (view.control, view.readonly, view.value, view.validity.is_valid) == (
        Control.INPUT,
        True,
        "",
        True,
    )


def test_relative_references_inside_groups_and_repeats() -> None:
    scenario = Scenario(
        form(
            "<g><a/><m><b/></m></g>",
            '<group ref="/data/g"><input ref="a"><label>A</label></input>'
            '<repeat nodeset="m"><input ref="b"><label>B</label></input></repeat></group>',
        )
    )
    scenario.answer("g/a", "x").answer("g/m[1]/b", "y")
    assert scenario.label("g/m[1]/b") == "B"


def test_controls_may_name_their_bind() -> None:
    scenario = Scenario(
        form(
            "<a/>",
            '<bind id="x" nodeset="/data/a" required="true()"/>',
            '<input bind="x"><label>A</label></input>',
        )
    )
    assert scenario.question("a").required
    assert scenario.label("a") == "A"


@pytest.mark.parametrize(
    "reference", ["/data/none", "/other/a", "/data/m[9]/a", "/data/m[0]", "/data#99", "nonsense["]
)
def test_reference_that_leads_nowhere_is_refused(reference: str) -> None:
    scenario = Scenario(form("<a/><m><a/></m>", question("a"), repeat("m", question("m/a"))))
    with pytest.raises(FormError) as caught:
        scenario.session.view(reference)
    assert caught.value.code == "reference_unknown"


def test_model_only_nodes_can_be_looked_at() -> None:
    scenario = Scenario(form("<c/>", bind("c", calculate="1 + 1")))
    assert (scenario.question("c").control, scenario.value("c")) == (Control.NONE, "2")
    assert scenario.group("meta").control is Control.GROUP


def test_select_control_words() -> None:
    scenario = Scenario(form("<s/>", question("s", items("1", "2"), control="select1", appearance="likert")))
    view = scenario.question("s")
    assert (view.control, view.has_choices, view.appearance) == (Control.SELECT_ONE, True, ("likert",))
