"""A supervisor's desk and the worker who gets a visit back, on a real store."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fieldapp.app.preferences import Language
from fieldapp.app.texts import texts
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visit_reviews import FieldComment, ReviewAct, VisitReviewFields
from fieldapp.domain.records.visits import VisitState
from fieldapp.domain.rules.visit_review import COMMENTED
from fieldapp.services import visit_reviews, visits
from fieldapp.storage import outbox
from tests.gui.county import COLLEAGUE, OTHER_GRID, TOWN, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.more.screen import MoreScreen
from ui.screens.reviews.presenter import Marks
from ui.screens.reviews.screen import ReviewsScreen
from ui.screens.today.screen import TodayScreen
from ui.screens.visit.screen import VisitScreen
from ui.screens.visit_form.screen import VisitFormScreen
from ui.screens.visit_form.sections import SectionKey, place_of
from ui.widgets.banner import Banner
from ui.widgets.records.visit_values import field_label


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[County]:
    """A clerk's device: five visits of colleagues on two days, one with hints, one corrected, one own."""
    county = County(tmp_path / "profile")
    county.worker(Role.TOWN_CLERK, TOWN)
    county.household("王甲", id="home-a")
    county.household("李乙", id="home-b", area_code=OTHER_GRID)
    county.visit("home-a", id="plain", by=COLLEAGUE)
    county.visit("home-a", id="odd", by=COLLEAGUE, flags=("visit_too_short", "visit_far_from_home"))
    county.visit("home-b", id="early", by=COLLEAGUE, days_ago=1, area_code=OTHER_GRID)
    county.visit("home-b", id="other", by="worker-3", days_ago=1, area_code=OTHER_GRID)
    county.visit("home-a", id="first", by=COLLEAGUE, days_ago=2, superseded=True)
    county.visit("home-a", id="second", by=COLLEAGUE, days_ago=2, amends="first", root_id="first")
    county.visit("home-a", id="own", days_ago=1)
    county.visit("home-a", id="old", by=COLLEAGUE, days_ago=60)
    yield county
    county.close()


def click(button: QPushButton) -> None:
    assert button.isVisible(), button.text()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def acts(county: County, visit_id: str) -> list[ReviewAct]:
    return [one.act for one in visit_reviews.visit_reviews(county.context, visit_id).reviews]


def listed(screen: ReviewsScreen) -> list[str]:
    return list(screen.visits.cards.cards.keys())


def test_many_visits_are_approved_at_once_and_what_is_out_of_sight_is_not(qtbot: QtBot, desk: County) -> None:
    screen = ReviewsScreen(desk.surroundings())
    show(qtbot, screen)
    screen.enter({})
    page, presenter = screen.visits, screen.presenter
    assert set(listed(screen)) == {"plain", "odd", "early", "other", "second"}
    assert desk.shell.titles[-1] == ("走访审核", "5 次走访等您审核")
    model = page.cards.cards
    groups = [model.heading(row) for row in range(model.rowCount()) if model.heading(row)]
    assert [words.split(" · ")[1] for words in groups] == ["2 次", "2 次", "1 次"]
    assert groups[0].startswith("今天")
    odd = model.content(listed(screen).index("odd"))
    assert odd is not None
    assert odd.chips[0].text == "提示 2 条"

    presenter.choose_days(90)
    assert "old" in listed(screen)
    presenter.choose_days(30)
    presenter.choose_marks(Marks.FLAGGED)
    assert listed(screen) == ["odd"]
    page.cards.action.emit("odd")
    presenter.choose_marks(Marks.CORRECTED)
    assert (listed(screen), presenter.state.chosen) == (["second"], frozenset())
    presenter.choose_marks(Marks.ALL)
    presenter.choose_worker("worker-3")
    assert listed(screen) == ["other"]
    presenter.choose_worker("")
    presenter.choose_village(OTHER_GRID[:12])
    assert set(listed(screen)) == {"early", "other"}
    presenter.choose_village("")

    click(page.plain)
    assert presenter.state.chosen == {"plain", "early", "other", "second"}
    page.cards.action.emit("other")
    page.cards.action.emit("odd")
    click(page.ask)
    assert (page.sure.isVisible(), acts(desk, "plain")) == (True, [])
    click(page.wait)
    assert not page.sure.isVisible()
    click(page.ask)
    assert presenter.state.chosen_flagged == 1
    click(page.sure)
    assert listed(screen) == ["other"]
    assert acts(desk, "odd") == [ReviewAct.APPROVE]
    assert desk.shell.toasts[-1].text.startswith("已通过 4 次走访")
    page.cards.opened.emit("other")
    assert desk.shell.went[-1] == ("visit", {"visit_id": "other", "back_after_review": "yes"})
    presenter.choose_marks(Marks.FLAGGED)
    assert (listed(screen), page.bar.isVisible()) == ([], False)


def test_desk_fits_and_reads_in_order(qtbot: QtBot, desk: County) -> None:
    screen = ReviewsScreen(desk.surroundings())
    show(qtbot, screen)
    screen.enter({})
    screen.presenter.toggle("plain")
    screen.presenter.ask()
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)


def test_a_visit_goes_back_with_a_reason_and_comments_on_single_fields(qtbot: QtBot, desk: County) -> None:
    screen = VisitScreen(desk.surroundings())
    show(qtbot, screen)
    screen.enter({"visit_id": "first", "back_after_review": "yes"})
    card, panel = screen.reviews, screen.reviews.panel
    click(card.buttons[ReviewAct.RETURN])
    click(panel.take)
    assert panel._reason_field is not None
    assert panel._reason_field.error() == "请写明原因。"
    assert panel.reason is not None
    panel.reason.set_value("照片看不清")
    click(panel.more)
    line = panel.comments[0]
    line.text.set_value("请写清是炭火还是电")
    click(panel.take)
    assert acts(desk, "second") == [], "a remark must say what it is about"
    line.field.set_value("findings.living.HEATING")
    click(panel.more)
    click(panel.take)
    (review,) = visit_reviews.visit_reviews(desk.context, "second").reviews
    assert (review.act, review.reason, review.waiting) == (ReviewAct.RETURN, "照片看不清", True)
    assert review.comments == (FieldComment(field="findings.living.HEATING", text="请写清是炭火还是电"),)
    assert desk.shell.backs == 1
    row = screen.review.state.rows[0]
    assert row.comments == (("取暖降温", "请写清是炭火还是电"),)
    assert not any(button.isVisible() for button in card.buttons.values()), "until the server has answered"
    assert_fits(screen)

    again = VisitScreen(desk.surroundings())
    show(qtbot, again)
    again.enter({"visit_id": "odd"})
    click(again.reviews.buttons[ReviewAct.VOID])
    assert not again.reviews.panel.more.isVisible()
    click(again.reviews.panel.cancel)
    click(again.reviews.buttons[ReviewAct.APPROVE])
    assert (acts(desk, "odd"), desk.shell.backs) == ([ReviewAct.APPROVE], 1)
    assert nameless(again) == []


def test_the_worker_sees_reason_and_comments_where_they_are_mended(qtbot: QtBot, county: County) -> None:
    county.household("王甲", id="home-a")
    county.visit("home-a", id="back", days_ago=1, state=VisitState.RETURNED, state_reason="记录太简单")
    comments = (
        FieldComment(field="findings.living.HEATING", text="请写清是炭火还是电"),
        FieldComment(field="photos", text="补一张住房照片"),
    )
    review = VisitReviewFields(
        **county.origin("review-1", by=COLLEAGUE), household_id="home-a", visit_id="back",
        act=ReviewAct.RETURN, reason="记录太简单", comments=comments, reviewed_at=county.clock(),
    )  # fmt: skip
    county.pull("visit_reviews", [review])

    today = TodayScreen(county.surroundings())
    show(qtbot, today)
    today.enter({})
    banner = next(one for one in today.findChildren(Banner) if "退回" in one.accessibleName())
    assert banner.accessibleName().splitlines()[1:] == [
        "取暖降温：请写清是炭火还是电",
        "照片：补一张住房照片",
    ]
    banner.action.emit()
    draft_id = county.shell.went[-1][1]["draft_id"]
    assert visits.visit_form(county.context, draft_id).stored.draft.amends == "back"

    form = VisitFormScreen(county.surroundings())
    show(qtbot, form)
    form.enter({"draft_id": draft_id})
    assert form.notice.accessibleName().startswith("这次走访被退回：记录太简单\n取暖降温：")
    for section, key, words in (
        (SectionKey.LIVING, "findings.living.HEATING", "主管意见：请写清是炭火还是电"),
        (SectionKey.EVIDENCE, "photos", "主管意见：补一张住房照片"),
    ):
        form.presenter.go_to(section)
        field = form._pages[section].field(key)
        assert field is not None
        assert field.remark() == words
    plain = form._pages[SectionKey.LIVING].field("findings.living.FOOD")
    assert plain is not None
    assert plain.remark() == ""
    form.presenter.go_to(SectionKey.FINISH)
    shown = [row.problem.key for row in form.problems.rows() if row.problem.sentence == "补一张住房照片"]
    assert shown == ["photos"]
    assert_fits(form)
    form.leave()


@pytest.mark.parametrize(
    ("role", "there"),
    [(Role.TOWN_CLERK, True), (Role.COUNTY_OFFICER, True), (Role.VILLAGE_AIDE, False), (Role.AUDITOR, False)],
)
def test_the_desk_is_there_for_those_who_may_return_a_visit(
    qtbot: QtBot, county: County, role: Role, there: bool
) -> None:
    county.worker(role, "341789")
    more = MoreScreen(county.surroundings())
    show(qtbot, more)
    more.enter({})
    assert (more.cards.cards.row_of("reviews") is not None) is there


def test_every_remark_finds_its_field_on_the_form_and_has_a_word() -> None:
    words = {name: field_label(name, texts(Language.ZH)) for name in COMMENTED}
    assert [name for name in COMMENTED if not place_of(name)] == []
    assert [name for name, word in words.items() if word == name.rpartition(".")[2]] == []
    assert len(set(words.values())) == len(words)


def test_approvals_are_taken_back_until_they_have_left_the_device(qtbot: QtBot, desk: County) -> None:
    screen = ReviewsScreen(desk.surroundings())
    show(qtbot, screen)
    screen.enter({})
    waiting = listed(screen)
    for visit_id in ("plain", "early"):
        screen.presenter.toggle(visit_id)
    screen.presenter.ask()
    screen.presenter.approve()
    with desk.store.transaction() as connection:
        batch = outbox.next_batch(connection, desk.store.ids(), desk.clock())
        assert batch is not None, "both have left"
    desk.shell.toasts[-1].on_action()  # type: ignore[misc]
    assert acts(desk, "plain") == acts(desk, "early") == [ReviewAct.APPROVE]
    assert "2 次已经上传" in desk.shell.toasts[-1].text
    screen.presenter.toggle("other")
    screen.presenter.ask()
    screen.presenter.approve()
    desk.shell.toasts[-1].on_action()  # type: ignore[misc]
    assert acts(desk, "other") == []
    assert set(listed(screen)) == set(waiting) - {"plain", "early"}
    with desk.store.reading() as connection:
        assert len(outbox.waiting_ops(connection)) == 2
