"""The public keys with which an issuer of tokens signs: found by discovery, kept for a while, read anew on rotation."""

import asyncio
import ipaddress
import logging
from collections.abc import Mapping
from typing import Any, cast

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from yarl import URL

from bot.ci_api.client import CiClient, Peer
from bot.ci_api.run import ForgedError, UndecidedError
from bot.clock import Clock

log = logging.getLogger("shiproom.ci")

KEPT = 600.0
"""For how many seconds keys count without being read again."""

ROTATION_PAUSE = 60.0
"""How many seconds lie at least between two looks for a key that is not among those kept."""

FAULT_PAUSE = 5.0
"""For how many seconds an issuer that did not answer is left alone."""

MOST_KEYS = 100
SHORTEST_RSA = 2048
"""Bits; RFC 7518, section 3.3: "A key of size 2048 bits or larger MUST be used"."""

_SHAPES = {("RSA", None): "RS256", ("EC", "P-256"): "ES256"}
"""By the type of a key and its curve: the one algorithm that it may be used with."""


def require_safe(issuer: str) -> URL:
    """Give an issuer's address: https, or http on this machine only, since whoever answers there says which keys count.

    Raises ValueError.
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
        self._read_at = self._looked_at = self._failed_at = float("-inf")
        self._reading = asyncio.Lock()

    async def get(self, name: str) -> jwt.PyJWK:
        """Give a key by its id.

        Raises ForgedError if the issuer has no such key, UndecidedError if that cannot be found out now.
        """
        async with self._reading:
            if self._since(self._read_at) >= KEPT:
                await self._read()
            elif name not in self._keys:
                await self._look_again()
        key = self._keys.get(name)
        if key is None:
            raise ForgedError("the token names a key that its issuer does not have")
        return key

    async def _look_again(self) -> None:
        """OpenID Connect Core 1.0, 10.1.1: an unfamiliar key id is how a verifier learns that keys were rotated."""
        if self._since(self._looked_at) < ROTATION_PAUSE:
            raise UndecidedError("the keys of the issuer are looked up again in a minute")
        self._looked_at = self._clock.monotonic()
        await self._read()

    async def _read(self) -> None:
        if self._since(self._failed_at) < FAULT_PAUSE:
            raise UndecidedError("the keys of the issuer could not be read a moment ago")
        try:
            self._keys = _usable(await self._document(await self._place()))
        except (UndecidedError, asyncio.CancelledError):
            self._failed_at = self._clock.monotonic()
            raise
        self._read_at = self._clock.monotonic()

    async def _place(self) -> str:
        """OpenID Connect Discovery 1.0, 4.3: the document must name the very issuer that it was asked from."""
        found = await self._document("/.well-known/openid-configuration")
        place = found.get("jwks_uri")
        if found.get("issuer") != self._issuer or not isinstance(place, str) or not self._is_own(place):
            log.warning("the issuer %s describes another one, or keys that lie elsewhere", self._issuer)
            raise UndecidedError("the issuer does not describe itself")
        return place

    def _is_own(self, place: str) -> bool:
        try:
            return URL(place).origin() == self._origin
        except ValueError:
            return False

    async def _document(self, path: str) -> Mapping[str, Any]:
        answer = await self._client.read(path)
        if answer is None or not answer.ok or not isinstance(answer.json, dict):
            raise UndecidedError("the issuer cannot be read now")
        return cast("dict[str, Any]", answer.json)

    def _since(self, moment: float) -> float:
        return self._clock.monotonic() - moment

    async def close(self) -> None:
        """Let go of connections."""
        await self._client.close()


def _usable(document: Mapping[str, Any]) -> Mapping[str, jwt.PyJWK]:
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise UndecidedError("the issuer lists no keys")
    found: dict[str, jwt.PyJWK] = {}
    for each in cast("list[Any]", listed)[:MOST_KEYS]:
        key = _key(cast("dict[str, Any]", each)) if isinstance(each, dict) else None
        if key is not None and key.key_id:
            found[key.key_id] = key
    return found


def _key(written: Mapping[str, Any]) -> jwt.PyJWK | None:
    """Read a key; None for one that is for something else, private, or too weak."""
    kind, curve, name = written.get("kty"), written.get("crv"), written.get("kid")
    if not all(each is None or isinstance(each, str) for each in (kind, curve)) or not isinstance(name, str):
        return None
    algorithm = _SHAPES.get((cast("str", kind), curve))
    if algorithm is None or written.get("alg", algorithm) != algorithm or written.get("use", "sig") != "sig":
        return None
    try:
        key = jwt.PyJWK({**written}, algorithm)
    except (jwt.PyJWTError, ValueError, TypeError):
        return None
    weak = isinstance(key.key, RSAPublicKey) and key.key.key_size < SHORTEST_RSA
    return None if weak or "d" in written else key


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
