"""What questions need of the world around the form. Layer 5."""

from collections.abc import Callable
from dataclasses import dataclass

import shiboken6
from PySide6.QtWidgets import QWidget

from fieldapp.domain.clock import Clock
from ui.camera.devices import Cameras
from ui.position.sources import PositionSources

Received = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class FormWorld:
    """Clock, devices and files.

    Attributes:
        picture: hands over a small picture of a file that an answer names, later and only if it is here.
        illustration: the same for a picture that the form names, large enough to be looked at.
        content: hands over a file that the form names, or says that it is not here.
    """

    clock: Clock
    positions: PositionSources
    cameras: Cameras
    picture: Callable[[str, Received], None]
    illustration: Callable[[str, Received], None]
    content: Callable[[str, Received, Callable[[], None]], None]


def while_alive(widget: QWidget, received: Received) -> Received:
    """What comes for a widget that has gone from the page meanwhile is nobody's."""

    def receive(content: bytes) -> None:
        if shiboken6.isValid(widget):
            received(content)

    return receive
