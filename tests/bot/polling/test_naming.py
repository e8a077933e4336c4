"""How builds are named after their runs, and which environment a run from outside belongs to."""

from dataclasses import replace

import pytest

from bot.ci.run import ListedBuild, ListedRun, Target
from bot.polling.builds import version_of
from bot.polling.run_targets import target_of_run
from handlers.plan import Deploy

SEEN = ListedBuild("9876", 12, "4be1c9d0c2f1e5a8b7d6934e0f1a2b3c4d5e6f70", "main", "https://ci/9876")


@pytest.mark.parametrize(
    ("template", "version"),
    [
        ("2.4.{run_number}", "2.4.12"),
        ("{run_id}", "9876"),
        ("1.0-{short_sha}", "1.0-4be1c9d"),
        ("{sha}", SEEN.sha),
        ("", "12"),
    ],
)
def test_a_build_is_named_as_the_policy_says(template: str, version: str) -> None:
    assert version_of(SEEN, template) == version


def target(environment: str) -> Target:
    return Target(Deploy("hub", workflow="deploy.yml"), "website", environment, "a/b", "main")


STAGING, PRODUCTION = target("staging"), target("production")
BOTH = (STAGING, PRODUCTION)
SEVERAL = (*BOTH, replace(PRODUCTION, service="api"))
EU = target("eu-production")


@pytest.mark.parametrize(
    ("environment", "title", "targets", "found"),
    [
        ("", "Deploy 4be1c9d to production []", BOTH, PRODUCTION),
        ("", "Deploy to Staging!", BOTH, STAGING),
        ("", "Deploy from staging to production", BOTH, None),
        ("", "Deploy to non-production", BOTH, None),
        ("", "Deploy", BOTH, None),
        ("", "Deploy", (STAGING,), None),
        ("", "Deploy to production", (STAGING,), None),
        ("", "Deploy 4be1c9d to qa", (STAGING,), None),
        ("", "Deploy 4be1c9d to staging, then to qa", (STAGING,), None),
        ("", "Revert log in", (STAGING,), None),
        ("", "deploy-staging #12", BOTH, STAGING),
        ("", "pre-production", BOTH, None),
        ("", "Deploy to production of website", SEVERAL, PRODUCTION),
        ("", "Deploy to production of website-two", SEVERAL, None),
        ("", "Deploy to production", SEVERAL, None),
        ("", "Deploy api to production", (*BOTH, replace(STAGING, service="api")), None),
        ("production", "deploy-api", SEVERAL, replace(PRODUCTION, service="api")),
        ("", "Deploy to eu-production", (EU, PRODUCTION), EU),
        ("", "Deploy to production_eu", BOTH, None),
        ("", "Deploy production/eu", BOTH, None),
        ("", "production.example.org smoke", BOTH, None),
        ("", "Dry-run production", BOTH, None),
        ("", "Plan for production", BOTH, None),
        ("", "Deploy to production.", BOTH, PRODUCTION),
        ("Production", "", BOTH, PRODUCTION),
        ("production", "Deploy to staging", BOTH, PRODUCTION),
        ("review/x", "Deploy to staging", BOTH, None),
        ("review/x", "Deploy to staging", (STAGING,), None),
        ("staging", "", (STAGING,), STAGING),
    ],
)
def test_which_environment_a_run_is_for(
    environment: str, title: str, targets: tuple[Target, ...], found: Target | None
) -> None:
    run = ListedRun("1", "succeeded", environment=environment, title=title)
    assert target_of_run(run, targets) == found
    assert target_of_run(replace(run, can_deploy=False), targets) is None
    assert target_of_run(replace(run, correlation="0123456789abcdef0123"), targets) is None
