"""Logs as one JSON object a line: time, level, logger, message and facts."""

import logging
import sys
from typing import Final

import orjson

from fieldapp.domain.clock import Clock, instant_text

FACTS: Final = "facts"


class JsonLines(logging.Formatter):
    """Formats records as JSON. Exceptions show their type only: their text may quote personal values."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "at": instant_text(self._clock()),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, FACTS, {}),
        }
        if record.exc_info and record.exc_info[0] is not None:
            line["exception"] = record.exc_info[0].__name__
        return orjson.dumps(line).decode()


def log_to_stderr(clock: Clock, level: int = logging.INFO) -> None:
    """Send all logs of the program to stderr as JSON lines."""
    out = logging.StreamHandler(sys.stderr)
    out.setFormatter(JsonLines(clock))
    root = logging.getLogger()
    root.handlers[:] = [out]
    root.setLevel(level)
    for chatty in ("uvicorn.access", "sqlalchemy", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
