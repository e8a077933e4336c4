from dataclasses import replace

import pytest

from handlers.calendar import Calendar, Freeze
from handlers.plan import BuildSource, EnvironmentPlan, unique
from handlers.policy import ApiToken, Connection, Policy
from tests.handlers.builders import NOW, PRODUCTION, STAGING, directory, later, plan


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


@pytest.mark.parametrize(
    ("source", "patterns"),
    [
        (BuildSource(), ("main",)),
        (BuildSource("trunk", branches=("hotfix/*",)), ("trunk", "hotfix/*")),
        (BuildSource("main", branches=("release/*", "main")), ("main", "release/*")),
    ],
)
def test_builds_are_taken_from_their_branch_and_those_beside_it(
    source: BuildSource, patterns: tuple[str, ...]
) -> None:
    assert source.patterns == patterns


@pytest.mark.parametrize(
    ("changes_ci", "builds_ci", "source"),
    [("", "", ""), ("", "jenkins", "jenkins"), ("github", "jenkins", "github"), ("github", "", "github")],
)
def test_the_changes_come_from_the_builds_unless_another_ci_is_named(
    changes_ci: str, builds_ci: str, source: str
) -> None:
    assert plan(changes_ci=changes_ci, builds=BuildSource(ci=builds_ci)).changes_source == source


def test_what_a_policy_has_of_a_service() -> None:
    known = plan()
    policy = Policy({known.service: known}, directory(), {"here": Connection("here", "local")})
    here = policy.presence(known.service)
    assert (here.environments, here.connections) == ({"staging", "production"}, {"here"})
    assert [here.absent(each) for each in known.environments] == ["", "ci"]
    assert policy.presence("shop").absent(STAGING) == "service"


def test_a_token_is_for_the_services_that_it_names_or_for_all() -> None:
    everywhere = ApiToken("incidents", "secret", frozenset({"lock"}))
    named = replace(everywhere, services=("website",))
    assert everywhere.is_for("website")
    assert named.is_for("website")
    assert not named.is_for("shop")


def test_a_policy_has_the_calendars_of_its_services() -> None:
    frozen = {"production": Calendar(freezes=(Freeze("audit", NOW, later(days=1)),))}
    policy = Policy({}, directory(), {}, calendars={"website": frozen})
    assert policy.calendars_of("website") == frozen
    assert policy.calendars_of("cart") == {}
    assert policy.calendar("website", "production") == frozen["production"]
    assert policy.calendar("website", "staging") == Calendar()
