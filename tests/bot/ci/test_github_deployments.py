"""Deployment records of GitHub: what was deployed without a run that is listed, and what is left out of them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ci.github.deployments import INTERVAL, REFUSED_INTERVAL
from bot.ci.provider import ProviderContext
from bot.ci.run import ListedRun, State
from handlers.plan import Deploy
from tests.bot.ci.github_fixture import SECRET, WORKFLOW
from tests.bot.ci.github_scenario import GitHubScenario, github_scenario
from tests.bot.ci.stage import Ask
from tests.bot.ci_api.turned import TurnedClock
from tests.github.hooks import signed
from tests.github.hub import TOKEN
from tests.github.model import EVERYTHING, Deployment, Run
from tests.github.shapes import repository as repository_shape

SHA = "b" * 40
LOG = "https://deployer.example.org/log/7"


@pytest.fixture
async def scenario(around: ProviderContext, ask: Ask) -> AsyncIterator[GitHubScenario]:
    """Give a scenario whose time is turned by hand."""
    async with github_scenario(replace(around, clock=TurnedClock()), ask) as made:
        yield made


def later(scenario: GitHubScenario, seconds: float) -> None:
    assert isinstance(scenario.around.clock, TurnedClock)
    scenario.around.clock.passed += seconds


def recorded(
    scenario: GitHubScenario, *states: str, environment: str = "production", log: str = LOG
) -> Deployment:
    made = scenario.local.deployment(scenario.repository, environment, SHA)
    made.statuses += [(state, log) for state in states]
    return made


def page_of(scenario: GitHubScenario, run: Run) -> str:
    return f"{scenario.local.root}/tailspin/space-game-web/actions/runs/{run.id}/job/1"


async def outside(scenario: GitHubScenario) -> list[ListedRun]:
    """List what deployed, as far as it may have."""
    found = await scenario.ours.recent(scenario.request().target)
    assert found is not None
    return [run for run in found if run.can_deploy]


@pytest.mark.parametrize(
    ("states", "state"),
    [
        ((), "queued"),
        (("pending",), "queued"),
        (("queued",), "queued"),
        (("waiting",), "waits"),
        (("queued", "in_progress"), "running"),
        (("in_progress", "success"), "succeeded"),
        (("success", "inactive"), "succeeded"),
        (("in_progress", "failure"), "failed"),
        (("error",), "failed"),
        (("something new",), "queued"),
    ],
)
async def test_a_record_is_as_its_newest_status(
    scenario: GitHubScenario, states: tuple[str, ...], state: State
) -> None:
    made = recorded(scenario, *states, environment="Production")
    (run,) = await outside(scenario)
    assert run == ListedRun(
        id=f"deployment-{made.id}",
        state=state,
        environment="production",
        title="Deployment to production",
        sha=SHA,
        url=LOG if states else "",
        actor="mara-dev",
        started_at=made.created_at.replace(microsecond=0),
    )


async def test_only_the_newest_record_of_an_environment_counts(scenario: GitHubScenario) -> None:
    recorded(scenario, "success")
    staging = recorded(scenario, "success", environment="staging")
    newest = recorded(scenario, "failure")
    found = {(run.id, run.environment, run.state) for run in await outside(scenario)}
    assert found == {
        (f"deployment-{newest.id}", "production", "failed"),
        (f"deployment-{staging.id}", "staging", "succeeded"),
    }


async def test_a_record_of_a_dispatched_run_is_told_by_that_run_alone(scenario: GitHubScenario) -> None:
    run = scenario.run_outside()
    await scenario.all_over()
    recorded(scenario, "success", log=page_of(scenario, run))
    assert [(each.id, each.environment) for each in await outside(scenario)] == [(str(run.id), "")]


@pytest.mark.parametrize("fork", [False, True])
async def test_a_push_that_deployed_is_known_by_its_record(scenario: GitHubScenario, fork: bool) -> None:
    run = scenario.run_outside(event="push")
    await scenario.all_over()
    run.head_repository = 66 * fork
    assert await outside(scenario) == []
    later(scenario, INTERVAL)
    recorded(scenario, "success", log=page_of(scenario, run))
    found = [(each.id, each.environment, each.state) for each in await outside(scenario)]
    assert found == ([] if fork else [(str(run.id), "production", "succeeded")])
    listed = await scenario.ours.recent(scenario.request().target)
    assert [each.id for each in listed or ()] == [str(run.id)], "no run is listed twice"


@pytest.mark.parametrize("fork", [False, True])
async def test_another_workflow_that_deployed_is_known_by_its_record(
    scenario: GitHubScenario, fork: bool
) -> None:
    scenario.repository.put("hotfix.yml", "on: push\njobs: {}\n")
    run = scenario.run_outside(file="hotfix.yml", event="push")
    await scenario.all_over()
    run.head_repository = 66 * fork
    recorded(scenario, "success", log=page_of(scenario, run))
    found = [(each.id, each.environment) for each in await outside(scenario)]
    assert found == ([] if fork else [(str(run.id), "production")])


async def test_a_record_whose_run_is_gone_is_left_out(scenario: GitHubScenario) -> None:
    run = scenario.run_outside()
    await scenario.all_over()
    recorded(scenario, "success", log=page_of(scenario, run))
    scenario.local.runs.clear()
    assert await outside(scenario) == []


async def test_of_several_services_only_a_run_of_its_own_workflow_names_one(scenario: GitHubScenario) -> None:
    """A record says which environment, and never which service."""
    scenario.repository.put("other.yml", scenario.repository.files["main", WORKFLOW])
    own = scenario.run_outside(event="push")
    other = scenario.run_outside(file="other.yml", event="push")
    await scenario.all_over()
    recorded(scenario, "success")
    recorded(scenario, "success", environment="staging", log=page_of(scenario, own))
    recorded(scenario, "success", environment="canary", log=page_of(scenario, other))
    target = scenario.request().target
    others = replace(target, service="other", deploy=Deploy("github", workflow="other.yml"))
    await scenario.ours.recent(others)
    assert {each.environment for each in await outside(scenario)} == {"staging"}
    listed = await scenario.ours.recent(others)
    assert {each.environment for each in listed or () if each.can_deploy} == {"canary"}
    await scenario.ours.recent(replace(others, service=target.service))
    assert {each.environment for each in await outside(scenario)} == {"production", "staging"}


async def test_records_are_read_now_and_then_and_after_a_webhook(scenario: GitHubScenario) -> None:
    deployment = recorded(scenario, "success")
    assert len(await outside(scenario)) == 1
    scenario.local.asked.clear()
    recorded(scenario, "success", environment="staging")
    assert len(await outside(scenario)) == 1
    assert not any("/deployments" in asked for asked in scenario.local.asked)
    payload = {
        "deployment_status": {"state": "success"},
        "repository": repository_shape(scenario.repository, ""),
    }
    delivery = signed("deployment_status", payload, SECRET)
    headers = {key.lower(): value for key, value in delivery.headers.items()}
    scenario.ours.parse_webhook(headers, delivery.body, scenario.around.clock.now())
    assert len(await outside(scenario)) == 2
    later(scenario, INTERVAL)
    scenario.local.asked.clear()
    scenario.local.unchanged = 0
    assert len(await outside(scenario)) == 2
    asked = [each for each in scenario.local.asked if "/deployments" in each]
    assert len(asked) == 1, "what has ended is not read again"
    assert len(scenario.local.asked) == scenario.local.unchanged
    assert deployment.created_at + timedelta(seconds=INTERVAL) <= scenario.around.clock.now()


async def test_a_token_without_the_permission_tells_no_records(scenario: GitHubScenario) -> None:
    scenario.local.tokens[TOKEN] = EVERYTHING - {"deployments: read"}
    recorded(scenario, "success")
    run = scenario.run_outside()
    assert [each.id for each in await outside(scenario)] == [str(run.id)]
    later(scenario, INTERVAL)
    scenario.local.asked.clear()
    await outside(scenario)
    assert not any("/deployments" in asked for asked in scenario.local.asked)
    scenario.local.tokens[TOKEN] = EVERYTHING
    later(scenario, REFUSED_INTERVAL)
    assert len(await outside(scenario)) == 2


@pytest.mark.parametrize("where", ["/deployments$", "/statuses$", "/runs/[0-9]+$"])
async def test_records_that_cannot_be_read_now_leave_the_list_unread(
    scenario: GitHubScenario, where: str
) -> None:
    """Otherwise what was there before would be told as new once they can be read."""
    run = scenario.run_outside(event="push")
    await scenario.all_over()
    recorded(scenario, "success", log=page_of(scenario, run))
    scenario.local.faults.add(where, 502)
    assert await scenario.ours.recent(scenario.request().target) is None
    assert len(await outside(scenario)) == 1
