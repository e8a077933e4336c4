"""What the `github` CI sends once, what an answer to it proves, and how its runs are found."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.ci.provider import Surroundings
from bot.ci_api.run import Accepted, Refused, Unclear
from handlers.plan import BuildSource, Deploy
from tests.bot.ci.following import end_of
from tests.bot.ci.github_rig import WORKFLOW
from tests.bot.ci.github_scene import TWENTY, Scene, github_scene
from tests.bot.ci.stage import Ask
from tests.github.faults import CUT, SILENT
from tests.github.hub import TOKEN

DISPATCH = r"POST .*/dispatches$"
MOVED = Refused(transient=False, detail="the repository has moved: give its new name in the policy")


@pytest.fixture
async def scene(around: Surroundings, ask: Ask) -> AsyncIterator[Scene]:
    async with github_scene(around, ask) as made:
        yield made


async def test_a_dispatch_names_its_run_and_says_all_inputs(scene: Scene) -> None:
    request = scene.request()
    deploy = replace(request.deploy, send=("version", "environment"))
    answer = await scene.ours.start(replace(request, target=replace(request.target, deploy=deploy)))
    [run] = scene.dispatched()
    assert answer == Accepted(
        str(run.id), f"{scene.local.root}/tailspin/space-game-web/actions/runs/{run.id}"
    )
    assert run.branch == "main"
    assert run.inputs == {
        "ending": "succeeds",
        "shiproom_correlation_id": TWENTY,
        "shiproom_environment": "staging",
        "shiproom_sha": request.sha,
        "shiproom_version": "2.4.1",
    }


async def test_an_enterprise_server_names_no_run_and_it_is_found(around: Surroundings, ask: Ask) -> None:
    async with github_scene(around, ask, server=True) as scene:
        request = scene.request()
        assert await scene.ours.start(request) == Accepted()
        assert (await end_of(scene.ours, request)).state == "succeeded"
        assert all(asked.split(" ")[1].startswith("/api/v3/repos/") for asked in scene.local.asked)


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
async def test_what_an_answer_proves(scene: Scene, status: int, retry_after: str, expected: object) -> None:
    headers = {"Retry-After": retry_after} if retry_after else {}
    scene.local.faults.add(DISPATCH, status, headers=headers)
    assert await scene.ours.start(scene.request()) == expected
    assert not scene.local.runs


@pytest.mark.parametrize("status", [500, 502, 503, 504, CUT, SILENT])
async def test_what_was_carried_out_without_an_answer_is_found_and_not_repeated(
    scene: Scene, status: int
) -> None:
    scene.local.faults.add(DISPATCH, status, carried_out=True)
    request = replace(scene.request(), not_after=scene.around.clock.monotonic() + 0.5)
    assert isinstance(await scene.ours.start(request), Unclear)
    [run] = scene.dispatched()
    found = await scene.ours.find(request.target, request.correlation)
    assert [each.id for each in found or ()] == [str(run.id)]
    assert sum(asked.startswith("POST") for asked in scene.local.asked) == 1


async def test_a_renamed_repository_starts_nothing_and_says_so(scene: Scene) -> None:
    request = scene.request()
    scene.repository.moved = True
    assert await scene.ours.start(request) == MOVED
    assert await scene.ours.find(request.target, request.correlation) is None
    assert await scene.ours.status(request.target, request.correlation, "1") is None
    assert not scene.local.runs


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
    scene: Scene, inputs: tuple[tuple[str, str], ...], why: str
) -> None:
    request = scene.ask(Deploy("github", workflow=WORKFLOW, inputs=inputs))
    assert await scene.ours.start(request) == Refused(transient=False, detail=f"HTTP 422: {why}")
    assert not scene.local.runs


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
async def test_hostile_names_lead_nowhere_else(scene: Scene, repository: str, workflow: str) -> None:
    request = scene.request()
    target = replace(request.target, repository=repository, deploy=Deploy("github", workflow=workflow))
    assert isinstance(await scene.ours.start(replace(request, target=target)), Refused)
    assert await scene.ours.find(target, TWENTY) is None
    assert await scene.ours.recent(target) is None
    await scene.ours.cancel(target, TWENTY, "../../../../user")
    assert await scene.ours.builds(repository, BuildSource(workflow=workflow)) is None
    assert await scene.ours.compare(repository, "../x", "y?z") is None
    for asked in scene.local.asked:
        path = asked.split(" ")[1].partition("?")[0]
        assert "/../" not in path.lower().replace("%2e", ".").replace("%252e", "")
        assert path.startswith("/repos/")


async def test_runs_that_a_list_shows_late_are_found_in_the_end(scene: Scene) -> None:
    request = scene.request()
    scene.local.listing_delay = 90
    assert isinstance(await scene.ours.start(request), Accepted)
    assert await scene.ours.find(request.target, request.correlation) == []
    scene.local.watch.turn(89)
    assert await scene.ours.find(request.target, request.correlation) == []
    scene.local.watch.turn(2)
    assert len(await scene.ours.find(request.target, request.correlation) or ()) == 1
    assert scene.ours.capabilities.grace > 90
    assert not scene.ours.capabilities.authoritative_search


async def test_all_runs_of_a_correlation_id_are_found_oldest_first_among_many(scene: Scene) -> None:
    mine = [scene.run_outside(TWENTY) for _ in range(2)]
    for number in range(120):
        scene.run_outside(f"{number:020x}")
    mine.append(scene.run_outside(TWENTY))
    found = await scene.ours.find(scene.request().target, TWENTY)
    assert [run.id for run in found or ()] == [str(run.id) for run in mine]
    assert sum("/runs?" in asked for asked in scene.local.asked) == 3


async def test_a_search_that_stops_half_way_gives_nothing(scene: Scene) -> None:
    for _ in range(60):
        scene.run_outside(TWENTY)
    scene.local.asked.clear()
    await scene.ours.find(scene.request().target, TWENTY)
    scene.local.faults.add(r"GET .*/runs$", 502)
    assert await scene.ours.find(scene.request().target, TWENTY) is None
