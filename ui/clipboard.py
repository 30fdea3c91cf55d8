"""Texts of ours in the system's clipboard, which goes empty when the profile is locked. Layer 5."""

from typing import Final

from PySide6.QtCore import QMimeData
from PySide6.QtGui import QGuiApplication

_MARK: Final = "application/x-fieldapp-copied"
"""Travels beside the text, so that what somebody copied elsewhere since is left alone."""


def put(text: str) -> None:
    """Copy a text."""
    data = QMimeData()
    data.setText(text)
    data.setData(_MARK, b"1")
    QGuiApplication.clipboard().setMimeData(data)


def forget() -> None:
    """Empty the clipboard if it still holds a text of ours."""
    # None where the platform has no clipboard, whatever the type says.
    held: QMimeData | None = QGuiApplication.clipboard().mimeData()
    if held is not None and held.hasFormat(_MARK):
        QGuiApplication.clipboard().clear()
