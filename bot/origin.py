"""From where a request came: which way in, and from which address; it goes along with whatever is done for the request.

Behind a proxy the address is the one that a proxy which is trusted by name has seen: anybody can write X-Forwarded-For.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TypeAlias

Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

WAYS = ("command", "button", "form", "shortcut", "event", "slack", "api", "claim", "webhook", "shiproom")
"""What people type, click, submit, choose for a message and cause otherwise in Slack, and what is refused before that is known;
what programs, runs and CIs send; and what nobody sent: clock and polls."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A way in, of WAYS, and the address that used it."""

    via: str = "shiproom"
    source: str = ""
    token: str = ""
    """The name of the API token, if there is one."""

    path: str = ""
    """What was asked for over HTTP."""


NOBODY = Origin()
"""The origin of what no request caused."""

_current: ContextVar[Origin] = ContextVar("origin", default=NOBODY)
_trusted: list[Network] = []


def current() -> Origin:
    """Return where what is done now came from."""
    return _current.get()


def came_from(peer: str, forwarded: Sequence[str], path: str) -> None:
    """Note the address of a request: of its connection, or as a trusted proxy passes it on in X-Forwarded-For."""
    _current.set(Origin(source=source_of(peer, forwarded, _trusted), path=path))


def came_via(way: str, token: str = "") -> None:
    """Note the way in of the request that is handled now."""
    _current.set(replace(_current.get(), via=way, token=token))


def trust(networks: Iterable[Network]) -> None:
    """Take what these proxies say of the address of a request."""
    _trusted[:] = networks


def read_networks(written: str) -> list[Network] | str:
    """Read addresses and networks between commas; return the first word that is none."""
    found: list[Network] = []
    for word in filter(None, (each.strip() for each in written.split(","))):
        try:
            found.append(ipaddress.ip_network(word, strict=False))
        except ValueError:
            return word
    return found


def source_of(peer: str, forwarded: Sequence[str], trusted: Sequence[Network]) -> str:
    """Return the nearest address that is no trusted proxy; each proxy adds whom it was asked by at the end."""
    at = _address(peer)
    if at is None:
        return ""
    for hop in reversed([each for line in forwarded for each in line.split(",")]):
        if not any(at.version == each.version and at in each for each in trusted):
            break
        before = _address(hop.strip())
        if before is None:
            break
        at = before
    return str(at)


def _address(written: str) -> _Address | None:
    """Read an address, with a port or not; one of IPv4 that is written as one of IPv6 is the same."""
    bare = written.partition("%")[0]
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        found = ipaddress.ip_address(bare)
    except ValueError:
        return None
    return (found.ipv4_mapped or found) if isinstance(found, ipaddress.IPv6Address) else found
