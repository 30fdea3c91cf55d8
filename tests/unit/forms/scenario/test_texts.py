"""Labels, hints, guidance, media, outputs, languages."""

import pytest

from fieldapp.forms import FormError
from tests.unit.forms.scenario.dsl import Scenario, World, bind, form, group, question, repeat, translations


def test_outputs_follow_what_they_show() -> None:
    scenario = Scenario(
        form("<name/><a/>", question("name"), question("a", 'Hello <output value="/data/name"/>!'))
    )
    assert scenario.label("a") == "Hello !"
    scenario.answer("name", "*you*")
    assert scenario.changes.labels == ("/data/a",)
    label = scenario.session.view("/data/a").label
    assert label is not None
    assert [(part.text, part.is_value) for part in label.parts] == [
        ("Hello ", False),
        ("*you*", True),
        ("!", False),
    ]


def test_outputs_in_repeats_show_their_own_instance() -> None:
    scenario = Scenario(
        form(
            "<m><nick/><a/></m>",
            group(
                "m",
                '<label>Member <output value="position(.)"/></label>',
                repeat("m", question("m/nick"), question("m/a", 'Of <output value="../nick"/>')),
            ),
        )
    )
    scenario.add("m").answer("m[2]/nick", "Two")
    assert scenario.changes.labels == ("/data/m[2]/a",)
    assert scenario.label("m[2]/a") == "Of Two"
    assert scenario.label("m[1]/a") == "Of "
    assert scenario.label("m[2]") == "Member 2"


def test_languages_are_switched_while_filling() -> None:
    scenario = Scenario(
        form(
            "<a/><b/>",
            translations(
                zh={
                    "a": "甲",
                    "a-hint": {"": "提示", "guidance": "说明"},
                    "b": '乙 <output value="/data/a"/>',
                },
                en={
                    "a": {"": "A", "image": "jr://images/a.png", "audio": "jr://audio/a.mp3"},
                    "a-hint": "Hint",
                },
            ),
            question("a", "<label ref=\"jr:itext('a')\"/>", "<hint ref=\"jr:itext('a-hint')\"/>"),
            question("b", "<label ref=\"jr:itext('b')\"/>"),
        )
    )
    assert scenario.session.languages == ("zh", "en")
    assert scenario.session.language == "zh"
    question_a = scenario.question("a")
    assert (str(question_a.label), str(question_a.hint), str(question_a.guidance)) == ("甲", "提示", "说明")
    scenario.speak("en")
    assert scenario.changes.labels == ("/data/a", "/data/b")
    question_a = scenario.question("a")
    assert question_a.label is not None
    assert dict(question_a.label.media) == {"image": "a.png", "audio": "a.mp3"}
    assert (str(question_a.hint), question_a.guidance) == ("Hint", None)
    scenario.answer("a", "x")
    assert scenario.label("b") == "乙 x", "a text that a language lacks shows in the default one"


def test_wish_for_a_language_is_met_by_name_or_code() -> None:
    xml = form(
        "<a/>",
        translations(**{"English (en)": {"a": "A"}, "中文 (zh)": {"a": "甲"}}),
        question("a", "<label ref=\"jr:itext('a')\"/>"),
    )
    assert Scenario(xml).session.language == "English (en)"
    assert Scenario(xml, world=World(languages=("zh",))).label("a") == "甲"
    assert Scenario(xml, world=World(languages=("fr", "English (en)"))).label("a") == "A"
    assert Scenario(xml.replace("(zh)", "(zh-CN)"), world=World(languages=("zh",))).label("a") == "甲"


def test_language_the_form_does_not_have_is_refused() -> None:
    scenario = Scenario(form("<a/>", question("a", "A")))
    with pytest.raises(FormError) as caught:
        scenario.speak("zh")
    assert caught.value.code == "language_unknown"


def test_calculates_that_read_texts_follow_the_language_and_undo_keeps_it() -> None:
    scenario = Scenario(
        form(
            "<a/><t/>",
            translations(zh={"x": "甲"}, en={"x": "A"}),
            bind("t", calculate="concat(jr:itext('x'), /data/a)"),
            question("a"),
        )
    )
    scenario.answer("a", "1").expect(t="甲1")
    scenario.speak("en").expect(t="A1")
    scenario.undo().expect(a="", t="A")
    assert scenario.session.language == "en"


def test_labels_with_markup_indentation_and_entities() -> None:
    scenario = Scenario(
        form(
            "<a/>",
            question("a", '<label>\n   **Bold** &amp; <output value="1 + 1"/>\n  more &lt;3\n </label>'),
        )
    )
    assert scenario.label("a") == "**Bold** & 2\n  more <3"


def test_label_by_expression() -> None:
    scenario = Scenario(form("<n/><a/>", question("n"), question("a", '<label ref="/data/n"/>')))
    assert scenario.answer("n", "named").label("a") == "named"


def test_title_hint_and_appearance() -> None:
    scenario = Scenario(
        form(
            "<a/>",
            bind("a", type="string"),
            question("a", "A", "<hint>How</hint>", appearance="multiline w2", rows="5"),
            title="标题",
        )
    )
    view = scenario.question("a")
    assert scenario.definition.title == "标题"
    assert (view.appearance, view.parameters["rows"], str(view.hint)) == (("multiline", "w2"), "5", "How")
