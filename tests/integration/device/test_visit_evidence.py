"""What a device remarks about a draft beside the worker's other visits, and what goes with the visit."""

from fieldapp.services import visits
from tests.gui.county import County
from tests.integration.device.test_visits import filled, submitted

TOLD = (
    "老人独居，血压稳定，按时服药，米面油够吃两个月，屋顶去年修过不漏，冬天取暖用炕，"
    "子女每周来一次电话，没有别的困难。"
)


def test_copied_words_are_remarked_explained_and_submitted(county: County) -> None:
    homes = [county.household(name) for name in ("甲一", "甲二", "甲三", "甲四")]
    for home in homes[:3]:
        quiet = visits.visit_view(county.context, submitted(county, home, narrative=TOLD)).visit
        assert "narrative_copied" not in quiet.flags
    draft_id, _ = visits.begin_visit(county.context, homes[3])
    filled(county, draft_id, narrative=TOLD, flag_reason="四户情况相同，已逐户核实。")
    draft = visits.visit_form(county.context, draft_id).stored.draft
    assert "narrative_copied" in {one.code for one in visits.check_draft(county.context, draft)}
    told = visits.visit_view(county.context, visits.submit_visit(county.context, draft_id)[0]).visit
    assert "narrative_copied" in told.flags
    assert told.flag_reason == "四户情况相同，已逐户核实。"
