"""Reads the views that bot/blocks renders, from database snapshots."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.blocks.announcement_view import AnnouncementView
from bot.blocks.card_view import CardView
from bot.blocks.code_host import CodeHost
from bot.blocks.names import Names
from bot.blocks.references import References
from bot.blocks.taken_back import build_taken_back, release_taken_back
from bot.blocks.waits import Waiting
from bot.clock import Clock
from bot.engine import Engine
from bot.freshness import Freshness
from bot.health import Condition, Health
from handlers.beginning import can_begin
from handlers.build import Build, Change
from handlers.command_parsing import release_number
from handlers.environments import EnvironmentState, Live
from handlers.facts import Facts
from handlers.gate import Reason
from handlers.lineage import Marks
from handlers.plan import Plan
from handlers.release import Release
from handlers.rollback_target import rollback_target
from handlers.slots import awaited, cannot_sign
from handlers.step import OVER, StepState
from handlers.why import gate_results, why
from storage import builds, environments, lineage, reading, releases
from storage.database import Connection, Database
from storage.incoming import Outcome
from storage.reading import ReleaseSnapshot


class Snapshots:
    """Reads releases and builds for display, with display names and fresh Slack facts."""

    def __init__(self, database: Database, clock: Clock, engine: Engine, freshness: Freshness) -> None:
        self._database = database
        self._clock = clock
        self._engine = engine
        self._freshness = freshness

    def names(self, at: datetime | None = None) -> Names:
        """Return display names, time zone and time for rendering a message now."""
        zone = ZoneInfo(self._engine.policy.time_zone)
        groups = self._freshness.user_groups()
        empty = frozenset(name for name, members in groups.items() if not members)
        users, now, workspace = self._freshness.names(), at or self._clock.now(), self._freshness.workspace
        return Names(users, zone, now, empty, groups, workspace=workspace)

    async def snapshot(self, number: int) -> ReleaseSnapshot | None:
        """Read a release with its facts, changes and history head.

        None if there is no such release.
        """
        found = await self._read_snapshot(number)
        if found is None or not await self._engine.behind(found.head.policy):
            return found
        return await self._read_snapshot(number)

    async def _read_snapshot(self, number: int) -> ReleaseSnapshot | None:
        read = partial(reading.snapshot, number=number, context=self._engine.read_context())
        return await self._database.read(read)

    async def card(self, number: int) -> CardView | None:
        """Read what a release's card shows, with fresh Slack facts about its signers.

        Somebody else may have asked Slack while it was read: then it is read again, too.
        """
        snapshot = await self.snapshot(number)
        if snapshot is not None:
            refreshed = await self._freshness.refresh_signers(snapshot.release)
            if refreshed or self._knows_more_than(snapshot):
                snapshot = await self.snapshot(number)
        if snapshot is None:
            return None
        view, ending = self.card_of(snapshot), snapshot.release.ending
        successor = await self._release(ending.replaced_by) if ending is not None else None
        return replace(view, holder=await self._holder(view.reasons), successor=successor)

    def _knows_more_than(self, snapshot: ReleaseSnapshot) -> bool:
        """Return whether Slack has said something of people since a release was read."""
        then, now = snapshot.facts.membership, self._freshness.membership()
        return then.members != now.members or then.groups != now.groups

    async def waiting(self, outcome: Outcome) -> Waiting | None:
        """Return what a release waits for after an event; None if it waits for nothing."""
        release, facts = outcome.release, outcome.facts
        if release is None or facts is None or release.step.state is StepState.SUCCEEDED:
            return None
        reasons = why(release, facts, self._clock.now())
        if not reasons:
            return None
        now = self._clock.now()
        out, there = cannot_sign(release, facts, now), awaited(release, facts, now)
        return Waiting(release, reasons, await self._holder(reasons), out, there)

    async def _holder(self, reasons: Sequence[Reason]) -> Release | None:
        """Read the release that holds the environment, if that is a reason to wait."""
        number = next((release_number(each.values["holder"]) for each in reasons if each.code == "turn"), 0)
        return await self._release(number)

    async def _release(self, number: int) -> Release | None:
        return await self._database.read(partial(releases.get, number=number)) if number else None

    def card_of(self, snapshot: ReleaseSnapshot) -> CardView:
        """Return the card view of a snapshot."""
        release, now = snapshot.release, self._clock.now()
        environment_state = snapshot.facts.environment_state(release.step.environment)
        target = rollback_target(snapshot.successes, environment_state)
        head = snapshot.head
        return CardView(
            release=release,
            reasons=why(release, snapshot.facts, now),
            gate_results=gate_results(release, snapshot.facts, now),
            environment_state=environment_state,
            changes=self.by_people(snapshot.changes),
            since=snapshot.live.version if snapshot.live is not None else "",
            marks=snapshot.marks,
            roll_back_to=target,
            # A card stays while others go on call, so that it names the team.
            names=replace(self.names(now), groups={}),
            directory=self._engine.policy.directory,
            head=f"{head.service}:{head.row}:{head.hash[:12]}",
            changes_url=compare_url(release.plan, snapshot.live, release.build),
            silence=silence_of(release, self._engine.health),
            product=snapshot.facts.capabilities_of(release.environment.deploy.ci).product,
            policy=head.policy,
            references=References.of(release.plan),
            lies_in=_lies_in(snapshot),
            taken_back=release_taken_back(release, snapshot.facts.environments),
            left=_left(snapshot),
            cannot_sign=cannot_sign(release, snapshot.facts, now),
            awaited=awaited(release, snapshot.facts, now),
        )

    def _facts_of(self, saved: "_SavedBuild") -> Facts:
        """Return the facts that tell where a release of a build would begin."""
        return Facts(self._freshness.membership(), saved.environments)

    def by_people(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Return changes with the policy's names for authors that it knows, and no e-mail addresses of others."""
        directory = self._engine.policy.directory
        people = {each.slack[0]: each.name for each in directory.people if each.slack}
        known = ((each, people.get(directory.person_of_author(each.author) or "")) for each in changes)
        return tuple(replace(each, author=name or each.author.partition(" <")[0]) for each, name in known)

    async def announcement(self, service: str, version: str) -> AnnouncementView | None:
        """Read what the announcement of a build shows; None if service or build is gone."""
        plan = self._engine.policy.plans.get(service)
        if plan is None:
            return None

        saved = await self._database.read(partial(_read_build, plan=plan, version=version))
        if saved is None:
            return None
        first, last = plan.environments[0].name, plan.environments[-1].name
        return AnnouncementView(
            build=saved.build,
            first=first,
            last=last,
            live=saved.live,
            here=saved.environments.get(first, EnvironmentState(first)),
            changes=self.by_people(saved.changes),
            marks=saved.marks,
            taken_back=build_taken_back(
                saved.build, saved.environments, [each.name for each in plan.environments]
            ),
            can_begin=can_begin(plan, saved.build, self._facts_of(saved), self._clock.now()),
            newest=saved.newest is None or saved.newest.version == version,
            names=self.names(),
            changes_url=compare_url(plan, saved.live, saved.build),
            release=saved.release,
            references=References.of(plan),
        )


def _lies_in(snapshot: ReleaseSnapshot) -> tuple[str, ...]:
    """Return where what a release deployed or took over is still the live build."""
    number, states = snapshot.release.number, snapshot.facts.environments
    return tuple(
        step.environment
        for step in snapshot.release.steps
        if (state := states.get(step.environment)) is not None
        and state.live is not None
        and state.live.release in {number, step.taken_over or number}
    )


def _left(snapshot: ReleaseSnapshot) -> Live | None:
    """Return what is live in the environment before the step, if that is not what the release brought or took over there."""
    release = snapshot.release
    before = release.steps[release.position - 1] if release.position > 0 else None
    state = snapshot.facts.environments.get(before.environment) if before is not None else None
    if before is None or before.state is not StepState.SUCCEEDED or state is None or state.live is None:
        return None
    live = state.live
    same = live.build.version == release.build.version and live.build.same_artifact(release.build)
    return None if release.ended or same else live


def silence_of(release: Release, health: Health) -> Condition | None:
    """Return why the CI cannot be asked about what a release has in flight or about to start there; None if it can be."""
    step = release.step
    if release.ended or step.intent is None or step.state in OVER or step.state is StepState.FAILED:
        return None
    return health.concerning(step.intent.correlation, release.environment.deploy.ci)


class _SavedBuild(NamedTuple):
    """A saved build with its environments, its changes and its last release."""

    build: Build
    environments: dict[str, EnvironmentState]
    live: Build | None
    changes: tuple[Change, ...]
    marks: Marks
    newest: Build | None
    release: Release | None


def _read_build(connection: Connection, plan: Plan, version: str) -> _SavedBuild | None:
    build = builds.get(connection, plan.service, version)
    if build is None:
        return None
    known, _ = environments.read(connection, plan.service)
    name = plan.environments[-1].name
    last = known.get(name) or EnvironmentState(name)
    live = last.live.build if last.live is not None else None
    return _SavedBuild(
        build=build,
        environments=known,
        live=live,
        changes=lineage.changes_since(connection, plan, build, plan.environments[-1].name, live),
        marks=lineage.marks(connection, plan, build, last),
        newest=builds.newest_of_branch(connection, plan.service, build.branch),
        release=releases.last_of_build(connection, plan.service, version),
    )


def compare_url(plan: Plan, live: Build | None, build: Build) -> str:
    """Return the URL of the changes; empty if there are none, or nothing says where the code is."""
    return CodeHost.of(plan).comparison(live.sha, build.sha) if live is not None else ""
