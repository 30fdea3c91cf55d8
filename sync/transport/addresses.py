"""Which server addresses a device accepts (transport layer)."""

import ipaddress
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from fieldapp.domain.errors import SyncError

_LOCAL_NAMES: Final = frozenset({"localhost"})


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """Where the county's server is and how to get there.

    `ca_file` is a PEM file of the authorities to trust ('' = the shipped list), `proxy` an http(s) URL
    ('' = none; environment variables never count). `plain_http` allows http beyond this machine, for
    counties whose server stands in their own closed network.
    """

    url: str
    ca_file: str = ""
    proxy: str = ""
    plain_http: bool = False


def checked_base(address: ServerAddress) -> str:
    """The base of all request URLs, without a slash at its end.

    Raises SyncError("bad_server_url") for anything but plain http(s) addresses: other schemes, a user
    name inside, a query, or http where it would leave the machine unprotected.
    """
    try:
        parts = urlsplit(address.url.strip())
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise SyncError("bad_server_url") from None
    odd = parts.username is not None or parts.password is not None or parts.query or parts.fragment
    if parts.scheme not in ("http", "https") or not host or odd:
        raise SyncError("bad_server_url")
    if parts.scheme == "http" and not (address.plain_http or is_loopback(host)):
        raise SyncError("bad_server_url", why="https_needed")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def checked_proxy(address: ServerAddress) -> dict[str, str]:
    """The proxy table for requests. This machine is always reached directly."""
    if not address.proxy or is_loopback(urlsplit(address.url).hostname or ""):
        return {}
    parts = urlsplit(address.proxy)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SyncError("bad_proxy_url")
    return {"http": address.proxy, "https": address.proxy}


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine."""
    if host.lower() in _LOCAL_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
