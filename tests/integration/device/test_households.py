"""Households on the device: who reads what, what is revealed and audited, registering and correcting."""

import datetime as dt
import json
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.parameters import Parameters
from fieldapp.domain.permissions import Permission
from fieldapp.domain.records.audit import AuditAct, AuditEventFields
from fieldapp.domain.records.base import wire_body
from fieldapp.domain.records.households import HouseholdFields, HouseholdStatus
from fieldapp.domain.records.persons import IdType, PersonFields, PhoneOwner, Relation, Sex
from fieldapp.domain.records.users import Role, RoleAssignment, UserFields
from fieldapp.domain.records.visits import Result, VisitFields
from fieldapp.domain.rules.id_number import DEMO_ID_PREFIX, id_check_digit
from fieldapp.services import households, outbox, visits
from fieldapp.services.households import NewHousehold, Secret
from fieldapp.storage import rows
from fieldapp.storage.outbox import OUTBOX
from sync.protocol.entities import ENTITIES
from tests.gui.county import GRID_1, GRID_2, OTHER_GRID, TOWN, VILLAGE, WORKER, County

BORN = dt.date(1951, 4, 9)


def ops(county: County) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Kind, record, action and body of all ops."""
    with county.store.reading() as connection:
        found = connection.execute(select(OUTBOX).order_by(OUTBOX.c.seq)).all()
    return [(op.kind, op.record_id, op.action, json.loads(op.body)) for op in found]


def person_of(county: County, household_id: str) -> PersonFields:
    return households.household_card(county.context, household_id).members[0].person


def role(county: County, role: Role, area_code: str, until: dt.date | None = None) -> None:
    held = RoleAssignment(role=role, area_code=area_code, since=dt.date(2020, 1, 1), until=until)
    county.pull("users", [UserFields(name="周丙", roles=(held,), **county.origin(WORKER))])


# --- reading -------------------------------------------------------------------------------------


def test_list_is_found_by_name_pinyin_number_tail_and_area(county: County) -> None:
    one = county.household("王小明", area_code=GRID_1)
    two = county.household("欧阳明", area_code=GRID_2)
    person = person_of(county, one)

    def found(typed: str = "", area: str = "") -> list[str]:
        return households.household_ids(county.context, typed=typed, area_prefix=area)

    assert found() == [one, two]
    assert found("明") == [one, two]
    assert found("小明") == [one]
    assert found("wxm") == [one]
    assert found("ouyang") == [two]
    assert found(person.id_number) == [one]
    assert found(person.phone[-4:]) == [one]
    assert found(area=GRID_2) == [two]
    assert found("明", GRID_1) == [one]
    assert found("查无此人") == []
    assert found("！？") == []


def test_list_holds_only_what_the_worker_reads_today(county: County) -> None:
    mine = county.household("甲乙")
    county.household("丙丁", area_code=OTHER_GRID)
    assert households.household_ids(county.context) == [mine]
    role(county, Role.SYSTEM_ADMIN, TOWN)
    assert households.household_ids(county.context) == []


def test_items_keep_the_order_asked_for_and_leave_out_what_is_gone(county: County) -> None:
    ids = [county.household(name) for name in ("甲一", "甲二", "甲三")]
    items = households.household_items(county.context, [ids[2], "gone", ids[0]])
    assert [item.household_id for item in items] == [ids[2], ids[0]]
    assert [item.head_name for item in items] == ["甲三", "甲一"]
    assert items[0].village_name == "青溪村"
    assert items[0].head_age == 77


def test_item_names_the_draft_that_waits(county: County) -> None:
    household = county.household("甲乙")
    draft, _ = visits.begin_visit(county.context, household)
    assert households.household_items(county.context, [household])[0].draft_id == draft


def test_card_counts_as_rule_r4_says(county: County) -> None:
    household = county.household("甲乙")
    county.visit(household, days_ago=1)
    county.visit(household, days_ago=2, result=Result.NOT_HOME)
    county.visit(household, days_ago=400)
    card = households.household_card(county.context, household)
    assert (card.visits_this_period, card.visits_required, card.visits_12_months) == (1, 1, 1)
    assert len(card.timeline) == 3
    assert card.may_edit
    assert card.may_reveal_id
    assert card.may_reveal_phone


def test_card_of_a_household_that_is_not_here(county: County) -> None:
    with pytest.raises(NotAllowedError, match="household_not_here"):
        households.household_card(county.context, "gone")


def test_card_shows_numbers_masked_and_the_item_no_number_at_all(county: County) -> None:
    household = county.household("甲乙")
    member = households.household_card(county.context, household).members[0]
    assert member.masked_id == f"341789********{member.person.id_number[-4:]}"
    assert member.masked_phone == f"100****{member.person.phone[-4:]}"


def test_auditor_sees_no_name_number_or_address_in_full(county: County) -> None:
    household = county.household(
        "欧阳小明", address="青溪路12号", remark="欧阳小明的堂兄代管", lat=30.1, lon=117.2
    )
    county.pull("persons", [
        county.person_fields(household, "王小红", relation_to_head=Relation.SPOUSE, carer_name="赵小七",
                             carer_phone="10000000077", bank_account="341789000000000123"),
    ])  # fmt: skip
    visit = county.visit(household, narrative="欧阳小明与王小红都在家，电话10000000099，情况正常。")
    known = person_of(county, household)
    role(county, Role.AUDITOR, TOWN)
    card = households.household_card(county.context, household)
    view = visits.visit_view(county.context, visit)
    items = households.household_items(county.context, [household])
    assert card.item.head_name == card.household.head_name == view.household.head_name == "欧阳**"
    assert [m.person.name for m in card.members] == ["欧阳**", "王**"]
    said = repr((card, view, items))
    for secret in ("小明", "小红", "小七", "12号", "30.1", known.id_number, known.phone, "10000000099",
                   "10000000077", "0000000123"):  # fmt: skip
        assert secret not in said, secret
    assert "都在家" in card.timeline[0].narrative
    assert not card.may_edit
    assert not card.may_reveal_id
    assert not view.may_amend
    assert households.household_ids(county.context) == [household]


def test_auditor_changes_and_reveals_nothing(county: County) -> None:
    household = county.household("甲乙")
    person = person_of(county, household)
    role(county, Role.AUDITOR, TOWN)
    for act in (
        lambda: households.reveal(county.context, person.id, Secret.PHONE, "核实"),
        lambda: households.edit_contact(county.context, household, address="x"),
        lambda: households.register_household(county.context, NewHousehold("丙", GRID_1, no_id_reason="无")),
        lambda: visits.begin_visit(county.context, household),
    ):
        with pytest.raises(NotAllowedError, match="not_permitted"):
            act()
    assert ops(county) == []


def test_role_ended_yesterday_permits_nothing_today(county: County) -> None:
    household = county.household("甲乙")
    person = person_of(county, household)
    visit = county.visit(household)
    role(county, Role.VILLAGE_AIDE, VILLAGE, until=county.today)
    assert households.household_card(county.context, household).may_edit
    draft, _ = visits.begin_visit(county.context, household)
    county.clock.advance(days=1)
    for act in (
        lambda: households.household_card(county.context, household),
        lambda: households.reveal(county.context, person.id, Secret.ID_NUMBER, "核实"),
        lambda: households.edit_contact(county.context, household, address="x"),
        lambda: visits.begin_visit(county.context, household),
        lambda: visits.begin_correction(county.context, visit),
        lambda: visits.visit_view(county.context, visit),
    ):
        with pytest.raises((NotAllowedError, RuleError), match="not_permitted"):
            act()
    # Work begun while the role held may still be handed in; the server judges by the day it was done.
    with pytest.raises(RuleError, match="result_required"):
        visits.submit_visit(county.context, draft)
    assert households.household_ids(county.context) == []
    with county.store.reading() as connection:
        assert not county.context.actor(connection).may(Permission.READ_CASES)
    # What he wrote is not thrown away: the role may be given back.
    assert [item.stored.id for item in visits.drafts(county.context)] == [draft]


def test_user_set_inactive_has_no_role(county: County) -> None:
    household = county.household("甲乙")
    held = RoleAssignment(role=Role.VILLAGE_AIDE, area_code=VILLAGE, since=dt.date(2020, 1, 1))
    county.pull("users", [UserFields(name="周丙", roles=(held,), active=False, **county.origin(WORKER))])
    with pytest.raises(NotAllowedError, match="not_permitted"):
        visits.begin_visit(county.context, household)


# --- revealing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("secret", Secret)
def test_reveal_answers_the_number_and_audits_who_whose_and_why(county: County, secret: Secret) -> None:
    household = county.household("甲乙")
    person = person_of(county, household)
    shown = households.reveal(county.context, person.id, secret, "  电话核实补助到账 ")
    assert shown == (person.phone if secret is Secret.PHONE else person.id_number)
    ((kind, _, action, body),) = ops(county)
    assert (kind, action) == ("audit_events", "put")
    assert body["act"] == ("REVEAL_PHONE" if secret is Secret.PHONE else "REVEAL_ID")
    assert (body["object_kind"], body["object_id"]) == ("persons", person.id)
    assert (body["area_code"], body["reason"], body["created_by"]) == (GRID_1, "电话核实补助到账", WORKER)
    assert shown not in orjson.dumps(body).decode()
    with county.store.unit_of_work() as work:
        event = work.find("audit_events", body["id"])
    assert isinstance(event, AuditEventFields)
    assert event.act is AuditAct(body["act"])
    assert shown not in repr(event)


def test_reveal_with_the_number_as_its_reason_does_not_write_it_down(county: County) -> None:
    person = person_of(county, county.household("甲乙"))
    assert households.reveal(county.context, person.id, Secret.PHONE, f"打{person.phone}") == person.phone
    assert ops(county)[0][3]["reason"] == "打*"


@pytest.mark.parametrize("reason", ["", "  \n\u3000"])
def test_reveal_needs_a_reason(county: County, reason: str) -> None:
    person = person_of(county, county.household("甲乙"))
    with pytest.raises(RuleError) as caught:
        households.reveal(county.context, person.id, Secret.PHONE, reason)
    assert (caught.value.code, caught.value.field) == ("reason_required", "reason")
    assert ops(county) == []


def test_reveal_with_a_reason_too_long_for_the_record_says_so(county: County) -> None:
    person = person_of(county, county.household("甲乙"))
    with pytest.raises(RuleError) as caught:
        households.reveal(county.context, person.id, Secret.PHONE, "因" * 201)
    assert (caught.value.code, caught.value.facts) == ("text_too_long", {"limit": 200})
    assert households.reveal(county.context, person.id, Secret.PHONE, "因" * 200) == person.phone


def test_reveal_of_id_numbers_is_not_for_grid_workers(county: County) -> None:
    person = person_of(county, county.household("甲乙"))
    role(county, Role.GRID_WORKER, GRID_1)
    with pytest.raises(NotAllowedError, match="not_permitted"):
        households.reveal(county.context, person.id, Secret.ID_NUMBER, "核实")
    assert households.reveal(county.context, person.id, Secret.PHONE, "核实") == person.phone
    assert [body["act"] for _, _, _, body in ops(county)] == ["REVEAL_PHONE"]


def test_reveal_outside_the_area_or_of_nobody(county: County) -> None:
    person = county.person_fields(county.household("甲乙", area_code=OTHER_GRID), "丙")
    county.pull("persons", [person])
    with pytest.raises(NotAllowedError, match="not_permitted"):
        households.reveal(county.context, person.id, Secret.PHONE, "核实")
    with pytest.raises(RuleError, match="person_not_here"):
        households.reveal(county.context, "gone", Secret.PHONE, "核实")
    assert ops(county) == []


# --- registering ---------------------------------------------------------------------------------


def new(**given: Any) -> NewHousehold:
    known = {"head_name": "王新", "area_code": GRID_1, "no_id_reason": "证件在子女处"}
    return NewHousehold(**(known | given))


def test_register_files_household_and_head_as_pending(county: County) -> None:
    number = county.id_number(BORN, Sex.MALE)
    household_id, changes = households.register_household(
        county.context,
        new(
            head_name=" 王新 ", id_number=f" {number[:6]} {number[6:].lower()}", group_name=" 4组 ",
            address=" 7号 ", phone="100-1234 5678", phone_owner=PhoneOwner.CHILD, lat=30.5, lon=117.5,
            notice_given=True, remark="门口有犬",
        ),
        "register",
    )  # fmt: skip
    card = households.household_card(county.context, household_id)
    home, head = card.household, card.members[0].person
    assert (home.status, home.head_name, home.group_name, home.address) == (
        HouseholdStatus.PENDING, "王新", "4组", "7号")  # fmt: skip
    assert (home.head_person_id, head.household_id, head.relation_to_head) == (
        head.id, home.id, Relation.SELF)  # fmt: skip
    assert (head.id_number, head.id_type) == (number, IdType.RESIDENT_ID)
    assert (head.sex, head.birth_date) == (Sex.MALE, BORN)
    assert (head.phone, head.phone_owner) == ("10012345678", PhoneOwner.CHILD)
    assert (home.consent_notice_at, home.created_by, home.device_id) == (county.clock(), WORKER, "device-1")
    assert home.remark == "门口有犬"
    assert changes.initiator == "register"
    assert changes.kinds["households"] == {home.id}
    assert changes.kinds["persons"] == {head.id}
    assert [(kind, record, action) for kind, record, action, _ in ops(county)] == [
        ("households", home.id, "put"),
        ("persons", head.id, "put"),
    ]
    assert ops(county)[0][3] == wire_body(home)
    assert households.household_ids(county.context, typed="王新") == [home.id]


def test_register_without_a_number_keeps_the_reason(county: County) -> None:
    household_id, _ = households.register_household(
        county.context, new(sex=Sex.FEMALE, birth_date=BORN, remark="独居")
    )
    card = households.household_card(county.context, household_id)
    head = card.members[0].person
    assert (head.id_type, head.id_number, head.sex, head.birth_date) == (IdType.NONE, "", Sex.FEMALE, BORN)
    assert card.household.remark == "证件在子女处；独居"


def test_register_takes_a_15_digit_number_and_says_so(county: County) -> None:
    household_id, _ = households.register_household(county.context, new(id_number="341789510409012"))
    head = person_of(county, household_id)
    first = f"{DEMO_ID_PREFIX}19510409012"
    assert (head.id_number, head.id_converted) == (first + id_check_digit(first), True)


def codes(county: County, **given: Any) -> list[tuple[str, str]]:
    found = households.check_new_household(county.context, new(**given))
    return [(one.code, one.field) for one in found]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, []),
        ({"head_name": " "}, [("name_required", "head_name")]),
        ({"area_code": ""}, [("area_required", "area_code")]),
        ({"area_code": TOWN}, [("area_required", "area_code")]),
        ({"no_id_reason": " "}, [("id_or_reason_required", "id_number")]),
        ({"id_number": "341789"}, [("id_wrong_length", "id_number")]),
        ({"id_number": "34178919510409012A"}, [("id_wrong_characters", "id_number")]),
        ({"id_number": "341789195113090125"}, [("id_birth_date_invalid", "id_number")]),
        ({"id_number": "341789299904090125"}, [("id_birth_in_future", "id_number")]),
        ({"birth_date": dt.date(2999, 4, 9)}, [("birth_date_in_future", "birth_date")]),
        ({"phone": "12345"}, [("phone_wrong", "phone")]),
        ({"phone": "2023456"}, [("phone_area_code_missing", "phone")]),
        ({"head_name": "名" * 51}, [("text_too_long", "head_name")]),
        ({"group_name": "组" * 31}, [("text_too_long", "group_name")]),
        ({"address": "址" * 201}, [("text_too_long", "address")]),
        ({"remark": "注" * 500}, [("text_too_long", "remark")]),
        ({"remark": "注" * 493}, []),
        (
            {"head_name": "", "area_code": "", "no_id_reason": "", "phone": "1"},
            [("name_required", "head_name"), ("area_required", "area_code"),
             ("id_or_reason_required", "id_number"), ("phone_wrong", "phone")],
        ),
    ],
)  # fmt: skip
def test_register_says_all_that_is_missing_or_wrong(
    county: County, given: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert codes(county, **given) == expected
    if expected:
        with pytest.raises(RuleError) as caught:
            households.register_household(county.context, new(**given))
        assert (caught.value.code, caught.value.field) == expected[0]
        assert ops(county) == []
    else:
        households.register_household(county.context, new(**given))


def test_register_refuses_a_wrong_check_digit_and_says_no_digit_of_it(county: County) -> None:
    number = county.id_number(BORN)
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    (problem,) = households.check_new_household(county.context, new(id_number=wrong))
    assert problem.code == "id_wrong_check_digit"
    assert wrong[6:] not in f"{problem} {problem.facts}"


def test_register_refuses_a_number_that_is_filed_already(county: County) -> None:
    person = person_of(county, county.household("甲乙"))
    assert codes(county, id_number=person.id_number.lower()) == [("id_already_here", "id_number")]


def test_register_takes_no_demo_numbers_in_real_data(county: County) -> None:
    number = county.id_number(BORN)
    county.parameters(Parameters(demo_numbers_allowed=False))
    assert codes(county, id_number=number, phone="10012345678") == [
        ("id_demo_not_allowed", "id_number"),
        ("phone_demo_not_allowed", "phone"),
    ]


def test_register_only_inside_the_own_area(county: County) -> None:
    with pytest.raises(NotAllowedError, match="not_permitted"):
        households.register_household(county.context, new(area_code=OTHER_GRID))
    assert ops(county) == []
    assert households.areas_to_register_in(county.context) == [
        (GRID_1, "青溪村 第一网格"),
        (GRID_2, "青溪村 第二网格"),
    ]


def test_register_offers_a_village_only_where_it_has_no_grids(county: County) -> None:
    village = "341789100203"
    county.areas({village: "高岭村"})
    role(county, Role.TOWN_CLERK, TOWN)
    offered = dict(households.areas_to_register_in(county.context))
    assert offered[village] == "高岭村"
    assert VILLAGE not in offered
    assert TOWN not in offered
    role(county, Role.AUDITOR, TOWN)
    assert households.areas_to_register_in(county.context) == []


# --- correcting contact facts --------------------------------------------------------------------


def test_edit_contact_sends_only_what_changed(county: County) -> None:
    household = county.household("甲乙")
    person = person_of(county, household)
    changes = households.edit_contact(
        county.context, household, address=" 15号 ", phones={person.id: "100 8765 4321"}, initiator="card"
    )
    card = households.household_card(county.context, household)
    assert (card.household.address, card.members[0].person.phone) == ("15号", "10087654321")
    (home, head) = ops(county)
    assert home[:3] == ("households", household, "patch")
    assert set(home[3]) - {"updated_at", "updated_by", "device_id"} == {"address"}
    assert set(head[3]) - {"updated_at", "updated_by", "device_id"} == {"phone"}
    assert changes.initiator == "card"
    assert households.household_ids(county.context, typed="4321") == [household]


def test_edit_contact_ten_edits_of_an_evening_travel_as_one(county: County) -> None:
    household = county.household("甲乙")
    for number in range(10):
        households.edit_contact(county.context, household, address=f"{number}号")
    ((_, _, action, body),) = ops(county)
    assert (action, body["address"]) == ("patch", "9号")


def test_edit_contact_with_the_same_values_makes_no_op(county: County) -> None:
    household = county.household("甲乙", address="12号")
    person = person_of(county, household)
    households.edit_contact(county.context, household, address="12号", phones={person.id: person.phone})
    assert ops(county) == []


def test_edit_contact_takes_a_phone_away(county: County) -> None:
    household = county.household("甲乙")
    person = person_of(county, household)
    households.edit_contact(county.context, household, phones={person.id: " "})
    assert person_of(county, household).phone == ""
    assert ops(county)[0][3]["phone"] is None


def test_edit_contact_all_or_nothing(county: County) -> None:
    household, other = county.household("甲乙"), county.household("丙丁")
    stranger = person_of(county, other)
    person = person_of(county, household)
    for phones in ({person.id: "10087654321", stranger.id: "10087654322"}, {person.id: "123"}):
        with pytest.raises(RuleError):
            households.edit_contact(county.context, household, address="新址", phones=phones)
    with pytest.raises(RuleError) as caught:
        households.edit_contact(county.context, household, address="址" * 201)
    assert (caught.value.code, caught.value.field) == ("text_too_long", "address")
    card = households.household_card(county.context, household)
    assert (card.household.address, card.members[0].person.phone) == ("12号", person.phone)
    assert ops(county) == []


def test_edit_contact_is_not_for_assessment_members(county: County) -> None:
    household = county.household("甲乙")
    role(county, Role.ASSESSMENT_MEMBER, GRID_1)
    with pytest.raises(NotAllowedError, match="not_permitted"):
        households.edit_contact(county.context, household, address="x")


def test_every_record_kind_of_the_device_is_in_the_registry(county: County) -> None:
    """What services save must travel: a kind without an entry would stay on the device for ever."""
    for kind, fields in (("households", HouseholdFields), ("persons", PersonFields), ("visits", VisitFields)):
        assert ENTITIES[kind].fields is fields
    with county.store.reading() as connection:
        assert rows.find(connection, "households", "gone") is None
    assert outbox.waiting(county.context).ops == 0
