"""What Jenkins lists: whose builds are ours, where they deployed to, which may deploy, and ready builds of all branches."""

from dataclasses import replace
from typing import Any

import pytest

from bot.ci.run import RunStatus
from handlers.plan import BuildSource, Deploy
from tests.bot.ci.following import end_of
from tests.bot.ci.jenkins_bench import CORRELATION, JOB, Bench, bench
from tests.bot.ci.jenkins_server import BOT, MARA, Build, Job

__all__ = ["bench"]

REBUILD = {
    "_class": "com.sonyericsson.rebuild.RebuildCause",
    "shortDescription": "Rebuilds build #1",
}
REPLAY = {
    "_class": "org.jenkinsci.plugins.workflow.cps.replay.ReplayCause",
    "shortDescription": "Replayed #1",
}


def cause(kind: str, words: str = "") -> dict[str, Any]:
    return {"_class": kind, "shortDescription": words}


@pytest.mark.parametrize(
    ("causes", "ours"),
    [
        ([BOT], True),
        ([{**BOT, "userId": "Bot"}], True),
        ([MARA], False),
        ([BOT, REBUILD], False),
        ([MARA, REBUILD], False),
        ([REPLAY, BOT], False),
        ([BOT, MARA], False),
        ([], False),
    ],
)
async def test_only_what_our_user_started_is_ours(
    bench: Bench, causes: list[dict[str, Any]], ours: bool
) -> None:
    bench.server.add(shiproom_correlation_id=CORRELATION).causes = causes
    (run,) = await bench.recent()
    assert run.correlation == (CORRELATION if ours else "")
    assert run.can_deploy


async def test_a_rebuild_of_our_run_is_not_found_as_ours(bench: Bench) -> None:
    await bench.ci.start(bench.request)
    await end_of(bench.ci, bench.request)
    bench.server.add(**bench.deploys.builds[0].told).causes = [MARA, REBUILD]
    found = await bench.ci.find(bench.request.target, CORRELATION)
    assert [run.id for run in found or ()] == ["1"]
    assert [run.correlation for run in await bench.recent()] == ["", CORRELATION]


@pytest.mark.parametrize(
    ("causes", "can"),
    [
        ([MARA], True),
        ([cause("hudson.model.Cause$RemoteCause", "Started by remote host 10.0.0.1")], True),
        ([cause("hudson.triggers.SCMTrigger$SCMTriggerCause", "Started by an SCM change")], False),
        ([cause("hudson.triggers.TimerTrigger$TimerTriggerCause", "Started by timer")], False),
        ([cause("jenkins.branch.BranchIndexingCause", "Branch indexing")], False),
        ([cause("jenkins.branch.BranchEventCause", "Push event to branch main")], False),
        ([cause("hudson.model.Cause$UpstreamCause", "Started by upstream project build")], False),
        ([cause("com.cloudbees.jenkins.GitHubPushCause", "Started by GitHub push by mara")], False),
        ([cause("com.dabsquared.gitlabjenkins.cause.GitLabWebHookCause")], False),
        ([cause("", "Started by timer")], False),
        ([MARA, cause("hudson.triggers.TimerTrigger$TimerTriggerCause")], True),
    ],
)
async def test_what_no_person_started_deploys_nothing(
    bench: Bench, causes: list[dict[str, Any]], can: bool
) -> None:
    bench.server.add(ENVIRONMENT="production").causes = causes
    (run,) = await bench.recent()
    assert (run.can_deploy, run.environment) == (can, "production")


@pytest.mark.parametrize(
    ("told", "workflow", "environment"),
    [
        ({"shiproom_environment": "production", "ENV": "staging"}, "deploy", "production"),
        ({"environment": "Production"}, "deploy-staging", "production"),
        ({"ENVIRONMENT": "production"}, "deploy", "production"),
        ({"DEPLOY_ENV": "production"}, "deploy", "production"),
        ({"TARGET": "production"}, "deploy", "production"),
        ({"TARGET": ""}, "website/deploy-staging", "staging"),
        ({}, "staging/website", "staging"),
        ({}, "Website/Deploy_STAGING", "staging"),
        ({}, "website/deploy-pre-staging", ""),
        ({}, "website/deploystaging", ""),
        ({}, "website/deploy-staging-eu", ""),
        ({}, "not-staging", ""),
        ({}, "website/deploy", ""),
    ],
)
async def test_where_a_build_deployed_to(
    bench: Bench, told: dict[str, str], workflow: str, environment: str
) -> None:
    bench.server.add(workflow, **told)
    target = replace(bench.request.target, deploy=Deploy("jenkins", workflow=workflow))
    (run,) = list(await bench.ci.recent(target) or ())
    assert run.environment == environment


async def test_the_commit_of_the_parameters_comes_first(bench: Bench) -> None:
    revision = {"SHA1": "1" * 40, "branch": [{"name": "origin/main"}]}
    checkout = {"lastBuiltRevision": revision, "remoteUrls": ["git@git.example.org:tailspin/pipelines.git"]}
    for told in ({"shiproom_sha": "7" * 40}, {"Revision": "8" * 40}, {"COMMIT": "main"}):
        bench.server.add(**told).more = [checkout]
    assert [run.sha[0] for run in await bench.recent()] == ["1", "8", "7"]


async def test_an_input_step_waits_for_a_person(bench: Bench) -> None:
    bench.deploys.builds.append(Build(1, looks_left=9, asks="Deploy to production?"))
    status = await bench.ci.status(bench.request.target, CORRELATION, "1")
    assert status is not None
    url = f"{bench.fixture.url}{JOB}/1/"
    assert (status.state, status.detail) == (
        "waits",
        "somebody who answers on Jenkins: Deploy to production?",
    )
    assert (status.url, status.log_url) == (f"{url}input/", f"{url}console")
    bench.deploys.builds[0].asks = ""
    status = await bench.ci.status(bench.request.target, CORRELATION, "1")
    assert status is not None
    assert (status.state, status.detail, status.url) == ("running", "", url)


async def test_what_is_in_the_queue_is_queued(bench: Bench) -> None:
    bench.server.stuck = True
    await bench.ci.start(bench.request)
    status = await bench.ci.status(bench.request.target, CORRELATION, "queue/17")
    assert status == RunStatus("queued")


@pytest.mark.parametrize("unstable", ["failed", "succeeded"])
async def test_what_unstable_means_is_a_setting(bench: Bench, unstable: str) -> None:
    ci = bench.connected(unstable=unstable)
    bench.server.add(GIT_COMMIT="a" * 40).result = "UNSTABLE"
    status = await ci.status(bench.request.target, CORRELATION, "1")
    (run,) = list(await ci.recent(bench.request.target) or ())
    builds = await ci.builds("", BuildSource("main", "jenkins", bench.request.deploy.workflow))
    assert status is not None
    assert (status.state, run.state) == (unstable, unstable)
    assert len(builds or ()) == (unstable == "succeeded")
    await ci.close()


async def test_builds_of_every_branch_that_is_watched(bench: Bench) -> None:
    for number, branch in enumerate(["main", "hotfix/login", "topic", "hotfix/a/b", "", "main"]):
        told = {"GIT_COMMIT": str(number) * 40} | ({"GIT_BRANCH": f"origin/{branch}"} if branch else {})
        bench.server.add("website/build", **told)
    bench.server.jobs["website/build"].builds[5].result = "FAILURE"
    source = BuildSource("main", "jenkins", "website/build", branches=("hotfix/*",))
    builds = list(await bench.ci.builds("", source) or ())
    assert [(build.number, build.branch) for build in builds] == [
        (5, "main"),
        (2, "hotfix/login"),
        (1, "main"),
    ]


async def test_a_build_that_ends_after_a_newer_one_stands_at_its_own_place(bench: Bench) -> None:
    slow = bench.server.add("website/build", GIT_COMMIT="1" * 40)
    slow.building, slow.looks_left = True, 99
    for _ in range(40):
        bench.server.add("website/build", GIT_COMMIT="2" * 40)
    source = BuildSource("main", "jenkins", "website/build")
    assert len(await bench.ci.builds("", source) or ()) == 40
    slow.building = False
    assert [build.number for build in await bench.ci.builds("", source) or ()] == [*range(41, 0, -1)]


async def test_builds_of_a_multibranch_job(bench: Bench) -> None:
    branches = {name: Job() for name in ("main", "hotfix/login", "topic", "PR-7")}
    for job in branches.values():
        job.builds = [Build(3, told={"GIT_COMMIT": "3" * 40}, result="SUCCESS", building=False)]
    bench.server.jobs["website/build"] = Job(branches=branches)
    source = BuildSource("main", "jenkins", "website/build", branches=("hotfix/*", "PR-*"))
    builds = list(await bench.ci.builds("", source) or ())
    assert [(build.branch, build.number) for build in builds] == [("main", 3), ("hotfix/login", 3)]
