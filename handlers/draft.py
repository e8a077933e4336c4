"""The working copy of one decision: the release and grounds as they become, and the effects gathered on the way."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from handlers.effects import Announce, Effect, Looked, Say, ShowCard, Tell
from handlers.facts import Facts
from handlers.ground import Ground, InLine, in_order
from handlers.release import Kind, Release
from handlers.step import Step


class Draft:
    """One decision being made. It lives for one call of `decide` and is never seen outside handlers/.

    `seed` is the random id of the event that is being decided; correlation ids derive from it.
    """

    __slots__ = ("deployed", "effects", "facts", "grounds", "last", "now", "release", "seed")

    def __init__(self, release: Release, facts: Facts, now: datetime, seed: str) -> None:
        self.release = release
        self.facts = facts
        self.now = now
        self.seed = seed
        self.effects: list[Effect] = []
        self.last: list[Effect] = []
        self.grounds: dict[str, Ground] = {}
        self.deployed = ""

    @property
    def step(self) -> Step:
        """The step under way."""
        return self.release.step

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - as dataclasses.replace
        """Replace fields of the step under way."""
        self.release = self.release.with_step(self.release.position, **fields)

    def ground(self, environment: str) -> Ground:
        """Give an environment's ground as this decision has left it so far."""
        return self.grounds.get(environment) or self.facts.ground(environment)

    def change_ground(self, environment: str, **fields: Any) -> None:  # noqa: ANN401 - as dataclasses.replace
        """Replace fields of an environment's ground."""
        self.grounds[environment] = replace(self.ground(environment), **fields)

    def facts_now(self) -> Facts:
        """Give the facts with the grounds as this decision has left them so far."""
        return replace(self.facts, grounds={**self.facts.grounds, **self.grounds})

    def emit(self, effect: Effect) -> None:
        """Gather an effect, once."""
        if effect not in self.effects:
            self.effects.append(effect)

    def show(self) -> None:
        """Have the card drawn anew."""
        self.emit(ShowCard(self.release.number))

    def announce(self) -> None:
        """Have the announcement of the build drawn anew, and with it the newest ones, which say what is where."""
        effect = Announce(self.release.service, self.release.build.version)
        if effect not in self.last:
            self.last.append(effect)

    def say_last(self, code: str, values: Mapping[str, str]) -> None:
        """Add a line to the thread that comes after all that this decision has to say, such as the end of a log."""
        self.last.append(Say(self.release.number, code, values))

    def say(self, code: str, values: Mapping[str, str] | None = None) -> None:
        """Add a line to the thread that rings nobody."""
        self.emit(Say(self.release.number, code, values or {}))

    def ring(
        self,
        code: str,
        values: Mapping[str, str] | None = None,
        *,
        teams: tuple[str, ...] = (),
        users: tuple[str, ...] = (),
    ) -> None:
        """Say something in the thread and in the channel, mentioning who can act."""
        self.emit(Say(self.release.number, code, values or {}, broadcast=True, teams=teams, users=users))

    def correlation(self) -> str:
        """Derive the correlation id of the attempt that is being granted: 20 characters, unguessable without the seed."""
        named = f"{self.seed}/{self.release.number}/{self.step.environment}/{self.step.attempt}"
        return sha256(named.encode()).hexdigest()[:20]

    def enter_line(self) -> None:
        """Stand in the line of the step's environment."""
        self.change(in_line_since=self.now)
        environment = self.step.environment
        line = self.ground(environment).line
        if all(entry.release != self.release.number for entry in line):
            own = InLine(self.release.number, self.now, self.release.kind is Kind.ROLLBACK)
            self.change_ground(environment, line=in_order((*line, own)))

    def leave_line(self) -> None:
        """Step out of the line; who becomes first is told to look."""
        step = self.step
        if step.in_line_since is None:
            return
        self.change(in_line_since=None)
        line = self.ground(step.environment).line
        rest = tuple(entry for entry in line if entry.release != self.release.number)
        self.change_ground(step.environment, line=rest)
        self.wake_first(step.environment)

    def hold(self) -> None:
        """Take the step's environment."""
        environment = self.step.environment
        line = tuple(entry for entry in self.ground(environment).line if entry.release != self.release.number)
        self.change(holding=True, in_line_since=None)
        self.change_ground(environment, holder=self.release.number, line=line)

    def leave(self, index: int) -> None:
        """Give an environment free; who is first in line is told to look."""
        step = self.release.steps[index]
        if not step.holding:
            return
        self.release = self.release.with_step(index, holding=False)
        if self.ground(step.environment).holder == self.release.number:
            self.change_ground(step.environment, holder=0)
            self.announce()
        self.wake_first(step.environment)

    def wake_first(self, environment: str) -> None:
        """Tell the first in line that its turn may have come."""
        ground = self.ground(environment)
        if ground.line and not ground.holder:
            self.emit(Tell(Looked(ground.line[0].release)))
