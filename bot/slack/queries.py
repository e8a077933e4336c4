"""Answers read-only queries from snapshots, for full members of the workspace."""

import asyncio
import json
from functools import partial
from typing import Any

from bot.blocks import replies
from bot.blocks.block_kit import Message
from bot.blocks.card_view import CardView
from bot.blocks.queries import QUERIES
from bot.blocks.query_words import HistoryItem, QueryReads, QueryResult, ServiceView
from bot.engine import Engine
from bot.freshness import Freshness
from bot.snapshots import Snapshots
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.plan import Plan
from handlers.requests import Query
from handlers.step import StepState
from storage import reading, releases
from storage.codec import moment
from storage.history import HistoryLine


class Queries:
    """Reads what a query needs, and renders its answer."""

    def __init__(self, engine: Engine, freshness: Freshness, snapshots: Snapshots) -> None:
        self._engine = engine
        self._freshness = freshness
        self._snapshots = snapshots

    async def answer(self, query: Query) -> Message:
        """Return the answer, or a refusal if the person is not a full member.

        Queries that are for anybody are always answered.
        """
        words, policy = QUERIES[query.kind], self._engine.policy
        await self._freshness.refresh_person(query.actor, groups=words.reads.people)
        membership, now = self._freshness.membership(), self._engine.clock.now()
        account_status = membership.account_status(query.actor, now)
        if account_status is not Eligibility.YES and not words.reads.for_anybody:
            return self._refused(Refusal(account_status.value, {"action": "read"}))
        releases: tuple[CardView, ...] = ()
        if words.reads.releases:
            releases = await self._releases(query)
            if query.release and not releases:
                return self._refused(Refusal("no_such_release", {"release": f"r{query.release}"}))
        services = await self._services(query, words.reads) if words.reads.services else ()
        teams = {name: membership.eligible(query.actor, name, now) for name in policy.directory.teams}
        names = self._snapshots.names()
        trouble = self._freshness.membership_cache.trouble() if words.reads.people else ""
        return words.answer(QueryResult(query, names, releases, services, account_status, teams, trouble))

    def _refused(self, refusal: Refusal) -> Message:
        refusal = self._freshness.explained(refusal)
        return replies.refused(refusal, self._snapshots.names(), self._engine.policy.directory)

    def _plans(self, query: Query) -> list[Plan]:
        plans = self._engine.policy.plans
        return [plans[query.service]] if query.service in plans else list(plans.values())

    async def _releases(self, query: Query) -> tuple[CardView, ...]:
        """Return the card of the release that is asked about, or of all open ones."""
        numbers = [query.release] if query.release else await self._open_numbers(query)
        # Concurrently, because each may wait a while for Slack's facts about its signers.
        found = await asyncio.gather(*(self._snapshots.card(number) for number in numbers))
        return tuple(view for view in found if view is not None)

    async def _open_numbers(self, query: Query) -> list[int]:
        """Return the open releases of the services that are asked about.

        Those of services that are not in the policy any more are always among them: nobody can ask about these by name.
        """
        opened, plans = await self._engine.database.read(releases.open_everywhere), self._engine.policy.plans
        asked = {plan.service for plan in self._plans(query)}
        return [number for number, service in opened if service in asked or service not in plans]

    async def _services(self, query: Query, reads: QueryReads) -> tuple[ServiceView, ...]:
        plans = self._plans(query) if not reads.people else list(self._engine.policy.plans.values())
        rows = query.count if reads.history else 0
        read = [await self._read(plan, rows=rows, newest=reads.builds) for plan in plans]
        return tuple(
            ServiceView(
                each.plan,
                each.environments,
                each.builds,
                tuple(_row(line, each.plan) for line in each.history),
            )
            for each in read
        )

    async def _read(self, plan: Plan, *, rows: int = 0, newest: int = 0) -> reading.ServiceSnapshot:
        return await self._engine.database.read(partial(reading.service, plan=plan, rows=rows, newest=newest))


def _row(line: HistoryLine, plan: Plan) -> HistoryItem:
    event: dict[str, Any] = json.loads(line.body)
    fields = {**line.outcome, **event.get("build", {}), **event}
    values = {
        name: str(fields[name]) for name in ("reason", "note", "detail", "by", "version") if name in fields
    }
    values["deployed"] = "yes" if fields.get("deployed") else "no"
    values["state"] = str(fields.get("state") or fields.get("step_state") or "")
    values["environment"] = _environment(fields, plan)
    taken: dict[str, int] = fields.get("taken_over") or {}
    values["taken_over"] = ", ".join(f"{place} since r{number}" for place, number in taken.items())
    refused = line.outcome.get("refused", "")
    return HistoryItem(moment(line.at), line.actor, line.release, line.event, values, refused)


def _environment(fields: dict[str, Any], plan: Plan) -> str:
    """Return where an event happened.

    After a success the release is at its next step, and the previous one is meant.
    """
    named = fields.get("environment") or ", ".join(fields.get("environments", ()))
    names, step = [each.name for each in plan.environments], fields.get("step", "")
    succeeded = fields.get("state") == "succeeded" or fields.get("deployed")
    if named or step not in names or not succeeded or fields.get("step_state") not in _NOT_BEGUN:
        return named or step
    return names[max(names.index(step) - 1, 0)]


_NOT_BEGUN = frozenset({StepState.PENDING, StepState.WAITING, StepState.GRANTED})
