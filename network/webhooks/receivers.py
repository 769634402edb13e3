"""Where a message may go: a coordinator's address must not become a way into our own network.

The name is looked up once, every address that it has is judged, and the message goes to one that was
judged: a name that answers differently the second time leads nowhere else.
"""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from network.webhooks.enums import Failure
from network.webhooks.models import LONGEST_URL

LOCALHOST = frozenset({"localhost", "127.0.0.1", "::1"})
LOOPBACK = [ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")]
NAT64 = ipaddress.ip_network("64:ff9b::/96")
Address = IPv4Address | IPv6Address


class Unreachable(Exception):
    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True)
class Receiver:
    """A checked address in its parts; `target` is what stands in the first line of the request."""

    tls: bool
    host: str
    port: int
    target: str

    @property
    def host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.tls else 80) else f"{name}:{self.port}"


def receiver_at(url: str) -> Receiver:
    """Raises ValidationError on what is no address, isn't https, holds a password, or names an internal network."""
    if len(url) > LONGEST_URL or not url.isascii() or not url.isprintable() or " " in url or "\\" in url:
        raise ValidationError(_("Write an address such as https://example.org/hook."), code="invalid")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or port == 0:
        raise ValidationError(_("Write an address such as https://example.org/hook."), code="invalid")
    if parts.username is not None or parts.password is not None:
        raise ValidationError(_("Write the address without a name or a password in it."), code="password")
    local = settings.WEBHOOKS_LOCALHOST and host in LOCALHOST
    if parts.scheme == "http" and not local:
        raise ValidationError(_("The address must begin with https://."), code="https")
    literal = _literal(host)
    if (literal is not None and not is_allowed(literal)) or (host == "localhost" and not local):
        raise ValidationError(_("This address is on an internal network."), code="internal")
    tls = parts.scheme == "https"
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Receiver(tls, host, port or (443 if tls else 80), target)


def _literal(host: str) -> Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def is_allowed(address: Address) -> bool:
    """Whether a message may go there: a public address, or one that the settings let through by name."""
    inner = _within(address)
    if inner is not None:
        return is_allowed(inner)
    allowed = [ipaddress.ip_network(one) for one in settings.WEBHOOKS_ALLOWED_NETWORKS]
    if settings.WEBHOOKS_LOCALHOST:
        allowed += LOOPBACK
    if any(address in network for network in allowed if network.version == address.version):
        return True
    return address.is_global and not address.is_multicast and not address.is_reserved


def _within(address: Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 one stands for."""
    if isinstance(address, IPv4Address):
        return None
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)


def addresses_of(receiver: Receiver) -> list[Address]:
    """Look the name up, once. Raises Unreachable when it has no address, or a single one that is internal."""
    try:
        found = socket.getaddrinfo(receiver.host, receiver.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Unreachable(Failure.UNKNOWN_HOST) from None
    addresses = list(dict.fromkeys(ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found))
    if not addresses:
        raise Unreachable(Failure.UNKNOWN_HOST)
    if not all(is_allowed(one) for one in addresses):
        raise Unreachable(Failure.FORBIDDEN_ADDRESS)
    return addresses
