"""Bar codes and QR codes in pictures: found off the screen's thread, one picture at a time. Layer 5."""

import enum
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import zxingcpp
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QPainter

from fieldapp.domain.errors import RuleError

_log = logging.getLogger(__name__)

LONGEST_SIDE: Final = 4000
"""Pixels; larger pictures are looked at reduced, which a code that fills a part of them survives."""


class CodeKind(enum.StrEnum):
    """What is looked for. The fewer kinds, the quicker and the surer."""

    QR = "QR"
    ANY = "ANY"


_FORMATS: Final = {
    CodeKind.QR: zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
    CodeKind.ANY: zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.AllReadable),
}
_SURE: Final = frozenset(
    {
        zxingcpp.BarcodeFormat.QRCode,
        zxingcpp.BarcodeFormat.DataMatrix,
        zxingcpp.BarcodeFormat.Aztec,
        zxingcpp.BarcodeFormat.PDF417,
        zxingcpp.BarcodeFormat.MaxiCode,
    }
)


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was read. The stripes of most bar codes carry one check digit or none, so what one
    picture says of them is not `sure` until a second one says the same."""

    text: str
    sure: bool


Picture = Callable[[], QImage]
"""Makes the picture to be looked at; called off the screen's thread."""


def read_codes(image: QImage, kind: CodeKind) -> tuple[Code, ...]:
    """The codes in a picture, at any angle; empty texts and broken codes are left out. Safe in any thread."""
    if image.isNull():
        return ()
    if max(image.width(), image.height()) > LONGEST_SIDE:
        keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        image = image.scaled(LONGEST_SIDE, LONGEST_SIDE, keep, smooth)
    if image.hasAlphaChannel():  # what is seen through is paper: a code copied from a page has no ground
        paper = QImage(image.size(), QImage.Format.Format_RGB32)
        paper.fill(Qt.GlobalColor.white)
        painter = QPainter(paper)
        painter.drawImage(0, 0, image)
        painter.end()
        image = paper
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    view = zxingcpp.ImageView(
        grey.constBits(), grey.width(), grey.height(), zxingcpp.ImageFormat.Lum, grey.bytesPerLine()
    )
    found = zxingcpp.read_barcodes(view, formats=_FORMATS[kind], text_mode=zxingcpp.TextMode.Plain)
    return tuple(Code(one.text, one.symbology in _SURE) for one in found if one.valid and one.text)


class CodeReader(QObject):
    """Looks for codes in one picture at a time, in a thread of its own.

    Signals:
        seen(tuple[Code, ...]): what the last frame held, empty for nothing.
        read(tuple[Code, ...]): what the chosen picture held.
        unreadable(RuleError): the chosen picture could not be opened.
    """

    seen = Signal(object)
    read = Signal(object)
    unreadable = Signal(object)
    _done = Signal(object, bool)

    def __init__(self, kind: CodeKind, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="codes")
        self._busy = False
        self._chosen: Picture | None = None
        self._stopped = False
        self._done.connect(self._on_done, Qt.ConnectionType.QueuedConnection)

    def look(self, frame: Picture) -> bool:
        """Look at a frame; False when it is dropped, because another picture is still being looked at."""
        if self._busy or self._stopped:
            return False
        self._begin(frame, chosen=False)
        return True

    def open(self, picture: Picture) -> None:
        """Read a picture that was chosen, as soon as the frame in hand is done with."""
        if self._busy:
            self._chosen = picture
        elif not self._stopped:
            self._begin(picture, chosen=True)

    def stop(self) -> None:
        """Look no more. Waits for the picture in hand: some hundredths of a second, for a frame."""
        self._stopped = True
        self._thread.shutdown(wait=True, cancel_futures=True)

    def _begin(self, picture: Picture, *, chosen: bool) -> None:
        self._busy = True
        self._thread.submit(self._work, picture, chosen)

    def _work(self, picture: Picture, chosen: bool) -> None:
        outcome: tuple[Code, ...] | RuleError = ()
        try:
            outcome = read_codes(picture(), self._kind)
        except RuleError as error:
            outcome = error
        except Exception as error:  # noqa: BLE001  a bug is for the log, and the next picture has its turn
            _log.critical("looking for codes broke", exc_info=error)
        self._done.emit(outcome, chosen)

    def _on_done(self, outcome: "tuple[Code, ...] | RuleError", chosen: bool) -> None:
        self._busy = False
        if self._stopped:
            return
        waiting, self._chosen = self._chosen, None
        if waiting is not None:
            self._begin(waiting, chosen=True)
        if isinstance(outcome, RuleError):
            self.unreadable.emit(outcome)
        else:
            (self.read if chosen else self.seen).emit(outcome)
