"""The races about emergencies: their last sign-off against a lock, another one, and that of a normal release.

And two people start the same one.
"""

from dataclasses import replace

from handlers.actions.emergency import EmergencyStarted
from handlers.events import Event
from handlers.release import Kind, Release
from tests.handlers.builders import ANDY, TIM, production, waiting
from tests.handlers.urgent import HOTFIX, LANE
from tests.races.harness import SECOND, Lane, Race
from tests.races.races import ONE_GRANT, THIRD, second_op_locks, second_op_signs, tim_signs

WITH_LANE = production(emergency=LANE)


def as_emergency(release: Release) -> Release:
    """Return a race's release as an emergency that waits for its sign-off."""
    build = replace(HOTFIX, service=release.service)
    return replace(release, kind=Kind.EMERGENCY, build=build, steps=(waiting("production", called=("ops",)),))


def andy_starts(lane: Lane) -> Event:
    return EmergencyStarted(lane.release.build, "production", ANDY, "log in is down")


def tim_signs_the_emergency(lane: Lane) -> Event:
    return replace(tim_signs(lane), release=lane.number + SECOND)


def tim_starts(lane: Lane) -> Event:
    return EmergencyStarted(lane.release.build, "production", TIM, "log in is down")


EMERGENCIES = (
    Race(
        "emergency-lock",
        tim_signs,
        second_op_locks,
        {
            ("locked", "signed"): "waiting",
            ("signed", "locked", "grant_void"): "waiting",
            ("signed", "send", "locked"): "deploying",
        },
        production=WITH_LANE,
        shaped=as_emergency,
        runs=THIRD,
    ),
    Race(
        "emergency-two-ops",
        tim_signs,
        second_op_signs,
        ONE_GRANT,
        production=WITH_LANE,
        shaped=as_emergency,
        runs=THIRD,
    ),
    Race(
        "emergency-asked-twice",
        andy_starts,
        tim_starts,
        {("emergency_started",): "waiting"},
        production=WITH_LANE,
        shaped=as_emergency,
        prepared=False,
        runs=THIRD,
    ),
    Race(
        "emergency-beside-a-release",
        tim_signs,
        tim_signs_the_emergency,
        {("signed", "send", "signed"): "deploying", ("signed", "signed", "send"): "deploying"},
        production=WITH_LANE,
        second=as_emergency,
        beside="waiting",
        runs=THIRD,
    ),
)
