"""The state of a run is that of the job that deploys, where the policy names it; and what a run waits for is said."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.ci.provider import ProviderContext
from bot.ci.run import RunStatus
from tests.bot.ci.github_scenario import GitHubScenario, github_scenario
from tests.bot.ci.stage import Ask
from tests.github.model import Job, Run, Step, Waiting

MISSED = "the job deploy did not run"


@pytest.fixture
async def scenario(around: ProviderContext, ask: Ask) -> AsyncIterator[GitHubScenario]:
    async with github_scenario(around, ask) as made:
        yield made


def one(name: str, conclusion: str | None, status: str = "") -> Job:
    return Job(hash(name) % 1000, name, conclusion, status=status)


def failed(name: str, step: str) -> Job:
    return Job(9, name, "failure", [Step(step, "failure")])


async def seen(scenario: GitHubScenario, run: Run, job: str = "deploy") -> RunStatus:
    """Read a run whose policy names a job."""
    target = scenario.request().target
    target = replace(target, deploy=replace(target.deploy, job=job))
    status = await scenario.ours.status(target, "", str(run.id))
    assert status is not None
    return status


async def ended(scenario: GitHubScenario, conclusion: str, *jobs: Job) -> Run:
    """Have a run that ended with these jobs."""
    run = scenario.run_outside()
    await scenario.all_over()
    run.conclusion, run.jobs[1] = conclusion, list(jobs)
    return run


TESTED, SKIPPED = one("test", "success"), one("deploy", "skipped")


@pytest.mark.parametrize(
    ("conclusion", "jobs", "state", "detail"),
    [
        ("success", [TESTED, one("deploy", "success")], "succeeded", ""),
        ("success", [TESTED, one("deploy", "neutral")], "succeeded", ""),
        ("success", [TESTED, SKIPPED], "failed", MISSED),
        ("success", [TESTED], "failed", MISSED),
        ("success", [], "failed", MISSED),
        ("skipped", [SKIPPED], "failed", MISSED),
        ("failure", [failed("test", "Run tests"), SKIPPED], "failed", f'{MISSED}: step "Run tests" of job test failed'),
        ("failure", [one("deploy", "success"), failed("smoke", "Look")], "succeeded", ""),
        ("failure", [TESTED, failed("deploy", "Push")], "failed", 'step "Push" of job deploy failed'),
        ("success", [one("deploy", "failure")], "failed", "job deploy failed"),
        ("failure", [one("deploy", "timed_out")], "timed_out", "job deploy timed out"),
        ("cancelled", [one("deploy", "cancelled")], "cancelled", ""),
        ("cancelled", [one("test", "cancelled"), SKIPPED], "cancelled", MISSED),
        ("cancelled", [one("deploy", "success"), one("smoke", "cancelled")], "succeeded", ""),
        ("cancelled", [one("deploy", None, "queued")], "cancelled", ""),
        ("success", [one("deploy", "something new")], "running", ""),
        ("startup_failure", [], "failed", f"{MISSED}: GitHub could not start the workflow: its file may be wrong"),
        # Of a matrix.
        ("success", [one("deploy (eu)", "success"), one("deploy (us, 2)", "success")], "succeeded", ""),
        ("failure", [one("deploy (eu)", "success"), one("deploy (us)", "failure")], "failed", "job deploy (us) failed"),
        ("cancelled", [one("deploy (eu)", "success"), one("deploy (us)", "cancelled")], "cancelled", ""),
        # Of reusable workflows.
        ("success", [one("call / deploy", "success")], "succeeded", ""),
        ("success", [one("call / deploy", "skipped")], "failed", MISSED),
        ("success", [one("call (eu) / deploy (a / b)", "success")], "succeeded", ""),
        ("success", [one("eu / deploy", "success"), one("us / deploy", "skipped")], "failed", MISSED),
        ("success", [one("deploy / push", "success"), one("deploy / migrate", "skipped")], "succeeded", ""),
        ("failure", [one("deploy / push", "success"), one("deploy / wait", "failure")], "failed", "job deploy / wait failed"),
        ("success", [one("deploy / push", "skipped")], "failed", MISSED),
        # Others that are only called alike.
        ("success", [one("deploy-docs", "success"), one("redeploy", "success")], "failed", MISSED),
    ],
)  # fmt: skip
async def test_a_run_is_what_its_job_is(
    scenario: GitHubScenario, conclusion: str, jobs: list[Job], state: str, detail: str
) -> None:
    status = await seen(scenario, await ended(scenario, conclusion, *jobs))
    assert (status.state, status.detail) == (state, detail)


@pytest.mark.parametrize(
    ("status", "jobs", "state"),
    [
        ("queued", [], "queued"),
        ("in_progress", [], "queued"),
        ("in_progress", [one("test", None)], "queued"),
        ("in_progress", [TESTED, one("deploy", None, "queued")], "queued"),
        ("in_progress", [TESTED, one("deploy", None, "pending")], "queued"),
        ("in_progress", [TESTED, one("deploy", None)], "running"),
        ("waiting", [TESTED, one("deploy", None, "waiting")], "waits"),
        ("waiting", [one("build", None, "waiting")], "waits"),
        ("in_progress", [one("lint", None), one("deploy", None, "waiting")], "waits"),
        ("in_progress", [one("deploy (eu)", None), one("deploy (us)", None, "waiting")], "running"),
        ("in_progress", [one("deploy (eu)", "success"), one("deploy (us)", None, "queued")], "running"),
        ("in_progress", [one("deploy (eu)", "failure"), one("deploy (us)", None)], "running"),
        ("waiting", [one("deploy", "success"), one("promote", None, "waiting")], "succeeded"),
        ("in_progress", [one("deploy", "failure"), one("tidy", None)], "failed"),
    ],
)
async def test_a_run_under_way_is_where_its_job_is(
    scenario: GitHubScenario, status: str, jobs: list[Job], state: str
) -> None:
    run = await ended(scenario, "success", *jobs)
    run.status, run.conclusion = status, None
    assert (await seen(scenario, run)).state == state


async def test_a_job_beyond_the_first_page_is_found(scenario: GitHubScenario) -> None:
    others = [one(f"test ({number})", "success") for number in range(130)]
    run = await ended(scenario, "success", *others, one("deploy", "success"))
    assert (await seen(scenario, run)).state == "succeeded"


async def test_jobs_that_cannot_be_read_prove_nothing(scenario: GitHubScenario) -> None:
    run = await ended(scenario, "success", one("deploy", "success"))
    scenario.local.faults.add("/jobs$", 502)
    target = scenario.request().target
    named = replace(target, deploy=replace(target.deploy, job="deploy"))
    assert await scenario.ours.status(named, "", str(run.id)) is None
    assert (await seen(scenario, run)).state == "succeeded"


async def test_a_job_that_was_not_run_again_is_as_it_ended_before(scenario: GitHubScenario) -> None:
    """With "re-run failed jobs" the one that deploys is not carried out a second time."""
    run = await ended(scenario, "failure", one("deploy", "success"), one("smoke", "failure"))
    run.attempt, run.conclusion, run.jobs[2] = 2, "success", [one("smoke", "success")]
    status = await seen(scenario, run)
    assert (status.state, status.attempt) == ("succeeded", 2)
    run.jobs[2].append(one("deploy", "skipped"))
    run.jobs[1][0].conclusion = "failure"
    run.attempt, run.jobs[3] = 3, [one("smoke", "success")]
    assert (await seen(scenario, run)).state == "failed"


async def test_without_a_job_the_run_counts(scenario: GitHubScenario) -> None:
    run = await ended(scenario, "success", TESTED, SKIPPED)
    assert (await seen(scenario, run, job="")).state == "succeeded"


@pytest.mark.parametrize(
    ("waiting", "detail"),
    [
        ([Waiting("production")], 'a reviewer of its environment "production"'),
        (
            [Waiting("production", ("mara-dev",), ("ops",))],
            'a reviewer of its environment "production" (mara-dev, team ops)',
        ),
        ([Waiting("production", wait_timer=30)], 'the wait timer of its environment "production" (30 min)'),
        (
            [Waiting("production", ("tim",), wait_timer=5)],
            (
                'a reviewer of its environment "production" (tim), '
                'and the wait timer of its environment "production" (5 min)'
            ),
        ),
        (
            [Waiting("eu"), Waiting("us")],
            'a reviewer of its environment "eu"; a reviewer of its environment "us"',
        ),
        ([], "an approval on its page"),
        ([Waiting("hunter2-of-the-bot")], 'a reviewer of its environment "[redacted]"'),
    ],
)
@pytest.mark.parametrize("job", ["", "deploy"])
async def test_a_run_says_what_it_waits_for(
    scenario: GitHubScenario, waiting: list[Waiting], detail: str, job: str
) -> None:
    run = await ended(scenario, "success", one("deploy", None, "waiting"))
    run.status, run.conclusion, run.waiting = "waiting", None, waiting
    status = await seen(scenario, run, job)
    assert (status.state, status.detail) == ("waits", detail)
    assert status.url.endswith(f"/tailspin/space-game-web/actions/runs/{run.id}")


@pytest.mark.parametrize(
    ("minutes", "detail"),
    [
        (9, 'the wait timer of its environment "production" (10 min)'),
        (11, 'a reviewer of its environment "production"'),
    ],
)
async def test_a_wait_timer_that_is_over_is_not_waited_for(
    scenario: GitHubScenario, minutes: int, detail: str
) -> None:
    run = await ended(scenario, "success")
    run.status, run.conclusion = "waiting", None
    began = scenario.around.clock.now() - timedelta(minutes=minutes)
    run.waiting = [Waiting("production", wait_timer=10, since=began)]
    assert (await seen(scenario, run, "")).detail == detail


async def test_a_run_that_has_to_be_approved_waits(scenario: GitHubScenario) -> None:
    run = await ended(scenario, "action_required")
    status = await seen(scenario, run, "")
    assert (status.state, status.detail) == ("waits", "an approval on its page")


async def test_what_a_run_waits_for_may_be_unreadable(scenario: GitHubScenario) -> None:
    run = await ended(scenario, "success")
    run.status, run.conclusion, run.waiting = "waiting", None, [Waiting("production")]
    for status in (403, 404, 502):
        scenario.local.faults.add("/pending_deployments$", status)
        assert (await seen(scenario, run, "")).detail == "an approval on its page"
