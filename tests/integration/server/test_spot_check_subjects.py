"""What a spot check is drawn from, and the facts an inspector gets: decisions, visits and contracts."""

import datetime as dt
import json
from pathlib import Path
from typing import Any, Final

from fieldapp.domain.records.spot_checks import Population
from fieldapp.domain.records.visits import Mode
from server.services.spot_check_subjects import Subjects, to_draw_from
from server.services.users import SERVER_USER
from server.store.record_writer import RecordWriter
from server.store.unit_of_work import Author
from tests.integration.server.county import COUNTY, GRID_1, TOWN, County

WIRE: Final = Path(__file__).parents[2] / "golden" / "wire"
SINCE, UNTIL = dt.date(2026, 1, 1), dt.date(2026, 3, 31)


def _body(kind: str, **fields: Any) -> dict[str, Any]:
    body: dict[str, Any] = json.loads((WIRE / f"{kind}.json").read_text(encoding="utf-8"))
    return {name: value for name, value in {**body, **fields}.items() if value is not None}


def test_decisions_visits_and_contracts_are_drawn_by_their_period(county: County) -> None:
    store = county.context.store
    home = _body("households", area_code=GRID_1, merged_into=None, status="ACTIVE")
    seen = {"household_id": home["id"], "area_code": GRID_1, "amends": None, "state": "SUBMITTED"}
    met = {**seen, "result": "NORMAL", "visitors": ["worker"]}
    march = {"started_at": "2026-03-02T01:00:00.000Z", "finished_at": "2026-03-02T01:30:00.000Z"}
    april = {"started_at": "2026-04-02T01:00:00.000Z", "finished_at": "2026-04-02T01:30:00.000Z"}
    visits = [
        _body("visits", **met, **march, id="visit-1", root_id="visit-1", mode="ONSITE"),
        _body("visits", **met, **march, id="visit-old", root_id="visit-old"),
        _body("visits", **{**met, "amends": "visit-old"}, **march, id="visit-new", root_id="visit-old"),
        _body("visits", **met, **april, id="visit-late", root_id="visit-late"),
        _body("visits", **{**met, "result": "NOT_HOME"}, **march, id="visit-none", root_id="visit-none"),
        _body("visits", **{**met, "state": "VOID"}, **march, id="visit-void", root_id="visit-void"),
    ]
    decided = {
        "household_id": home["id"], "area_code": GRID_1, "decision": "DECIDE", "decided_by": "leader",
        "decided_amount": 309600, "surveyors": ["surveyor"], "recipient": "李丁",
    }  # fmt: skip
    reliefs = [
        _body("reliefs", **decided, id="relief-1", decided_at="2026-02-20T04:00:00.000Z"),
        _body("reliefs", **decided, id="relief-late", decided_at="2026-04-20T04:00:00.000Z"),
        _body(
            "reliefs",
            **{**decided, "decision": "DENY"},
            id="relief-no",
            decided_at="2026-02-20T04:00:00.000Z",
        ),
    ]
    contract = {"number": "HT-1", "since": "2026-01-01", "until": "2026-12-31", "amount": 5_000_000}
    past = {**contract, "since": "2025-01-01", "until": "2025-12-31"}
    bought = [
        _body("organisations", id="org-1", name="惠民社工站", contracts=[past, contract], users=["partner"]),
        _body("organisations", id="org-past", name="旧机构", contracts=[past]),
    ]
    with RecordWriter(store, Author(SERVER_USER)) as writer:
        writer.put("households", home)
        for kind, bodies in (("visits", visits), ("reliefs", reliefs), ("organisations", bought)):
            for body in bodies:
                writer.put(kind, body)

    with store.read() as connection:
        drawn = {
            population: to_draw_from(connection, population, COUNTY, SINCE, UNTIL)
            for population in Population
        }
        assert drawn[Population.VISITS] == [(TOWN, "visit-1"), (TOWN, "visit-new")]
        assert drawn[Population.DECISIONS] == [(TOWN, "relief-1")]
        assert drawn[Population.CONTRACTS] == [("", "org-1")]
        asked = Subjects(connection, Population.VISITS, ["visit-1"])
        subject = asked.subject(TOWN, "visit-1")
        assert subject.household_id == home["id"]
        assert "worker" in subject.workers
        facts = asked.facts("visit-1", UNTIL)
        assert (facts.name, facts.mode, facts.day) == (home["head_name"], Mode.ONSITE, dt.date(2026, 3, 2))
        decision = Subjects(connection, Population.DECISIONS, ["relief-1"])
        assert {"leader", "surveyor", "worker"} <= decision.subject(TOWN, "relief-1").workers
        assert decision.facts("relief-1", UNTIL).amount == 309600
        service = Subjects(connection, Population.CONTRACTS, ["org-1"])
        assert service.subject("", "org-1").workers == {"partner"}
        found = service.facts("org-1", UNTIL)
        assert (found.name, found.number, found.amount) == ("惠民社工站", "HT-1", 5_000_000)
        gone = Subjects(connection, Population.VISITS, ["nobody"])
        assert (gone.place("nobody"), gone.facts("nobody", UNTIL).name) == ("", "")
