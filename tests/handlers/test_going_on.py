"""How a release goes on after an environment was unlocked."""

from typing import Any

import pytest

from handlers.going_on import after_unlock
from handlers.release import Release
from handlers.step import StepState
from tests.handlers.builders import (
    NOW,
    TIM,
    draft,
    environment_state,
    facts,
    lock,
    production_step,
    signed,
    under_way,
    waiting,
)

BOTH = (signed("testers", "U0AMITA"), signed("ops", TIM))


def waits(**fields: Any) -> Release:  # noqa: ANN401 - as dataclasses.replace
    return production_step(waiting("production", **fields))


@pytest.mark.parametrize(
    ("release", "there", "how"),
    [
        (waits(requested=False, unrequested_by="lock", sign_offs=BOTH), {}, "again"),
        (waits(requested=False, unrequested_by="unlocked", sign_offs=BOTH), {}, "again"),
        (waits(requested=False), {}, ""),
        (waits(requested=True), {}, "signed"),
        (waits(requested=True, sign_offs=BOTH), {}, "alone"),
        (waits(requested=True, sign_offs=BOTH), {"holder": 4}, "alone"),
        (waits(requested=True), {"locks": (lock(TIM),)}, ""),
        (production_step(under_way(StepState.RUNNING, "production")), {}, ""),
    ],
)
def test_how_a_release_goes_on(release: Release, there: dict[str, Any], how: str) -> None:
    known = draft(release, facts(environment_state("production", **there))).current_facts()
    assert after_unlock(release, known, NOW) == how
