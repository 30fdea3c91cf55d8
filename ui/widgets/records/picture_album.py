"""Photos of a page with their viewer: a grid, and the tapped one over the whole window."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.widgets.records.picture_grid import PictureGrid, decode_thumbnail, decode_whole
from ui.widgets.records.picture_viewer import PictureViewer
from ui.widgets.records.pictures import PicturePort, PictureRow, PictureState


class PictureAlbum(QWidget):
    """Grid and viewer.

    Signals:
        wanted(sha256): a picture that is not on the device was tapped.
        whole_wanted(sha256): the viewer needs the picture in its own size.
    """

    wanted = Signal(str)
    whole_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = PictureGrid()
        self.grid.wanted.connect(self.wanted)
        self.grid.opened.connect(self._on_opened)
        self._rows: tuple[PictureRow, ...] = ()
        self._shown: PictureRow | None = None
        self.viewer: PictureViewer | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.grid)

    def port(self) -> PicturePort[QImage]:
        """Where a presenter's pictures come out."""
        return PicturePort(decode_thumbnail, self.grid.set_picture, decode_whole, self._show_whole)

    def set_rows(self, rows: Sequence[PictureRow]) -> None:
        """Show these photos."""
        self._rows = tuple(rows)
        self.grid.set_rows(rows)

    def close_viewer(self) -> None:
        """Take the viewer away with its page."""
        viewer, self.viewer = self.viewer, None
        if viewer is not None:
            viewer.close_viewer()
            viewer.deleteLater()

    def _on_opened(self, key: str) -> None:
        row = next((row for row in self._rows if row.key == key), None)
        if row is None:
            return
        if self.viewer is None:
            self.viewer = PictureViewer(self.window())
            self.viewer.stepped.connect(self._on_stepped)
            self.viewer.closed.connect(self._on_closed)
        self.viewer.open_over(self.window())
        self._open(row)

    def _open(self, row: PictureRow) -> None:
        self._shown = row
        if self.viewer is not None:
            alone = len(self._rows) == 1
            # The small picture stands in until the whole one has come, perhaps over a slow network.
            words = self.tr("正在打开照片")
            small = self._small(row)
            caption = self._caption(row) if small.isNull() else f"{self._caption(row)} · {words}"
            self.viewer.show_picture(small, caption, words=words, alone=alone)
        self.whole_wanted.emit(row.sha256)

    def _on_stepped(self, step: int) -> None:
        if self._shown in self._rows:
            self._open(self._rows[(self._rows.index(self._shown) + step) % len(self._rows)])

    def _on_closed(self) -> None:
        tiles = {tile.row.key: tile for tile in self.grid.tiles()}
        if self._shown is not None and self._shown.key in tiles:
            tiles[self._shown.key].setFocus()

    def _show_whole(self, sha256: str, state: PictureState, image: QImage | None, trouble: str) -> None:
        if self.viewer is None or self._shown is None or self._shown.sha256 != sha256:
            return
        alone = len(self._rows) == 1
        if state is PictureState.MISSING:
            words = self.tr("这张照片不在本机，联网后可以查看。")
        else:
            words = trouble or self.tr("这张照片打不开")
        caption = self._caption(self._shown)
        if image is None or image.isNull():
            image = self._small(self._shown)
            caption = f"{caption} · {words}"
        self.viewer.show_picture(image, caption, words=words, alone=alone)

    def _small(self, row: PictureRow) -> QImage:
        return next((tile.image for tile in self.grid.tiles() if tile.row.key == row.key), QImage())

    def _caption(self, row: PictureRow) -> str:
        return " · ".join(filter(None, (row.kind, row.taken)))
