"""The `gitlab` CI against a GitLab on loopback: what its answers prove, and what it lists."""

from dataclasses import replace

import pytest

from bot.ci.gitlab.provider import connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, Refused, Unclear
from handlers.plan import BuildSource
from handlers.policy import Connection
from tests.bot.ci.following import end_of
from tests.bot.ci.gitlab_bench import Bench, bench
from tests.bot.ci.gitlab_server import PATH, TOKEN, Job
from tests.bot.ci.loopback import Fault

__all__ = ["bench"]

LATER = "5c" * 10


async def test_it_tells_the_pipeline_what_the_policy_says(bench: Bench) -> None:
    deploy = replace(bench.request.deploy, send=("version", "environment"))
    request = replace(bench.request, target=replace(bench.request.target, deploy=deploy))
    answer = await bench.ci.start(request)
    (pipeline,) = bench.server.pipelines.values()
    assert answer == Accepted(str(pipeline.id), f"{bench.fixture.url}/{PATH}/-/pipelines/{pipeline.id}")
    assert pipeline.inputs == {
        "outcome": "succeeds",
        "shiproom_sha": request.sha,
        "shiproom_correlation_id": request.correlation,
        "shiproom_version": "2.4.1",
        "shiproom_environment": "staging",
    }


@pytest.mark.parametrize(
    ("fault", "kind", "started"),
    [
        ("limited", Refused, 0),
        ("broken", Unclear, 0),
        ("log_in", Unclear, 0),
        ("broken_after", Unclear, 1),
        ("cut_after", Unclear, 1),
        ("silent_after", Unclear, 1),
    ],
)
async def test_what_a_bad_answer_proves(
    bench: Bench, around: ProviderContext, fault: Fault, kind: type, started: int
) -> None:
    bench.server.trouble.coming.append(fault)
    request = replace(bench.request, not_after=around.clock.monotonic() + 0.7)
    answer = await bench.ci.start(request)
    assert isinstance(answer, kind)
    assert len(bench.server.pipelines) == started
    assert bench.server.requests.count(f"POST /api/v4/projects/{PATH.replace('/', '%2F')}/pipeline") == 1
    if fault == "limited":
        assert isinstance(answer, Refused)
        assert (answer.transient, answer.retry_after) == (True, 7.0)
        return
    found = await bench.ci.find(request.target, request.correlation)
    assert [run.id for run in found or ()] == [str(number) for number in bench.server.pipelines]


@pytest.mark.parametrize(
    ("repository", "branch", "why"),
    [
        (PATH, "release", "HTTP 400: Reference not found"),
        ("tailspin/other", "main", "HTTP 404: 404 Project Not Found"),
        ("..", "main", "HTTP 404: 404 Project Not Found"),
        ("a/../../groups/1?x=#", "main", "HTTP 404: 404 Project Not Found"),
        ("", "main", "the service has no `repository` in the policy"),
    ],
)
async def test_what_is_refused_for_good(bench: Bench, repository: str, branch: str, why: str) -> None:
    target = replace(bench.request.target, repository=repository, branch=branch)
    assert await bench.ci.start(replace(bench.request, target=target)) == Refused(transient=False, detail=why)
    assert all(each.startswith("POST /api/v4/projects/") for each in bench.server.requests)
    assert all(each.endswith("/pipeline") for each in bench.server.requests)


async def test_another_token_is_told_apart_and_never_shown(bench: Bench, around: ProviderContext) -> None:
    settings = {**bench.fixture.connection.settings, "token": "glpat-that-was-revoked-01"}
    ci = connect(Connection("gitlab", "gitlab", settings), around)
    assert await ci.start(bench.request) == Refused(transient=False, detail="HTTP 401: 401 Unauthorized")
    assert await ci.find(bench.request.target, bench.request.correlation) is None
    assert await ci.status(bench.request.target, "", "61") is None
    assert not await ci.cancel(bench.request.target, "", "61")
    assert await ci.recent(bench.request.target) is None
    assert TOKEN not in repr(ci)
    await ci.close()


async def test_a_run_of_another_name_is_found_too_and_of_another_id_is_not(bench: Bench) -> None:
    request, others = bench.correlated(), [bench.server.add(f"shiproom {LATER}") for _ in range(130)]
    bench.server.named = "Deploy website [{}]"
    await bench.ci.start(request)
    others += [bench.server.add(f"nightly {number}", source="api") for number in range(110)]
    bench.server.add(f"shiproom {request.correlation}0")
    found = await bench.ci.find(request.target, request.correlation)
    assert [run.id for run in found or ()] == [str(others[129].id + 2)]


async def test_a_gitlab_that_knows_no_search_by_name_is_not_believed(bench: Bench) -> None:
    request = bench.correlated()
    bench.server.ignores = {"name", "source"}
    bench.server.add(f"shiproom {LATER}")
    assert await bench.ci.find(request.target, request.correlation) == []


async def test_one_that_is_late_in_the_list_and_one_too_many(bench: Bench) -> None:
    request = bench.correlated()
    bench.server.hidden_for = 2
    await bench.ci.start(request)
    assert await bench.ci.find(request.target, request.correlation) == []
    await bench.ci.start(request)
    found = await bench.ci.find(request.target, request.correlation)
    assert [run.id for run in found or ()] == sorted(map(str, bench.server.pipelines))
    assert len(found or ()) == 2


async def test_a_failure_names_the_job(bench: Bench) -> None:
    pipeline = bench.server.add("x", status="failed")
    pipeline.jobs = [
        Job(1, "lint", "failed", "script_failure", allow_failure=True),
        Job(2, "deploy", "failed", "runner_system_failure"),
        Job(3, "deploy", "failed", "script_failure"),
        Job(4, "notify", "skipped"),
    ]
    status = await bench.ci.status(bench.request.target, "", str(pipeline.id))
    assert status is not None
    assert status.detail == "failed: deploy (script_failure)"
    assert status.log_url == f"{bench.fixture.url}/{PATH}/-/jobs/3"
    assert status.attempt == 1


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("created", "queued"),
        ("waiting_for_resource", "queued"),
        ("manual", "waits"),
        ("canceling", "running"),
        ("of tomorrow", "running"),
        ("skipped", "failed"),
        ("canceled", "cancelled"),
        ("success", "succeeded"),
    ],
)
async def test_states(bench: Bench, status: str, state: str) -> None:
    pipeline = bench.server.add("x", status=status, outcome="lasts")
    found = await bench.ci.status(bench.request.target, "", str(pipeline.id))
    assert found is not None
    assert found.state == state


async def test_a_pipeline_of_trigger_jobs_alone_and_one_that_is_gone(bench: Bench) -> None:
    pipeline = bench.server.add("x", status="failed")
    pipeline.jobs.clear()
    found = await bench.ci.status(bench.request.target, "", str(pipeline.id))
    assert found is not None
    assert (found.state, found.detail) == ("failed", "GitLab says failed")
    gone = await bench.ci.status(bench.request.target, "", "999999")
    assert gone is not None
    assert gone.state == "vanished"
    elsewhere = replace(bench.request.target, repository="tailspin/not-for-this-token")
    assert await bench.ci.status(elsewhere, "", "999999") is None


async def test_starts_of_the_job_that_deploys_are_attempts(bench: Bench) -> None:
    target = replace(bench.request.target, deploy=replace(bench.request.deploy, workflow="deploy"))
    request = bench.correlated(target=target)
    await bench.ci.start(request)
    (pipeline,) = bench.server.pipelines.values()
    pipeline.jobs = [Job(1, "build", "failed"), Job(2, "build"), Job(3, environment="staging")]
    assert (await end_of(bench.ci, request)).attempt == 1
    bench.server.retry(pipeline)
    again = await bench.ci.status(target, "", str(pipeline.id))
    assert again is not None
    assert (again.state, again.attempt) == ("running", 2)
    (seen,) = list(await bench.ci.recent(target) or ())
    assert (seen.id, seen.attempt, seen.state) == (str(pipeline.id), 2, "running")
    assert seen.correlation == request.correlation


async def test_what_others_deploy_is_seen(bench: Bench) -> None:
    await bench.ci.start(bench.correlated())
    (own,) = bench.server.pipelines.values()
    bench.server.add("", source="push").jobs = [Job(899, environment="production")]
    foreign = bench.server.add("", source="web", status="success", sha="7" * 40)
    foreign.jobs = [Job(900, status="success", environment="production")]
    newest, oldest = list(await bench.ci.recent(bench.request.target) or ())
    assert (newest.id, newest.environment, newest.state) == (str(foreign.id), "production", "succeeded")
    assert (newest.correlation, newest.actor, newest.sha) == ("", "mara", "7" * 40)
    assert (oldest.id, oldest.correlation) == (str(own.id), "0123456789abcdef0123")


@pytest.mark.parametrize(("workflow", "expected"), [("push", [1]), ("Build", [2]), ("Other", [])])
async def test_builds(bench: Bench, workflow: str, expected: list[int]) -> None:
    pushed = bench.server.add("", source="push", status="success", sha="1" * 40)
    named = bench.server.add("Build", source="schedule", status="success", sha="2" * 40)
    bench.server.add("", source="push", status="failed")
    bench.server.add("", source="push", status="success", ref="topic")
    bench.server.add(f"shiproom {LATER}", status="success")
    source = BuildSource("main", "gitlab", workflow)
    builds = await bench.ci.builds(PATH, source) or ()
    by_number = {1: pushed, 2: named}
    assert [(build.run_id, build.sha) for build in builds] == [
        (str(by_number[each].id), by_number[each].sha) for each in expected
    ]
    assert [build.number for build in builds] == [by_number[each].id - 50 for each in expected]
