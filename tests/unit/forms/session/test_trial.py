"""A form filled by itself, from the first page to the last."""

from bench.forms import environment, long_form
from fieldapp.forms import FormSession, read_definition
from fieldapp.forms.trial import Trial, try_out
from fieldapp.forms.view import Condition

HEAD = (
    '<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"'
    ' xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>Trial</h:title><model><instance>'
)


def tried(xml: str, seed: int = 0) -> Trial:
    return try_out(FormSession.new(read_definition(xml, {}), environment()), seed)


def form(nodes: str, binds: str, body: str) -> str:
    return (
        f'{HEAD}<data id="trial" version="1">{nodes}<meta><instanceID/></meta></data></instance>{binds}'
        f"</model></h:head><h:body>{body}</h:body></h:html>"
    )


def test_long_form_is_filled_and_finished() -> None:
    session = FormSession.new(read_definition(long_form(), {}), environment())
    made = try_out(session)
    assert (made.unanswered, made.failures) == ((), ())
    assert made.answered > 250  # half of the questions depend on others
    assert session.finalise().xml


def test_answers_that_break_a_constraint_are_tried_no_further_than_need_be() -> None:
    made = tried(
        form(
            "<age/><never/>",
            '<bind nodeset="/data/age" type="int" constraint=". &gt; 60"/>'
            '<bind nodeset="/data/never" type="int" constraint="false()"/>',
            '<input ref="/data/age"><label>A</label></input>'
            '<input ref="/data/never"><label>N</label></input>',
        )
    )
    assert (made.answered, made.unanswered) == (1, ("/data/never",))
    assert [(each.reference, each.condition) for each in made.failures] == [
        ("/data/never", Condition.CONSTRAINT)
    ]


def test_required_note_that_nobody_can_fill_is_told() -> None:
    made = tried(
        form(
            "<note/>",
            '<bind nodeset="/data/note" readonly="true()" required="true()" type="string"/>',
            '<input ref="/data/note"><label>N</label></input>',
        )
    )
    assert [(each.reference, each.condition) for each in made.failures] == [
        ("/data/note", Condition.REQUIRED)
    ]


def test_question_brought_onto_a_page_by_a_later_answer_is_filled_too() -> None:
    body = (
        '<group ref="/data/g" appearance="field-list"><label>G</label>'
        '<input ref="/data/g/early"><label>E</label></input>'
        '<input ref="/data/g/plain"><label>P</label></input></group>'
        '<input ref="/data/late"><label>L</label></input>'
    )
    made = tried(
        form(
            "<g><early/><plain/></g><late/>",
            '<bind nodeset="/data/g/early" relevant="/data/late != \'\'" required="true()"/>',
            body,
        )
    )
    assert (made.pages, made.answered, made.failures) == (4, 3, ())


def test_repeat_gets_as_many_instances_as_asked() -> None:
    body = '<group><repeat nodeset="/data/m"><input ref="/data/m/n"><label>N</label></input></repeat></group>'
    made = tried(form('<m jr:template=""><n/></m>', '<bind nodeset="/data/m/n" type="string"/>', body))
    assert (made.answered, made.failures) == (2, ())  # one for each instance
