"""How a GitLab pipeline is: with the job that deploys named, as that job is; never live when nothing was deployed."""

import pytest

from tests.bot.ci.gitlab_bench import Bench, bench
from tests.bot.ci.gitlab_server import Job

__all__ = ["bench"]

PLAYS = "somebody who plays the job deploy on GitLab"


@pytest.mark.parametrize(
    ("pipeline", "job", "state", "detail"),
    [
        ("created", "created", "queued", ""),
        ("waiting_for_resource", "waiting_for_resource", "queued", ""),
        ("preparing", "preparing", "queued", ""),
        ("pending", "pending", "queued", ""),
        ("scheduled", "scheduled", "queued", ""),
        ("running", "pending", "queued", ""),
        ("running", "running", "running", ""),
        ("running", "canceling", "running", ""),
        ("running", "of tomorrow", "running", ""),
        ("manual", "manual", "waits", PLAYS),
        ("success", "manual", "waits", PLAYS),
        ("running", "manual", "waits", PLAYS),
        ("canceled", "manual", "cancelled", ""),
        ("canceled", "canceled", "cancelled", ""),
        ("canceled", "skipped", "cancelled", ""),
        ("success", "success", "succeeded", ""),
        ("failed", "success", "succeeded", ""),
        ("success", "failed", "failed", "failed: deploy (script_failure)"),
        ("running", "failed", "failed", "failed: deploy (script_failure)"),
        ("success", "skipped", "failed", "the job deploy did not run"),
        ("failed", "skipped", "failed", "the job deploy did not run"),
        ("failed", "created", "failed", "the job deploy did not run"),
        ("running", "skipped", "running", ""),
    ],
)
async def test_the_job_that_deploys_is_what_counts(
    bench: Bench, pipeline: str, job: str, state: str, detail: str
) -> None:
    reason = "script_failure" if job == "failed" else None
    jobs = [Job(1, "test", "success"), Job(2, "deploy", job, reason, allow_failure=True)]
    made = bench.server.add("x", status=pipeline, outcome="lasts", jobs=jobs)
    found = await bench.status(made)
    assert (found.state, found.detail) == (state, detail)


async def test_a_build_before_it_is_running_and_not_queued(bench: Bench) -> None:
    jobs = [Job(1, "build", "running"), Job(2, "deploy", "created")]
    made = bench.server.add("x", status="running", outcome="lasts", jobs=jobs)
    assert (await bench.status(made)).state == "running"


@pytest.mark.parametrize("names", [(), ("deploy-docs",), ("build",)])
async def test_a_pipeline_without_the_job_did_not_deploy(bench: Bench, names: tuple[str, ...]) -> None:
    jobs = [Job(number, name, "success") for number, name in enumerate(names, start=1)]
    made = bench.server.add("x", status="success", jobs=jobs or [Job(9, "lint", "success")])
    found = await bench.status(made)
    assert (found.state, found.detail) == ("failed", "the job deploy did not run")


async def test_what_kept_the_job_from_running_is_told(bench: Bench) -> None:
    jobs = [Job(1, "test", "failed", "script_failure"), Job(2, "deploy", "skipped")]
    found = await bench.status(bench.server.add("x", status="failed", jobs=jobs))
    assert found.detail == "the job deploy did not run: test (script_failure)"
    assert found.log_url.endswith("/-/jobs/1")


async def test_the_last_retry_counts(bench: Bench) -> None:
    jobs = [Job(3, "deploy", "success"), Job(1, "test", "success"), Job(2, "deploy", "failed")]
    found = await bench.status(bench.server.add("x", status="success", jobs=jobs))
    assert (found.state, found.attempt) == ("succeeded", 2)


async def test_a_job_that_holds_the_pipeline_up_before_the_one_that_deploys(bench: Bench) -> None:
    jobs = [
        Job(1, "clean", "manual", allow_failure=True),
        Job(2, "approve", "manual"),
        Job(3, "deploy", "created"),
    ]
    found = await bench.status(bench.server.add("x", status="manual", outcome="lasts", jobs=jobs))
    assert (found.state, found.detail) == ("waits", "somebody who plays the job approve on GitLab")


@pytest.mark.parametrize(
    ("first", "second", "state"),
    [
        ("success", "success", "succeeded"),
        ("success", "failed", "failed"),
        ("failed", "running", "running"),
        ("success", "manual", "waits"),
    ],
)
async def test_a_job_in_parallel_parts(bench: Bench, first: str, second: str, state: str) -> None:
    for names in (("deploy 1/2", "deploy 2/2"), ("deploy: [aws, eu]", "deploy: [aws, us]")):
        jobs = [Job(1, names[0], first), Job(2, names[1], second)]
        made = bench.server.add("x", status="running", outcome="lasts", jobs=jobs)
        assert (await bench.status(made)).state == state


@pytest.mark.parametrize(("status", "state"), [("success", "succeeded"), ("failed", "failed")])
async def test_a_job_that_starts_another_pipeline(bench: Bench, status: str, state: str) -> None:
    jobs = [Job(1, "test", "success"), Job(2, "deploy", status, bridge=True)]
    assert (await bench.status(bench.server.add("x", status="success", jobs=jobs))).state == state
    alone = bench.server.add("x", status="success", jobs=jobs[1:])
    assert (await bench.status(alone)).state == state


async def test_an_approval_that_a_protected_environment_asks_for(bench: Bench) -> None:
    other = Job(8, "deploy", "manual", environment="staging", blocked=True)
    bench.server.add("y", status="manual", outcome="lasts", jobs=[other])
    jobs = [Job(9, "deploy", "manual", environment="production", blocked=True)]
    found = await bench.status(bench.server.add("x", status="manual", outcome="lasts", jobs=jobs))
    assert (found.state, found.detail) == (
        "waits",
        "somebody who approves the deployment to production on GitLab",
    )


async def test_what_was_cancelled_before_anybody_played_it(bench: Bench) -> None:
    jobs = [Job(1, "deploy", "manual", allow_failure=True)]
    made = bench.server.add("x", status="success", jobs=jobs)
    assert (await bench.status(made)).state == "waits"
    assert await bench.ci.cancel(bench.naming_its_job, "", str(made.id))
    assert (await bench.status(made)).state == "cancelled"
    made.turn("success", deploy="success")
    assert (await bench.status(made)).state == "succeeded"


@pytest.mark.parametrize(
    ("pipeline", "jobs", "state", "detail"),
    [
        ("success", {"deploy": "manual"}, "waits", PLAYS),
        (
            "success",
            {"eu": "manual", "us": "manual"},
            "waits",
            "somebody who plays the jobs eu, us on GitLab",
        ),
        ("success", {"build": "success", "deploy": "manual"}, "waits", PLAYS),
        ("manual", {"build": "success", "deploy": "manual"}, "waits", PLAYS),
        (
            "success",
            {"deploy": "failed"},
            "failed",
            "no job of the pipeline succeeded: deploy (script_failure)",
        ),
        ("success", {"deploy": "skipped"}, "failed", "no job of the pipeline succeeded"),
        ("success", {"lint": "failed", "deploy": "success"}, "succeeded", ""),
        ("pending", {"deploy": "pending"}, "queued", ""),
        ("running", {"build": "running", "deploy": "manual"}, "running", ""),
        ("canceled", {"deploy": "canceled"}, "cancelled", ""),
    ],
)
async def test_without_the_name_of_the_job(
    bench: Bench, pipeline: str, jobs: dict[str, str], state: str, detail: str
) -> None:
    made = bench.server.add("x", status=pipeline, outcome="lasts")
    made.jobs = [
        Job(number, name, status, "script_failure" if status == "failed" else None, allow_failure=True)
        for number, (name, status) in enumerate(jobs.items(), start=1)
    ]
    found = await bench.status(made, bench.request.target)
    assert (found.state, found.detail) == (state, detail)


@pytest.mark.parametrize("named", [True, False])
async def test_a_pipeline_that_was_skipped_says_the_usual_cause(bench: Bench, named: bool) -> None:
    made = bench.server.add("x", status="skipped")
    made.jobs.clear()
    found = await bench.status(made, bench.naming_its_job if named else bench.request.target)
    assert (found.state, found.detail) == (
        "failed",
        "skipped: every job was left out (a commit with [skip ci]?)",
    )


@pytest.mark.parametrize("named", [True, False])
async def test_errors_of_the_definition(bench: Bench, named: bool) -> None:
    made = bench.server.add("x", status="failed", yaml_errors="jobs:deploy script is missing")
    made.jobs.clear()
    found = await bench.status(made, bench.naming_its_job if named else bench.request.target)
    assert (found.state, found.detail) == ("failed", "jobs:deploy script is missing")
