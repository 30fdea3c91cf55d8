"""Surname tables: compound surnames, and surnames read otherwise than the dictionary says (domain layer)."""

from typing import Final

COMPOUND_SURNAMES: Final = {
    "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma", "诸葛": "zhu ge", "夏侯": "xia hou",
    "东方": "dong fang", "皇甫": "huang fu", "尉迟": "yu chi", "公孙": "gong sun", "慕容": "mu rong",
    "令狐": "ling hu", "司徒": "si tu", "司空": "si kong", "端木": "duan mu", "长孙": "zhang sun",
    "宇文": "yu wen", "轩辕": "xuan yuan", "闻人": "wen ren", "独孤": "du gu", "南宫": "nan gong",
    "万俟": "mo qi", "澹台": "tan tai", "单于": "chan yu", "赫连": "he lian", "呼延": "hu yan",
    "申屠": "shen tu", "太史": "tai shi", "淳于": "chun yu", "钟离": "zhong li", "拓跋": "tuo ba",
    "西门": "xi men", "东郭": "dong guo", "百里": "bai li", "濮阳": "pu yang", "鲜于": "xian yu",
}  # fmt: skip
"""Two-character surnames with their reading, syllable by syllable."""

SURNAME_READINGS: Final[dict[str, tuple[str, ...]]] = {
    "单": ("shan",), "解": ("xie",), "仇": ("qiu",), "查": ("zha",), "曾": ("zeng",), "朴": ("piao",),
    "区": ("ou",), "翟": ("zhai",), "缪": ("miao",), "覃": ("qin",), "乐": ("yue",), "员": ("yun",),
    "洗": ("xian",), "折": ("she",), "种": ("chong",), "黑": ("he",), "能": ("nai",), "祭": ("zhai",),
    "隗": ("wei",), "郗": ("chi",), "召": ("shao",), "繁": ("po",), "秘": ("bi",), "牟": ("mu",),
    "佴": ("nai",), "费": ("bi",), "阚": ("kan",), "不": ("fou",), "尉": ("yu",), "吕": ("lu",),
    "谌": ("shen",), "宓": ("fu",), "柏": ("bo",), "卜": ("bu",), "郇": ("xun",), "盖": ("ge",),
    "薄": ("bo",), "句": ("gou",), "莘": ("xin",), "适": ("kuo",),
}  # fmt: skip
"""Single characters read otherwise as a surname; workers type either reading."""

_NAME_DOTS: Final = frozenset("·•‧・.")


def surname_of(name: str) -> str:
    """The surname a name begins with; the first character where nothing else is known.

    A two-character name is a single surname and a given name, even if both make a compound surname.
    """
    if len(name) > 2 and name[:2] in COMPOUND_SURNAMES and not _NAME_DOTS.intersection(name):
        return name[:2]
    return name[:1]
