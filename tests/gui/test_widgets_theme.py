"""The token tables keep their promises: contrast, scales, live restyling, one home for colours."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication

from ui import icons
from ui import theme as look
from ui.theme import DARK, LIGHT, StatusKind, TextRole, TextScale, Theme, Tokens
from ui.widgets.avatar import avatar_color, surname
from ui.widgets.buttons import Button, ButtonKind, IconButton

ROOT = Path(__file__).parents[2]
THEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]
GROUNDS = ("bg", "surface", "sunken")


def _luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colors", THEMES)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["ink", "ink_2", "ink_3"])
def test_text_on_every_ground_reaches_4_5(colors: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(colors, ink), getattr(colors, ground)) >= 4.5


@pytest.mark.parametrize("colors", THEMES)
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("primary", "surface"),
        ("primary", "bg"),
        ("primary", "primary_soft"),
        ("ink", "primary_soft"),
        ("on_primary", "primary"),
        ("on_primary", "primary_hover"),
        ("on_primary", "primary_press"),
        ("rail_ink", "rail"),
        ("rail_selected_ink", "rail_selected"),
        ("toast_ink", "toast"),
        ("toast_action", "toast"),
        ("paper_ink", "paper"),
    ],
)
def test_text_on_coloured_ground_reaches_4_5(colors: Tokens, ink: str, ground: str) -> None:
    assert contrast(getattr(colors, ink), getattr(colors, ground)) >= 4.5


@pytest.mark.parametrize("colors", THEMES)
@pytest.mark.parametrize("kind", list(StatusKind))
def test_status_ink_is_readable_on_tint_and_surface(colors: Tokens, kind: StatusKind) -> None:
    pair = colors.status(kind)
    assert contrast(pair.ink, pair.tint) >= 5.4
    assert contrast(pair.ink, colors.surface) >= 4.5


@pytest.mark.parametrize("colors", THEMES)
def test_borders_focus_and_marks_reach_3(colors: Tokens) -> None:
    for name in ("border", "focus", "accent"):
        for ground in ("bg", "surface"):
            assert contrast(getattr(colors, name), getattr(colors, ground)) >= 3, (name, ground)
    assert contrast(colors.border, colors.sunken) >= 3
    assert contrast(colors.paper_line, colors.paper) >= 3
    assert all(contrast(colors.avatar_ink, ground) >= 4.5 for ground in colors.avatars)


def test_no_colour_is_named_outside_the_theme() -> None:
    sources = [*ROOT.glob("ui/widgets/**/*.py"), ROOT / "ui" / "icons.py", look.STYLE_SHEET]
    named = re.compile(r"#[0-9A-Fa-f]{6,8}\b|GlobalColor\.(?!transparent)")
    found = {path.name: named.findall(path.read_text("utf-8")) for path in sources}
    assert {name: colours for name, colours in found.items() if colours} == {}


@pytest.mark.parametrize(
    ("scale", "body", "target"),
    [(100, 17, 48), (120, 20, 52), (140, 24, 60), (175, 30, 68), (200, 34, 76)],
)
def test_scale_gives_the_sizes_of_the_norm(qapp: QApplication, scale: int, body: int, target: int) -> None:
    theme = Theme(scale=TextScale(scale))
    assert theme.font(TextRole.BODY).pixelSize() == body
    assert theme.target == target
    assert all(theme.font(role).pixelSize() >= 15 for role in TextRole)


def test_elder_mode_enlarges_text_and_targets_and_goes_back() -> None:
    elder = look.with_elder_mode(Theme(), True)
    assert (elder.scale, elder.target >= 60) == (TextScale.LARGER, True)
    assert replace(Theme(), elder=True).target == 60
    assert look.with_elder_mode(elder, False) == Theme()


def test_style_sheet_fills_every_slot(qapp: QApplication) -> None:
    for colors in (LIGHT, DARK):
        assert "$" not in look.style_sheet(Theme(colors))


def test_apply_restyles_living_widgets_at_once(qapp: QApplication, theme: Theme) -> None:
    button = Button("开始走访", ButtonKind.PRIMARY, icon="check")
    small = button.sizeHint()
    look.apply(qapp, replace(theme, scale=TextScale.LARGEST))
    assert button.sizeHint().height() >= 68
    assert button.sizeHint().width() > small.width()
    assert button.iconSize().height() == 22 * 2
    look.apply(qapp, theme)
    assert button.sizeHint() == small


def test_apply_does_not_call_widgets_that_are_gone(qapp: QApplication, theme: Theme) -> None:
    button = Button("取消")
    button.deleteLater()
    qapp.sendPostedEvents(None, 52)  # QEvent.DeferredDelete
    look.apply(qapp, replace(theme, colors=DARK))


def test_tappable_controls_are_as_large_as_a_target(theme: Theme) -> None:
    for button in (Button("好"), Button("好", ButtonKind.TEXT), IconButton("x", "关闭")):
        assert button.sizeHint().height() >= theme.target
        assert button.minimumSizeHint().width() >= theme.target


def test_icons_are_all_drawable_and_take_the_colour(qapp: QApplication) -> None:
    for path in icons.ICON_FOLDER.glob("*.svg"):
        image = icons.pixmap(path.stem, "#123456", 24, 2.0).toImage()
        assert (image.width(), image.devicePixelRatio()) == (48, 2.0)
        inked = [
            image.pixelColor(x, y).name()
            for x in range(48)
            for y in range(48)
            if image.pixelColor(x, y).alpha() == 255
        ]
        assert set(inked) == {"#123456"}, path.stem


def test_icons_named_in_sources_are_shipped() -> None:
    shipped = {path.stem for path in icons.ICON_FOLDER.glob("*.svg")}
    quoted = re.compile(r'(?:icon=|IconButton\(|IconMark\(|set_mark\(|set_icon\()"([a-z0-9-]+)"')
    used = {name for path in ROOT.glob("ui/**/*.py") for name in quoted.findall(path.read_text("utf-8"))}
    assert used - shipped == set()
    assert (icons.ICON_FOLDER / "LICENSE").is_file()


def test_avatar_keeps_its_colour_and_double_surnames(theme: Theme) -> None:
    assert avatar_color("h-17", theme) == avatar_color("h-17", replace(theme, colors=DARK))
    assert len({avatar_color(f"h-{i}", theme) for i in range(64)}) == len(theme.colors.avatars)
    assert [surname(name) for name in ("王甲", "欧阳丁", " 陈丙一家", "")] == ["王", "欧阳", "陈", ""]


def test_void_calls_keep_the_reference_count_of_none(qapp: QApplication) -> None:
    """PySide6 6.12.0 loses one reference of None per call and aborts after some thousand (ADR on the pin)."""
    import sys

    pixmap, thing = QPixmap(8, 8), QObject()
    painter = QPainter(pixmap)
    before = sys.getrefcount(None)
    for _ in range(1000):
        painter.setPen(Qt.GlobalColor.black)
        thing.setObjectName("x")
    after = sys.getrefcount(None)
    painter.end()
    assert before - after <= 50
