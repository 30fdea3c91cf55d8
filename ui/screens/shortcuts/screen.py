"""快捷键: what every key does, from the table that binds them. Layer 5."""

from typing import Final

from PySide6.QtWidgets import QWidget

from ui import theme as look
from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.shortcuts import KEYS, Act, Place, shown
from ui.theme import TextRole, Theme
from ui.widgets.card import Card
from ui.widgets.labels import Text
from ui.widgets.records.value_list import ValueList
from ui.widgets.scrolling import ScrollPage

_WIDEST: Final = 860
_BETWEEN: Final = "  ·  "


class ShortcutsScreen(Screen):
    """A card for each place where keys work; Esc returns to what was being done."""

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        page = ScrollPage()
        self.column.addWidget(page)
        titles = {
            Place.EVERYWHERE: (self.tr("到处都能用"), "keyboard"),
            Place.LIST: (self.tr("在名单里"), "list"),
            Place.FORM: (self.tr("填表时"), "pencil"),
        }
        words = self._words()
        self.cards: list[Card] = []
        for place, acts in KEYS.items():
            title, icon = titles[place]
            card = Card(title, icon=icon)
            values = ValueList()
            values.set_values(
                (_in_words(act, keys) or self.tr("直接打字"), words[act]) for act, keys in acts.items()
            )
            card.body.addWidget(values)
            self.cards.append(card)
            page.column.addWidget(card)
        page.column.addWidget(
            Text(
                self.tr("所有操作用鼠标、手指或 Tab 键和回车键也能完成，快捷键只是更快。"),
                TextRole.CAPTION,
                wrap=True,
            )
        )
        page.column.addStretch(1)
        look.follow(self, self._restyle)

    def enter(self, params: Params) -> None:
        self._say_title()

    def shown_again(self) -> None:
        self._say_title()

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("快捷键"))

    def _restyle(self, theme: Theme) -> None:
        for card in self.cards:  # keys and words far apart are hard to read across
            card.setMaximumWidth(theme.px(_WIDEST))

    def _words(self) -> dict[Act, str]:
        return {
            Act.HELP: self.tr("打开本页"),
            Act.SEARCH: self.tr("搜索；本页没有搜索框时到“对象”里搜"),
            Act.NEW_VISIT: self.tr("新建走访：正在看或名单里选中的这一户；没有选中就先去选户"),
            Act.URGENT: self.tr("急难上报，报完回到原来的地方"),
            Act.SYNC: self.tr("立即同步"),
            Act.BACK: self.tr("返回上一页；搜索框里有字时先清空"),
            Act.NEXT: self.tr("名单里的下一户（条）"),
            Act.PREVIOUS: self.tr("名单里的上一户（条）"),
            Act.ENTRIES: self.tr("主导航的第 1 至第 5 项"),
            Act.LARGER: self.tr("文字放大"),
            Act.SMALLER: self.tr("文字缩小"),
            Act.LOCK: self.tr("立即锁定"),
            Act.WALK: self.tr("上下移动"),
            Act.OPEN: self.tr("打开选中的一条"),
            Act.BUTTON: self.tr("按这一条上的按钮，例如“开始走访”"),
            Act.TYPE: self.tr("有搜索框的页面：打字就开始搜索，可以只打拼音首字母"),
            Act.FORWARD: self.tr("下一步，最后一步是提交"),
            Act.STEP_BACK: self.tr("上一步"),
            Act.SAVE: self.tr("立即保存（不按也会自动保存）"),
            Act.UNDO: self.tr("撤销上一处改动"),
            Act.REDO: self.tr("恢复撤销的改动"),
        }


def _in_words(act: Act, keys: tuple[str, ...]) -> str:
    if act is Act.ENTRIES:
        return f"{shown(keys[0])} – {shown(keys[-1])}"
    return _BETWEEN.join(map(shown, keys))
