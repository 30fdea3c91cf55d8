"""Where camera pictures come from. QtMultimedia is loaded when a camera is first asked for. Layer 5."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QCameraDevice, QMediaCaptureSession


class CameraSource(Protocol):
    """One camera."""

    @property
    def name(self) -> str:
        """What the system calls it."""

    def join(self, session: "QMediaCaptureSession") -> None:
        """Become the picture of a capture session."""

    def start(self) -> None:
        """Begin to deliver."""

    def stop(self) -> None:
        """End, and let go of the device."""


class Cameras(Protocol):
    """The cameras of this machine; the one place that tests replace."""

    def available(self) -> Sequence[CameraSource]:
        """The cameras, the preferred one first."""


class SystemCamera:
    """A camera of the operating system."""

    def __init__(self, device: "QCameraDevice") -> None:
        from PySide6.QtMultimedia import QCamera

        self._camera = QCamera(device)
        self.name = device.description()

    def join(self, session: "QMediaCaptureSession") -> None:
        session.setCamera(self._camera)

    def start(self) -> None:
        self._camera.start()

    def stop(self) -> None:
        self._camera.stop()


class SystemCameras:
    """What the operating system offers: on a tablet the camera at the back first."""

    def available(self) -> Sequence[CameraSource]:
        try:
            from PySide6.QtMultimedia import QCameraDevice, QMediaDevices
        except ImportError:  # a machine without the sound library QtMultimedia is linked to
            return ()
        back = QCameraDevice.Position.BackFace
        preferred = QMediaDevices.defaultVideoInput()
        devices = sorted(
            QMediaDevices.videoInputs(), key=lambda one: (one.position() != back, one != preferred)
        )
        return [SystemCamera(device) for device in devices]
