"""Asks CIs how builds relate: what a new one has that an old one has not."""

from functools import partial

from bot.ci.provider import Provider
from bot.effects.worker import Done, EffectResult, RetryIn
from bot.engine import Engine
from handlers.effects import CompareBuilds
from handlers.events import CommitsCompared
from handlers.plan import Plan
from storage import lineage
from storage.codec import loads
from storage.effects import Task

FIRST_PAUSE = 15.0
LONGEST_PAUSE = 900.0
"""Seconds until a CI is asked again about commits that it did not tell of; doubled each time up to the longest."""

LOOK_AGAIN = 60.0
"""Seconds until it is looked again which of them are due."""

_Pair = tuple[str, str, str]


class Comparisons:
    """Performs the effects that compare the builds of a service."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        self._engine = engine
        self._providers = providers
        self._failures: dict[_Pair, tuple[int, float]] = {}

    async def compare_builds(self, task: Task) -> EffectResult:
        """Ask about every pair of commits that is not known yet, and report the answers."""
        service = loads(CompareBuilds, task.body).service
        plan = self._engine.policy.plans.get(service)
        provider = self._providers.get(plan.changes_source) if plan is not None else None
        if plan is None or provider is None or not provider.capabilities.compares:
            return Done()
        pairs = await self._engine.database.read(partial(lineage.wanted_pairs, plan=plan))
        wanted = {(service, *pair) for pair in pairs}
        self._failures = {
            key: value for key, value in self._failures.items() if key[0] != service or key in wanted
        }
        missing = [pair for pair in pairs if not await self._compare(plan, provider, pair)]
        if not missing:
            return Done()
        due = min(self._failures[service, *pair][1] for pair in missing) - self._engine.clock.monotonic()
        why = f"{plan.changes_source} has not told of {len(missing)} pairs of commits"
        return RetryIn(min(LOOK_AGAIN, max(1.0, due)), why, counts_as_failure=False)

    async def _compare(self, plan: Plan, provider: Provider, pair: tuple[str, str]) -> bool:
        """Ask about two commits, unless that failed a moment ago; return whether everything is known now.

        What was cut is kept once, and asked for again as if there were no answer.
        """
        old, new = pair
        key, now = (plan.service, old, new), self._engine.clock.monotonic()
        failures, not_before = self._failures.get(key, (0, 0.0))
        if now < not_before:
            return False
        told = await provider.compare(plan.repository, old, new)
        whole = told is not None and told.complete
        if not whole:
            self._failures[key] = (failures + 1, now + min(LONGEST_PAUSE, FIRST_PAUSE * 2**failures))
        if told is not None and (whole or not failures):
            await self._engine.handle(CommitsCompared(plan.service, plan.changes_source, old, new, told))
        return whole
