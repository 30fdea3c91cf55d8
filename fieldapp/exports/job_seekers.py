"""就业帮扶名单: members able or willing to work, for whoever finds them work (level 3).

Names, numbers and texts are masked unless full data is permitted (R3).
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fieldapp.domain.records.households import Category
from fieldapp.domain.records.persons import PersonFields
from fieldapp.domain.rules.age import age_on
from fieldapp.exports.ledger_form import LedgerRow, Reader, ledger_form
from fieldapp.exports.ledger_words import word_of


@dataclass(frozen=True, slots=True)
class JobSeeker:
    """A member with what the list says about him. `wished_on`: when his wish was noted, None = it was not.
    `names` are those of the family, wherever `words` mention them."""

    person: PersonFields
    town_name: str
    village_name: str
    group_name: str
    categories: tuple[Category, ...]
    wished_on: dt.date | None = None
    words: str = ""
    names: tuple[str, ...] = ()


def write_job_seekers(
    path: Path, seekers: Sequence[JobSeeker], *, title_of: str, on: dt.date, full: bool = False
) -> bool:
    """Write the list in the order given; `title_of` names county and area. `full` writes personal data as
    they are: the caller has checked that the reader may have them. Raises StorageError."""
    return ledger_form("job_seekers").write(
        path,
        (_row(one, on) for one in seekers),
        title_of=title_of,
        subtitle=f"截至：{on.isoformat()}",
        reader=Reader(full=full),
    )


def _row(one: JobSeeker, on: dt.date) -> LedgerRow:
    person = one.person
    return LedgerRow(
        {
            "TOWN": one.town_name,
            "VILLAGE": one.village_name,
            "GROUP": one.group_name,
            "NAME": person.name,
            "ID_NUMBER": person.id_number,
            "SEX": word_of("sex", person.sex) if person.sex else "",
            "AGE": age_on(person.birth_date, on) if person.birth_date else None,
            "CATEGORY": "、".join(word_of("category", category) for category in one.categories),
            "LABOUR": word_of("labour", person.labour) if person.labour else "",
            "JOB": word_of("job", person.job) if person.job else "",
            "WISH": word_of("work_wish", "WISHED" if one.wished_on else "UNKNOWN"),
            "WISHED_ON": one.wished_on,
            "WORDS": one.words,
            "PHONE": person.phone,
        },
        one.names,
    )
