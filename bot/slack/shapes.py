"""The shapes of what Slack sends: the fields that are read, each of its type.

A field that is not named here goes no further: bolt's own readers rely on the shape of fields that are of no interest here.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from bot.schema.words import USER
from bot.slack.event_shapes import Event, Shape


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a payload says that the app is installed.

    `installed` is named by a view only: there `team` can be the workspace of the person, who came through Slack Connect.
    """

    team: str | None
    enterprise: str | None
    organization_wide: bool
    installed: str | None = None


def _person(user: str) -> str:
    if not USER.pattern or not USER.pattern.fullmatch(user):
        raise ValueError("not the id of a person")
    return user


_PersonId = Annotated[str, AfterValidator(_person)]
_Flag: TypeAlias = bool | Literal["true", "false"] | None


class FromInstallation(Shape, ABC):
    """What says where the app is installed."""

    @abstractmethod
    def origin(self) -> Origin:
        """Return where the app is installed."""
        ...


class Sent(FromInstallation, ABC):
    """What a person sent."""

    response_url: str | None = None
    trigger_id: str | None = None
    is_enterprise_install: _Flag = None


class _SlashCommand(Sent):
    command: str
    text: str | None = None
    user_id: _PersonId
    team_id: str | None = None
    enterprise_id: str | None = None
    channel_id: str | None = None

    def origin(self) -> Origin:
        wide = self.is_enterprise_install in {True, "true"}
        return Origin(self.team_id, self.enterprise_id, wide)


class _User(Shape):
    id: _PersonId


class _Named(Shape):
    id: str | None = None


class _Team(_Named):
    enterprise_id: str | None = None


class _Option(Shape):
    value: str | None = None


class _Action(Shape):
    type: str | None = None
    action_id: str
    block_id: str
    value: str | None = None
    selected_option: _Option | None = None


class _Block(Shape):
    type: str | None = None
    block_id: str | None = None


class _Value(Shape):
    value: str | None = None
    selected_option: _Option | None = None
    selected_options: list[_Option] | None = None


class _State(Shape):
    values: dict[str, dict[str, _Value]] | None = None


class _View(Shape):
    id: str | None = None
    hash: str | None = None
    type: str = "modal"
    callback_id: str | None = None
    private_metadata: str | None = None
    app_installed_team_id: str | None = None
    blocks: list[_Block] | None = None
    state: _State | None = None


class _Interaction(Sent):
    type: str
    user: _User
    team: _Team | None = None
    enterprise: _Named | None = None
    channel: _Named | None = None

    @abstractmethod
    def installed(self) -> str | None:
        """Return where the app is installed as the view names it."""
        ...

    def origin(self) -> Origin:
        team = self.team or _Team()
        enterprise = self.enterprise.id if self.enterprise is not None else team.enterprise_id
        wide = self.is_enterprise_install in {True, "true"}
        return Origin(team.id, enterprise, wide, self.installed())


class _BlockActions(_Interaction):
    actions: list[_Action] = Field(min_length=1)
    view: _View | None = None

    def installed(self) -> str | None:
        return self.view.app_installed_team_id if self.view is not None else None


class _OfView(_Interaction):
    view: _View

    def installed(self) -> str | None:
        return self.view.app_installed_team_id


class _Message(Shape):
    """A message that a shortcut was used on: where it is, and nothing of what it says."""

    ts: str
    thread_ts: str | None = None


class _MessageAction(_Interaction):
    callback_id: str
    message: _Message
    message_ts: str | None = None

    def installed(self) -> str | None:
        return None


class _BlockSuggestion(_Interaction):
    action_id: str
    value: str | None = None
    view: _View | None = None

    def installed(self) -> str | None:
        return self.view.app_installed_team_id if self.view is not None else None


class _UrlVerification(Shape):
    type: str
    challenge: str


class _Authorization(Shape):
    team_id: str | None = None
    enterprise_id: str | None = None


class _EventCallback(FromInstallation):
    type: str
    event: Event
    event_id: str = ""
    team_id: str | None = None
    enterprise_id: str | None = None
    authorizations: list[_Authorization] = Field(default_factory=list[_Authorization])

    def origin(self) -> Origin:
        """Return where the app is installed.

        In a channel that workspaces share, `team_id` may be the other one; `authorizations` name the installation that sees
        the event, one at most (docs.slack.dev, Events API).
        """
        for each in self.authorizations:
            return Origin(each.team_id, each.enterprise_id, organization_wide=not each.team_id)
        return Origin(self.team_id, self.enterprise_id, organization_wide=False)


SHAPES: dict[str, type[Shape]] = {
    "slash_command": _SlashCommand,
    "block_actions": _BlockActions,
    "view_submission": _OfView,
    "view_closed": _OfView,
    "message_action": _MessageAction,
    "block_suggestion": _BlockSuggestion,
    "event_callback": _EventCallback,
    "url_verification": _UrlVerification,
}
