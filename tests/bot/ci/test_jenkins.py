"""The `jenkins` CI against a Jenkins on loopback: what its answers prove, what a build says, and what it lists."""

from dataclasses import replace

import pytest

from bot.ci.jenkins.provider import connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, ListedBuild, Refused, Unclear
from handlers.plan import BuildSource
from handlers.policy import Connection
from tests.bot.ci.following import end_of
from tests.bot.ci.jenkins_bench import CORRELATION, JOB, Bench, bench
from tests.bot.ci.jenkins_server import DEPLOYS, Build
from tests.bot.ci.loopback import Fault

__all__ = ["bench"]


async def test_it_tells_the_job_what_it_declares(bench: Bench) -> None:
    deploy = replace(bench.request.deploy, send=("version", "environment"))
    bench.deploys.declared.add("shiproom_version")
    request = replace(bench.request, target=replace(bench.request.target, deploy=deploy))
    answer = await bench.ci.start(request)
    assert answer == Accepted("queue/17", f"{bench.fixture.url}{JOB}/", provisional=True)
    assert (await end_of(bench.ci, request)).state == "succeeded"
    assert bench.deploys.builds[0].told == {
        "outcome": "succeeds",
        "shiproom_sha": request.sha,
        "shiproom_correlation_id": CORRELATION,
        "shiproom_version": "2.4.1",
    }


@pytest.mark.parametrize(
    ("fault", "kind", "started"),
    [
        ("limited", Refused, 0),
        ("broken", Refused, 0),
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
    assert bench.server.requests == [f"POST {JOB}/buildWithParameters"]
    assert len(bench.server.items) == started
    if isinstance(answer, Refused):
        assert (answer.transient, answer.retry_after) == (True, 7.0 if fault == "limited" else 5.0)
        return
    found = await bench.ci.find(request.target, request.correlation)
    assert [run.id for run in found or ()] == ["queue/17"][:started]


@pytest.mark.parametrize(
    ("workflow", "why"),
    [
        ("website/other", "HTTP 404"),
        ("website/../../queue", "HTTP 404"),
        ("website?delay=9#", "HTTP 404"),
        ("", "the step has no `workflow` in the policy"),
        ("///", "the step has no `workflow` in the policy"),
    ],
)
async def test_what_is_refused_for_good(bench: Bench, workflow: str, why: str) -> None:
    deploy = replace(bench.request.deploy, workflow=workflow)
    request = replace(bench.request, target=replace(bench.request.target, deploy=deploy))
    assert await bench.ci.start(request) == Refused(transient=False, detail=why)
    assert all(each.endswith("/buildWithParameters") for each in bench.server.requests)
    assert await bench.ci.builds("", BuildSource("main", "jenkins", workflow)) is None


async def test_a_job_that_is_disabled(bench: Bench) -> None:
    bench.deploys.buildable = False
    answer = await bench.ci.start(bench.request)
    assert answer == Refused(transient=False, detail="HTTP 409: the job is disabled")


async def test_another_token(bench: Bench, around: ProviderContext) -> None:
    settings = {**bench.fixture.connection.settings, "token": "revoked"}
    ci = connect(Connection("jenkins", "jenkins", settings), around)
    target = bench.request.target
    assert await ci.start(bench.request) == Refused(transient=False, detail="HTTP 401")
    assert await ci.find(target, CORRELATION) is None
    assert await ci.status(target, CORRELATION, "1") is None
    assert await ci.status(target, CORRELATION, "queue/17") is None
    assert await ci.recent(target) is None
    assert not await ci.cancel(target, CORRELATION, "1")
    assert not await ci.cancel(target, CORRELATION, "queue/17")
    await ci.close()


@pytest.mark.parametrize(
    ("result", "building", "state", "detail"),
    [
        ("SUCCESS", False, "succeeded", ""),
        ("UNSTABLE", False, "failed", "Jenkins says UNSTABLE"),
        ("FAILURE", False, "failed", "Jenkins says FAILURE"),
        ("ABORTED", False, "cancelled", "Jenkins says ABORTED"),
        ("NOT_BUILT", False, "cancelled", "Jenkins says NOT_BUILT"),
        ("FAILURE", True, "running", ""),
        (None, False, "running", ""),
        ("OF_TOMORROW", False, "running", ""),
    ],
)
async def test_states(bench: Bench, result: str | None, building: bool, state: str, detail: str) -> None:
    bench.deploys.builds.append(Build(1, result=result, building=building, looks_left=9))
    status = await bench.ci.status(bench.request.target, CORRELATION, "1")
    assert status is not None
    assert (status.state, status.detail) == (state, detail)
    assert status.url == f"{bench.fixture.url}{JOB}/1/"
    assert status.log_url == f"{status.url}console"
    assert status.started_at is not None


async def test_a_failure_names_the_stage_without_secrets(bench: Bench) -> None:
    bench.deploys.builds.append(Build(1, result="FAILURE", building=False))
    error = {"message": "curl -u bot:hunter2-of-the-bot\nexit 1", "type": "hudson.AbortException"}
    bench.server.stages[1] = [
        {"name": "Build", "status": "SUCCESS"},
        {"name": "Deploy", "status": "FAILED", "error": error},
    ]
    status = await bench.ci.status(bench.request.target, CORRELATION, "1")
    assert status is not None
    assert status.detail == "stage Deploy failed: curl -u bot:[redacted] exit 1"


async def test_a_build_that_is_gone_and_a_job_that_is(bench: Bench) -> None:
    gone = await bench.ci.status(bench.request.target, CORRELATION, "99")
    assert gone is not None
    assert gone.state == "vanished"
    assert await bench.ci.cancel(bench.request.target, CORRELATION, "99")
    del bench.server.jobs[DEPLOYS]
    assert await bench.ci.status(bench.request.target, CORRELATION, "99") is None


async def test_what_others_started_is_seen(bench: Bench) -> None:
    bench.server.add(outcome="succeeds", GIT_COMMIT="7" * 40, TO="production")
    await bench.ci.start(bench.request)
    await end_of(bench.ci, bench.request)
    own, foreign = list(await bench.ci.recent(bench.request.target) or ())
    assert (own.id, own.correlation, own.sha) == ("2", CORRELATION, bench.request.sha)
    assert (foreign.id, foreign.correlation, foreign.sha) == ("1", "", "7" * 40)
    assert (foreign.state, foreign.actor) == ("succeeded", "mara")
    assert foreign.title == f"website » deploy #1 succeeds {'7' * 40} production"
    assert CORRELATION not in own.title


async def test_a_run_behind_many_others_is_found(bench: Bench) -> None:
    bench.server.add(shiproom_correlation_id=CORRELATION)
    for number in range(250):
        bench.server.add(shiproom_correlation_id=f"{number:020x}")
    found = await bench.ci.find(bench.request.target, CORRELATION)
    assert [run.id for run in found or ()] == ["1"]
    assert await bench.ci.find(bench.request.target, "f" * 20) == []


def checked_out(
    sha: str, branch: str, url: str = "git@git.example.com:tailspin/space-game-web.git"
) -> dict[str, object]:
    revision = {"SHA1": sha, "branch": [{"SHA1": sha, "name": branch}]}
    return {"_class": "hudson.plugins.git.util.BuildData", "lastBuiltRevision": revision, "remoteUrls": [url]}


async def test_builds(bench: Bench) -> None:
    library = checked_out("0" * 40, "refs/remotes/origin/v1", "https://git.example.com/tailspin/library")
    for number, each in enumerate(["main", "origin/main", "topic", "refs/remotes/origin/main", "detached"]):
        bench.server.add("website/build").more = [library, checked_out(str(number) * 40, each)]
    bench.server.add("website/build", GIT_COMMIT="6" * 40, GIT_BRANCH="origin/main")
    bench.server.add("website/build", GIT_COMMIT="7" * 40, GIT_BRANCH="topic")
    bench.server.add("website/build", GIT_COMMIT="8" * 40)
    bench.server.add("website/build")
    bench.server.add("website/build", GIT_COMMIT="a" * 40).result = "UNSTABLE"
    source = BuildSource("main", "jenkins", "website/build")
    builds = list(await bench.ci.builds("tailspin/space-game-web", source) or ())
    assert [(build.number, build.sha[0]) for build in builds] == [
        (8, "8"),
        (6, "6"),
        (5, "4"),
        (4, "3"),
        (2, "1"),
        (1, "0"),
    ]
    url = f"{bench.fixture.url}/job/website/job/build/8/"
    assert builds[0] == ListedBuild("8", 8, "8" * 40, "main", url)


def test_it_hears_only_with_a_secret(bench: Bench, around: ProviderContext) -> None:
    settings = {**bench.fixture.connection.settings, "webhook_secret": "a-secret-of-20-chars"}
    assert connect(Connection("jenkins", "jenkins", settings), around).has_webhook
    assert not bench.ci.has_webhook
    assert not bench.ci.takes_tokens
