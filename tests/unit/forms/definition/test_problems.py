"""What is wrong with a definition: all of it at once, each with its place."""

import pytest

from fieldapp.forms import DefinitionError, DocumentError, Problem, Severity, read_definition
from fieldapp.forms.tree import Limits
from tests.unit.forms.scenario.dsl import (
    bind,
    external,
    form,
    group,
    items,
    itemset,
    listing,
    question,
    repeat,
    setvalue,
    translations,
)


def problems(xml: str) -> list[Problem]:
    try:
        return list(read_definition(xml, {}).warnings)
    except DefinitionError as error:
        return list(error.problems)


def found(xml: str) -> list[tuple[str, str, str]]:
    return [(one.code, one.reference, one.attribute) for one in problems(xml)]


def test_all_problems_are_found_at_once() -> None:
    xml = form(
        "<a/><b/>",
        bind("a", relevant="selected(", constraint="nonsense(.)", calculate="1 +"),
        bind("none", type="int"),
        bind("b", required="/data/b = 1"),
        question("missing"),
        question("b", itemset("instance('nowhere')/root/item"), control="select1"),
    )
    assert {(one.code, one.reference, one.attribute) for one in problems(xml)} == {
        ("expression_incomplete", "/data/a", "relevant"),
        ("function_unknown", "/data/a", "constraint"),
        ("expression_incomplete", "/data/a", "calculate"),
        ("reference_not_found", "/data/none", "bind"),
        ("reference_not_found", "/data", "input"),
        ("instance_unknown", "/data/b", "choices"),
        ("cycle", "/data/b", "required"),
    }


def test_problem_of_an_expression_tells_where_in_it() -> None:
    problem = problems(form("<a/>", bind("a", calculate="1 + unheard-of(2)")))[0]
    assert problem.facts["expression"] == "1 + unheard-of(2)"
    assert problem.facts["start"] == 4
    assert "unheard-of" in str(problem)


@pytest.mark.parametrize(
    ("binds", "place"),
    [
        ({"a": {"calculate": ". + 1"}}, ("/data/a", "calculate")),
        ({"a": {"relevant": ". = 1"}}, ("/data/a", "relevant")),
        ({"a": {"readonly": ". = 1"}}, ("/data/a", "readonly")),
        ({"a": {"required": ". = 1"}}, ("/data/a", "required")),
        ({"a": {"calculate": "/data/b"}, "b": {"calculate": "/data/a"}}, ("/data/a", "calculate")),
        ({"a": {"relevant": "/data/b = 1"}, "b": {"relevant": "/data/a = 1"}}, ("/data/a", "relevant")),
        ({"a": {"relevant": "/data/b = 1"}, "b": {"calculate": "/data/a"}}, ("/data/a", "relevant")),
        ({"g": {"relevant": "/data/g/c = 1"}}, ("/data/g", "relevant")),
        ({"m/x": {"calculate": "../x + 1"}}, ("/data/m/x", "calculate")),
        ({"m/x": {"calculate": "sum(../../m/x)"}}, ("/data/m/x", "calculate")),
        ({"m/x": {"calculate": "../y"}, "m/y": {"calculate": "../x"}}, ("/data/m/x", "calculate")),
        ({"m/x": {"calculate": "/data/a"}, "a": {"calculate": "sum(/data/m/x)"}}, ("/data/a", "calculate")),
    ],
)
def test_cycles_are_errors(binds: dict[str, dict[str, str]], place: tuple[str, str]) -> None:
    xml = form(
        "<a/><b/><g><c/></g><m><x/><y/></m>",
        *(bind(path, **attributes) for path, attributes in binds.items()),
        repeat("m", question("m/x")),
    )
    cycles = [one for one in problems(xml) if one.code == "cycle"]
    assert [(one.reference, one.attribute) for one in cycles] == [place]
    assert all(f"/data/{path}" in str(cycles[0].facts["members"]) for path in binds)


@pytest.mark.parametrize(
    "binds",
    [
        {"a": {"constraint": ". > 1"}},
        {"m/x": {"calculate": "position(..)"}},
        {"m": {"relevant": "position(.) < 3"}},
        {"m/x": {"calculate": "count(../../m)"}},
        {"m/x": {"calculate": "../../m[position() = position(current()/..) - 1]/x"}},
        {"m/x": {"relevant": "../y = 1"}, "m/y": {"calculate": "sum(/data/g/c)"}},
        {"a": {"calculate": "once(/data/b)"}},
    ],
)
def test_what_only_looks_like_a_cycle_is_none(binds: dict[str, dict[str, str]]) -> None:
    xml = form(
        "<a/><b/><g><c/></g><m><x/><y/></m>",
        *(bind(path, **attributes) for path, attributes in binds.items()),
        repeat("m", question("m/x")),
    )
    assert [one for one in problems(xml) if one.severity is Severity.ERROR] == []


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ((question("a", items(), control="select1"),), "choices_missing"),
        ((question("a", "<item><label>x</label></item>", control="select1"),), "choice_without_value"),
        ((question("a", '<itemset nodeset="/data/a"/>', control="select1"),), "itemset_incomplete"),
        ((question("a", control="range", start="1", end="5"),), "range_invalid"),
        ((question("a", control="range", start="1", end="5", step="0"),), "range_invalid"),
        ((question("m/x"), repeat("m")), "control_outside_repeat"),
        ((repeat("m"), repeat("m")), "repeat_repeated"),
        ((question("m"),), "question_on_group"),
        (("<input><label>A</label></input>",), "control_without_reference"),
        (('<input bind="none"/>',), "bind_unknown"),
        ((question("a", setvalue("no-such-event", "a", "1")),), "event_unknown"),
        ((setvalue("", "a", "1"),), "event_missing"),
        (('<submission method="get"/>',), "submission_method_unsupported"),
        ((setvalue("odk-new-repeat", "m/x", "1"), repeat("m")), "event_outside_repeat"),
        ((setvalue("odk-instance-load", "none", "1"),), "reference_not_found"),
        ((bind("a", type="mystery"),), "type_unknown"),
        ((bind("a", relevant="/data/typo = 1"),), "reference_not_found"),
        ((bind("m", calculate="1"),), "calculate_on_group"),
        ((external("l", "jr://file-csv/l.csv"),), "attachment_missing"),
        ((listing("l"), listing("l")), "instance_repeated"),
        ((question("a", "<label ref=\"jr:itext('none')\"/>"),), "text_missing"),
        (
            (translations(zh={}, en={"a": "A"}), question("a", "<label ref=\"jr:itext('a')\"/>")),
            "text_missing_in_default",
        ),
        ((group("none", question("a")),), "reference_not_found"),
    ],
)
def test_each_kind_of_problem_has_its_code(parts: tuple[str, ...], code: str) -> None:
    assert code in [one[0] for one in found(form("<a/><m><x/></m>", *parts))]


def test_form_without_problems_has_none() -> None:
    assert found(form("<a/>", bind("a", type="int"), question("a", "A"))) == []


def test_newer_entities_are_refused() -> None:
    xml = form("<a/>", question("a"), model_attributes='entities:entities-version="2031.1.0"')
    assert found(xml) == [("entities_version_unsupported", "", "entities-version")]


@pytest.mark.parametrize("part", ["h:body", "model", "instance"])
def test_document_that_is_no_form_says_what_is_missing(part: str) -> None:
    xml = form("<a/>").replace(f"<{part}", "<other").replace(f"</{part}>", "</other>")
    with pytest.raises(DefinitionError) as caught:
        read_definition(xml)
    assert caught.value.problems[0].code == "definition_incomplete"


@pytest.mark.parametrize(
    ("xml", "code"),
    [
        ("", "document_malformed"),
        ("<a", "document_malformed"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "document_doctype_forbidden"),
        ("<a>" * 300 + "</a>" * 300, "document_too_deep"),
    ],
)
def test_bad_document_is_a_coded_error(xml: str, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_definition(xml)
    assert caught.value.code == code


def test_limits_can_be_tightened() -> None:
    with pytest.raises(DocumentError) as caught:
        read_definition(form("<a/>"), limits=Limits(size=100, depth=10, nodes=10))
    assert caught.value.code == "document_too_large"


def test_instance_beyond_its_limit_is_refused_in_time() -> None:
    xml = form("".join(f"<q{number}/>" for number in range(25_000)))
    assert found(xml) == [("instance_too_large", "", "instance")]
