"""A need from the doorstep to the rating: device, server, a partner at its door, silence (S25, S26, S33)."""

import dataclasses
import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.records.needs import NeedStatus, NeedUrgency, PickedNeed, ReferralAction, ReferralStatus
from fieldapp.domain.records.users import Role
from fieldapp.domain.records.visits import NeedKind, Purpose
from fieldapp.services import need_views, needs
from fieldapp.services.context import Context
from fieldapp.services.need_views import NeedView
from fieldapp.services.needs import NewNeedStep
from server.jobs import run_due_jobs
from server.pages.words import Words
from server.services.checks import check_store
from server.services.needs import unmet_of_county
from server.services.organisations import add_listed
from server.services.sign_in import sign_in
from server.services.users import reset_password
from tests.integration.server.console import Browser
from tests.integration.server.county import GRID_2, TOWN, County
from tests.integration.sync.device import Tablet

YEAR = {"since": dt.date(2026, 1, 1), "until": dt.date(2026, 12, 31)}


@dataclass
class Partner:
    """A partner's user with a console session."""

    county: County
    user_id: str
    token: str = ""

    def sign_in(self) -> None:
        store, random_bytes = self.county.context.store, self.county.random_bytes
        password = reset_password(store, self.user_id, by="server", random_bytes=random_bytes)
        self.token = sign_in(
            store, self.county.logins[self.user_id], password, random_bytes=random_bytes
        ).token

    def call(self, method: str, path: str, body: Any = None) -> requests.Response:
        return requests.request(
            method, f"{self.county.address}/v1/partner{path}", json=body, timeout=30,
            headers={"Authorization": f"Bearer {self.token}", "Fieldapp-Protocol": "1"},
        )  # fmt: skip

    def referred(self) -> list[dict[str, Any]]:
        answer = self.call("GET", "/referrals")
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["referrals"]
        return found

    def step(self, referral_id: str, action: str, **values: Any) -> dict[str, Any]:
        answer = self.call("POST", f"/referrals/{referral_id}/steps", {"action": action, **values})
        assert answer.status_code == 201, answer.text
        told: dict[str, Any] = answer.json()
        return told


def new_partner(county: County) -> Partner:
    partner = Partner(county, county.user(Role.PARTNER, TOWN))
    partner.sign_in()
    return partner


@dataclass
class Village:
    """An aide's device with a family on it, and an organisation with a project of one place."""

    county: County
    aide: Tablet
    context: Context
    house: str
    partner: Partner
    stranger: Partner
    project_id: str

    def need(self, **values: Any) -> str:
        wanted = {"kind": NeedKind.COUNSEL, "consent_to_share": True, **values}
        [need_id], _ = needs.add_needs(self.context, self.house, [PickedNeed(**wanted)])
        return need_id

    def view(self, need_id: str) -> NeedView:
        return next(one for one in self.views() if one.need.id == need_id)

    def views(self) -> tuple[NeedView, ...]:
        return need_views.household_needs(self.context, self.house).needs

    def refer(self, need_id: str) -> str:
        [offer] = needs.offers_for(self.context, need_id)
        referral_id, _ = needs.refer(self.context, need_id, offer, "请先电话联系")
        self.aide.synced()
        return referral_id


@pytest.fixture
def village(county: County, aide: Tablet) -> Village:
    house = aide.household().id
    aide.synced()
    partner, stranger = new_partner(county), new_partner(county)
    store, ids = county.context.store, county.ids
    bodies = [
        {"name": "社工中心", "services": ["COUNSEL"], "areas": [TOWN], "users": [partner.user_id],
         "credit_code": "52341789MJA000001C"},
        {"name": "另一家", "services": ["MEAL"], "users": [stranger.user_id]},
    ]  # fmt: skip
    own, _ = add_listed(store, ids, "organisations", bodies)
    [project] = add_listed(
        store, ids, "projects",
        [{"organisation_id": own, "name": "暖心陪伴", "services": ["COUNSEL"], "quota": 1, **YEAR}],
    )  # fmt: skip
    aide.synced()
    return Village(
        county, aide, Context(aide.store, aide.user_id, "device-1"), house, partner, stranger, project
    )


def test_need_is_referred_served_and_rated_at_the_next_visit(village: Village, county: County) -> None:
    need_id = village.need(description="老人情绪低落，夜里睡不着")
    referral_id = village.refer(need_id)
    assert village.view(need_id).need.status is NeedStatus.REFERRED
    [shown] = village.partner.referred()
    # The least that serving needs: no name, number, file or description.
    assert shown == {
        "id": referral_id, "status": "REFERRED", "sent_at": shown["sent_at"], "respond_due": "2026-03-10",
        "need": "COUNSEL", "urgency": "30D", "message": "请先电话联系", "person": "户**",
        "place": "区划100区划2013组", "logged": 0, "actions": ["ACCEPT", "DECLINE", "UNMET"],
    }  # fmt: skip
    assert village.stranger.referred() == []
    for path in (f"/referrals/{referral_id}/phone", f"/referrals/{referral_id}/steps"):
        answer = village.stranger.call("POST", path, {"action": "ACCEPT"})
        assert (answer.status_code, answer.json()["code"]) == (422, "unknown_referral")
    assert village.partner.step(referral_id, "DELIVER", note="早了") == {
        "status": "REFERRED",
        "refused_code": "referral_step_not_possible",
    }
    assert village.partner.step(referral_id, "RATE", note="自评")["refused_code"] == "not_permitted"
    for action, values in (
        ("ACCEPT", {}),
        ("START", {}),
        ("LOG", {"note": "第一次面谈", "served_on": "2026-03-06", "quarter_hours": 6, "worker": "社工甲"}),
        ("DELIVER", {"note": "三次面谈，情绪好转"}),
    ):
        told = village.partner.step(referral_id, action, **values)
        assert told["refused_code"] == "", told
    village.aide.synced()
    [rated] = [one for one in village.views() if one.to_rate]
    assert rated.referrals[-1].status is ReferralStatus.DELIVERED
    assert ReferralAction.RATE in rated.actions
    visit = village.aide.visit(village.house, purpose=Purpose.ROUTINE).id
    with pytest.raises(RuleError, match="rating_required"):
        needs.take_need_step(village.context, need_id, NewNeedStep(ReferralAction.RATE))
    needs.take_need_step(village.context, need_id, NewNeedStep(ReferralAction.RATE, rating=5, visit_id=visit))
    assert village.view(need_id).need.status is NeedStatus.DONE  # at once, offline
    village.aide.synced()
    done = village.view(need_id)
    assert (done.need.status, done.referrals[-1].rating) == (NeedStatus.DONE, 5)
    assert done.need.result == "三次面谈，情绪好转"
    assert check_store(county.context.store) == []

    # Thirty days after the end the partner sees nobody any longer.
    county.clock.advance(days=30)
    village.partner.sign_in()
    assert len(village.partner.referred()) == 1
    county.clock.advance(days=1)
    village.partner.sign_in()
    assert village.partner.referred() == []
    assert village.partner.call("POST", f"/referrals/{referral_id}/phone").status_code == 422


def test_phone_is_revealed_to_the_partner_alone_and_written_down(village: Village) -> None:
    person_id = village.aide.ids("persons")[0]
    referral_id = village.refer(village.need(person_id=person_id))
    [shown] = village.partner.referred()
    assert (shown["person"], shown["phone"]) == ("户**", "100****5678")
    answer = village.partner.call("POST", f"/referrals/{referral_id}/phone")
    assert answer.json() == {"phone": "10012345678"}
    with village.county.context.store.read() as connection:
        acts = connection.exec_driver_sql(
            "SELECT user_id, object_id FROM audit_log WHERE act = 'PHONE_REVEALED'"
        ).all()
    assert [tuple(one) for one in acts] == [(village.partner.user_id, referral_id)]


def test_without_consent_nothing_reaches_an_organisation(village: Village) -> None:
    need_id = village.need(consent_to_share=False)
    view = village.view(need_id)
    assert (view.may_refer, view.consent_missing) == (False, True)
    [offer] = needs.offers_for(village.context, need_id)
    with pytest.raises(NotAllowedError, match="consent_required"):
        needs.refer(village.context, need_id, offer)
    village.aide.synced()
    assert village.partner.referred() == []


def test_silence_brings_the_need_back_after_three_working_days(village: Village, county: County) -> None:
    need_id = village.need()
    village.refer(need_id)
    county.clock.advance(days=5)  # Tuesday 2026-03-10, the last day
    run_due_jobs(county.context)
    village.aide.synced()
    assert village.view(need_id).need.status is NeedStatus.REFERRED
    county.clock.advance(days=1)
    assert run_due_jobs(county.context)["referrals"] == 1
    county.clock.advance(days=1)
    assert run_due_jobs(county.context)["referrals"] == 0
    village.aide.synced()
    back = village.view(need_id)
    assert (back.need.status, back.referrals[-1].status) == (NeedStatus.OPEN, ReferralStatus.EXPIRED)
    assert back.may_refer
    village.partner.sign_in()
    assert village.partner.referred() == []
    # The place is free again.
    assert [one.places for one in needs.offers_for(village.context, need_id)] == [1]
    assert check_store(county.context.store) == []


def test_the_last_place_goes_once(village: Village, county: County) -> None:
    first, second = village.need(), village.need()
    [offer] = needs.offers_for(village.context, second)
    village.refer(first)
    assert needs.offers_for(village.context, second) == []
    needs.refer(village.context, second, offer)  # as another device would, which has not heard of the first
    report = village.aide.synced()
    assert report.refused == 1
    assert village.view(first).need.status is NeedStatus.REFERRED
    assert check_store(county.context.store) == []


def test_unmet_needs_are_counted_on_device_and_server_alike(village: Village, county: County) -> None:
    village.need(kind=NeedKind.MEAL, urgency=NeedUrgency.NOW)
    given_up = village.need(kind=NeedKind.MEAL)
    needs.take_need_step(village.context, given_up, NewNeedStep(ReferralAction.GIVE_UP, note="附近无助餐点"))
    settled = village.need(kind=NeedKind.GOODS)
    needs.take_need_step(village.context, settled, NewNeedStep(ReferralAction.SETTLE, note="村里送米"))
    county.clock.advance(days=2)
    village.aide.synced()
    rows = need_views.unmet_report(village.context).rows
    by_town = [dataclasses.replace(row, area_code=row.area_code[:9]) for row in rows]
    assert by_town == unmet_of_county(county.context.store, TOWN)
    assert [(row.kind, row.asked, row.open, row.late, row.unmet) for row in rows] == [
        (NeedKind.GOODS, 1, 0, 0, 0),
        (NeedKind.MEAL, 2, 1, 1, 1),
    ]
    assert check_store(county.context.store) == []


def test_charity_pool_is_masked_and_holds_only_who_agreed(village: Village) -> None:
    village.need(not_eligible=True, description="低保边缘，老伴住院")
    village.need(not_eligible=True, consent_to_share=False)
    village.need()
    village.aide.synced()
    answer = village.partner.call("GET", "/pool")
    [shown] = answer.json()["pool"]
    assert set(shown) == {"id", "need", "urgency", "seen_on", "area_code", "family", "place"}
    assert shown["family"] == "户**"
    assert "户主甲" not in answer.text
    assert "住院" not in answer.text


def test_workers_of_other_grids_cannot_add_or_refer(village: Village, county: County, tmp_path: Path) -> None:
    from tests.integration.sync.device import tablet

    with tablet(county, tmp_path / "other", role=Role.GRID_WORKER, area=GRID_2, seed=5) as device:
        device.synced()
        context = Context(device.store, device.user_id, "device-9")
        with pytest.raises(NotAllowedError, match="household_not_here"):
            needs.add_needs(context, village.house, [PickedNeed(kind=NeedKind.MEAL)])


def test_partner_answers_serves_and_calls_on_the_pages_of_the_console(
    village: Village, county: County
) -> None:
    need_id = village.need(person_id=village.aide.ids("persons")[0], urgency=NeedUrgency.NOW)
    referral_id = village.refer(need_id)
    village.need(not_eligible=True, description="低保边缘，老伴住院")
    village.aide.synced()
    browser, words = Browser(county, village.partner.token), Words("zh")
    assert browser.get("/console").url.endswith("/console/referrals")
    listed = browser.get("/console/referrals").text
    assert "心理疏导" in listed
    assert "户**" in listed
    page = f"/console/referrals/{referral_id}"
    shown = browser.get(page).text
    assert "100****5678" in shown
    assert "请先电话联系" in shown
    for hidden in ("10012345678", "户主甲", "住院"):
        assert hidden not in listed + shown

    stranger = Browser(county, village.stranger.token)
    assert words("referrals.none") in stranger.get("/console/referrals").text
    for answer in (
        stranger.get(page),
        stranger.post(f"{page}/phone"),
        stranger.post(f"{page}/steps", action="ACCEPT"),
    ):
        assert (answer.status_code, words.sentence("unknown_referral") in answer.text) == (422, True)

    assert "10012345678" in browser.post(f"{page}/phone").text
    with county.context.store.read() as connection:
        log = "SELECT user_id, object_id FROM audit_log WHERE act = 'PHONE_REVEALED'"
        acts = [tuple(row) for row in connection.exec_driver_sql(log)]
    assert acts == [(village.partner.user_id, referral_id)]

    def step(action: str, **fields: str) -> requests.Response:
        return browser.post(f"{page}/steps", action=action, **fields)

    assert words.sentence("reason_required") in step("DECLINE", note=" ").text
    assert words("done.step") in step("ACCEPT").text
    assert words.sentence("referral_step_not_possible") in step("ACCEPT").text
    step("START")
    assert step("LOG", note="面谈", served_on="2026-03-06", hours="x").status_code == 422
    assert words.sentence("service_day_required") in step("LOG", note="面谈", hours="1.5").text
    assert step("LOG", note="面谈", served_on="2027-01-01", hours="1.5").status_code == 422
    served = step("LOG", note="第一次<面谈>", served_on="2026-03-05", hours="1.5", worker="社工甲").text
    assert "第一次&lt;面谈&gt;" in served
    assert words("referral.served", day="2026-03-05", hours=1.5) in served
    assert step("DELIVER", note="情绪好转").status_code == 200
    village.aide.synced()
    assert village.view(need_id).to_rate
    needs.take_need_step(village.context, need_id, NewNeedStep(ReferralAction.RATE, "家里人满意", rating=5))
    village.aide.synced()
    assert "家里人满意" not in browser.get(page).text, "what the office notes stays in the office"

    pool = browser.get("/console/pool").text
    assert "户**" in pool
    assert "住院" not in pool

    county.clock.advance(days=31)
    village.partner.sign_in()
    later = Browser(county, village.partner.token)
    assert words("referrals.none") in later.get("/console/referrals").text
    assert later.get(page).status_code == 422
    assert check_store(county.context.store) == []
