"""Keeps requests that a policy describes away from where they have no business: unnamed hosts and private networks."""

import ipaddress
import socket
from collections.abc import Collection

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver

_CARRYING = tuple(
    map(
        ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
    )
)
"""Where the last 32 bits are an IPv4 address: compatible and mapped ones (RFC 4291, 2.5.5), translated ones (RFC 2765,
RFC 6052, RFC 8215)."""


class HostRefusedError(OSError, ValueError):
    """A host that is not spoken to; the message says why."""


def require_allowed(host: str, hosts: Collection[str], private_hosts: Collection[str]) -> None:
    """Refuse a host that the policy does not name, and a private address that it does not name as one.

    Raises HostRefusedError.
    """
    if host not in hosts:
        message = f"the host {host} is not among the `hosts` of the policy"
        raise HostRefusedError(message)
    if host not in private_hosts and _is_private(host):
        message = f"{host} is an address in a private network: name it under `private_hosts` if that is meant"
        raise HostRefusedError(message)


class PublicAddresses(AbstractResolver):
    """Looks names up and drops what is not public, at the moment of connecting, so that a name cannot change in between."""

    def __init__(self, private_hosts: Collection[str], names: AbstractResolver | None = None) -> None:
        self._private_hosts = private_hosts
        self._resolver = names or DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Give the addresses of a host that may be spoken to.

        Raises HostRefusedError where there is none.
        """
        found = await self._resolver.resolve(host, port, family)
        allowed = [each for each in found if host in self._private_hosts or not _is_private(each["host"])]
        if not allowed:
            message = f"{host} is in a private network: name it under `private_hosts` if that is meant"
            raise HostRefusedError(message)
        return allowed

    async def close(self) -> None:
        """Let go of what looks names up."""
        await self._resolver.close()


def _is_private(host: str) -> bool:
    """Whether a numeric address is not public; a name is not numeric, and is looked at once it is resolved."""
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        # 6to4 is routed no more (RFC 7526); releases of Python differ on whether it is public.
        if address.sixtofour is not None:
            return True
        within = _within(address)
    else:
        within = None
    return not address.is_global or address.is_multicast or (within is not None and not within.is_global)


def _within(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Give the IPv4 address that an IPv6 address leads to, if it does."""
    if any(address in network for network in _CARRYING):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
