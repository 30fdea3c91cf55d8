"""Fixtures of every test: deterministic time and ids, and no unexpected warning in our logs."""

import logging
import os
import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import settings

from fieldapp.domain.ids import IdSource, uuid7_source
from tests.determinism import MovableClock

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A slow machine is no counter-example.
settings.register_profile("patient", deadline=None)
settings.load_profile("patient")

pytest_plugins = ["tests.object_storage", "tests.postgres"]

PACKAGES = ("fieldapp", "sync", "server", "ui")


@pytest.fixture
def clock() -> MovableClock:
    """The test's time, standing at tests.determinism.START until it is moved."""
    return MovableClock()


@pytest.fixture
def random_bytes() -> Callable[[int], bytes]:
    """Bytes that are the same in every run."""
    return random.Random(0).randbytes


@pytest.fixture
def ids(clock: MovableClock, random_bytes: Callable[[int], bytes]) -> IdSource:
    """Record ids that are the same in every run."""
    return uuid7_source(clock, random_bytes)


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


def _belongs(logger_name: str, prefixes: tuple[str, ...]) -> bool:
    return any(logger_name == prefix or logger_name.startswith(f"{prefix}.") for prefix in prefixes)


@pytest.fixture(autouse=True)
def _no_unexpected_warnings(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test whose code under test logged a warning or worse that the test did not allow.

    The collector sits on our own top loggers, so it also sees what propagation is switched off for,
    and what other threads log.
    """
    collector = _Collector()
    loggers = [logging.getLogger(name) for name in PACKAGES]
    for logger in loggers:
        logger.addHandler(collector)
    yield
    for logger in loggers:
        logger.removeHandler(collector)
    allowed = tuple(prefix for mark in request.node.iter_markers("allow_log") for prefix in mark.args)
    unexpected = [record for record in collector.records if not _belongs(record.name, allowed)]
    if unexpected:
        lines = [f"  {r.levelname} {r.name}: {r.getMessage()}" for r in unexpected]
        pytest.fail("\n".join(["unexpected log records (see the allow_log marker):", *lines]), pytrace=False)
