"""The one rule for what leaves through a proxy: Slack, its sockets, response_url, CIs and issuers of tokens.

HTTPS_PROXY, HTTP_PROXY and NO_PROXY are read as curl reads them (its manual, "Proxies" and `--noproxy`), in capitals or not;
the spelling in small letters wins. What is on this machine is never reached through a proxy.
"""

import ipaddress
import os
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

_DEFAULT_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}
_NAMES = {"http": "HTTP_PROXY", "ws": "HTTP_PROXY", "https": "HTTPS_PROXY", "wss": "HTTPS_PROXY"}
PROXY_NAMES = ("HTTPS_PROXY", "HTTP_PROXY")


def proxy_for(url: str, environ: Mapping[str, str] | None = None) -> str | None:
    """Return the address of the proxy that leads to an address; None if it is reached directly."""
    variables = os.environ if environ is None else environ
    target = urlsplit(url)
    name = _NAMES.get(target.scheme)
    host = (target.hostname or "").rstrip(".")
    if name is None or not host or _is_loopback(host):
        return None
    proxy = _read(variables, name)
    port = target.port or _DEFAULT_PORTS[target.scheme]
    if not proxy or any(_matches(host, port, each) for each in _exceptions(variables)):
        return None
    return _with_scheme(proxy)


def proxy_hosts(environ: Mapping[str, str] | None = None) -> frozenset[str]:
    """Return the hosts of the proxies themselves."""
    variables = os.environ if environ is None else environ
    found = (_split(_with_scheme(_read(variables, name))) for name in PROXY_NAMES)
    return frozenset(each.hostname for each in found if each is not None and each.hostname)


def proxy_secrets(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the passwords of the proxies, which no log may show."""
    found = (_split(_with_scheme(_read(environ, name))) for name in PROXY_NAMES)
    return tuple(each.password for each in found if each is not None and each.password)


def proxy_faults(environ: Mapping[str, str]) -> list[str]:
    """Return a sentence for each proxy that cannot be used."""
    faults: list[str] = []
    for name in PROXY_NAMES:
        written = _read(environ, name)
        proxy = _split(_with_scheme(written)) if written else None
        if written and (proxy is None or proxy.scheme not in {"http", "https"} or not proxy.hostname):
            faults.append(
                f"{name} is not understood: write the proxy's address as http://proxy.example.org:3128 "
                "(SOCKS proxies are not supported), or unset it."
            )
    return faults


def without_password(proxy: str) -> str:
    """Return a proxy's address as people may read it."""
    split = urlsplit(proxy)
    return f"{split.scheme}://{split.netloc.rpartition('@')[2]}"


def through(url: str) -> str:
    """Return which proxy leads to an address, in words; empty if none does."""
    proxy = proxy_for(url)
    return "" if proxy is None else f" through the proxy {without_password(proxy)}"


def _read(environ: Mapping[str, str], name: str) -> str:
    return (environ.get(name.lower()) or environ.get(name) or "").strip()


def _with_scheme(proxy: str) -> str:
    return proxy if not proxy or "://" in proxy else f"http://{proxy}"


def _split(url: str) -> SplitResult | None:
    try:
        split = urlsplit(url)
        split.port  # noqa: B018 - raises ValueError for a port that is no number
    except ValueError:
        return None
    return split


def _exceptions(environ: Mapping[str, str]) -> list[str]:
    return _read(environ, "NO_PROXY").replace(",", " ").split()


def _matches(host: str, port: int, exception: str) -> bool:
    """Return whether a host is excepted: by its name, the end of it, its address, its network, or by `*`."""
    if exception == "*":
        return True
    name, colon, wanted = exception.rpartition(":")
    if colon and wanted.isdigit() and (":" not in name or name.endswith("]")):
        if int(wanted) != port:
            return False
        exception = name
    exception = exception.strip("[]").rstrip(".").lower()
    if (address := _address(host)) is not None:
        return _contains(exception, address)
    suffix = exception.removeprefix("*").lstrip(".")
    return bool(suffix) and (host == suffix or host.endswith(f".{suffix}"))


def _contains(network: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return None


def _is_loopback(host: str) -> bool:
    address = _address(host)
    if address is None:
        return host == "localhost" or host.endswith(".localhost")
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return address.is_loopback or (mapped is not None and mapped.is_loopback)
