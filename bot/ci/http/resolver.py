"""Keeps requests described by a policy from unnamed hosts and private networks."""

import ipaddress
import socket
from collections.abc import Collection

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import DefaultResolver
from yarl import URL

from bot.proxies import proxy_for, proxy_hosts

_IPV4_EMBEDDING = tuple(
    map(
        ipaddress.IPv6Network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")
    )
)
"""Networks whose addresses end in an IPv4 address.

Compatible and mapped ones (RFC 4291, 2.5.5), and translated ones (RFC 2765, RFC 6052, RFC 8215).
"""


class HostRefusedError(OSError, ValueError):
    """A host that must not be contacted; the message says why."""


def require_allowed(host: str, hosts: Collection[str], private_hosts: Collection[str]) -> None:
    """Refuse a host that the policy does not name, or a private address not named as one.

    Raises HostRefusedError.
    """
    if host not in hosts:
        message = f"the host {host} is not among the `hosts` of the policy"
        raise HostRefusedError(message)
    if host not in private_hosts and _is_private(host):
        message = f"{host} is an address in a private network: name it under `private_hosts` if that is meant"
        raise HostRefusedError(message)


NOT_CONNECTED = (
    HostRefusedError,
    aiohttp.ClientConnectorError,
    aiohttp.ConnectionTimeoutError,
    aiohttp.ClientHttpProxyError,  # only CONNECT raises it: a refusal by the proxy before anything was sent through it
    aiohttp.InvalidURL,
)
"""The errors after which a request has certainly not left."""


async def proxy_to(url: URL, hosts: Collection[str] | None, private_hosts: Collection[str]) -> str | None:
    """Return the proxy that leads to an address, if one does, after checking the hosts that a policy describes.

    Raises HostRefusedError.
    """
    proxy = proxy_for(str(url))
    if proxy is not None and hosts is not None:
        await require_public(url.host or "", private_hosts)
    return proxy


def resolver_for(hosts: frozenset[str], private_hosts: frozenset[str]) -> "PublicAddresses":
    """Return the resolver of a session; the proxies' own addresses may be private, unless a policy describes them as hosts."""
    return PublicAddresses(private_hosts | (proxy_hosts() - hosts))


async def require_public(host: str, private_hosts: Collection[str]) -> None:
    """Refuse a host that is to be reached through a proxy if it is private, or if that cannot be known here.

    The proxy resolves the name once more, and could find another address: what is known here is all that can be checked.
    Raises HostRefusedError.
    """
    if host in private_hosts:
        return
    addresses = PublicAddresses(private_hosts)
    try:
        await addresses.resolve(host)
    except HostRefusedError:
        raise
    except OSError as error:
        message = f"{host} cannot be resolved here, and is behind a proxy: name it under `private_hosts` if that is meant"
        raise HostRefusedError(message) from error
    finally:
        await addresses.close()


class PublicAddresses(AbstractResolver):
    """Resolves names and drops private addresses.

    It runs at the moment of connecting, so a name cannot change in between.
    """

    def __init__(self, private_hosts: Collection[str], names: AbstractResolver | None = None) -> None:
        self._private_hosts = private_hosts
        self._resolver = names or DefaultResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a host that may be contacted.

        Raises HostRefusedError if there is none.
        """
        found = await self._resolver.resolve(host, port, family)
        allowed = [each for each in found if host in self._private_hosts or not _is_private(each["host"])]
        if not allowed:
            message = f"{host} is in a private network: name it under `private_hosts` if that is meant"
            raise HostRefusedError(message)
        return allowed

    async def close(self) -> None:
        """Close the resolver."""
        await self._resolver.close()


def _is_private(host: str) -> bool:
    """Return whether a numeric address is private.

    A name is not numeric; it is checked once it is resolved.
    """
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        # 6to4 is no longer routed (RFC 7526); releases of Python differ on whether it is public.
        if address.sixtofour is not None:
            return True
        embedded = _embedded_ipv4(address)
    else:
        embedded = None
    return not address.is_global or address.is_multicast or (embedded is not None and not embedded.is_global)


def _embedded_ipv4(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address inside an IPv6 address, if there is one."""
    if any(address in network for network in _IPV4_EMBEDDING):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
