"""Jenkins's webhooks: a known answer, every way of being forged, and what a genuine one is worth."""

import json
from collections.abc import Mapping

import pytest

from bot.ci.jenkins.hook import hint_in, verify
from bot.ci.run import Hint, UnauthenticatedError

# RFC 4231, 4.3: test case 2 of HMAC-SHA-256.
KEY, TEXT = "Jefe", b"what do ya want for nothing?"
SIGNATURE = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
CORRELATION = "0123456789abcdef0123"


@pytest.mark.parametrize(
    "headers",
    [
        {"x-shiproom-signature": SIGNATURE},
        {"x-shiproom-signature": SIGNATURE, "x-shiproom-secret": "another"},
        {"x-shiproom-secret": KEY},
    ],
)
def test_genuine(headers: Mapping[str, str]) -> None:
    verify(KEY, headers, TEXT)


@pytest.mark.parametrize(
    ("secret", "headers", "body"),
    [
        (KEY, {"x-shiproom-signature": SIGNATURE}, TEXT + b" "),
        (KEY, {"x-shiproom-signature": SIGNATURE.removeprefix("sha256=")}, TEXT),
        (KEY, {"x-shiproom-signature": SIGNATURE.upper()}, TEXT),
        (KEY, {"x-shiproom-signature": ""}, TEXT),
        (KEY, {"x-shiproom-signature": "", "x-shiproom-secret": KEY}, TEXT),
        (KEY, {"x-shiproom-signature": "sha256=\udcff"}, TEXT),
        ("another", {"x-shiproom-signature": SIGNATURE}, TEXT),
        (KEY, {"x-shiproom-secret": "another"}, TEXT),
        (KEY, {"x-shiproom-secret": ""}, TEXT),
        (KEY, {}, TEXT),
        ("", {"x-shiproom-secret": ""}, TEXT),
        ("", {}, TEXT),
    ],
)
def test_forged(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    with pytest.raises(UnauthenticatedError):
        verify(secret, headers, body)


def notification(**build: object) -> dict[str, object]:
    """Give what the Notification plugin posts, as its page shows it."""
    shown = {
        "full_url": "http://localhost:8080/job/asgard/18/",
        "number": 18,
        "phase": "COMPLETED",
        "status": "SUCCESS",
        "url": "job/asgard/18/",
        "scm": {"branch": "origin/master", "commit": "c6d86dc654b12425e706bcf951adfe5a8627a517"},
        "artifacts": {"phpunit.xml": {"archive": "http://localhost:8080/job/asgard/18/artifact/phpunit.xml"}},
    }
    return {"name": "asgard", "url": "job/asgard/", "build": {**shown, **build}}


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        (notification(), Hint("run", "18", workflow="asgard")),
        (
            notification(parameters={"shiproom_correlation_id": CORRELATION}),
            Hint("run", "18", CORRELATION, workflow="asgard"),
        ),
        (
            notification(parameters={"shiproom_correlation_id": "forged"}),
            Hint("run", "18", workflow="asgard"),
        ),
        (notification(number="18", phase="QUEUED"), Hint("run", "18", workflow="asgard")),
        (notification(number=None, parameters=[]), Hint("run", workflow="asgard")),
        (
            {**notification(), "url": "job/website/job/deploy%20all/"},
            Hint("run", "18", workflow="website/deploy all"),
        ),
        ({"name": "deploy", "build": {"number": 3}}, Hint("run", "3", workflow="deploy")),
        (
            {"build": {"number": 3, "full_url": "https://ci.example.org/jenkins/job/a/job/b/3/"}},
            Hint("run", "3", workflow="a/b"),
        ),
        ({"build": {"number": 3}}, Hint("run", "3")),
        ({"build": {}}, Hint("nothing")),
        ({"build": "18"}, Hint("nothing")),
        ([], Hint("nothing")),
        (None, Hint("nothing")),
    ],
)
def test_what_a_delivery_is_worth(event: object, hint: Hint) -> None:
    assert hint_in(json.dumps(event).encode()) == hint


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'"text"'])
def test_what_is_no_event(body: bytes) -> None:
    assert hint_in(body) == Hint("nothing")
