"""What a GitLab lists as deployed: only what somebody started or GitLab records, with Shiproom's own told apart."""

from dataclasses import replace

import pytest

from bot.ci.run import ListedRun
from handlers.plan import BuildSource
from tests.bot.ci.gitlab_bench import CORRELATION, Bench, bench
from tests.bot.ci.gitlab_server import PATH, Job

__all__ = ["bench"]


@pytest.mark.parametrize(
    "source", ["push", "merge_request_event", "schedule", "pipeline", "ondemand_dast_scan"]
)
async def test_what_nobody_started_deploys_nothing(bench: Bench, source: str) -> None:
    bench.server.add(f"shiproom {CORRELATION} to staging", source=source, status="success")
    assert [run for run in await bench.recent() if run.can_deploy or run.correlation] == []
    assert await bench.ci.find(bench.request.target, CORRELATION) == []


@pytest.mark.parametrize("source", ["api", "web", "trigger"])
async def test_what_somebody_started_may_deploy(bench: Bench, source: str) -> None:
    made = bench.server.add(f"shiproom {CORRELATION}", source=source, status="running", outcome="lasts")
    (run,) = await bench.recent()
    assert (run.id, run.can_deploy, run.environment) == (str(made.id), True, "")
    assert run.correlation == (CORRELATION if source == "api" else "")
    found = await bench.ci.find(bench.request.target, CORRELATION)
    assert len(found or ()) == (source == "api")


@pytest.mark.parametrize(
    ("source", "ref", "can"),
    [
        ("push", "main", True),
        ("schedule", "main", True),
        ("merge_request_event", "refs/merge-requests/3/head", False),
        ("push", "refs/merge-requests/3/merge", False),
    ],
)
async def test_a_deployment_says_itself_where_it_went(bench: Bench, source: str, ref: str, can: bool) -> None:
    jobs = [Job(900, status="success", environment="production")]
    bench.server.add("", source=source, ref=ref, status="success", jobs=jobs)
    (run,) = await bench.recent()
    assert (run.environment, run.state, run.can_deploy) == ("production", "succeeded", can)


@pytest.mark.parametrize("outcome", ["is not played", "may fail"])
async def test_a_success_in_which_nothing_was_deployed_is_none(bench: Bench, outcome: str) -> None:
    deploy = replace(bench.request.deploy, inputs=(("outcome", outcome),))
    request = bench.correlated(target=replace(bench.request.target, deploy=deploy))
    await bench.ci.start(request)
    (made,) = bench.server.pipelines.values()
    while made.status != "success":
        await bench.status(made, request.target)
    listed = await bench.recent(request.target)
    assert [(run.correlation, run.state == "succeeded") for run in listed] == [(CORRELATION, False)]


async def test_jobs_are_read_once_for_each_change(bench: Bench) -> None:
    made = bench.server.add("x", source="web", status="success", jobs=[Job(1, status="manual")])
    asked = f"GET /api/v4/projects/{PATH.replace('/', '%2F')}/pipelines/{made.id}/jobs"
    for _ in range(3):
        assert [run.state for run in await bench.recent()] == ["waits"]
    assert bench.server.requests.count(asked) == 1
    made.turn("success", deploy="success")
    assert [run.state for run in await bench.recent()] == ["succeeded"]
    assert bench.server.requests.count(asked) == 2


async def test_a_failure_after_the_deployment_leaves_it_live(bench: Bench) -> None:
    jobs = [Job(1, status="success"), Job(2, "notify", "failed")]
    bench.server.add("x", source="web", status="failed", jobs=jobs)
    (run,) = await bench.recent(bench.naming_its_job)
    assert run.state == "succeeded"


async def test_a_deployment_of_ours_is_ours(bench: Bench) -> None:
    jobs = [Job(1, status="success", environment="staging")]
    bench.server.add(f"shiproom {CORRELATION}", status="success", jobs=jobs)
    for _ in range(120):
        bench.server.add("", source="push", status="success")
    runs = [run for run in await bench.recent() if run.can_deploy]
    assert [(run.correlation, run.environment) for run in runs] == [(CORRELATION, "staging")]


async def test_builds_of_every_branch_that_is_watched(bench: Bench) -> None:
    refs = ["main", "hotfix/login", "topic", "hotfix/a/b", "main"]
    made = [bench.server.add("", source="push", status="success", ref=ref) for ref in refs]
    bench.server.add("", source="merge_request_event", status="success", ref="refs/merge-requests/3/head")
    bench.server.add("", source="push", status="manual", ref="main")
    source = BuildSource("main", "gitlab", "push", branches=("hotfix/*",))
    builds = await bench.ci.builds(PATH, source) or ()
    assert [(build.run_id, build.branch) for build in builds] == [
        (str(made[4].id), "main"),
        (str(made[1].id), "hotfix/login"),
        (str(made[0].id), "main"),
    ]


async def test_no_branch_crowds_out_the_builds_of_another(bench: Bench) -> None:
    for ref, count in (("main", 1), ("hotfix/login", 1), ("topic", 120)):
        for _ in range(count):
            bench.server.add("", source="push", status="success", ref=ref)
    source = BuildSource("main", "gitlab", "push", branches=("hotfix/login", "release/*"))
    builds = await bench.ci.builds(PATH, source) or ()
    assert [build.branch for build in builds] == ["hotfix/login", "main"]


async def test_a_build_that_ends_after_a_newer_one_stands_at_its_own_place(bench: Bench) -> None:
    slow, quick = (bench.server.add("", source="push", status=status) for status in ("failed", "success"))
    source = BuildSource("main", "gitlab", "push")
    assert [build.run_id for build in await bench.ci.builds(PATH, source) or ()] == [str(quick.id)]
    slow.turn("success")
    for _ in range(30):
        bench.server.add("", source="push", status="success", ref="topic")
    assert [build.run_id for build in await bench.ci.builds(PATH, source) or ()] == [
        str(quick.id),
        str(slow.id),
    ]


async def test_a_merge_request_is_no_build_whatever_it_is_called(bench: Bench) -> None:
    bench.server.add(
        "Build", source="merge_request_event", status="success", ref="refs/merge-requests/3/head"
    )
    source = BuildSource("**", "gitlab", "Build")
    assert await bench.ci.builds(PATH, source) == []


def test_a_listed_run_may_deploy_unless_it_is_said_otherwise() -> None:
    assert ListedRun("1", "running").can_deploy
