"""The county plans and draws a spot check in a browser, once; whoever may not is kept out."""

import datetime as dt
import html
import json
import re
from pathlib import Path

from fieldapp.domain.clock import local_day
from fieldapp.domain.records.areas import AreaLevel
from fieldapp.domain.records.households import Category, Coverage, HouseholdFields, HouseholdStatus
from fieldapp.domain.records.spot_checks import Found, SpotCheckTargetFields, TargetStatus
from fieldapp.domain.records.users import Role
from server.pages.words import Words
from server.services.areas import areas_within
from server.services.checks import check_store
from server.services.spot_check_results import standings
from server.services.users import SERVER_USER
from server.store.audit import Act
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from tests.integration.server.console import Office
from tests.integration.server.county import COUNTY, TOWN, VILLAGE, County

WORDS = Words("zh")
PATH = "/console/spot-checks"


def _homes(county: County) -> None:
    now = county.clock()
    covered = Coverage(category=Category.DIBAO, since=dt.date(2025, 1, 1))
    with RecordWriter(county.context.store, Author(SERVER_USER)) as writer:
        for number in range(4):
            writer.put("households", HouseholdFields(
                id=f"0190aaaa-0000-7000-8000-{number:012d}", created_at=now, created_by=SERVER_USER,
                updated_at=now, updated_by=SERVER_USER, head_name="李丁", area_code=VILLAGE,
                status=HouseholdStatus.ACTIVE, coverages=(covered,),
            ))  # fmt: skip


def _found(county: County, target: SpotCheckTargetFields) -> None:
    """What a device would hand in: the amount is wrong."""
    wire = Path(__file__).parents[2] / "golden" / "wire" / "spot_check_results.json"
    body = json.loads(wire.read_text(encoding="utf-8"))
    for name in ("rectified_on", "rectified_note", "rectified_by"):
        del body[name]
    own = ("spot_check_id", "plan_no", "population", "subject_id", "area_code")
    body |= {name: getattr(target, name) for name in own} | {
        "target_id": target.id,
        "rectify_due": "2099-01-01",
    }
    closed = {"status": "DONE", "facts": None, "result_id": body["id"]}
    with RecordWriter(county.context.store, Author(SERVER_USER)) as writer:
        writer.put("spot_check_results", body)
        writer.patch("spot_check_targets", target.id, closed)


def _town(county: County) -> str:
    [found] = [one.name for one in areas_within(county.context.store, [TOWN], smallest=AreaLevel.TOWN)]
    return found


def test_a_plan_is_made_drawn_once_and_a_target_replaced(shared_county: County) -> None:
    office, store = Office(shared_county), shared_county.context.store
    _homes(shared_county)
    officer, today = office.officer, local_day(shared_county.clock())
    inspectors = [shared_county.user(Role.AUDITOR, COUNTY) for _ in range(2)]
    fields = {
        "title": "一季度在保家庭检查", "population": "HOUSEHOLDS", "period_from": str(today),
        "period_to": str(today), "check_from": str(today), "check_until": str(today),
    }  # fmt: skip
    assert all(f'name="inspector-{one}"' in officer.get(PATH).text for one in inspectors)
    alone = officer.post(PATH, **fields, **{f"inspector-{inspectors[0]}": "yes"})
    assert WORDS.sentence("spot_check_inspectors", {"least": 2}) in alone.text
    made = officer.post(PATH, **fields, **{f"inspector-{one}": "yes" for one in inspectors})
    assert (made.status_code, WORDS("done.step") in made.text) == (200, True), made.text
    (standing,) = standings(store)
    assert standing.plan.population_digest in made.text

    page = f"{PATH}/{standing.plan.id}"
    seed = {"seed": "2026Q1-341789-demo", "witness1": "见证人甲"}
    assert WORDS.sentence("spot_check_witnesses", {"least": 2}) in officer.post(f"{page}/draw", **seed).text
    drawn = officer.post(f"{page}/draw", **seed, witness2="见证人乙")
    (standing,) = standings(store)
    assert len(standing.targets) == 2
    assert all(one.subject_id in drawn.text for one in standing.targets)
    assert "李丁" not in drawn.text, "the page names no family"
    again = officer.post(f"{page}/draw", seed="another-seed", witness1="见证人甲", witness2="见证人乙")
    assert (again.status_code, WORDS.sentence("spot_check_drawn") in again.text) == (422, True)
    first = standing.targets[0]
    officer.post(f"{page}/replace", target=first.id, reason="全家外出务工")
    (standing,) = standings(store)
    assert standing.statuses == {TargetStatus.OPEN: 2, TargetStatus.REPLACED: 1}
    _found(shared_county, standing.targets[1])
    proposed = officer.get(page).text
    row = WORDS(
        "spot_check.public_row", number=1, town=_town(shared_county), name="李*",
        found=WORDS.label(Found.AMOUNT), state="",
    )  # fmt: skip
    assert row in html.unescape(proposed), "masked, with its town only"
    assert "李丁" not in proposed
    assert WORDS("spot_check.to_rectify", open=1, overdue=0) in proposed
    empty = officer.post(f"{page}/publish", text="", place="政府网站", published_on=str(today))
    assert WORDS.sentence("spot_check_publication_text") in empty.text
    noted = officer.post(f"{page}/publish", text="检查两户。", place="政府网站", published_on=str(today))
    assert re.search("检查两户。", noted.text)
    assert [one.published_on for one in standings(store)[0].plan.publications] == [today]
    for act in (Act.SPOT_CHECK_PLANNED, Act.SPOT_CHECK_DRAWN, Act.SPOT_CHECK_PUBLISHED):
        assert standing.plan.id in {one[1] for one in office.acts(act)}
    assert office.of(Role.COUNTY_OFFICER).get(page).status_code == 422, "an officer of one town"
    assert [one for one in check_store(store) if one.check.startswith("spot_check")] == []
