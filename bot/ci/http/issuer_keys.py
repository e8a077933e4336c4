"""The public keys of a token issuer: discovered, cached, and read again on rotation."""

import asyncio
import ipaddress
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from yarl import URL

from bot.ci.http.client import CiClient, Peer
from bot.ci.run import TemporarilyUnavailableError, UnauthenticatedError
from bot.clock import Clock

if TYPE_CHECKING:
    import jwt

log = logging.getLogger("shiproom.ci")

KEEP_FOR = 600.0
"""How many seconds keys are used before they are read again."""

ROTATION_PAUSE = 60.0
"""The shortest time in seconds between two reloads because of an unknown key id."""

ERROR_PAUSE = 5.0
"""How many seconds an issuer that did not answer is left alone."""

MOST_KEYS = 100
SHORTEST_RSA = 2048
"""Bits; RFC 7518, section 3.3: "A key of size 2048 bits or larger MUST be used"."""

_ALGORITHMS = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}
"""The one algorithm that a key may be used with, by its type and its curve."""


def require_safe(issuer: str) -> URL:
    """Return an issuer's address if it is safe to fetch keys from.

    That is https, or http on this machine only, since whoever answers there decides which keys count. Raises ValueError.
    """
    url = URL(issuer)
    if not url.host or url.user or url.query_string or url.fragment:
        raise ValueError("an issuer of tokens is an address without a user, a query or a fragment")
    if url.scheme != "https" and not (url.scheme == "http" and _is_loopback(url.host)):
        raise ValueError("an issuer of tokens must be reached by https")
    return url


class IssuerKeys:
    """The keys of one issuer, by their ids."""

    def __init__(self, issuer: str, clock: Clock) -> None:
        self._issuer = issuer
        self._origin = require_safe(issuer).origin()
        self._clock = clock
        self._client = CiClient(Peer(f"the issuer {issuer}", issuer.rstrip("/")), clock)
        self._keys: Mapping[str, jwt.PyJWK] = {}
        self._read_at = self._reloaded_at = self._failed_at = float("-inf")
        self._lock = asyncio.Lock()

    async def get(self, name: str) -> "jwt.PyJWK":
        """Return a key by its id.

        Raises UnauthenticatedError if the issuer has no such key, TemporarilyUnavailableError if that cannot be determined now.
        """
        async with self._lock:
            if self._since(self._read_at) >= KEEP_FOR:
                await self._read()
            elif name not in self._keys:
                await self._reload_for_rotation()
        key = self._keys.get(name)
        if key is None:
            raise UnauthenticatedError("the token names a key that its issuer does not have")
        return key

    async def _reload_for_rotation(self) -> None:
        """Read the keys again because of an unknown key id.

        OpenID Connect Core 1.0, 10.1.1: an unfamiliar key id is how a verifier learns that keys were rotated.
        """
        if self._since(self._reloaded_at) < ROTATION_PAUSE:
            raise TemporarilyUnavailableError("the keys of the issuer are looked up again in a minute")
        self._reloaded_at = self._clock.monotonic()
        await self._read()

    async def _read(self) -> None:
        if self._since(self._failed_at) < ERROR_PAUSE:
            raise TemporarilyUnavailableError("the keys of the issuer could not be read a moment ago")
        try:
            self._keys = _usable_keys(await self._document(await self._jwks_url()))
        except (TemporarilyUnavailableError, asyncio.CancelledError):
            self._failed_at = self._clock.monotonic()
            raise
        self._read_at = self._clock.monotonic()

    async def _jwks_url(self) -> str:
        """Discover the address of the keys.

        OpenID Connect Discovery 1.0, 4.3: the document must name the very issuer that it was requested from.
        """
        found = await self._document("/.well-known/openid-configuration")
        address = found.get("jwks_uri")
        if found.get("issuer") != self._issuer or not isinstance(address, str) or not self._is_own(address):
            log.warning("the issuer %s describes another one, or keys that lie elsewhere", self._issuer)
            raise TemporarilyUnavailableError("the issuer does not describe itself")
        return address

    def _is_own(self, address: str) -> bool:
        try:
            return URL(address).origin() == self._origin
        except ValueError:
            return False

    async def _document(self, path: str) -> Mapping[str, Any]:
        answer = await self._client.read(path)
        if answer is None or not answer.ok or not isinstance(answer.json, dict):
            raise TemporarilyUnavailableError("the issuer cannot be read now")
        return cast("dict[str, Any]", answer.json)

    def _since(self, moment: float) -> float:
        return self._clock.monotonic() - moment

    async def close(self) -> None:
        """Close connections."""
        await self._client.close()


def _usable_keys(document: Mapping[str, Any]) -> "Mapping[str, jwt.PyJWK]":
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise TemporarilyUnavailableError("the issuer lists no keys")
    found: dict[str, jwt.PyJWK] = {}
    for each in cast("list[Any]", listed)[:MOST_KEYS]:
        key = _key(cast("dict[str, Any]", each)) if isinstance(each, dict) else None
        if key is not None and key.key_id:
            found[key.key_id] = key
    return found


def _key(jwk: Mapping[str, Any]) -> "jwt.PyJWK | None":
    """Read a key; None if it has another purpose, is private, or is too weak."""
    # Imported with the first key: no start needs a library of cryptography.
    import jwt  # noqa: PLC0415 - the reason stands above
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey  # noqa: PLC0415 - it, too

    kind, curve, name = jwk.get("kty"), jwk.get("crv"), jwk.get("kid")
    if not all(each is None or isinstance(each, str) for each in (kind, curve)) or not isinstance(name, str):
        return None
    algorithm = _ALGORITHMS.get((cast("str", kind), curve))
    if algorithm is None or jwk.get("alg", algorithm) != algorithm or jwk.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK({**jwk}, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    weak = isinstance(key.key, RSAPublicKey) and key.key.key_size < SHORTEST_RSA
    return None if weak or "d" in jwk else key


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
