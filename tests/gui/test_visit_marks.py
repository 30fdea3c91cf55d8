"""A supervisor looks at what the server found beside other visits, and clears it."""

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visit_marks import (
    MarkClearanceFields,
    MarkedPhoto,
    MarkedVisit,
    MarkKind,
    MarkState,
    VisitMarkFields,
)
from fieldapp.services import visit_marks
from fieldapp.storage import rows
from tests.gui.code_pictures import jpeg
from tests.gui.county import COLLEAGUE, TOWN, County
from tests.gui.gallery import sample_picture
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui.screens.reviews.presenter import Marks
from ui.screens.reviews.screen import ReviewsScreen
from ui.screens.visit.screen import VisitScreen
from ui.widgets.records.pictures import PictureState


def small_photo(county: County, seed: int) -> MarkedPhoto:
    content = jpeg(sample_picture(seed))
    name = county.store.photos.put(content, "image/jpeg")
    whole = hashlib.sha256(content + b"whole").hexdigest()
    return MarkedPhoto(sha256=whole, size=300_000, thumbnail_sha256=name, thumbnail_size=len(content))


def desk(county: County) -> None:
    """A clerk's device: a visit with three marks, one of them cleared, and one beside a visit elsewhere."""
    county.worker(Role.TOWN_CLERK, TOWN)
    county.household("王甲", id="home-a")
    county.household("李乙", id="home-b")
    county.visit("home-b", id="earlier", by=COLLEAGUE, days_ago=3)
    county.visit(
        "home-a", id="odd", by=COLLEAGUE, flag_reason="两户同住一个院子", flags=("photo_used_before",)
    )
    county.visit("home-a", id="plain", by=COLLEAGUE, days_ago=1)
    day = county.context.today() - dt.timedelta(days=3)
    near = MarkedVisit(visit_id="earlier", household_id="home-b", day=day, photo=small_photo(county, 2))
    far = MarkedVisit(visit_id="far", household_id="far-home", day=day)
    common: dict[str, Any] = {"household_id": "home-a", "visit_id": "odd", "root_id": "odd"}
    county.pull(
        "visit_marks",
        [
            VisitMarkFields(
                **county.origin("m-photo", "server"), **common, kind=MarkKind.LIKE_PHOTO,
                photo=small_photo(county, 1), others=(near,), explained=True,
            ),
            VisitMarkFields(
                **county.origin("m-words", "server"), **common, kind=MarkKind.COPIED, others=(far, near)
            ),
            VisitMarkFields(
                **county.origin("m-clear", "server"), **common, kind=MarkKind.TRAVEL, others=(far,),
                state=MarkState.CLEARED, cleared_by=COLLEAGUE, cleared_at=county.clock(),
                clear_reason="已核实，情况属实",
            ),
            VisitMarkFields(
                **county.origin("m-gone", "server"), **common, kind=MarkKind.STAGED, state=MarkState.WITHDRAWN
            ),
        ],
    )  # fmt: skip


def test_marks_are_looked_at_side_by_side_and_cleared_with_a_reason(qtbot: QtBot, tmp_path: Path) -> None:
    county = County(tmp_path / "profile")
    desk(county)
    reviews = ReviewsScreen(county.surroundings())
    show(qtbot, reviews)
    reviews.enter({})
    odd = next(row for row in reviews.presenter.state.rows if row.visit_id == "odd")
    assert odd.marks == 2
    reviews.presenter.choose_marks(Marks.FLAGGED)
    assert [row.visit_id for row in reviews.presenter.state.rows] == ["odd"]
    reviews.leave()

    screen = VisitScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"visit_id": "odd"})
    card = screen.marks_card
    assert list(card.boxes) == ["m-photo", "m-words", "m-clear"]
    album = card._albums["m-photo"]
    qtbot.waitUntil(lambda: all(t.state is PictureState.HERE for t in album.grid.tiles()), timeout=30_000)
    assert next(tile.row.kind for tile in album.grid.tiles()) == "这次走访"
    assert not card.boxes["m-clear"].clear.isVisible()
    assert nameless(screen) == []
    assert_reading_order(screen)
    assert_fits(screen)

    box = card.boxes["m-photo"]
    QTest.mouseClick(box.clear, Qt.MouseButton.LeftButton)
    assert box.panel.isVisible()
    assert not card.boxes["m-words"].panel.isVisible()
    QTest.mouseClick(box.panel.sure, Qt.MouseButton.LeftButton)
    assert screen.marks.state.errors["reason"]
    screen.marks.clear("两户同住一个院子")
    with county.store.reading() as connection:
        (said,) = rows.records(connection, rows.select_records("mark_clearances"), MarkClearanceFields)
    assert (said.mark_id, said.reason) == ("m-photo", "两户同住一个院子")
    shown = [item.mark_id for item in visit_marks.marks_of(county.context, "odd")]
    assert shown == ["m-words", "m-clear", "m-photo"], "what waits for nobody stands below"
    assert county.shell.toasts[-1].text == "标记已清除，联网后生效。"
    screen.leave()
    county.close()


def test_a_visit_without_marks_shows_none(qtbot: QtBot, tmp_path: Path) -> None:
    county = County(tmp_path / "profile")
    desk(county)
    screen = VisitScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"visit_id": "plain"})
    assert not screen.marks_card.isVisible()
    screen.leave()
    county.close()
