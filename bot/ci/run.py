"""The types shared with every CI: a run's request, the answer to it, and its status."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from handlers.plan import BuildSource, Deploy
from handlers.reports import RunState


@dataclass(frozen=True, slots=True)
class Target:
    """What is deployed where: an environment's deploy settings, the service's repository and branch."""

    deploy: Deploy
    service: str
    environment: str
    repository: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class StartRequest:
    """Everything that a CI is sent about one attempt.

    `claim_secret` is what its run has to show at `/claim`, where it needs one.
    """

    correlation: str
    target: Target
    version: str
    sha: str
    digest: str
    build_url: str
    release: int
    not_after: float = field(default=float("inf"))
    """The monotonic time in seconds after which the request must not be sent any more."""
    claim_secret: str = ""

    @property
    def deploy(self) -> Deploy:
        """The deploy settings."""
        return self.target.deploy


@dataclass(frozen=True, slots=True)
class Accepted:
    """The CI accepted the request.

    `run_id` is empty if its answer named none, and a position in a queue if `provisional`.
    """

    run_id: str = ""
    url: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It is proved that nothing was started; `retry_after` is in seconds."""

    transient: bool
    detail: str
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Unclear:
    """It is not known whether the request was accepted."""

    detail: str


StartResult = Accepted | Refused | Unclear


@dataclass(frozen=True, slots=True)
class StopAnswer:
    """The CI's answer to a request to stop a run: `asked` if it took it, or if nothing is left to stop.

    `final` means that it refuses, and would refuse again; `detail` says why.
    """

    asked: bool
    final: bool = False
    detail: str = ""

    def __bool__(self) -> bool:
        """Return whether it was asked."""
        return self.asked


STOP_ASKED = StopAnswer(asked=True)
STOP_LATER = StopAnswer(asked=False)

State = RunState

DEPLOYING = frozenset({"deploy", "deployment", "release", "ship", "promote", "to", ""})
"""Words beside an environment or a service that do not change what is meant: `deploy-production` is production."""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A run as its CI reports it now.

    `detail` is one line for people (why it failed, or for whom it waits), `tail` the end of its output, secrets redacted.
    `id` is the run's own id if a position in a queue was asked about that has become a run.
    """

    state: State
    attempt: int = 1
    url: str = ""
    detail: str = ""
    tail: str = ""
    started_at: datetime | None = None
    id: str = ""
    log_url: str = ""


@dataclass(frozen=True, slots=True)
class ListedRun:
    """A run of what deploys to an environment, as its CI lists it, whoever started it.

    `correlation` is empty unless the run was started as Shiproom starts runs, and carries an id like ours. `environment` is
    empty if the CI does not say which one it is for. `can_deploy` is whether what started it may deploy: it is no push, no pull
    request, and not from a fork. `sha` is the commit that its title or its inputs name, else the one that it ran on.
    """

    id: str
    state: State
    attempt: int = 1
    correlation: str = ""
    environment: str = ""
    title: str = ""
    sha: str = ""
    url: str = ""
    actor: str = ""
    started_at: datetime | None = None
    can_deploy: bool = True
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ListedBuild:
    """A successful run of a build workflow; `number` counts that workflow's runs."""

    run_id: str
    number: int
    sha: str
    branch: str
    url: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """What a webhook suggests to poll: everything that counts is then read from the CI itself.

    `repository` and `workflow` are what it is about, as the policy writes them; empty if the webhook does not say.
    """

    kind: Literal["run", "build", "nothing"]
    run_id: str = ""
    correlation: str = ""
    repository: str = ""
    workflow: str = ""


class UnauthenticatedError(Exception):
    """A webhook or a claim is not from its claimed sender; the message never repeats it."""


class TemporarilyUnavailableError(Exception):
    """It cannot be determined now whether a claim is genuine."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What an authenticated claim proves of its run: the run's id and its attempt."""

    run_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Source:
    """The source of a service's builds: a build workflow in a repository."""

    service: str
    repository: str
    builds: BuildSource
