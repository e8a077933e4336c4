"""Decides which payloads are read at all: those that have Slack's shape, name a person, and come from our workspace.

The signature shows that Slack sent a payload, not for which workspace: an app may be installed in several with one secret.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, cast

from pydantic import ValidationError

from bot.slack.shapes import SHAPES, FromInstallation, Origin
from bot.slack_client.web import Identity


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a payload is not read: a short name for the metric, the status and the sentence of the response."""

    why: str
    status: HTTPStatus
    sentence: str


MISSHAPEN = Rejection("body", HTTPStatus.BAD_REQUEST, "The body is nothing that Slack sends.")
UNHANDLED = Rejection("unhandled", HTTPStatus.NOT_FOUND, "unhandled request")
ELSEWHERE = Rejection(
    "workspace", HTTPStatus.FORBIDDEN, "This is not the workspace that Shiproom is installed in."
)


def admit(body: Any, identity: Identity | None) -> dict[str, Any] | Rejection:  # noqa: ANN401 - anything can come in
    """Return the parts of a payload that are read, each of its type, or why it is not read.

    Nothing else reaches bolt, whose own readers rely on the shape of fields that are of no interest here. Before the bot's
    identity is known, no workspace can be told from another; nobody counts as a member then.
    """
    if not isinstance(body, dict):
        return MISSHAPEN
    parts = cast("dict[str, Any]", body)
    kind = parts.get("type", "slash_command" if "command" in parts else "")
    if not isinstance(kind, str):
        return MISSHAPEN
    shape = SHAPES.get(kind)
    if shape is None:
        return UNHANDLED
    try:
        read = shape.model_validate(parts)
    except ValidationError:
        return MISSHAPEN
    if (
        isinstance(read, FromInstallation)
        and identity is not None
        and not _from_here(read.origin(), identity)
    ):
        return ELSEWHERE
    return read.model_dump(exclude_none=True)


def _from_here(origin: Origin, identity: Identity) -> bool:
    """Return whether a payload is for the bot's own installation.

    For an app that is installed for an organization, `team` is any workspace of it, or null (docs.slack.dev,
    block_actions payload). `user.team_id` says nothing: in Enterprise Grid it is the organization's or another workspace's.
    """
    enterprise = identity.enterprise
    if origin.installed:
        return origin.installed in {identity.team, enterprise}
    if origin.team == identity.team:
        return not (origin.enterprise and enterprise) or origin.enterprise == enterprise
    if not origin.team and not origin.enterprise:
        return True
    in_organization = bool(enterprise) and origin.enterprise == enterprise
    return in_organization and (origin.organization_wide or not origin.team)
