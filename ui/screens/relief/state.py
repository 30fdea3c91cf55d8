"""What the page of a relief shows at one moment. No Qt. Layer 5."""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from fieldapp.domain.records.reliefs import ReliefAction, ReliefOutcome
from fieldapp.domain.records.visits import VisitFields
from fieldapp.services.reliefs import ReliefView
from ui.widgets.records.pictures import PictureRow

WITH_AMOUNT: Final = frozenset({ReliefAction.DECIDE, ReliefAction.PAY, ReliefAction.REFUND})


class Notice(enum.StrEnum):
    """What the screen says in a toast."""

    STEP_TAKEN = "STEP_TAKEN"


@dataclass(frozen=True, slots=True)
class Signed:
    """What the pen wrote on the panel: strokes as JSON, the picture as PNG."""

    strokes: str = ""
    png: bytes = b""


@dataclass(frozen=True, slots=True)
class Panel:
    """A step being taken; `amount` in yuan as typed. `visits` are those that may be named, newest first;
    `signs` = the receiver signs now."""

    action: ReliefAction
    amount: str = ""
    opinion: str = ""
    visit_id: str = ""
    outcome: ReliefOutcome | None = None
    witness: str = ""
    visits: tuple[VisitFields, ...] = ()
    signs: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)
    busy: bool = False


@dataclass(frozen=True, slots=True)
class ReliefState:
    """The page; `refusals` are sentences by step."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    view: ReliefView | None = None
    may_visit: bool = False
    refusals: Mapping[str, str] = field(default_factory=dict)
    photos: tuple[PictureRow, ...] = ()
    panel: Panel | None = None
