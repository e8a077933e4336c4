"""An issuer of signed tokens on loopback: real keys, a real discovery document, and faults to put in."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

from bot.clock import Clock
from tests.serving import serving

LASTS = 300
"""For how many seconds a token counts, as GitHub's do."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


@cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Make a key; the same name gives the same one within a run of the tests."""
    del name
    return rsa.generate_private_key(65537, bits)


@cache
def ec_key(name: str) -> ec.EllipticCurvePrivateKey:
    del name
    return ec.generate_private_key(ec.SECP256R1())


def published(kid: str, key: Key, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - members of a JWK
    """Give the public half of a key as its issuer lists it (RFC 7517)."""
    if isinstance(key, rsa.RSAPrivateKey):
        written: dict[str, Any] = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
        return {**written, "kid": kid, "use": "sig", "alg": "RS256", **more}
    return {
        **ECAlgorithm.to_jwk(key.public_key(), as_dict=True),
        "kid": kid,
        "use": "sig",
        "alg": "ES256",
        **more,
    }


@dataclass
class Issuer:
    """A running issuer. `keys` are those that it lists now; `status` is what it answers with."""

    clock: Clock
    url: str = ""
    keys: list[dict[str, Any]] = field(default_factory=lambda: [published("one", rsa_key("one"))])
    status: int = 200
    described: dict[str, Any] = field(default_factory=dict[str, Any])
    reads: int = 0
    body: bytes | None = None

    async def describe(self, _: web.Request) -> web.Response:
        described = {"issuer": self.url, "jwks_uri": f"{self.url}/keys", **self.described}
        return web.json_response(described, status=self.status)

    async def list_keys(self, _: web.Request) -> web.Response:
        self.reads += 1
        if self.body is not None:
            return web.Response(body=self.body, status=self.status)
        return web.json_response({"keys": self.keys}, status=self.status)

    def claims(self, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - claims of a token
        """Give the claims of a good token; None leaves one out."""
        now = int(self.clock.now().timestamp())
        good = {
            "iss": self.url,
            "aud": "shiproom",
            "sub": "a run",
            "iat": now,
            "nbf": now,
            "exp": now + LASTS,
        }
        return {name: value for name, value in {**good, **more}.items() if value is not None}

    def token(
        self,
        claims: Mapping[str, Any] | None = None,
        kid: str = "one",
        key: Any = None,  # noqa: ANN401 - also what is no key for it
        algorithm: str = "RS256",
        **header: Any,  # noqa: ANN401 - members of a header
    ) -> str:
        """Sign a token."""
        written = dict(self.claims() if claims is None else claims)
        return jwt.encode(written, key or rsa_key(kid), algorithm, headers={"kid": kid, **header})


@asynccontextmanager
async def issuer(clock: Clock) -> AsyncGenerator[Issuer]:
    """Run an issuer."""
    made = Issuer(clock)
    app = web.Application()
    app.add_routes(
        [web.get("/.well-known/openid-configuration", made.describe), web.get("/keys", made.list_keys)]
    )
    async with serving(app) as made.url:
        yield made
