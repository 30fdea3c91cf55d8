"""Preferences of this machine that hold nothing personal: needed before anything is unlocked."""

import enum
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

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


TEXT_SCALES: Final = (1.0, 1.2, 1.4, 1.75)


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the program looks and when it locks. `auto_lock_minutes` 0 means only by hand."""

    language: Language = Language.ZH
    text_scale: float = 1.0
    theme: ThemeChoice = ThemeChoice.SYSTEM
    auto_lock_minutes: int = 10


def load(root: Path) -> Preferences:
    """Preferences of a data folder; anything unreadable falls back to its default."""
    try:
        values: dict[str, Any] = dict(json.loads((root / _FILE).read_text(encoding="utf-8")))
        scale = float(values.get("text_scale", 1.0))
        return Preferences(
            language=Language(values.get("language", Language.ZH)),
            text_scale=min(TEXT_SCALES, key=lambda one: abs(one - scale)),
            theme=ThemeChoice(values.get("theme", ThemeChoice.SYSTEM)),
            auto_lock_minutes=max(0, int(values.get("auto_lock_minutes", 10))),
        )
    except (OSError, ValueError, TypeError):
        return Preferences()


def save(root: Path, preferences: Preferences) -> None:
    """Keep preferences; a failure is the caller's to show (OSError)."""
    half_done = root / f"{_FILE}.part"
    half_done.write_text(json.dumps(asdict(preferences), indent=1), encoding="utf-8")
    half_done.replace(root / _FILE)
