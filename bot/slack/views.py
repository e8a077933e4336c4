"""Gathers what is shown: reads a snapshot and turns it into the views that blocks/ draws."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

from bot.blocks.card_view import CardView
from bot.blocks.names import Names
from bot.blocks.ready import ReadyView
from bot.blocks.waits import Waiting
from bot.engine import Engine
from handlers.build import Build, Change
from handlers.commands.command import release_number
from handlers.gates.verdict import Reason
from handlers.ground import Ground
from handlers.plan import Plan
from handlers.release import Release
from handlers.resolve import Ledger, default_target
from handlers.step import StepState
from handlers.why import answers, why
from storage import builds, grounds, reading, releases
from storage.arrival import Outcome
from storage.database import Connection
from storage.reading import Picture


class Views:
    """Snapshots for eyes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def names(self, at: datetime | None = None) -> Names:
        """Give names, zone and time for writing a message now."""
        policy = self._engine.policy
        users = self._engine.roster.names(policy.directory)
        return Names(users, ZoneInfo(policy.time_zone), at or self._engine.clock.now())

    async def picture(self, number: int) -> Picture | None:
        """Read a release with everything around it."""
        read = partial(reading.picture, number=number, outside=self._engine.outside())
        return await self._engine.database.read(read)

    async def card(self, number: int) -> CardView | None:
        """Gather what a release's card shows, with Slack's word of now on who signed."""
        picture = await self.picture(number)
        if picture is not None and await self._engine.confirm(picture.release):
            picture = await self.picture(number)
        if picture is None:
            return None
        view = self.card_of(picture)
        return replace(view, holder=await self._holder(view.reasons))

    async def waiting(self, outcome: Outcome) -> Waiting | None:
        """Gather what a release waits for after an event; None where it waits for nothing."""
        release, facts = outcome.release, outcome.facts
        if release is None or facts is None or release.step.state is StepState.SUCCEEDED:
            return None
        reasons = why(release, facts, self._engine.clock.now())
        return Waiting(release, reasons, await self._holder(reasons)) if reasons else None

    async def _holder(self, reasons: Sequence[Reason]) -> Release | None:
        """Read the release whose turn it is, if that is one of the reasons to wait."""
        number = next((release_number(each.values["holder"]) for each in reasons if each.code == "turn"), 0)
        return await self._engine.database.read(partial(releases.get, number=number)) if number else None

    def card_of(self, picture: Picture) -> CardView:
        """Turn a snapshot into what a card shows."""
        release, now = picture.release, self._engine.clock.now()
        ground = picture.facts.ground(release.step.environment)
        ledger = Ledger(release.plan, successes=picture.successes, ground=ground)
        target = default_target(ledger)
        head = picture.head
        return CardView(
            release=release,
            reasons=why(release, picture.facts, now),
            asked=answers(release, picture.facts, now),
            ground=ground,
            changes=self._by_people(picture.changes),
            since=picture.live.version if picture.live is not None else "",
            roll_back_to=target.version if target is not None else "",
            names=self.names(now),
            directory=self._engine.policy.directory,
            head=f"{head.service}:{head.row}:{head.hash[:12]}",
            changes_url=compare_url(release.plan, picture.live, release.build),
        )

    def _by_people(self, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """Name authors as the policy names people, where it knows their login or address."""
        directory = self._engine.policy.directory
        people = {each.slack[0]: each.name for each in directory.people if each.slack}
        known = ((each, people.get(directory.person_of_author(each.author) or "")) for each in changes)
        return tuple(replace(each, author=name) if name else each for each, name in known)

    async def ready(self, service: str, version: str) -> ReadyView | None:
        """Gather what the announcement of a build shows."""
        plan = self._engine.policy.plans.get(service)
        if plan is None:
            return None

        def read(
            connection: Connection,
        ) -> tuple[Build, dict[str, Ground], tuple[Change, ...], Build | None, Release | None] | None:
            build = builds.get(connection, service, version)
            if build is None:
                return None
            ground, _ = grounds.read(connection, service)
            live = _live(ground, plan)
            changes = builds.changes_since(connection, build, live)
            newest = builds.newest_of_branch(connection, service, build.branch)
            return build, ground, changes, newest, releases.last_of_build(connection, service, version)

        found = await self._engine.database.read(read)
        if found is None:
            return None
        build, ground, changes, newest, release = found
        first, last = plan.environments[0].name, plan.environments[-1].name
        live = _live(ground, plan)
        return ReadyView(
            build=build,
            first=first,
            last=last,
            live=live,
            here=ground.get(first, Ground(first)),
            changes=self._by_people(changes),
            newest=newest is None or newest.version == build.version,
            names=self.names(),
            changes_url=compare_url(plan, live, build),
            release=release,
        )


def _live(ground: dict[str, Ground], plan: Plan) -> Build | None:
    last = ground.get(plan.environments[-1].name)
    return last.live.build if last is not None and last.live is not None else None


def compare_url(plan: Plan, live: Build | None, build: Build) -> str:
    """Give where the changes can be read; the policy's `repository` is a path on GitHub unless it is an address."""
    if not plan.repository or live is None or live.sha == build.sha:
        return ""
    where = plan.repository if "://" in plan.repository else f"https://github.com/{plan.repository}"
    return f"{where.rstrip('/')}/compare/{live.sha}...{build.sha}"
