from dataclasses import replace

import pytest

from handlers import events
from handlers.actions.rollback import RollbackStarted
from handlers.people import SHIPROOM
from handlers.release import Kind, Release
from handlers.starting import new_release
from handlers.step import Step
from tests.handlers.builders import (
    ANDY,
    NOW,
    TIM,
    build,
    plan,
)

START = events.Started(build(), "staging", ANDY, (ANDY,), "hot")


BACK = RollbackStarted(build(1), "production", TIM, "broken")
BY_ITSELF = replace(START, actor=SHIPROOM, requesters=(), automatic=True)


def laid(event: events.StartsRelease = START, number: int = 1, **fields: object) -> Release:
    return new_release(number, event, replace(plan(), **fields), NOW)


def test_a_release_visits_all_environments() -> None:
    steps = (Step("staging"), Step("production"))
    expected = Release(1, Kind.NORMAL, build(), plan(), (ANDY,), NOW, steps, "hot")
    assert laid() == expected


def test_a_rollback_visits_one() -> None:
    steps = (Step("production"),)
    assert laid(BACK, 5) == Release(5, Kind.ROLLBACK, build(1), plan(), (TIM,), NOW, steps, "broken")


@pytest.mark.parametrize(
    ("event", "automatic"),
    [
        (BY_ITSELF, True),
        (START, False),
        (replace(BACK, actor=SHIPROOM), False),
    ],
    ids=["its build became ready", "somebody started it", "a rollback"],
)
def test_a_release_is_automatic_if_nobody_started_it(event: events.StartsRelease, automatic: bool) -> None:
    assert laid(event).automatic is automatic
