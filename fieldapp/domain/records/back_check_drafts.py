"""What a worker has filled in of a back-check so far (domain layer). Device data: it never syncs."""

from pydantic import Field

from fieldapp.domain.records.back_checks import BackCheckAnswers, BackCheckOutcome
from fieldapp.domain.records.base import Value
from fieldapp.domain.records.visits import Mode


class BackCheckDraft(Value):
    """The fields of the answer, none of them required yet."""

    mode: Mode | None = None
    outcome: BackCheckOutcome | None = None
    answers: BackCheckAnswers = Field(default_factory=BackCheckAnswers)
    no_relation: bool = False
    note: str = ""
