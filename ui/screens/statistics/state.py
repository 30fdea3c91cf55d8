"""What the statistics screen shows, as plain values."""

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass, field

from fieldapp.services.statistics import StatisticsView
from fieldapp.services.statistics_lists import Figure, Listing


class Step(enum.Enum):
    """Which page of the screen is at the front."""

    FIGURES = enum.auto()
    LIST = enum.auto()
    EXPORT = enum.auto()
    """How the visits of the list are to be exported."""


@dataclass(frozen=True, slots=True)
class ListState:
    """The list behind a figure of a row (`row_key`; WHOLE for the whole area).

    `tabs` are its parts with their sizes; `ids` those of `listing`, in order. `version` rises whenever
    the rows must be fetched again. With `day` it holds the visits of that day only.
    """

    figure: Figure
    row_key: str
    row_name: str
    listing: Listing
    tabs: tuple[tuple[Listing, int], ...]
    ids: tuple[str, ...] = ()
    version: int = 0
    loaded: bool = False
    day: dt.date | None = None


@dataclass(frozen=True, slots=True)
class ExportState:
    """A running export; `total` 0 = not known."""

    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class StatisticsState:
    """The screen. `view` is None until it is read; `scopes` are areas to begin from, (code, name).

    `asked` is the month the worker chose: another than the view's while that is being counted.
    """

    today: dt.date
    step: Step = Step.FIGURES
    view: StatisticsView | None = None
    asked: dt.date | None = None
    counting: bool = False
    months: tuple[dt.date, ...] = ()
    columns: tuple[Figure, ...] = tuple(Figure)
    definitions: Mapping[Figure, str] = field(default_factory=dict)
    scopes: tuple[tuple[str, str], ...] = ()
    no_scope: bool = False
    list: ListState | None = None
    may_unmask: bool = False
    exporting: ExportState | None = None
    error: str = ""
    error_field: str = ""
