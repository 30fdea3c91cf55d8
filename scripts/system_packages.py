"""Name the Debian packages this machine lacks: shared libraries, fonts and programs. Standard library only.

Prints one package per line; exit code 0 in any case. `scripts/setup.sh` installs or names them.
"""

import argparse
import ctypes
import importlib.util
import os
import shutil
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path
from typing import Final

POSTGRESQL_ROOT: Final = Path("/usr/lib/postgresql")

# What `import PySide6.QtWidgets`, offscreen drawing and QtMultimedia load.
QT_LIBRARIES: Final = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libpulse.so.0": "libpulse0",
    "libXrandr.so.2": "libxrandr2",  # without it: "No QtMultimedia backends found", and no camera
}

# What the xcb platform plugin loads; Qt blames xcb-cursor0 whichever is missing.
WINDOW_LIBRARIES: Final = {
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
}

CHINESE_FONT: Final = "fonts-noto-cjk"


def loads(library: str) -> bool:
    """Whether the dynamic linker finds and loads `library` with all that it needs itself."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_libraries(table: dict[str, str]) -> list[str]:
    """The packages of those libraries of `table` that do not load."""
    return [package for library, package in table.items() if not loads(library)]


def has_chinese_font() -> bool:
    """Whether fontconfig, which Qt asks too, knows a font for Simplified Chinese."""
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return False
    for function in ("FcNameParse", "FcObjectSetCreate", "FcFontList"):
        getattr(fontconfig, function).restype = ctypes.c_void_p
    pattern = ctypes.c_void_p(fontconfig.FcNameParse(b":lang=zh-cn"))
    fonts = fontconfig.FcFontList(None, pattern, ctypes.c_void_p(fontconfig.FcObjectSetCreate()))
    return fonts is not None and ctypes.cast(fonts, ctypes.POINTER(ctypes.c_int))[0] > 0


def venv_package() -> str | None:
    """The package without which Debian's Python makes no virtual environment; None where none is lacking."""
    inside_one = sys.prefix != sys.base_prefix
    if inside_one or importlib.util.find_spec("ensurepip"):
        return None
    return f"python{sys.version_info.major}.{sys.version_info.minor}-venv"


def has_postgresql() -> bool:
    """Whether the tests can start a PostgreSQL of their own, or were given one."""
    return bool(
        os.environ.get("TEST_DATABASE_URL")
        or shutil.which("initdb")
        or list(POSTGRESQL_ROOT.glob("*/bin/initdb"))
    )


def python_library_package() -> str | None:
    """The package of the shared libpython, which PyInstaller bundles; None where it is present."""
    name = str(sysconfig.get_config_var("INSTSONAME") or "")
    beside = Path(str(sysconfig.get_config_var("LIBDIR") or "")) / name
    if loads(name) or (name.endswith(".so.1.0") and beside.exists()):
        return None
    return f"libpython{sys.version_info.major}.{sys.version_info.minor}"


def missing_to_run(has_display: bool) -> list[str]:
    """Packages the app needs: without a display the window libraries are not asked for."""
    package = venv_package()
    missing = [package] if package else []
    missing += missing_libraries(QT_LIBRARIES)
    if has_display:
        missing += missing_libraries(WINDOW_LIBRARIES)
    if not has_chinese_font():
        missing.append(CHINESE_FONT)
    return missing


def missing_to_develop() -> list[str]:
    """Packages that tests and the frozen build need on top of missing_to_run."""
    programs = {
        "Xvfb": "xvfb",
        "xauth": "xauth",
        "objdump": "binutils",
        "chromium": "chromium",
        "chromedriver": "chromium-driver",
    }
    missing = [package for program, package in programs.items() if shutil.which(program) is None]
    if not has_postgresql():
        missing.append("postgresql")
    library = python_library_package()
    return [*missing, library] if library else missing


def unique(names: Iterable[str]) -> list[str]:
    """`names` without repeats, in order."""
    return list(dict.fromkeys(names))


def main() -> None:
    """Print what is missing for the given purpose."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=["run", "dev"])
    purpose = parser.parse_args().purpose
    if sys.platform != "linux":
        return  # the Qt wheels for Windows and macOS bring all they need
    if purpose == "run":
        has_display = bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
        missing = missing_to_run(has_display)
    else:
        missing = missing_to_run(has_display=True) + missing_to_develop()
    print("\n".join(unique(missing)))


if __name__ == "__main__":
    main()
