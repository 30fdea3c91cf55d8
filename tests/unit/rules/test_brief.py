"""Texts for a chat: whatever a worker writes about people on file, nobody is in what is left."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fieldapp.domain.rules.brief import SOMEBODY, without_people
from fieldapp.domain.rules.surnames import surname_of

SURNAMES = st.sampled_from(["赵", "钱", "欧阳", "司马", "单"])
GIVEN = st.text("芳玲国庆军𬭎㛃", min_size=1, max_size=3)
NAMES = st.builds(str.__add__, SURNAMES, GIVEN) | st.just("阿依·古丽")
DIGITS = st.text("0123456789", min_size=11, max_size=18)
WORDS = st.text("在家身体好，。吃饭三5组 　\n", max_size=12)


@st.composite
def _mentions(draw: st.DrawFn) -> tuple[str, list[str], str, list[str]]:
    """A text in which names, numbers and an address stand in every way people write them."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    address = draw(st.sampled_from(["河边12号", "后山 3 号", "东头大樟树旁"]))
    numbers = draw(st.lists(DIGITS, min_size=1, max_size=3))
    said = []
    for name in names:
        said += [name, draw(st.sampled_from(["", " ", "　"])).join(name), name.replace("·", "")]
        said.append(name.removeprefix(surname_of(name)))
    for number in numbers:
        gap = draw(st.sampled_from(["", " ", "-", "　"]))
        said += [gap.join([number[:3], number[3:7], number[7:]]), number + "X", _wide(number)]
    said.append(address)
    parts = draw(st.permutations(said))
    return "".join(part + draw(WORDS) + "，" for part in parts), names, address, numbers


def _wide(number: str) -> str:
    return number.translate({ord("0") + n: chr(ord("０") + n) for n in range(10)})


@settings(max_examples=150, deadline=None)
@given(_mentions())
@example(("赵芳的儿子赵芳芳在家", ["赵芳", "赵芳芳"], "河边12号", ["12345678901"]))
def test_nobody_on_file_is_in_what_is_left(mention: tuple[str, list[str], str, list[str]]) -> None:
    text, names, address, numbers = mention
    left = without_people(text, names, [address])
    bare = "".join(left.split())
    for name in names:
        for spoken in (name, name.replace("·", ""), name.removeprefix(surname_of(name))):
            assert len(spoken) < 2 or spoken not in bare
    assert address not in left
    for number in numbers:
        assert number not in bare
        assert _wide(number) not in bare


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("独居老人，3组12户，2026年3月走访。", "独居老人，3组12户，2026年3月走访。"),
        ("欧阳娜娜身体好", f"{SOMEBODY}身体好"),
        ("娜娜的娘家在外地", f"{SOMEBODY}的娘家在外地"),
        ("单方说要来", "单方说要来"),
    ],
)
def test_other_words_stay(text: str, left: str) -> None:
    assert without_people(text, ["欧阳娜娜"]) == left
