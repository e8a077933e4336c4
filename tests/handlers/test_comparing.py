from typing import Any

import pytest

from handlers.comparing import effects_of_comparison
from handlers.effects import Announce, Effect, NotifyOpen
from handlers.events import CommitsCompared
from handlers.lineage import Comparison
from handlers.release import Release
from handlers.step import Step, StepState
from tests.handlers.builders import (
    NOW,
    build,
    granted,
    in_production,
    production_step,
    release,
    rollback,
    under_way,
    waiting,
)

NEW, OLD = build(2), build(1)
LOOK = NotifyOpen("website", "reevaluate")


def compared(contains: bool | None, new: str = NEW.sha) -> CommitsCompared:
    return CommitsCompared("website", "github", OLD.sha, new, Comparison(contains))


def requested(environment: str = "staging", number: int = 7) -> NotifyOpen:
    return NotifyOpen("website", "newer_requested", environment, number)


def succeeded(environment: str, number: int) -> NotifyOpen:
    return NotifyOpen("website", "newer_succeeded", environment, number)


def r7(step: Step | None = None, **fields: Any) -> Release:  # noqa: ANN401 - as dataclasses.replace
    """Return r7, of the new build."""
    return release(step or waiting("staging"), **{"number": 7, "build": NEW, **fields})


@pytest.mark.parametrize("contains", [True, False, None])
def test_everything_that_waits_is_evaluated_again_and_the_builds_are_drawn(contains: bool | None) -> None:
    twin = build(2, version="2.2.0-again")
    assert effects_of_comparison(compared(contains), (), (), {}) == (LOOK,)
    assert effects_of_comparison(compared(contains), (NEW, twin), (), {}) == (
        LOOK,
        Announce("website", "2.2.0"),
        Announce("website", "2.2.0-again"),
    )


@pytest.mark.parametrize(
    ("known", "told"),
    [
        (r7(), (requested(),)),
        (r7(waiting("staging", queued_since=NOW)), (requested(),)),
        (production_step(waiting("production"), number=7, build=NEW), (requested("production"),)),
        (r7(waiting("staging", requested=False)), ()),
        (r7(granted()), ()),
        (r7(under_way(StepState.RUNNING)), ()),
        (r7(build=OLD), ()),
        (r7(build=build(3)), ()),
        (rollback(build=NEW), ()),
    ],
    ids=[
        "requested",
        "queued",
        "requested later on",
        "not requested",
        "granted",
        "running",
        "of the old commit",
        "of another commit",
        "a rollback",
    ],
)
def test_what_is_known_to_contain_more_may_supersede_where_it_is_requested(
    known: Release, told: tuple[Effect, ...]
) -> None:
    assert effects_of_comparison(compared(contains=True), (), (in_production(), known), {}) == (LOOK, *told)


@pytest.mark.parametrize(
    ("deployed", "told"),
    [
        ({"staging": r7()}, (succeeded("staging", 7),)),
        ({"staging": r7(build=OLD)}, ()),
        ({"staging": rollback(build=NEW)}, ()),
        ({}, ()),
    ],
    ids=["live", "the old one is live", "a rollback to it", "nothing of ours is live"],
)
def test_what_is_known_to_contain_more_may_supersede_where_it_is_live(
    deployed: dict[str, Release], told: tuple[Effect, ...]
) -> None:
    deployed = {**deployed, "production": r7(number=4)}
    effects = effects_of_comparison(compared(contains=True), (), (), deployed)
    assert effects == (LOOK, *told, succeeded("production", 4))


@pytest.mark.parametrize("contains", [False, None])
def test_what_lacks_the_other_or_is_unrelated_supersedes_nothing(contains: bool | None) -> None:
    assert effects_of_comparison(compared(contains), (), (r7(),), {"staging": r7()}) == (LOOK,)
