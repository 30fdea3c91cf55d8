"""Numbers that stand on screens are counted, not merely true or false."""

from fieldapp.domain.records.persons import Relation
from fieldapp.services import outbox
from fieldapp.services.households import NewHousehold, register_household
from fieldapp.storage.repositories import households
from fieldapp.storage.unit_of_work import OUTBOX
from tests.gui.county import GRID_1, County


def test_member_counts_tell_members_from_counted_ones(county: County) -> None:
    household_id = county.household("王一")
    others = [
        county.person_fields(household_id, name, relation_to_head=Relation.SON, counted=counted)
        for name, counted in (("王二", True), ("王三", True), ("王四", False))
    ]
    county.pull("persons", others)

    with county.store.reading() as connection:
        found = households.member_counts(connection, [household_id])

    assert found == {household_id: households.MemberCounts(members=4, counted=3)}


def test_waiting_counts_every_refused_record(county: County) -> None:
    for number in range(3):
        register_household(county.context, NewHousehold(f"王{number}", GRID_1, no_id_reason="未带证件"))
    with county.store.transaction() as connection:
        connection.execute(OUTBOX.update().where(OUTBOX.c.seq <= 4).values(refused_code="unknown_area"))

    waiting = outbox.waiting(county.context)

    assert (waiting.ops, waiting.refused) == (2, 4)
    assert type(waiting.refused) is int
