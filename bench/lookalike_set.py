"""Drawn photos, to measure what is taken for a used photo: honest pairs that look alike, and used ones.

A scene is a room or a house front of layers at different depths. An honest pair is one place on two days: the
camera stands a little elsewhere, the light is another, things and people have moved. A used photo is made of
the very pixels of the earlier one.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QLinearGradient, QPainter, QPolygonF, QRadialGradient, QTransform

WIDTH: Final = 320
HEIGHT: Final = 240
_SMOOTH: Final = Qt.TransformationMode.SmoothTransformation
_STRETCH: Final = Qt.AspectRatioMode.IgnoreAspectRatio


@dataclass(frozen=True)
class Shape:
    """Something in a scene: a form in parts of the picture, its depth (1 near, 0 far) and its colours."""

    kind: str
    place: QRectF
    depth: float
    colours: tuple[QColor, QColor]


def _colour(chance: random.Random, low: int = 30, high: int = 230) -> QColor:
    grey = chance.randint(low, high)
    return QColor(*(min(255, max(0, grey + chance.randint(-25, 25))) for _ in range(3)))


def _shape(chance: random.Random, kinds: tuple[str, ...], largest: float) -> Shape:
    width, height = chance.uniform(0.06, largest), chance.uniform(0.08, largest)
    place = QRectF(chance.uniform(-0.05, 1 - width * 0.8), chance.uniform(0, 1 - height * 0.8), width, height)
    return Shape(chance.choice(kinds), place, chance.uniform(0.1, 1), (_colour(chance), _colour(chance)))


@dataclass(frozen=True)
class Scene:
    """A place: its back wall and what stands in it for good."""

    wall: tuple[QColor, QColor]
    shapes: tuple[Shape, ...]


def scene(seed: int) -> Scene:
    """A place by its number."""
    chance = random.Random(f"scene {seed}")
    kinds = ("box", "box", "oval", "rack", "window")
    shapes = [_shape(chance, kinds, 0.5) for _ in range(chance.randint(7, 14))]
    floor = Shape("box", QRectF(-0.1, chance.uniform(0.7, 0.85), 1.2, 0.5), 0.3,
                  (_colour(chance, 40, 150), _colour(chance, 40, 150)))  # fmt: skip
    shapes = sorted([*shapes, floor], key=lambda one: one.depth)
    return Scene((_colour(chance, 120, 240), _colour(chance, 90, 220)), tuple(shapes))


@dataclass(frozen=True)
class Day:
    """How a place is found: where the camera stands, the light, what moved and who sits there."""

    shift: tuple[float, float] = (0, 0)
    zoom: float = 1.0
    turn: float = 0.0
    light: float = 1.0
    lamp: tuple[float, float] = (0.5, 0.2)
    moved: tuple[Shape, ...] = ()
    person: float | None = None
    noise: int = 0


def some_day(seed: str, *, near: bool = False, person: float | None = None) -> Day:
    """A day by its name; `near`: the worker stands where he stood before, as well as one can."""
    chance = random.Random(f"day {seed}")
    reach = 0.025 if near else 0.07
    return Day(
        shift=(chance.uniform(-reach, reach), chance.uniform(-reach, reach)),
        zoom=1 + chance.uniform(-reach, reach),
        turn=chance.uniform(-2.0, 2.0),
        light=chance.uniform(0.7, 1.15),
        lamp=(chance.uniform(0.1, 0.9), chance.uniform(0, 0.6)),
        moved=tuple(_shape(chance, ("box", "oval", "rack"), 0.2) for _ in range(chance.randint(2, 5))),
        person=person
        if person is not None
        else (chance.uniform(0.2, 0.8) if chance.random() < 0.7 else None),
        noise=chance.randint(1, 1 << 30),
    )


def photograph(place: Scene, day: Day) -> QImage:
    """The place as it is found on a day."""
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    wall = QLinearGradient(0, 0, WIDTH, HEIGHT)
    wall.setColorAt(0, place.wall[0])
    wall.setColorAt(1, place.wall[1])
    painter.fillRect(image.rect(), wall)
    for shape in sorted((*place.shapes, *day.moved), key=lambda one: one.depth):
        _draw(painter, shape, day)
    if day.person is not None:
        _draw_person(painter, day)
    painter.resetTransform()
    glow = QRadialGradient(day.lamp[0] * WIDTH, day.lamp[1] * HEIGHT, WIDTH * 0.8)
    dark = QColor(0, 0, 0, 110)
    glow.setColorAt(0, QColor(255, 240, 210, 50))
    glow.setColorAt(1, dark)
    painter.fillRect(image.rect(), glow)
    if day.light < 1:
        painter.fillRect(image.rect(), QColor(0, 0, 0, round(255 * (1 - day.light))))
    painter.end()
    return grainy(image, day.noise)


def _draw(painter: QPainter, shape: Shape, day: Day) -> None:
    closer = 0.5 + shape.depth
    painter.resetTransform()
    painter.translate(WIDTH * (0.5 + day.shift[0] * closer), HEIGHT * (0.5 + day.shift[1] * closer))
    painter.rotate(day.turn)
    painter.scale(1 + (day.zoom - 1) * closer, 1 + (day.zoom - 1) * closer)
    painter.translate(-WIDTH / 2, -HEIGHT / 2)
    box = QRectF(shape.place.x() * WIDTH, shape.place.y() * HEIGHT,
                 shape.place.width() * WIDTH, shape.place.height() * HEIGHT)  # fmt: skip
    fill = QLinearGradient(box.topLeft(), box.bottomRight())
    fill.setColorAt(0, shape.colours[0])
    fill.setColorAt(1, shape.colours[1])
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    if shape.kind == "oval":
        painter.drawEllipse(box)
        return
    painter.drawRect(box)
    painter.setBrush(shape.colours[1])
    if shape.kind == "rack":
        for at in range(4):
            painter.drawRect(QRectF(box.x(), box.y() + box.height() * at / 4, box.width(), box.height() / 12))
    if shape.kind == "window":
        for left in (0.1, 0.55):
            painter.drawRect(QRectF(box.x() + box.width() * left, box.y() + box.height() * 0.1,
                                    box.width() * 0.35, box.height() * 0.8))  # fmt: skip


def _draw_person(painter: QPainter, day: Day) -> None:
    chance = random.Random(f"person {day.noise}")
    painter.resetTransform()
    at, lean = (day.person or 0) * WIDTH, chance.uniform(-15, 15)
    tall = HEIGHT * chance.uniform(0.5, 0.75)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(50, 60, 95))
    painter.drawPolygon(QPolygonF([
        QPointF(at - tall * 0.22, HEIGHT), QPointF(at - tall * 0.2 + lean, HEIGHT - tall * 0.7),
        QPointF(at + tall * 0.2 + lean, HEIGHT - tall * 0.7), QPointF(at + tall * 0.22, HEIGHT),
    ]))  # fmt: skip
    painter.setBrush(QColor(205, 165, 140))
    painter.drawEllipse(QPointF(at + lean, HEIGHT - tall * 0.85), tall * 0.12, tall * 0.15)


def grainy(image: QImage, seed: int, strength: int = 14) -> QImage:
    """A picture with the grain of a small camera."""
    noise = QImage(random.Random(seed).randbytes(WIDTH * HEIGHT), WIDTH, HEIGHT, WIDTH,
                   QImage.Format.Format_Grayscale8).convertToFormat(QImage.Format.Format_RGB32)  # fmt: skip
    painter = QPainter(image)
    painter.setOpacity(strength / 255)
    painter.drawImage(image.rect(), noise)
    painter.end()
    return image


def sheet(seed: int) -> QImage:
    """A form on paper, photographed: printed lines alike on all of a kind, filled in by hand."""
    chance = random.Random(f"sheet {seed}")
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    image.fill(_colour(chance, 60, 110))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(WIDTH / 2 + chance.uniform(-6, 6), HEIGHT / 2 + chance.uniform(-6, 6))
    painter.rotate(chance.uniform(-2, 2))
    painter.translate(-WIDTH / 2, -HEIGHT / 2)
    light = chance.randint(205, 245)
    painter.fillRect(QRectF(12, 8, WIDTH - 24, HEIGHT - 16), QColor(light, light, light - 8))
    painter.setPen(QColor(70, 70, 80))
    for row in range(30, HEIGHT - 20, 14):
        painter.drawLine(22, row, WIDTH - 22, row)
        for _ in range(chance.randint(1, 5)):
            left = chance.randint(24, WIDTH - 60)
            painter.drawLine(left, row - 5, left + chance.randint(6, 30), row - chance.randint(3, 8))
    painter.end()
    return grainy(image, seed)


# How a used photo is made of an earlier one.


def compressed(image: QImage, chance: random.Random) -> QImage:
    """Smaller, and once more through JPEG."""
    part = chance.uniform(0.4, 0.9)
    small = image.scaled(round(WIDTH * part), round(HEIGHT * part), _STRETCH, _SMOOTH)
    store = QByteArray()
    buffer = QBuffer(store)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    small.save(buffer, "JPEG", chance.randint(25, 70))  # type: ignore[call-overload]
    return QImage.fromData(store)


def brightened(image: QImage, chance: random.Random) -> QImage:
    """Lighter or darker all over."""
    other = QImage(image)
    painter = QPainter(other)
    value = chance.choice((0, 255))
    painter.fillRect(other.rect(), QColor(value, value, value, chance.randint(25, 70)))
    painter.end()
    return compressed(other, chance)


def cropped(image: QImage, chance: random.Random) -> QImage:
    """A part of it, 72 to 96 % of each side."""
    part = chance.uniform(0.72, 0.96)
    width, height = round(WIDTH * part), round(HEIGHT * part)
    left, top = chance.randint(0, WIDTH - width), chance.randint(0, HEIGHT - height)
    return compressed(image.copy(left, top, width, height), chance)


def flipped(image: QImage, chance: random.Random) -> QImage:
    """Mirrored, and a little cut."""
    return cropped(image.flipped(Qt.Orientation.Horizontal), chance)


def from_screen(image: QImage, chance: random.Random) -> QImage:
    """The picture on a screen, photographed: a rim, a slant, stripes, a reflection, grain."""
    rim = chance.uniform(0, 0.06)
    other = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    other.fill(QColor(18, 18, 20))
    painter = QPainter(other)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    flat = QPolygonF([QPointF(0, 0), QPointF(WIDTH, 0), QPointF(WIDTH, HEIGHT), QPointF(0, HEIGHT)])
    slant = QPolygonF([
        QPointF(x * WIDTH + chance.uniform(-0.012, 0.012) * WIDTH,
                y * HEIGHT + chance.uniform(-0.012, 0.012) * HEIGHT)
        for x, y in ((rim, rim), (1 - rim, rim), (1 - rim, 1 - rim), (rim, 1 - rim))
    ])  # fmt: skip
    warp = QTransform()
    if QTransform.quadToQuad(flat, slant, warp):
        painter.setTransform(warp)
    painter.drawImage(0, 0, image)
    painter.resetTransform()
    painter.setPen(QColor(255, 255, 255, 14))
    for row in range(0, HEIGHT, 3):
        painter.drawLine(0, row, WIDTH, row)
    shine = QLinearGradient(0, 0, WIDTH, HEIGHT * chance.uniform(0.2, 1))
    shine.setColorAt(0, QColor(255, 255, 255, chance.randint(0, 40)))
    shine.setColorAt(1, QColor(255, 255, 255, 0))
    painter.fillRect(other.rect(), shine)
    painter.end()
    return compressed(grainy(other, chance.randint(0, 1 << 30)), chance)


USED: Final[dict[str, Callable[[QImage, random.Random], QImage]]] = {
    "compressed": compressed,
    "brightened": brightened,
    "cropped": cropped,
    "mirrored": flipped,
    "from_screen": from_screen,
}


def used_pairs(kind: str, count: int) -> list[tuple[QImage, QImage]]:
    """Earlier photos, each with a used one."""
    pairs = []
    for at in range(count):
        earlier = photograph(scene(at), some_day(f"{at} first"))
        pairs.append((earlier, USED[kind](earlier, random.Random(f"{kind} {at}"))))
    return pairs


def honest_pairs(kind: str, count: int) -> list[tuple[QImage, QImage]]:
    """Photos of two days that nobody used twice, and that look alike for a good reason."""
    return [HONEST[kind](at) for at in range(count)]


def _same_room(at: int) -> tuple[QImage, QImage]:
    return photograph(scene(at), some_day(f"{at} first")), photograph(scene(at), some_day(f"{at} second"))


def _same_stand(at: int) -> tuple[QImage, QImage]:
    first, second = some_day(f"{at} first", near=True), some_day(f"{at} second", near=True)
    return photograph(scene(at), first), photograph(scene(at), second)


def _still_room(at: int) -> tuple[QImage, QImage]:
    """The hardest: nobody there and nothing moved; the camera and the light alone are a little different."""
    days = [replace(some_day(f"{at} still {nth}", near=True), moved=(), person=None) for nth in range(2)]
    lamp = (days[0].lamp[0] + 0.1, days[0].lamp[1])
    return photograph(scene(at), days[0]), photograph(scene(at), replace(days[1], lamp=lamp))


def _same_person(at: int) -> tuple[QImage, QImage]:
    first = some_day(f"{at} first", near=True, person=0.45)
    second = some_day(f"{at} second", near=True, person=0.55)
    return photograph(scene(at), first), photograph(scene(at), second)


def _dark(at: int) -> tuple[QImage, QImage]:
    days = [some_day(f"{at} dark {nth}") for nth in range(2)]
    dark = [replace(day, light=0.06) for day in days]
    return photograph(scene(at), dark[0]), photograph(scene(at), dark[1])


def _two_sheets(at: int) -> tuple[QImage, QImage]:
    return sheet(2 * at), sheet(2 * at + 1)


def _same_sheet(at: int) -> tuple[QImage, QImage]:
    first = sheet(at)
    return first, grainy(first.transformed(QTransform().rotate(1.0)).copy(3, 3, WIDTH, HEIGHT), at)


def _bare_wall(at: int) -> tuple[QImage, QImage]:
    place = scene(at)
    bare = Scene(place.wall, place.shapes[:2])
    return (photograph(bare, some_day(f"{at} first", near=True)),
            photograph(bare, some_day(f"{at} second", near=True)))  # fmt: skip


def _strangers(at: int) -> tuple[QImage, QImage]:
    return photograph(scene(at), some_day(f"{at} a")), photograph(scene(100_000 + at), some_day(f"{at} b"))


HONEST: Final[dict[str, Callable[[int], tuple[QImage, QImage]]]] = {
    "same_room_other_day": _same_room,
    "same_stand": _same_stand,
    "still_room": _still_room,
    "same_person_other_pose": _same_person,
    "bare_wall": _bare_wall,
    "dark": _dark,
    "two_forms": _two_sheets,
    "same_form_again": _same_sheet,
    "strangers": _strangers,
}
