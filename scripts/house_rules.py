"""The house rules no general linter knows; `make check` runs them. Standard library only.

Each rule is a function from one checked file (or the whole tree) to offences. Printing and the random
module are ruff's business (T20, TID251), layers are import-linter's.
"""

import ast
import contextlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]

BANNED_WORDS: Final = {"manager", "helper", "helpers", "util", "utils", "misc", "handler", "handlers"}
BANNED_MODULES: Final = {"common"}  # as a part of a name it may be meant: common passphrases
ALLOWED_NAMES: Final = {"exception_handler", "get_route_handler"}  # HTTP's words

ERROR_CLASSES: Final = {
    "FieldappError",
    "RuleError",
    "NotAllowedError",
    "StorageError",
    "DatabaseTooNewError",
    "SyncError",
    "FormDefinitionError",
}
MESSAGES: Final = ("resources/i18n/zh/messages.toml", "resources/i18n/en/messages.toml")

HAN: Final = r"[\u3400-\u4dbf\u4e00-\u9fff]"
HALF_WIDTH: Final = re.compile(rf"{HAN}\s?[,;:?!]\s?(?={HAN})")

# Assembled, so that this file does not name them itself.
PLACES: Final = re.compile(
    "|".join(
        [
            r"(?<![\w.)])/" + r"root/",
            r"(?<![\w.])/" + r"work/",
            r"(?<![\w.])/home/" + r"(?!user\b|nobody\b|fieldapp\b)\w+/",
            r"[A-Z]:\\Users\\",
            r"files\.python" + r"hosted\.org",
            r"https?://[\w.-]*(?:py" + r"pi|arti" + r"factory|ne" + r"xus|dev" + r"pi)[\w.-]*[/:]",
            r"--(?:extra-)?index" + r"-url[= ]+\S*://",
        ]
    )
)


@dataclass(frozen=True)
class Offence:
    """Where a rule is broken, and what to do."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Source:
    """One tracked text file; `path` is relative to the root, with slashes."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """The syntax tree of a Python file."""
        return ast.parse(self.text)


def _words(name: str) -> set[str]:
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", name)}


def banned_names(source: Source) -> Iterator[Offence]:
    """Modules, classes and functions are named after what they do for the domain."""
    module = Path(source.path).stem
    if module in BANNED_MODULES or _words(module) & BANNED_WORDS:
        yield Offence(source.path, 1, f"module name {module!r} says nothing: name what it holds")
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if _words(node.name) & BANNED_WORDS and node.name not in ALLOWED_NAMES:
            yield Offence(source.path, node.lineno, f"name {node.name!r} says nothing: name what it does")


def half_width_punctuation(source: Source) -> Iterator[Offence]:
    """Between Han characters stands full-width punctuation, in what a worker reads."""
    for line, text in _texts(source):
        found = HALF_WIDTH.search(text)
        if found:
            yield Offence(source.path, line, f"half-width punctuation between Han characters: {found[0]!r}")


def _texts(source: Source) -> Iterator[tuple[int, str]]:
    """Line and text of everything shown to people: string literals of Python, all lines of other files."""
    if not source.path.endswith(".py"):
        yield from enumerate(source.text.splitlines(), start=1)
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def hidden_translations(source: Source) -> Iterator[Offence]:
    """What collects the sentences to translate does not look inside f-strings: they would stay Chinese."""
    for text in (node for node in ast.walk(source.tree) if isinstance(node, ast.JoinedStr)):
        for call in (node for node in ast.walk(text) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name in ("tr", "translate"):
                yield Offence(source.path, call.lineno, "a sentence inside an f-string is never translated")


def machine_places(source: Source) -> Iterator[Offence]:
    """The repository names no path of one machine and no package index."""
    for number, line in enumerate(source.text.splitlines(), start=1):
        found = PLACES.search(line)
        if found:
            yield Offence(
                source.path, number, f"names a place of one machine or a package index: {found[0]!r}"
            )


def raised_codes(source: Source) -> Iterator[tuple[str, int]]:
    """Code and line of every error this file makes with a literal code."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        code = node.args[0]
        if name in ERROR_CLASSES and isinstance(code, ast.Constant) and isinstance(code.value, str):
            yield code.value, node.lineno


def missing_sentences(sources: Iterable[Source], messages: dict[str, str]) -> Iterator[Offence]:
    """Every error code has its sentence in every language; `messages` maps each file's path to its text."""
    known = {path: _codes(tomllib.loads(text)) for path, text in messages.items()}
    for source in sources:
        for code, line in raised_codes(source):
            for path in (path for path, codes in known.items() if code not in codes):
                yield Offence(source.path, line, f"error code {code!r} has no sentence in {path}")


def _codes(table: dict[str, object]) -> set[str]:
    """The codes of a messages file; sections only group them."""
    codes: set[str] = set()
    for key, value in table.items():
        if isinstance(value, dict):
            codes |= _codes(value) | {key}
        else:
            codes.add(key)
    return codes


OUR_CODE: Final = ("fieldapp/", "sync/", "server/", "ui/", "bench/", "scripts/", "tests/")
SHOWN: Final = ("ui/", "resources/i18n/")


def _is_code(path: str, folders: tuple[str, ...]) -> bool:
    return path.endswith(".py") and path.startswith(folders)


PER_FILE: Final[list[tuple[Callable[[Source], Iterator[Offence]], Callable[[str], bool]]]] = [
    (banned_names, lambda path: _is_code(path, OUR_CODE)),
    (half_width_punctuation, lambda path: path.startswith(SHOWN)),
    (hidden_translations, lambda path: _is_code(path, ("ui/",))),
    (machine_places, lambda path: True),
]


def tracked_sources(root: Path) -> list[Source]:
    """The text files git tracks or would track."""
    listing = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=True,
    )
    sources = []
    for path in filter(None, listing.stdout.split("\0")):
        file = root / path
        if file.is_file():  # a deleted file stays listed until the deletion is staged
            with contextlib.suppress(UnicodeDecodeError):  # pictures, workbooks
                sources.append(Source(path, file.read_text(encoding="utf-8")))
    return sources


def offences(sources: list[Source]) -> list[Offence]:
    """All offences of a tree, in order of file and line."""
    found = [
        offence
        for source in sources
        for rule, concerns in PER_FILE
        if concerns(source.path)
        for offence in rule(source)
    ]
    code = [source for source in sources if _is_code(source.path, OUR_CODE[:4])]
    messages = {source.path: source.text for source in sources if source.path in MESSAGES}
    found += missing_sentences(code, messages)
    return sorted(found, key=lambda offence: (offence.path, offence.line, offence.message))


def main() -> int:
    """Check the whole tree; exit code 1 with one line per offence."""
    found = offences(tracked_sources(ROOT))
    for offence in found:
        print(offence)
    print(f"House rules: {len(found)} offences." if found else "House rules kept.")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
