"""更多: a row for each further page. Layer 5."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.ports import Params, Surroundings
from ui.screen import Screen
from ui.screens.more.presenter import PRACTICE, TOUR, MorePresenter, MoreState
from ui.theme import StatusKind
from ui.widgets.lists.card_list import CardList
from ui.widgets.lists.card_model import CardContent
from ui.widgets.records.household_cards import CardsAtHand


class MoreScreen(Screen):
    """Rows lead to pages."""

    entry = "more"

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(surroundings, parent)
        self.presenter = MorePresenter(surroundings, self.render_state)
        self._at_hand = CardsAtHand()
        self.cards = CardList(self._at_hand, has_action=False)
        self.cards.setAccessibleName(self.tr("更多"))
        self.cards.opened.connect(self.presenter.open)
        column = QVBoxLayout()
        column.setContentsMargins(20, 14, 20, 0)
        column.addWidget(self.cards, 1)
        self.column.addLayout(column)

    def enter(self, params: Params) -> None:
        self._say_title()
        self.presenter.enter()

    def shown_again(self) -> None:
        self._say_title()

    def leave(self) -> None:
        self.presenter.leave()

    def render_state(self, state: MoreState) -> None:
        """Show the rows."""
        words = self._words()
        cards = [
            CardContent(
                key=one.route, title=words[one.route][0], line=words[one.route][1], icon=one.icon,
                icon_tone=StatusKind.INFO,
            )
            for one in state.pages
        ]  # fmt: skip
        self.cards.set_keys(self._at_hand.hold(cards))

    def _words(self) -> dict[str, tuple[str, str]]:
        return {
            "reviews": (self.tr("走访审核"), self.tr("看走访记录和照片，通过、退回或作废")),
            "back_checks": (self.tr("走访复查"), self.tr("请另一位同事把几个问题再问一遍，看哪里不一致")),
            "spot_checks": (self.tr("双随机检查"), self.tr("区里抽查发现了什么问题，限期什么时候整改")),
            "campaigns": (self.tr("专项排查"), self.tr("雨雪低温等集中走访：还有哪些门没敲，走到哪一步")),
            "opinions": (self.tr("满意度和意见"), self.tr("走访结束时群众怎么说，有什么建议")),
            "exemptions": (self.tr("免访申请"), self.tr("谁暂时走访不到，审批到哪一步")),
            "visit_rules": (self.tr("走访频次规则"), self.tr("哪类家庭多久走访一次，从哪天起执行")),
            "reliefs": (self.tr("临时救助"), self.tr("待审批、待补材料、待回访的救助")),
            "case_times": (self.tr("急难处置时效"), self.tr("接报、到场、救助、补材料用了多久，谁超时")),
            "needs": (self.tr("服务需求"), self.tr("谁需要什么服务，转给了谁，办到哪一步")),
            "need_report": (self.tr("未满足需求统计"), self.tr("按地区和种类，还有慈善帮扶池")),
            "job_seekers": (self.tr("就业帮扶"), self.tr("谁想工作、谁能工作，名单可以导出")),
            "policies": (self.tr("政策卡片"), self.tr("有哪些救助、找谁办、要带什么，没有网络也能查")),
            PRACTICE: (self.tr("练习"), self.tr("用虚构的家庭随便试，填什么都不会上传，可以重来")),
            TOUR: (self.tr("带我看看"), self.tr("一步一步看首页上各是什么")),
            "shortcuts": (self.tr("快捷键"), self.tr("哪个键做什么，随时按 F1 也能看")),
            "organisations": (self.tr("服务机构和项目"), self.tr("谁能提供服务，合同和名额")),
        }

    def _say_title(self) -> None:
        self.surroundings.shell.set_title(self.tr("更多"))
