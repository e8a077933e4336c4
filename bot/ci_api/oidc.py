"""The signed tokens of runs: whether an issuer made one, for us, for now; what its claims mean the provider of that CI says.

A CI that issues them (GitHub, GitLab) signs what a run is, so that no other run can claim in its name.
"""

import math
import re
from collections.abc import Mapping
from typing import Any, cast

import jwt

from bot.ci_api.issuer_keys import IssuerKeys
from bot.ci_api.run import ForgedError
from bot.clock import Clock

LEEWAY = 60.0
"""How many seconds the clocks of an issuer and ours may differ."""

MOST_CHARACTERS = 8000
"""What fits into a header; tokens of GitHub and GitLab have less than two thousand."""

ALGORITHMS = frozenset({"RS256", "ES256"})
"""Never a symmetric one: its key would be the public key, which everybody has."""

_REQUIRED = ["iss", "aud", "exp", "iat"]
_TOKEN = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\Z")


def looks_signed(token: str) -> bool:
    """Whether a bearer token has the three parts of a signed one (RFC 7515, 7.1); a secret of ours never has."""
    return len(token) <= MOST_CHARACTERS and _TOKEN.match(token) is not None


class TokenIssuer:
    """Checks the tokens of one issuer, made for one audience.

    Raises ValueError for an issuer that is not reached by https, nor by http on this machine.
    """

    def __init__(self, issuer: str, clock: Clock, audience: str = "shiproom") -> None:
        self._issuer = issuer
        self._audience = audience
        self._clock = clock
        self._keys = IssuerKeys(issuer, clock)

    async def claims(self, token: str) -> Mapping[str, Any]:
        """Give what a genuine token says.

        Raises ForgedError, or UndecidedError where the issuer's keys cannot be read now.
        """
        if not looks_signed(token):
            raise ForgedError("the token is none")
        try:
            return await self._checked(token)
        except (jwt.PyJWTError, ValueError, TypeError, OverflowError, RecursionError) as error:
            raise ForgedError("the token does not hold") from error

    async def _checked(self, token: str) -> Mapping[str, Any]:
        """What needs no key is looked at first: an issuer is never asked for the sake of a token that cannot count."""
        written = jwt.decode_complete(token, options={"verify_signature": False})
        header = cast("Mapping[str, Any]", written["header"])
        algorithm, name = header.get("alg"), header.get("kid")
        if algorithm not in ALGORITHMS or not isinstance(name, str):
            raise ForgedError("the token is signed in a way that does not count")
        self._validate(token, "", verify=False)
        self._require_now(cast("Mapping[str, Any]", written["payload"]))
        key = await self._keys.get(name)
        if key.algorithm_name != algorithm:
            raise ForgedError("the token is signed in another way than its key is for")
        return self._validate(token, key, verify=True)

    def _validate(self, token: str, key: jwt.PyJWK | str, *, verify: bool) -> Mapping[str, Any]:
        """Times are left out: PyJWT compares them with the machine's clock."""
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

    def _require_now(self, claims: Mapping[str, Any]) -> None:
        now = self._clock.now().timestamp()
        if now >= _time(claims, "exp") + LEEWAY:
            raise ForgedError("the token has expired")
        begins = max(_time(claims, "iat"), _time(claims, "nbf") if "nbf" in claims else 0.0)
        if begins > now + LEEWAY:
            raise ForgedError("the token is not valid yet")

    async def close(self) -> None:
        """Let go of connections."""
        await self._keys.close()


def _time(claims: Mapping[str, Any], name: str) -> float:
    """RFC 7519, 2: a NumericDate is a number of seconds since 1970."""
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ForgedError(f"{name} of the token is no time")
    return float(value)
