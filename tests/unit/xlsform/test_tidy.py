"""What Excel and Chinese keyboards write, and what the standard wants."""

import pytest

from server.xlsform.columns import Holds, column_letter, column_of
from server.xlsform.tidy import tidy

E, C, T, M = Holds.EXPRESSION, Holds.CODE, Holds.TEXT, Holds.MAYBE_EXPRESSION


@pytest.mark.parametrize(
    ("written", "holds", "read"),
    [
        ("${age}≥18 and ${age}≤60", E, "${age}>=18 and ${age}<=60"),
        ("￥{age}＞０", E, "${age}>0"),
        ("$｛ age ｝ != ''", E, "${age} != ''"),
        ("selected（${a}，‘1’）", E, "selected(${a},'1')"),
        ("if(${a}=”是“，1，0)", E, 'if(${a}="是",1,0)'),
        ("${a} = '是，不（一定）'", E, "${a} = '是，不（一定）'"),
        ("${a} = “it's”", E, '${a} = "it\'s"'),
        ("${a} ÷ 2 × 3", E, "${a}  div  2 * 3"),
        ("${a}\u00a0> 1\u200b", E, "${a} > 1"),
        ("'open", E, "'open"),
        ("select_one　yes_no", C, "select_one yes_no"),
        ("Ａ１．２", C, "A1.2"),
        ("\ufeffname ", C, "name"),
        ("姓\x01名\x0b", T, "姓名"),
        ("“低保”户，请问：", T, "“低保”户，请问："),
        (" 全角　空格 ", T, "全角　空格"),
        ("是（有证）", M, "是（有证）"),
        ("today（）", M, "today()"),
        ("￥{a}＋1", M, "${a}+1"),
    ],
)
def test_tidy_table(written: str, holds: Holds, read: str) -> None:
    assert tidy(written, holds) == read


@pytest.mark.parametrize(("written", "holds"), [("${a} >= 1", E), ("yes_no", C), ("“好”", T), ("1", M)])
def test_tidy_what_is_in_order_stays(written: str, holds: Holds) -> None:
    assert tidy(written, holds) == written


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("label::中文 (zh)", "label"),
        ("Label:English", "label"),
        ("bind::relevant", "relevant"),
        ("relevance", "relevant"),
        ("Repeat_Count", "repeat_count"),
        ("jr:count", "repeat_count"),
        ("constraint_message::中文", "constraint_message"),
        ("bind::jr:constraintMsg", "bind::jr:constraintMsg"),
        ("Constraint Message", "constraint_message"),
        ("media::image::中文", "image"),
        ("备注", "备注"),
    ],
)
def test_column_of_knows_other_names(heading: str, column: str) -> None:
    assert column_of("survey", heading).name == column


@pytest.mark.parametrize(("at", "letter"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_column_letter_counts_as_spreadsheets_do(at: int, letter: str) -> None:
    assert column_letter(at) == letter
