"""What the `github` CI lists of a repository: deployments from outside, and builds, from one list for all its workflows."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ci.github.provider import GitHub, connect
from bot.ci.github.repository_runs import FORGET_AFTER, SWEEP_INTERVAL, RepositoryRuns
from bot.ci.provider import ProviderContext
from bot.ci.run import ListedRun, Target
from handlers.plan import BuildSource, Deploy
from tests.bot.ci.following import until
from tests.bot.ci.github_fixture import SECRET, WORKFLOW
from tests.bot.ci.github_scenario import TWENTY, GitHubScenario, github_scenario
from tests.bot.ci.stage import Ask
from tests.bot.ci_api.turned import TurnedClock
from tests.github.hooks import signed
from tests.github.hub import TOKEN
from tests.github.model import Run
from tests.github.shapes import repository as repository_shape
from tests.github.shapes import run as run_shape

HOME = "tailspin/space-game-web"
BUILD = "name: Build\non: {push: }\njobs: {}\n"
SOURCE = BuildSource("main", "github", "build.yml")
FORK = 66
TOGETHER = f"GET /repos/{HOME}/actions/runs?"


@pytest.fixture
async def scenario(around: ProviderContext, ask: Ask) -> AsyncIterator[GitHubScenario]:
    """Give a scenario whose time is turned by hand."""
    async with github_scenario(replace(around, clock=TurnedClock()), ask) as made:
        made.repository.put("build.yml", BUILD)
        yield made


def later(scenario: GitHubScenario, seconds: float) -> None:
    assert isinstance(scenario.around.clock, TurnedClock)
    scenario.around.clock.passed += seconds


async def one_listed(scenario: GitHubScenario) -> ListedRun:
    runs = await scenario.ours.recent(scenario.request().target)
    assert runs is not None
    assert len(runs) == 1
    return runs[0]


async def built(scenario: GitHubScenario, *, branch: str = "main", **more: object) -> Run:
    """Have a build succeed."""
    scenario.repository.branches.setdefault(branch, "a" * 40)
    scenario.repository.put("build.yml", BUILD, branch)
    run = scenario.local.start(scenario.repository, "build.yml", branch, {}, "push")
    await run.over.wait()
    for name, value in more.items():
        setattr(run, name, value)
    return run


async def builds(scenario: GitHubScenario, source: BuildSource = SOURCE) -> list[str] | None:
    found = await scenario.ours.builds(HOME, source)
    return None if found is None else [build.run_id for build in found]


# Deployments from outside.


@pytest.mark.parametrize(
    ("event", "can"),
    [
        ("workflow_dispatch", True),
        ("repository_dispatch", True),
        ("deployment", True),
        ("push", False),
        ("pull_request", False),
        ("pull_request_target", False),
        ("schedule", False),
        ("release", False),
        ("workflow_run", False),
        ("merge_group", False),
        ("something new", False),
        ("", False),
    ],
)
async def test_only_what_is_dispatched_can_deploy(scenario: GitHubScenario, event: str, can: bool) -> None:
    run = scenario.run_outside(event=event)
    assert (await one_listed(scenario)).can_deploy is can
    run.head_repository = FORK
    assert not (await one_listed(scenario)).can_deploy


@pytest.mark.parametrize(
    ("event", "found"),
    [("workflow_dispatch", TWENTY), ("repository_dispatch", TWENTY), ("push", ""), ("pull_request", "")],
)
async def test_an_id_of_ours_counts_in_dispatched_runs_only(
    scenario: GitHubScenario, event: str, found: str
) -> None:
    scenario.run_outside(event=event).title = f"Revert the deployment [{TWENTY}]"
    assert (await one_listed(scenario)).correlation == found


TIP = "e" * 40
COMMIT = "4be1c9d" * 5 + "4be1c"


@pytest.mark.parametrize(
    ("title", "sha"),
    [
        (f"Deploy {COMMIT} to production", COMMIT),
        ("Deploy 4be1c9d to production", "4be1c9d"),
        ("Deploy website@4be1c9d", "4be1c9d"),
        (f"Deploy 4be1c9d ({COMMIT}) [{TWENTY}]", COMMIT),
        (f"Deploy {'b' * 40}", "b" * 40),
        ("Deploy 4be1c9d over 5be1c9d", TIP),
        ("Deploy to production", TIP),
        ("The facaded cabbage", TIP),
        ("Deploy 4be1c9 to production", TIP),
        (f"Deploy {COMMIT}0 to production", TIP),
        (f"Deploy [{TWENTY}]", TIP),
        ("Deploy v4be1c9d", TIP),
        ("", TIP),
    ],
)
async def test_the_commit_in_the_title_comes_before_the_tip_of_the_branch(
    scenario: GitHubScenario, title: str, sha: str
) -> None:
    run = scenario.run_outside()
    run.sha, run.title = TIP, title
    assert (await one_listed(scenario)).sha == sha


async def test_runs_of_other_workflows_are_not_listed(scenario: GitHubScenario) -> None:
    await built(scenario)
    assert await scenario.ours.recent(scenario.request().target) == []


@pytest.mark.parametrize("path", [f".github/workflows/{WORKFLOW}@main", f".github/workflows/{WORKFLOW}"])
async def test_a_workflow_is_known_by_its_path_with_a_ref_or_without(
    scenario: GitHubScenario, path: str
) -> None:
    scenario.run_outside().path = path
    assert (await one_listed(scenario)).can_deploy


async def test_a_run_of_another_repository_s_workflow_is_none_of_ours(scenario: GitHubScenario) -> None:
    scenario.run_outside().path = f"other/repo/.github/workflows/{WORKFLOW}@main"
    assert await scenario.ours.recent(scenario.request().target) == []


async def test_a_deployment_that_ends_behind_a_hundred_other_runs_is_seen_to_end(
    scenario: GitHubScenario,
) -> None:
    request, run = await scenario.started("lasts")
    assert (await one_listed(scenario)).state == "running"
    for _ in range(130):
        await built(scenario)
    assert (await one_listed(scenario)).state == "running"
    scenario.local.cancel(run)
    await scenario.all_over()
    assert (await one_listed(scenario)).state == "cancelled"
    scenario.local.asked.clear()
    assert (await one_listed(scenario)).state == "cancelled"
    assert len(scenario.local.asked) == 1, "what has ended is not asked for any more"
    assert request.correlation == (await one_listed(scenario)).correlation


# Builds.


async def test_builds_are_of_all_branches_that_are_named(scenario: GitHubScenario) -> None:
    names = ("main", "release/2.4", "release/2.5", "release/2.4/fix", "hotfix/a/b", "feature")
    made = {name: str((await built(scenario, branch=name)).id) for name in names}
    for branches, wanted in (
        ((), ["main"]),
        (("release/*",), ["release/2.5", "release/2.4", "main"]),
        (("hotfix/**",), ["hotfix/a/b", "main"]),
        (("**",), list(reversed(names))),
    ):
        source = replace(SOURCE, branches=branches)
        assert await builds(scenario, source) == [made[name] for name in wanted]


async def test_the_runs_of_forks_do_not_crowd_out_builds(scenario: GitHubScenario) -> None:
    """More of them than fit onto two pages, from a branch of their own that is called main."""
    mine = await built(scenario)
    for _ in range(230):
        await built(scenario, event="pull_request", head_repository=FORK)
    assert await builds(scenario) == [str(mine.id)]
    again = connect(scenario.fixture.connection, scenario.around)
    assert [build.run_id for build in await again.builds(HOME, SOURCE) or ()] == [str(mine.id)]
    await again.close()


async def test_a_build_that_ends_after_newer_ones_is_listed_in_its_place(scenario: GitHubScenario) -> None:
    slow = await built(scenario, status="in_progress", conclusion=None)
    newer = await built(scenario)
    assert await builds(scenario) == [str(newer.id)]
    slow.status, slow.conclusion = "completed", "success"
    assert await builds(scenario) == [str(newer.id), str(slow.id)]


async def test_a_build_that_is_run_again_to_success_behind_a_hundred_newer_runs_is_found_in_time(
    scenario: GitHubScenario,
) -> None:
    red = await built(scenario, conclusion="failure")
    assert await builds(scenario) == []
    for _ in range(120):
        await built(scenario, conclusion="failure")
    green = await built(scenario)
    assert await builds(scenario) == [str(green.id)]
    red.attempt, red.conclusion = 2, "success"
    assert await builds(scenario) == [str(green.id)]
    later(scenario, SWEEP_INTERVAL + 1)
    assert await builds(scenario) == [str(green.id), str(red.id)]


def hint(scenario: GitHubScenario, run: Run, name: str = HOME) -> None:
    """Have a webhook tell of a run."""
    root = scenario.local.root
    payload = {
        "workflow_run": run_shape(run, root),
        "workflow": {"path": f".github/workflows/{run.file}"},
        "repository": {**repository_shape(run.repository, root), "full_name": name},
    }
    delivery = signed("workflow_run", payload, SECRET)
    headers = {key.lower(): value for key, value in delivery.headers.items()}
    scenario.ours.parse_webhook(headers, delivery.body, scenario.around.clock.now())


async def test_a_webhook_finds_it_at_once_behind_many_newer_builds(scenario: GitHubScenario) -> None:
    red = await built(scenario, conclusion="failure")
    newer = [str((await built(scenario)).id) for _ in range(120)]
    assert await builds(scenario) == newer[::-1][:50]
    red.attempt, red.conclusion = 2, "success"
    hint(scenario, red, "Tailspin/Space-Game-Web")
    assert await builds(scenario) == [*newer[::-1][:50], str(red.id)]
    scenario.local.asked.clear()
    assert await builds(scenario) == [*newer[::-1][:50], str(red.id)]
    assert len(scenario.local.asked) == 1


async def test_a_webhook_finds_a_build_that_the_list_does_not_show_yet(scenario: GitHubScenario) -> None:
    old = await built(scenario)
    assert await builds(scenario) == [str(old.id)]
    scenario.local.listing_delay = 90
    new = await built(scenario)
    assert await builds(scenario) == [str(old.id)]
    hint(scenario, new)
    assert await builds(scenario) == [str(new.id), str(old.id)]


async def test_a_slow_build_that_ends_behind_many_newer_ones_is_seen_to_end(scenario: GitHubScenario) -> None:
    slow = await built(scenario, status="in_progress", conclusion=None)
    await builds(scenario)
    newer = [str((await built(scenario)).id) for _ in range(120)]
    assert await builds(scenario) == newer[::-1][:50]
    slow.status, slow.conclusion = "completed", "success"
    for _ in range(2):
        assert await builds(scenario) == [*newer[::-1][:50], str(slow.id)]


async def test_a_run_that_a_webhook_names_is_read_when_github_can_be_read_again(
    scenario: GitHubScenario,
) -> None:
    red = await built(scenario, conclusion="failure")
    for _ in range(120):
        await built(scenario, conclusion="failure")
    assert await builds(scenario) == []
    red.attempt, red.conclusion = 2, "success"
    hint(scenario, red)
    scenario.local.faults.add(f"/runs/{red.id}$", 502)
    assert await builds(scenario) == []
    assert await builds(scenario) == [str(red.id)]


async def test_a_webhook_of_what_nobody_asks_for_causes_no_request(scenario: GitHubScenario) -> None:
    other = scenario.local.repository("tailspin/other")
    other.put("build.yml", BUILD)
    foreign = scenario.local.start(other, "build.yml", "main", {}, "push")
    scenario.repository.put("lint.yml", BUILD)
    linted = scenario.local.start(scenario.repository, "lint.yml", "main", {}, "push")
    await scenario.all_over()
    await builds(scenario)
    scenario.local.asked.clear()
    hint(scenario, foreign, "tailspin/other")
    hint(scenario, linted)
    assert scenario.local.asked == []
    await builds(scenario)
    assert len(scenario.local.asked) == 1


async def test_after_a_gap_further_pages_are_read_until_they_meet_what_was_seen(
    scenario: GitHubScenario,
) -> None:
    first = await built(scenario)
    assert await builds(scenario) == [str(first.id)]
    missed = await built(scenario)
    for _ in range(250):
        scenario.run_outside()
    scenario.local.asked.clear()
    assert await builds(scenario) == [str(missed.id), str(first.id)]
    assert len(scenario.local.asked) == 3
    scenario.local.asked.clear()
    assert await builds(scenario) == [str(missed.id), str(first.id)]
    assert len(scenario.local.asked) == 1


async def test_a_gap_that_cannot_be_read_now_is_read_later(scenario: GitHubScenario) -> None:
    await builds(scenario)
    await built(scenario)
    await builds(scenario)
    missed = await built(scenario)
    for _ in range(150):
        scenario.run_outside()
    scenario.local.faults.add("GET .*/actions/runs$", 200, carried_out=True)
    assert await builds(scenario) is not None
    scenario.local.faults.add("GET .*/actions/runs$", 502)
    assert await builds(scenario) is None
    found = await builds(scenario)
    assert found is not None
    assert found[0] == str(missed.id)


async def test_a_workflow_that_is_gone_cannot_be_read(scenario: GitHubScenario) -> None:
    await built(scenario)
    assert await builds(scenario) is not None
    del scenario.repository.files["main", "build.yml"]
    later(scenario, SWEEP_INTERVAL + 1)
    assert await builds(scenario) is None


# Requests.


def targets_of(scenario: GitHubScenario, count: int) -> list[Target]:
    """Give each of some services a workflow in the one repository."""
    target = scenario.request().target
    for number in range(count):
        scenario.repository.put(f"deploy-{number}.yml", scenario.repository.files["main", WORKFLOW])
    return [
        replace(target, deploy=Deploy("github", workflow=f"deploy-{number}.yml")) for number in range(count)
    ]


async def everything(ours: GitHub, targets: list[Target]) -> None:
    lists = [ours.recent(target) for target in targets]
    found = await asyncio.gather(*lists, *(ours.builds(HOME, SOURCE) for _ in targets))
    assert all(each is not None for each in found)


async def test_all_workflows_of_a_repository_share_one_list_at_a_moment(scenario: GitHubScenario) -> None:
    await built(scenario)
    targets = targets_of(scenario, 40)
    await everything(scenario.ours, targets)
    assert sum(asked.startswith(TOGETHER) for asked in scenario.local.asked) <= 2
    scenario.local.asked.clear()
    scenario.local.unchanged = 0
    await everything(scenario.ours, targets)
    assert len(scenario.local.asked) == 1
    assert scenario.local.unchanged == 1


async def test_deployments_are_looked_up_in_what_was_just_read_for_builds(scenario: GitHubScenario) -> None:
    target = scenario.request().target
    await scenario.ours.recent(target)
    await builds(scenario)
    scenario.local.asked.clear()
    later(scenario, scenario.ours.poll - 0.1)
    run = scenario.run_outside()
    assert await scenario.ours.recent(target) == []
    assert scenario.local.asked == []
    hint(scenario, run)
    for _ in range(2):
        assert (await one_listed(scenario)).id == str(run.id)
    assert len(scenario.local.asked) == 2
    await builds(scenario)
    scenario.run_outside()
    later(scenario, scenario.ours.poll)
    assert len(await scenario.ours.recent(target) or ()) == 2
    assert len(await scenario.ours.recent(target) or ()) == 2
    assert len(scenario.local.asked) == 5


async def test_what_was_asked_before_a_change_is_not_given_to_who_asks_after_it(
    scenario: GitHubScenario,
) -> None:
    target = scenario.request().target
    await scenario.ours.recent(target)
    scenario.local.asked.clear()
    first = scenario.around.tasks.start(scenario.ours.recent(target), "the first")

    async def has_arrived() -> bool:
        return bool(scenario.local.asked)

    await until(has_arrived)
    run = scenario.run_outside()
    second = await scenario.ours.recent(target)
    assert [each.id for each in second or ()] == [str(run.id)]
    await first


async def test_at_rest_no_request_counts_however_many_repositories_there_are(
    scenario: GitHubScenario,
) -> None:
    names = [f"tailspin/service-{number}" for number in range(120)]
    for name in names:
        repository = scenario.local.repository(name)
        for file in ("build.yml", WORKFLOW):
            repository.put(file, scenario.repository.files["main", file])
        scenario.local.start(repository, "build.yml", "main", {}, "push")
    await scenario.all_over()
    target = scenario.request().target

    async def poll() -> None:
        for name in names:
            assert len(await scenario.ours.builds(name, SOURCE) or ()) == 1
            assert await scenario.ours.recent(replace(target, repository=name)) == []

    await poll()
    for seconds in (15, SWEEP_INTERVAL + 1):
        later(scenario, seconds)
        scenario.local.asked.clear()
        scenario.local.unchanged = 0
        await poll()
        assert len(scenario.local.asked) - scenario.local.unchanged == 0


async def test_what_is_not_asked_for_any_more_is_forgotten(scenario: GitHubScenario) -> None:
    await built(scenario)
    await builds(scenario)
    target = scenario.request().target
    for _ in range(5):
        later(scenario, FORGET_AFTER / 4)
        await scenario.ours.recent(target)
    scenario.local.unchanged = 0
    found = await builds(scenario)
    assert found is not None
    assert len(found) == 1
    assert scenario.local.unchanged == 0, "nothing of it was kept"


async def test_a_name_in_other_letters_or_as_an_address_is_the_same_repository(
    scenario: GitHubScenario,
) -> None:
    await built(scenario)
    for name in (HOME, HOME.upper(), f"https://github.com/{HOME}.git"):
        assert len(await scenario.ours.builds(name, SOURCE) or ()) == 1
    assert sum(bool(re.search("/workflows/", asked)) for asked in scenario.local.asked) == 1


async def test_without_the_permission_nothing_is_listed(scenario: GitHubScenario) -> None:
    scenario.local.tokens[TOKEN] = frozenset()
    assert await builds(scenario) is None
    assert await scenario.ours.recent(scenario.request().target) is None


async def test_the_work_for_a_repository_does_not_grow_with_their_number(
    scenario: GitHubScenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each list of 500 repositories looked at all others: a quarter of a million looks a minute."""
    looks = list[object]()
    monkeypatch.setattr(RepositoryRuns, "asked_at", property(lambda runs: looks.append(runs) or 0.0))
    names = [f"{HOME}-{number}" for number in range(40)]
    for name in names:
        scenario.local.repository(name).put("build.yml", "on: push")
        await scenario.ours.builds(name, SOURCE)
    assert len(looks) <= len(names)
