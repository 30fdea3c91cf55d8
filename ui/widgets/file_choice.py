"""The system's dialogs for opening and saving a file, the same everywhere in the program. Layer 5.

They never block: the answer comes to the caller's function, and nothing comes when the worker cancels.
"""

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

_Place = QStandardPaths.StandardLocation
_Label = QFileDialog.DialogLabel


def save_file(parent: QWidget, title: str, name: str, words: str, chosen: Callable[[str], None]) -> None:
    """Ask where to write `name`, in the worker's documents unless chosen otherwise.

    `words` is the line that names the kind of file and its pattern, e.g. "Excel 表格 (*.xlsx)".
    """
    dialog = _dialog(parent, title, _Place.DocumentsLocation, words)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(Path(name).suffix.lstrip("."))
    dialog.selectFile(name)
    dialog.fileSelected.connect(chosen)
    dialog.open()


def open_files(
    parent: QWidget,
    title: str,
    words: str,
    chosen: Callable[[Sequence[Path]], None],
    *,
    several: bool = False,
    pictures: bool = False,
) -> None:
    """Ask for a file, or several; pictures are looked for where the system keeps them."""
    place = _Place.PicturesLocation if pictures else _Place.DocumentsLocation
    dialog = _dialog(parent, title, place, words)
    one, many = QFileDialog.FileMode.ExistingFile, QFileDialog.FileMode.ExistingFiles
    dialog.setFileMode(many if several else one)
    dialog.filesSelected.connect(lambda names: chosen([Path(name) for name in names]))
    dialog.open()


def choose_folder(parent: QWidget, title: str, chosen: Callable[[str], None]) -> None:
    """Ask for a folder to put files into."""
    dialog = _dialog(parent, title, _Place.DocumentsLocation, "")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(chosen)
    dialog.open()


def _dialog(parent: QWidget, title: str, place: QStandardPaths.StandardLocation, words: str) -> QFileDialog:
    folder = QStandardPaths.writableLocation(place)
    if not Path(folder).is_dir():  # a bare Linux desktop has none; Qt would fall back to where we started
        folder = QStandardPaths.writableLocation(_Place.HomeLocation)
    dialog = QFileDialog(parent, title, folder, words)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    # Qt's own Chinese catalogue leaves two of them in English where the system has no dialog of its own.
    dialog.setLabelText(_Label.LookIn, QCoreApplication.translate("FileChoice", "位置："))
    dialog.setLabelText(_Label.FileType, QCoreApplication.translate("FileChoice", "文件类型："))
    return dialog
