"""S31: who belongs on the list for help with work."""

import datetime as dt
from typing import Any

import pytest

from fieldapp.domain.records.persons import Job, Labour, PersonFields, PersonStatus
from fieldapp.domain.rules.work_wish import could_work

TODAY = dt.date(2026, 3, 17)
AT = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def person(born: dt.date | None, **fields: Any) -> PersonFields:
    stamps: dict[str, Any] = {
        "id": "person-1",
        "created_at": AT,
        "created_by": "worker",
        "updated_at": AT,
        "updated_by": "worker",
    }
    return PersonFields(household_id="home", name="甲", birth_date=born, **(stamps | fields))


@pytest.mark.parametrize(
    ("born", "fields", "able", "willing"),
    [
        (dt.date(1990, 1, 1), {"labour": Labour.ABLE, "job": Job.UNEMPLOYED}, True, True),
        (dt.date(1990, 1, 1), {"labour": Labour.WEAK, "job": Job.NONE}, True, True),
        (dt.date(1990, 1, 1), {"labour": Labour.ABLE, "job": Job.EMPLOYED}, False, True),
        (dt.date(1990, 1, 1), {"labour": Labour.LOST, "job": Job.NONE}, False, True),
        (dt.date(1990, 1, 1), {}, False, True),
        (dt.date(2010, 3, 17), {"labour": Labour.ABLE, "job": Job.NONE}, True, True),  # 16 today
        (dt.date(2010, 3, 18), {"labour": Labour.ABLE, "job": Job.NONE}, False, False),
        (dt.date(1966, 3, 18), {"labour": Labour.ABLE, "job": Job.NONE}, True, True),  # 59 for one more day
        (dt.date(1966, 3, 17), {"labour": Labour.ABLE, "job": Job.NONE}, False, True),
        (dt.date(1990, 1, 1), {"labour": Labour.ABLE, "status": PersonStatus.DEAD}, False, False),
        (None, {"labour": Labour.ABLE, "job": Job.NONE}, False, False),
    ],
)
def test_could_work(born: dt.date | None, fields: dict[str, Any], able: bool, willing: bool) -> None:
    one = person(born, **fields)
    assert could_work(one, TODAY, wishes=False) is able
    assert could_work(one, TODAY, wishes=True) is willing
