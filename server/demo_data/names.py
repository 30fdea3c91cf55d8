"""Made-up names: surnames by frequency, given names by cohort, some compound and some rare."""

from typing import Final

from fieldapp.domain.records.persons import Sex
from server.demo_data.chance import Chance, Weighted

_SURNAMES: Final = Weighted(
    [
        *zip("王李张刘陈杨黄吴周徐", (72, 72, 68, 54, 45, 31, 24, 21, 21, 17), strict=True),
        *zip("孙胡朱高林何郭马罗梁", (15, 13, 13, 12, 11, 11, 11, 10, 9, 8), strict=True),
        *zip("汪程方江鲍章檀柯纪桂", (30, 26, 24, 20, 10, 12, 8, 9, 6, 8), strict=True),
    ]
)
COMPOUND_SURNAMES: Final = ("欧阳", "司马", "上官", "诸葛", "夏侯", "皇甫", "尉迟", "公孙")
RARE_CHARACTERS: Final = ("𬭎", "㛃", "䶮", "𫖮", "㙦", "𬱖")
"""Characters outside the first GB 2312 set; two of three need more than 16 bits."""

_COMPOUND_SHARE: Final = 0.02
_RARE_SHARE: Final = 0.01

_GIVEN: Final[dict[tuple[str, Sex], tuple[str, str]]] = {
    ("old", Sex.MALE): ("德长永有正家国金传本贤宗", "发根水生财福旺来贵才祥林"),
    ("old", Sex.FEMALE): ("桂秀玉凤兰春金腊翠月菊素", "英兰香珍花枝莲娣云芳梅华"),
    ("middle", Sex.MALE): ("志建文国晓立海卫小红少学", "军强明华平勇斌伟忠林兵胜"),
    ("middle", Sex.FEMALE): ("晓丽小海红春亚燕彩慧文雪", "燕霞红梅琴玲萍芳艳敏娟琼"),
    ("young", Sex.MALE): ("子浩宇俊梓皓一奕嘉明思天", "轩涵宇辰泽豪然睿博阳航晨"),
    ("young", Sex.FEMALE): ("梓欣诗雨思佳语可若子嘉一", "涵萱怡妍琪彤悦菲馨瑶宁桐"),
}
_SINGLE_SHARE: Final = {"old": 0.12, "middle": 0.35, "young": 0.14}


def surname(chance: Chance) -> str:
    """A surname; two in a hundred have two characters."""
    if chance.random() < _COMPOUND_SHARE:
        return chance.choice(COMPOUND_SURNAMES)
    return _SURNAMES.draw(chance)


def given_name(chance: Chance, sex: Sex, birth_year: int) -> str:
    """A given name as people born in that year have; one in a hundred holds a rare character."""
    cohort = "old" if birth_year < 1968 else "middle" if birth_year < 1998 else "young"
    first, second = _GIVEN[cohort, sex]
    last = chance.choice(RARE_CHARACTERS) if chance.random() < _RARE_SHARE else chance.choice(second)
    if chance.random() < _SINGLE_SHARE[cohort]:
        return last
    return chance.choice(first) + last
