"""Paper forms: what stands in them, how they leave the device, and the page to look at them."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage
from PySide6.QtPdf import QPdfDocument
from pytestqt.qtbot import QtBot

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import (
    Attestation,
    Findings,
    LivingGrade,
    LivingItem,
    NeedKind,
    Photo,
    PhotoKind,
    PhotoOrigin,
    Result,
    Signature,
)
from fieldapp.exports.paper import Paper
from fieldapp.services import papers
from fieldapp.services.papers import PaperChoice
from fieldapp.storage import rows
from tests.gui.county import VILLAGE, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from ui import printing
from ui.screens.paper.presenter import BLANK, PaperPresenter, PaperState
from ui.screens.paper.screen import PaperScreen

PAGES = "visits"
pytestmark = pytest.mark.usefixtures("qapp")


def png(colour: str, width: int = 120, height: int = 40) -> bytes:
    """A picture of one colour."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(colour)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def told(county: County, **fields: Any) -> str:
    """A visit with words that could be mistaken for HTML."""
    home = county.household("王甲", id="home", address="长塘<b>1</b>号 & 东屋")
    signature = county.store.photos.put(png("black"), "image/png")
    photo = county.store.photos.put(png("red", 400, 300), "image/jpeg")
    given: dict[str, Any] = {
        "findings": Findings(
            living={LivingItem.HEATING: LivingGrade.POOR}, difficulties="后墙渗水", next_steps="联系修缮"
        ),
        "needs": (NeedKind.HOUSING,),
        "result": Result.NEED,
        "signature": Signature(attestation=Attestation.SIGNED, image_sha256=signature),
        "photos": (
            Photo(kind=PhotoKind.DOOR, sha256=photo, size=9, width=4, height=3, origin=PhotoOrigin.CAMERA),
            Photo(
                kind=PhotoKind.HOUSE, sha256="b" * 64, size=9, width=4, height=3, origin=PhotoOrigin.CAMERA
            ),
        ),
    }
    return county.visit(home, **given | fields)


def text_of(pdf: bytes) -> list[str]:
    """What can be copied out of each page."""
    buffer = QBuffer()
    buffer.setData(pdf)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    return [document.getAllText(page).text() for page in range(document.pageCount())]


def pdf_of(forms: Sequence[Paper]) -> bytes:
    with TemporaryDirectory() as folder:
        made = Path(folder) / "forms.pdf"
        assert printing.write_pdf(forms, made, lambda _count: None, lambda: False, "走访记录表")
        return made.read_bytes()


def audit(county: County) -> list[tuple[str, str, int]]:
    """What was noted of papers: kind, reason, how many."""
    with county.store.reading() as connection:
        noted = connection.exec_driver_sql("SELECT object_kind, reason, count FROM audit_events ORDER BY id")
        return [(row[0], row[1], row[2]) for row in noted if row[0].startswith("paper:")]


def test_form_says_what_the_visit_says_with_numbers_masked(county: County) -> None:
    (paper,) = papers.visit_papers(county.context, [told(county)])
    (page,) = text_of(pdf_of([paper]))
    assert "困难群众入户走访记录表" in page
    assert "王甲" in page
    assert "长塘<b>1</b>号 & 东屋" in page
    for words in ("☑有需求", "取暖降温：☐正常 ☑一般", "后墙渗水；住房修缮", "联系修缮", "2张：门头、住房"):
        assert words in page, words
    with county.store.reading() as connection:
        head = rows.table_of("persons")
        number = connection.execute(head.select().where(head.c.household_id == "home")).one().id_number
    assert number
    assert number not in paper.html
    assert number[:6] + "********" in page
    assert "第 1 页　共 1 页" in page.replace(" 共", "　共") or "第 1 页 共 1 页" in page


def test_copied_text_has_no_radicals_in_place_of_characters(county: County) -> None:
    """With a font that holds radicals Qt writes ⽯ for 石, and a name cannot be found in the file."""
    home = county.household("石长方", id="stone", address="八一路三十二号 龙门 食品站 金西村")
    pages = text_of(pdf_of(papers.visit_papers(county.context, [county.visit(home)])))
    assert "石长方" in pages[0]
    assert not [letter for page in pages for letter in page if 0x2E80 <= ord(letter) <= 0x2FDF]


def test_photos_follow_on_a_page_of_their_own(county: County) -> None:
    visit = told(county)
    (paper,) = papers.visit_papers(county.context, [visit], PaperChoice(photos=True))
    assert set(paper.pictures) == {"signature", "photo-1"}
    first, second = text_of(pdf_of([paper]))
    assert "另有1张照片不在" in first
    assert "门头" in second
    assert len(pdf_of([paper])) > len(pdf_of(papers.visit_papers(county.context, [visit])))


def test_an_empty_form_has_nothing_ticked_but_what_is_on_file(county: County) -> None:
    county.household("王甲", id="home")
    with_head = text_of(pdf_of(papers.blank_visit_papers(county.context, ["home"])))
    empty = text_of(pdf_of(papers.blank_visit_papers(county.context)))
    assert len(with_head) == len(empty) == 1
    assert "王甲" in with_head[0]
    assert "☑" not in empty[0]


def test_long_stories_go_on_to_the_next_page(county: County) -> None:
    home = county.household("王甲", id="home")
    visit = county.visit(home, narrative="走访情况较复杂，逐项记录如下。" * 130)
    pages = text_of(pdf_of(papers.visit_papers(county.context, [visit])))
    assert len(pages) == 2
    # Qt puts the last line before a break into the text of the next page too, hidden by the clip.
    assert 130 <= "".join(pages).count("逐项记录") <= 133


def test_numbers_in_full_need_the_right_and_a_reason(county: County) -> None:
    visit = told(county)
    with pytest.raises(RuleError, match="reason_required"):
        papers.visit_papers(county.context, [visit], PaperChoice(full=True))
    (paper,) = papers.visit_papers(county.context, [visit], PaperChoice(full=True, reason="入档"))
    assert "********" not in paper.html
    county.worker(Role.GRID_WORKER)
    with pytest.raises(NotAllowedError, match="not_permitted"):
        papers.visit_papers(county.context, [visit], PaperChoice(full=True, reason="入档"))


class Press:
    """Makes no pictures, but real forms: pages are the names of the forms."""

    def __init__(self) -> None:
        self.printed: list[Paper] = []

    def pages(self, paper: Paper) -> list[str]:
        return [paper.html]

    def pdf(
        self, forms: Iterable[Paper], path: Path, progress: Callable[[int], None],
        cancelled: Callable[[], bool],
    ) -> bool:  # fmt: skip
        return printing.write_pdf(forms, path, progress, cancelled, "")

    def print_out(
        self, forms: Iterable[Paper], progress: Callable[[int], None], cancelled: Callable[[], bool]
    ) -> bool:
        self.printed += forms
        return True


class Page:
    """A presenter with everything it told its screen."""

    def __init__(self, county: County, kind: str, ids: Sequence[str]) -> None:
        self.press = Press()
        self.states: list[PaperState[str]] = []
        self.finished: list[bool] = []
        self.presenter: PaperPresenter[str] = PaperPresenter(
            county.surroundings(), self.states.append, self.press, self.finished.append
        )
        self.presenter.enter(kind, ids, VILLAGE)

    @property
    def state(self) -> PaperState[str]:
        return self.states[-1]


def test_saving_writes_one_file_of_all_forms_and_notes_it(county: County, tmp_path: Path) -> None:
    first = told(county)
    second = county.visit("home", days_ago=3)
    page = Page(county, PAGES, [first, second])
    assert (page.state.count, page.state.place) == (2, 0)
    page.presenter.turn(1)
    assert page.state.place == 1
    page.presenter.save(str(tmp_path / "走访.pdf"))
    assert page.finished == [True]
    assert len(text_of((tmp_path / "走访.pdf").read_bytes())) == 2
    assert audit(county) == [("paper:visits", "", 2)]
    assert [file.name for file in tmp_path.glob("*.pdf")] == ["走访.pdf"]


def test_a_place_that_cannot_be_written_to_is_said_and_nothing_noted(county: County, tmp_path: Path) -> None:
    page = Page(county, PAGES, [told(county)])
    page.presenter.save(str(tmp_path / "nowhere" / "走访.pdf"))
    assert "不能写入" in page.state.problem
    assert audit(county) == []


def test_full_numbers_are_asked_for_with_a_reason_and_the_reason_is_kept(county: County) -> None:
    page = Page(county, PAGES, [told(county)])
    assert page.state.may_full
    page.presenter.choose(photos=False, full=True, reason="")
    assert page.state.reason_problem
    page.presenter.print_out()
    assert page.press.printed == []
    page.presenter.choose(photos=False, full=True, reason="归档")
    page.presenter.print_out()
    assert page.finished == [False]
    assert "********" not in page.press.printed[0].html
    assert audit(county) == [("paper:visits", "归档", 1)]


def test_page_shows_the_form(qtbot: QtBot, county: County) -> None:
    visit = told(county)
    screen = PaperScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"kind": "visits", "ids": visit, "area_code": VILLAGE})
    assert_fits(screen)
    assert_reading_order(screen)
    assert nameless(screen) == []
    assert screen.print.isEnabled()
    blank = PaperScreen(county.surroundings())
    show(qtbot, blank)
    blank.enter({"kind": BLANK, "ids": "home", "area_code": VILLAGE})
    assert blank.save.isEnabled()
