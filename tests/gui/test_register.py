"""Registering a household found on the spot."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.households import HouseholdStatus, HouseholdTag, HouseKind
from fieldapp.domain.records.persons import PhoneOwner, Sex
from fieldapp.domain.records.users import Role
from fieldapp.services import registration
from fieldapp.services.households import NewHousehold, household_card, household_ids
from tests.gui.county import GRID_1, GRID_2, TOWN, County, HeldTasks
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.register.presenter import Notice, RegisterPresenter, RegisterState
from ui.screens.register.screen import RegisterScreen
from ui.widgets.inputs.text_field import TextField


class Page:
    """A presenter with everything it told its screen."""

    def __init__(self, county: County) -> None:
        self.states: list[RegisterState] = []
        self.notices: list[Notice] = []
        self.undo: Callable[[], None] | None = None
        self.presenter = RegisterPresenter(county.surroundings(), self.states.append, self._say)
        self.presenter.enter()

    def _say(self, notice: Notice, undo: Callable[[], None] | None) -> None:
        self.notices.append(notice)
        self.undo = undo

    @property
    def state(self) -> RegisterState:
        """The newest state."""
        return self.states[-1]

    def type(self, **fields: object) -> None:
        """Type into fields, one after the other."""
        for name, value in fields.items():
            new = replace(self.presenter.state.new, **{name: value})  # type: ignore[arg-type]
            self.presenter.change(new, name)


def test_saving_registers_a_pending_household_and_opens_its_file(county: County) -> None:
    page = Page(county)
    number = county.id_number(dt.date(1950, 5, 17))
    page.type(head_name="冯辛", area_code=GRID_2, group_name="5组", id_number=number, phone="10000000077")
    page.type(phone_owner=PhoneOwner.CHILD, tags=(HouseholdTag.ALONE_ELDER,), notice_given=True)
    page.presenter.save(then_visit=False)
    (household_id,) = household_ids(county.context)
    card = household_card(county.context, household_id)
    assert card.household.status is HouseholdStatus.PENDING
    assert card.household.consent_notice_at == county.clock()
    assert card.members[0].person.birth_date == dt.date(1950, 5, 17)
    assert county.shell.backs == 1
    assert county.shell.went == [("household", {"household_id": household_id})]
    assert page.notices == [Notice.SAVED]
    assert registration.kept(county.context) is None


def test_saving_with_visit_opens_the_form(county: County) -> None:
    page = Page(county)
    page.type(head_name="冯辛", area_code=GRID_1, no_id_reason="证件丢失")
    page.presenter.save(then_visit=True)
    assert county.shell.went[-1][0] == "visit_form"


def test_everything_wrong_is_said_at_its_field(county: County) -> None:
    page = Page(county)
    page.type(phone="12", id_number="34178919500517")
    page.presenter.save(then_visit=False)
    assert set(page.state.errors) == {"head_name", "area_code", "id_number", "phone"}
    assert page.state.first_wrong == "head_name"
    assert not page.state.saving
    assert household_ids(county.context) == []


def test_id_number_is_checked_when_left_and_says_sex_and_age(county: County) -> None:
    page = Page(county)
    good = county.id_number(dt.date(1950, 5, 17), Sex.MALE)
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    page.type(id_number=wrong)
    assert page.state.errors == {}
    page.presenter.left("id_number")
    assert set(page.state.errors) == {"id_number"}
    page.type(id_number=good)
    assert page.state.errors == {}
    page.presenter.left("id_number")
    says = page.state.id_says
    assert says is not None
    assert (says.sex, says.age, says.birth_date) == (Sex.MALE, 75, dt.date(1950, 5, 17))


def test_a_number_already_here_is_said_when_left(county: County) -> None:
    home = county.household("王甲", id="home")
    number = household_card(county.context, home).members[0].person.id_number
    page = Page(county)
    page.type(id_number=number)
    page.presenter.left("id_number")
    assert set(page.state.errors) == {"id_number"}


def test_an_answer_about_an_older_number_is_dropped(county: County) -> None:
    tasks, states = HeldTasks(), list[RegisterState]()
    presenter = RegisterPresenter(county.surroundings(tasks), states.append, lambda _notice, _undo: None)
    presenter.enter()
    tasks.finish()
    presenter.change(replace(presenter.state.new, id_number="123"), "id_number")
    presenter.left("id_number")
    presenter.change(replace(presenter.state.new, id_number=""), "id_number")
    tasks.finish()
    assert presenter.state.errors == {}


def test_what_was_typed_survives_leaving_and_a_kill(county: County) -> None:
    page = Page(county)
    page.type(head_name="冯辛", address="21号", house_kind=HouseKind.RENT)
    page.presenter.leave()
    again = Page(county)
    assert again.state.kept
    assert (again.state.new.head_name, again.state.new.house_kind) == ("冯辛", HouseKind.RENT)
    again.presenter.clear()
    assert again.state.new.head_name == ""
    assert registration.kept(county.context) is None
    assert again.notices == [Notice.CLEARED]
    assert again.undo is not None
    again.undo()
    assert again.state.new.address == "21号"
    assert registration.kept(county.context) is not None


def test_kept_text_is_the_text_that_was_typed(county: County) -> None:
    new = NewHousehold(
        head_name="欧阳壬",
        area_code=GRID_1,
        birth_date=dt.date(1950, 1, 2),
        sex=Sex.FEMALE,
        tags=(HouseholdTag.VETERAN, HouseholdTag.OTHER),
        notice_given=True,
    )
    registration.keep(county.context, new)
    assert registration.kept(county.context) == new


def test_the_only_grid_is_chosen_already(county: County) -> None:
    county.worker(Role.GRID_WORKER, GRID_1)
    assert Page(county).state.new.area_code == GRID_1


def test_saving_twice_registers_once(county: County) -> None:
    tasks = HeldTasks()
    presenter = RegisterPresenter(
        county.surroundings(tasks), lambda _state: None, lambda _notice, _undo: None
    )
    presenter.enter()
    tasks.finish()
    new = replace(presenter.state.new, head_name="冯辛", area_code=GRID_1, no_id_reason="无")
    presenter.change(new, "head_name")
    presenter.save(then_visit=False)
    presenter.save(then_visit=True)
    tasks.finish()
    assert len(household_ids(county.context)) == 1


# --- screen -----------------------------------------------------------------------------------------


def test_form_by_hand(qtbot: QtBot, county: County) -> None:
    screen = RegisterScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    qtbot.waitUntil(screen.fields["head_name"].isVisible)
    foot = screen.footer()
    assert foot is not None
    qtbot.addWidget(foot)
    _save, save_and_visit = foot.findChildren(QPushButton)
    save_and_visit.click()
    name = screen.fields["head_name"]
    assert name.error()
    editor = name.editor
    assert isinstance(editor, TextField)
    assert screen.window().focusWidget() is editor.line
    QTest.keyClicks(editor.line, "Feng")
    assert not name.error()
    assert registration.kept(county.context) is not None
    number = screen.fields["id_number"].editor
    assert isinstance(number, TextField)
    QTest.keyClicks(number.line, county.id_number(dt.date(1950, 5, 17)))
    QTest.keyClick(number.line, Qt.Key.Key_Return)
    assert "1950 年 5 月 17 日" in screen.fields["id_number"]._hint.text()
    assert not screen.fields["no_id_reason"].isVisible()
    area = screen.fields["area_code"].editor
    area.set_value(GRID_1)
    area.changed.emit(GRID_1)
    save_and_visit.click()
    assert county.shell.went[-1][0] == "visit_form"
    screen.leave()


@pytest.mark.parametrize("role", [Role.VILLAGE_AIDE, Role.TOWN_CLERK])
def test_form_is_accessible_in_order_and_fits(qtbot: QtBot, county: County, role: Role) -> None:
    county.worker(role, TOWN)
    screen = RegisterScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    qtbot.wait(10)
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)
    screen.leave()


def test_nobody_without_an_area_gets_a_form(qtbot: QtBot, county: County) -> None:
    county.worker(Role.AUDITOR, TOWN)
    screen = RegisterScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    assert screen.fields == {}
    screen.leave()
