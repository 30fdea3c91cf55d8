"""Any sequence of answers, repeats, languages, undo and resuming equals a fresh full recalculation."""

from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from fieldapp.forms import FormDefinition, FormError, FormSession, read_definition
from fieldapp.forms.view import Changes, QuestionView, RepeatView
from tests.unit.forms.scenario.dsl import (
    World,
    bind,
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

FORM = form(
    "<n>1</n><kind/><place/><named/><text/>"
    "<g><h><a>5</a><b/></h><k><c/></k></g>"
    "<m><age/><nick/><at/><run/><old/><i><x/><of/></i><sum/></m>"
    "<v><w/><deep/></v><head/><total/><oldest/><note/>",
    listing(
        "places",
        *({"name": f"{kind}{n}", "label": f"P {kind}{n}", "kind": kind} for kind in "ab" for n in (1, 2)),
    ),
    translations(
        zh={"note": "有 <output value='/data/total'/>", "q": "问"},
        en={"note": "Has <output value='/data/total'/>", "q": "Ask"},
    ),
    bind("n", type="int", constraint=". < 4 or /data/kind = 'b'"),
    bind("named", calculate="concat(jr:choice-name(/data/place, '/data/place'), '/', jr:itext('q'))"),
    bind("place", required="/data/n > 1"),
    bind("g", relevant="/data/n != 2"),
    bind("g/h", relevant="/data/kind = 'a'", readonly="/data/text = 'lock'"),
    bind("g/h/b", calculate="/data/g/h/a + /data/n"),
    bind("g/k/c", relevant="/data/g/h/b > 6", calculate="concat('c', /data/g/h/b)"),
    bind("m", relevant="/data/n > 0"),
    bind("m/age", type="int", constraint=". >= ../../n"),
    bind("m/at", calculate="position(..)"),
    bind("m/run", type="int", calculate="coalesce(../age, 0) + sum(../preceding-sibling::m[1]/run)"),
    bind("m/old", relevant="../age > 5", required="count(/data/m) > 1"),
    bind("m/i/of", calculate="concat(../../nick, position(../..), '.', position(..), /data/kind)"),
    bind("m/i/x", relevant="../../age != 3"),
    bind("m/sum", calculate="sum(../i/x[. != ''])"),
    bind("v", relevant="/data/kind != ''"),
    bind("v/w", relevant="position(..) != 2"),
    bind("v/deep", calculate="count(/data/m/i) + count(/data/v/w)"),
    bind("total", type="int", calculate="sum(/data/m/age[. != ''])"),
    bind("oldest", calculate="/data/m[age = max(/data/m/age)]/nick"),
    question("n", setvalue("xforms-value-changed", "note", "concat('n was ', /data/n)")),
    question("kind", items("a", "b"), control="select1"),
    question("place", itemset("instance('places')/root/item[kind = /data/kind]"), control="select1"),
    question("text", "<label ref=\"jr:itext('note')\"/>"),
    group("g", group("g/h", question("g/h/a")), group("g/k", question("g/k/c"))),
    repeat(
        "m",
        question("m/age", setvalue("xforms-value-changed", "m/nick", "concat(../nick, 'y')")),
        question("m/nick"),
        question("m/old"),
        repeat("m/i", setvalue("odk-new-repeat", "m/i/x", "position(..)"), question("m/i/x")),
    ),
    repeat("v", question("v/w", 'W <output value="../deep"/>'), count="/data/n"),
    question("head", itemset("/data/m[nick != '']", "nick", "nick"), control="select"),
    question("note"),
)  # fmt: skip
DEFINITION = read_definition(FORM)
ANSWERS = ("", "1", "2", "3", "4", "7", "a", "b", "a1", "a2", "b2", "lock", "y", "1y")


@dataclass(frozen=True)
class Seen:
    """Everything a client can see of a node."""

    values: str
    relevant: bool
    readonly: bool
    required: bool
    validity: object
    labels: str
    choices: tuple[tuple[str, str], ...]


def references(definition: FormDefinition, session: FormSession) -> list[str]:
    """Every node of the record."""
    found: list[str] = []
    for spec in definition.nodes.values():
        places = [""]
        for step in spec.path.strip("/").split("/"):
            grown: list[str] = []
            for place in places:
                path = f"{place}/{step}"
                generic = "".join(part.partition("[")[0] + "/" for part in path.split("/")).rstrip("/")
                is_repeat = generic in definition.nodes and definition.nodes[generic].is_repeat
                view = session.view(path) if is_repeat else None
                grown += view.instances if isinstance(view, RepeatView) else [path]
            places = grown
        found += places
    return found


def seen(session: FormSession) -> dict[str, Seen]:
    """The whole record as a client sees it."""
    result: dict[str, Seen] = {}
    for reference in references(session.definition, session):
        view = session.view(reference)
        question = view if isinstance(view, QuestionView) else None
        result[reference] = Seen(
            question.value if question else "",
            view.relevant,
            view.readonly,
            question.required if question else False,
            question.validity.broken if question else None,
            f"{view.label}/{view.hint}",
            tuple((one.value, str(one.label)) for one in session.choices(reference))
            if question and question.has_choices
            else (),
        )
    return result


def assert_told(before: dict[str, Seen], after: dict[str, Seen], changes: Changes) -> None:
    """Whatever looks different now was among the changes."""
    for reference in before.keys() & after.keys():
        if any(reference.startswith(f"{one}[") for one in changes.structure):
            continue
        for aspect in ("values", "relevant", "readonly", "required", "validity", "labels", "choices"):
            if getattr(before[reference], aspect) != getattr(after[reference], aspect):
                assert reference in getattr(changes, aspect), (aspect, reference)
    for reference in before.keys() ^ after.keys():
        assert any(reference.startswith(f"{one}[") for one in changes.structure), reference


def step(session: FormSession, kind: str, first: int, second: int) -> Changes | None:
    """One action chosen by numbers; None where it is refused."""
    known = references(session.definition, session)
    reference = known[first % len(known)]
    try:
        match kind:
            case "answer":
                return session.answer(reference, ANSWERS[second % len(ANSWERS)])
            case "choose":
                values = [choice.value for choice in session.choices(reference)]
                return session.answer(reference, values[second % len(values)]) if values else None
            case "add":
                return session.add_repeat(reference.rpartition("[")[0])
            case "remove":
                return session.remove_repeat(reference)
            case _:
                return session.set_language(("zh", "en")[second % 2])
    except FormError:
        return None


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["answer"] * 5 + ["choose"] * 2 + ["add"] * 3 + ["remove", "language", "undo", "resume"]
        ),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
    ),
    max_size=25,
)


@settings(max_examples=60, deadline=None)
@given(STEPS)
def test_every_walk_equals_a_fresh_recalculation(steps: list[tuple[str, int, int]]) -> None:
    world = World()
    session = FormSession.new(DEFINITION, world.environment())
    past: list[tuple[dict[str, Seen], str]] = []
    for kind, first, second in steps:
        before = seen(session)
        if kind == "undo":
            could = session.can_undo
            changes: Changes | None = session.undo()
            if could and (earlier := past.pop())[1] == session.language:
                assert seen(session) == earlier[0]
        elif kind == "resume":
            again = FormSession.resume(DEFINITION, session.save_draft(), world.environment())
            assert seen(again) == before
            assert again.save_draft() == session.save_draft()
            session, past, changes = again, [], None
        else:
            could = session.can_undo
            changes = step(session, kind, first, second)
            if changes and kind != "language":
                past.append((before, session.language))
        after = seen(session)
        if changes is None:
            assert after == before
        else:
            assert_told(before, after, changes)
        fresh = FormSession.resume(DEFINITION, session.save_draft(), world.environment())
        assert seen(fresh) == after
