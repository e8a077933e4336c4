"""What comes of an event: a Decision that is saved as one, or a Refusal with a stable code; bot/ finds the words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handlers.build import Build
from handlers.effects import Effect
from handlers.ground import Ground
from handlers.release import Release


@dataclass(frozen=True, slots=True)
class Refusal:
    """Nothing happened, and why: a stable code, and the values that its sentence needs (`who` lists who could)."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person who asked is told: a stable code and its values."""

    code: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Decision:
    """What follows from an event, to be saved in one transaction.

    `release` is the release as it is from now on (None where the event concerns none), `grounds` the environments that
    changed, `deployed` the build that was deployed with success, and `wake_at` when to look again at the latest.
    """

    reply: Reply
    release: Release | None = None
    effects: tuple[Effect, ...] = ()
    grounds: Mapping[str, Ground] = field(default_factory=dict[str, Ground])
    build: Build | None = None
    deployed: str = ""
    wake_at: datetime | None = None
    changed: bool = True
