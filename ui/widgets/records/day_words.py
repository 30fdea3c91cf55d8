"""Days and moments in words: 今天 09:12, 昨天, 10 月 28 日. Layer 5."""

import datetime as dt

from PySide6.QtCore import QCoreApplication, QLocale

from fieldapp.domain.clock import COUNTY_ZONE

translate = QCoreApplication.translate


def day_words(day: dt.date, today: dt.date) -> str:
    """A day as people say it; the year only where it is another one."""
    near = {
        0: translate("DayWords", "今天"),
        1: translate("DayWords", "昨天"),
        -1: translate("DayWords", "明天"),
    }.get((today - day).days)
    if near is not None:
        return near
    if day.year == today.year:
        return short_day_words(day)
    return full_day_words(day)


def full_day_words(day: dt.date) -> str:
    """2026 年 10 月 28 日: where any year is possible."""
    return translate("DayWords", "{0} 年 {1} 月 {2} 日").format(
        day.year, day.month, day.day, month_name(day.month)
    )


def short_day_words(day: dt.date) -> str:
    """10 月 28 日: where the year goes without saying."""
    return translate("DayWords", "{0} 月 {1} 日").format(day.month, day.day, month_name(day.month))


def month_words(month: dt.date) -> str:
    """2026 年 3 月."""
    return translate("DayWords", "{0} 年 {1} 月").format(month.year, month.month, month_name(month.month))


def month_name(month: int) -> str:
    """The month's short name, Mar, for patterns of languages that do not number their months."""
    return QLocale.c().standaloneMonthName(month, QLocale.FormatType.ShortFormat)


def weekday_words(day: dt.date) -> str:
    """星期一 … 星期日."""
    return (
        translate("DayWords", "星期一"),
        translate("DayWords", "星期二"),
        translate("DayWords", "星期三"),
        translate("DayWords", "星期四"),
        translate("DayWords", "星期五"),
        translate("DayWords", "星期六"),
        translate("DayWords", "星期日"),
    )[day.weekday()]


def date_line(day: dt.date) -> str:
    """3 月 5 日 星期四: the head of a day's page, never 今天."""
    pattern = translate("DayWords", "{0} 月 {1} 日 {2}")
    return pattern.format(day.month, day.day, weekday_words(day), month_name(day.month))


def time_words(at: dt.datetime) -> str:
    """The county's wall clock, 09:12."""
    return f"{at.astimezone(COUNTY_ZONE):%H:%M}"


def moment_words(at: dt.datetime, today: dt.date) -> str:
    """今天 09:12."""
    day = day_words(at.astimezone(COUNTY_ZONE).date(), today)
    return translate("DayWords", "{0} {1}").format(day, time_words(at))
