"""Filled paper forms as pages: A4 pictures for the preview, a PDF file, and the printer. Works off the
screen's thread but for the printer's own dialog. Layer 5."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from PySide6.QtCore import QFile, QIODevice, QMarginsF, QRectF, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontDatabase,
    QImage,
    QPagedPaintDevice,
    QPageLayout,
    QPageSize,
    QPainter,
    QPdfWriter,
    QTextDocument,
    QTransform,
)

from fieldapp.app.paths import resources
from fieldapp.domain.errors import StorageError
from fieldapp.exports.paper import Paper, foot_words, style
from ui.pdf_outline import Bookmark, add_outline

MARGIN_MM: Final = 12
_FOOT_MM: Final = 8
_DPI: Final = 300
_PREVIEW_DPI: Final = 110
_MM_PER_INCH: Final = 25.4
_A4: Final = QSizeF(210, 297)
FAMILY: Final = "Fieldapp Paper"


@dataclass(frozen=True, slots=True)
class Page:
    """One page as a picture, `number` of `total` of its form."""

    image: QImage
    number: int
    total: int


@cache
def load_fonts() -> None:
    """Bring in the fonts of paper: the same on every machine, and copied text keeps its characters."""
    for file in sorted((resources() / "fonts").glob("*.otf")):
        QFontDatabase.addApplicationFont(str(file))


def write_pdf(
    forms: Iterable[Paper], path: Path, progress: Callable[[int], None], cancelled: Callable[[], bool],
    title: str,
) -> bool:  # fmt: skip
    """All forms in one PDF, each with its own page numbers and a bookmark; False when cancelled. `title`
    names no person. Only the form under way is held in memory.

    Raises StorageError file_not_writable, disk_full.
    """
    load_fonts()
    file = QFile(str(path))
    if not file.open(QIODevice.OpenModeFlag.WriteOnly):
        raise StorageError("file_not_writable")
    writer = QPdfWriter(file)
    writer.setTitle(title)
    writer.setCreator("")
    writer.setResolution(_DPI)
    marks: list[Bookmark] = []
    done = paint(forms, writer, progress, cancelled, marks)
    file.close()
    if file.error() is not QFile.FileError.NoError:
        raise StorageError("disk_full")
    if done and len(marks) > 1:
        add_outline(path, marks)
    return done


def paint(
    forms: Iterable[Paper], device: QPagedPaintDevice, progress: Callable[[int], None],
    cancelled: Callable[[], bool], marks: list[Bookmark] | None = None,
) -> bool:  # fmt: skip
    """Paint all forms on a printer or into a PDF; False when cancelled between two forms. `marks` takes where
    each titled form begins."""
    load_fonts()
    device.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    device.setPageMargins(QMarginsF(0, 0, 0, 0), QPageLayout.Unit.Millimeter)
    painter = QPainter(device)
    painted = 0
    try:
        for count, paper in enumerate(forms, 1):
            if cancelled():
                return False
            document = _document(paper)
            total = document.pageCount()
            if marks is not None and paper.title:
                marks.append(Bookmark(paper.title, painted))
            for number in range(1, total + 1):
                if painted:
                    device.newPage()
                painted += 1
                painter.save()
                painter.scale(device.logicalDpiX() / _BASE_DPI, device.logicalDpiY() / _BASE_DPI)
                _paint_page(painter, document, number, total)
                painter.restore()
            progress(count)
    finally:
        painter.end()
    return True


def pages_of(paper: Paper) -> list[Page]:
    """The pages of a form as pictures."""
    load_fonts()
    document = _document(paper)
    scale = _PREVIEW_DPI / _BASE_DPI
    total = document.pageCount()
    pages = []
    for number in range(1, total + 1):
        width, height = (round(one / _MM_PER_INCH * _PREVIEW_DPI) for one in (_A4.width(), _A4.height()))
        image = QImage(width, height, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        painter = QPainter(image)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.scale(scale, scale)
        _paint_page(painter, document, number, total)
        painter.end()
        pages.append(Page(image, number, total))
    return pages


_BASE_DPI: Final = 96
"""Documents are laid out in these units and scaled to the device: preview, PDF and paper break alike."""


def _px(millimetres: float) -> float:
    return millimetres / _MM_PER_INCH * _BASE_DPI


def _document(paper: Paper) -> QTextDocument:
    document = QTextDocument()
    document.setDocumentMargin(0)
    font = QFont(FAMILY)
    font.setPixelSize(13)
    document.setDefaultFont(font)
    document.setDefaultStyleSheet(style())
    for name, content in paper.pictures.items():
        document.addResource(QTextDocument.ResourceType.ImageResource, QUrl(name), QImage.fromData(content))
    document.setHtml(paper.html)
    document.setPageSize(
        QSizeF(_px(_A4.width() - 2 * MARGIN_MM), _px(_A4.height() - 2 * MARGIN_MM - _FOOT_MM))
    )
    return document


def _paint_page(painter: QPainter, document: QTextDocument, number: int, total: int) -> None:
    size = document.pageSize()
    painter.save()
    top = _px(MARGIN_MM) - (number - 1) * size.height()
    painter.setTransform(QTransform.fromTranslate(_px(MARGIN_MM), top), True)
    view = QRectF(0, (number - 1) * size.height(), size.width(), size.height())
    painter.setClipRect(view)
    context = QAbstractTextDocumentLayout.PaintContext()
    context.clip = view
    context.palette.setColor(context.palette.ColorRole.Text, QColor("black"))
    document.documentLayout().draw(painter, context)
    painter.restore()
    font = QFont(FAMILY)
    font.setPixelSize(12)
    painter.setFont(font)
    painter.setPen(QColor("black"))
    foot = QRectF(_px(MARGIN_MM), _px(_A4.height() - MARGIN_MM), size.width(), _px(_FOOT_MM))
    painter.drawText(
        foot, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, foot_words(number, total)
    )
