"""What is still to be mended in a form; values only, no Qt. Layer 5."""

from dataclasses import dataclass

from fieldapp.domain.rules.finding import Severity


@dataclass(frozen=True, slots=True)
class Problem:
    """Something to mend or to know, with where it stands: a section and a key in it."""

    section: str
    key: str
    label: str
    sentence: str
    severity: Severity
