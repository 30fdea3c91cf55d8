"""The look as data: colours, type, sizes and text scale, and how they reach the running program. Layer 5.

Nothing else in `ui` names a colour or a font size. A widget that paints or sizes itself calls
`follow(self, self._restyle)`; it is restyled at once and again whenever the worker changes the look.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from enum import IntEnum, StrEnum
from pathlib import Path
from string import Template
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication, QWidget

STYLE_SHEET: Final = Path(__file__).parents[1] / "resources" / "styles" / "app.qss"

# Windows, then Noto/Source Han of UOS, Kylin and Debian, then the small font of the build machines.
FONT_FAMILIES: Final = (
    "Microsoft YaHei UI",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "Source Han Sans CN",
    "Noto Sans SC",
    "WenQuanYi Micro Hei",
)


class StatusKind(StrEnum):
    """The five status colours; always shown together with words."""

    OK = "ok"
    WARN = "warn"
    DANGER = "danger"
    INFO = "info"
    MUTE = "mute"


class TextRole(StrEnum):
    """The steps of the type scale."""

    CAPTION = "caption"
    BODY = "body"
    STRONG = "strong"
    CARD_TITLE = "card_title"
    SECTION = "section"
    PAGE_TITLE = "page_title"
    FIGURE = "figure"


class TextScale(IntEnum):
    """Text size in percent; body text is 17, 20, 24, 30 or 34 logical pixels."""

    NORMAL = 100
    LARGE = 120
    LARGER = 140
    HUGE = 175
    LARGEST = 200


# (logical pixels at 100 %, weight)
TYPE_SCALE: Final[dict[TextRole, tuple[int, QFont.Weight]]] = {
    TextRole.CAPTION: (15, QFont.Weight.Normal),
    TextRole.BODY: (17, QFont.Weight.Normal),
    TextRole.STRONG: (17, QFont.Weight.DemiBold),
    TextRole.CARD_TITLE: (19, QFont.Weight.DemiBold),
    TextRole.SECTION: (20, QFont.Weight.DemiBold),
    TextRole.PAGE_TITLE: (26, QFont.Weight.Bold),
    TextRole.FIGURE: (34, QFont.Weight.Bold),
}

# Smallest side of anything tappable. 175 % needs more than 60 or its letters touch the frame.
TARGETS: Final[dict[TextScale, int]] = {
    TextScale.NORMAL: 48,
    TextScale.LARGE: 52,
    TextScale.LARGER: 60,
    TextScale.HUGE: 68,
    TextScale.LARGEST: 76,
}
ELDER_TARGET: Final = 60

STYLE_ARGUMENTS: Final = ("-style", "fusion")
"""For the QApplication: the style that the style sheet is written for. Asking for it by argument spares
the start what `QApplication.setStyle` costs, a Python type for every style that Qt brings."""

RADIUS_CONTROL: Final = 10
RADIUS_CARD: Final = 14
WIDE_FROM: Final = 1000  # logical pixels at 100 %: from here on the rail arrangement


@dataclass(frozen=True, slots=True)
class StatusPair:
    """Ink on tint; the ink alone is also readable on `surface`."""

    ink: str
    tint: str


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour of one theme."""

    dark: bool
    bg: str
    surface: str
    sunken: str
    line: str
    border: str
    ink: str
    ink_2: str
    ink_3: str
    primary: str
    primary_hover: str
    primary_press: str
    primary_soft: str
    on_primary: str
    rail: str
    rail_ink: str
    rail_selected: str
    rail_selected_ink: str
    accent: str
    focus: str
    bar_past: str
    toast: str
    toast_ink: str
    toast_action: str
    ok: StatusPair
    warn: StatusPair
    danger: StatusPair
    info: StatusPair
    mute: StatusPair
    # The same by day and night: the one filled red (急难上报), what is drawn over photos, on avatars and on
    # signature paper.
    alarm: str = "#B3261E"
    alarm_lit: str = "#8E1B15"
    alarm_ink: str = "#FFFFFF"
    photo_strip: str = "#B3000000"
    photo_ink: str = "#FFFFFF"
    avatar_ink: str = "#FFFFFF"
    paper: str = "#FFFFFF"
    paper_ink: str = "#1A211E"
    paper_line: str = "#828B83"
    avatars: tuple[str, ...] = (
        "#0F6B5C",
        "#8A4B00",
        "#1F5A93",
        "#7A3E72",
        "#5C5B1C",
        "#3E5A3A",
        "#8C2F39",
        "#44507A",
    )

    def status(self, kind: StatusKind) -> StatusPair:
        """The ink and tint of a status."""
        pair: StatusPair = getattr(self, kind.value)
        return pair


LIGHT: Final = Tokens(
    dark=False,
    bg="#F4F5F3",
    surface="#FFFFFF",
    sunken="#ECEEEA",
    line="#D5D9D3",
    border="#828B83",
    ink="#1A211E",
    ink_2="#4A5550",
    ink_3="#626C67",
    primary="#0F6B5C",
    primary_hover="#0C5A4D",
    primary_press="#094A40",
    primary_soft="#DCEFEA",
    on_primary="#FFFFFF",
    rail="#12312B",
    rail_ink="#D9E6E1",
    rail_selected="#1E4B42",
    rail_selected_ink="#FFFFFF",
    accent="#C2571A",
    focus="#0B57D0",
    bar_past="#8FC7BA",
    toast="#1A211E",
    toast_ink="#FFFFFF",
    toast_action="#8FD9C8",
    ok=StatusPair("#1B6E3A", "#E2F3E6"),
    warn=StatusPair("#8A4B00", "#FDF0D9"),
    danger=StatusPair("#B3261E", "#FBE5E2"),
    info=StatusPair("#1F5A93", "#E2EEF9"),
    mute=StatusPair("#55605B", "#E9ECE8"),
)

DARK: Final = Tokens(
    dark=True,
    bg="#121715",
    surface="#1C2320",
    sunken="#28302D",
    line="#36403C",
    border="#87938D",
    ink="#EEF2F0",
    ink_2="#C0CAC5",
    ink_3="#9DA9A3",
    primary="#5CC4AE",
    primary_hover="#74D0BC",
    primary_press="#8FDBCA",
    primary_soft="#1A3B34",
    on_primary="#06231D",
    rail="#0C1412",
    rail_ink="#D9E6E1",
    rail_selected="#1E4B42",
    rail_selected_ink="#FFFFFF",
    accent="#F0935A",
    focus="#8AB8FF",
    bar_past="#2F6F62",
    toast="#EEF2F0",
    toast_ink="#1A211E",
    toast_action="#0F6B5C",
    ok=StatusPair("#7FD69B", "#173524"),
    warn=StatusPair("#F2BE6B", "#3B2A10"),
    danger=StatusPair("#FFA399", "#45201D"),
    info=StatusPair("#93C2F2", "#16304A"),
    mute=StatusPair("#B9C3BE", "#2B3330"),
)


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours and sizes in force. Sizes are logical pixels, already scaled with the text."""

    colors: Tokens = LIGHT
    scale: TextScale = TextScale.NORMAL
    elder: bool = False
    motion: bool = True

    @property
    def target(self) -> int:
        """Smallest side of anything tappable."""
        return max(TARGETS[self.scale], ELDER_TARGET if self.elder else 0)

    @property
    def icon(self) -> int:
        """Side of an icon beside body text."""
        return self.px(24)

    @property
    def wide_from(self) -> int:
        """Window width from which the rail arrangement fits; larger text needs a wider window."""
        return self.px(WIDE_FROM)

    def px(self, at_100: int) -> int:
        """Scale a length that belongs to text (icons, avatars, columns); gaps stay on the 4-px grid."""
        return round(at_100 * self.scale / 100)

    def color(self, hex_name: str) -> QColor:
        """Token text to QColor."""
        return QColor(hex_name)

    def font(self, role: TextRole, *, tabular: bool = False) -> QFont:
        """The font of a type step; `tabular` gives all digits one width, for columns and figures."""
        pixels, weight = TYPE_SCALE[role]
        font = QFont(QApplication.font())
        font.setPixelSize(self.px(pixels))
        font.setWeight(weight)
        if tabular:
            font.setFeature(QFont.Tag.fromString("tnum"), 1)
        return font

    def style_values(self) -> dict[str, str]:
        """All slots of the style sheet template."""
        values: dict[str, str] = {}
        for name, value in asdict(self.colors).items():
            if isinstance(value, str):
                values[name] = value
            elif isinstance(value, dict):
                values[name] = value["ink"]
                values[f"{name}_tint"] = value["tint"]
        for role, (pixels, weight) in TYPE_SCALE.items():
            values[f"{role.value}_px"] = f"{self.px(pixels)}px"
            values[f"{role.value}_weight"] = str(weight.value)
        values["target"] = f"{self.target - 2}px"  # style sheet heights leave the 1-px frame out
        values["row"] = f"{self.target}px"
        values["scrollbar"] = f"{max(12, self.px(12))}px"
        values["control_radius"] = f"{RADIUS_CONTROL}px"
        values["card_radius"] = f"{RADIUS_CARD}px"
        return values


def with_elder_mode(theme: Theme, on: bool) -> Theme:
    """长辈模式: 140 % text at least and 60-px targets; switching it off returns to 100 %."""
    if on:
        return replace(theme, elder=True, scale=max(theme.scale, TextScale.LARGER))
    return replace(theme, elder=False, scale=TextScale.NORMAL)


_SOURCE: Final = "fieldapp_theme"


class ThemeSource(QObject):
    """Owned by the application; says what the theme is and when it has changed.

    Signals: changed(Theme), after style sheet and palette are in place.
    """

    changed = Signal(object)

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self.theme = Theme()


def source() -> ThemeSource:
    """The theme source of the running application (made on first use)."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        raise RuntimeError("a QApplication must exist before widgets are themed")
    # Not found as a child: looking through the children makes a Python type of each, 6 ms at the start.
    found = app.property(_SOURCE)
    if isinstance(found, ThemeSource):
        return found
    made = ThemeSource(app)
    app.setProperty(_SOURCE, made)
    return made


def current() -> Theme:
    """The theme in force."""
    return source().theme


def follow(widget: QWidget, restyle: Callable[[Theme], None]) -> None:
    """Call `restyle` (a bound method of `widget`) now and after every change, as long as it lives."""
    themes = source()
    themes.changed.connect(restyle)
    restyle(themes.theme)


def apply(app: QApplication, theme: Theme) -> None:
    """Put a theme in force, live: font, palette, style sheet, then every following widget."""
    themes = source()
    themes.theme = theme
    app.setFont(base_font(theme))
    app.setPalette(palette(theme.colors))
    app.setStyleSheet(style_sheet(theme))
    themes.changed.emit(theme)


def base_font(theme: Theme) -> QFont:
    """Body text in the first Chinese families this computer has."""
    families = [name for name in FONT_FAMILIES if QFontDatabase.hasFamily(name)]
    font = QFont()
    if families:
        font.setFamilies(families)
    font.setPixelSize(theme.px(TYPE_SCALE[TextRole.BODY][0]))
    return font


def style_sheet(theme: Theme) -> str:
    """The filled style sheet; an unknown slot in the template is a KeyError."""
    return Template(STYLE_SHEET.read_text("utf-8")).substitute(theme.style_values())


def palette(colors: Tokens) -> QPalette:
    """The palette for what the style sheet does not reach (text cursors, selections, native views)."""
    role = QPalette.ColorRole
    result = QPalette()
    for which, name in (
        (role.Window, colors.bg),
        (role.WindowText, colors.ink),
        (role.Base, colors.surface),
        (role.AlternateBase, colors.sunken),
        (role.Text, colors.ink),
        (role.Button, colors.surface),
        (role.ButtonText, colors.ink),
        (role.PlaceholderText, colors.ink_3),
        (role.Highlight, colors.primary),
        (role.HighlightedText, colors.on_primary),
        (role.ToolTipBase, colors.toast),
        (role.ToolTipText, colors.toast_ink),
        (role.Link, colors.primary),
        (role.Mid, colors.line),
    ):
        result.setColor(which, QColor(name))
    for which in (role.WindowText, role.Text, role.ButtonText):
        result.setColor(QPalette.ColorGroup.Disabled, which, QColor(colors.ink_3))
    return result


def repolish(widget: QWidget) -> None:
    """Let a changed dynamic property take effect in the style sheet."""
    style = widget.style()
    style.unpolish(widget)
    style.polish(widget)
    widget.update()


def set_flag(widget: QWidget, name: str, value: bool | str) -> None:
    """Set a dynamic property that the style sheet selects on, repolishing only on a real change."""
    if (widget.property(name) or False) != (value or False):
        widget.setProperty(name, value)
        repolish(widget)
