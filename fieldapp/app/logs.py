"""The device's log: rotating, without personal data, and the crash file beside it."""

import faulthandler
import json
import logging
import re
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final

_NUMBERS: Final = re.compile(r"\d{11,}[Xx]?")
_OURS: Final = ("fieldapp", "sync", "ui")


class RedactingFormatter(logging.Formatter):
    """One JSON object a line; long digit runs (ID, phone, bank numbers) are blanked as a last guard."""

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "message": _NUMBERS.sub("#", record.getMessage()),
        }
        if record.exc_info and record.exc_info[0] is not None:
            entry["error"] = record.exc_info[0].__name__
            entry["at_code"] = _frames(record.exc_info[2])
        return json.dumps(entry, ensure_ascii=False)


class _LogFile(logging.Handler):
    """A rotating file, opened with the first record: few starts have one before the first paint, and the
    standard module for it loads sockets and pickle, which is felt there."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file: logging.Handler | None = None

    def emit(self, record: logging.LogRecord) -> None:
        try:
            file = self._file or self._open()
        except OSError:  # a full disk, a folder that is gone: what was to be done goes on
            self.handleError(record)
        else:
            file.emit(record)

    def _open(self) -> logging.Handler:
        from logging.handlers import RotatingFileHandler

        file = RotatingFileHandler(self._path, maxBytes=1_000_000, backupCount=3, encoding="utf-8")
        file.setFormatter(RedactingFormatter())
        self._file = file
        return file

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        super().close()


def _frames(trace: TracebackType | None) -> str:
    """Where an error happened: files and lines only, since messages may hold what a person typed."""
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"{Path(code.co_filename).name}:{trace.tb_lineno}:{code.co_name}")
        trace = trace.tb_next
    return " < ".join(reversed(places[-12:]))


def start(root: Path, *, debug: bool = False) -> Callable[[], None]:
    """Log into `root/logs`, catch what nobody caught, and leave a trace of hard crashes.

    Returns the way to end that.
    """
    folder = root / "logs"
    folder.mkdir(parents=True, exist_ok=True)
    target = _LogFile(folder / "fieldapp.log")
    loggers = [logging.getLogger(name) for name in _OURS]
    for logger in loggers:
        logger.addHandler(target)
        logger.setLevel(logging.DEBUG if debug else logging.INFO)
    crashes = (folder / "crash.txt").open("a", encoding="utf-8")
    faulthandler.enable(crashes)
    hooks = sys.excepthook, threading.excepthook
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(
        args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
    )

    def stop() -> None:
        sys.excepthook, threading.excepthook = hooks
        faulthandler.disable()
        crashes.close()
        for logger in loggers:
            logger.removeHandler(target)
        target.close()

    return stop


def _log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    logging.getLogger("fieldapp.bug").critical("uncaught error", exc_info=(kind, error, trace))
