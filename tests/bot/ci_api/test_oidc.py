"""What a signed token proves: an issuer on loopback, real keys, and every way of being wrong."""

import base64
import hashlib
import hmac
import json
import logging
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from bot.ci.http.oidc import TokenIssuer, looks_signed
from bot.ci.run import TemporarilyUnavailableError, UnauthenticatedError
from bot.clock import SystemClock
from tests.bot.ci_api.issuer import Issuer, ec_key, issuer, published, rsa_key
from tests.world import free_port


@dataclass
class HandClock(SystemClock):
    """A clock that only moves by hand, in both of its times."""

    at: datetime = datetime(2026, 3, 5, 12, tzinfo=UTC)
    since: float = 1000.0
    ids: list[str] = field(default_factory=list[str])

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.since

    def turn(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.since += seconds


@dataclass
class Bench:
    """An issuer, what checks its tokens, and their clock."""

    issuer: Issuer
    checks: TokenIssuer
    clock: HandClock

    async def refused(self, token: str) -> type[Exception]:
        """Give how a token is refused; it must not be said again."""
        with pytest.raises((UnauthenticatedError, TemporarilyUnavailableError)) as caught:
            await self.checks.claims(token)
        assert not token or token not in str(caught.value)
        return caught.type


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    clock = HandClock()
    async with issuer(clock) as running:
        checks = TokenIssuer(running.url, clock)
        yield Bench(running, checks, clock)
        await checks.close()


def part(value: object) -> str:
    """Encode one part of a token by hand."""
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def public_pem() -> bytes:
    return rsa_key("one").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def keyed(bench: Bench, secret: bytes) -> str:
    """Sign with HS256 by hand: PyJWT would refuse to do it with a public key."""
    signed = f"{part({'alg': 'HS256', 'kid': 'one', 'typ': 'JWT'})}.{part(bench.issuer.claims())}"
    return f"{signed}.{part(hmac.new(secret, signed.encode(), hashlib.sha256).digest())}"


def swapped(bench: Bench, index: int, value: object) -> str:
    """Put another part into a good token."""
    parts = bench.issuer.token().split(".")
    parts[index] = part(value)
    return ".".join(parts)


async def test_a_good_token_says_what_it_says(bench: Bench) -> None:
    claims = await bench.checks.claims(bench.issuer.token(bench.issuer.claims(run_id="17", run_attempt="2")))
    assert (claims["run_id"], claims["run_attempt"], claims["sub"]) == ("17", "2", "a run")


GOOD: dict[str, Callable[[Issuer], str]] = {
    "for several audiences": lambda it: it.token(it.claims(aud=["vault", "shiproom"])),
    "no nbf": lambda it: it.token(it.claims(nbf=None)),
    "begins in a minute": lambda it: it.token(it.claims(iat=now(it, 60), nbf=now(it, 60))),
    "ended nearly a minute ago": lambda it: it.token(it.claims(exp=now(it, -59))),
    "times with a fraction": lambda it: it.token(it.claims(exp=now(it, 10) + 0.5)),
    "elliptic": lambda it: it.token(kid="curve", key=ec_key("curve"), algorithm="ES256"),
    "a key that does not say its use": lambda it: it.token(kid="bare"),
}


def now(it: Issuer, seconds: int = 0) -> int:
    return int(it.clock.now().timestamp()) + seconds


@pytest.mark.parametrize("make", GOOD.values(), ids=GOOD)
async def test_other_good_tokens(bench: Bench, make: Callable[[Issuer], str]) -> None:
    bare = {
        name: value
        for name, value in published("bare", rsa_key("bare")).items()
        if name not in {"use", "alg"}
    }
    bench.issuer.keys += [published("curve", ec_key("curve")), bare]
    assert (await bench.checks.claims(make(bench.issuer)))["sub"] == "a run"


FORGED: dict[str, Callable[[Bench], str]] = {
    "nothing": lambda _: "",
    "a word": lambda _: "word",
    "three words": lambda _: "a.b.c",
    "four parts": lambda it: it.issuer.token() + ".x",
    "too long": lambda it: it.issuer.token(it.issuer.claims(more="x" * 9000)),
    "no text": lambda _: "a.b.\udcff",
    "a line more": lambda it: it.issuer.token() + "\n",
    "another audience": lambda it: it.issuer.token(it.issuer.claims(aud="vault")),
    "no audience": lambda it: it.issuer.token(it.issuer.claims(aud=None)),
    "an audience in part": lambda it: it.issuer.token(it.issuer.claims(aud="ship")),
    "an odd audience": lambda it: it.issuer.token(it.issuer.claims(aud={"shiproom": 1})),
    "another issuer": lambda it: it.issuer.token(it.issuer.claims(iss="https://issuer.example.org")),
    "an issuer below ours": lambda it: it.issuer.token(it.issuer.claims(iss=it.issuer.url + "/x")),
    "no issuer": lambda it: it.issuer.token(it.issuer.claims(iss=None)),
    "expired": lambda it: it.issuer.token(it.issuer.claims(exp=now(it.issuer, -60))),
    "never expires": lambda it: it.issuer.token(it.issuer.claims(exp=None)),
    "expires in words": lambda it: it.issuer.token(it.issuer.claims(exp="tomorrow")),
    "expires as a figure in words": lambda it: it.issuer.token(
        it.issuer.claims(exp=str(now(it.issuer, 100)))
    ),
    "expires at true": lambda it: it.issuer.token(it.issuer.claims(exp=True)),
    "expires at infinity": lambda it: it.issuer.token(it.issuer.claims(exp=float("inf"))),
    "expires past all numbers": lambda it: it.issuer.token(it.issuer.claims(exp=10**400)),
    "not yet valid": lambda it: it.issuer.token(it.issuer.claims(nbf=now(it.issuer, 61))),
    "made in the future": lambda it: it.issuer.token(it.issuer.claims(iat=now(it.issuer, 61))),
    "made at no time": lambda it: it.issuer.token(it.issuer.claims(iat=None)),
    "signed by nobody": lambda it: (
        f"{part({'alg': 'none', 'kid': 'one'})}.{part(it.issuer.claims())}.{part(b'x')}"
    ),
    "signed by nobody, without the last part": lambda it: (
        f"{part({'alg': 'none', 'kid': 'one'})}.{part(it.issuer.claims())}."
    ),
    "signed with the public key": lambda it: keyed(it, public_pem()),
    "signed with the listed key": lambda it: keyed(it, json.dumps(it.issuer.keys[0]).encode()),
    "signed with nothing": lambda it: keyed(it, b""),
    "another algorithm of the same key": lambda it: it.issuer.token(algorithm="RS512"),
    "a padding that is not read": lambda it: it.issuer.token(algorithm="PS256"),
    "the algorithm of another key": lambda it: it.issuer.token(key=ec_key("x"), algorithm="ES256"),
    "signed by another": lambda it: it.issuer.token(key=rsa_key("another")),
    "with its key inside": lambda it: it.issuer.token(
        key=rsa_key("another"), jwk=published("one", rsa_key("another"))
    ),
    "with its key elsewhere": lambda it: it.issuer.token(
        key=rsa_key("another"), jku="https://elsewhere.example.org"
    ),
    "no key named": lambda it: swapped(it, 0, {"alg": "RS256"}),
    "an odd key named": lambda it: swapped(it, 0, {"alg": "RS256", "kid": ["one"]}),
    "another key named": lambda it: it.issuer.token(kid="other"),
    "an extension that must be understood": lambda it: it.issuer.token(crit=["exp"], exp=1),
    "its header no object": lambda it: swapped(it, 0, ["RS256"]),
    "its header no JSON": lambda it: swapped(it, 0, b"{"),
    "its claims no object": lambda it: swapped(it, 1, ["shiproom"]),
    "its claims no JSON": lambda it: swapped(it, 1, b"\xff\xfe"),
    "its claims deep": lambda it: swapped(it, 1, b"[" * 4000),
    "its claims changed": lambda it: swapped(it, 1, it.issuer.claims(run_id="18")),
    "its signature changed": lambda it: swapped(it, 2, b"x" * 256),
    "signed with a weak key": lambda it: it.issuer.token(kid="weak", key=rsa_key("weak", 1024)),
    "signed with a key for another use": lambda it: it.issuer.token(kid="secrets"),
    "signed with a shared key": lambda it: keyed(it, b"s" * 32).replace(
        part({"alg": "HS256", "kid": "one", "typ": "JWT"}),
        part({"alg": "HS256", "kid": "shared", "typ": "JWT"}),
    ),
}


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
@pytest.mark.parametrize("make", FORGED.values(), ids=FORGED)
async def test_forged_tokens(bench: Bench, make: Callable[[Bench], str]) -> None:
    bench.issuer.keys += [
        published("weak", rsa_key("weak", 1024)),
        published("secrets", rsa_key("secrets"), use="enc"),
        {"kty": "oct", "k": part(b"s" * 32), "kid": "shared", "alg": "HS256"},
    ]
    assert await bench.refused(make(bench)) is UnauthenticatedError


ODD_KEYS: list[Any] = [
    1,
    "key",
    None,
    {},
    {"kty": "RSA"},
    {"kty": ["RSA"], "kid": "x"},
    {"kty": "RSA", "kid": "x", "n": "", "e": ""},
    {"kty": "RSA", "kid": "x", "n": 1, "e": None},
    {"kty": "EC", "kid": "x", "crv": "P-256", "x": "AA", "y": "AA"},
    {"kty": "EC", "kid": "x", "crv": {}},
    {"kty": "OKP", "kid": "x", "crv": "Ed25519", "x": "AA"},
    {"kty": "unheard of", "kid": "x"},
    {"kid": 7, "kty": "RSA"},
]


async def test_keys_that_cannot_be_read_hinder_no_others(bench: Bench) -> None:
    bench.issuer.keys = [*ODD_KEYS, *bench.issuer.keys]
    assert await bench.checks.claims(bench.issuer.token())
    assert await bench.refused(bench.issuer.token(kid="x")) is UnauthenticatedError


# The keys of the issuer.


async def test_keys_are_kept_for_ten_minutes(bench: Bench) -> None:
    for _ in range(3):
        await bench.checks.claims(bench.issuer.token())
    bench.clock.turn(599)
    await bench.checks.claims(bench.issuer.token())
    assert bench.issuer.reads == 1
    bench.clock.turn(1)
    await bench.checks.claims(bench.issuer.token())
    assert bench.issuer.reads == 2


async def test_a_rotated_key_counts_at_once_and_the_old_one_no_more(bench: Bench) -> None:
    old = bench.issuer.token()
    await bench.checks.claims(old)
    bench.issuer.keys = [published("two", rsa_key("two"))]
    assert await bench.checks.claims(bench.issuer.token(kid="two"))
    bench.clock.turn(60)
    assert await bench.refused(old) is UnauthenticatedError


async def test_unknown_keys_are_looked_up_once_a_minute(bench: Bench) -> None:
    await bench.checks.claims(bench.issuer.token())
    stranger = bench.issuer.token(kid="stranger")
    assert await bench.refused(stranger) is UnauthenticatedError
    for _ in range(5):
        assert await bench.refused(stranger) is TemporarilyUnavailableError
    assert bench.issuer.reads == 2
    assert await bench.checks.claims(bench.issuer.token()), "a known key counts meanwhile"
    bench.clock.turn(60)
    assert await bench.refused(bench.issuer.token(kid="stranger")) is UnauthenticatedError
    assert bench.issuer.reads == 3


async def test_tokens_that_cannot_count_ask_nobody(bench: Bench) -> None:
    for claims in (bench.issuer.claims(aud="x"), bench.issuer.claims(iss="x"), bench.issuer.claims(exp=1)):
        assert await bench.refused(bench.issuer.token(claims)) is UnauthenticatedError
    assert await bench.refused(keyed(bench, public_pem())) is UnauthenticatedError
    assert bench.issuer.reads == 0


FAULTS: dict[str, Callable[[Issuer], None]] = {
    "500": lambda it: setattr(it, "status", 500),
    "404": lambda it: setattr(it, "status", 404),
    "429": lambda it: setattr(it, "status", 429),
    "a redirect": lambda it: setattr(it, "status", 302),
    "another issuer described": lambda it: it.described.update(issuer="https://issuer.example.org"),
    "a slash too much": lambda it: it.described.update(issuer=it.url + "/"),
    "no keys described": lambda it: it.described.update(jwks_uri=None),
    "keys on another host": lambda it: it.described.update(jwks_uri="https://keys.example.org/keys"),
    "keys on another port": lambda it: it.described.update(jwks_uri=f"http://127.0.0.1:{free_port()}/keys"),
    "keys nowhere": lambda it: it.described.update(jwks_uri="/keys"),
    "keys in a file": lambda it: it.described.update(jwks_uri="file:///keys"),
    "keys under no address": lambda it: it.described.update(jwks_uri="http://[::"),
    "keys that are no JSON": lambda it: setattr(it, "body", b"keys"),
    "keys that are no object": lambda it: setattr(it, "body", b"[]"),
    "keys that are no list": lambda it: setattr(it, "body", b'{"keys": {}}'),
    "nothing": lambda it: setattr(it, "body", b""),
}


@pytest.mark.parametrize("put", FAULTS.values(), ids=FAULTS)
async def test_without_keys_nothing_is_decided(bench: Bench, put: Callable[[Issuer], None]) -> None:
    put(bench.issuer)
    assert await bench.refused(bench.issuer.token()) is TemporarilyUnavailableError


async def test_an_issuer_that_is_down_is_asked_again_after_a_while(bench: Bench) -> None:
    bench.issuer.status = 500
    assert await bench.refused(bench.issuer.token()) is TemporarilyUnavailableError
    bench.issuer.status = 200
    assert await bench.refused(bench.issuer.token()) is TemporarilyUnavailableError
    bench.clock.turn(5)
    assert await bench.checks.claims(bench.issuer.token())


async def test_keys_that_are_too_old_do_not_count(bench: Bench) -> None:
    """An issuer that takes a stolen key back must not be overruled by what was kept of it."""
    await bench.checks.claims(bench.issuer.token())
    bench.clock.turn(600)
    bench.issuer.status = 503
    assert await bench.refused(bench.issuer.token()) is TemporarilyUnavailableError


async def test_nobody_there(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    clock = HandClock()
    gone = Issuer(clock, url=f"http://127.0.0.1:{free_port()}")
    checks, token = TokenIssuer(gone.url, clock), gone.token()
    with pytest.raises(TemporarilyUnavailableError):
        await checks.claims(token)
    await checks.close()
    assert not any(part in caplog.text for part in token.split("."))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "issuer.example.org",
        "http://issuer.example.org",
        "http://10.0.0.1",
        "ftp://issuer.example.org",
        "https://",
        "https://user:word@issuer.example.org",
        "https://issuer.example.org?x=1",
        "https://issuer.example.org#x",
        "http://localhost.example.org",
    ],
)
def test_issuers_that_are_not_safe(address: str) -> None:
    with pytest.raises(ValueError, match="issuer"):
        TokenIssuer(address, HandClock())


@pytest.mark.parametrize(
    "address",
    [
        "https://token.actions.githubusercontent.com",
        "https://gitlab.com",
        "https://ghes.example.org/_services/token",
        "http://localhost:8080",
        "http://127.0.0.1:1",
        "http://[::1]:1",
    ],
)
async def test_issuers_that_are_safe(address: str) -> None:
    await TokenIssuer(address, HandClock()).close()


@pytest.mark.parametrize(
    ("token", "signed"),
    [("a.b.c", True), ("a.b.", False), ("a.b", False), ("", False), ("5f" * 16, False), ("a.b.c.d", False)],
)
def test_a_secret_is_no_signed_token(token: str, signed: bool) -> None:
    assert looks_signed(token) is signed
