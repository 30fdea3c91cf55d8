"""Fill once, print many: one visit, or a list of them, fills the documents of several departments."""

from pathlib import Path
from typing import Final

import openpyxl
import pytest
from pytestqt.qtbot import QtBot

from fieldapp.app.paths import resources
from fieldapp.domain.errors import NotAllowedError, RuleError, StorageError
from fieldapp.domain.records.forms import FormFile, FormState
from fieldapp.domain.records.print_templates import PrintTemplateFields
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Attestation, Findings, LivingGrade, LivingItem, Signature
from fieldapp.exports.templates.placeholders import PLACEHOLDERS, Kind
from fieldapp.services import documents
from fieldapp.services.papers import PaperChoice
from fieldapp.services.visits import visit_view
from tests.gui.county import VILLAGE, County
from tests.gui.screens import assert_fits, assert_reading_order, nameless, show
from tests.gui.test_paper import audit, png
from tests.unit.exports.test_templates import words_of
from ui.screens.paper.screen import PaperScreen

FOLDER: Final = resources() / "templates"
SHIPPED: Final = {
    "civil-affairs.docx": ("民政", "走访登记表"),
    "rural-revitalisation.xlsx": ("乡村振兴", "入户核查表"),
    "disabled-persons.xlsx": ("残联", "需求调查表"),
}
MASKED: Final = PaperChoice()


def publish(county: County, *, here: bool = True, state: FormState = FormState.PUBLISHED) -> list[str]:
    """The shipped templates on the device, as after a sync. Returns the records' ids in their order."""
    made: list[PrintTemplateFields] = []
    for name, (department, title) in SHIPPED.items():
        content = (FOLDER / name).read_bytes()
        sha256 = county.store.photos.put(content, "x") if here else f"{len(made):064}"
        made.append(
            PrintTemplateFields(
                template_id=name, version=1, title=title, department=department, state=state,
                files=(FormFile(name=name, sha256=sha256, size=len(content)),),
                published_at=county.clock(), **county.origin(),
            )
        )  # fmt: skip
    county.pull("print_templates", made)
    return [one.id for one in made]


def visited(county: County, name: str = "王甲") -> str:
    home = county.household(name, address="长塘<1>号", household_no="341789-000123")
    signature = county.store.photos.put(png("black"), "image/png")
    return county.visit(
        home, narrative="=老人在家，屋里暖和。",
        signature=Signature(attestation=Attestation.SIGNED, image_sha256=signature),
        findings=Findings(
            living={LivingItem.HEATING: LivingGrade.POOR}, at_home_count=1, difficulties="后墙渗水"
        ),
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "documents"
    made.mkdir()
    return made


def test_one_visit_fills_the_documents_of_three_departments(county: County, folder: Path) -> None:
    ids, visit = publish(county), visited(county)
    made = documents.fill_documents(county.context, ids, [visit], folder, MASKED)
    assert made is not None
    day = f"{county.today:%Y%m%d}"
    names = sorted(one.name for one in folder.iterdir())
    assert names == sorted(
        f"{department}_{title}_341789-000123_{day}{Path(name).suffix}"
        for name, (department, title) in SHIPPED.items()
    )
    assert "王甲" not in "".join(names)
    civil = words_of((folder / f"民政_走访登记表_341789-000123_{day}.docx").read_bytes())
    number = visit_view(county.context, visit).members[0].id_number
    for words in ("王甲", "=老人在家，屋里暖和。", "后墙渗水", "341789********" + number[-4:]):
        assert words in civil, words
    rural = openpyxl.load_workbook(folder / f"乡村振兴_入户核查表_341789-000123_{day}.xlsx").active
    assert (rural["B3"].value, rural["F3"].value, rural["F4"].value) == ("王甲", 1, 1)
    assert (rural["B8"].value, rural["B8"].data_type) == ("=老人在家，屋里暖和。", "s")
    assert len(rural._images) == 1
    assert audit(county) == [("paper:templates", "", 3)]
    # Nothing that is there is written over.
    again = documents.fill_documents(county.context, ids[:1], [visit], folder, MASKED)
    assert again is not None
    assert again.files[0].name == f"民政_走访登记表_341789-000123_{day}_2.docx"


def test_numbers_in_full_need_the_right_and_a_reason_which_is_kept(county: County, folder: Path) -> None:
    ids, visit = publish(county), visited(county)
    with pytest.raises(RuleError, match="reason_required"):
        documents.fill_documents(county.context, ids, [visit], folder, PaperChoice(full=True))
    full = PaperChoice(full=True, reason="报区残联")
    made = documents.fill_documents(county.context, ids[2:], [visit], folder, full)
    assert made is not None
    number = visit_view(county.context, visit).members[0].id_number
    sheet = openpyxl.load_workbook(made.files[0]).active
    assert (sheet["E4"].value, sheet["E4"].data_type) == (number, "s")
    assert audit(county) == [("paper:templates", "报区残联", 1)]
    county.worker(Role.GRID_WORKER)
    with pytest.raises(NotAllowedError, match="not_permitted"):
        documents.fill_documents(county.context, ids, [visit], folder, full)
    assert len(list(folder.iterdir())) == 1


def test_nothing_is_left_when_cancelled_or_when_the_folder_is_gone(county: County, folder: Path) -> None:
    ids, visit = publish(county), visited(county)
    stop: list[int] = []
    made = documents.fill_documents(
        county.context, ids, [visit, visit], folder, MASKED, progress=stop.append,
        cancelled=lambda: bool(stop),
    )  # fmt: skip
    assert made is None
    assert stop == [1]
    assert list(folder.iterdir()) == []
    with pytest.raises(StorageError, match="file_not_writable"):
        documents.fill_documents(county.context, ids, [visit], folder / "nowhere", MASKED)
    assert audit(county) == []


def test_templates_are_offered_while_published_and_ready_once_their_file_is_here(county: County) -> None:
    publish(county, state=FormState.RETIRED)
    assert documents.offered_templates(county.context) == []
    ids = publish(county, here=False)
    assert {one.ready for one in documents.offered_templates(county.context)} == {False}
    with pytest.raises(StorageError, match="template_not_here"):
        documents.fill_documents(county.context, ids, [visited(county)], Path(), MASKED)


def test_every_placeholder_has_its_fact(county: County) -> None:
    facts = documents.facts_of(county.context, visit_view(county.context, visited(county)), MASKED)
    named = {one.key for one in PLACEHOLDERS if one.kind is Kind.TEXT}
    assert set(facts.texts) == named
    assert set(facts.numbers) <= {one.key for one in PLACEHOLDERS if one.kind is Kind.NUMBER}
    assert set(facts.pictures) <= {one.key for one in PLACEHOLDERS if one.kind is Kind.PICTURE}
    assert {key for one in facts.members for key in one} == {
        one.key for one in PLACEHOLDERS if one.kind is Kind.MEMBER
    }


def test_a_worker_fills_documents_from_the_page_of_a_visit(
    qtbot: QtBot, county: County, folder: Path
) -> None:
    publish(county)
    visits = [visited(county), visited(county, "孙乙")]
    screen = PaperScreen(county.surroundings())
    show(qtbot, screen)
    screen.enter({"kind": "visits", "ids": ",".join(visits), "area_code": VILLAGE})
    card = screen.documents
    assert card.isVisible()
    assert not card.fill.isEnabled()
    assert card.list is not None
    for button in card.list.buttons():
        button.click()
    assert card.fill.isEnabled()
    assert_fits(screen)
    assert_reading_order(screen)
    assert nameless(screen) == []
    screen.filler.fill(screen.presenter.ids, str(folder), screen.presenter.state.choice)
    assert len(list(folder.iterdir())) == 6
    assert county.shell.toasts[-1].text == "已填好 6 份表格"
    assert audit(county) == [("paper:templates", "", 6)]
    screen.filler.fill(screen.presenter.ids, str(folder / "nowhere"), MASKED)
    assert "不能写入" in screen.filler.state.problem
