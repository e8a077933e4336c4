"""Builders of emergencies: production has a lane that ops sign alone, and testers review."""
# ruff: noqa: ANN401 - fields are given as to dataclasses.replace

from dataclasses import replace
from typing import Any

from handlers.emergency_plan import EmergencyPlan, ReviewPlan
from handlers.environments import EnvironmentState, QueueEntry, ReviewOwed
from handlers.facts import Facts
from handlers.plan import Plan
from handlers.release import Kind, Release
from handlers.step import Step
from tests.handlers.builders import (
    ANDY,
    NOW,
    TIM,
    build,
    environment_state,
    facts,
    later,
    plan,
    production,
    release,
    rule,
    staging,
    waiting,
)

LANE = EmergencyPlan(
    may=("ops", "developers"),
    gates=(rule("ops"),),
    branches=("hotfix/*",),
    skips=("staging",),
    alone_after=900,
    review=ReviewPlan("testers", 2 * 86400),
)
HOTFIX = build(2, branch="hotfix/login", number=7)


def lane(**fields: Any) -> EmergencyPlan:
    """Return the lane with some fields replaced."""
    return replace(LANE, **fields)


def urgent_plan(given: EmergencyPlan | None = LANE, **fields: Any) -> Plan:
    """Return the plan whose production has a lane."""
    return plan(staging(), production(emergency=given, **fields))


def emergency(step: Step | None = None, **fields: Any) -> Release:
    """Return r6, which Andy started to bring the hotfix into production."""
    only = step or waiting("production", requested_by=ANDY, called=("ops",))
    given = release(
        only, number=6, kind=Kind.EMERGENCY, build=HOTFIX, plan=urgent_plan(), note="log in is down"
    )
    return replace(given, **fields)


def owed(**fields: Any) -> ReviewOwed:
    """Return the review that r6 owes since now: Andy started it, Tim signed it, and Mara wrote it."""
    given = ReviewOwed(6, "testers", NOW, later(days=2), (ANDY, TIM), ("mara-dev",))
    return replace(given, **fields)


def first_in_line(**fields: Any) -> EnvironmentState:
    """Return production held by r1, with r6 first in line."""
    queue = (QueueEntry(6, NOW, emergency=True), QueueEntry(7, NOW))
    return environment_state("production", **{"holder": 1, "queue": queue, **fields})


def owing(*reviews: ReviewOwed, **fields: Any) -> Facts:
    """Return facts of a production that owes reviews, by default that of r6."""
    return facts(environment_state("production", reviews=reviews or (owed(),)), **fields)
