"""How the `github` CI follows runs, stops them, and lists runs and builds."""

from collections.abc import AsyncIterator

import pytest

from bot.ci.github.provider import connect
from bot.ci.provider import ProviderContext
from bot.ci.run import ListedBuild
from handlers.plan import BuildSource
from tests.bot.ci.following import end_of
from tests.bot.ci.github_scenario import TWENTY, GitHubScenario, github_scenario
from tests.bot.ci.stage import Ask
from tests.github.faults import CUT
from tests.github.model import Job, Step

CANCEL = r"POST .*/cancel$"
BUILD = "name: Build\non: {push: {branches: [main]}, pull_request: {}}\njobs: {}\n"


@pytest.fixture
async def scenario(around: ProviderContext, ask: Ask) -> AsyncIterator[GitHubScenario]:
    async with github_scenario(around, ask) as made:
        yield made


async def test_a_run_that_is_run_again_keeps_its_id(scenario: GitHubScenario) -> None:
    request, run = await scenario.started("fails")
    assert (await end_of(scenario.ours, request)).attempt == 1
    run.inputs["ending"] = "succeeds"
    scenario.local.rerun(run)
    status = await end_of(scenario.ours, request)
    assert (status.state, status.attempt) == ("succeeded", 2)


async def test_a_failure_says_which_step_it_was(scenario: GitHubScenario) -> None:
    request, run = await scenario.started("fails")
    status = await end_of(scenario.ours, request)
    assert status.detail == 'step "Deploy" of job deploy failed'
    assert status.log_url == f"{status.url}/job/{run.jobs[1][0].id}"


def one(name: str, conclusion: str | None, *steps: Step) -> Job:
    return Job(7, name, conclusion, list(steps))


@pytest.mark.parametrize(
    ("jobs", "detail"),
    [
        ([], ""),
        ([one("build", "success")], ""),
        ([one("build", "success"), one("deploy", "failure")], "job deploy failed"),
        ([one("deploy", "timed_out", Step("Wait", "cancelled"))], "job deploy timed out"),
        ([one("a", "failure", Step("x", "success"), Step("y\n z", "failure"))], 'step "y z" of job a failed'),
        ([one("a", "failure"), one("b", "cancelled"), one("c", "failure")], "job a failed, and 1 more"),
        ([one("deploy", "startup_failure")], "job deploy could not start"),
        ([one("hunter2-of-the-bot", "failure")], "job [redacted] failed"),
    ],
)
async def test_what_is_said_of_a_failure(scenario: GitHubScenario, jobs: list[Job], detail: str) -> None:
    request, run = await scenario.started("fails")
    await scenario.all_over()
    run.jobs[1] = jobs
    status = await scenario.ours.status(request.target, request.correlation, str(run.id))
    assert status is not None
    assert (status.state, status.detail) == ("failed", detail)


async def test_a_failure_whose_jobs_cannot_be_read_is_one_all_the_same(scenario: GitHubScenario) -> None:
    request, run = await scenario.started("fails")
    await scenario.all_over()
    scenario.local.faults.add("/jobs$", 502)
    status = await scenario.ours.status(request.target, request.correlation, str(run.id))
    assert status is not None
    assert (status.state, status.detail, status.log_url) == ("failed", "", status.url)


@pytest.mark.parametrize(
    ("status", "conclusion", "state"),
    [
        ("queued", None, "queued"),
        ("requested", None, "queued"),
        ("waiting", None, "waits"),
        ("pending", None, "queued"),
        ("in_progress", None, "running"),
        ("something new", None, "running"),
        ("completed", None, "running"),
        ("completed", "action_required", "waits"),
        ("completed", "something new", "running"),
        ("completed", "success", "succeeded"),
        ("completed", "neutral", "succeeded"),
        ("completed", "failure", "failed"),
        ("completed", "startup_failure", "failed"),
        ("completed", "skipped", "failed"),
        ("completed", "stale", "failed"),
        ("completed", "cancelled", "cancelled"),
        ("completed", "timed_out", "timed_out"),
        ("in_progress", "failure", "running"),
    ],
)
async def test_states(scenario: GitHubScenario, status: str, conclusion: str | None, state: str) -> None:
    request, run = await scenario.started("lasts")
    run.status, run.conclusion = status, conclusion
    seen = await scenario.ours.status(request.target, request.correlation, str(run.id))
    assert seen is not None
    assert seen.state == state


async def test_a_run_that_is_not_there_yet_is_late_and_one_that_is_gone_has_vanished(
    scenario: GitHubScenario,
) -> None:
    request, run = await scenario.started()
    scenario.local.runs.clear()
    assert await scenario.ours.status(request.target, request.correlation, str(run.id)) is None
    following = connect(scenario.fixture.connection, scenario.around)
    gone = await following.status(request.target, request.correlation, str(run.id))
    await following.close()
    assert gone is not None
    assert gone.state == "vanished"


async def test_what_has_not_changed_is_not_counted(scenario: GitHubScenario) -> None:
    request, run = await scenario.started("lasts")
    first, *others = [
        await scenario.ours.status(request.target, request.correlation, str(run.id)) for _ in range(3)
    ]
    assert others == [first, first]
    assert scenario.local.unchanged == 2


@pytest.mark.parametrize("carried_out", [False, True])
async def test_a_cancel_that_is_not_answered_is_asked_again(
    scenario: GitHubScenario, carried_out: bool
) -> None:
    request, run = await scenario.started("lasts")
    scenario.local.faults.add(CANCEL, 502, carried_out=carried_out)
    assert not await scenario.ours.cancel(request.target, request.correlation, str(run.id))
    assert await scenario.ours.cancel(request.target, request.correlation, str(run.id))
    assert (await end_of(scenario.ours, request)).state == "cancelled"
    assert await scenario.ours.cancel(request.target, request.correlation, str(run.id))


async def test_a_run_that_begins_again_refuses_a_cancel_and_it_is_not_believed(
    scenario: GitHubScenario,
) -> None:
    request, run = await scenario.started("lasts")
    scenario.local.faults.add(CANCEL, 409)
    assert not await scenario.ours.cancel(request.target, request.correlation, str(run.id))


@pytest.mark.parametrize(("status", "asked"), [(403, False), (401, False), (404, False), (CUT, False)])
async def test_a_cancel_that_is_refused(scenario: GitHubScenario, status: int, asked: bool) -> None:
    request, run = await scenario.started("lasts")
    scenario.local.faults.add(CANCEL, status)
    assert (await scenario.ours.cancel(request.target, request.correlation, str(run.id))).asked is asked


async def test_runs_are_listed_whoever_started_them(scenario: GitHubScenario) -> None:
    request, _ = await scenario.started()
    other = scenario.run_outside()
    other.actor = "mara-dev"
    other.inputs["shiproom_sha"] = request.sha
    seen = await scenario.ours.recent(request.target)
    assert [(run.correlation, run.actor) for run in seen or ()] == [
        ("", "mara-dev"),
        (TWENTY, "shiproom-bot"),
    ]


async def test_builds_are_the_branch_s_own(scenario: GitHubScenario) -> None:
    scenario.repository.put("build.yml", BUILD)
    events = ("push", "pull_request", "pull_request_target", "workflow_run", "schedule", "push", "push")
    made = [scenario.run_outside(event=event, file="build.yml") for event in events]
    await scenario.all_over()
    made[5].head_repository = 66
    made[6].conclusion = "failure"
    builds = await scenario.ours.builds("tailspin/space-game-web", BuildSource("main", "github", "build.yml"))
    page = f"{scenario.local.root}/tailspin/space-game-web/actions/runs"
    assert builds == [
        ListedBuild(str(run.id), run.number, "a" * 40, "main", f"{page}/{run.id}")
        for run in (made[4], made[0])
    ]
