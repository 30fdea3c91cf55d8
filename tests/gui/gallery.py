"""Sheets of sample widgets: every part of the kit, filled in, in Chinese or English."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from fieldapp.domain.clock import COUNTY_ZONE
from ui import theme as look
from ui.shots import signed_pad
from ui.theme import StatusKind, TextRole
from ui.widgets.avatar import Avatar
from ui.widgets.banner import Banner
from ui.widgets.buttons import Button, ButtonKind, IconButton
from ui.widgets.card import Card, IconMark
from ui.widgets.charts.bar_chart import BarChart, ChartLegend
from ui.widgets.charts.proportion_bars import Proportion, ProportionBars
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.inputs.choice_editor import choice_editor
from ui.widgets.inputs.choices import Choice
from ui.widgets.inputs.date_field import DateField
from ui.widgets.inputs.editor import Editor
from ui.widgets.inputs.field import Field
from ui.widgets.inputs.likert import Likert
from ui.widgets.inputs.moment_field import MomentField
from ui.widgets.inputs.month_field import MonthField
from ui.widgets.inputs.month_grid import MonthGrid
from ui.widgets.inputs.number_field import NumberField
from ui.widgets.inputs.photo_tile import Photo, PhotoState, PhotoStrip
from ui.widgets.inputs.picker import Picker
from ui.widgets.inputs.picture_choices import PictureChoices
from ui.widgets.inputs.range_slider import RangeSlider
from ui.widgets.inputs.rank_list import RankList
from ui.widgets.inputs.search_field import SearchField
from ui.widgets.inputs.stepper import Stepper
from ui.widgets.inputs.text_field import InputKind, TextArea, TextField
from ui.widgets.inputs.time_field import TimeField
from ui.widgets.labels import ElidedText, Text
from ui.widgets.layouts import EvenGridLayout, FlowLayout
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardChip, CardContent
from ui.widgets.lists.card_row import CardRow
from ui.widgets.lists.data_table import DataTable
from ui.widgets.progress_row import ProgressLine, ProgressRow
from ui.widgets.scrolling import ScrollPage
from ui.widgets.section_list import Section, SectionList, SectionState
from ui.widgets.shell.navigation import NavEntry
from ui.widgets.shell.page_scaffold import Arrangement, PageScaffold, TwoColumns
from ui.widgets.stat_tile import FigureCard, StatTile

TODAY: Final = date(2026, 11, 23)
NOON: Final = time(12, 5)
SCREENS: Final = (QSize(1366, 768), QSize(800, 1280))


class Gallery:
    """Builds the sheets in one language."""

    def __init__(self, english: bool) -> None:
        self._english = english

    def say(self, chinese: str, english: str) -> str:
        """A sample text."""
        return english if self._english else chinese

    def entries(self) -> list[NavEntry]:
        """The five entries of the navigation."""
        return [
            NavEntry("today", self.say("今日", "Today"), "house"),
            NavEntry("people", self.say("对象", "People"), "users"),
            NavEntry("tasks", self.say("任务", "Tasks"), "clipboard-list"),
            NavEntry("figures", self.say("统计", "Figures"), "chart-column"),
            NavEntry("settings", self.say("设置", "Settings"), "settings", last=True),
        ]

    def scaffold(self, title: str, context: str, entry: str, page: QWidget) -> PageScaffold:
        """A page in its frame."""
        frame = PageScaffold(self.entries())
        frame.top.set_title(title, context)
        frame.top.sync.set_offline(3)
        frame.add_page(entry, page)
        frame.show_page(entry)
        frame.set_count("tasks", 3)
        return frame

    def cards(self) -> list[CardContent]:
        """Sample cards."""
        visit = self.say("开始走访", "Start visit")
        kind = StatusKind
        rows = (
            (
                "王甲",
                "已超期 4 天",
                "4 days late",
                kind.DANGER,
                "幸福村 3 组 12 号 · 独居老人 · 78 岁",
                "10 月 28 日",
            ),
            ("李乙", "今天到期", "Due today", kind.WARN, "幸福村 3 组 15 号 · 重度残疾", "10 月 23 日"),
            (
                "陈丙一家",
                "今天到期",
                "Due today",
                kind.WARN,
                "东风村 1 组 6 号 · 低保 · 4 口人",
                "8 月 25 日",
            ),
            ("欧阳丁", "还有 2 天", "2 days left", kind.MUTE, "东风村 1 组 9 号 · 分散特困", "10 月 25 日"),
            ("周戊", "草稿 · 未提交", "Draft", kind.INFO, "青山村 5 组 2 号 · 留守儿童", "昨天 17:20"),
            ("吴己", "已走访", "Visited", kind.OK, "青山村 5 组 8 号 · 低保边缘", "今天 09:12"),
        )
        cards = []
        for i, (name, chip, chip_en, tone, line, last) in enumerate(rows):
            place = self.say(line, f"Village {i + 1}, group 3, no. 12 · lives alone · 78")
            right = self.say(f"上次 {last}", f"Last: {10 + i} Oct")
            status = CardChip(self.say(chip, chip_en), tone)
            more = (CardChip(self.say("高风险", "High risk"), kind.DANGER),) if i == 0 else ()
            content = CardContent(f"h{i}", name, (status, *more), place, right, visit, primary=i == 0)
            cards.append(content)
        return cards

    def choices(self, *labels: tuple[str, str]) -> list[Choice]:
        """Sample choices from label pairs."""
        return [Choice(f"c{i}", self.say(*pair)) for i, pair in enumerate(labels)]

    def home(self) -> QWidget:
        """The day: tiles, cards, side column."""
        page = ScrollPage()
        tiles = QWidget()
        grid = EvenGridLayout(tiles, gap=12)
        for label, icon, tone, figure, unit in (
            (
                self.say("今日到期", "Due today"),
                "calendar-clock",
                StatusKind.WARN,
                "6",
                self.say("户", "homes"),
            ),
            (
                self.say("已超期", "Overdue"),
                "triangle-alert",
                StatusKind.DANGER,
                "2",
                self.say("户", "homes"),
            ),
            (self.say("本月", "This month"), "circle-check", StatusKind.OK, "41", "/ 63"),
            (self.say("待上传", "To upload"), "cloud-upload", StatusKind.INFO, "3", self.say("条", "items")),
        ):
            tile = StatTile(label, icon=icon, tone=tone)
            tile.set_figure(figure, unit)
            grid.addWidget(tile)
        page.column.addWidget(tiles)
        main = QWidget()
        column = QVBoxLayout(main)
        column.setContentsMargins(0, 0, 0, 0)
        head = QHBoxLayout()
        head.addWidget(Text(self.say("该去谁家", "Who to visit"), TextRole.SECTION), 1)
        for text, icon in (
            (self.say("按距离排序", "By distance"), "map-pin"),
            (self.say("筛选", "Filter"), "list-filter"),
        ):
            head.addWidget(Button(text, ButtonKind.TEXT, icon=icon))
        column.addLayout(head)
        cards = self.cards()
        source = Fixed({card.key: card for card in cards})
        listing = CardList(source, self.say("该去谁家", "Who to visit"))
        listing.set_growing(True)
        listing.set_keys([card.key for card in cards])
        column.addWidget(listing)
        column.addStretch(1)
        page.column.addWidget(TwoColumns(main, self.side()), 1)
        frame = self.scaffold(
            self.say("早上好", "Good morning"),
            self.say("11 月 23 日 星期一 · 石桥镇 幸福网格", "Monday 23 November · Happy grid"),
            "today",
            page,
        )
        frame.top.add_search(self.say("姓名、拼音首字母、门牌…", "Name, initials, house number…"))
        frame.toasts.post(self.say("已删除 1 条草稿", "1 draft deleted"), on_action=page.update)
        return frame

    def side(self) -> QWidget:
        """Cards of the side column."""
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(14)
        urgent = Card(self.say("急难上报", "Emergency"), icon="siren", tone=StatusKind.DANGER)
        urgent.body.addWidget(
            Text(
                self.say(
                    "突发重病、火灾、断粮等情况，先报再补材料",
                    "Sudden illness, fire, no food: report first, papers later",
                ),
                tone="soft",
                wrap=True,
            )
        )
        urgent.body.addWidget(Button(self.say("立即上报急难", "Report now"), ButtonKind.DANGER, icon="siren"))
        month = Card(self.say("本月进度", "This month"))
        month.add_tool(Text("65%", TextRole.SECTION))
        bar = ProgressLine()
        bar.setRange(0, 100)
        bar.setValue(65)
        month.body.addWidget(bar)
        month.body.addWidget(
            Text(
                self.say(
                    "还剩 22 户，8 个工作日，平均每天 3 户", "22 homes and 8 working days left, 3 a day"
                ),
                TextRole.CAPTION,
                wrap=True,
            )
        )
        sync = Card(self.say("同步", "Sync"), icon="cloud-off", tone=StatusKind.WARN)
        sync.add_tool(Chip(self.say("离线", "Offline"), StatusKind.WARN))
        sync.body.addWidget(
            Text(
                self.say(
                    "3 条走访、7 张照片已存在本机，联网后自动上传。",
                    "3 visits and 7 photos are kept here and go up by themselves.",
                ),
                tone="soft",
                wrap=True,
            )
        )
        sync.body.addWidget(Button(self.say("查看待上传", "Show waiting"), icon="cloud-upload"))
        for card in (urgent, month, sync):
            column.addWidget(card)
        return side

    def form(self) -> QWidget:
        """A form with section list and footer."""
        page = ScrollPage()
        who = CardContent(
            "h0",
            "王甲",
            (
                CardChip(self.say("高风险", "High risk"), StatusKind.DANGER),
                CardChip(self.say("独居", "Alone"), StatusKind.INFO),
            ),
            self.say(
                "幸福村 3 组 12 号 · 女 · 78 岁 · 3417**********1627",
                "Village 3, no. 12 · 78 · 3417**********1627",
            ),
        )
        page.column.addWidget(CardRow(who))
        card = Card(self.say("健康与照料", "Health and care"))
        card.add_tool(Text(self.say("第 3 步，共 6 步", "Step 3 of 6"), TextRole.CAPTION))
        card.body.setSpacing(2)
        for field in self.fields():
            card.body.addWidget(field)
        page.column.addWidget(card)
        photos = Card(self.say("现场照片", "Photos"))
        photos.body.addWidget(self.photos())
        page.column.addWidget(photos)
        sign = Card(self.say("签名", "Signature"))
        sign.body.addWidget(signed_pad())
        page.column.addWidget(sign)
        page.column.addStretch(1)
        steps = QWidget()
        steps.setProperty("kind", "surface")
        steps.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        steps.setFixedWidth(look.current().px(240))
        inner = QVBoxLayout(steps)
        inner.addWidget(self.sections())
        inner.addStretch(1)
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(steps)
        row.addWidget(page, 1)
        frame = self.scaffold(
            self.say("走访记录 · 王甲", "Visit · Wang Jia"),
            self.say("高风险家庭月度评估 v3 · 草稿", "Monthly assessment v3 · draft"),
            "today",
            body,
        )
        frame.top.back.show()
        frame.top.set_tools(Button(self.say("存草稿离开", "Save and leave"), ButtonKind.TEXT))
        frame.set_task(True)
        frame.set_footer(self.footer())
        steps.setVisible(frame.arrangement is Arrangement.WIDE)
        frame.arrangement_changed.connect(lambda to: steps.setVisible(to is Arrangement.WIDE))
        return frame

    def inputs(self) -> QWidget:
        """The whole form, unscrolled."""
        page = QWidget()
        page.setProperty("kind", "page")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        card = Card(self.say("健康与照料", "Health and care"))
        card.body.setSpacing(2)
        for field in self.fields():
            card.body.addWidget(field)
        card.body.addWidget(Field(self.say("签名", "Signature"), signed_pad(), required=True))
        card.body.addWidget(self.photos())
        column.addWidget(card)
        column.addStretch(1)
        return page

    def questionnaire(self) -> QWidget:
        """Editors that only questionnaires have, unscrolled."""
        page = QWidget()
        page.setProperty("kind", "page")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        card = Card(self.say("问卷", "Questionnaire"))
        card.body.setSpacing(2)
        for field in self.questions():
            card.body.addWidget(field)
        column.addWidget(card)
        column.addStretch(1)
        return page

    def questions(self) -> list[Field]:
        """Numbers, months and times, scales, an order, pictures to choose from."""
        needs = self.choices(("助餐", "Meals"), ("助浴", "Bathing"), ("送医陪护", "Escort to hospital"))
        how = self.choices(
            ("很不满意", "Very poor"), ("不满意", "Poor"), ("一般", "Fair"), ("满意", "Good"),
            ("很满意", "Very good"),
        )  # fmt: skip
        roofs = self.choices(("瓦顶", "Tiles"), ("水泥平顶", "Flat roof"), ("草顶", "Thatch"))
        pictures = PictureChoices(roofs, [one.value for one in roofs[:2]])
        pictures.show_picture(roofs[0].value, sample_picture(3))
        pictures.set_value(roofs[0].value)
        shown: list[tuple[str, Editor, object]] = [
            (self.say("年收入（元）", "Income (yuan)"),
             NumberField(decimals=True, separated=True), "12600.50"),
            (self.say("从哪个月开始", "Since which month"), MonthField(lambda: TODAY), TODAY.replace(day=1)),
            (self.say("建房年份", "Year the house was built"), MonthField(lambda: TODAY, years=True), None),
            (self.say("到达时间", "Time of arrival"), TimeField(lambda: NOON), NOON),
            (self.say("发生时间", "When it happened"),
             MomentField(lambda: datetime.combine(TODAY, NOON, COUNTY_ZONE)), None),
            (self.say("疼痛程度", "Pain"), RangeSlider(Decimal(0), Decimal(10), Decimal(1)), Decimal(3)),
            (self.say("对服务满意吗", "How is the service"), Likert(how), how[3].value),
            (self.say("按需要排序", "Order by need"), RankList(needs), None),
            (self.say("屋顶是哪一种", "Which roof"), pictures, roofs[0].value),
        ]  # fmt: skip
        fields = []
        for label, editor, value in shown:
            if value is not None:
                editor.set_value(value)
            fields.append(Field(label, editor))
        return fields

    def sections(self) -> SectionList:
        """Steps of the sample form."""
        steps = SectionList()
        done, current = SectionState.DONE, SectionState.CURRENT
        steps.set_sections(
            [
                Section("a", self.say("到访确认", "Arrival"), done),
                Section("b", self.say("基本状况", "Basics"), done),
                Section("c", self.say("健康与照料", "Health and care"), current),
                Section("d", self.say("住房安全", "Housing")),
                Section("e", self.say("困难与需求", "Hardships and needs"), missing=2),
                Section("f", self.say("照片签字", "Photos, signature")),
            ]
        )
        return steps

    def footer(self) -> QWidget:
        """Save state, back, next."""
        foot = QWidget()
        row = QHBoxLayout(foot)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(IconMark("circle-check", tone=StatusKind.OK))
        row.addWidget(ElidedText(self.say("已自动保存 10:07", "Saved 10:07"), tone="soft"), 1)
        row.addWidget(Button(self.say("上一步", "Back"), icon="chevron-left"))
        row.addWidget(Button(self.say("下一步：住房安全", "Next: housing"), ButtonKind.PRIMARY))
        return foot

    def fields(self) -> list[Field]:
        """Every editor in its field."""
        health = self.choices(("良好", "Good"), ("一般", "Fair"), ("较差", "Poor"), ("卧床", "Bedridden"))
        helpers = self.choices(
            ("配偶", "Spouse"),
            ("子女", "Children"),
            ("邻居照料", "Neighbours"),
            ("机构", "Institution"),
            ("护理员", "Carer"),
            ("无人照料", "Nobody"),
        )
        needs = self.choices(
            ("助餐", "Meals"),
            ("助浴", "Bathing"),
            ("就医陪同", "Doctor visits"),
            ("都不需要", "None of these"),
        )
        villages = [Choice(f"v{i}", self.say(f"第 {i} 村民小组", f"Group {i}")) for i in range(1, 31)]
        body, fall, many = (
            choice_editor(health),
            choice_editor(self.choices(("没有", "No"), ("有", "Yes"))),
            choice_editor(needs, multiple=True),
        )
        body.set_value("c2")
        fall.set_value("c1")
        many.set_value(("c0", "c2"))
        carer, place = choice_editor(helpers), Picker(villages)
        carer.set_value("c2")
        pressure, note = (
            TextField(InputKind.INTEGER),
            TextArea(placeholder=self.say("看到什么写什么", "Write what you see")),
        )
        pressure.set_value("1500")
        note.set_value(
            self.say(
                "老人上月跌倒一次，走路需扶墙。女儿在外地，每周电话一次。家中电线老化。",
                "Fell once last month and walks along the wall. The daughter lives away and calls weekly.",
            )
        )
        day, count = DateField(lambda: TODAY), Stepper(maximum=20)
        day.set_value(date(2026, 3, 5))
        count.set_value(4)
        rows: list[tuple[str, Editor]] = [
            (self.say("身体状况", "Health"), body),
            (self.say("最近 30 天是否跌倒", "Fall in the last 30 days"), fall),
            (self.say("需要的服务（可多选）", "Services needed"), many),
            (self.say("主要照料人", "Main carer"), carer),
            (self.say("所在小组", "Group"), place),
            (self.say("血压（高压）mmHg", "Blood pressure (mmHg)"), pressure),
            (self.say("家庭人口", "Persons in the home"), count),
            (self.say("下次走访日期", "Next visit"), day),
            (self.say("情况描述", "Notes"), note),
        ]
        fields = [Field(label, editor, required=i < 4) for i, (label, editor) in enumerate(rows)]
        fields[0].set_last_value(self.say("一般", "Fair"), "c1")
        fields[3].set_last_value(self.say("邻居照料", "Neighbours"), "c2")
        fields[5].set_error(
            self.say("请核对：一般在 60–260 之间", "Please check: usually between 60 and 260")
        )
        fields[8].set_hint(
            self.say(
                "可用手写或语音输入；系统每次停笔自动保存",
                "Handwriting and voice work too; saved whenever you pause",
            )
        )
        return fields

    def photos(self) -> PhotoStrip:
        """Photos in all states."""
        strip = PhotoStrip()
        states = (PhotoState.STAMPED, PhotoState.STAMPING, PhotoState.UPLOADED)
        strip.set_photos(
            [Photo(f"p{i}", sample_picture(i), "11-23 10:06", state) for i, state in enumerate(states)]
        )
        return strip

    def figures(self) -> QWidget:
        """Statistics: figure cards, charts, table."""
        page = ScrollPage()
        tops = QWidget()
        grid = EvenGridLayout(tops, gap=12)
        kind = StatusKind
        for label, figure, unit, verdict, tone in (
            (
                self.say("本月走访", "Visits"),
                "1,284",
                self.say("次", ""),
                self.say("较上月 +8%", "+8% on last month"),
                kind.OK,
            ),
            (self.say("覆盖率", "Coverage"), "72", "%", self.say("目标 100%", "Goal 100%"), kind.INFO),
            (
                self.say("超期未访", "Overdue"),
                "57",
                self.say("户", "homes"),
                self.say("较上周 -12", "-12 on last week"),
                kind.WARN,
            ),
            (
                self.say("急难待处理", "Emergencies"),
                "3",
                self.say("件", ""),
                self.say("最早 26 小时", "Oldest 26 h"),
                kind.DANGER,
            ),
        ):
            tile = FigureCard(label)
            tile.set_figure(figure, unit)
            tile.set_verdict(verdict, tone)
            grid.addWidget(tile)
        page.column.addWidget(tops)
        weeks = Card(self.say("近 12 周走访量", "Visits, last 12 weeks"))
        weeks.add_tool(Button(self.say("看表格", "Table"), ButtonKind.TEXT, icon="table-2"))
        weeks.body.addWidget(ChartLegend(self.say("实际走访", "Visits"), self.say("计划", "Plan")))
        chart = BarChart(self.say("近 12 周走访量", "Visits, last 12 weeks"))
        values = (94, 104, 90, 118, 123, 100, 111, 127, 134, 122, 131, 139)
        labels = [self.say(f"{36 + i}周", f"W{36 + i}") for i in range(12)]
        chart.set_bars(labels, values, plan=113, unit=self.say("次", "visits"))
        weeks.body.addWidget(chart)
        page.column.addWidget(weeks)
        shares = Card(self.say("各村完成率", "Done by village"))
        bars = ProportionBars(self.say("各村完成率", "Done by village"))
        villages = ("幸福村", "东风村", "青山村", "石桥村", "龙潭村")
        pairs = ((63, 70), (51, 68), (44, 61), (38, 66), (19, 55))
        bars.set_rows(
            [
                Proportion(self.say(v, f"Village {i + 1}"), *pair)
                for i, (v, pair) in enumerate(zip(villages, pairs, strict=True))
            ],
            target=60,
        )
        shares.body.addWidget(bars)
        page.column.addWidget(shares)
        twin = DataTable(self.say("各村完成率", "Done by village"), growing=True)
        table = bars.table()
        twin.fill(table.columns, table.rows)
        page.column.addWidget(twin)
        page.column.addStretch(1)
        return self.scaffold(
            self.say("石桥镇走访统计", "Visit figures"),
            self.say("数据截至 11 月 23 日 10:00", "As of 23 November 10:00"),
            "figures",
            page,
        )

    def basics(self) -> QWidget:
        """Buttons, chips, avatars, banners, progress, empty state."""
        page = ScrollPage()
        buttons, chips, people = QWidget(), QWidget(), QWidget()
        row = FlowLayout(buttons, gap=12)
        for kind, text, icon in (
            (ButtonKind.PRIMARY, self.say("开始走访", "Start visit"), ""),
            (ButtonKind.SECONDARY, self.say("预览与打印", "Preview and print"), "printer"),
            (ButtonKind.TEXT, self.say("筛选", "Filter"), "list-filter"),
            (ButtonKind.DANGER, self.say("删除草稿", "Delete draft"), "trash-2"),
        ):
            row.addWidget(Button(text, kind, icon=icon))
        disabled = Button(self.say("提交", "Submit"), ButtonKind.PRIMARY, icon="check")
        disabled.setEnabled(False)
        row.addWidget(disabled)
        row.addWidget(IconButton("settings", self.say("设置", "Settings")))
        flow = FlowLayout(chips)
        for status, words in zip(
            StatusKind, ("已走访", "今天到期", "已超期 4 天", "草稿", "还有 2 天"), strict=True
        ):
            flow.addWidget(Chip(words, status))
        crowd = FlowLayout(people)
        for i, name in enumerate(("王甲", "李乙", "陈丙", "赵丁", "周戊", "吴己", "欧阳庚", "郑辛")):
            crowd.addWidget(Avatar(f"id{i}", name))
        page.column.addWidget(
            SearchField(self.say("姓名、拼音首字母、门牌…", "Name, initials, house number…"))
        )
        for widget in (buttons, chips, people):
            page.column.addWidget(widget)
        for status, text in zip(
            StatusKind,
            (
                self.say("已恢复到昨天 18:04 的备份", "Restored"),
                self.say("电脑时间比服务器慢 3 天，请先校准时间。", "The clock is 3 days slow."),
                self.say(
                    "磁盘将满，新照片暂时不能保存；已填内容没有丢失。请清理磁盘后重试。",
                    "The disk is almost full. Nothing is lost; please free space and try again.",
                ),
                self.say("练习模式：这里的记录不会上报。", "Practice mode."),
                self.say("服务器维护中", "Server maintenance"),
            ),
            strict=True,
        ):
            page.column.addWidget(
                Banner(text, status, button=self.say("查看", "Show") if status is StatusKind.DANGER else "")
            )
        progress = ProgressRow(self.say("正在导入名册", "Importing"))
        progress.set_progress(37, 120)
        page.column.addWidget(progress)
        card = Card()
        card.body.addWidget(
            EmptyState(
                self.say("今天没有要走访的家庭", "No visits today"),
                icon="clipboard-list",
                button=self.say("查看本周计划", "Show this week"),
            )
        )
        page.column.addWidget(card)
        page.column.addStretch(1)
        page.setProperty("kind", "page")
        return page

    def calendar(self) -> QWidget:
        """The calendar."""
        grid = MonthGrid(TODAY)
        grid.setProperty("kind", "page")
        grid.days.set_chosen(date(2026, 11, 5))
        return grid

    def picker(self) -> QWidget:
        """The searchable list."""
        choices = [
            Choice(f"v{i}", self.say(f"第 {i} 村民小组", f"Group {i}"), self.say("幸福村", "Happy village"))
            for i in range(1, 31)
        ]
        picker = Picker(choices, title=self.say("所在小组", "Group"))
        picker.set_value("v3")
        dialog = picker.open_list()
        dialog.setParent(None)  # or it would go with the picker
        return dialog


class Fixed:
    """A source that has all cards at hand."""

    def __init__(self, cards: Mapping[str, CardContent]) -> None:
        self._cards = cards

    def fetch(self, keys: Sequence[str]) -> Mapping[str, CardContent]:
        """All that is asked for."""
        return {key: self._cards[key] for key in keys}


def sample_picture(seed: int) -> QImage:
    """A plain landscape in place of a photo."""
    image = QImage(320, 240, QImage.Format.Format_RGB32)
    image.fill(QColor.fromHsv(200 - 30 * seed, 60, 210))
    painter = QPainter(image)
    painter.fillRect(0, 150, 320, 90, QColor.fromHsv(90, 70, 140))
    painter.fillRect(90, 90, 140, 90, QColor.fromHsv(25, 60, 190))
    painter.end()
    return image
