"""Relief at the server's door: what is refused, what is kept with its reason, a fund nobody overdraws."""

import threading
from typing import Any

import pytest
from sqlalchemy import select

from fieldapp.domain.records.funds import FundEntryKind
from fieldapp.domain.records.users import Role
from server.services.checks import check_store
from server.services.funds import Booking, balances, book
from server.services.users import SERVER_USER
from server.store import tables
from server.store.projections import row_table
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from tests.integration.server.county import GRID_1, GRID_2, TOWN, VILLAGE, County, Device

PEN = {"attestation": "SIGNED", "image_sha256": "ab" * 32, "image_size": 3}


class Office:
    """The town's clerk, its leader and an aide, with a household on the server."""

    def __init__(self, county: County) -> None:
        self.county = county
        self.clerk = county.device(Role.TOWN_CLERK, TOWN)
        self.leader = county.device(Role.TOWN_LEADER, TOWN)
        self.aide = county.device(Role.VILLAGE_AIDE, VILLAGE)
        self.house = self.aide.household()
        self.aide.push(self.aide.put("households", self.house))

    def stamps(self, device: Device) -> dict[str, Any]:
        now = self.county.now
        return {
            "id": self.county.ids(), "created_at": now, "created_by": device.user_id, "updated_at": now,
            "updated_by": device.user_id, "device_id": device.device_id,
        }  # fmt: skip

    def relief(self, amount: int = 30_000, device: Device | None = None, **values: Any) -> dict[str, Any]:
        device = device or self.clerk
        item = {"form": "GOODS", "quantity": 1, "persons": 1, "unit_price": amount, "amount": amount}
        return {
            **self.stamps(device), "household_id": self.house["id"], "area_code": GRID_1, "path": "ADVANCE",
            "cause": "NO_FOOD", "reason": "断粮", "items": [item], "amount": amount, "signature": PEN,
            "given_at": self.county.now, **values,
        }  # fmt: skip

    def step(self, relief: dict[str, Any], device: Device, action: str, **values: Any) -> dict[str, Any]:
        return {
            **self.stamps(device), "relief_id": relief["id"], "household_id": relief.get("household_id"),
            "area_code": GRID_1, "action": action, "at": self.county.now, **values,
        }  # fmt: skip

    def push(self, device: Device, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        [result] = device.push(device.put(kind, body))
        return result

    def grant(self, amount: int) -> None:
        booking = Booking(TOWN, FundEntryKind.GRANT, amount)
        book(self.county.context.store, self.county.ids, booking, by=SERVER_USER)

    def balance(self) -> int:
        [found] = balances(self.county.context.store, TOWN)
        return found.balance

    def stored(self, relief_id: str) -> Any:
        row = row_table("reliefs")
        with self.county.context.store.read() as connection:
            return connection.execute(row.select().where(row.c.id == relief_id)).one()


@pytest.fixture
def office(county: County) -> Office:
    return Office(county)


def test_relief_gets_number_and_level_and_what_devices_claim_is_ignored(office: Office) -> None:
    claimed: dict[str, Any] = {"status": "DONE", "relief_no": "LJ1", "paid_amount": 5}
    relief = office.relief(250_000, **claimed)
    result = office.push(office.clerk, "reliefs", relief)
    assert result["outcome"] == "accepted"
    assert result["filled"]["relief_no"] == f"LJ{TOWN}-2026-0001"
    stored = office.stored(relief["id"])
    assert (stored.status, stored.decide_at_level, stored.paid_amount) == ("PROPOSED", "COUNTY", 0)
    second = office.relief(cause="FIRE")
    third = office.relief(cause="ACCIDENT")
    results = office.clerk.push(office.clerk.put("reliefs", second), office.clerk.put("reliefs", third))
    assert [one["filled"]["relief_no"][-4:] for one in results] == ["0002", "0003"]
    assert check_store(office.county.context.store) == []


@pytest.mark.parametrize(
    ("values", "code", "field"),
    [
        ({"items": [{"form": "GOODS", "unit_price": 1, "amount": 1}]}, "relief_sum_wrong", "amount"),
        ({"reason": " "}, "relief_reason_required", "reason"),
        ({"household_id": None}, "relief_recipient_required", "recipient"),
        ({"area_code": "341789100209"}, "unknown_area", "area_code"),
        ({"household_id": "nobody"}, "unknown_household", "household_id"),
    ],
)
def test_relief_against_the_rules_is_refused(
    office: Office, values: dict[str, Any], code: str, field: str
) -> None:
    result = office.push(office.clerk, "reliefs", office.relief(**values))
    assert (result["outcome"], result["code"], result["field"]) == ("refused", code, field)


def test_only_clerks_propose_and_only_the_server_writes_the_fund(office: Office) -> None:
    for device in (office.aide, office.leader):
        result = office.push(device, "reliefs", office.relief(device=device))
        assert (result["outcome"], result["code"]) == ("refused", "not_permitted")
    entry = {
        **office.stamps(office.clerk), "area_code": TOWN, "kind": "GRANT", "amount": 1_000_000,
        "booked_at": office.county.now,
    }  # fmt: skip
    result = office.push(office.clerk, "fund_entries", entry)
    assert (result["outcome"], result["code"]) == ("refused", "not_permitted")
    assert balances(office.county.context.store) == []


def test_steps_one_may_not_take_are_kept_with_the_reason(office: Office) -> None:
    office.grant(100_000)
    relief = office.relief()
    office.push(office.clerk, "reliefs", relief)
    for device, action, values, code in (
        (office.aide, "DECIDE", {"amount": 30_000}, "not_permitted"),
        (office.leader, "PAY", {"amount": 30_000}, "not_permitted"),
        (office.clerk, "PAY", {"amount": 30_001}, "relief_amount_wrong"),
        (office.aide, "FOLLOW_UP", {"visit_id": "v-none"}, "relief_visit_unknown"),
        (office.leader, "DENY", {}, "reason_required"),
    ):
        result = office.push(device, "relief_steps", office.step(relief, device, action, **values))
        assert result["outcome"] == "accepted"
        assert result["filled"]["refused_code"] == code, action
    assert office.stored(relief["id"]).status == "PROPOSED"
    paid = office.push(office.aide, "relief_steps", office.step(relief, office.aide, "PAY", amount=30_000))
    assert paid["filled"]["seq"] == 1
    assert office.balance() == 70_000
    foreign = office.push(
        office.clerk, "relief_steps", {**office.step(relief, office.clerk, "PAPERS"), "relief_id": "r-none"}
    )
    assert (foreign["outcome"], foreign["code"]) == ("refused", "unknown_relief")
    assert check_store(office.county.context.store) == []


def test_a_payment_sent_again_moves_no_money_twice(office: Office) -> None:
    office.grant(100_000)
    relief = office.relief()
    office.push(office.clerk, "reliefs", relief)
    paid = office.step(relief, office.clerk, "PAY", amount=30_000)
    batch = office.clerk.batch(office.clerk.put("relief_steps", paid))
    first, again = office.clerk.send(batch), office.clerk.send(batch)
    assert first.content == again.content
    # As a restored install would: the same step in another batch.
    result = office.push(office.clerk, "relief_steps", paid)
    assert result["outcome"] == "accepted"
    assert office.balance() == 70_000
    assert check_store(office.county.context.store) == []


def test_payments_at_the_same_time_cannot_spend_the_same_money(office: Office) -> None:
    office.grant(100_000)
    devices = [office.county.device(Role.TOWN_CLERK, TOWN) for _ in range(5)]
    causes = ("FIRE", "ACCIDENT", "ILLNESS", "LIVING", "OTHER")
    reliefs = [office.relief(30_000, one, cause=cause) for one, cause in zip(devices, causes, strict=True)]
    for device, relief in zip(devices, reliefs, strict=True):
        assert office.push(device, "reliefs", relief)["outcome"] == "accepted"
    batches = [
        device.batch(device.put("relief_steps", office.step(relief, device, "PAY", amount=30_000)))
        for device, relief in zip(devices, reliefs, strict=True)
    ]
    codes: list[str] = []

    def send(device: Device, batch: dict[str, Any]) -> None:
        [result] = device.send(batch).json()["results"]
        codes.append(result["filled"].get("refused_code", ""))

    threads = [threading.Thread(target=send, args=pair) for pair in zip(devices, batches, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(codes) == ["", "", "", "fund_overdrawn", "fund_overdrawn"]
    assert office.balance() == 10_000
    assert check_store(office.county.context.store) == []


def test_relief_moves_with_its_household(office: Office) -> None:
    office.grant(100_000)
    relief = office.relief()
    office.push(office.clerk, "reliefs", relief)
    office.push(office.clerk, "relief_steps", office.step(relief, office.clerk, "PAY", amount=30_000))
    with RecordWriter(office.county.context.store, Author(SERVER_USER)) as writer:
        writer.patch("households", office.house["id"], {"area_code": GRID_2})
    record = tables.record.c
    with office.county.context.store.read() as connection:
        places = dict(
            connection.execute(
                select(record.kind, record.bucket).where(
                    record.kind.in_(["reliefs", "relief_steps", "fund_entries"])
                )
            ).all()
        )
    assert places == {"reliefs": GRID_2, "relief_steps": GRID_2, "fund_entries": TOWN}
    paid = office.push(office.clerk, "relief_steps", office.step(relief, office.clerk, "PAPERS"))
    assert paid["filled"]["seq"] == 2
    assert check_store(office.county.context.store) == []


def test_recount_finds_what_was_tampered_with(office: Office) -> None:
    office.grant(100_000)
    relief = office.relief()
    office.push(office.clerk, "reliefs", relief)
    office.push(office.clerk, "relief_steps", office.step(relief, office.clerk, "PAY", amount=30_000))
    store = office.county.context.store
    with RecordWriter(store, Author(SERVER_USER)) as writer:
        writer.patch("reliefs", relief["id"], {"paid_amount": 20_000})
    assert [(one.check, one.kind) for one in check_store(store)] == [("relief_differs", "reliefs")]
    with RecordWriter(store, Author(SERVER_USER)) as writer:
        writer.patch("reliefs", relief["id"], {"paid_amount": 30_000})
    assert check_store(store) == []
    row = row_table("fund_entries")
    with store.read() as connection:
        [entry] = connection.scalars(select(row.c.id).where(row.c.amount < 0))
    with RecordWriter(store, Author(SERVER_USER)) as writer:
        writer.patch("fund_entries", entry, {"amount": -20_000})
    assert [one.check for one in check_store(store)] == ["fund_differs"]
