"""Answers read-only queries from snapshots, for full members of the workspace."""

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from functools import partial

from bot.blocks import replies
from bot.blocks.block_kit import Message
from bot.blocks.card_view import CardView
from bot.blocks.queries import QUERIES
from bot.blocks.query_words import QueryReads, QueryResult, ServiceView
from bot.engine import Engine
from bot.freshness import Freshness
from bot.reports.report import Report
from bot.reports.requested import ReportRequest, make_report
from bot.slack.history_rows import history_items
from bot.snapshots import Snapshots
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.plan import Plan
from handlers.release import Kind, Release
from handlers.requests import Query, UsageError
from storage import history, reading, releases
from storage.codec import micros
from storage.history import HistoryLine
from storage.reading import ServiceParts

DAY = timedelta(days=1)
MOST_ROWS = 400
"""How many rows of a service's history are read at most for one answer."""

ROWS_FOR_EACH = 4
"""How many rows are read for each that is shown, since refusals of others are not."""

MOST_SUGGESTED = 60


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
        reads = words.reads
        await self._freshness.refresh_person(query.actor, groups=reads.people)
        if reads.people:
            await self._freshness.learn_who_is_on_call()
        membership, now = self._freshness.membership(), self._engine.clock.now()
        account_status = membership.account_status(query.actor, now)
        if account_status is not Eligibility.YES and not reads.for_anybody:
            return self._refused(Refusal(account_status.value, {"action": "read"}))
        named = await self._release(query.release) if query.release else None
        if query.release and named is None:
            return self._refused(Refusal("no_such_release", {"release": f"r{query.release}"}))
        if named is not None and query.kind == "builds":
            query = replace(query, version=named.build.version)
        services = await self._services(query, reads, named) if reads.services else ()
        if query.version and not any(each.builds for each in services):
            return replies.usage_error(await self._unknown(query))
        views = await self._releases(query, services, named) if reads.releases else ()
        teams = {name: membership.eligible(query.actor, name, now) for name in policy.directory.teams}
        trouble = self._freshness.membership_cache.trouble() if reads.people else ""
        names = self._snapshots.names().for_reader()
        found = QueryResult(
            query, names, views, services, account_status, teams, trouble, directory=policy.directory
        )
        return words.answer(replace(found, report=await self._report(query)) if reads.report else found)

    async def _report(self, query: Query) -> Report:
        """Make the report on a service, those of the channel, or all; of a period that goes on, until now."""
        now = self._engine.clock.now()
        since, until = query.since or now, min(query.until or now, now)
        named = None if query.everything or not (query.service or query.nearby) else query.nearby
        services = (query.service,) if query.service else named
        request = ReportRequest(since, until, services)
        return await make_report(self._engine.database, self._engine.policy, request)

    async def overview(self) -> QueryResult:
        """Return what `mine` reads, of everybody: what is true of one reader alone is missing in it."""
        query, reads = Query("mine", ""), QUERIES["mine"].reads
        services = await self._services(query, reads, None)
        views = await self._releases(query, services, None)
        trouble, names = self._freshness.membership_cache.trouble(), self._snapshots.names().for_reader()
        directory = self._engine.policy.directory
        return QueryResult(query, names, views, services, trouble=trouble, directory=directory)

    def _refused(self, refusal: Refusal) -> Message:
        refusal = self._freshness.explained(refusal)
        return replies.refused(refusal, self._snapshots.names(), self._engine.policy.directory)

    async def _release(self, number: int) -> Release | None:
        return await self._engine.database.read(partial(releases.get, number=number))

    async def _unknown(self, query: Query) -> UsageError:
        """Return that a word names nothing, with everything that it could have meant."""
        near = self._plans(query)
        plans = [*near, *(each for each in self._engine.policy.plans.values() if each not in near)]
        opened = await self._engine.database.read(releases.open_everywhere)
        newest = [
            build
            for plan in plans[:MOST_SUGGESTED]
            for build in (await self._read(plan, ServiceParts(builds=10))).builds
        ]
        environments = (each.name for plan in plans for each in plan.environments)
        numbers = (f"r{number}" for number, _ in opened)
        versions = (build.version for build in newest)
        known = dict.fromkeys((*(plan.service for plan in plans), *environments, *numbers, *versions))
        return UsageError("unknown_subject", query.version, tuple(known))

    def _plans(self, query: Query) -> list[Plan]:
        """Return the plans of the services that are asked about: one, those of the channel, or all."""
        plans = self._engine.policy.plans
        if query.service in plans:
            return [plans[query.service]]
        near = [plans[name] for name in query.nearby if name in plans]
        found = near or list(plans.values())
        return [plan for plan in found if not query.environment or plan.environment(query.environment)]

    async def _releases(
        self, query: Query, services: Iterable[ServiceView], named: Release | None
    ) -> tuple[CardView, ...]:
        """Return the card of the release that is asked about, or of all open ones."""
        numbers = [named.number] if named is not None else await self._open_numbers(query, services)
        # Concurrently, because each may wait a while for Slack's facts about its signers.
        found = await asyncio.gather(*(self._snapshots.card(number) for number in numbers))
        names = self._snapshots.names().for_reader()
        views = (replace(view, names=names) for view in found if view is not None)
        return tuple(view for view in views if not query.environment or _concerns(view, query.environment))

    async def _open_numbers(self, query: Query, services: Iterable[ServiceView]) -> list[int]:
        """Return the open releases that are asked about: of a build, or of services.

        Those of services that are not in the policy any more are always among them: nobody can ask about these by name.
        """
        if query.version and QUERIES[query.kind].reads.newest_of_build:
            newest = (_newest(service.of_build) for service in services)
            return [number for number in newest if number]
        if query.version:
            return [each.number for service in services for each in service.of_build if not each.ended]
        opened, plans = await self._engine.database.read(releases.open_everywhere), self._engine.policy.plans
        asked = {service.plan.service for service in services}
        return [number for number, service in opened if service in asked or service not in plans]

    async def _services(
        self, query: Query, reads: QueryReads, named: Release | None
    ) -> tuple[ServiceView, ...]:
        every = list(self._engine.policy.plans.values())
        plans = every if reads.everywhere else self._plans(query)
        if named is not None:
            plans = [self._engine.policy.plans.get(named.service) or named.plan]
        found = [await self._service(plan, query, reads) for plan in plans]
        if not query.version:
            return tuple(found)
        if not any(each.builds for each in found):
            found = [await self._service(plan, query, reads) for plan in every if plan not in plans]
        return tuple(each for each in found if each.builds)

    async def _service(self, plan: Plan, query: Query, reads: QueryReads) -> ServiceView:
        parts = self._parts(query, reads)
        if query.kind == "mine":
            parts = replace(parts, ended_since=micros(self._engine.clock.now() - DAY))
        read = await self._read(plan, parts)
        lines, timelines = await self._history(query, read) if reads.history else ((), {})
        changed = (
            replace(each, changes=None if each.changes is None else self._snapshots.by_people(each.changes))
            for each in read.builds
        )
        return ServiceView(
            read.plan,
            read.environments,
            tuple(changed),
            history_items(lines, timelines, read.plan),
            read.releases,
            read.ends,
            read.of_build,
            read.absences,
            self._engine.policy.calendars_of(read.plan.service),
        )

    def _parts(self, query: Query, reads: QueryReads) -> ServiceParts:
        since = 0 if query.since is None else micros(query.since)
        until = micros(query.until or self._engine.clock.now() + DAY) if query.since is not None else 0
        wide = query.environment or query.since is not None
        rows = MOST_ROWS if wide else ROWS_FOR_EACH * query.count
        rows = 0 if not reads.history or query.release or query.version else rows
        return ServiceParts(reads.builds, rows, since, until, reads.ends, version=query.version)

    async def _history(
        self, query: Query, read: reading.ServiceSnapshot
    ) -> tuple[list[HistoryLine], dict[int, list[HistoryLine]]]:
        """Return the rows to show, newest first, and by number all rows of the releases whose deployments took a time."""
        numbers = [query.release] if query.release else [each.number for each in read.of_build]
        whole = bool(query.release or query.version)
        lines = list(read.history)
        if not whole:
            timed = (line.release for line in lines if line.event in {"run_reported", "signed_off"})
            numbers = list(dict.fromkeys(timed))[: 2 * query.count]
        found = await self._engine.database.read(partial(history.of_releases, numbers=numbers))
        timelines: dict[int, list[HistoryLine]] = {}
        for line in found:
            timelines.setdefault(line.release, []).append(line)
        if not whole:
            return lines, timelines
        since, until = (0 if each is None else micros(each) for each in (query.since, query.until))
        shown = (line for line in found if line.at >= since and (not until or line.at < until))
        return sorted(shown, key=lambda line: line.row, reverse=True), timelines

    async def _read(self, plan: Plan, parts: ServiceParts) -> reading.ServiceSnapshot:
        return await self._engine.database.read(partial(reading.service, plan=plan, parts=parts))


def _newest(of_build: tuple[Release, ...]) -> int:
    """Return the newest release of a build, a rollback to it only if there is no other; 0 if there is none."""
    forward = (each.number for each in of_build if each.kind is not Kind.ROLLBACK)
    return next(forward, of_build[0].number if of_build else 0)


def _concerns(view: CardView, environment: str) -> bool:
    """Return whether a release is in an environment, or on its way there."""
    step = view.release.step_in(environment)
    return view.step.environment == environment or (step is not None and step.holding)
