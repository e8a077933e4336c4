import pytest

from handlers.build import Build
from handlers.environments import EnvironmentState
from handlers.rollback_target import rollback_target
from tests.handlers.builders import (
    build,
    environment_state,
    live,
)

B1, B2, B3 = build(1), build(2), build(3)


@pytest.mark.parametrize(
    ("successes", "place", "target"),
    [
        ((), environment_state(live=live(1)), None),
        ((B1,), environment_state(), None),
        ((B1,), environment_state(live=live(1)), None),
        ((B1, B2), environment_state(live=live(2)), B1),
        ((B1, B2, B3), environment_state(live=live(3)), B2),
        ((B1, B2, B1), environment_state(live=live(1)), None),
        ((B1, B2, B3, B2), environment_state(live=live(2)), B1),
        ((B1, B2, B3), environment_state(live=live(3), failed=True), B3),
        ((B1, B2, B3), environment_state(live=live(7)), B3),
    ],
    ids=[
        "nothing succeeded",
        "nothing is live",
        "the first",
        "the one before",
        "the one before the newest",
        "no way back to the newer one",
        "back twice",
        "the newest attempt failed",
        "what is live came from outside",
    ],
)
def test_the_target_of_a_rollback(
    successes: tuple[Build, ...], place: EnvironmentState, target: Build | None
) -> None:
    assert rollback_target(successes, place) == target
