"""How builds are named after their runs, and which environment a run from outside belongs to."""

import pytest

from bot.ci.run import ListedBuild, ListedRun, Target
from bot.polling.builds import version_of
from bot.polling.external_runs import target_of_run
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


@pytest.mark.parametrize(
    ("environment", "title", "targets", "found"),
    [
        ("", "Deploy 4be1c9d to production []", BOTH, PRODUCTION),
        ("", "Deploy to Staging!", BOTH, STAGING),
        ("", "Deploy from staging to production", BOTH, None),
        ("", "Deploy to non-production", BOTH, None),
        ("", "Deploy", BOTH, None),
        ("", "Deploy", (STAGING,), STAGING),
        ("", "Deploy to production", (STAGING,), STAGING),
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
