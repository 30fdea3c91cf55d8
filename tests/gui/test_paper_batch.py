"""Form 6.4, and many forms at once: their order, their bookmarks, one audit event, nothing when cancelled."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from PySide6.QtPdf import QPdfBookmarkModel, QPdfDocument
from pytestqt.qtbot import QtBot
from pyxform.xls2xform import convert  # type: ignore[import-untyped]

from fieldapp.app.paths import resources
from fieldapp.domain.parameters import GX_1, Parameters
from fieldapp.domain.records.assessments import (
    AssessmentAnswer,
    AssessmentFields,
    AssessmentSignatureFields,
    AssessmentTrigger,
    Assessor,
    AssessorKind,
    PlanStep,
)
from fieldapp.domain.records.forms import FormFields, FormPurpose
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Attestation, Signature
from fieldapp.domain.rules.assessment import judge
from fieldapp.services import assessment_papers
from fieldapp.services.papers import PaperChoice
from tests.gui.county import COLLEAGUE, GRID_1, GRID_2, TOWN, WORKER, County
from tests.gui.screens import assert_fits, nameless, show
from tests.gui.test_paper import Page, audit, pdf_of, png, text_of
from ui.screens.assessments.presenter import Figure
from ui.screens.assessments.screen import AssessmentsScreen
from ui.screens.paper.presenter import ASSESSMENTS, BLANK, RISKS, VISITS
from ui.screens.paper.screen import PaperScreen

pytestmark = pytest.mark.usefixtures("qapp")
LEAD: Final = Assessor(id=WORKER, user_id=WORKER, name="周丙", kind=AssessorKind.AIDE)
MATE: Final = Assessor(id=COLLEAGUE, user_id=COLLEAGUE, name="钱丁", kind=AssessorKind.GROUP_LEADER)
MASKED: Final = PaperChoice()
SNOW: Final = {
    "A2": "c", "A3": "b", "A4": "b", "B1": "b", "B2": "c", "C1": "b", "C2": "b",
    "D1": "b", "D2": "c", "D3": "b", "E1": "c", "E3": "c", "F3": "c",
}  # fmt: skip
"""R10's worked example: 47 points, high."""


@pytest.fixture(scope="module")
def gx_1() -> bytes:
    book = resources() / "forms" / "gx-1.xlsx"
    return str(convert(str(book), validate=False).xform).encode()


@pytest.fixture
def scale(county: County, gx_1: bytes) -> County:
    """A device that holds the county's scale."""
    sha256 = county.store.photos.put(gx_1, "application/xml")
    form = FormFields(
        form_id="gx-1", version="2026.1", title="高风险家庭入户评估表", purpose=FormPurpose.ASSESSMENT,
        definition_sha256=sha256, definition_size=len(gx_1), published_at=county.clock(), **county.origin(),
    )  # fmt: skip
    county.pull("forms", [form])
    return county


def assessed(
    county: County, home: str, answers: dict[str, str], *, flags: tuple[str, ...] = (),
    signed: Sequence[Assessor] = (LEAD, MATE), **fields: Any,
) -> str:  # fmt: skip
    """An assessment as the rule judges these answers (the first option where none is named)."""
    at = county.clock()
    parameters = Parameters()
    options = {item: answers.get(item, "a") for item in GX_1.items}
    made = judge(GX_1, options, flags, county.today, parameters)
    assessment = AssessmentFields(
        household_id=home, area_code=GRID_1, submission_id="sheet", scale_id="gx-1", scale_version="2026.1",
        assessed_at=at, members=(LEAD, MATE),
        answers=tuple(
            AssessmentAnswer(
                item=item, option=option, unknown=option == "u",
                points=GX_1.items[item][1 if option == "u" else ord(option) - ord("a")],
                note="屋后积雪<未清>" if item == "D2" else "",
            )
            for item, option in options.items()
        ),
        red_flags=flags, score=made.score, level=made.level, provisional=made.provisional,
        next_due=made.next_due, **county.origin(by=WORKER), **fields,
    )  # fmt: skip
    county.pull("assessments", [assessment])
    picture = county.store.photos.put(png("black"), "image/png")
    county.pull(
        "assessment_signatures",
        [
            AssessmentSignatureFields(
                household_id=home, assessment_id=assessment.id, member_id=member.id, signed_at=at,
                signature=Signature(attestation=Attestation.SIGNED, image_sha256=picture, image_size=9),
                differing_view="以为可评中" if member is MATE else "", **county.origin(by=member.id),
            )
            for member in signed
        ],
    )  # fmt: skip
    return assessment.id


def test_the_assessment_form_says_every_item_and_what_it_comes_to(scale: County) -> None:
    home = scale.household("张桂兰", group_name="3组")
    made = assessed(
        scale, home, SNOW, flags=("NO_CARER",), trigger=AssessmentTrigger.EVENT, trigger_note="大雪压垮偏房",
        team_note="先转移安置", plan=(PlanStep(measure="接到村集中点", responsible="周丙", due=scale.today),),
    )  # fmt: skip
    [paper] = assessment_papers.assessment_papers(scale.context, [made], MASKED)
    assert set(paper.pictures) == {"signature-0", "signature-1"}
    pages = text_of(pdf_of([paper]))
    told = "".join(pages)
    for words in (
        "高风险家庭入户评估表", "张桂兰", "☑首次评估", "☑突发事件", "大雪压垮偏房", "A 经济状况（20分）",
        "A1 近3个月主要收入", "☑稳定", "☐减少", "☑20000元以上", "屋后积雪<未清>", "F3 救助覆盖",
        "☑今晚无人照料的失能人员", "☐流露轻生念头", "47分", "☑高", "☑正式", "先转移安置",
        "1．接到村集中点　周丙",
        "周丙（助理员）", "钱丁（村（居）民组长）", "以为可评中", "户主或代理人", "镇（街道）",
    ):  # fmt: skip
        assert words.replace("　", " ") in told.replace("　", " "), words
    assert made not in told


def test_a_provisional_assessment_and_a_missing_signature_are_said(scale: County) -> None:
    unknown = dict.fromkeys(("A1", "A2", "A3", "A4", "B1"), "u")
    made = assessed(scale, scale.household("张桂兰"), unknown, signed=[LEAD])
    told = "".join(text_of(pdf_of(assessment_papers.assessment_papers(scale.context, [made], MASKED))))
    assert "☑暂定" in told
    assert "有5项无法判断" in told
    assert "☑无法判断" in told
    assert "未签字" in told


def test_an_assessment_whose_form_has_left_is_printed_with_its_codes(county: County) -> None:
    made = assessed(county, county.household("张桂兰"), SNOW, flags=("HARM",))
    [paper] = assessment_papers.assessment_papers(county.context, [made], MASKED)
    told = "".join(text_of(pdf_of([paper])))
    assert "A2" in told
    assert "☑c" in told
    assert "HARM" in told


def test_an_empty_assessment_form_has_all_items_with_their_points(scale: County) -> None:
    [paper] = assessment_papers.assessment_papers(scale.context, [], MASKED)
    told = "".join(text_of(pdf_of([paper])))
    assert "☑" not in told
    for words in ("A1 近3个月主要收入", "中断（6）", "无法判断（3）", "以上都没有", "助理员"):
        assert words in told, words


def bookmarks(path: Path) -> list[tuple[str, int]]:
    """Title and page of each bookmark."""
    document = QPdfDocument()
    document.load(str(path))
    model = QPdfBookmarkModel()
    model.setDocument(document)
    role = QPdfBookmarkModel.Role
    found = [model.index(row, 0) for row in range(model.rowCount(model.index(-1, -1)))]
    return [(model.data(one, role.Title), model.data(one, role.Page)) for one in found]


def test_many_forms_go_round_by_village_and_group_with_a_bookmark_each(
    county: County, tmp_path: Path
) -> None:
    far = county.household("孙乙", group_name="10组", area_code=GRID_1)
    near = county.household("王甲", group_name="2组", area_code=GRID_1)
    other = county.household("李丁", group_name="1组", area_code=GRID_2)
    long = "走访情况较复杂，逐项记录如下。" * 130
    ids = [county.visit(other), county.visit(far), county.visit(near, narrative=long)]
    page = Page(county, VISITS, ids)
    assert page.state.count == 3
    page.presenter.save(str(tmp_path / "all.pdf"))
    assert page.finished == [True]
    assert bookmarks(tmp_path / "all.pdf") == [
        ("王甲 青溪村 2组", 0), ("孙乙 青溪村 10组", 2), ("李丁 青溪村 1组", 3),
    ]  # fmt: skip
    pages = text_of((tmp_path / "all.pdf").read_bytes())
    feet = [words.replace("　", " ")[-12:].strip() for words in pages]
    assert [foot[-11:] for foot in feet] == [
        "第 1 页 共 2 页",
        "第 2 页 共 2 页",
        "第 1 页 共 1 页",
        "第 1 页 共 1 页",
    ]
    assert audit(county) == [("paper:visits", "", 3)]


def test_a_cancelled_batch_leaves_neither_file_nor_event(county: County, tmp_path: Path) -> None:
    home = county.household("王甲")
    page = Page(county, VISITS, [county.visit(home, days_ago=day) for day in range(3)])
    told = page.press.pdf

    def stopping(forms: Any, path: Path, progress: Any, cancelled: Any) -> bool:
        def one(count: int) -> None:
            progress(count)
            page.presenter.cancel()

        return told(forms, path, one, cancelled)

    page.press.pdf = stopping  # type: ignore[method-assign]
    page.presenter.save(str(tmp_path / "all.pdf"))
    assert page.finished == []
    assert not page.state.working
    assert list(tmp_path.glob("*.pdf")) == []
    assert audit(county) == []


def test_empty_forms_are_printed_for_a_whole_round(county: County) -> None:
    homes = [county.household("孙乙", group_name="10组"), county.household("王甲", group_name="2组")]
    page = Page(county, BLANK, homes)
    assert page.state.count == 2
    assert not page.state.may_full
    page.presenter.print_out()
    assert [paper.title for paper in page.press.printed] == ["王甲 青溪村 2组", "孙乙 青溪村 10组"]
    assert all("☑" not in paper.html.split("救助类别")[0] for paper in page.press.printed)


def test_the_supervisors_list_leads_to_the_last_assessments_on_paper(qtbot: QtBot, scale: County) -> None:
    scale.worker(Role.TOWN_CLERK, TOWN)
    high = scale.household("张桂兰")
    older = assessed(scale, high, {})
    made = assessed(scale, high, SNOW)
    unsigned = scale.household("李玉芳")
    assessed(scale, unsigned, SNOW, signed=[])
    assert older != made
    screen = AssessmentsScreen(scale.surroundings())
    show(qtbot, screen)
    screen.enter({})
    screen.presenter.open_figure("*", Figure.HIGH)
    assert screen.paper.isVisible()
    assert_fits(screen)
    screen.paper.click()
    route, params = scale.shell.went[-1]
    assert (route, params["kind"]) == ("paper", RISKS)
    page = Page(scale, RISKS, params["ids"].split(","))
    assert page.state.count == 1
    assert "47分" in page.state.pages[0]
    nobody = Page(scale, RISKS, [unsigned])
    assert "没有可以打印" in nobody.state.trouble
    paper = PaperScreen(scale.surroundings())
    show(qtbot, paper)
    paper.enter({"kind": ASSESSMENTS})
    assert paper.print.isEnabled()
    assert nameless(paper) == []
