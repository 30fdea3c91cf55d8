"""Preferences of this machine that hold nothing personal: needed before anything is unlocked."""

import enum
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

T = TypeVar("T")
_FILE: Final = "preferences.json"


class Language(enum.StrEnum):
    """Languages of the screens."""

    ZH = "zh"
    EN = "en"


class ThemeChoice(enum.StrEnum):
    """Light, dark or as the system says."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


TEXT_SCALES: Final = (1.0, 1.2, 1.4, 1.75, 2.0)


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the program looks, when it locks, and whether photos wait for a network that costs nothing by the
    megabyte. `auto_lock_minutes` 0 means only by hand."""

    language: Language = Language.ZH
    text_scale: float = 1.0
    theme: ThemeChoice = ThemeChoice.SYSTEM
    auto_lock_minutes: int = 10
    photos_unmetered_only: bool = False


def load(root: Path) -> Preferences:
    """Preferences of a data folder; anything unreadable falls back to its default."""
    try:
        values: dict[str, Any] = dict(json.loads((root / _FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Preferences()
    return Preferences(
        language=_read(values, "language", Language, Language.ZH),
        text_scale=_read(values, "text_scale", _nearest_scale, 1.0),
        theme=_read(values, "theme", ThemeChoice, ThemeChoice.SYSTEM),
        auto_lock_minutes=_read(values, "auto_lock_minutes", lambda minutes: max(0, int(minutes)), 10),
        photos_unmetered_only=_read(values, "photos_unmetered_only", bool, False),
    )


def _read(values: dict[str, Any], name: str, read: Callable[[Any], T], default: T) -> T:
    """One value by itself: what a newer program wrote differently must not cost the others."""
    try:
        return read(values[name])
    except (KeyError, ValueError, TypeError, OverflowError):
        return default


def _nearest_scale(value: Any) -> float:
    return min(TEXT_SCALES, key=lambda one: abs(one - float(value)))


def save(root: Path, preferences: Preferences) -> None:
    """Keep preferences; a failure is the caller's to show (OSError)."""
    half_done = root / f"{_FILE}.part"
    half_done.write_text(json.dumps(asdict(preferences), indent=1), encoding="utf-8")
    half_done.replace(root / _FILE)
