"""What reports read in the rows that the product itself writes, in both databases."""

from dataclasses import replace
from functools import partial
from typing import Literal

import pytest

from bot.reports.facts import Kind, ServiceFacts
from bot.reports.measures import Period, measure
from bot.reports.reading import read_facts
from bot.reports.waits import STILL
from handlers import events
from handlers.actions.approve import SignedOff
from handlers.actions.emergency import EmergencyStarted
from handlers.actions.retry import RetryRequested
from handlers.actions.review import Reviewed
from handlers.actions.settle import Settled
from handlers.attempt_endings import AttemptEnding, AttemptOutcome
from handlers.build import Build
from handlers.outcome import Reply
from handlers.release import Release
from handlers.reports import RunReported, SendAccepted, SendRequested
from storage import history, transaction
from storage.codec import micros, with_fingerprint
from storage.database import Database, write_again
from storage.incoming import IncomingEvent, Outcome
from storage.opening import open_database
from tests.handlers import builders, urgent
from tests.handlers.builders import AMITA, ANDY, MARA, TIM, later
from tests.storage import transactions

PROD = "production"
REVIEW_WITHIN = 2 * 86400
FIRST = transactions.build()
HOTFIX = replace(urgent.HOTFIX, order=0, position=0, number=0)


def second(count: int) -> int:
    """Return a time of the story in microseconds."""
    return micros(later(seconds=count))


class Story:
    """Applies events at seconds of a story."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.ended: list[AttemptEnding] = []
        known = transactions.context()
        plans = {builders.SERVICE: with_fingerprint(urgent.urgent_plan())}
        self._known = replace(known, policy=replace(known.policy, plans=plans))

    async def at(self, count: int, event: events.Event) -> Outcome:
        """Apply an event, and expect that it is not refused."""
        now = later(seconds=count)
        known = replace(self._known, membership=builders.membership(now))
        incoming = IncomingEvent(f"event {count}", event, now)
        outcome = await write_again(
            self._database, partial(transaction.apply_event, incoming=incoming, context=known)
        )
        assert isinstance(outcome.result, Reply), (count, outcome.result)
        if outcome.ended is not None:
            self.ended.append(outcome.ended)
        return outcome

    async def deploy(
        self, count: int, granted: Outcome, state: Literal["succeeded", "failed"], lasts: int = 50
    ) -> Release:
        """Send a grant's request, and have its run end."""
        release = granted.release
        assert release is not None
        assert release.step.intent is not None, granted.result
        number, correlation = release.number, release.step.intent.correlation
        run = f"run {count}"
        await self.at(count + 1, SendRequested(number, correlation))
        await self.at(count + 2, SendAccepted(number, correlation, run))
        ended = await self.at(count + lasts, RunReported(number, correlation, run, state))
        assert ended.release is not None
        return ended.release

    async def report_build(self, count: int, build: Build) -> Build:
        """Report a build that is ready."""
        found = (await self.at(count, events.BuildReported(build))).build
        assert isinstance(found, Build)
        return found


@pytest.fixture
async def told(migrated_database: str) -> ServiceFacts:
    """Tell of a release that failed and was not deployed, was deployed then, and was mended in an emergency."""
    database = await open_database(migrated_database, alone=False)
    try:
        return await tell(database)
    finally:
        await database.close()


async def tell(database: Database) -> ServiceFacts:
    """Tell it, and read it back."""
    story = Story(database)
    build = await story.report_build(0, FIRST)
    await story.report_build(5, transactions.build(3))
    started = await story.at(10, events.Started(build, "staging", ANDY, (ANDY,)))
    number = (await story.deploy(10, started, "succeeded")).number
    await story.at(100, events.StepRequested(number, ANDY, PROD))
    await story.at(200, SignedOff(number, AMITA, "testers"))
    granted = await story.at(300, SignedOff(number, TIM, "ops"))
    await story.deploy(300, granted, "failed")
    await story.at(500, Settled(number, TIM, False, "the job never started"))
    again = await story.at(600, RetryRequested(number, TIM))
    await story.deploy(600, again, "succeeded")
    hotfix = await story.report_build(800, HOTFIX)
    urgent_one = await story.at(810, EmergencyStarted(hotfix, PROD, MARA, reason="log in is down"))
    assert urgent_one.release is not None
    signed = await story.at(820, SignedOff(urgent_one.release.number, TIM, "ops"))
    await story.deploy(820, signed, "succeeded")
    await story.at(900, Reviewed(urgent_one.release.number, AMITA, reason="a test was missing"))
    (found,) = await read_facts(database, {builders.SERVICE})
    assert await read_facts(database, set()) == []
    return found


async def test_deployments_are_those_that_happened(told: ServiceFacts) -> None:
    found = [
        (each.environment, each.release, each.kind, each.how, each.began, each.ended, each.ready)
        for each in told.deployments
    ]
    normal, succeeded = Kind.NORMAL, AttemptOutcome.SUCCEEDED
    assert found == [
        ("staging", 1, normal, succeeded, second(10), second(60), (second(0),)),
        (PROD, 1, normal, succeeded, second(600), second(650), (second(0),)),
        (PROD, 2, Kind.EMERGENCY, succeeded, second(820), second(870), (second(800),)),
    ]
    assert (told.deployments[1].known_bad_at, told.deployments[1].restored_at) == (second(810), second(870))


async def test_waits_are_those_that_happened(told: ServiceFacts) -> None:
    found = [
        (release, environment, on, since, None if until == STILL else until)
        for (environment, on), waits in told.waits.items()
        for release, since, until in waits
    ]
    assert sorted(found) == sorted(
        [
            (1, "staging", "deployment", second(10), second(60)),
            (1, PROD, "request", second(60), second(100)),
            (1, PROD, "team:testers", second(60), second(200)),
            (1, PROD, "team:ops", second(60), second(300)),
            (1, PROD, "deployment", second(300), second(350)),
            (1, PROD, "decision", second(350), second(600)),
            (1, PROD, "deployment", second(600), second(650)),
            (2, PROD, "team:ops", second(810), second(820)),
            (2, PROD, "deployment", second(820), second(870)),
        ]
    )


async def test_an_emergency_and_its_review_are_those_that_happened(told: ServiceFacts) -> None:
    (found,) = told.emergencies
    assert (found.release, found.at, found.alone) == (2, second(810), False)
    assert (found.review_due, found.reviewed_at) == (second(870 + REVIEW_WITHIN), second(900))


async def test_a_decision_tells_the_metrics_what_its_row_tells(migrated_database: str) -> None:
    database = await open_database(migrated_database, alone=False)
    story = Story(database)
    build = await story.report_build(0, FIRST)
    started = await story.at(10, events.Started(build, "staging", ANDY, (ANDY,)))
    number = (await story.deploy(10, started, "failed")).number
    await story.at(500, Settled(number, TIM, False, "the job never started"))
    again = await story.at(600, RetryRequested(number, TIM))
    await story.deploy(600, again, "succeeded")
    rows = await database.read(partial(history.of_release, number=number))
    await database.close()
    wrote = [row.outcome["attempt_ended"] for row in rows if "attempt_ended" in row.outcome]
    assert [(each["environment"], each["attempt"], each["outcome"]) for each in wrote] == [
        ("staging", 1, "failed"),
        ("staging", 1, "unsent"),
        ("staging", 2, "succeeded"),
    ]
    assert [(each.environment, each.attempt, each.outcome) for each in story.ended] == [
        ("staging", 1, AttemptOutcome.FAILED),
        ("staging", 1, AttemptOutcome.UNSENT),
        ("staging", 2, AttemptOutcome.SUCCEEDED),
    ]


async def test_what_it_measures(told: ServiceFacts) -> None:
    there = [each for each in told.deployments if each.environment == PROD]
    found = measure(there, Period(second(0), second(3600)))
    assert (found.deployed, found.changes, found.failed, found.restore) == (2, 2, 1, 60_000_000)
    assert found.failure_rate == 0.5
    assert measure(there, Period(second(1000), second(2000))).failure_rate is None
