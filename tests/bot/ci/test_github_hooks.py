"""Webhooks of GitHub: a genuine one says where to look, and whatever is in it nothing breaks; a forged one says nothing."""

import json
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote_plus

import pytest

from bot.ci.github.hooks import hint
from bot.ci.github.provider import connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Hint, UnauthenticatedError
from handlers.policy import Connection
from tests.github.hooks import signed
from tests.github.npm import installed

SECRET = "0123456789abcdef"
EXAMPLES = "@octokit/webhooks-examples@7.6.1"
DELIVERIES = sorted(Path(__file__).parents[2].joinpath("github", "deliveries").glob("*.json"))
KINDS = {"run", "build", "nothing"}


def heard(event: str, body: bytes, secret: str = SECRET) -> Hint:
    """Hear a body that is signed with the secret."""
    delivery = signed(event, {}, SECRET, body)
    return hint(secret, {name.lower(): value for name, value in delivery.headers.items()}, body)


@pytest.mark.parametrize(
    ("secret", "body", "signature"),
    [
        # GitHub's docs, "Validating webhook deliveries", "Testing the webhook payload validation".
        (
            "It's a Secret to Everybody",
            b"Hello, World!",
            "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
        ),
        # Made with: openssl dgst -sha256 -hmac 0123456789abcdef
        (
            SECRET,
            b'{"zen":"Design for failure."}',
            "f1e351df724e565af8012d185829f1c096c71d4926da96644f3fdb41bd14e236",
        ),
    ],
)
def test_known_signatures(secret: str, body: bytes, signature: str) -> None:
    headers = {"x-hub-signature-256": f"sha256={signature}", "x-github-event": "ping"}
    assert hint(secret, headers, body) == Hint("nothing")
    with pytest.raises(UnauthenticatedError):
        hint(secret, headers, body + b" ")
    with pytest.raises(UnauthenticatedError):
        hint(f"{secret} ", headers, body)


@pytest.mark.parametrize(
    "change",
    [
        {"x-hub-signature-256": ""},
        {"x-hub-signature-256": "sha256="},
        {"x-hub-signature-256": "sha256=" + "0" * 64},
        {"x-hub-signature-256": "sha1=" + "0" * 40},
        {"x-hub-signature-256": "\udcff\u00e9"},
        {"x-hub-signature-256": "UPPER"},
        {"x-hub-signature": "sha1=" + "0" * 40, "x-hub-signature-256": ""},
    ],
)
def test_forged_and_unsigned_deliveries(change: dict[str, str]) -> None:
    delivery = signed("workflow_run", {"workflow_run": {"id": 1}}, SECRET)
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    upper = headers["x-hub-signature-256"].upper()
    changed = {name: upper if value == "UPPER" else value for name, value in change.items()}
    with pytest.raises(UnauthenticatedError):
        hint(SECRET, headers | changed, delivery.body)


def test_without_a_secret_nothing_is_heard(around: ProviderContext) -> None:
    delivery = signed("workflow_run", {"workflow_run": {"id": 1}}, "")
    deaf = connect(Connection("github", "github", {"token": "t"}), around)
    assert not deaf.has_webhook
    with pytest.raises(UnauthenticatedError):
        deaf.parse_webhook(
            {name.lower(): value for name, value in delivery.headers.items()},
            delivery.body,
            around.clock.now(),
        )


def test_with_a_secret_it_hears(around: ProviderContext) -> None:
    delivery = signed("workflow_run", {"workflow_run": {"id": 1}}, SECRET)
    listening = connect(Connection("github", "github", {"token": "t", "webhook_secret": SECRET}), around)
    assert listening.has_webhook
    headers = {name.lower(): value for name, value in delivery.headers.items()}
    assert listening.parse_webhook(headers, delivery.body, around.clock.now()) == Hint("run", "1")


@pytest.mark.parametrize("path", DELIVERIES, ids=lambda path: path.stem)
def test_where_a_delivery_says_to_look(path: Path) -> None:
    sample = cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
    body = json.dumps(sample["body"]).encode()
    assert heard(sample["event"], body) == Hint(*sample["hint"])
    assert heard(sample["event"], b"payload=" + quote_plus(body).encode()) == Hint(*sample["hint"])


@pytest.mark.parametrize("event", ["workflow_run", "workflow_job", "deployment_status", "push", ""])
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b"7",
        b"{",
        b"\xff\xfe",
        b"payload=",
        b"payload=%FF",
        b"payload={&payload=}",
        b'{"workflow_run": 7}',
        b'{"workflow_run": {"id": null, "display_title": []}}',
        b'{"workflow_run": {"id": true}, "workflow_job": {"run_id": {}}}',
        b'{"workflow_run": []}',
        b"[" * 100_000,
        b"1" * 10_000,
    ],
    ids=range(15),
)
def test_odd_bodies_say_nothing(event: str, body: bytes) -> None:
    assert heard(event, body) == Hint("nothing")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_every_published_example_is_taken_or_left(request: pytest.FixtureRequest) -> None:
    """The package is Octokit's (MIT); each example of each event, those that we do not read too."""
    folder = installed((EXAMPLES,), request) / "@octokit" / "webhooks-examples"
    written = (folder / "api.github.com" / "index.json").read_text(encoding="utf-8")
    events = cast("list[dict[str, Any]]", json.loads(written))
    kinds = {
        each["name"]: {heard(each["name"], json.dumps(example).encode()).kind for example in each["examples"]}
        for each in events
    }
    assert len(kinds) > 40
    assert kinds["workflow_run"] <= {"run", "build"}
    assert kinds["workflow_job"] == {"run"}
    assert all(said <= KINDS for said in kinds.values())
    for ignored in ("push", "ping", "check_run", "deployment", "workflow_dispatch"):
        assert kinds[ignored] == {"nothing"}
