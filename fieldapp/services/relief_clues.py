"""Where a relief and the clue it came from go on together (docs/decisions/0027): steps of the clue that
follow from steps of the relief, in the same commit.

The clue never stops the relief: help that is given is recorded, whatever the clue's standing.
"""

from fieldapp.domain.errors import NotAllowedError, RuleError
from fieldapp.domain.records.clues import ClueAction, ClueFields
from fieldapp.domain.records.reliefs import ReliefAction, ReliefFields
from fieldapp.services import clues
from fieldapp.services.clues import StepDraft
from fieldapp.services.context import Context
from fieldapp.storage import rows
from fieldapp.storage.unit_of_work import UnitOfWork

_FOLLOWS = {ReliefAction.PAPERS: ClueAction.PAPERS}
"""What a step of the relief does for its clue."""


def clue_of_new_relief(context: Context, work: UnitOfWork, relief: ReliefFields) -> None:
    """The clue of a relief just recorded is in relief now, where it may be."""
    _take(context, work, relief, ClueAction.RELIEF)


def clue_of_step(context: Context, work: UnitOfWork, relief: ReliefFields, action: ReliefAction) -> None:
    """The clue's step that follows from a step of its relief, if there is one and it may be taken."""
    follows = _FOLLOWS.get(action)
    if follows is not None:
        _take(context, work, relief, follows)


def _take(context: Context, work: UnitOfWork, relief: ReliefFields, action: ClueAction) -> None:
    if not relief.clue_id or not isinstance(rows.find(work.connection, "clues", relief.clue_id), ClueFields):
        return
    try:
        clues.put_step(context, work, relief.clue_id, StepDraft(action=action, relief_id=relief.id))
    except (RuleError, NotAllowedError):
        # Not confirmed yet, taken by hand before, or somebody else's to do: the page of the clue offers it.
        return
