"""The names a template may use, in Chinese and English, and how they are found in its texts."""

import enum
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final


class Kind(enum.Enum):
    """What a placeholder is replaced by."""

    TEXT = enum.auto()
    NUMBER = enum.auto()
    """A number that can be reckoned with where it stands in a cell of its own."""
    PICTURE = enum.auto()
    MEMBER = enum.auto()
    """Text about one member, within a row that is repeated for each."""


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name, in both languages."""

    key: str
    chinese: str
    kind: Kind = Kind.TEXT


PLACEHOLDERS: Final = (
    Placeholder("county", "县区"),
    Placeholder("town", "镇"),
    Placeholder("village", "村"),
    Placeholder("group", "组"),
    Placeholder("household.no", "户编号"),
    Placeholder("household.head", "户主姓名"),
    Placeholder("household.id_number", "身份证号"),
    Placeholder("household.phone", "联系电话"),
    Placeholder("household.address", "家庭住址"),
    Placeholder("household.categories", "救助类别"),
    Placeholder("household.risk_level", "风险等级"),
    Placeholder("household.members", "家庭人口", Kind.NUMBER),
    Placeholder("household.amount", "月保障金", Kind.NUMBER),
    Placeholder("household.house", "住房"),
    Placeholder("household.house_safety", "住房安全等级"),
    Placeholder("household.bank", "开户行"),
    Placeholder("household.bank_account", "银行账号"),
    Placeholder("visit.day", "走访日期"),
    Placeholder("visit.time", "走访时间"),
    Placeholder("visit.mode", "走访方式"),
    Placeholder("visit.purpose", "走访事由"),
    Placeholder("visit.result", "走访结果"),
    Placeholder("visit.visitors", "走访人"),
    Placeholder("visit.narrative", "走访情况"),
    Placeholder("visit.at_home", "在家人口", Kind.NUMBER),
    Placeholder("visit.health", "身体状况"),
    Placeholder("visit.work", "劳动力及就业"),
    Placeholder("visit.income", "收入变化"),
    Placeholder("visit.expense", "支出变化"),
    Placeholder("visit.living", "生活状况"),
    Placeholder("visit.carer", "照料情况"),
    Placeholder("visit.money_received", "救助金到账"),
    Placeholder("visit.policies", "已享受政策"),
    Placeholder("visit.difficulties", "困难与诉求"),
    Placeholder("visit.actions", "现场处置"),
    Placeholder("visit.next_steps", "下一步措施"),
    Placeholder("visit.urgent_clue", "上报急难线索"),
    Placeholder("visit.satisfaction", "群众满意度"),
    Placeholder("visit.remark", "备注"),
    Placeholder("visit.signature", "签名", Kind.PICTURE),
    Placeholder("visit.signature_words", "签名说明"),
    Placeholder("visit.photo", "照片", Kind.PICTURE),
    Placeholder("visit.photo2", "照片2", Kind.PICTURE),
    Placeholder("visit.photo3", "照片3", Kind.PICTURE),
    Placeholder("visit.photo4", "照片4", Kind.PICTURE),
    Placeholder("today", "填表日期"),
    Placeholder("worker", "填表人"),
    Placeholder("member.number", "成员序号", Kind.MEMBER),
    Placeholder("member.name", "成员姓名", Kind.MEMBER),
    Placeholder("member.relation", "成员与户主关系", Kind.MEMBER),
    Placeholder("member.sex", "成员性别", Kind.MEMBER),
    Placeholder("member.age", "成员年龄", Kind.MEMBER),
    Placeholder("member.id_number", "成员身份证号", Kind.MEMBER),
    Placeholder("member.phone", "成员电话", Kind.MEMBER),
    Placeholder("member.health", "成员健康状况", Kind.MEMBER),
    Placeholder("member.disability", "成员残疾", Kind.MEMBER),
    Placeholder("member.labour", "成员劳动能力", Kind.MEMBER),
)
EACH_MEMBER: Final = frozenset({"#成员", "#members"})
"""Marks a table row that is repeated for each member."""

_BY_NAME: Final = {name: one for one in PLACEHOLDERS for name in (one.key, one.chinese)}
# Chinese input methods write the full-width brace.
_FOUND: Final = re.compile(r"[{｛]{2}\s*([^{}｛｝]{1,60}?)\s*[}｝]{2}")
_OPEN: Final = re.compile(r"[{｛]{2}|[}｝]{2}")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a document is filled with, by the English names. A picture that is not there is absent."""

    texts: Mapping[str, str]
    numbers: Mapping[str, int | float] = field(default_factory=dict)
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    members: Sequence[Mapping[str, str]] = ()

    def of_member(self, number: int) -> "Facts":
        """The same with what is known of one member (from 0); of none, where there are fewer."""
        own = self.members[number] if number < len(self.members) else {}
        return Facts({**self.texts, **own}, self.numbers, self.pictures)

    def text(self, key: str) -> str:
        """The words for a name; '' where there is nothing to say."""
        number = self.numbers.get(key)
        if number is None:
            return self.texts.get(key, "")
        return str(number) if isinstance(number, int) else f"{number:.2f}"


@dataclass(frozen=True, slots=True)
class Mark:
    """A placeholder in a text: from where to where, its name as written, what it stands for (None: the mark
    of a repeated row, or an unknown name)."""

    start: int
    end: int
    name: str
    placeholder: Placeholder | None

    @property
    def repeats(self) -> bool:
        """Whether it marks a row that is repeated."""
        return self.name in EACH_MEMBER


def marks_in(text: str) -> list[Mark]:
    """All placeholders of a text, in order."""
    return [
        Mark(one.start(), one.end(), name := _squeezed(one[1]), _BY_NAME.get(name))
        for one in _FOUND.finditer(text)
    ]


def has_marks(text: str) -> bool:
    """Whether anything in a text looks like a placeholder."""
    return _OPEN.search(text) is not None


def stray_braces(text: str) -> bool:
    """Whether braces are left that open or close no placeholder."""
    return _OPEN.search(_FOUND.sub("", text)) is not None


def sole(text: str, kind: Kind) -> Placeholder | None:
    """The placeholder of this kind that is all a text holds, or None."""
    marks = marks_in(text)
    if len(marks) != 1 or text.strip() != text[marks[0].start : marks[0].end]:
        return None
    found = marks[0].placeholder
    return found if found is not None and found.kind is kind else None


def filled(text: str, facts: Facts) -> str:
    """A text with words for its placeholders; pictures and marks of rows leave nothing."""
    pieces: list[str] = []
    at = 0
    for mark in marks_in(text):
        pieces.append(text[at : mark.start])
        if mark.placeholder is not None and mark.placeholder.kind is not Kind.PICTURE:
            pieces.append(facts.text(mark.placeholder.key))
        at = mark.end
    return "".join(pieces) + text[at:]


def _squeezed(name: str) -> str:
    return re.sub(r"\s+", "", name).replace("＃", "#")
