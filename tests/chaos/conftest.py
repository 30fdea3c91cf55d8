"""Fixtures of the fixed cases: those of the sync stories."""

from tests.integration.sync.conftest import aide, colleague, county, proxy

__all__ = ["aide", "colleague", "county", "proxy"]
