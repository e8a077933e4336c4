"""Verifies the signed tokens of runs: issuer, audience, time and signature.

A CI that issues them (GitHub, GitLab) signs what a run is, which keeps other runs from claiming in its name. What the claims
mean is decided by that CI's provider.
"""

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

from bot.ci.http.issuer_keys import IssuerKeys
from bot.ci.run import UnauthenticatedError
from bot.clock import Clock

if TYPE_CHECKING:
    import jwt

# ruff: noqa: PLC0415 - PyJWT brings a whole library of cryptography, which is imported with the first token

LEEWAY = 60.0
"""How many seconds the issuer's clock and ours may differ."""

MOST_CHARACTERS = 8000
"""What fits into a header; tokens of GitHub and GitLab have less than two thousand."""

ALGORITHMS = frozenset({"RS256", "ES256"})
"""Never a symmetric one: its key would be the public key, which everybody has."""

_REQUIRED = ["iss", "aud", "exp", "iat"]
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\Z")


def looks_signed(token: str) -> bool:
    """Return whether a bearer token has the three parts of a signed one (RFC 7515, 7.1).

    A claim secret of ours never has.
    """
    return len(token) <= MOST_CHARACTERS and _TOKEN.match(token) is not None


class TokenIssuer:
    """Verifies tokens of one issuer, made for one audience.

    Raises ValueError for an issuer that is not reached by https, nor by http on this machine.
    """

    def __init__(self, issuer: str, clock: Clock, audience: str = "shiproom") -> None:
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._keys = IssuerKeys(issuer, clock)

    async def claims(self, token: str) -> Mapping[str, Any]:
        """Return the claims of a genuine token.

        Raises UnauthenticatedError, or TemporarilyUnavailableError if the issuer's keys cannot be read now.
        """
        import jwt

        if not looks_signed(token):
            raise UnauthenticatedError("this is not a signed token")
        try:
            return await self._verified(token)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise UnauthenticatedError("the token is not valid") from error

    async def _verified(self, token: str) -> Mapping[str, Any]:
        """Verify a token; check first what needs no key.

        An issuer is never contacted because of a token that would be refused anyway.
        """
        import jwt

        decoded = jwt.decode_complete(token, options={"verify_signature": False})
        header = cast("Mapping[str, Any]", decoded["header"])
        algorithm, name = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS or not isinstance(name, str):
            raise UnauthenticatedError("the token's algorithm is not accepted")
        self._validate(token, "", verify=False)
        self._require_current(cast("Mapping[str, Any]", decoded["payload"]))
        key = await self._keys.get(name)
        if key.algorithm_name != algorithm:
            raise UnauthenticatedError("the token's algorithm is not that of its key")
        return self._validate(token, key, verify=True)

    def _validate(self, token: str, key: "jwt.PyJWK | str", *, verify: bool) -> Mapping[str, Any]:
        """Verify all but the times, which PyJWT would compare with the machine's clock."""
        import jwt

        return jwt.decode(
            token,
            key,
            algorithms=[key.algorithm_name] if isinstance(key, jwt.PyJWK) else None,
            audience=self._audience,
            issuer=self._issuer,
            options={
                "verify_signature": verify,
                "verify_aud": True,
                "verify_iss": True,
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
                "require": _REQUIRED,
            },
        )

    def _require_current(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        if now >= _time(claims, "exp") + LEEWAY:
            raise UnauthenticatedError("the token has expired")
        begins = max(_time(claims, "iat"), _time(claims, "nbf") if "nbf" in claims else 0.0)
        if begins > now + LEEWAY:
            raise UnauthenticatedError("the token is not valid yet")

    async def close(self) -> None:
        """Close connections."""
        await self._keys.close()


def _time(claims: Mapping[str, Any], name: str) -> float:
    """Read a NumericDate: a number of seconds since 1970 (RFC 7519, 2)."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise UnauthenticatedError(f"{name} of the token is not a time")
    return float(value)
