"""Decides what one campaign's page shows: the doors still open, those done, progress by area."""

import datetime as dt
import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeVar

from fieldapp.domain.changes import ChangeSet
from fieldapp.domain.errors import FieldappError
from fieldapp.services import campaigns, households
from fieldapp.services.campaigns import CampaignProgress, Door
from ui.ports import Params, Surroundings
from ui.reads import LatestRead, toast_error
from ui.widgets.records.household_rows import HouseholdRow, household_row

KINDS: Final = ("campaigns", "households", "persons", "visits", "submissions", "users", "areas", "forms")
INITIATOR: Final = "campaign"
T = TypeVar("T")


class Part(enum.StrEnum):
    """What the page shows."""

    OPEN = "OPEN"
    DONE = "DONE"
    PROGRESS = "PROGRESS"


@dataclass(frozen=True, slots=True)
class CampaignState:
    """The page. `doors` are the households of the part shown, narrowed to `area` (code and name) where one
    is chosen; `version` rises whenever their rows must be fetched again."""

    today: dt.date
    trouble: str = ""
    progress: CampaignProgress | None = None
    part: Part = Part.OPEN
    area: tuple[str, str] = ("", "")
    doors: tuple[str, ...] = ()
    version: int = 0
    ending: bool = False


class CampaignPresenter:
    """Plain Python behind the page. `supply` takes rows of doors as they arrive, asked for by `need`."""

    def __init__(
        self,
        surroundings: Surroundings,
        render: Callable[[CampaignState], None],
        supply: Callable[[Sequence[HouseholdRow]], None],
    ) -> None:
        self._around = surroundings
        self._context = surroundings.context
        self._render = render
        self._supply = supply
        self._reads: LatestRead[CampaignProgress] = LatestRead(
            surroundings.tasks, self._on_loaded, self._on_trouble
        )
        self._id = ""
        self._busy = False
        self.state = CampaignState(self._context.today())

    def enter(self, params: Params) -> None:
        """Begin with a campaign."""
        self._id = params.get("campaign_id", "")
        self._reads.follow(self._around, KINDS, self.reload)
        self.reload()

    def leave(self) -> None:
        """The page goes."""
        self._reads.stop()

    def reload(self) -> None:
        """Count again."""
        context, campaign_id = self._context, self._id
        self._reads.ask(lambda: campaigns.campaign_progress(context, campaign_id))

    def show(self, part: Part) -> None:
        """Another part."""
        if part is not self.state.part:
            self._show(part=part, ending=False)

    def open_area(self, code: str) -> None:
        """The doors of one of the areas; '' = of all."""
        progress = self.state.progress
        if progress is None:
            return
        name = next((name for key, name, _share in progress.rows if key == code), "")
        self._show(area=(code, name) if name else ("", ""), part=Part.OPEN)

    def need(self, keys: Sequence[str]) -> None:
        """Rows come into view."""
        context, texts, wanted = self._context, self._around.texts, tuple(keys)

        def work() -> list[HouseholdRow]:
            today = context.today()
            return [household_row(one, texts, today) for one in households.household_items(context, wanted)]

        self._around.tasks.run(work, lambda found: None if self._reads.stopped else self._supply(found))

    def visit(self, household_id: str) -> None:
        """Begin what the campaign asks for at a door, or go on with it."""
        context, campaign_id = self._context, self._id

        def begun(result: tuple[Door, ChangeSet]) -> None:
            door, changes = result
            self._busy = False
            self._around.publish(changes)
            self._around.shell.go("form" if door.is_form else "visit_form", draft_id=door.draft_id)

        self._act(lambda: campaigns.open_door(context, campaign_id, household_id, INITIATOR), begun)

    def print_blank(self) -> None:
        """Forms to be filled with a pen at the doors shown."""
        if self.state.doors:
            self._around.shell.go("paper", kind="blank", ids=",".join(self.state.doors))

    def open_household(self, household_id: str) -> None:
        """The file of a household."""
        self._around.shell.go("household", household_id=household_id)

    def ask_to_end(self, *, ending: bool) -> None:
        """Ask once whether to end it, or ask no longer."""
        self._show(ending=ending)

    def end(self) -> None:
        """End it today."""
        context, campaign_id = self._context, self._id

        def ended(changes: ChangeSet) -> None:
            self._busy = False
            self._show(ending=False)
            self._around.publish(changes)

        self._act(lambda: campaigns.close_campaign(context, campaign_id), ended)

    def _act(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        if self._busy:  # a second tap while the first is still being answered
            return
        self._busy = True

        def refused(error: FieldappError) -> None:
            self._busy = False
            toast_error(self._around)(error)

        self._around.tasks.run(work, done, refused)

    def _on_trouble(self, error: FieldappError) -> None:
        self._show(trouble=self._around.texts.error(error))

    def _on_loaded(self, progress: CampaignProgress) -> None:
        first = self.state.progress is None
        part = self.state.part
        if first and not (progress.may_visit and progress.item.runs):
            part = Part.PROGRESS  # who does not walk himself looks at how far it is
        self._show(progress=progress, trouble="", part=part, version=self.state.version + 1)

    def _show(self, **changes: object) -> None:
        before = self.state
        state = replace(before, today=self._context.today(), **changes)  # type: ignore[arg-type]
        doors = _doors(state)
        self.state = replace(state, doors=doors, version=state.version + (doors != before.doors))
        self._render(self.state)


def _doors(state: CampaignState) -> tuple[str, ...]:
    progress = state.progress
    if progress is None or state.part is Part.PROGRESS:
        return ()
    ids = progress.open_doors if state.part is Part.OPEN else progress.done_doors
    code = state.area[0]
    if not code:
        return ids
    share = next((share for key, _name, share in progress.rows if key == code), None)
    inside = set(share.denominator_ids) if share is not None else set()
    return tuple(one for one in ids if one in inside)
