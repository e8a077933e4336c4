"""Decides which payloads are read at all: those that have Slack's shape, name a person, and come from our workspace.

The signature shows that Slack sent a payload, not for which workspace: an app may be installed in several with one secret.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Literal, TypeAlias, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from bot.schema.words import USER
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
    shape = _SHAPES.get(kind)
    if shape is None:
        return UNHANDLED
    try:
        read = shape.model_validate(parts)
    except ValidationError:
        return MISSHAPEN
    if isinstance(read, _Sent) and identity is not None and not _from_here(read.origin(), identity):
        return ELSEWHERE
    return read.model_dump(exclude_none=True)


@dataclass(frozen=True, slots=True)
class _Origin:
    """Where a payload says that the app is installed.

    `installed` is named by a view only: there `team` can be the workspace of the person, who came through Slack Connect.
    """

    team: str | None
    enterprise: str | None
    organization_wide: bool
    installed: str | None = None


def _from_here(origin: _Origin, identity: Identity) -> bool:
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


def _person(user: str) -> str:
    if not USER.pattern or not USER.pattern.fullmatch(user):
        raise ValueError("not the id of a person")
    return user


_PersonId = Annotated[str, AfterValidator(_person)]
_Flag: TypeAlias = bool | Literal["true", "false"] | None


class _Shape(BaseModel):
    """Some fields of a payload; others are left out."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")


class _Sent(_Shape, ABC):
    """What a person sent."""

    response_url: str | None = None
    trigger_id: str | None = None
    is_enterprise_install: _Flag = None

    @abstractmethod
    def origin(self) -> _Origin:
        """Return where the app is installed."""
        ...


class _SlashCommand(_Sent):
    command: str
    text: str | None = None
    user_id: _PersonId
    team_id: str | None = None
    enterprise_id: str | None = None
    channel_id: str | None = None

    def origin(self) -> _Origin:
        wide = self.is_enterprise_install in {True, "true"}
        return _Origin(self.team_id, self.enterprise_id, wide)


class _User(_Shape):
    id: _PersonId


class _Named(_Shape):
    id: str | None = None


class _Team(_Named):
    enterprise_id: str | None = None


class _Option(_Shape):
    value: str | None = None


class _Action(_Shape):
    type: str | None = None
    action_id: str
    block_id: str
    value: str | None = None
    selected_option: _Option | None = None


class _Block(_Shape):
    type: str | None = None
    block_id: str | None = None


class _Value(_Shape):
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None


class _State(_Shape):
    values: dict[str, dict[str, _Value]] | None = None


class _View(_Shape):
    id: str | None = None
    hash: str | None = None
    type: str = "modal"
    callback_id: str | None = None
    private_metadata: str | None = None
    app_installed_team_id: str | None = None
    blocks: list[_Block] | None = None
    state: _State | None = None


class _Interaction(_Sent):
    type: str
    user: _User
    team: _Team | None = None
    enterprise: _Named | None = None
    channel: _Named | None = None

    @abstractmethod
    def installed(self) -> str | None:
        """Return where the app is installed as the view names it."""
        ...

    def origin(self) -> _Origin:
        team = self.team or _Team()
        enterprise = self.enterprise.id if self.enterprise is not None else team.enterprise_id
        wide = self.is_enterprise_install in {True, "true"}
        return _Origin(team.id, enterprise, wide, self.installed())


class _BlockActions(_Interaction):
    actions: list[_Action] = Field(min_length=1)
    view: _View | None = None

    def installed(self) -> str | None:
        return self.view.app_installed_team_id if self.view is not None else None


class _OfView(_Interaction):
    view: _View

    def installed(self) -> str | None:
        return self.view.app_installed_team_id


class _UrlVerification(_Shape):
    type: str
    challenge: str


class _Event(_Shape):
    type: str


class _EventCallback(_Shape):
    type: str
    event: _Event


_SHAPES: dict[str, type[_Shape]] = {
    "slash_command": _SlashCommand,
    "block_actions": _BlockActions,
    "view_submission": _OfView,
    "view_closed": _OfView,
    "event_callback": _EventCallback,
    "url_verification": _UrlVerification,
}
