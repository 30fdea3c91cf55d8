"""Fixtures: the fork server and a county to copy for runs, and those of the sync stories for fixed cases."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.county import build
from tests.chaos.nursery import Nursery
from tests.integration.conftest import founded_sqlite
from tests.integration.sync.conftest import aide, colleague, county, proxy

__all__ = ["aide", "colleague", "county", "founded_sqlite", "proxy"]


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """The process that forks devices and servers."""
    with Nursery() as running:
        yield running


@pytest.fixture(scope="module")
def template(nursery: Nursery, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A county with enrolled tablets, to be copied."""
    folder = tmp_path_factory.mktemp("template")
    build(folder, nursery)
    return folder
