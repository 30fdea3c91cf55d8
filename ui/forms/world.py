"""What questions need of the world around the form. Layer 5."""

from collections.abc import Callable
from dataclasses import dataclass

from fieldapp.domain.clock import Clock
from ui.camera.devices import Cameras
from ui.position.sources import PositionSources

Received = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class FormWorld:
    """Clock, devices and files.

    Attributes:
        picture: hands over a small picture of a file the form or the draft names, later and only if it
            is here.
    """

    clock: Clock
    positions: PositionSources
    cameras: Cameras
    picture: Callable[[str, Received], None]
