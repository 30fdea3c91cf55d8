"""Addresses a device accepts."""

import pytest

from fieldapp.domain.errors import SyncError
from sync.transport.addresses import ServerAddress, checked_base, checked_proxy


@pytest.mark.parametrize(
    ("url", "base"),
    [
        ("https://county.example", "https://county.example"),
        (" https://county.example/ ", "https://county.example"),
        ("https://county.example:8443/fieldapp/", "https://county.example:8443/fieldapp"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("http://localhost:8787", "http://localhost:8787"),
        ("http://[::1]:8787", "http://[::1]:8787"),
    ],
)
def test_proper_addresses_become_a_base(url: str, base: str) -> None:
    assert checked_base(ServerAddress(url)) == base


@pytest.mark.parametrize(
    "url",
    [
        "", "county.example", "//county.example", "file:///etc/hosts", "ftp://county.example", "https://",
        "https://user@county.example", "https://user:pw@county.example", "https://county.example/?a=1",
        "https://county.example/#a", "https://county.example:99999", "https://[::1", "javascript:alert(1)",
        "http://county.example", "http://10.1.2.3", "http://127.0.0.1.county.example",
        "http://localhost.county.example",
    ],
)  # fmt: skip
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(SyncError, match=r"^bad_server_url"):
        checked_base(ServerAddress(url))


def test_plain_http_in_a_closed_network_needs_the_setting() -> None:
    assert checked_base(ServerAddress("http://10.1.2.3:8787", plain_http=True)) == "http://10.1.2.3:8787"
    with pytest.raises(SyncError):
        checked_base(ServerAddress("http://user@10.1.2.3", plain_http=True))


def test_proxy_is_used_for_all_but_this_machine() -> None:
    both = {"http": "http://proxy.example:3128", "https": "http://proxy.example:3128"}
    assert checked_proxy(ServerAddress("https://a.example", proxy="http://proxy.example:3128")) == both
    assert checked_proxy(ServerAddress("http://127.0.0.1:1", proxy="http://proxy.example:3128")) == {}
    assert checked_proxy(ServerAddress("https://a.example")) == {}
    with pytest.raises(SyncError, match=r"^bad_proxy_url$"):
        checked_proxy(ServerAddress("https://a.example", proxy="socks5://proxy.example"))
