"""Where positions come from: the system's service, or a receiver by its plugin. Layer 5."""

from collections.abc import Mapping
from typing import Any, Final, Protocol

from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication
from PySide6.QtPositioning import QGeoPositionInfoSource

_PROGRAM: Final = "fieldapp"


class PositionSources(Protocol):
    """The source of positions; the one place that tests replace."""

    def open(self, parent: QObject) -> QGeoPositionInfoSource | None:
        """A new source owned by `parent`, or None where the machine has none."""


class SystemPositions:
    """The operating system's location service (GeoClue on Linux, Windows Location)."""

    def open(self, parent: QObject) -> QGeoPositionInfoSource | None:
        if not QGuiApplication.desktopFileName():
            QGuiApplication.setDesktopFileName(_PROGRAM)  # GeoClue answers only who says who asks
        return QGeoPositionInfoSource.createDefaultSource(parent)


class PluginPositions:
    """A named plugin of Qt, for example a serial or network receiver through `nmea`."""

    def __init__(self, plugin: str, parameters: Mapping[str, Any]) -> None:
        self._plugin = plugin
        self._parameters = dict(parameters)

    def open(self, parent: QObject) -> QGeoPositionInfoSource | None:
        return QGeoPositionInfoSource.createSource(self._plugin, self._parameters, parent)
