"""Decides what the packages screen shows and does."""

import enum
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from fieldapp.domain.errors import FieldappError
from ui.ports import PackageSource, Surroundings

if TYPE_CHECKING:
    from sync.engine.cycle import CycleReport
    from sync.engine.packages import CarriedPackage, ExportedPackage, PackageContents

T = TypeVar("T")


class Page(enum.StrEnum):
    """What the screen is about."""

    MENU = "MENU"
    SHOW_CODES = "SHOW_CODES"
    READ_CODES = "READ_CODES"


class Work(enum.StrEnum):
    """What is under way."""

    NONE = "NONE"
    EXPORT = "EXPORT"
    ANSWER = "ANSWER"
    CARRY = "CARRY"
    CODES = "CODES"
    SAVE = "SAVE"


@dataclass(frozen=True, slots=True)
class Codes:
    """A series on show: its texts, and which is at the front (from 0)."""

    texts: tuple[str, ...]
    at: int = 0
    of_answer: bool = False


@dataclass(frozen=True, slots=True)
class Pieces:
    """How far a series has been read."""

    got: int = 0
    total: int = 0
    missing: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class PackagesState:
    """What the screen shows; `exported`, `answered`, `carried` and `saved` tell what was done last."""

    page: Page = Page.MENU
    contents: "PackageContents | None" = None
    photos: bool = True
    work: Work = Work.NONE
    done: int = 0
    total: int = 0
    error: str = ""
    exported: "ExportedPackage | None" = None
    answered: "CycleReport | None" = None
    carried: "CarriedPackage | None" = None
    saved: bool = False
    codes: Codes | None = None
    pieces: Pieces = Pieces()
    can_retry: bool = False
    """A package was read and could not be carried: it need not be read again."""


class PackagesPresenter:
    """Plain Python behind the packages screen. Progress is asked for by `poll`, on the screen's clock."""

    def __init__(self, surroundings: Surroundings, render: Callable[[PackagesState], None]) -> None:
        self._around = surroundings
        self._render = render
        self._left = False
        self._progress = (0, 0)
        self._stop = threading.Event()
        self._to_carry: PackageSource = b""
        self._collector = surroundings.packages.collector()
        self.state = PackagesState()
        self._end_listening = surroundings.on_change(lambda _changes: self._count())

    def start(self, record_id: str = "") -> None:
        """Count what waits; with a record, show its codes at once."""
        self._count()
        if record_id:
            self._begin(Work.CODES)
            self._aside(lambda: self._around.packages.codes_of(record_id), self._on_codes)

    def leave(self) -> None:
        """Stop what runs, and listening."""
        self._left = True
        self._stop.set()
        self._end_listening()

    def choose_photos(self, photos: bool) -> None:
        """With or without photos."""
        self._change(photos=photos)

    # --- files ----------------------------------------------------------------------------------

    def export(self, target: Path) -> None:
        """Write the package."""
        if self.state.work is not Work.NONE:
            return
        photos, stop = self.state.photos, threading.Event()
        self._stop, self._progress = stop, (0, 0)
        self._begin(Work.EXPORT)
        self._aside(
            lambda: self._around.packages.export(
                target, photos=photos, progress=self._on_progress, cancelled=stop.is_set
            ),
            lambda exported: self._end(exported=exported),
        )

    def cancel(self) -> None:
        """Stop the export: no file is left."""
        self._stop.set()

    def poll(self) -> None:
        """Bring the progress up to date."""
        if self.state.work is Work.EXPORT and self._progress != (self.state.done, self.state.total):
            self._change(done=self._progress[0], total=self._progress[1])

    def open_file(self, source: Path) -> None:
        """An answer is read, anybody's package is carried: the file says which it is."""
        self._take(source)

    def save_answer(self, target: Path) -> None:
        """Write the answer that was brought back."""
        carried = self.state.carried
        if carried is None or self.state.work is not Work.NONE:
            return
        self._begin(Work.SAVE, keep_carried=True)
        self._aside(
            lambda: self._around.packages.save_answer(carried, target),
            lambda _: self._end(saved=True, carried=carried),
        )

    # --- codes ----------------------------------------------------------------------------------

    def show_answer_codes(self) -> None:
        """Show the answer that was brought back, for the other device's camera."""
        carried = self.state.carried
        if carried is not None:
            texts = self._around.packages.codes_of_answer(carried)
            if texts:
                self._change(page=Page.SHOW_CODES, codes=Codes(tuple(texts), of_answer=True))

    @property
    def answer_fits_codes(self) -> bool:
        """Whether the answer that was brought back can be shown as codes."""
        carried = self.state.carried
        return carried is not None and bool(self._around.packages.codes_of_answer(carried))

    def turn_code(self, by: int) -> None:
        """The next or the previous code of the series, round and round."""
        codes = self.state.codes
        if codes is not None:
            self._change(codes=replace(codes, at=(codes.at + by) % len(codes.texts)))

    def read_codes(self) -> None:
        """Begin to read a series from another screen."""
        self._collector.clear()
        self._change(page=Page.READ_CODES, pieces=Pieces(), error="")

    def add_piece(self, text: str) -> None:
        """A code was scanned, or pieces were pasted."""
        if self.state.page is not Page.READ_CODES or self.state.work is not Work.NONE:
            return
        try:
            self._collector.add(text)
            package = self._collector.package()
        except FieldappError as error:
            self._show_pieces(error=self._around.texts.error(error))
            return
        self._show_pieces(error="")
        if package is not None:
            self._collector.clear()
            self._take(package)

    def clear_pieces(self) -> None:
        """Begin the series anew."""
        self._collector.clear()
        self._show_pieces(error="")

    def show_menu(self) -> None:
        """Back from the codes."""
        self._change(page=Page.MENU, error="")

    def _show_pieces(self, error: str) -> None:
        collector = self._collector
        pieces = Pieces(collector.got, collector.total, collector.missing)
        self._change(pieces=pieces, error=error)

    # --- both -----------------------------------------------------------------------------------

    def _take(self, package: PackageSource) -> None:
        if self.state.work is not Work.NONE:
            return
        packages = self._around.packages
        self._begin(Work.ANSWER)

        def told(is_answer: bool) -> None:
            if is_answer:
                self._aside(lambda: packages.read_answer(package), lambda report: self._end(answered=report))
            else:
                self._to_carry = package
                self._carry()

        self._aside(lambda: packages.is_answer(package), told)

    def retry(self) -> None:
        """Carry what was read, once more."""
        if self.state.can_retry and self.state.work is Work.NONE:
            self._carry()

    def _carry(self) -> None:
        package = self._to_carry
        self._begin(Work.CARRY)
        self._aside(lambda: self._around.packages.carry(package), self._on_carried)

    def _on_carried(self, carried: "CarriedPackage") -> None:
        self._to_carry = b""
        self._end(carried=carried)

    def _aside(self, work: Callable[[], T], done: Callable[[T], None]) -> None:
        self._around.tasks.run_aside(work, done, self._fail)

    def _on_codes(self, texts: list[str]) -> None:
        self._end(page=Page.SHOW_CODES, codes=Codes(tuple(texts)))

    def _on_progress(self, done: int, total: int) -> None:
        self._progress = (done, total)

    def _count(self) -> None:
        if not self._left:
            packages = self._around.packages
            self._around.tasks.run_aside(packages.contents, lambda found: self._change(contents=found))

    def _begin(self, work: Work, *, keep_carried: bool = False) -> None:
        carried = self.state.carried if keep_carried else None
        self._change(
            work=work,
            error="",
            exported=None,
            answered=None,
            carried=carried,
            saved=False,
            done=0,
            total=0,
            can_retry=False,
        )

    def _end(self, **found: object) -> None:
        page = found.pop("page", Page.MENU)
        self._change(work=Work.NONE, page=page, **found)
        self._count()

    def _fail(self, error: FieldappError) -> None:
        carrying = self.state.work is Work.CARRY
        self._change(work=Work.NONE, error=self._around.texts.error(error), can_retry=carrying)

    def _change(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        if not self._left:
            self._render(self.state)
