"""Waits for a position as long as the worker likes and remembers the best one so far. Layer 5."""

import math
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtPositioning import QGeoPositionInfo, QGeoPositionInfoSource

from fieldapp.domain.records.visits import PositionSource
from ui.position.sources import PositionSources

SATELLITE_WITHIN_M: Final = 50.0
"""Qt does not say how a fix was made; networks and cells rarely claim to be this exact."""
GIVE_UP_SECONDS: Final = 180
_INTERVAL_MS: Final = 1000


@dataclass(frozen=True, slots=True)
class Fix:
    """One position: WGS-84 degrees, accuracy in metres where the source tells it."""

    lat: float
    lon: float
    accuracy_m: float | None
    source: PositionSource


class PositionWatch(QObject):
    """One wait for a position.

    Signals: changed() each second and with each better fix; ended() when there is no source, it failed,
    or nobody took a fix in time. After `stop` the source is gone: nothing is followed.
    """

    changed = Signal()
    ended = Signal()

    def __init__(self, sources: PositionSources, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._sources = sources
        self._source: QGeoPositionInfoSource | None = None
        self._second = QTimer(self)
        self._second.setInterval(1000)
        self._second.timeout.connect(self._on_second)
        self.best: Fix | None = None
        self.seconds = 0

    @property
    def running(self) -> bool:
        """Whether it is waiting."""
        return self._source is not None

    def start(self) -> None:
        """Begin to wait; ends at once where there is no source."""
        self.stop()
        self.best, self.seconds = None, 0
        source = self._sources.open(self)
        if source is None:
            self.ended.emit()
            return
        self._source = source
        source.positionUpdated.connect(self._on_position)
        source.errorOccurred.connect(self._on_error)
        source.setUpdateInterval(max(_INTERVAL_MS, source.minimumUpdateInterval()))
        source.startUpdates()
        if self._source is not None:  # it may have failed at once
            self._second.start()
            self.changed.emit()

    def stop(self) -> None:
        """Let go of the source; `best` stays."""
        self._second.stop()
        source, self._source = self._source, None
        if source is not None:
            source.stopUpdates()
            source.deleteLater()

    def _on_second(self) -> None:
        self.seconds += 1
        if self.seconds >= GIVE_UP_SECONDS:
            self._end()
        else:
            self.changed.emit()

    def _on_position(self, info: QGeoPositionInfo) -> None:
        place = info.coordinate()
        if self._source is None or not place.isValid():
            return
        attribute = QGeoPositionInfo.Attribute.HorizontalAccuracy
        accuracy = info.attribute(attribute) if info.hasAttribute(attribute) else math.nan
        known = accuracy if math.isfinite(accuracy) and accuracy >= 0 else None
        by_satellite = self._source.sourceName() == "nmea" or (
            known is not None and known <= SATELLITE_WITHIN_M
        )
        source = PositionSource.GPS if by_satellite else PositionSource.NET
        fix = Fix(place.latitude(), place.longitude(), known, source)
        if self.best is None or _worth(fix) <= _worth(self.best):
            self.best = fix
        self.changed.emit()

    def _on_error(self, error: QGeoPositionInfoSource.Error) -> None:
        slow = QGeoPositionInfoSource.Error.UpdateTimeoutError
        if error not in (QGeoPositionInfoSource.Error.NoError, slow):
            self._end()

    def _end(self) -> None:
        self.stop()
        self.ended.emit()


def _worth(fix: Fix) -> float:
    """Smaller is better; a fix of unknown accuracy gives way to any known one."""
    return math.inf if fix.accuracy_m is None else fix.accuracy_m
