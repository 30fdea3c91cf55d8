"""What the page of a clue shows at one moment. No Qt. Layer 5."""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldapp.domain.records.clues import ClueAction
from fieldapp.domain.records.visits import VisitFields
from fieldapp.domain.rules.clue_flow import Need
from fieldapp.services.clues import Candidate, ClueView, DuplicateHint, OwnClue, StepDraft
from fieldapp.services.households import HouseholdItem
from fieldapp.services.relief_lists import ReliefItemView
from ui.widgets.records.pictures import PictureRow


class Notice(enum.StrEnum):
    """What the screen says in a toast."""

    STEP_TAKEN = "STEP_TAKEN"
    COPIED = "COPIED"


@dataclass(frozen=True, slots=True)
class Panel:
    """A step being taken. `needs_visit`: one of `visits` to the household is to be named, not only a time.

    `may_find`: the clue names no household, and who was there may have found which it is; `found` are those
    that fit what was typed, `chosen` the one that was picked.
    """

    action: ClueAction
    needs: tuple[Need, ...]
    draft: StepDraft
    needs_visit: bool = False
    visits: tuple[VisitFields, ...] = ()
    may_find: bool = False
    found: tuple[HouseholdItem, ...] = ()
    chosen: HouseholdItem | None = None
    candidates: tuple[Candidate, ...] = ()
    hints: tuple[DuplicateHint, ...] = ()
    main: ClueView | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    busy: bool = False

    @property
    def wants_opinion(self) -> bool:
        """Whether words are required and not only welcome."""
        return Need.OPINION in self.needs


@dataclass(frozen=True, slots=True)
class CluePageState:
    """The page. A reporter elsewhere sees `own` alone, without the clue; `refusals` are sentences by step,
    the report's own under the clue's id. `may_relieve`: this worker may record a relief for it."""

    today: dt.date
    loaded: bool = False
    trouble: str = ""
    view: ClueView | None = None
    own: OwnClue | None = None
    hints: tuple[DuplicateHint, ...] = ()
    refusals: Mapping[str, str] = field(default_factory=dict)
    photos: tuple[PictureRow, ...] = ()
    panel: Panel | None = None
    reliefs: tuple[ReliefItemView, ...] = ()
    may_relieve: bool = False
