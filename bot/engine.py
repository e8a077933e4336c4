"""The one way in: facts refreshed, one transaction, one line in the log; people, CIs and the clock all pass here."""

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from bot.clock import Clock
from bot.metrics import DECISIONS
from bot.roster import Roster
from bot.tasks import Tasks
from handlers.events import BuildReported, Event, RollbackStarted, Started
from handlers.facts import Capabilities
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.plan import Plan, Policy
from handlers.release import Release
from handlers.reports import Looked
from handlers.step import StepState
from storage import door, effects, releases
from storage.arrival import Arrival, Outcome, World
from storage.database import Database, write_again
from storage.reading import Outside

log = logging.getLogger("shiproom.decision")

KEPT_SIGNERS = 1000


@dataclass(frozen=True, slots=True)
class Parts:
    """What the engine works with."""

    database: Database
    roster: Roster
    clock: Clock
    tasks: Tasks
    capabilities: Mapping[str, Capabilities]


class Engine:
    """The door with the world around it. `policy` is what is in force; a reload replaces it."""

    def __init__(self, parts: Parts, policy: Policy) -> None:
        self.database = parts.database
        self.clock = parts.clock
        self.roster = parts.roster
        self.policy = policy
        self._tasks = parts.tasks
        self._capabilities = dict(parts.capabilities)
        self._signers: dict[int, tuple[str, ...]] = {}
        self._plans: dict[int, Plan] = {}
        self.woken: list[Callable[[], None]] = []

    async def plan_of_release(self, number: int) -> Plan | None:
        """Give the plan that a release took at its start; it never changes, so what was read once stays true."""
        if number not in self._plans:
            release = await self.database.read(partial(releases.get, number=number))
            if release is None:
                return None
            self._remember(release)
        return self._plans[number]

    def take(self, policy: Policy, capabilities: Mapping[str, Capabilities]) -> None:
        """Put another policy into force."""
        self.policy = policy
        self._capabilities = dict(capabilities)

    def world(self) -> World:
        """Give what is known outside the database now."""
        return World(self.policy, self.roster.roll(self.policy.directory), self._capabilities)

    def outside(self) -> Outside:
        """Give the same for those who only read."""
        return Outside(self.roster.roll(self.policy.directory), self._capabilities)

    async def handle(self, event: Event, delivery: str = "") -> Outcome:
        """Take an event through the door; returns when what follows from it is durable."""
        await self._refresh(event)
        arrival = Arrival(self.clock.new_id(), event, self.clock.now(), delivery)
        outcome = await write_again(self.database, partial(door.enter, arrival=arrival, world=self.world()))
        self._tell(arrival, outcome)
        if outcome.release is not None:
            self._remember(outcome.release)
            self._look_again(event, outcome)
        return outcome

    async def freshen(self, release: Release) -> None:
        """Ask Slack about all teams that count for the step under way, and everybody who signed it.

        Sign-offs that were spent count again when a run claims what was sent on them.
        """
        self._remember(release)
        signed = {each.user for each in release.step.sign_offs if each.verdict == "yes"}
        await self.roster.fresh(signed, self._groups(self._plan_of(release.service)))

    async def _refresh(self, event: Event) -> None:
        number = getattr(event, "release", 0)
        users = {getattr(event, "actor", ""), *self._signers.get(number, ())}
        await self.roster.fresh(users, self._groups(self._plan_for(event)))

    def _plan_for(self, event: Event) -> Plan | None:
        if isinstance(event, Started | RollbackStarted | BuildReported):
            return self._plan_of(event.build.service)
        return None

    def _plan_of(self, service: str) -> Plan | None:
        return self.policy.plans.get(service)

    def _groups(self, plan: Plan | None) -> Iterable[str]:
        teams = self.policy.directory.teams
        if plan is None:
            return {team.usergroup for team in teams.values()}
        signing = {rule.team for each in plan.environments for rule in each.gates + each.rollback_gates}
        names = {*plan.starters, *plan.operators, *signing}
        return {teams[name].usergroup for name in names if name in teams}

    def _remember(self, release: Release) -> None:
        """Keep in mind who signed, so that the next event asks Slack about them in time; losing it costs one more look."""
        signers = tuple({signed.user for signed in release.step.unspent})
        if len(self._signers) > KEPT_SIGNERS:
            self._signers.clear()
            self._plans.clear()
        self._signers[release.number] = signers
        self._plans[release.number] = release.plan

    def _look_again(self, event: Event, outcome: Outcome) -> None:
        """Where only Slack's word on a signer is missing, ask for it now instead of in 30 s."""
        release = outcome.release
        if release is not None and not isinstance(event, Looked) and self._unconfirmed(release):
            self._tasks.start(self._ask_and_look(release), f"look again at r{release.number}")

    def _unconfirmed(self, release: Release) -> bool:
        """Say whether Slack's word on somebody who signed is missing, or too old to count."""
        roll, now = self.roster.roll(self.policy.directory), self.clock.now()
        return release.step.state is StepState.WAITING and any(
            roll.eligible(each.user, each.team, now) is Eligibility.UNKNOWN for each in release.step.unspent
        )

    async def confirm(self, release: Release) -> bool:
        """Ask Slack about those who signed, where that is due before a release is shown; says whether it was.

        Nobody looks at a release that waits for people only, and Slack's word on who signed grows old meanwhile.
        """
        due = self._unconfirmed(release)
        if due:
            await self.freshen(release)
        return due

    async def _ask_and_look(self, release: Release) -> None:
        await self.freshen(release)
        await self.handle(Looked(release.number))

    def _tell(self, arrival: Arrival, outcome: Outcome) -> None:
        result = outcome.result
        refused = isinstance(result, Refusal)
        quiet = not refused and not outcome.effects and outcome.release is not None
        if outcome.repeated or (quiet and result.code == "nothing_new"):
            return
        release = outcome.release
        fields = {
            "event": type(arrival.event).__name__,
            "actor": getattr(arrival.event, "actor", ""),
            "release": release.number if release is not None else 0,
            "before": outcome.before,
            "after": release.state.value if release is not None else "",
            "result": result.code,
            "refused": refused,
            "effects": ",".join(outcome.effects),
            "head": str(outcome.head) if outcome.head is not None else "",
        }
        log.info("decision", extra=fields)
        DECISIONS.labels(fields["event"], "refused" if refused else "done").inc()
        if not refused:
            for wake in self.woken:
                wake()

    async def unpark(self) -> None:
        """Let go what was left behind in the lines of effects, where several processes write them."""
        if self.database.name != "sqlite":
            await self.database.write(partial(effects.unpark, now=self.clock.now()))

    async def look_at_due(self) -> int:
        """Look at every release whose time has come; returns how many there were."""
        now = self.clock.now()
        due = await self.database.read(partial(releases.due, now=now))
        for number in due:
            release = await self.database.read(partial(releases.get, number=number))
            if release is not None:
                await self.freshen(release)
            await self.handle(Looked(number))
        return len(due)
