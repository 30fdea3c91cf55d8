"""The screen of a revoked device: what only it holds is handed over, the rest is erased."""

import pytest
from pytestqt.qtbot import QtBot

from fieldapp.app.preferences import Language
from fieldapp.app.texts import texts
from fieldapp.domain.errors import SyncError
from fieldapp.services import households, visits
from fieldapp.services.households import NewHousehold
from fieldapp.storage.outbox import OUTBOX, Waiting
from sync.engine.hand_over import HandedOver
from tests.gui.county import GRID_1, County, HeldTasks
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.revoked.presenter import RevokedPresenter, RevokedState
from ui.screens.revoked.screen import RevokedScreen
from ui.theme import Theme
from ui.widgets.labels import Text


def begin(county: County) -> tuple[RevokedPresenter, list[RevokedState]]:
    states: list[RevokedState] = []
    presenter = RevokedPresenter(county.surroundings(), states.append)
    presenter.start()
    return presenter, states


def register(county: County) -> str:
    return households.register_household(
        county.context, NewHousehold("王新", GRID_1, no_id_reason="未带证件")
    )[0]


def takes_all(county: County) -> None:
    def hand_over(_code: str) -> HandedOver:
        with county.store.transaction() as connection:
            connection.execute(OUTBOX.delete())
        return HandedOver(2, 0, Waiting(0, 0, 0))

    county.server.handing_over = hand_over


def test_a_device_without_anything_unsent_is_erased_at_once(county: County) -> None:
    _, states = begin(county)
    assert county.shell.erased == 1
    assert states[-1].unsent is not None
    assert states[-1].unsent.nothing


def test_unsent_work_is_handed_over_before_the_device_is_erased(county: County) -> None:
    register(county)
    presenter, states = begin(county)
    assert county.shell.erased == 0
    takes_all(county)
    presenter.hand_over("ABCDE-FGHIJ")
    assert county.server.codes == ["ABCDE-FGHIJ"]
    assert states[-1].handed is not None
    assert county.shell.erased == 1


@pytest.mark.parametrize(
    ("code", "field"), [("bad_code", "code"), ("offline", ""), ("hand_over_too_late", "")]
)
def test_a_refusal_keeps_everything(county: County, code: str, field: str) -> None:
    register(county)
    presenter, states = begin(county)

    def refuse(_code: str) -> HandedOver:
        raise SyncError(code, days=30)

    county.server.handing_over = refuse
    presenter.hand_over("ABCDE")
    assert (states[-1].error, states[-1].error_field) == (
        texts(Language.ZH).error(SyncError(code, days=30)),
        field,
    )
    assert (county.shell.erased, states[-1].busy) == (0, False)


def test_without_a_code_nothing_is_asked(county: County) -> None:
    register(county)
    presenter, states = begin(county)
    presenter.hand_over("  ")
    assert (county.server.codes, states[-1].error_field) == ([], "code")


def test_erasing_what_only_this_device_holds_wants_a_second_word(county: County) -> None:
    register(county)
    presenter, states = begin(county)
    presenter.erase()
    assert (states[-1].asking, county.shell.erased) == (True, 0)
    presenter.keep()
    assert not states[-1].asking
    presenter.erase()
    presenter.erase(sure=True)
    assert county.shell.erased == 1


def test_drafts_keep_the_device_from_being_erased_by_itself(county: County) -> None:
    household = county.household("王新")
    visits.begin_visit(county.context, household)
    presenter, states = begin(county)
    assert county.shell.erased == 0
    assert states[-1].unsent is not None
    assert states[-1].unsent.drafts == 1
    presenter.finish_drafts()
    assert county.shell.went == [("drafts", {})]


def test_after_leave_nothing_is_erased(county: County) -> None:
    held, states = HeldTasks(), list[RevokedState]()
    presenter = RevokedPresenter(county.surroundings(held), states.append)
    presenter.start()
    presenter.leave()
    held.finish()
    assert (states, county.shell.erased) == ([], 0)


def test_screen_says_what_only_this_device_holds(qtbot: QtBot, theme: Theme, county: County) -> None:
    register(county)
    screen = RevokedScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({})
    words = "\n".join(one.text() for one in screen.findChildren(Text) if one.isVisibleTo(screen))
    assert "只在这台设备上：2 条记录" in words
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)
    screen.code.set_value("ABCDE")
    takes_all(county)
    screen.hand_over.click()
    assert county.shell.erased == 1
