"""Converts workbooks in a process of its own, with limits of time and memory (level S).

Foreign files meet readers written for friendly ones. What runs away or falls over there is ended there,
and told as a problem of the file.
"""

import contextlib
import dataclasses
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import orjson

from server.xlsform.conversion import Conversion, convert_workbook
from server.xlsform.problems import Problem, Severity
from server.xlsform.workbook import LIMITS

SECONDS: Final = 60.0
MEMORY_BYTES: Final = 1536 * 1024 * 1024
"""Address space of the process where the system can limit it; the largest real forms need a quarter."""


def convert_file(path: Path, attachments: Mapping[str, bytes] | None = None) -> Conversion:
    """Convert the workbook at a path; one that is too big is refused before it is read."""
    try:
        if path.stat().st_size > LIMITS.file_bytes:
            limit = str(LIMITS.file_bytes // 1024 // 1024)
            return Conversion((Problem("file_too_big", facts={"limit_mb": limit}),))
        content = path.read_bytes()
    except OSError:
        return Conversion((Problem("file_unreadable"),))
    return convert_apart(content, attachments)


def convert_apart(
    content: bytes, attachments: Mapping[str, bytes] | None = None, *, seconds: float = SECONDS
) -> Conversion:
    """Convert a workbook in another process and wait for it, `seconds` at most."""
    files = attachments or {}
    head = {
        "workbook": len(content),
        "files": [[name, len(file)] for name, file in files.items()],
        "seconds": seconds,
        "checked_without_files": attachments is None,
    }
    request = b"".join([orjson.dumps(head), b"\n", content, *files.values()])
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "server.xlsform.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # a traceback may quote cells
        env=environment,
    )
    try:
        answer, _ = process.communicate(request, timeout=seconds)
    except subprocess.TimeoutExpired:
        return Conversion((Problem("conversion_too_long", facts={"seconds": f"{seconds:g}"}),))
    finally:
        process.kill()
        process.communicate()
    try:
        return _conversion(orjson.loads(answer))
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
        return Conversion((Problem("conversion_failed"),))


def _conversion(plain: dict[str, object]) -> Conversion:
    problems = plain.pop("problems")
    languages, files, converted = (plain.pop(name) for name in ("languages", "files", "converted"))
    assert isinstance(problems, list)
    assert isinstance(languages, list)
    assert isinstance(files, list)
    made = [Problem(**{**each, "severity": Severity(each["severity"])}) for each in problems]
    texts = {name: str(value) for name, value in plain.items()}
    return Conversion(
        tuple(made), languages=tuple(languages), files=tuple(files), converted=bool(converted), **texts
    )


def _plain(conversion: Conversion) -> dict[str, object]:
    problems = [
        {each.name: getattr(problem, each.name) for each in dataclasses.fields(problem)}
        for problem in conversion.problems
    ]
    own = {each.name: getattr(conversion, each.name) for each in dataclasses.fields(conversion)}
    return {**own, "problems": problems}


def _limit(seconds: float) -> None:
    """Let the system end what our own limits miss. Windows has only the parent's clock."""
    if sys.platform != "win32":
        import resource

        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
            resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 2))


def main() -> None:
    """The other process: one request from stdin, one answer to stdout."""
    head = orjson.loads(sys.stdin.buffer.readline())
    _limit(float(head["seconds"]))
    content = sys.stdin.buffer.read(head["workbook"])
    files = {name: sys.stdin.buffer.read(size) for name, size in head["files"]}
    try:
        made = convert_workbook(content, None if head["checked_without_files"] else files)
    except MemoryError:
        made = Conversion((Problem("conversion_too_big"),))
    sys.stdout.buffer.write(orjson.dumps(_plain(made)))


if __name__ == "__main__":
    main()
