"""A story that leaves one deployment of every kind, told to a database as the product decides, a minute for each event."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path

from handlers import events
from handlers.actions.approve import SignedOff
from handlers.actions.away import WentAway
from handlers.actions.emergency import EmergencyStarted
from handlers.actions.retry import RetryRequested
from handlers.actions.review import Reviewed
from handlers.actions.rollback import RollbackStarted
from handlers.actions.unlock import Unlocked
from handlers.actions.waive import AuthorsWaived
from handlers.actions.withdraw import Withdrawn
from handlers.build import Build, Change
from handlers.facts import Capabilities
from handlers.people import SHIPROOM
from handlers.policy import Connection, Policy
from handlers.release import Release
from handlers.reports import RunReported, RunState, SendAccepted, SendRequested
from storage import policies, transaction
from storage.codec import with_fingerprint
from storage.database import Database, write_again
from storage.incoming import Context, IncomingEvent, Outcome
from storage.opening import connect
from tests.handlers import builders, urgent
from tests.handlers.builders import AMITA, ANDY, MARA, NOW, OLGA_TOO, SERVICE, TIM, rule

STRANGER_AUTHOR = "stranger <s@example.org>"
HOSTILE = "=cmd|' /C calc'!A1\n\"quoted\", and\r\n+1"
"""A note that a spreadsheet calculates, and that breaks a line of CSV."""

_TEAMS = {
    **builders.UNGROUPED,
    "testers": replace(builders.TEAMS["testers"], stand_ins=(MARA,)),
}
_ids = count()


def _policy() -> Policy:
    guarded = builders.production(
        gates=(rule("testers"), rule("ops", authors_may_sign=False)), emergency=urgent.LANE
    )
    plan = with_fingerprint(builders.plan(builders.STAGING, guarded))
    connections = {name: Connection(name, "local") for name in ("here", "remote")}
    return Policy(
        {SERVICE: plan},
        builders.directory(_TEAMS),
        connections,
        fingerprint="the story's",
        text="version: 1",
        number=1,
    )


class Story:
    """Tells events to a database, one a minute."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._policy = _policy()
        self.now = NOW

    async def begin(self) -> None:
        """Bring the policy into force."""
        record = partial(policies.record_policy, policy=self._policy, by=SHIPROOM, at=self.now)
        await self._database.write(record)

    async def tell(self, event: events.Event) -> Outcome:
        """Apply an event, which nobody refuses."""
        self.now += timedelta(minutes=1)
        known = Context(
            self._policy,
            builders.membership(self.now, teams=_TEAMS),
            {"here": Capabilities(authoritative_search=True), "remote": Capabilities()},
        )
        incoming = IncomingEvent(f"audited {next(_ids)}", event, self.now)
        outcome = await write_again(
            self._database, partial(transaction.apply_event, incoming=incoming, context=known)
        )
        assert type(outcome.result).__name__ == "Reply", outcome.result
        return outcome

    async def released(self, event: events.Event) -> Release:
        """Apply an event, and return the release that it concerns."""
        found = (await self.tell(event)).release
        assert found is not None
        return found

    async def built(self, build: Build) -> Build:
        """Report a build that is ready."""
        reported: Build = (await self.tell(events.BuildReported(replace(build, order=0)))).build
        return reported

    async def run(self, release: Release, state: RunState, run: str, detail: str = "") -> Release:
        """Send what was granted, and report how its run ended."""
        intent = release.step.intent
        assert intent is not None
        number, correlation = release.number, intent.correlation
        await self.tell(SendRequested(number, correlation))
        await self.tell(SendAccepted(number, correlation, run, f"https://ci.example.org/{run}"))
        return await self.released(RunReported(number, correlation, run, state, detail=detail))

    async def to_staging(self, build: Build) -> Release:
        """Start a build, and bring it to staging."""
        started = await self.released(events.Started(build, "staging", ANDY, (ANDY,), note="weekly"))
        return await self.run(started, "succeeded", f"staging-{started.number}")


async def tell_story(database: Database) -> dict[str, datetime]:
    """Tell it; return the times of what an auditor asks about."""
    story, at = Story(database), dict[str, datetime]()
    await story.begin()
    await _first(story, at)
    await _second(story, at)
    await _mended(story, at)
    return at


async def _first(story: Story, at: dict[str, datetime]) -> None:
    """Go live at once, signed by two."""
    first = await story.to_staging(await story.built(builders.build(1)))
    await story.tell(events.StepRequested(first.number, MARA, "production"))
    await story.tell(SignedOff(first.number, AMITA, "testers"))
    await story.tell(Withdrawn(first.number, AMITA))
    await story.tell(SignedOff(first.number, AMITA, "testers", "works"))
    at["first signed by Amita"] = story.now
    granted = await story.released(SignedOff(first.number, TIM, "ops"))
    at["first granted"] = story.now
    await story.run(granted, "succeeded", "run-1")
    at["first ended"] = story.now


async def _second(story: Story, at: dict[str, datetime]) -> None:
    """Go live at the second attempt, with a stand-in, and a waiver of an author whom nobody knows."""
    changes = (Change("c" * 40, STRANGER_AUTHOR, "Faster <!channel>"),)
    second = await story.to_staging(await story.built(builders.build(2, changes=changes)))
    number = second.number
    await story.tell(WentAway(SERVICE, (), TIM, AMITA, story.now + timedelta(days=3)))
    await story.tell(events.StepRequested(number, ANDY, "production"))
    await story.tell(SignedOff(number, MARA, "testers", HOSTILE))
    at["second signed by Mara"] = story.now
    await story.tell(AuthorsWaived(number, OLGA_TOO, "-1 doubt, Mara looked"))
    at["waived"] = story.now
    granted = await story.released(SignedOff(number, TIM, "ops"))
    at["second granted"] = story.now
    await story.run(granted, "failed", "run-2", "502 from web-3")
    at["second failed"] = story.now
    again = await story.released(RetryRequested(number, TIM))
    at["second granted again"] = story.now
    await story.run(again, "succeeded", "run-3")
    at["second ended"] = story.now


async def _mended(story: Story, at: dict[str, datetime]) -> None:
    """Roll back, mend in an emergency that is reviewed, and have somebody deploy past Shiproom."""
    back = RollbackStarted(replace(builders.build(1), order=0), "production", TIM, reason="502 everywhere")
    await story.run(await story.released(back), "succeeded", "run-4")
    at["rolled back"] = story.now
    await story.tell(Unlocked(SERVICE, ("production",), TIM))
    hotfix = await story.built(builders.build(3, branch="hotfix/login"))
    started = await story.released(EmergencyStarted(hotfix, "production", ANDY, reason="log in is down"))
    granted = await story.released(SignedOff(started.number, TIM, "ops"))
    await story.run(granted, "succeeded", "run-5")
    at["emergency ended"] = story.now
    await story.tell(Reviewed(started.number, builders.TOM, "the fix holds"))
    at["reviewed"] = story.now
    build = Build(SERVICE, "", "e" * 40, "main")
    seen = events.ExternalRunSeen(
        SERVICE, "production", "77#2", "running", build, "bob", "https://ci.example.org/77"
    )
    await story.tell(seen)
    at["outside began"] = story.now
    ended = story.now + timedelta(seconds=30)
    await story.tell(replace(seen, state="succeeded", ended_at=ended))
    at["outside ended"] = ended


def tell_file(path: Path) -> None:
    """Tell the story to an SQLite database that is there and has its schema."""

    async def tell() -> None:
        database = await connect(f"sqlite:///{path}", alone=True)
        await tell_story(database)
        await database.close()

    asyncio.run(tell())
