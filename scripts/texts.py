"""The English words of the screens: `make texts` brings the catalogue up to date and compiles it.

`lupdate` reads the Chinese source strings out of `ui/`, new ones stand in the catalogue as unfinished and
want a translation by hand; `lrelease` makes of it what the program loads. Nothing runs at the program's side.
"""

import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
CATALOGUE: Final = ROOT / "resources" / "i18n" / "en" / "en.ts"
COMPILED: Final = CATALOGUE.with_suffix(".qm")

SLOT: Final = re.compile(r"{(\w+)(?::[^{}]*)?}")
DATE: Final = re.compile(r"(?:[年月日\s]|{\d})*[年月](?:[年月日\s]|{\d})*")
"""A pattern of a day or a month: languages with named months leave out the number and take the name."""


@dataclass(frozen=True)
class Entry:
    """A source string and its translation; more than one form where words are inflected by number."""

    context: str
    source: str
    forms: tuple[str, ...]
    finished: bool

    def faults(self) -> list[str]:
        """What is wrong with the translation."""
        if not self.finished or not all(self.forms):
            return ["not translated"]
        if DATE.fullmatch(self.source):
            return []  # which slots a date needs, only its words can show
        wanted = set(SLOT.findall(self.source))
        return [f"slots differ: {form!r}" for form in self.forms if set(SLOT.findall(form)) != wanted]

    def __str__(self) -> str:
        return f"{self.context}: {self.source}"


def read(catalogue: Path) -> list[Entry]:
    """The entries of a catalogue."""
    return [
        _entry(context.findtext("name", ""), message)
        for context in ET.parse(catalogue).iter("context")  # noqa: S314 - our own file
        for message in context.iter("message")
    ]


def _entry(context: str, message: ET.Element) -> Entry:
    translation = message.find("translation")
    if translation is None:
        return Entry(context, message.findtext("source", ""), (), finished=False)
    forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
    finished = translation.get("type") is None
    return Entry(context, message.findtext("source", ""), tuple(forms), finished)


def sources(root: Path = ROOT) -> list[Path]:
    """The files with source strings, in a fixed order."""
    return sorted((root / "ui").rglob("*.py"))


def update(catalogue: Path, files: Sequence[Path]) -> None:
    """Bring a catalogue up to date: new strings come in unfinished, strings that are gone leave it."""
    where = ("-locations", "none", "-source-language", "zh_CN", "-target-language", "en")
    _run(
        "lupdate",
        *map(str, files),
        "-no-obsolete",
        "-disable-heuristic",
        "similartext",
        *where,
        "-ts",
        catalogue,
    )


def compile_catalogue(catalogue: Path, target: Path) -> None:
    """Make of a catalogue what QTranslator loads."""
    _run("lrelease", catalogue, "-qm", target)


def _run(tool: str, *arguments: str | Path) -> None:
    program = Path(sys.executable).parent / f"pyside6-{tool}"
    done = subprocess.run(
        [program, *arguments], capture_output=True, text=True, check=False, encoding="utf-8"
    )
    if done.returncode:
        raise SystemExit(f"{tool} failed:\n{done.stdout}{done.stderr}")


def main() -> int:
    """Update and compile; 1 where translations are missing or wrong."""
    update(CATALOGUE, sources())
    compile_catalogue(CATALOGUE, COMPILED)
    entries = read(CATALOGUE)
    wrong = [f"{entry}  ({fault})" for entry in entries for fault in entry.faults()]
    sys.stdout.write("\n".join([*wrong, f"{len(entries)} texts, {len(wrong)} to mend\n"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
