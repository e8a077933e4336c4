"""What the `github` CI sends once, what an answer to it proves, and how its runs are found."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, Refused, Unclear
from handlers.plan import BuildSource, Deploy
from tests.bot.ci.following import end_of
from tests.bot.ci.github_fixture import WORKFLOW
from tests.bot.ci.github_scenario import TWENTY, GitHubScenario, github_scenario
from tests.bot.ci.stage import Ask
from tests.github.faults import CUT, SILENT
from tests.github.hub import TOKEN

DISPATCH = r"POST .*/dispatches$"
MOVED = Refused(transient=False, detail="the repository has moved: give its new name in the policy")


@pytest.fixture
async def scenario(around: ProviderContext, ask: Ask) -> AsyncIterator[GitHubScenario]:
    async with github_scenario(around, ask) as made:
        yield made


async def test_a_dispatch_names_its_run_and_says_all_inputs(scenario: GitHubScenario) -> None:
    request = scenario.request()
    deploy = replace(request.deploy, send=("version", "environment"))
    answer = await scenario.ours.start(replace(request, target=replace(request.target, deploy=deploy)))
    [run] = scenario.dispatched()
    assert answer == Accepted(
        str(run.id), f"{scenario.local.root}/tailspin/space-game-web/actions/runs/{run.id}"
    )
    assert run.branch == "main"
    assert run.inputs == {
        "ending": "succeeds",
        "shiproom_correlation_id": TWENTY,
        "shiproom_environment": "staging",
        "shiproom_sha": request.sha,
        "shiproom_version": "2.4.1",
    }


async def test_an_enterprise_server_names_no_run_and_it_is_found(around: ProviderContext, ask: Ask) -> None:
    async with github_scenario(around, ask, server=True) as scenario:
        request = scenario.request()
        assert await scenario.ours.start(request) == Accepted()
        assert (await end_of(scenario.ours, request)).state == "succeeded"
        assert all(asked.split(" ")[1].startswith("/api/v3/repos/") for asked in scenario.local.asked)


@pytest.mark.parametrize(
    ("status", "retry_after", "expected"),
    [
        (301, "", MOVED),
        (307, "", MOVED),
        (308, "", Unclear("HTTP 308: a fault")),
        (400, "", Refused(transient=False, detail="HTTP 400: a fault")),
        (401, "", Refused(transient=False, detail="HTTP 401: a fault")),
        (403, "", Refused(transient=False, detail="HTTP 403: a fault")),
        (403, "9", Refused(transient=True, detail="HTTP 403: a fault", retry_after=9.0)),
        (404, "", Refused(transient=False, detail="HTTP 404: a fault")),
        (409, "", Unclear("HTTP 409: a fault")),
        (422, "", Refused(transient=False, detail="HTTP 422: a fault")),
        (429, "7", Refused(transient=True, detail="HTTP 429: a fault", retry_after=7.0)),
        (500, "", Unclear("HTTP 500: a fault")),
        (502, "", Unclear("HTTP 502: a fault")),
        (503, "", Unclear("HTTP 503: a fault")),
    ],
)
async def test_what_an_answer_proves(
    scenario: GitHubScenario, status: int, retry_after: str, expected: object
) -> None:
    headers = {"Retry-After": retry_after} if retry_after else {}
    scenario.local.faults.add(DISPATCH, status, headers=headers)
    assert await scenario.ours.start(scenario.request()) == expected
    assert not scenario.local.runs


async def test_a_secondary_limit_is_waited_for(scenario: GitHubScenario) -> None:
    scenario.local.faults.limit(DISPATCH)
    met = await scenario.ours.start(scenario.request())
    assert isinstance(met, Refused)
    assert (met.transient, met.retry_after) == (True, 60.0)
    asked = len(scenario.local.asked)
    again = await scenario.ours.start(scenario.request())
    assert isinstance(again, Refused)
    assert again.transient
    assert await scenario.ours.recent(scenario.request().target) is None
    assert len(scenario.local.asked) == asked
    assert not scenario.local.runs


async def test_a_limit_that_is_used_up_is_named_to_people(scenario: GitHubScenario) -> None:
    """The test's GitHub has a clock of its own, which counts; its reset is an hour later."""
    scenario.local.faults.use_up(DISPATCH, 1795428000, date="Mon, 23 Nov 2026 09:00:00 GMT")
    why = "GitHub's rate limit is used up until 10:00 UTC"
    assert await scenario.ours.start(scenario.request()) == Refused(
        transient=True, detail=why, retry_after=3600.0
    )
    again = await scenario.ours.start(scenario.request())
    assert isinstance(again, Refused)
    assert (again.transient, again.detail) == (True, why)
    assert not scenario.local.asked


@pytest.mark.parametrize("status", [500, 502, 503, 504, CUT, SILENT])
async def test_what_was_carried_out_without_an_answer_is_found_and_not_repeated(
    scenario: GitHubScenario, status: int
) -> None:
    scenario.local.faults.add(DISPATCH, status, carried_out=True)
    request = replace(scenario.request(), not_after=scenario.around.clock.monotonic() + 0.5)
    assert isinstance(await scenario.ours.start(request), Unclear)
    [run] = scenario.dispatched()
    found = await scenario.ours.find(request.target, request.correlation)
    assert [each.id for each in found or ()] == [str(run.id)]
    assert sum(asked.startswith("POST") for asked in scenario.local.asked) == 1


async def test_a_renamed_repository_starts_nothing_and_says_so(scenario: GitHubScenario) -> None:
    request = scenario.request()
    scenario.repository.moved = True
    assert await scenario.ours.start(request) == MOVED
    assert await scenario.ours.find(request.target, request.correlation) == []
    status = await scenario.ours.status(request.target, request.correlation, "1")
    assert status is not None
    assert status.state == "vanished"
    assert not scenario.local.runs


@pytest.mark.parametrize(
    ("inputs", "why"),
    [
        ((("colour", "blue"),), "Unexpected inputs provided: ['colour']"),
        (
            (("ending", "burns"),),
            "Provided value 'burns' for input 'ending' not in the list of allowed values",
        ),
        (
            (("ending", TOKEN),),
            "Provided value '[redacted]' for input 'ending' not in the list of allowed values",
        ),
    ],
)
async def test_inputs_that_do_not_fit_are_refused_with_the_reason(
    scenario: GitHubScenario, inputs: tuple[tuple[str, str], ...], why: str
) -> None:
    request = scenario.ask(Deploy("github", workflow=WORKFLOW, inputs=inputs))
    assert await scenario.ours.start(request) == Refused(transient=False, detail=f"HTTP 422: {why}")
    assert not scenario.local.runs


@pytest.mark.parametrize(
    "repository",
    [
        "",
        "space-game-web",
        "a/b/c",
        "../..",
        "tailspin/..",
        "tailspin/%2e%2e",
        "tailspin/x?y=/..",
        "https://[",
        "a/b#",
    ],
)
@pytest.mark.parametrize("workflow", [WORKFLOW, "../../../user", "..", "a?b", "%2e%2e", "a/b", ""])
async def test_hostile_names_lead_nowhere_else(
    scenario: GitHubScenario, repository: str, workflow: str
) -> None:
    request = scenario.request()
    target = replace(request.target, repository=repository, deploy=Deploy("github", workflow=workflow))
    assert isinstance(await scenario.ours.start(replace(request, target=target)), Refused)
    assert await scenario.ours.find(target, TWENTY) is None
    assert await scenario.ours.recent(target) is None
    await scenario.ours.cancel(target, TWENTY, "../../../../user")
    assert await scenario.ours.builds(repository, BuildSource(workflow=workflow)) is None
    assert await scenario.ours.compare(repository, "../x", "y?z") is None
    for asked in scenario.local.asked:
        path = asked.split(" ")[1].partition("?")[0]
        assert "/../" not in path.lower().replace("%2e", ".").replace("%252e", "")
        assert path.startswith("/repos/")


async def test_runs_that_a_list_shows_late_are_found_in_the_end(scenario: GitHubScenario) -> None:
    request = scenario.request()
    scenario.local.listing_delay = 90
    assert isinstance(await scenario.ours.start(request), Accepted)
    assert await scenario.ours.find(request.target, request.correlation) == []
    scenario.local.watch.turn(89)
    assert await scenario.ours.find(request.target, request.correlation) == []
    scenario.local.watch.turn(2)
    assert len(await scenario.ours.find(request.target, request.correlation) or ()) == 1
    assert scenario.ours.capabilities.grace > 90
    assert not scenario.ours.capabilities.authoritative_search


async def test_all_runs_of_a_correlation_id_are_found_oldest_first_among_many(
    scenario: GitHubScenario,
) -> None:
    mine = [scenario.run_outside(TWENTY) for _ in range(2)]
    for number in range(120):
        scenario.run_outside(f"{number:020x}")
    mine.append(scenario.run_outside(TWENTY))
    found = await scenario.ours.find(scenario.request().target, TWENTY)
    assert [run.id for run in found or ()] == [str(run.id) for run in mine]
    assert sum("/runs?" in asked for asked in scenario.local.asked) == 3


async def test_a_search_that_stops_half_way_gives_nothing(scenario: GitHubScenario) -> None:
    for _ in range(60):
        scenario.run_outside(TWENTY)
    scenario.local.asked.clear()
    await scenario.ours.find(scenario.request().target, TWENTY)
    scenario.local.faults.add(r"GET .*/runs$", 502)
    assert await scenario.ours.find(scenario.request().target, TWENTY) is None
