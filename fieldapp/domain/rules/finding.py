"""Finding: one remark of a rule on a record, for the worker to mend or to know (domain layer)."""

import dataclasses
import enum
from collections.abc import Mapping

from fieldapp.domain.errors import Fact


class Severity(enum.StrEnum):
    """ERROR stops submission; WARNING is shown and may be submitted."""

    ERROR = "ERROR"
    WARNING = "WARNING"


@dataclasses.dataclass(frozen=True, slots=True)
class Finding:
    """`code` names a sentence in messages.toml, `field` the place to mend ('' for the whole record).

    Like the facts of errors, `facts` hold numbers and codes, never personal data.
    """

    code: str
    field: str
    severity: Severity
    facts: Mapping[str, Fact] = dataclasses.field(default_factory=dict)


def error(code: str, place: str, **facts: Fact) -> Finding:
    """A finding that stops submission."""
    return Finding(code, place, Severity.ERROR, facts)


def warning(code: str, place: str, **facts: Fact) -> Finding:
    """A finding that does not stop submission."""
    return Finding(code, place, Severity.WARNING, facts)
