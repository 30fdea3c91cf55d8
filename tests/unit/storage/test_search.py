"""Finding households by what workers type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fieldapp.domain.records.areas import AreaFields, AreaLevel
from fieldapp.storage import search
from fieldapp.storage.store import Store
from sync.protocol.entities import REF_BUCKET
from tests.unit.storage.records import VILLAGE, ask, household, person, pull, save, sent_row, stamps, visit

FAMILIES = {
    "chen": household(
        "chen", head_name="陈大山", group_name="3组", address="小学旁边", household_no="JZ00012345"
    ),
    "wang": household("wang", head_name="王强", group_name="13组"),
    "shan": household("shan", head_name="单桂兰", group_name="4组", address="大桥3号"),
    "ouyang": household("ouyang", head_name="欧阳海", group_name="3组"),
    "aygul": household("aygul", head_name="阿依古丽·买买提", group_name="1组"),
    "rare": household("rare", head_name="𠮷田", group_name="2组"),
}
PEOPLE = [
    person("p-1", "chen", name="陈大山", id_number="341789195003070011", phone="10012345678"),
    person("p-2", "chen", name="李小花", name_alias="花婶", id_number="34178919520101002X"),
    person("p-3", "wang", name="王强", phone="10087650003"),
]


@pytest.fixture
def county(store: Store) -> Store:
    """A store with families."""
    village = AreaFields(**stamps(VILLAGE), level=AreaLevel.VILLAGE, name="青石村")
    pull(store, sent_row("areas", 1, village), bucket=REF_BUCKET, start=0)
    for record in FAMILIES.values():
        save(store, "households", record)
    for member in PEOPLE:
        save(store, "persons", member)
    return store


def found(store: Store, typed: str) -> set[str]:
    """Households a worker gets."""
    expression = search.match_expression(typed)
    query = search.MATCHING.replace(":expression", "?")
    return {row[0] for row in ask(store, query, expression)} if expression else set()


@pytest.mark.parametrize(
    ("typed", "households"),
    [
        ("王强", {"wang"}),  # two characters
        ("王", {"wang"}),
        ("大山", {"chen"}),  # the given name alone
        ("李小花", {"chen"}),  # a member, not the head
        ("花婶", {"chen"}),  # what neighbours call her
        ("山大", set()),  # order matters
        ("cds", {"chen"}),  # initials
        ("wangq", {"wang"}),  # full pinyin, as far as typed
        ("WANGQIANG", {"wang"}),
        ("sgl", {"shan"}),  # the surname's own reading
        ("dgl", {"shan"}),  # and the dictionary's
        ("shanguilan", {"shan"}),
        ("oyh", {"ouyang"}),
        ("ouyanghai", {"ouyang"}),
        ("买买提", {"aygul"}),
        ("𠮷田", {"rare"}),  # beyond the basic plane
        ("070011", {"chen"}),  # tail of an ID number
        ("01002X", {"chen"}),
        ("01002x", {"chen"}),
        ("341789195003070011", {"chen"}),  # all of it, as from a card reader
        ("5678", {"chen"}),  # tail of a phone number
        ("10012345678", {"chen"}),
        ("012345", {"chen"}),  # tail of the household number
        ("3组", {"chen", "ouyang"}),  # not 13组
        ("13组", {"wang"}),
        ("青石村", {"chen", "wang", "shan", "ouyang", "aygul", "rare"}),
        ("青石 3组", {"chen", "ouyang"}),
        ("3组cds", {"chen"}),
        ("陈 3组", {"chen"}),
        ("大桥3号", {"shan"}),
        ("3号", {"shan"}),
        ("3组陈大山", {"chen"}),
        ("5678李小花", {"chen"}),
        ("5678王强", set()),
        ("3", {"chen", "ouyang", "shan"}),
        ("陈强", set()),
        ("", set()),
        ("  ", set()),
        ("·", set()),
    ],
)
def test_what_is_typed_finds_its_households(county: Store, typed: str, households: set[str]) -> None:
    assert found(county, typed) == households


def test_renamed_and_removed_households_leave_no_traces(county: Store) -> None:
    save(county, "households", household("wang", head_name="王建国", group_name="13组"))
    save(county, "persons", person("p-3", "wang", name="王建国"))
    assert found(county, "王强") == set()
    assert found(county, "wjg") == {"wang"}
    with county.transaction() as connection:
        search.drop_household(connection, "wang")
        search.drop_household(connection, "never-there")
    assert found(county, "王建国") == set()
    assert ask(county, "SELECT count(*) FROM search_entries") == [(len(FAMILIES) - 1,)]


@given(st.text(max_size=30))
def test_anything_typed_is_a_valid_question(typed: str) -> None:
    import sqlite3

    expression = search.match_expression(typed)
    if not expression:
        return
    with sqlite3.connect(":memory:") as connection:
        connection.execute("CREATE VIRTUAL TABLE t USING fts5(household_id UNINDEXED, words, pinyin, digits)")
        connection.execute("SELECT * FROM t WHERE t MATCH ?", (expression,)).fetchall()
    connection.close()


def test_words_that_stay_the_same_are_not_written_again(county: Store) -> None:
    with county.transaction() as connection:
        connection.exec_driver_sql(
            "DELETE FROM household_search WHERE rowid=(SELECT id FROM search_entries WHERE household_id=?)",
            ("wang",),
        )
    save(county, "visits", visit(household_id="wang"))
    assert found(county, "王强") == set()
    save(county, "households", household("wang", head_name="王强", group_name="14组"))
    assert found(county, "王强") == {"wang"}
