"""GitLab's webhooks: known answers, every way of being forged, and what a genuine one is worth."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest

from bot.ci.gitlab.hook import hint_in, verify
from bot.ci.run import Hint, UnauthenticatedError

# The example of the Standard Webhooks libraries; its signature was computed once more with
# `openssl dgst -sha256 -mac HMAC -macopt hexkey:...` over `{webhook-id}.{webhook-timestamp}.{body}`.
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SIGNED = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
BODY = b'{"test": 2432232314}'
THEN = datetime.fromtimestamp(1614265330, UTC)
TOKEN = "a-token-of-32-characters-0123456"
CORRELATION = "0123456789abcdef0123"
PATH = "tailspin/space-game-web"


@pytest.mark.parametrize("away", [-299, 0, 299])
@pytest.mark.parametrize("before", ["", "v1,AAAA ", "v1a,AAAA v2,BBBB "])
def test_a_signed_delivery(away: int, before: str) -> None:
    headers = {**SIGNED, "webhook-signature": before + SIGNED["webhook-signature"]}
    verify(SECRET, headers, BODY, THEN + timedelta(seconds=away))


def test_a_delivery_with_the_token() -> None:
    verify(TOKEN, {"x-gitlab-token": TOKEN}, b"", THEN)


@pytest.mark.parametrize(
    ("secret", "headers", "body", "away"),
    [
        (SECRET, SIGNED, BODY + b" ", 0),
        (SECRET, SIGNED, BODY, 301),
        (SECRET, SIGNED, BODY, -301),
        (SECRET, {**SIGNED, "webhook-timestamp": "1614265331"}, BODY, 0),
        (SECRET, {**SIGNED, "webhook-timestamp": "now"}, BODY, 0),
        (SECRET, {**SIGNED, "webhook-timestamp": "9" * 30}, BODY, 0),
        (SECRET, {**SIGNED, "webhook-id": "msg_other"}, BODY, 0),
        (SECRET, {**SIGNED, "webhook-id": ""}, BODY, 0),
        (SECRET, {**SIGNED, "webhook-signature": ""}, BODY, 0),
        (SECRET, {**SIGNED, "webhook-signature": SIGNED["webhook-signature"].removeprefix("v1,")}, BODY, 0),
        (SECRET, {**SIGNED, "webhook-signature": "v1,\udcff\u00e9"}, BODY, 0),
        ("whsec_AAAA", SIGNED, BODY, 0),
        ("whsec_", SIGNED, BODY, 0),
        ("whsec_***", SIGNED, BODY, 0),
        (SECRET, {"x-gitlab-token": SECRET}, BODY, 0),
        (TOKEN, SIGNED, BODY, 0),
        (TOKEN, {"x-gitlab-token": TOKEN[:-1]}, BODY, 0),
        (TOKEN, {"x-gitlab-token": f"{TOKEN}\udcff"}, BODY, 0),
        (TOKEN, {}, BODY, 0),
        ("", {"x-gitlab-token": ""}, BODY, 0),
        ("", {}, BODY, 0),
    ],
)
def test_forged_stale_and_unsigned(secret: str, headers: Mapping[str, str], body: bytes, away: int) -> None:
    with pytest.raises(UnauthenticatedError) as caught:
        verify(secret, headers, body, THEN + timedelta(seconds=away))
    assert not secret or secret not in str(caught.value)


def pipeline(**attributes: object) -> dict[str, object]:
    known = {"id": 31, "iid": 3, "name": None, "ref": "main", "source": "api", "status": "success"}
    return {
        "object_kind": "pipeline",
        "object_attributes": {**known, **attributes},
        "user": {"username": "root"},
        "builds": [],
        "project": {"id": 20, "path_with_namespace": PATH},
    }


@pytest.mark.parametrize(
    ("event", "hint"),
    [
        (pipeline(name=f"shiproom {CORRELATION}"), Hint("run", "31", CORRELATION, PATH)),
        (pipeline(name=f"shiproom {CORRELATION}", status="running"), Hint("run", "31", CORRELATION, PATH)),
        (pipeline(source="push"), Hint("build", "31", repository=PATH)),
        (pipeline(source="push", name=f"shiproom {CORRELATION}"), Hint("build", "31", repository=PATH)),
        (pipeline(source="schedule"), Hint("build", "31", repository=PATH)),
        (pipeline(source="push", status="failed"), Hint("run", "31", repository=PATH)),
        (pipeline(source="web", name="Pipeline for branch: main"), Hint("run", "31", repository=PATH)),
        ({"object_kind": "pipeline"}, Hint("run")),
        (
            {"object_kind": "build", "build_name": "deploy", "pipeline_id": 2366, "project_id": 20},
            Hint("run", "2366", workflow="deploy"),
        ),
        (
            {"object_kind": "deployment", "status": "success", "project": {"path_with_namespace": PATH}},
            Hint("run", repository=PATH),
        ),
        ({"object_kind": "push", "ref": "refs/heads/main"}, Hint("nothing")),
        ({"object_kind": "of tomorrow"}, Hint("nothing")),
        ({"object_kind": ["pipeline"]}, Hint("nothing")),
        ({}, Hint("nothing")),
        ([], Hint("nothing")),
        (None, Hint("nothing")),
    ],
)
def test_what_a_delivery_is_worth(event: object, hint: Hint) -> None:
    assert hint_in(json.dumps(event).encode()) == hint


def test_a_project_is_called_as_the_policy_writes_it() -> None:
    body = json.dumps(pipeline(source="push")).encode()
    assert hint_in(body, {"20"}).repository == "20"
    assert hint_in(body, {"21"}).repository == PATH


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"[" * 100_000, b'"text"', b"NaN"])
def test_what_is_no_event(body: bytes) -> None:
    assert hint_in(body) == Hint("nothing")
