"""The figures, lists and rows of the statistics screen in words."""

import datetime as dt
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from fieldapp.app.texts import Texts
from fieldapp.domain.records.households import Category, RiskLevel
from fieldapp.domain.records.visits import NOBODY_MET, Result, VisitState
from fieldapp.domain.rules.statistics import Ratio
from fieldapp.services.statistics import WHOLE, GroupBy, StatisticsRow
from fieldapp.services.statistics_lists import Figure, Listing, VisitItem
from ui.theme import StatusKind
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.records.day_words import moment_words
from ui.widgets.records.household_cards import SEPARATOR
from ui.widgets.records.household_rows import place_line

translate = QCoreApplication.translate


def month_words(month: dt.date) -> str:
    """2026 年 3 月."""
    name = QLocale.c().standaloneMonthName(month.month, QLocale.FormatType.ShortFormat)
    return translate("Statistics", "{0} 年 {1} 月").format(month.year, month.month, name)


def short_month_words(month: dt.date) -> str:
    """3月: below a bar."""
    name = QLocale.c().standaloneMonthName(month.month, QLocale.FormatType.ShortFormat)
    return translate("Statistics", "{0}月").format(month.month, name)


def group_words(group_by: GroupBy) -> str:
    """What the rows are."""
    return {
        GroupBy.TOWN: translate("Statistics", "镇（街道）"),
        GroupBy.VILLAGE: translate("Statistics", "村（社区）"),
        GroupBy.GRID: translate("Statistics", "网格"),
        GroupBy.WORKER: translate("Statistics", "走访人"),
        GroupBy.CATEGORY: translate("Statistics", "救助类别"),
        GroupBy.RISK: translate("Statistics", "风险等级"),
    }[group_by]


def figure_words(figure: Figure) -> str:
    """The name of a figure."""
    return {
        Figure.VISITS: translate("Statistics", "走访次数"),
        Figure.PERSON_VISITS: translate("Statistics", "人次"),
        Figure.COVERAGE: translate("Statistics", "覆盖率"),
        Figure.COMPLETION: translate("Statistics", "完成率"),
        Figure.OVERDUE: translate("Statistics", "超期未访"),
        Figure.ON_SITE: translate("Statistics", "入户占比"),
        Figure.TIMELY: translate("Statistics", "及时上传"),
        Figure.NOT_FOUND: translate("Statistics", "未遇率"),
        Figure.EXEMPT: translate("Statistics", "免访"),
        Figure.NOT_YET_DUE: translate("Statistics", "未到应访期"),
    }[figure]


def listing_words(listing: Listing) -> str:
    """The name of a list."""
    return {
        Listing.VISITS: translate("Statistics", "有效走访"),
        Listing.COVERED: translate("Statistics", "已覆盖"),
        Listing.UNCOVERED: translate("Statistics", "未覆盖"),
        Listing.COMPLETED: translate("Statistics", "已完成"),
        Listing.NOT_COMPLETED: translate("Statistics", "未完成"),
        Listing.OVERDUE: translate("Statistics", "超期未访"),
        Listing.EXEMPT: translate("Statistics", "免访"),
        Listing.NOT_YET_DUE: translate("Statistics", "未到应访期"),
        Listing.ON_SITE: translate("Statistics", "入户"),
        Listing.ELSEWHERE: translate("Statistics", "其他方式"),
        Listing.IN_TIME: translate("Statistics", "及时"),
        Listing.LATE: translate("Statistics", "不及时"),
        Listing.NOT_FOUND: translate("Statistics", "未遇"),
        Listing.FOUND: translate("Statistics", "其他登记"),
    }[listing]


_CODES: Final[dict[GroupBy, type[StrEnum]]] = {GroupBy.CATEGORY: Category, GroupBy.RISK: RiskLevel}


def row_words(row: StatisticsRow, group_by: GroupBy, texts: Texts) -> str:
    """The name of a row."""
    if row.key == WHOLE:
        # Of workers no sum stands below: a visit by two is in both their rows.
        worker = group_by is GroupBy.WORKER
        return translate("Statistics", "全部（不重复计）") if worker else translate("Statistics", "合计")
    if group_by in _CODES:
        if not row.key:
            return translate("Statistics", "不在册或没有类别")
        return texts.label(_CODES[group_by](row.key))
    return row.name or translate("Statistics", "本机不认识的人员")


def value_words(value: int | Ratio) -> str:
    """A figure in a table cell: a share with both numbers."""
    if isinstance(value, Ratio):
        return f"{value.numerator:,}/{value.denominator:,}  {value.percent}"
    return f"{value:,}"


def visit_card(item: VisitItem, texts: Texts, today: dt.date) -> CardContent:
    """A visit in a list."""
    chips = [CardChip(texts.label(item.mode)), CardChip(texts.label(item.result), _tone(item.result))]
    if item.state is VisitState.RETURNED:
        chips.append(CardChip(texts.label(item.state), StatusKind.DANGER))
    visitors = translate("Statistics", "、").join(item.visitors)
    return CardContent(
        key=item.visit_id,
        title=item.head_name or translate("Statistics", "本机没有的家庭"),
        chips=tuple(chips),
        line=SEPARATOR.join(filter(None, (place_line(item.village_name, item.group_name, ""), visitors))),
        right=moment_words(item.finished_at, today),
    )


def _tone(result: Result) -> StatusKind:
    if result is Result.URGENT:
        return StatusKind.DANGER
    return StatusKind.WARN if result in NOBODY_MET or result is Result.NEED else StatusKind.OK
