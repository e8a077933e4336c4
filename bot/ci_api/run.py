"""The words between Shiproom and every CI: what a run is asked for, how it was answered, and how it is doing."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from handlers.plan import BuildSource, Deploy


@dataclass(frozen=True, slots=True)
class Target:
    """What is deployed where: the deploy settings of one environment, and the service's repository and branch."""

    deploy: Deploy
    service: str
    environment: str
    repository: str = ""
    branch: str = ""


@dataclass(frozen=True, slots=True)
class StartRequest:
    """All that a CI is told about one attempt. `claim_secret` is what its run has to show at `/claim`, where it needs one."""

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
    """The CI took the request; `run_id` is empty where its answer named none, and a place in a queue if `provisional`."""

    run_id: str = ""
    url: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """It is proved that nothing was started. `retry_after` is in seconds."""

    transient: bool
    detail: str
    retry_after: float = 0.0


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody knows whether the request was taken."""

    detail: str


StartAnswer = Accepted | Refused | Unclear


State = Literal["running", "succeeded", "failed", "cancelled", "timed_out", "vanished"]


@dataclass(frozen=True, slots=True)
class RunStatus:
    """A run as its CI sees it now. `detail` is one line for people, `tail` the end of its output, secrets redacted.

    `id` is the run's own id where a place in a queue was asked about, and a run has come of it.
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
class SeenRun:
    """A run of what deploys to an environment, as its CI lists it, whoever started it.

    `correlation` is empty where it carries no id of ours; `environment` where the CI does not say which one it is for.
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


@dataclass(frozen=True, slots=True)
class SeenBuild:
    """A build workflow's run that succeeded. `number` counts that workflow's runs."""

    run_id: str
    number: int
    sha: str
    branch: str
    url: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Hint:
    """What a webhook says that is worth a look: everything that counts is read from the CI itself afterwards."""

    kind: Literal["run", "build", "nothing"]
    run_id: str = ""
    correlation: str = ""


class ForgedError(Exception):
    """A webhook or a claim is not from whom it says; the message never repeats what it carries."""


class UndecidedError(Exception):
    """Whether a claim is genuine cannot be found out now."""


@dataclass(frozen=True, slots=True)
class Admission:
    """What an authenticated claim says of its run, besides what it posts: the run's id and its attempt."""

    run_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Source:
    """Where a service's builds come from: a build workflow in a repository."""

    service: str
    repository: str
    builds: BuildSource
