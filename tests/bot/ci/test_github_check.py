"""What `shiproom check --online` finds on GitHub: each fault is put into a local GitHub, and is found, and says what to do."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest

from bot.ci.github.provider import connect
from bot.ci.github.workflow import Input, Workflow, WorkflowJob, read_workflow
from bot.ci.provider import ProviderContext
from bot.ci.run import Source
from handlers.plan import BuildSource
from tests.bot.ci.github_fixture import WORKFLOW
from tests.bot.ci.github_scenario import GitHubScenario, github_scenario
from tests.bot.ci.stage import Ask
from tests.github.hub import TOKEN
from tests.github.model import EVERYTHING, Permission

HOME = "tailspin/space-game-web"
BUILD = "name: Build\non: {push: {branches: [main]}}\njobs: {}\n"


@pytest.fixture
async def scenario(around: ProviderContext, ask: Ask) -> AsyncIterator[GitHubScenario]:
    async with github_scenario(around, ask) as made:
        made.repository.put("build.yml", BUILD)
        yield made


async def diagnostics(scenario: GitHubScenario, **deploy: object) -> list[str]:
    target = scenario.request().target
    target = replace(target, deploy=replace(target.deploy, **deploy))
    source = Source("website", HOME, BuildSource("main", "github", "build.yml"))
    return list(await scenario.ours.check([target], [source]))


async def test_nothing_is_missing_and_nothing_is_started(scenario: GitHubScenario) -> None:
    assert await diagnostics(scenario, send=("version", "environment"), claim=True) == []
    assert not scenario.local.runs
    written = [asked for asked in scenario.local.asked if not asked.startswith("GET")]
    assert written == [f"POST /repos/{HOME}/actions/runs/0/cancel"]


def lacking(permission: Permission) -> Callable[[GitHubScenario], None]:
    def take(scenario: GitHubScenario) -> None:
        scenario.local.tokens[TOKEN] = EVERYTHING - {permission}

    return take


def replaced(old: str, new: str) -> Callable[[GitHubScenario], None]:
    def write(scenario: GitHubScenario) -> None:
        written = scenario.repository.files["main", WORKFLOW]
        assert old in written
        scenario.repository.put(WORKFLOW, written.replace(old, new))

    return write


def named(**values: object) -> Callable[[GitHubScenario], None]:
    def write(scenario: GitHubScenario) -> None:
        for name, value in values.items():
            setattr(scenario.repository, name, value)

    return write


STAGING = "website/staging: "


FAULTS: list[tuple[Callable[[GitHubScenario], object], str]] = [
    (
        lambda scenario: scenario.local.tokens.clear(),
        "GitHub does not know the token: it may have expired, so make a new one and set it as `token`",
    ),
    (
        lambda scenario: scenario.local.repositories.clear(),
        f"{HOME} does not exist, or the token may not see it: check the name, and give the token access to it",
    ),
    (
        named(moved=True),
        f"{HOME} has moved, and GitHub starts nothing under its old name: give the new one under `repository`",
    ),
    (
        named(archived=True),
        f"{HOME} is archived, and nothing runs in it: name another or unarchive it",
    ),
    (
        lambda scenario: scenario.local.faults.add("GET", 502),
        "GitHub cannot be read now: check `url` and the network, then try again",
    ),
    (
        lambda scenario: scenario.local.faults.add("GET", 451),
        f"GitHub refuses to show {HOME}: a fault",
    ),
    (
        lambda scenario: scenario.local.faults.add("GET", 200),
        "`url` is not the address of GitHub's API: that of an Enterprise Server ends in /api/v3",
    ),
    (lacking("actions: read"), f"the token lacks the permission `Actions: read` for {HOME}: add it"),
    (lacking("actions: write"), f"the token lacks the permission `Actions: write` for {HOME}: add it"),
    (lacking("contents: read"), f"the token lacks the permission `Contents: read` for {HOME}: add it"),
    (
        lambda scenario: scenario.repository.files.pop(("main", WORKFLOW)),
        f"{STAGING}{HOME} has no workflow `deploy.yml`: put the file into .github/workflows on the default branch",
    ),
    (
        named(disabled={WORKFLOW}),
        (
            f"{STAGING}the workflow `deploy.yml` of {HOME} is not active (disabled_manually): "
            "enable it on its page under Actions"
        ),
    ),
    (
        named(branches={}),
        f"{STAGING}{HOME} has no branch `main`: name another under `builds: branch`",
    ),
    (
        lambda scenario: scenario.local.faults.add("GET .*/contents/.*deploy", 404),
        f"{STAGING}the branch `main` of {HOME} has no .github/workflows/deploy.yml: merge it there",
    ),
    (
        lambda scenario: scenario.repository.put(WORKFLOW, "name: [\n"),
        f"{STAGING}`deploy.yml` on the branch `main` of {HOME} is not a readable workflow: fix it",
    ),
    (
        replaced("workflow_dispatch:", "workflow_call:"),
        f"{STAGING}`deploy.yml` cannot be started from outside: add `workflow_dispatch` under its `on`",
    ),
    (
        replaced(" [${{ inputs.shiproom_correlation_id }}]", ""),
        (
            f"{STAGING}`deploy.yml` does not show the correlation id, so its runs cannot be found again: "
            "write `run-name: Deploy [${{ inputs.shiproom_correlation_id }}]` into it"
        ),
    ),
    (
        replaced("      shiproom_sha: {required: true, type: string}\n", ""),
        f"{STAGING}`deploy.yml` does not declare the input `shiproom_sha`: add it under `on: workflow_dispatch: inputs`",
    ),
    (
        replaced("shiproom_version: {type: string}", "region: {required: true}"),
        f"{STAGING}`deploy.yml` requires the input `region`, which it is not sent: give it under `inputs` or a default",
    ),
    (
        replaced("[succeeds, fails, lasts]", "[fails, lasts]"),
        f"{STAGING}`deploy.yml` does not offer `succeeds` for the input `ending`: choose one of fails, lasts",
    ),
    (
        replaced("{id-token: write}", "{contents: read}"),
        (
            f"{STAGING}`deploy.yml` gets no token for its claim: "
            "write `permissions: {id-token: write}` into the job that claims"
        ),
    ),
    (
        lambda scenario: scenario.repository.put("build.yml", "on: pull_request\njobs: {}\n"),
        "website: `build.yml` never builds what is on the branch: add `push` under its `on`",
    ),
    (
        lambda scenario: scenario.repository.files.pop(("main", "build.yml")),
        f"website: {HOME} has no workflow `build.yml`: put the file into .github/workflows on the default branch",
    ),
]


@pytest.mark.parametrize(("spoil", "expected"), FAULTS)
async def test_a_fault_is_found_and_says_what_to_do(
    scenario: GitHubScenario, spoil: Callable[[GitHubScenario], object], expected: str
) -> None:
    spoil(scenario)
    assert expected in await diagnostics(scenario, claim=True)


JOBS = """\
jobs:
  test: {runs-on: ubuntu-latest, steps: []}
  deploy: {%sruns-on: ubuntu-latest, steps: []}
"""


def with_jobs(scenario: GitHubScenario, jobs: str) -> None:
    written = scenario.repository.files["main", WORKFLOW]
    scenario.repository.put(WORKFLOW, written.partition("jobs:\n")[0] + jobs)


MATRIX = "jobs: {deploy: {strategy: {matrix: {region: [eu, us]}}, steps: []}}\n"
CALL = "jobs: {call: {uses: ./.github/workflows/other.yml}, test: {steps: []}}\n"
EXPRESSION = "jobs: {a: {name: 'Deploy ${{ inputs.environment }}!', steps: []}, b: {steps: []}}\n"
UNNAMED = (
    "`deploy.yml` has the jobs `test`, `deploy`, and succeeds without the one that deploys: "
    "name that one under `job`"
)


@pytest.mark.parametrize(
    ("jobs", "job", "expected"),
    [
        (JOBS % "", "", UNNAMED),
        (JOBS % "", "deploy", ""),
        (JOBS % "", "test", ""),
        (JOBS % "", "release", "`deploy.yml` has no job `release`: name one of `test`, `deploy` under `job`"),
        (
            JOBS % "name: Ship it, ",
            "deploy",
            "`deploy.yml` shows its job `deploy` as `Ship it`: write that under `job`",
        ),
        (JOBS % "name: Ship it, ", "Ship it", ""),
        (MATRIX, "", ""),
        (MATRIX, "deploy", ""),
        (MATRIX, "ship", "`deploy.yml` has no job `ship`: name one of `deploy` under `job`"),
        (JOBS % "name: 'Ship (${{ matrix.region }})', ", "Ship", ""),
        (CALL, "deploy", ""),
        (CALL, "call", ""),
        (EXPRESSION, "Deploy production!", ""),
        (EXPRESSION, "Deploy", "`deploy.yml` has no job `Deploy`: name one of "),
        ("jobs: {}\n", "deploy", "`deploy.yml` has no job `deploy`: name one of its jobs under `job`"),
        ("jobs: {}\n", "", ""),
    ],
)
async def test_the_job_that_deploys_is_named(
    scenario: GitHubScenario, jobs: str, job: str, expected: str
) -> None:
    with_jobs(scenario, jobs)
    found = await diagnostics(scenario, job=job)
    assert [said.startswith(STAGING + expected) for said in found] == [True] * bool(expected)


@pytest.mark.parametrize("repository", ["", "space-game-web", "../.."])
async def test_a_repository_that_is_none(scenario: GitHubScenario, repository: str) -> None:
    target = replace(scenario.request().target, repository=repository)
    [said] = await scenario.ours.check([target], [])
    assert repository in said


async def test_a_workflow_that_is_not_named(scenario: GitHubScenario) -> None:
    expected = "website/staging: no workflow is named: write the name of its file under `workflow`"
    assert await diagnostics(scenario, workflow="") == [expected]


async def test_too_many_inputs_for_an_enterprise_server(around: ProviderContext, ask: Ask) -> None:
    async with github_scenario(around, ask, server=True) as scenario:
        scenario.repository.put("build.yml", BUILD)
        inputs = tuple((f"input{number}", "") for number in range(9))
        assert (
            "website/staging: `deploy.yml` is sent 11 inputs and GitHub takes 10: shorten `inputs` or `send`"
            in await diagnostics(scenario, inputs=inputs)
        )


async def test_one_fault_of_two_places_is_said_once_for_each(scenario: GitHubScenario) -> None:
    target = scenario.request().target
    scenario.repository.disabled.add(WORKFLOW)
    both = [target, replace(target, environment="production")]
    assert len(await scenario.ours.check(both, [])) == 2
    scenario.local.tokens.clear()
    assert len(await scenario.ours.check(both, [])) == 1


async def test_the_secrets_of_the_policy_are_never_shown(scenario: GitHubScenario) -> None:
    following = connect(scenario.fixture.connected(token="hunter2-of-the-bot"), scenario.around)
    [said] = await following.check([scenario.request().target], [])
    assert "hunter2" not in said
    await following.close()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("", None),
        ("- a\n", None),
        ("a: [", None),
        ("a: 2026-99-99\n", None),
        ("[" * 2000, None),
        ("on: push\n", Workflow(frozenset({"push"}))),
        ('"on": [push, workflow_dispatch]\n', Workflow(frozenset({"push", "workflow_dispatch"}))),
        ("on: {workflow_dispatch: }\n", Workflow(frozenset({"workflow_dispatch"}))),
        ("on: {workflow_dispatch: {inputs: [a]}}\n", Workflow(frozenset({"workflow_dispatch"}))),
        (
            (
                "on:\n workflow_dispatch:\n  inputs:\n   a:\n   b: {required: true}\n   c: {required: true, default: x}\n"
                "   d: {type: choice, options: [x, y]}\n   e: {type: string, options: [x]}\n"
            ),
            Workflow(
                frozenset({"workflow_dispatch"}),
                inputs={
                    "a": Input(),
                    "b": Input(required=True),
                    "c": Input(),
                    "d": Input(choices=("x", "y")),
                    "e": Input(),
                },
            ),
        ),
        ("run-name: x ${{ inputs.y }}\n", Workflow(run_name="x ${{ inputs.y }}")),
        ("permissions: write-all\n", Workflow(has_token=True)),
        ("permissions: read-all\n", Workflow()),
        (
            "jobs: {a: {}, b: {permissions: {id-token: write}}}\n",
            Workflow(has_token=True, jobs={"a": WorkflowJob("a"), "b": WorkflowJob("b")}),
        ),
        ("jobs: {b: {permissions: {id-token: read}}}\n", Workflow(jobs={"b": WorkflowJob("b")})),
        (
            "jobs: {b: {name: Ship, uses: ./x.yml}, 1: }\n",
            Workflow(jobs={"b": WorkflowJob("Ship", calls=True), "1": WorkflowJob("1")}),
        ),
        ("jobs: [a]\n", Workflow()),
    ],
)
def test_workflow_files(written: str, expected: Workflow | None) -> None:
    assert read_workflow(written) == expected
