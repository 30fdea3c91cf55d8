"""What visitors write down: the phrase templates of the recipe, filled from what they found."""

import datetime as dt
from typing import Final

from fieldapp.domain.records.households import HouseKind
from server.demo_data.chance import Chance

PHRASES: Final = (
    "living.normal",
    "health.fair",
    "policy.explained",
    "family.children_called",
    "living.house_safe",
    "living.food_enough",
    "money.received",
)

_MOODS: Final = ("较好", "一般", "尚可", "平稳")
_HEATING: Final = ("取暖用电热毯", "柴火充足", "有取暖器", "门窗严实")
_MONEY: Final = ("已到账", "按时到账", "昨日到账")
_KEEPERS: Final = ("本人", "本人", "代管")
_WEATHER: Final = ("雨后", "雪后", "大风后", "例行")
_HOUSE_STATES: Final = ("无明显隐患", "无明显隐患", "后墙略有渗水", "屋面瓦有松动，已告知")
_CARE_TIMES: Final = ("天", "两天", "周两次", "周")
_DUTIES: Final = ("履责良好", "饮食起居有人照看", "洗衣做饭都到位")
_PLACES: Final = ("合肥", "芜湖", "南京", "上海", "杭州", "本市")
_REACHED: Final = ("已接通", "未接通，稍后再打")
_WISHES: Final = ("希望申请辅具", "想了解医疗救助", "盼有人陪同就医", "想找一份公益岗", "盼修补屋面")
_POLICIES: Final = ("办理条件", "申请材料", "办理流程")
_HANDLED: Final = ("已报镇民政办", "已登记并转介", "下周再上门帮办")
_FESTIVALS: Final = ("春节", "端午", "中秋", "重阳")
_GOODS: Final = ("大米一袋、食用油一桶", "棉被一床", "牛奶两箱", "慰问品一份")
_WENT: Final = ("去镇上看病", "下地干活", "走亲戚", "去女儿家小住")
_SAME: Final = ("无变化", "身体略有好转", "用药有调整", "收入基本持平")
HOUSE_WORDS: Final = {
    HouseKind.OWN_BRICK.value: "砖混结构",
    HouseKind.OWN_BRICKWOOD.value: "砖木结构",
    HouseKind.OWN_EARTH.value: "土坯房",
    HouseKind.FLAT.value: "楼房",
}


def visit_text(chance: Chance, title: str, house_kind: str, carer: str) -> str:
    """One to three sentences on a visit in which somebody was met. At least 10 characters."""
    pick = chance.choice
    built = HOUSE_WORDS.get(house_kind, "结构完好")
    sentences = [
        f"户主{title}在家，精神{pick(_MOODS)}，{'慢病' if chance.random() < 0.6 else '常用药'}按时服药。"
    ]
    for _ in range(chance.randrange(3)):
        drawn = chance.randrange(6)
        if drawn == 0:
            sentences.append(f"米面油可用{chance.randrange(7, 40)}天，{pick(_HEATING)}。")
        elif drawn == 1:
            sentences.append(f"本月救助金{pick(_MONEY)}，账户{pick(_KEEPERS)}保管。")
        elif drawn == 2:
            sentences.append(f"住房{built}，{pick(_WEATHER)}检查，{pick(_HOUSE_STATES)}。")
        elif drawn == 3 and carer:
            sentences.append(f"照料人每{pick(_CARE_TIMES)}上门，{pick(_DUTIES)}。")
        elif drawn == 4:
            sentences.append(f"子女{pick(_PLACES)}务工，电话{pick(_REACHED)}，已提醒常联系。")
        else:
            sentences.append(f"与上次相比{pick(_SAME)}。")
    return "".join(dict.fromkeys(sentences))


def phone_text(chance: Chance, title: str) -> str:
    """A call or a talk away from home."""
    return f"与户主{title}通话，精神{chance.choice(_MOODS)}，与上次相比{chance.choice(_SAME)}，已宣传政策。"


def institution_text(chance: Chance) -> str:
    """A visit at an institution."""
    return f"到机构探视，精神{chance.choice(_MOODS)}，饮食起居有护理员照看，{chance.choice(_SAME)}。"


def need_text(chance: Chance) -> str:
    """A wish and what was done about it."""
    return f"反映{chance.choice(_WISHES)}，已告知{chance.choice(_POLICIES)}，{chance.choice(_HANDLED)}。"


def festival_text(chance: Chance) -> str:
    """A visit before a holiday."""
    return f"{chance.choice(_FESTIVALS)}前走访，送{chance.choice(_GOODS)}，家中情况正常。"


def not_home_text(chance: Chance, day: dt.date) -> str:
    """Nobody was there."""
    again = day + dt.timedelta(days=chance.randrange(2, 6))
    return f"敲门无人应，邻居称{chance.choice(_WENT)}，留便条，{again.month}月{again.day}日再访。"


def urgent_text(chance: Chance) -> str:
    """Something pressing."""
    causes = ("突发疾病住院，自付费用高", "屋顶漏雨严重，夜间无处安身", "外出务工的儿子意外受伤，收入中断")
    return f"家中{chance.choice(causes)}，已当场电话报告村助理员并拍照留存。"
