import pytest

from handlers.plan import EnvironmentPlan, unique
from tests.handlers.builders import PRODUCTION, STAGING, plan


def test_an_environment_is_found_by_name() -> None:
    assert plan().environment("production") is PRODUCTION
    assert plan().environment("preview") is None


@pytest.mark.parametrize(
    ("environment", "teams"),
    [(STAGING, ("developers", "ops")), (PRODUCTION, ("ops",))],
    ids=["open", "protected"],
)
def test_who_may_steer(environment: EnvironmentPlan, teams: tuple[str, ...]) -> None:
    assert plan().steering_teams(environment) == teams


def test_repeated_names_are_dropped_in_order() -> None:
    assert unique(("b", "a", "b", "c", "a")) == ("b", "a", "c")
