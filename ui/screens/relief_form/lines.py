"""The lines of help of a draft: put in, changed, taken out, with their receipts. No Qt. Layer 5."""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

from pydantic import ValidationError

from fieldapp.domain.errors import RuleError
from fieldapp.domain.money import fen
from fieldapp.domain.records.relief_drafts import ReliefDraft
from fieldapp.domain.records.reliefs import ReliefForm, ReliefItem
from fieldapp.domain.records.visits import Photo, PhotoKind, PhotoOrigin
from ui.forms.draft_photos import DraftPhotos
from ui.pictures import PictureWork
from ui.screens.relief_form.state import ItemView

PER_PERSON: Final = frozenset({ReliefForm.GOODS, ReliefForm.MEALS, ReliefForm.CARE, ReliefForm.TRANSPORT})
"""Help counted for each person; a hotel room for two is counted once."""
FOR_DAYS: Final = frozenset({ReliefForm.LODGING, ReliefForm.MEALS, ReliefForm.CARE})
"""Help that has a first and a last day."""


class Change(Protocol):
    """Puts other values into the draft."""

    def __call__(self, **fields: object) -> None:
        """Names and values of ReliefDraft."""


def new_item(form: ReliefForm, persons: int) -> ReliefItem:
    """A line of a form, for as many persons as are affected."""
    return ReliefItem(form=form, persons=persons if form in PER_PERSON else 1, unit_price=0, amount=0)


def changed_item(item: ReliefItem, name: str, value: object) -> ReliefItem:
    """The line with another value of one field, and its sum with it; a `unit_price` comes as typed, in yuan.

    Raises RuleError("amount_invalid") where it is no amount, or too large a one.
    """
    if name == "unit_price":
        value = fen(str(value)) if value else 0
    if name in ("quantity", "persons"):
        value = value if isinstance(value, int) else 1
    values = item.model_dump() | {name: value}
    values["amount"] = values["quantity"] * values["persons"] * values["unit_price"]
    try:
        return ReliefItem.model_validate(values)
    except ValidationError:
        raise RuleError("amount_invalid", "items") from None


class HelpLines:
    """Changes the lines of a draft that somebody else owns; each has a key that stays with it.

    Args:
        problem: says what is wrong with what was typed, by its error; None = nothing any more.
        removed: a line or a receipt was taken out, with the way to undo it.
    """

    def __init__(
        self,
        *,
        draft: Callable[[], ReliefDraft],
        change: Change,
        photos: DraftPhotos,
        problem: Callable[[RuleError | None], None],
        removed: Callable[[Callable[[], None]], None],
    ) -> None:
        self._draft = draft
        self._change = change
        self._photos = photos
        self._problem = problem
        self._removed = removed
        self._keys: list[int] = []
        self._serial = 0

    def open(self, items: Sequence[ReliefItem]) -> None:
        """Begin with what the draft has."""
        self._keys = [self._next_key() for _ in items]

    def views(self, draft: ReliefDraft) -> tuple[ItemView, ...]:
        """The lines with their receipts."""
        return tuple(
            ItemView(
                key,
                item,
                self._photos.views([one for one in draft.photos if one.sha256 in item.receipts], _seat(key)),
            )
            for key, item in zip(self._keys, draft.items, strict=True)
        )

    def add(self, form: ReliefForm) -> None:
        """One more line."""
        draft = self._draft()
        self._put_at_end(new_item(form, draft.person_count))

    def set_value(self, key: int, name: str, value: object) -> None:
        """Another value of a line's field; what is no amount is told and not taken."""
        place = self._place(key)
        if place is None:
            return
        items = list(self._draft().items)
        try:
            items[place] = changed_item(items[place], name, value)
        except RuleError as error:
            self._problem(error)
            return
        self._problem(None)
        self._change(items=tuple(items))

    def remove(self, key: int) -> None:
        """Take a line out, with its receipts."""
        place = self._place(key)
        if place is None:
            return
        draft = self._draft()
        item = draft.items[place]
        gone = tuple(photo for photo in draft.photos if photo.sha256 in item.receipts)
        del self._keys[place]
        self._change(
            items=(*draft.items[:place], *draft.items[place + 1 :]),
            photos=tuple(photo for photo in draft.photos if photo not in gone),
        )

        def put_back() -> None:
            self._put_at_end(item, gone)

        self._removed(put_back)

    def add_receipt(self, key: int, work: PictureWork, origin: PhotoOrigin) -> None:
        """Make a photo of a receipt of a line."""

        def then(photo: Photo) -> None:
            if all(one.sha256 != photo.sha256 for one in self._draft().photos):
                self._put_receipt(key, photo)

        self._photos.make(work, origin, PhotoKind.RECEIPT, _seat(key), then)

    def remove_receipt(self, key: int, sha256: str) -> None:
        """Take a receipt out of a line."""
        place, draft = self._place(key), self._draft()
        photo = next((one for one in draft.photos if one.sha256 == sha256), None)
        if place is None or photo is None:
            return
        held = tuple(one for one in draft.items[place].receipts if one != sha256)
        self._change(
            items=self._with_receipts(place, held),
            photos=tuple(one for one in draft.photos if one.sha256 != sha256),
        )

        def put_back() -> None:
            self._put_receipt(key, photo)

        self._removed(put_back)

    def _put_at_end(self, item: ReliefItem, photos: tuple[Photo, ...] = ()) -> None:
        draft = self._draft()
        self._keys.append(self._next_key())
        self._change(items=(*draft.items, item), photos=(*draft.photos, *photos))

    def _put_receipt(self, key: int, photo: Photo) -> None:
        place, draft = self._place(key), self._draft()
        if place is not None:
            held = (*draft.items[place].receipts, photo.sha256)
            self._change(items=self._with_receipts(place, held), photos=(*draft.photos, photo))

    def _with_receipts(self, place: int, held: tuple[str, ...]) -> tuple[ReliefItem, ...]:
        items = list(self._draft().items)
        items[place] = items[place].model_copy(update={"receipts": held})
        return tuple(items)

    def _place(self, key: int) -> int | None:
        return self._keys.index(key) if key in self._keys else None

    def _next_key(self) -> int:
        self._serial += 1
        return self._serial


def _seat(key: int) -> str:
    """Where a receipt is shown while it is made."""
    return f"item-{key}"
