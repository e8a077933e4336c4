"""The working copy of one decision.

It holds the release and the environments as they change, and collects the effects.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from handlers.effects import (
    Announce,
    Call,
    CompareBuilds,
    Effect,
    Notify,
    PostToThread,
    Reevaluated,
    ShowCard,
)
from handlers.environments import EnvironmentState, QueueEntry, in_queue_order
from handlers.evaluation import gate_context
from handlers.facts import Facts
from handlers.gate import GateContext, GateResult
from handlers.release import Kind, Release
from handlers.step import Step


class Draft:
    """One decision being made.

    It lives for one call of `decide` and never leaves handlers/.
    `seed` is the random id of the event that is being decided; correlation ids derive from it.
    """

    __slots__ = ("deployed", "effects", "environments", "facts", "last", "now", "passed", "release", "seed")

    def __init__(self, release: Release, facts: Facts, now: datetime, seed: str) -> None:
        self.release = release
        self.facts = facts
        self.now = now
        self.seed = seed
        self.effects: list[Effect] = []
        self.last: list[Effect] = []
        self.environments: dict[str, EnvironmentState] = {}
        self.deployed = ""
        self.passed: tuple[GateResult, ...] = ()

    @property
    def step(self) -> Step:
        """The current step."""
        return self.release.step

    def change(self, **fields: Any) -> None:  # noqa: ANN401 - as dataclasses.replace
        """Replace fields of the current step."""
        self.release = self.release.with_step(self.release.position, **fields)

    def environment_state(self, environment: str) -> EnvironmentState:
        """Return an environment's state with the changes of this decision so far."""
        return self.environments.get(environment) or self.facts.environment_state(environment)

    def change_environment(self, environment: str, **fields: Any) -> None:  # noqa: ANN401 - as dataclasses.replace
        """Replace fields of an environment's state."""
        self.environments[environment] = replace(self.environment_state(environment), **fields)

    def current_facts(self) -> Facts:
        """Return the facts with this decision's environment changes so far."""
        return replace(self.facts, environments={**self.facts.environments, **self.environments})

    def gate_context(self, step: Step | None = None) -> GateContext:
        """Return the context for the gates of a step, by default of the current one."""
        return gate_context(self.release, step or self.step, self.current_facts(), self.now)

    def emit(self, effect: Effect) -> None:
        """Collect an effect, once."""
        if effect not in self.effects:
            self.effects.append(effect)

    def show(self) -> None:
        """Update the release's card."""
        self.emit(ShowCard(self.release.number))

    def announce(self, version: str = "") -> None:
        """Update the announcement of a build, by default the release's own.

        The newest announcements are updated with it, since they show what is live where.
        """
        effect = Announce(self.release.service, version or self.release.build.version)
        if effect not in self.last:
            self.last.append(effect)

    def compare(self) -> None:
        """Have the service's builds compared, if a CI can do that."""
        if self.release.plan.changes_source:
            self.emit(CompareBuilds(self.release.service))

    def post_last(self, code: str, values: Mapping[str, str]) -> None:
        """Post to the thread after everything else of this decision, such as a log tail."""
        self.last.append(PostToThread(self.release.number, code, values))

    def post(self, code: str, values: Mapping[str, str] | None = None, users: tuple[str, ...] = ()) -> None:
        """Post to the thread; `users` are told, by a mention."""
        self.emit(PostToThread(self.release.number, code, values or {}, users=users))

    def notify(self, code: str, values: Mapping[str, str], users: tuple[str, ...] = ()) -> None:
        """Post to the thread and the channel; `users` are told, by a mention."""
        self.emit(PostToThread(self.release.number, code, values, broadcast=True, users=users))

    def call(
        self, code: str, values: Mapping[str, str], teams: tuple[str, ...], users: tuple[str, ...] = ()
    ) -> None:
        """Call the teams that can act now, until this attempt of the step wants nobody any more."""
        self.emit(Call(self.release.number, code, values, teams, users, self.step.attempt))

    def warn(self, code: str, values: Mapping[str, str], teams: tuple[str, ...]) -> None:
        """Call teams about something that happened, whatever became of the release since."""
        self.emit(Call(self.release.number, code, values, teams))

    def correlation(self) -> str:
        """Derive the correlation id of the attempt that is being granted.

        It has 20 characters and cannot be guessed without the seed.
        """
        attempt = f"{self.seed}/{self.release.number}/{self.step.environment}/{self.step.attempt}"
        return sha256(attempt.encode()).hexdigest()[:20]

    def join_queue(self) -> None:
        """Join the queue of the current step's environment."""
        self.change(queued_since=self.now)
        environment = self.step.environment
        queue = self.environment_state(environment).queue
        if all(entry.release != self.release.number for entry in queue):
            kind = self.release.kind
            own = QueueEntry(self.release.number, self.now, kind is Kind.ROLLBACK, kind is Kind.EMERGENCY)
            self.change_environment(environment, queue=in_queue_order((*queue, own)))

    def leave_queue(self) -> None:
        """Leave the queue; the release that is first now is notified."""
        step = self.step
        if step.queued_since is None:
            return
        self.change(queued_since=None)
        queue = self.environment_state(step.environment).queue
        rest = tuple(entry for entry in queue if entry.release != self.release.number)
        self.change_environment(step.environment, queue=rest)
        self.notify_first(step.environment)

    def hold(self) -> None:
        """Make the release the holder of the current step's environment."""
        environment = self.step.environment
        queue = tuple(
            entry
            for entry in self.environment_state(environment).queue
            if entry.release != self.release.number
        )
        self.change(holding=True, queued_since=None)
        self.change_environment(environment, holder=self.release.number, queue=queue)

    def leave(self, index: int) -> None:
        """Give up an environment; the first release in its queue is notified."""
        step = self.release.steps[index]
        if not step.holding:
            return
        self.release = self.release.with_step(index, holding=False)
        if self.environment_state(step.environment).holder == self.release.number:
            self.change_environment(step.environment, holder=0)
            self.announce()
        self.notify_first(step.environment)

    def notify_first(self, environment: str) -> None:
        """Notify the first release in the queue that its turn may have come."""
        state = self.environment_state(environment)
        if state.queue and not state.holder:
            self.emit(Notify(Reevaluated(state.queue[0].release)))
