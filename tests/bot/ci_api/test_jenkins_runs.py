"""Where a job is, and what is read of builds that say little or nonsense."""

import pytest

from bot.ci.jenkins.builds import listed_builds
from bot.ci.jenkins.recent import listed_run
from bot.ci.jenkins.runs import failed_stage, job_path, status_of
from bot.ci.run import ListedRun, RunStatus, Target
from handlers.plan import BuildSource, Deploy

TARGET = Target(Deploy("jenkins", workflow="deploy"), "website", "staging")


@pytest.mark.parametrize(
    ("workflow", "path"),
    [
        ("deploy", "/job/deploy"),
        ("folder/job", "/job/folder/job/job"),
        ("/a//b/", "/job/a/job/b"),
        ("team a/feature%2Fx", "/job/team%20a/job/feature%252Fx"),
        ("../x", "/job/%252E%252E/job/x"),
        ("a?b#c", "/job/a%3Fb%23c"),
        ("", ""),
        ("/", ""),
    ],
)
def test_job_path(workflow: str, path: str) -> None:
    assert job_path(workflow) == path


NONSENSE: list[object] = [None, [], {}, {"actions": "x"}, {"actions": [{"parameters": 1}, None]}]


@pytest.mark.parametrize("build", NONSENSE)
def test_nonsense_is_a_build_that_runs(build: object) -> None:
    assert status_of(build, "failed") == RunStatus("running")
    assert listed_run(build, TARGET, "bot", "failed") == ListedRun("", "running")
    for job in (build, {"allBuilds": [build], "jobs": [build, {"name": "main", "allBuilds": [build]}]}):
        assert listed_builds(job, "a/b", BuildSource("main"), "failed") == []


@pytest.mark.parametrize("timestamp", [-(10**30), 10**30, "soon", True, 0])
def test_times_that_are_none(timestamp: object) -> None:
    assert status_of({"timestamp": timestamp}, "failed").started_at is None


@pytest.mark.parametrize(
    ("described", "said"),
    [
        ({"stages": [{"name": "Test", "status": "FAILED"}]}, "stage Test failed"),
        (
            {
                "stages": [
                    {"name": "A", "status": "FAILED", "error": {"message": "exit\ncode 1"}},
                    {"name": "B", "status": "FAILED"},
                ]
            },
            "stage A failed: exit code 1; stage B failed",
        ),
        ({"stages": [{"name": "A", "status": "SUCCESS"}]}, ""),
        (None, ""),
    ],
)
def test_failed_stage(described: object, said: str) -> None:
    assert failed_stage(described) == said
