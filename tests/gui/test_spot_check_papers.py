"""Form 6.10: for the pen with what an inspector may know, and what a check found."""

import datetime as dt

import pytest

from fieldapp.domain.errors import NotAllowedError
from fieldapp.domain.records.households import Category
from fieldapp.domain.records.spot_checks import (
    CheckAnswer,
    Found,
    Population,
    SpotCheckResultFields,
    SpotCheckTargetFields,
    TargetFacts,
)
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import Attestation, Satisfaction, Signature
from fieldapp.services import spot_check_papers
from fieldapp.services.papers import PaperChoice
from tests.gui.county import COLLEAGUE, TOWN, VILLAGE, WORKER, County
from tests.gui.test_paper import Page, audit, pdf_of, png, text_of
from ui.screens.paper.presenter import CHECKS, TARGETS

pytestmark = pytest.mark.usefixtures("qapp")
MASKED = PaperChoice()


def target(county: County) -> str:
    """A household drawn for the worker, as a pull brings it."""
    made = SpotCheckTargetFields(
        user_id=WORKER, second_id=COLLEAGUE, second_name="钱丁", spot_check_id="plan", plan_no="SC2026-001",
        title="二季度抽查", population=Population.HOUSEHOLDS, subject_id="home", area_code=VILLAGE,
        area_name="石桥镇青溪村", seq=3, check_until=county.today, drawn_at=county.clock(),
        facts=TargetFacts(
            name="张*", masked_id="341789********0016", phone="10000000077", address="3组<1>号", members=2,
            categories=(Category.DIBAO,), amount=65_000,
        ),
        **county.origin(),
    )  # fmt: skip
    county.pull("spot_check_targets", [made])
    return made.id


def result(county: County, household_id: str, **fields: object) -> str:
    """What an inspector found there."""
    signature = county.store.photos.put(png("black"), "image/png")
    signed = Signature(attestation=Attestation.SIGNED, image_sha256=signature)
    made = SpotCheckResultFields.model_validate(
        {
            "spot_check_id": "plan", "target_id": "t", "plan_no": "SC2026-001", "subject_id": household_id,
            "population": Population.HOUSEHOLDS, "area_code": VILLAGE, "second_name": "钱丁",
            "started_at": county.clock(), "checked_at": county.clock(), "met": CheckAnswer.YES,
            "identity_agrees": CheckAnswer.YES, "category_agrees": CheckAnswer.YES,
            "amount_agrees": CheckAnswer.NO, "visit_true": CheckAnswer.NOT_CHECKED,
            "notice_posted": CheckAnswer.YES, "satisfaction": Satisfaction.OK, "found": (Found.AMOUNT,),
            "detail": "到账少二十元<待查>", "rectify_due": county.today + dt.timedelta(days=30),
            "signature": signed, "lead_signature": signed, "second_signature": signed,
            **county.origin(by=WORKER), **fields,
        }
    )  # fmt: skip
    county.pull("spot_check_results", [made])
    return made.id


def test_the_form_of_a_target_holds_what_the_inspector_compares_with(county: County) -> None:
    county.worker(Role.AUDITOR, "341789")
    drawn = target(county)
    [paper] = spot_check_papers.target_papers(county.context, [drawn], MASKED)
    [page] = text_of(pdf_of([paper]))
    for words in (
        "双随机检查表", "SC2026-001", "张* 341789********0016", "石桥镇青溪村", "3组<1>号", "2人", "低保",
        "650.00 元", "第3位", "周丙、钱丁", "人是否在场", "公示是否张贴", "☐错保", "整改期限",
    ):  # fmt: skip
        assert words in page, words
    assert "10000000077" not in paper.html
    assert "☑" not in page.replace("☑在保家庭", "").replace("☑\u2060在保家庭", "")
    printed = Page(county, TARGETS, [drawn])
    assert not printed.state.may_full
    county.worker(Role.GRID_WORKER)
    with pytest.raises(NotAllowedError):
        spot_check_papers.target_papers(county.context, [drawn], MASKED)


def test_a_town_prints_what_was_found_and_an_empty_form(county: County) -> None:
    county.worker(Role.TOWN_CLERK, TOWN)
    found = result(county, county.household("张桂兰"))
    [paper] = spot_check_papers.check_papers(county.context, [found], MASKED)
    assert set(paper.pictures) == {"signature", "lead_signature", "second_signature"}
    page = "".join(text_of(pdf_of([paper]))).replace("\u2060", "")
    for words in (
        "张桂兰",
        "石桥镇 青溪村",
        "☑否",
        "☑未核",
        "☑基本满意",
        "☑金额有误",
        "到账少二十元<待查>",
        "周丙、钱丁",
    ):
        assert words in page, words
    printed = Page(county, CHECKS, [found])
    printed.presenter.print_out()
    assert audit(county) == [("paper:spot_checks", "", 1)]
    [empty] = spot_check_papers.check_papers(county.context, [], MASKED)
    assert "☑" not in empty.html
    assert len(text_of(pdf_of([empty]))) == 1
    with pytest.raises(NotAllowedError, match="spot_check_not_here"):
        spot_check_papers.check_papers(county.context, ["nothing"], MASKED)
