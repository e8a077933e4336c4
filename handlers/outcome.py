"""The outcome of an event: a Decision to save, or a Refusal.

Both have stable codes, for which bot/ has the sentences.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.absence import Absence
from handlers.build import Build
from handlers.effects import Effect
from handlers.environments import EnvironmentState
from handlers.gate import GateResult
from handlers.release import Release


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an event was refused; nothing changed.

    It has a stable code and the values that its sentence needs; `who` lists the people or teams who could do it. `incomplete`
    is set if the person could do it as soon as they say more.
    """

    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    who: tuple[str, ...] = ()
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """The reply to the person who asked: a stable code and its values."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from an event, to be saved in one transaction.

    `release` is the release as it is from now on (None if the event concerns none), `environments` are those that changed,
    `deployed` is the environment that was deployed to successfully, `absence` says until when a person is away of the service,
    and `wake_at` is when to reevaluate at the latest. `passed` are the results of all gates, if a step was granted.
    """

    reply: Reply
    release: Release | None = None
    effects: tuple[Effect, ...] = ()
    environments: Mapping[str, EnvironmentState] = field(default_factory=dict[str, EnvironmentState])
    build: Build | None = None
    deployed: str = ""
    wake_at: datetime | None = None
    changed: bool = True
    absence: Absence | None = None
    passed: tuple[GateResult, ...] = ()
