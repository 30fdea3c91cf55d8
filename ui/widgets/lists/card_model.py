"""The model of a card list: an array of ids and a small cache of contents fetched page by page. Layer 5."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)

from ui.theme import StatusKind

PAGE_ROWS: Final = 128
PAGES_KEPT: Final = 32
CONTENT_ROLE: Final = int(Qt.ItemDataRole.UserRole)

Index = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True, slots=True)
class CardChip:
    """A status on a card."""

    text: str
    kind: StatusKind = StatusKind.MUTE


@dataclass(frozen=True, slots=True)
class CardContent:
    """What a card shows.

    Attributes:
        key: id of the record; also fixes the avatar's colour.
        title: normally a name.
        chips: status in words, most important first.
        line: place, category, age.
        right: last visit or the like; a third line where the list is narrow.
        action: label of the button inside the card; "" for none.
        primary: whether that button is the screen's primary one (at most one card).
        icon: a line icon instead of the avatar.
        icon_tone: its colour.
    """

    key: str
    title: str
    chips: tuple[CardChip, ...] = ()
    line: str = ""
    right: str = ""
    action: str = ""
    primary: bool = False
    icon: str = ""
    icon_tone: StatusKind = StatusKind.MUTE

    @property
    def sentence(self) -> str:
        """The whole card for screen readers."""
        return QCoreApplication.translate("CardContent", "，").join(
            filter(None, (self.title, *(chip.text for chip in self.chips), self.line, self.right))
        )


class CardSource(Protocol):
    """Where contents come from."""

    def fetch(self, keys: Sequence[str]) -> Mapping[str, CardContent]:
        """Contents that are at hand now; the rest may come later through `CardModel.supply`.

        Called in the GUI thread while painting: never read the database here. A source over the task
        runner answers {} and supplies when the read is done; the rows stay blank meanwhile.
        """


class CardModel(QAbstractListModel):
    """Ids in order, contents on demand: 32 pages of 128 rows are kept."""

    def __init__(self, source: CardSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._keys: Sequence[str] = ()
        self._headings: Mapping[str, str] = {}
        self._rows: dict[str, int] | None = None
        self._pages: OrderedDict[int, dict[str, CardContent]] = OrderedDict()

    def set_keys(self, keys: Sequence[str], headings: Mapping[str, str] | None = None) -> None:
        """Show other records, or the same in another order. Contents are fetched again.

        `headings`: by key, the line above a card that begins a group."""
        self.beginResetModel()
        self._keys = keys
        self._headings = headings or {}
        self._rows = None
        self._pages.clear()
        self.endResetModel()

    def keys(self) -> Sequence[str]:
        """The ids in order."""
        return self._keys

    def heading(self, row: int) -> str:
        """The line above a row; '' where no group begins."""
        return self._headings.get(self._keys[row], "") if self._headings else ""

    def headings(self) -> int:
        """How many groups there are."""
        return len(self._headings)

    def row_of(self, key: str) -> int | None:
        """Where a record stands."""
        if self._rows is None:
            self._rows = {each: row for row, each in enumerate(self._keys)}
        return self._rows.get(key)

    def content(self, row: int) -> CardContent | None:
        """The content of a row; None while it is on its way."""
        return self._page(row // PAGE_ROWS).get(self._keys[row])

    def supply(self, contents: Mapping[str, CardContent]) -> None:
        """Fill in contents that arrived later; only rows of pages still kept are touched."""
        for key, content in contents.items():
            row = self.row_of(key)
            if row is not None and row // PAGE_ROWS in self._pages:
                self._pages[row // PAGE_ROWS][key] = content
                self._tell(row)

    def refresh(self, keys: Iterable[str]) -> None:
        """Fetch some records again after a change."""
        rows = [row for key in keys if (row := self.row_of(key)) is not None]
        for page in {row // PAGE_ROWS for row in rows}:
            stale = [self._keys[row] for row in rows if row // PAGE_ROWS == page]
            if page in self._pages:
                # The old content stays on show until the new one is there: no flicker.
                self._pages[page].update(self._source.fetch(stale))
        for row in rows:
            self._tell(row)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self._keys)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._keys):
            return None
        if role not in (CONTENT_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        content = self.content(index.row())
        if role == CONTENT_ROLE or content is None:
            return content
        if role == Qt.ItemDataRole.DisplayRole:
            return content.title
        heading = self.heading(index.row())
        # Whoever hears the list hears where a group begins.
        return f"{heading}\n{content.sentence}" if heading else content.sentence

    def _tell(self, row: int) -> None:
        index = self.index(row, 0)
        self.dataChanged.emit(index, index)

    def _page(self, number: int) -> dict[str, CardContent]:
        page = self._pages.get(number)
        if page is None:
            page = self._pages[number] = {}
            keys = self._keys[number * PAGE_ROWS : (number + 1) * PAGE_ROWS]
            page.update(self._source.fetch(keys))
            if len(self._pages) > PAGES_KEPT:
                self._pages.popitem(last=False)
        else:
            self._pages.move_to_end(number)
        return page
