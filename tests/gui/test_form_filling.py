"""The order of a form on a large screen and what is told when; plain Python over real sessions."""

import datetime as dt
import itertools
import random
from collections.abc import Iterable

from fieldapp.domain.clock import COUNTY_ZONE
from fieldapp.forms import Environment, FormSession, read_definition
from fieldapp.forms.view import Control
from tests.gui.form_books import xform
from ui.forms.filling import SUMMARY, Filling
from ui.forms.outline import MOST_LOOSE, generic, is_within, sections
from ui.forms.rows import AddRow, GridRow, GroupRow, InstanceRow, MatrixRow, QuestionRow, Row
from ui.forms.texts import words

HEAD = "| | type | name | label | required | relevant | appearance |\n"
NOW = dt.datetime(2026, 11, 23, 10, 5, tzinfo=COUNTY_ZONE)


def session(*rows: str, choices: str = "") -> FormSession:
    """A form of these rows of a survey sheet."""
    table = "| survey |\n" + HEAD + "".join(f"| | {row} |\n" for row in rows)
    if choices:
        table += "| choices |\n| | list_name | name | label |\n" + choices
    table += "| settings |\n| | form_title | form_id | version |\n| | 表 | f | 1 |\n"
    serial = itertools.count()
    environment = Environment(
        now=lambda: NOW,
        monotonic=lambda: 0.0,
        zone=COUNTY_ZONE,
        new_id=lambda: f"id-{next(serial)}",
        random_bytes=random.Random(0).randbytes,
    )
    return FormSession.new(read_definition(xform(table)), environment)


def texts(count: int, prefix: str = "q") -> list[str]:
    return [f"text | {prefix}{at} | 问题{at} | | | " for at in range(count)]


def group(name: str, *rows: str, label: str = "", look: str = "") -> list[str]:
    return [f"begin_group | {name} | {label or name} | | | {look}", *rows, f"end_group | {name} | | | | "]


def repeat(name: str, *rows: str) -> list[str]:
    return [f"begin_repeat | {name} | {name} | | | ", *rows, f"end_repeat | {name} | | | | "]


def keys(rows: Iterable[Row]) -> list[str]:
    return [row.key for row in rows]


# Sections


def test_loose_questions_share_sections_of_a_bearable_size() -> None:
    found = sections(session(*texts(MOST_LOOSE * 2 + 3)))
    assert [len(one.content) for one in found] == [MOST_LOOSE, MOST_LOOSE, 3]
    assert not any(one.is_group for one in found)


def test_one_group_around_everything_is_no_section() -> None:
    form = session(*group("all", *group("a", *texts(2, "a")), *group("b", *texts(2, "b"))))
    assert [one.key for one in sections(form)] == ["/data/all/a", "/data/all/b"]


def test_one_group_of_questions_only_is_one_section() -> None:
    form = session(*group("all", *texts(4)))
    assert [one.key for one in sections(form)] == ["/data/all"]


def test_large_group_is_leafed_through_by_the_groups_inside() -> None:
    form = session(
        *texts(1, "first"),
        *group("big", *texts(2, "loose"), *group("a", *texts(20, "a")), *group("b", *texts(20, "b"))),
    )
    found = sections(form)
    assert [one.key for one in found] == ["/data/first0", "/data/big/loose0", "/data/big/a", "/data/big/b"]
    assert words(form.view(found[1].titled_by).label) == "big"


def test_small_group_shows_its_inner_groups_as_heads() -> None:
    form = session(
        *group("a", *texts(1, "x"), *group("inner", *texts(1, "y"), label="里面")), *texts(1, "after")
    )
    rows = Filling(form).state().rows
    assert [(type(row), row.key) for row in rows] == [
        (QuestionRow, "/data/a/x0"),
        (GroupRow, "/data/a/inner"),
        (QuestionRow, "/data/a/inner/y0"),
    ]
    assert [row.depth for row in rows] == [0, 0, 1]


def test_section_without_anything_relevant_is_passed_over() -> None:
    form = session(
        "text | ask | 问 | | | ",
        "begin_group | a | 甲 | | ${ask} = 'x' | ",
        *texts(1, "a"),
        "end_group | a | | | | ",
        *group("b", *texts(1, "b")),
    )
    filling = Filling(form)
    assert [step.key for step in filling.state().steps] == ["/data/ask", "/data/b", SUMMARY]
    filling.answer("/data/ask", "x")
    assert [step.key for step in filling.state().steps] == ["/data/ask", "/data/a", "/data/b", SUMMARY]


def test_section_that_becomes_irrelevant_gives_way_to_the_one_before() -> None:
    form = session(
        "text | ask | 问 | | | ",
        "begin_group | a | 甲 | | ${ask} = 'x' | ",
        *texts(1, "a"),
        "end_group | a | | | | ",
    )
    filling = Filling(form)
    filling.answer("/data/ask", "x")
    filling.go_to("/data/a")
    filling.answer("/data/ask", "")
    assert filling.state().current == "/data/ask"


# Rows


def test_table_list_is_one_matrix_and_its_note_the_title() -> None:
    form = session(
        *group("t", "select_one c | a | 甲 | yes | | ", "select_one c | b | 乙 | | | ", look="table-list"),
        choices="| | c | 1 | 能 |\n| | c | 2 | 不能 |\n",
    )
    state = Filling(form).state()
    [row] = state.rows
    assert isinstance(row, MatrixRow)
    assert [line.view.name for line in row.lines] == ["a", "b"]
    assert words(state.title) == "t"


def test_matrix_of_several_answers_falls_back_to_questions() -> None:
    form = session(
        *group("t", "select_multiple c | a | 甲 | | | ", look="table-list"),
        choices="| | c | 1 | 能 |\n| | c | 2 | 不能 |\n",
    )
    rows = Filling(form).state().rows
    assert [row.view.control for row in rows if isinstance(row, QuestionRow)] == [Control.SELECT_MULTIPLE]


def test_lonely_instance_is_open_until_it_is_closed_on_purpose() -> None:
    filling = Filling(session(*repeat("m", *texts(1, "n"))))
    assert any(isinstance(row, QuestionRow) for row in filling.state().rows)
    filling.toggle("/data/m[1]")
    assert not any(isinstance(row, QuestionRow) for row in filling.state().rows)
    filling.toggle("/data/m[1]")
    assert any(isinstance(row, QuestionRow) for row in filling.state().rows)


def test_repeat_inside_a_repeat_opens_on_its_own() -> None:
    filling = Filling(session(*repeat("m", *texts(1, "n"), *repeat("k", *texts(1, "c")))))
    filling.add("/data/m[1]/k")
    rows = filling.state().rows
    assert [(row.key, row.is_open) for row in rows if isinstance(row, InstanceRow)] == [
        ("/data/m[1]", True),
        ("/data/m[1]/k[1]", False),
        ("/data/m[1]/k[2]", True),
    ]
    assert [row.key for row in rows if isinstance(row, AddRow)] == ["/data/m[1]/k+", "/data/m+"]


def test_widths_of_the_grid_theme_put_questions_side_by_side() -> None:
    form = session(
        *group("a", "text | a1 | 甲 | | | w1", "integer | a2 | 乙 | | | w2", "text | a3 | 丙 | | | ",
               "date | a4 | 丁 | | | w1", look="w3"),
        *group("b", "text | b1 | 戊 | | | w2", "text | b2 | 己 | | ${a2} > 1 | w2 multiline",
               "text | b3 | 庚 | | | w4"),
    )  # fmt: skip
    filling = Filling(form)
    first, *others = filling.state().rows
    assert isinstance(first, GridRow)
    assert [(cell.key, round(share, 2)) for cell, share in first.cells] == [
        ("/data/a/a1", 0.33),
        ("/data/a/a2", 0.67),
    ]
    assert [(type(row), row.key) for row in others] == [
        (QuestionRow, "/data/a/a3"),
        (QuestionRow, "/data/a/a4"),
    ]
    filling.step(1)
    assert keys(filling.state().rows) == ["/data/b/b1", "/data/b/b3"]
    filling.answer("/data/a/a2", "2")
    assert [type(row) for row in filling.state().rows] == [GridRow, QuestionRow]


# What is told


def test_what_is_known_of_later_instances_moves_up_when_one_goes() -> None:
    form = session(*repeat("m", "text | name | 姓名 | yes | | ", "integer | age | 年龄 | | | "))
    filling = Filling(form)
    for _ in range(2):
        filling.add("/data/m")
    filling.answer("/data/m[3]/age", "x")
    filling.leave("/data/m[3]/name")
    filling.set_unreadable("/data/m[2]/age", "请只填数字")
    filling.remove("/data/m[1]")
    odd = {one.reference for one in filling.tell_everything() if one.sentence}
    assert odd == {"/data/m[1]/age", "/data/m[2]/age"}
    assert next(row for row in filling.state().rows if isinstance(row, InstanceRow) and row.is_open).key == (
        "/data/m[2]"
    )


def test_value_the_type_cannot_hold_is_told_and_not_kept() -> None:
    filling = Filling(session("integer | age | 年龄 | | | "))
    assert not filling.answer("/data/age", "abc")
    [row] = filling.state().rows
    assert isinstance(row, QuestionRow)
    assert (bool(row.refused), row.view.value) == (True, "")
    assert filling.answer("/data/age", "72")
    [row] = filling.state().rows
    assert isinstance(row, QuestionRow)
    assert row.refused == ""


def test_required_is_told_only_after_its_section_was_left() -> None:
    filling = Filling(session(*group("a", "text | x | 甲 | yes | | "), *group("b", *texts(1, "b"))))
    [row] = filling.state().rows
    assert isinstance(row, QuestionRow)
    assert not row.is_broken
    filling.step(1)
    filling.step(-1)
    [row] = filling.state().rows
    assert isinstance(row, QuestionRow)
    assert (row.is_broken, row.blank) == (True, True)
    assert [step.missing for step in filling.state().steps] == [1, 0, 0]


def test_draft_is_gone_on_with_where_it_was_left_and_earlier_sections_are_told() -> None:
    form = session(*group("a", "text | x | 甲 | yes | | "), *group("b", *texts(1, "b")))
    form.show("/data/b/b0")
    filling = Filling(form)
    filling.resume()
    state = filling.state()
    assert state.current == "/data/b"
    assert [step.missing for step in state.steps] == [1, 0, 0]


def test_choices_are_asked_for_again_only_when_they_changed() -> None:
    form = session(
        "select_one c | a | 甲 | | | ",
        "text | b | 乙 | | | ",
        choices="| | c | 1 | 能 |\n| | c | 2 | 不能 |\n",
    )
    filling = Filling(form)
    [first, _] = filling.state().rows
    filling.answer("/data/b", "x")
    [second, _] = filling.state().rows
    assert isinstance(first, QuestionRow)
    assert isinstance(second, QuestionRow)
    assert second.choices is first.choices


def test_references_know_what_they_are_within() -> None:
    assert is_within("/data/m[2]/name", "/data/m")
    assert is_within("/data/m", "/data/m")
    assert not is_within("/data/member/name", "/data/m")
    assert generic("/data/m[2]/k[10]/name") == "/data/m/k/name"


def test_last_word_to_a_question_that_went_away_is_nobodys_problem() -> None:
    filling = Filling(session(*repeat("m", *texts(1, "n"))))
    filling.add("/data/m")
    filling.remove("/data/m[2]")
    assert not filling.answer("/data/m[2]/n0", "y")
    assert filling.tell_everything() == ()
