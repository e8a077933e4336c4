"""Applies every event: refreshes facts, runs one transaction, writes one log line.

Events of people, CI systems and the clock all go through here.
"""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

from bot.audit_log import log_action
from bot.clock import Clock
from bot.deployment_counts import count, expect
from bot.freshness import Freshness
from bot.health import Health
from bot.metrics import DECISIONS, EMERGENCIES
from bot.policy_in_force import NotDecidingError
from bot.release_spans import decided
from bot.told_runs import ToldRuns
from bot.tracing import tracer
from bot.unreadable import UnreadableRows
from handlers.effects import ShowCard
from handlers.events import Event
from handlers.facts import Capabilities
from handlers.outcome import Refusal
from handlers.plan import Plan
from handlers.policy import Policy
from handlers.release import Kind, Release
from storage import effects, releases, transaction
from storage.codec import UnreadableError
from storage.confirmed import BehindError, ConfirmedHeads
from storage.database import Database, write_again
from storage.incoming import Context, IncomingEvent, Outcome
from storage.policies import PolicyBehindError
from storage.reading import ReadContext

log = logging.getLogger("shiproom.decision")

CACHED_PLANS = 1000

MOST_CATCH_UPS = 5
"""How often a decision begins again because a newer policy came into force meanwhile."""

ScheduleListener = Callable[[datetime], None]
CatchUp = Callable[[], Awaitable[None]]


class Engine:
    """Applies events under the policy in force; a reload replaces `policy`.

    `decision_listeners` are called after each decision, `schedule_listeners` with the time at which to reevaluate its
    release. `catch_up` takes the newer policy that another process brought into force. `health` is what is known of
    connections; the bot replaces it by its own.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        freshness: Freshness,
        policy: Policy,
        capabilities: Mapping[str, Capabilities],
    ) -> None:
        self.database = database
        self.clock = clock
        self.policy = policy
        self._freshness = freshness
        self._capabilities = dict(capabilities)
        self._plans: dict[int, Plan] = {}
        self.unreadable = UnreadableRows(database, clock)
        self.confirmed = ConfirmedHeads()
        self.confirmed.services = policy.plans
        self.told_runs = ToldRuns()
        self.health = Health(clock)
        self.decision_listeners: list[Callable[[], None]] = []
        self.schedule_listeners: list[ScheduleListener] = []
        self.catch_up: CatchUp | None = None
        expect(policy)

    async def plan_of_release(self, number: int) -> Plan | None:
        """Return the plan that a release took at its start.

        Cached, because it never changes.
        """
        if number not in self._plans:
            release = await self.database.read(partial(releases.get, number=number))
            if release is None:
                return None
            self._remember(release)
        return self._plans[number]

    def use_policy(self, policy: Policy, capabilities: Mapping[str, Capabilities]) -> None:
        """Replace the policy in force."""
        self.policy = policy
        self.confirmed.services = policy.plans
        self._freshness.use_policy(policy)
        self._capabilities = dict(capabilities)
        expect(policy)

    async def behind(self, number: int) -> bool:
        """Take the policy in force if this one is older than policy `number`; return whether it was."""
        if number <= self.policy.number or self.catch_up is None:
            return False
        await self._catch_up()
        return True

    async def _catch_up(self) -> None:
        """Take the policy in force, whose number may be one that a restore gave it.

        Raises PolicyBehindError if nothing here takes one.
        """
        if self.catch_up is None:
            raise PolicyBehindError
        await self.database.read(self.confirmed.look_for_restore)
        await self.catch_up()

    def context(self) -> Context:
        """Return what is known outside the database now, for a decision."""
        waiting = self.health.waiting().items()
        silent = {key: each.refused_since for key, each in waiting if each.refused_since is not None}
        membership, told = self._freshness.membership(), self.told_runs.told
        return Context(self.policy, membership, self._capabilities, silent, self.confirmed, told)

    async def show_card(self, number: int) -> None:
        """Update a release's card: something has changed that is no event, such as whether its CI answers."""
        now = self.clock.now()
        await self.database.write(partial(effects.add, effects=(ShowCard(number),), now=now))
        for wake in self.decision_listeners:
            wake()

    def read_context(self) -> ReadContext:
        """Return the same for callers that only read."""
        lost = dict(self.confirmed.behind)
        return ReadContext(self._freshness.membership(), self._capabilities, self.policy, lost)

    async def handle(self, event: Event, delivery: str = "") -> Outcome:
        """Apply an event; return once everything that follows from it is durable."""
        since = tracer().stamp()
        try:
            incoming, outcome = await self._apply(event, delivery)
        except UnreadableError as error:
            return self._not_decided(event, self.cannot_read(error))
        except BehindError as error:
            plan = self.policy.plans.get(error.service)
            who = plan.operators if plan is not None else ()
            return self._not_decided(event, replace(error.refusal, who=who))
        count(incoming, outcome)
        if _is_news(outcome):
            self._report(incoming, outcome)
            decided(event, outcome, since)
        if outcome.wake_at is not None:
            for schedule in self.schedule_listeners:
                schedule(outcome.wake_at)
        if outcome.release is not None:
            self._remember(outcome.release)
            self._freshness.after_event(event, outcome.release, self.handle)
        return outcome

    async def decide(self, event: Event, delivery: str = "") -> Outcome:
        """Apply an event of a program that asks again; raises NotDecidingError if nothing could be decided now."""
        outcome = await self.handle(event, delivery)
        if outcome.undecided:
            values = outcome.result.values
            raise NotDecidingError(
                f"records of {values.get('service') or values.get('what')} are lost or unreadable"
            )
        return outcome

    async def _apply(self, event: Event, delivery: str) -> tuple[IncomingEvent, Outcome]:
        """Apply an event under the policy in force: one that is behind is replaced before anything is decided."""
        for _ in range(MOST_CATCH_UPS):
            await self._freshness.before_event(event)
            incoming = IncomingEvent(self.clock.new_id(), event, self.clock.now(), delivery)
            apply = partial(transaction.apply_event, incoming=incoming, context=self.context())
            try:
                outcome = await write_again(self.database, apply)
            except PolicyBehindError:
                await self._catch_up()
            else:
                for head in outcome.heads or filter(None, (outcome.head,)):
                    self.confirmed.learn(head, incoming.at)
                    self.told_runs.forget(head.service)
                return incoming, outcome
        raise PolicyBehindError

    def _not_decided(self, event: Event, refusal: Refusal) -> Outcome:
        """Return the outcome of an event that nothing was recorded of."""
        outcome = Outcome(refusal)
        log_action(IncomingEvent("", event, self.clock.now()), outcome, self._freshness.membership())
        return outcome

    def cannot_read(self, error: UnreadableError) -> Refusal:
        """Return the refusal of what needs a row that cannot be read."""
        self.unreadable.note(error)
        return Refusal("unreadable", {"what": error.place, "why": error.reason})

    def _remember(self, release: Release) -> None:
        if len(self._plans) > CACHED_PLANS:
            self._plans.clear()
        self._plans[release.number] = release.plan

    def _report(self, incoming: IncomingEvent, outcome: Outcome) -> None:
        release, refused = outcome.release, isinstance(outcome.result, Refusal)
        fields = {
            "event": incoming.event.event_name,
            "actor": getattr(incoming.event, "actor", ""),
            "release": release.number if release is not None else 0,
            "before": outcome.before,
            "after": release.state.value if release is not None else "",
            "result": outcome.result.code,
            "refused": refused,
            "effects": ",".join(outcome.effects),
            "head": str(outcome.head) if outcome.head is not None else "",
        }
        log.info("decision", extra=fields)
        log_action(incoming, outcome, self._freshness.membership())
        DECISIONS.labels(fields["event"], "refused" if refused else "done").inc()
        if release is not None and not outcome.before and release.kind is Kind.EMERGENCY and not refused:
            EMERGENCIES.labels(release.service, release.step.environment).inc()
        if not refused:
            for wake in self.decision_listeners:
                wake()


def _is_news(outcome: Outcome) -> bool:
    """Return whether an outcome is new; a reevaluation that changes nothing is not."""
    reevaluated = outcome.release is not None and outcome.result.code == "nothing_new"
    quiet = reevaluated and not outcome.effects and not isinstance(outcome.result, Refusal)
    return not outcome.repeated and not quiet
