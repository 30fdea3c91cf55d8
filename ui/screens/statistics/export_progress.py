"""How far an export is, with 取消; nothing while none is under way."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ui.screens.statistics.state import ExportState
from ui.widgets.progress_row import ProgressRow


class ExportProgress(QWidget):
    """Signals: cancelled()."""

    cancelled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row: ProgressRow | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def render_state(self, exporting: ExportState | None) -> None:
        """Show an export, or none."""
        self.setVisible(exporting is not None)
        if exporting is None:
            if self._row is not None:
                self._row.hide()
                self._row.deleteLater()
                self._row = None
            return
        if self._row is None:  # a new one each time: its 取消 can be tapped once
            self._row = ProgressRow(self.tr("正在导出"))
            self._row.cancelled.connect(self.cancelled)
            self._column.addWidget(self._row)
        self._row.set_progress(min(exporting.done, exporting.total), exporting.total)
