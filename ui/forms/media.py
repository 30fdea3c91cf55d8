"""What a form's author put beside a question: a picture to enlarge, sound and film to play. Layer 5."""

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPoint, QRect, QSize, Qt, QUrl
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui import theme as look
from ui.forms.world import FormWorld, while_alive
from ui.theme import RADIUS_CONTROL, TextRole, Theme
from ui.widgets import painting
from ui.widgets.buttons import Button
from ui.widgets.labels import Text
from ui.widgets.records.picture_viewer import PictureViewer
from ui.widgets.toast import announce

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QMediaPlayer

_PICTURE_PX: Final = (360, 240)  # at 100 %
_FILM_PX: Final = 240


class Illustration(QPushButton):
    """The picture of a label; a tap shows it, or the larger one that goes with it, over the window.

    Args:
        larger: the file of the larger one, "" for none.
    """

    def __init__(
        self, world: FormWorld, image: QImage, words: str, larger: str = "", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._world = world
        self._image = image
        self._words = words
        self._larger = larger
        self._viewer: PictureViewer | None = None
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("图片 {0}，点按放大").format(words))
        self.clicked.connect(self._on_clicked)
        look.follow(self, self._restyle)

    def sizeHint(self) -> QSize:
        most = QSize(*(look.current().px(side) for side in _PICTURE_PX))
        size = self._image.size()
        if size.width() > most.width() or size.height() > most.height():
            size = size.scaled(most, Qt.AspectRatioMode.KeepAspectRatio)
        return size.expandedTo(QSize(look.current().target, look.current().target))

    def minimumSizeHint(self) -> QSize:
        return QSize(look.current().target, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = painting.begin(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        size = self._image.size()
        if size.width() > self.width() or size.height() > self.height():
            size = size.scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(0, 0, size.width(), size.height())
        if self._image.hasAlphaChannel():
            painter.fillRect(target, Qt.GlobalColor.white)
        painter.drawImage(target, self._image)
        if self.hasFocus():
            painting.focus_ring(painter, target.toRectF(), RADIUS_CONTROL, look.current())
        painter.end()

    def _on_clicked(self) -> None:
        viewer = self._viewer = PictureViewer(self.window())
        viewer.closed.connect(self._on_closed)
        viewer.open_over(self.window())
        viewer.show_picture(self._image, self._words, alone=True)
        if self._larger:
            self._world.illustration(self._larger, while_alive(viewer, self._on_larger))

    def _on_larger(self, content: bytes) -> None:
        image = QImage.fromData(content)
        if self._viewer is not None and not image.isNull():
            self._viewer.show_picture(image, self._words, alone=True)

    def _on_closed(self) -> None:
        viewer, self._viewer = self._viewer, None
        if viewer is not None:
            viewer.deleteLater()
        self.setFocus()

    def _restyle(self, theme: Theme) -> None:
        self.updateGeometry()
        self.update()


class FilmScreen(QWidget):
    """Shows the frames of a film."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._frame = QImage()
        look.follow(self, self._restyle)

    def show_frame(self, frame: QImage) -> None:
        """The next frame."""
        self._frame = frame
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        size = self._frame.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        target = QRect(QPoint(0, 0), size)
        target.moveCenter(self.rect().center())
        painter.drawImage(target, self._frame)
        painter.end()

    def _restyle(self, theme: Theme) -> None:
        self.setFixedHeight(theme.px(_FILM_PX))


class Recording(QWidget):
    """Sound or film with a button to play it; named plainly where this machine cannot play it.

    The player is made at the first tap: a form with fifty recordings must not open fifty players.

    Args:
        film: it has pictures.
    """

    def __init__(self, world: FormWorld, name: str, *, film: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._world = world
        self._name = name
        self._is_film = film
        self._player: QMediaPlayer | None = None
        self._source = QBuffer(self)
        self.film = FilmScreen()
        self.film.hide()
        self.button = Button("", icon="play")
        self.button.clicked.connect(self._on_clicked)
        self.notice = Text("", TextRole.CAPTION, wrap=True)
        self.notice.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.notice)
        column.addWidget(self.film)
        self._show_state(playing=False)

    @property
    def is_playing(self) -> bool:
        """Whether it is to be heard or seen now."""
        from PySide6.QtMultimedia import QMediaPlayer

        playing = QMediaPlayer.PlaybackState.PlayingState
        return self._player is not None and self._player.playbackState() == playing

    def shut(self) -> None:
        """Be quiet and let go of the player."""
        player, self._player = self._player, None
        if player is not None:
            player.stop()
            player.setSource(QUrl())
            player.deleteLater()
        self.film.hide()
        self._show_state(playing=False)

    def _on_clicked(self) -> None:
        if self._player is not None:
            self.shut()
        else:
            self.button.setEnabled(False)
            self.notice.hide()
            missing = while_alive(self, lambda _: self._on_missing())
            self._world.content(self._name, while_alive(self, self._on_content), lambda: missing(b""))

    def _on_missing(self) -> None:
        self.button.setEnabled(True)
        self._say(self.tr("“{0}”不在本机。请按问题的文字填写。").format(self._name))

    def _on_content(self, content: bytes) -> None:
        self.button.setEnabled(True)
        player = self._make_player()
        if player is None:
            self._cannot()
            return
        self._source.close()
        self._source.setData(QByteArray(content))
        self._source.open(QIODevice.OpenModeFlag.ReadOnly)
        self._player = player
        player.setSourceDevice(self._source, QUrl(self._name))
        player.play()
        self._show_state(playing=True)

    def _make_player(self) -> "QMediaPlayer | None":
        """A player, or None on a machine without one."""
        try:
            from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer
        except ImportError:  # without the sound library QtMultimedia is linked to
            return None
        player = QMediaPlayer(self)
        if not player.isAvailable():
            player.deleteLater()
            return None
        player.setAudioOutput(QAudioOutput(player))
        player.errorOccurred.connect(self._on_error)
        player.mediaStatusChanged.connect(partial(self._on_status, player))
        if self._is_film:
            self._show_film(player)
        return player

    def _show_film(self, player: "QMediaPlayer") -> None:
        from PySide6.QtMultimedia import QVideoSink

        sink = QVideoSink(player)
        sink.videoFrameChanged.connect(lambda frame: self.film.show_frame(frame.toImage()))
        player.setVideoOutput(sink)
        self.film.show()

    def _on_status(self, player: "QMediaPlayer", status: object) -> None:
        if player is self._player and status == player.MediaStatus.EndOfMedia:
            self.shut()

    def _on_error(self, *_what: object) -> None:
        self.shut()
        self._cannot()

    def _cannot(self) -> None:
        self._say(self.tr("这台电脑播放不了“{0}”。请按问题的文字填写。").format(self._name))

    def _say(self, sentence: str) -> None:
        self.notice.setText(sentence)
        self.notice.show()
        announce(self, sentence)

    def _show_state(self, *, playing: bool) -> None:
        words = self.tr("播放视频") if self._is_film else self.tr("播放录音")
        self.button.setText(self.tr("停止播放") if playing else words)
        self.button.set_icon("square" if playing else "play")
        self.button.setAccessibleName(f"{self.button.text()} {self._name}")
