"""What comes from Slack, read into values: who did it is taken from the signed payload only, never from text."""

import html
from dataclasses import dataclass, field
from typing import Any, cast

from yarl import URL

from bot.outside_json import keepable, read_json

_OF_VIEWS = frozenset({"view_submission", "view_closed"})
_INTERACTIONS = _OF_VIEWS | {"block_actions"}


@dataclass(frozen=True, slots=True)
class Sender:
    """Who it was, in which workspace and channel, and how he can be answered. `delivery` names this delivery."""

    user: str
    team: str
    channel: str = ""
    delivery: str = ""
    response_url: str = ""
    trigger: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """Words after the slash command."""

    sender: Sender
    line: str


@dataclass(frozen=True, slots=True)
class Clicked:
    """A button or a choice: `value` is what the button stands for."""

    sender: Sender
    action: str
    value: str
    message_ts: str = ""
    view: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Submitted:
    """A modal that was sent off."""

    sender: Sender
    view: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """The body of the answer; None is the empty body that closes a modal or says nothing."""

    body: dict[str, Any] | None = None


def read_body(body: bytes, content_type: str) -> dict[str, Any] | None:
    """Read what Slack posts: a form, a form whose `payload` is JSON, or JSON; None for anything else."""
    try:
        text = body.decode()
        read: Any = read_json(text) if content_type == "application/json" else _read_form(text)
    except (ValueError, RecursionError):
        return None
    return read if is_shaped(read) else None


def _read_form(text: str) -> Any:  # noqa: ANN401 - a payload can be anything
    """Yarl reads a form ten times as fast as the standard library, which shows in every click."""
    form = URL.build(query_string=text, encoded=True).query
    payload = form.get("payload")
    return keepable(dict(form)) if payload is None else read_json(payload)


def is_shaped(body: Any) -> bool:  # noqa: ANN401 - anything can come in
    """Say whether a request has the parts that bolt and the readers below take for granted; what has not is refused unread."""
    if not isinstance(body, dict):
        return False
    parts = cast("dict[str, Any]", body)
    kind = parts.get("type")
    objects = ["user", "team", "channel", "container", "view"] if kind in _INTERACTIONS else []
    if any(not isinstance(parts.get(name) or {}, dict) for name in objects):
        return False
    if kind == "block_actions":
        return bool(parts.get("actions")) and all(_is_action(each) for each in parts["actions"])
    return kind not in _OF_VIEWS or bool(parts.get("view"))


def _is_action(action: Any) -> bool:  # noqa: ANN401
    if not isinstance(action, dict):
        return False
    parts = cast("dict[str, Any]", action)
    named = all(isinstance(parts.get(name), str) for name in ("action_id", "block_id"))
    return named and isinstance(parts.get("selected_option") or {}, dict)


def read_typed(body: dict[str, Any], delivery: str) -> Typed:
    """Read a slash command; Slack escapes & < > in its text (Slack's docs, "Formatting text")."""
    sender = Sender(
        user=str(body.get("user_id", "")),
        team=str(body.get("team_id", "")),
        channel=str(body.get("channel_id", "")),
        delivery=delivery,
        response_url=str(body.get("response_url", "")),
        trigger=str(body.get("trigger_id", "")),
    )
    return Typed(sender, html.unescape(str(body.get("text", ""))))


def read_click(body: dict[str, Any], delivery: str) -> Clicked:
    """Read a click; a choice of a select or of a checkbox counts as one."""
    actions: list[dict[str, Any]] = body.get("actions") or [{}]
    action = actions[0]
    option: dict[str, Any] = action.get("selected_option") or {}
    container: dict[str, Any] = body.get("container") or {}
    return Clicked(
        _sender(body, delivery),
        str(action.get("action_id", "")),
        str(action.get("value") or option.get("value") or ""),
        str(container.get("message_ts", "")),
        body.get("view") or {},
    )


def read_submission(body: dict[str, Any], delivery: str) -> Submitted:
    """Read a modal that was sent off."""
    return Submitted(_sender(body, delivery), body.get("view") or {})


def _sender(body: dict[str, Any], delivery: str) -> Sender:
    user: dict[str, Any] = body.get("user") or {}
    team: dict[str, Any] = body.get("team") or {}
    channel: dict[str, Any] = body.get("channel") or {}
    return Sender(
        user=str(user.get("id", "")),
        team=str(user.get("team_id") or team.get("id") or ""),
        channel=str(channel.get("id", "")),
        delivery=delivery,
        response_url=str(body.get("response_url", "")),
        trigger=str(body.get("trigger_id", "")),
    )
