"""Reads what comes back from Slack's Web API into results.

A body that is no JSON, or of another shape than Slack documents, is no answer: a proxy may have written it.
"""

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, cast

from slack_sdk.errors import SlackApiError

from bot.slack_client.results import CallDeferred, CallRejected, CallResult, CallSucceeded

_TRANSIENT = frozenset(
    {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
)
DEFAULT_PAUSE = 30.0
LONGEST_PAUSE = 600.0
"""Seconds of a pause that names no readable Retry-After, and of the longest one that is believed."""


def read_answer(method: str, answer: Any) -> CallResult:  # noqa: ANN401 - the SDK's response
    """Read the response to a call that Slack carried out."""
    body = _object(answer.data)
    complete = _COMPLETE.get(method, _anything)
    if body.get("ok") is not True or not complete(body):
        return CallDeferred(1.0, f"{method}: the answer is not one of Slack's")
    named = str(answer.headers.get("x-oauth-scopes", "")).replace(",", " ").split()
    return CallSucceeded(body, frozenset(named))


def read_error(method: str, error: SlackApiError) -> CallResult:
    """Read the response to a call that failed.

    Where a body under application/json is no JSON, the SDK passes aiohttp's own response on (slack_sdk,
    web/async_internal_utils.py), which has another attribute for its status and no body that can be read any more.
    """
    response: Any = error.response
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    body = _object(getattr(response, "data", None))
    name = _text(body.get("error"))
    if status == HTTPStatus.TOO_MANY_REQUESTS or name == "ratelimited":
        return CallDeferred(_pause(response.headers), f"{method}: rate limited", failed=False)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or name in _TRANSIENT or not name:
        return CallDeferred(1.0, f"{method}: Slack answered {status} {name}".strip())
    return CallRejected(name, _text(body.get("needed")))


def response_error(status: int, said: str) -> str:
    """Return why Slack refused a post to a response_url, or nothing; it says so in one word or in JSON, maybe with a 200."""
    try:
        body = _object(json.loads(said))
    except ValueError:
        body = {}
    if body.get("ok") is False:
        return _text(body.get("error")) or str(status)
    return "" if status < HTTPStatus.BAD_REQUEST else said.strip() or str(status)


def _object(body: object) -> dict[str, Any]:
    return cast("dict[str, Any]", body) if isinstance(body, dict) else {}


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _pause(headers: Mapping[str, str]) -> float:
    """Return the seconds of a Retry-After."""
    value = headers.get("Retry-After", "") or headers.get("retry-after", "")
    try:
        return min(LONGEST_PAUSE, max(1.0, float(int(value))))
    except ValueError:
        return DEFAULT_PAUSE


def _anything(_: dict[str, Any]) -> bool:
    return True


def _has(*names: str) -> Callable[[dict[str, Any]], bool]:
    return lambda body: all(_text(body.get(name)) for name in names)


def _has_user(body: dict[str, Any]) -> bool:
    return bool(_text(_object(body.get("user")).get("id")))


def _has_users(body: dict[str, Any]) -> bool:
    users = body.get("users")
    return isinstance(users, list) and all(_text(user) for user in cast("list[object]", users))


_COMPLETE: dict[str, Callable[[dict[str, Any]], bool]] = {
    "auth.test": _has("team_id", "user_id"),
    "users.info": _has_user,
    "usergroups.users.list": _has_users,
    "chat.postMessage": _has("channel", "ts"),
    "chat.update": _has("channel", "ts"),
    "apps.connections.open": _has("url"),
}
"""What of an answer is relied on (Slack's docs, the methods' pages)."""
