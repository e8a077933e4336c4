"""The effects: what a decision asks of Slack, the CIs and other releases.

They are saved with the decision and performed afterwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from handlers.events import Started
from handlers.reports import Displaced, Reevaluated
from handlers.workflow_steps import AskToStart, AwaitRelease, EndStep


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Update the release's card from its latest saved state."""

    release: int


@dataclass(frozen=True, slots=True)
class PostToThread:
    """Post one message in the release's thread.

    `broadcast` shows it in the channel too; `users` are told, which is why they are mentioned.
    """

    release: int
    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    broadcast: bool = False
    users: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """Call people who are wanted: one message in the release's thread and in the channel, which goes before all others.

    `teams` are those who can act, `users` are told beside them. It is about this `attempt` of the environment in `values`, and
    is dropped once nobody is wanted there; one without an attempt is about something that happened, and always said.
    """

    release: int
    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    teams: tuple[str, ...] = ()
    users: tuple[str, ...] = ()
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class CloseCalls:
    """Edit the calls of a release that want nobody any more: they say how it ended."""

    release: int


@dataclass(frozen=True, slots=True)
class Announce:
    """Announce a ready build in its service's channel, or update its announcement."""

    service: str
    version: str


@dataclass(frozen=True, slots=True)
class PostToChannel:
    """Post one message about no release in a service's channel: about a lock, a deployment from elsewhere, the policy.

    `channel` is another one than the policy names now; `teams` are mentioned.
    """

    service: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    channel: str = ""
    teams: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PostReport:
    """Post the report on all services, from one time to another, in a channel."""

    channel: str
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class DirectMessage:
    """Send one person a direct message."""

    service: str
    user: str
    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Remind:
    """Remind one person of everything that waits for them; `at` is when that was due, because of this service.

    It is dropped if nothing waits any more, or if a reminder has been sent since.
    """

    user: str
    service: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TellAuthors:
    """Tell the authors of what went live with a release, as far as they asked for it."""

    release: int


@dataclass(frozen=True, slots=True)
class Trigger:
    """Send the one request of an intent to its CI."""

    release: int
    correlation: str


@dataclass(frozen=True, slots=True)
class StopRun:
    """Ask the CI to stop a run."""

    release: int
    correlation: str
    run_id: str


InternalEvent = Displaced | Reevaluated | Started


@dataclass(frozen=True, slots=True)
class Notify:
    """Pass an event to one release, through the same transaction as all events."""

    event: InternalEvent


@dataclass(frozen=True, slots=True)
class NotifyOpen:
    """Pass an event to every other open release of a service; `by` is the release that caused it."""

    service: str
    what: Literal["reevaluate", "newer_requested", "newer_succeeded"]
    environment: str = ""
    by: int = 0


@dataclass(frozen=True, slots=True)
class CompareBuilds:
    """Ask the service's CI how its builds relate to what is live, as far as that is not known yet."""

    service: str


Effect = (
    ShowCard
    | PostToThread
    | Call
    | CloseCalls
    | Announce
    | PostToChannel
    | PostReport
    | DirectMessage
    | Remind
    | TellAuthors
    | Trigger
    | StopRun
    | Notify
    | NotifyOpen
    | CompareBuilds
    | AskToStart
    | AwaitRelease
    | EndStep
)

EFFECT_NAMES: dict[type[Effect], str] = {
    ShowCard: "show_card",
    PostToThread: "post_to_thread",
    Call: "call",
    CloseCalls: "close_calls",
    Announce: "announce",
    PostToChannel: "post_to_channel",
    PostReport: "post_report",
    DirectMessage: "direct_message",
    Remind: "remind",
    TellAuthors: "tell_authors",
    Trigger: "trigger",
    StopRun: "stop_run",
    Notify: "notify",
    NotifyOpen: "notify_open",
    CompareBuilds: "compare_builds",
    AskToStart: "ask_to_start",
    AwaitRelease: "await_release",
    EndStep: "end_step",
}
"""The public name of each effect, stored in the database and in the history.

It never changes, whatever the class is called.
"""


def effect_name(effect: Effect) -> str:
    """Return the public name of an effect."""
    return EFFECT_NAMES[type(effect)]


def destination(effect: Effect) -> str:
    """Return the destination of an effect.

    Effects of one destination are performed in order; destinations do not wait for each other.
    """
    match effect:
        case ShowCard(release) | PostToThread(release) | Call(release) | CloseCalls(release):
            return f"{_PLACES[type(effect)]}:{release}"
        case TellAuthors(of) | Remind(of) | PostReport(of):
            return f"{_PLACES[type(effect)]}:{of}"
        case Trigger(_, correlation) | StopRun(_, correlation):
            return f"run:{correlation}"
        case AskToStart() | AwaitRelease() | EndStep():
            return f"step:{effect.execution}"
        case Notify(event):
            return f"notify:{event.build.version if isinstance(event, Started) else event.release}"
        case _:
            return f"{effect_name(effect)}:{effect.service}"


_PLACES: dict[type[Effect], str] = {
    ShowCard: "card",
    PostToThread: "thread",
    Call: "call",
    CloseCalls: "call",
    TellAuthors: "authors",
    Remind: "remind",
    PostReport: "report",
}
