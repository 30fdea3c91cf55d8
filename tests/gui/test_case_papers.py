"""Forms 6.5 and 6.6: what a clue and a relief say on paper, and how they leave the device."""

import pytest

from fieldapp.domain.errors import RuleError
from fieldapp.domain.records.clues import ClueAction, ContactPerson, MeasureTaken
from fieldapp.domain.records.reliefs import ReliefAction, ReliefOutcome
from fieldapp.domain.records.visits import Attestation, Photo, PhotoKind, PhotoOrigin, Purpose, Signature
from fieldapp.services import case_papers, clues, papers
from fieldapp.services.clues import StepDraft
from fieldapp.services.papers import PaperChoice
from tests.gui.clue_records import bring
from tests.gui.county import County
from tests.gui.relief_records import be_clerk, bring_relief, bring_step
from tests.gui.test_paper import audit, pdf_of, png, text_of

pytestmark = pytest.mark.usefixtures("qapp")
MASKED = PaperChoice()


def test_the_report_form_says_what_happened_and_who_took_it(county: County) -> None:
    be_clerk(county)
    clue_id = bring(
        county, place="桥头<b>2</b>号", person=ContactPerson(name="过路人", phone="10000000077", age=70),
        measures=(MeasureTaken.CALLED_120,), support_needed="棉被",
    )  # fmt: skip
    clues.take_step(county.context, clue_id, StepDraft(action=ClueAction.ACCEPT, opinion="马上去"))
    [paper] = case_papers.clue_papers(county.context, [clue_id], MASKED)
    [page] = text_of(pdf_of([paper]))
    for words in (
        "急难线索上报单", "XS-2026-0001", "石桥镇青溪村 桥头<b>2</b>号", "过路人", "约70岁", "☑受冻、酷热",
        "☑急难", "屋里没有取暖，人受冻。", "棉被", "周丙",
    ):  # fmt: skip
        assert words in page, words
    assert "10000000077" not in paper.html
    [full] = case_papers.clue_papers(county.context, [clue_id], PaperChoice(full=True, reason="移交卫健"))
    assert "10000000077" in full.html
    [empty] = case_papers.clue_papers(county.context, [], MASKED)
    assert "☑" not in empty.html
    assert len(text_of(pdf_of([empty]))) == 1


def test_the_approval_form_holds_the_whole_relief(county: County) -> None:
    be_clerk(county)
    home = county.household("张桂兰", address="12号")
    signature = county.store.photos.put(png("black"), "image/png")
    bill = county.store.photos.put(png("red", 400, 300), "image/jpeg")
    relief_id = bring_relief(
        county, household_id=home, village_opinion="情况属实", self_paid=1_280_050,
        signature=Signature(attestation=Attestation.SIGNED, image_sha256=signature),
        photos=(
            Photo(kind=PhotoKind.RECEIPT, sha256=bill, size=9, width=4, height=3, origin=PhotoOrigin.CAMERA),
        ),
    )  # fmt: skip
    bring_step(county, relief_id, ReliefAction.PAY, amount=309_600)
    bring_step(county, relief_id, ReliefAction.PAPERS)
    bring_step(county, relief_id, ReliefAction.DECIDE, by="leader", amount=309_600, opinion="同意")
    visit = county.visit(home, purpose=Purpose.RELIEF, narrative="已搬回，屋里暖和")
    bring_step(county, relief_id, ReliefAction.FOLLOW_UP, visit_id=visit)
    bring_step(county, relief_id, ReliefAction.FINISH, outcome=ReliefOutcome.SOLVED)
    [paper] = case_papers.relief_papers(county.context, [relief_id], PaperChoice(photos=True))
    assert set(paper.pictures) == {"signature", "photo-1"}
    first, second = text_of(pdf_of([paper]))
    for words in (
        "临时救助审批表", "JZ-341789100-2026-0001", "张桂兰", "住宿（标准间）：12 × 168.00 = 2,016.00 元",
        "餐饮：12 × 2 × 45.00 = 1,080.00 元", "3,096.00 元", "12,800.50 元", "☑先行救助", "☑备用金",
        "情况属实", "审批同意：3,096.00", "已搬回，屋里暖和", "结果：已解困",
    ):  # fmt: skip
        assert words in first, words
    assert "收据" in second
    with pytest.raises(RuleError, match="reason_required"):
        case_papers.relief_papers(county.context, [relief_id], PaperChoice(full=True))
    papers.printed(county.context, "reliefs", [relief_id], MASKED)
    assert audit(county) == [("paper:reliefs", "", 1)]
    [empty] = case_papers.relief_papers(county.context, [], MASKED)
    assert len(text_of(pdf_of([empty]))) == 1
