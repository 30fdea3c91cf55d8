"""What the relief form shows at one moment. No Qt. Layer 5."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from fieldapp.domain.records.relief_drafts import ReliefDraft
from fieldapp.domain.records.reliefs import ReliefCause, ReliefItem, ReliefKind, ReliefPath
from fieldapp.domain.rules.relief_amount import total
from fieldapp.services.reference import AreaChoice
from fieldapp.services.reliefs import ReliefLimits
from ui.widgets.filling.photos import PhotoView
from ui.widgets.filling.saving import Saving

_COSTLY: Final = frozenset({ReliefCause.ILLNESS, ReliefCause.ACCIDENT, ReliefCause.SCHOOL})
"""Causes that come with bills, part of which somebody else pays."""


class NoticeKind(enum.Enum):
    """What the screen says in a toast."""

    RESUMED = enum.auto()
    PHOTO_REMOVED = enum.auto()
    PHOTOS_FULL = enum.auto()
    ITEM_REMOVED = enum.auto()
    SENTENCE = enum.auto()
    DISCARDED = enum.auto()
    HANDED_IN = enum.auto()


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice with its facts; `undo` takes back what it tells of."""

    kind: NoticeKind
    sentence: str = ""
    count: int = 0
    undo: Callable[[], None] | None = None


@dataclass(frozen=True, slots=True)
class ItemView:
    """A line of help with its receipts; `key` stays with it whatever comes before it."""

    key: int
    item: ReliefItem
    receipts: tuple[PhotoView, ...] = ()


@dataclass(frozen=True, slots=True)
class ReliefFormState:
    """The form. `errors` are sentences by field, told once handing in was tried; `warnings` stop nothing."""

    loaded: bool = False
    trouble: str = ""
    draft: ReliefDraft = field(default_factory=ReliefDraft)
    household: str = ""
    members: tuple[tuple[str, str], ...] = ()
    workers: tuple[tuple[str, str], ...] = ()
    places: tuple[AreaChoice, ...] = ()
    phrases: tuple[str, ...] = ()
    items: tuple[ItemView, ...] = ()
    limits: ReliefLimits | None = None
    fund: int | None = None
    photos: tuple[PhotoView, ...] = ()
    photos_max: int = 9
    fingerprint: PhotoView | None = None
    strokes: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    saving: Saving | None = None
    busy: bool = False

    @property
    def sum(self) -> int:
        """What all of it comes to, in fen."""
        return total(one.item for one in self.items)

    @property
    def advance(self) -> bool:
        """Help first, papers later."""
        return self.draft.path is ReliefPath.ADVANCE

    @property
    def asks_self_paid(self) -> bool:
        """Whether it matters what the family paid itself."""
        draft = self.draft
        return draft.kind is ReliefKind.EXPENSE or draft.cause in _COSTLY or draft.self_paid > 0

    @property
    def received(self) -> bool:
        """Whether it is handed in as given: somebody has signed for it."""
        signed = self.draft.signature
        return self.advance and signed is not None and bool(signed.image_sha256 or signed.reason)
