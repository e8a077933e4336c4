"""The server that a client talks to, and which addresses belong to it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from yarl import URL

from bot.ci.http.resolver import require_allowed

_SAFE_URL = re.compile(r"[!-~]+")
"""No spaces, line ends or characters outside ASCII: unencoded, they could forge a request's first line."""


@dataclass(frozen=True, slots=True)
class Peer:
    """The server that a client talks to; `product` is what people call it.

    Paths are added to `root`, and `headers` go with every request. `redact` takes secrets out of texts that people will see.
    With `hosts` only those are contacted, and an address inside a private network only if its host is among
    `private_hosts`. Without `hosts` only `root` is contacted, as the policy names it.
    """

    name: str
    root: str
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    redact: Callable[[str], str] = str
    hosts: frozenset[str] | None = None
    private_hosts: frozenset[str] = frozenset()
    product: str = "the CI"
    credentials: str = "the token"

    def url(self, path: str) -> URL:
        """Return the address of a path or an address.

        Raises ValueError if it is not one, or not on an allowed host.
        """
        address = self.root.rstrip("/") + path if path.startswith("/") else path
        url = URL(address, encoded=True)
        if not _SAFE_URL.fullmatch(address) or url.scheme not in {"http", "https"} or not url.host:
            raise ValueError("this is not an address that can be requested")
        if self.hosts is not None:
            require_allowed(url.host, self.hosts, self.private_hosts)
        elif url.origin() != URL(self.root, encoded=True).origin():
            raise ValueError(f"{url.host} is not the host of {self.name}")
        return url

    def redirected(self, url: URL, location: str) -> URL | None:
        """Return where a redirect of a read leads; None if it must not be followed.

        Only inside the origin, as its headers carry a token, and never for an API that the policy describes with its `hosts`.
        """
        if self.hosts is not None or not location:
            return None
        try:
            target = url.join(URL(location, encoded=True))
            return self.url(str(target)) if target.origin() == url.origin() else None
        except ValueError:
            return None
