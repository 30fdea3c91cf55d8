"""Submissions, drafts, corrections, reading: the documents of a record."""

import re

import pytest

from fieldapp.forms import DocumentError, FormError, FormSession, read_definition
from fieldapp.forms.view import Condition
from tests.unit.forms.scenario.dsl import Scenario, World, bind, form, group, question, repeat, setvalue

ASK = form(
    "<ask/><a/><g><b>preset</b></g><m><x/></m>",
    bind("a", relevant="/data/ask = 1"),
    bind("g", relevant="/data/ask = 1"),
    question("ask"),
    question("a"),
    group("g", question("g/b")),
    repeat("m", question("m/x")),
)


def test_submission_leaves_out_what_is_not_relevant_and_keeps_blank_answers() -> None:
    scenario = Scenario(ASK).answer("m[1]/x", "<&>").add("m")
    assert scenario.submission() == (
        '<data id="scenario" version="1"><ask/><m><x>&lt;&amp;&gt;</x></m><m><x/></m>'
        "<meta><instanceID>uuid:00000000-0000-0000-0000-000000000001</instanceID></meta></data>"
    )


def test_submission_keeps_attributes_prefixes_and_the_default_namespace() -> None:
    xml = form(
        '<a kind="k"/><orx:meta><orx:instanceID/></orx:meta>',
        question("a"),
        root='<data xmlns="http://example.org/form" id="scenario" version="1" orx:extra="e">',
    )
    text = Scenario(xml).submission()
    assert text.startswith("<data ")
    assert 'xmlns="http://example.org/form"' in text
    assert 'orx:extra="e"' in text
    assert 'xmlns:orx="http://openrosa.org/xforms"' in text
    assert '<a kind="k"/>' in text
    assert "<orx:instanceID>uuid:" in text


def test_missing_instance_id_is_added_in_the_openrosa_namespace() -> None:
    xml = form("<a/>", question("a")).replace("<meta><instanceID/></meta>", "")
    assert re.search(
        r"<orx:meta xmlns:orx=\"[^\"]+\"><orx:instanceID>uuid:[0-9a-f-]+<", Scenario(xml).submission()
    )


def test_instance_name_and_files_come_with_the_submission() -> None:
    scenario = Scenario(
        form(
            "<a/><p/><hidden/><meta><instanceID/><instanceName/></meta>",
            bind("p", type="binary"),
            bind("hidden", type="binary", relevant="false()"),
            bind("meta/instanceName", calculate="concat('Visit ', /data/a)"),
            question("a"),
            question("p", control="upload", mediatype="image/*"),
        )
    )
    scenario.answer("a", "7").answer("p", "p.jpg").answer("hidden", "h.jpg")
    submission = scenario.session.finalise()
    assert (submission.instance_name, submission.files) == ("Visit 7", ("p.jpg",))
    assert submission.instance_id.startswith("uuid:")


def test_draft_keeps_what_is_not_relevant() -> None:
    scenario = Scenario(ASK).answer("ask", 1).answer("a", "typed").answer("g/b", "b").answer("ask", 0)
    again = scenario.resumed()
    again.expect(a="typed", g__b="b")
    assert not again.relevant("a")
    again.answer("ask", 1)
    assert again.session.save_draft() == scenario.answer("ask", 1).session.save_draft()


def test_draft_keeps_all_instances_also_none() -> None:
    scenario = Scenario(ASK).add("m").answer("m[2]/x", "two")
    assert scenario.resumed().value("m[2]/x") == "two"
    scenario.remove("m[1]").remove("m[1]")
    assert scenario.resumed().count("m") == 0


def test_draft_keeps_the_language_and_does_not_run_first_load_actions() -> None:
    xml = form(
        "<a/>",
        '<itext><translation lang="zh"><text id="a"><value>甲</value></text></translation>'
        '<translation lang="en"><text id="a"><value>A</value></text></translation></itext>',
        setvalue("odk-instance-first-load", "a", "'preset'"),
        question("a", "<label ref=\"jr:itext('a')\"/>"),
    )
    scenario = Scenario(xml).answer("a", "").speak("en")
    again = scenario.resumed()
    again.expect(a="")
    assert again.label("a") == "A"


def test_draft_in_which_no_language_was_chosen_opens_in_that_of_whoever_opens_it() -> None:
    texts = "".join(
        f'<translation lang="{name}"><text id="a"><value>{word}</value></text></translation>'
        for name, word in (("zh", "甲"), ("en", "A"))
    )
    xml = form("<a/>", f"<itext>{texts}</itext>", question("a", "<label ref=\"jr:itext('a')\"/>"))
    draft = Scenario(xml).session.save_draft()
    again = FormSession.resume(read_definition(xml), draft, World(languages=("en",)).environment())
    assert again.language == "en"


def test_draft_of_another_form_or_version_is_refused() -> None:
    draft = Scenario(ASK).session.save_draft()
    environment = World().environment()
    with pytest.raises(FormError) as caught:
        FormSession.resume(read_definition(form("<ask/>", question("ask"), version="2")), draft, environment)
    assert caught.value.code == "draft_of_other_version"
    other = form("<ask/>", question("ask"), root='<data id="other" version="1">')
    with pytest.raises(FormError) as caught:
        FormSession.resume(read_definition(other), draft, environment)
    assert caught.value.code == "draft_of_other_form"


@pytest.mark.parametrize("draft", [b"", b"<data", b"<!DOCTYPE x><data/>", b"\x00\x01"])
def test_draft_that_is_no_document_is_a_coded_error(draft: bytes) -> None:
    with pytest.raises(DocumentError):
        FormSession.resume(read_definition(ASK), draft, World().environment())


def test_unknown_values_of_a_draft_are_named() -> None:
    draft = Scenario(ASK).session.save_draft().replace(b"<ask/>", b"<ask/><strange><x>1</x></strange>")
    session = FormSession.resume(read_definition(ASK), draft, World().environment())
    assert session.unknown == ("/data/strange",)


def test_correction_gets_a_new_id_and_names_the_former_one() -> None:
    first = Scenario(ASK).answer("ask", 1).answer("a", "wrong")
    submission = first.session.finalise()
    session = FormSession.edit(first.definition, submission.xml, first.world.environment())
    session.answer("/data/a", "right")
    corrected = session.finalise()
    assert corrected.instance_id != submission.instance_id
    assert f"<deprecatedID>{submission.instance_id}</deprecatedID>" in corrected.xml.decode()
    assert "<a>right</a>" in corrected.xml.decode()


def test_correction_survives_being_a_draft() -> None:
    first = Scenario(ASK)
    submission = first.session.finalise()
    session = FormSession.edit(first.definition, submission.xml, first.world.environment())
    again = FormSession.resume(first.definition, session.save_draft(), first.world.environment())
    assert again.unknown == ()
    assert f"<deprecatedID>{submission.instance_id}</deprecatedID>" in again.finalise().xml.decode()


def test_correction_gets_back_the_default_of_what_was_left_out() -> None:
    first = Scenario(ASK).answer("ask", 0)
    session = FormSession.edit(first.definition, first.session.finalise().xml, first.world.environment())
    session.answer("/data/ask", 1)
    assert "<b>preset</b>" in session.finalise().xml.decode()


def test_repeat_that_nobody_can_add_to_gets_back_what_a_record_leaves_out() -> None:
    scenario = Scenario(
        form(
            "<m><a>one</a></m><m><a>two</a></m><m><a>three</a></m>",
            repeat("m", question("m/a"), fixed=True),
        )
    )
    for record, values in {
        "": ["one", "two", "three"],
        "<m><a>x</a></m>": ["x", "two", "three"],
        "<m><a>x</a></m><m/><m><a>y</a></m><m><a>z</a></m>": ["x", "two", "y"],
    }.items():
        xml = f'<data id="scenario" version="1">{record}</data>'.encode()
        session = FormSession.edit(scenario.definition, xml, scenario.world.environment())
        again = Scenario(ASK, session=session)
        assert [again.value(f"m[{n}]/a") for n in range(1, again.count("m") + 1)] == values


def test_reading_shows_the_record_as_it_was_and_changes_nothing() -> None:
    xml = form(
        "<a/><calc/>",
        bind("calc", calculate="concat(/data/a, '!')"),
        setvalue("odk-instance-load", "a", "'changed'"),
        question("a"),
    )
    definition = read_definition(xml)
    record = (
        b'<data id="scenario" version="1"><a>x</a><calc>as sent</calc>'
        b"<meta><instanceID>uuid:1</instanceID></meta></data>"
    )
    session = FormSession.read(definition, record, World().environment())
    values = [getattr(session.view(f"/data/{name}"), "value", None) for name in ("a", "calc")]
    assert values == ["x", "as sent"]
    assert session.view("/data/a").readonly
    for act in (lambda: session.answer("/data/a", "y"), session.finalise):
        with pytest.raises(FormError):
            act()
    assert session.audit.events == ()


def test_failures_come_in_the_order_of_the_form_with_place_and_message() -> None:
    scenario = Scenario(
        form(
            "<a/><m><x/></m><b/><calc/>",
            bind("a", required="true()", requiredMsg="A!"),
            bind("m/x", required="true()"),
            bind("b", constraint=". != 'bad'", constraintMsg="Bad"),
            bind("calc", required="true()"),
            question("b"),
            repeat("m", question("m/x")),
            question("a"),
        )
    )
    scenario.add("m").answer("b", "bad").answer("m[1]/x", "x")
    assert [(one.reference, one.condition, str(one.message)) for one in scenario.session.validate()] == [
        ("/data/b", Condition.CONSTRAINT, "Bad"),
        ("/data/m[2]/x", Condition.REQUIRED, "None"),
        ("/data/a", Condition.REQUIRED, "A!"),
    ]


def test_revalidate_actions_run_before_finishing() -> None:
    scenario = Scenario(
        form(
            "<a/><b/>",
            setvalue("xforms-revalidate", "b", "concat('checked ', /data/a)"),
            question("a"),
            question("b"),
        )
    )
    scenario.answer("a", "x")
    assert "<b>checked x</b>" in scenario.submission()


@pytest.mark.parametrize(
    "record",
    [
        "<n>2</n>",
        "<n>3</n><m><at>1</at><twice>2</twice></m><m><at>2</at></m>",
        "<n>3</n><m><twice>2</twice></m><m/>",
    ],
)
def test_what_a_saved_record_leaves_out_is_worked_out(record: str) -> None:
    scenario = Scenario(
        form(
            "<n/><m><at/><twice/></m>",
            bind("m/at", type="int", calculate="position(..)"),
            bind("m/twice", type="int", calculate="../at * 2"),
            question("n"),
            repeat("m", question("m/at"), count="/data/n"),
        )
    )
    xml = f'<data id="scenario" version="1">{record}</data>'.encode()
    session = FormSession.resume(scenario.definition, xml, scenario.world.environment())
    again = Scenario(ASK, session=session)
    assert [
        (again.value(f"m[{n}]/at"), again.value(f"m[{n}]/twice")) for n in range(1, again.count("m") + 1)
    ] == [("1", "2"), ("2", "4"), ("3", "6")][: int(record[3])]


def test_answer_in_place_of_a_calculated_value_survives_being_a_draft() -> None:
    scenario = Scenario(
        form("<a>2</a><b/>", bind("b", calculate="/data/a * 3"), question("a"), question("b"))
    )
    scenario.answer("b", "5").resumed().expect(b="5").answer("a", "4").expect(b="12")
