"""The local GitHub, the requests of the `github` CI and GitHub's published description agree: Prism stands between."""

import asyncio
import socket
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from bot.ci.github.provider import connect
from bot.ci.provider import ProviderContext
from bot.ci.run import Accepted, StartRequest, Target
from bot.clock import SystemClock
from bot.tasks import Tasks
from handlers.build import Change
from handlers.lineage import Comparison
from handlers.plan import BuildSource, Deploy
from tests.bot.ci.following import end_of, until
from tests.bot.ci.github_fixture import WORKFLOW, GitHubFixture
from tests.github.hub import FIRST_RUN, TOKEN
from tests.github.model import NOBODY, Commit, Run, Waiting
from tests.github.npm import installed
from tests.github.server import LocalGitHub, local_github

PRISM = "@stoplight/prism-cli@5.16.0"
DESCRIPTION = Path(__file__).with_name("openapi.json")
HOME = "/repos/tailspin/space-game-web"

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def prism(request: pytest.FixtureRequest) -> Path:
    return installed((PRISM,), request) / "@stoplight" / "prism-cli" / "dist" / "index.js"


@asynccontextmanager
async def watched(prism: Path, local: LocalGitHub) -> AsyncGenerator[str]:
    """Give an address where each request to a GitHub and each answer is held to the description."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    listening = ("proxy", "--errors", "-h", "127.0.0.1", "-p", str(port), str(DESCRIPTION), local.url)
    program = await asyncio.create_subprocess_exec(
        "node", str(prism), *listening, stdin=DEVNULL, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        await until(lambda: _answers(port), 60)
        yield f"http://127.0.0.1:{port}"
    finally:
        program.kill()
        await program.wait()


def speaking() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(headers={"Authorization": f"Bearer {TOKEN}"})


async def _answers(port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    writer.close()
    return True


def request_for(correlation: str, ending: str) -> StartRequest:
    deploy = Deploy("github", workflow=WORKFLOW, inputs=(("ending", ending),), send=("version",))
    target = Target(deploy, "website", "staging", "tailspin/space-game-web", "main")
    return StartRequest(correlation, target, "2.4.1", "a" * 40, "", "", 42)


async def test_all_that_we_ask_and_are_told_is_as_published(prism: Path, tmp_path: Path) -> None:
    around = ProviderContext(SystemClock(), Tasks(), tmp_path)
    async with local_github() as local, watched(prism, local) as url:
        fixture = GitHubFixture(local)
        fixture.repository.commits.append(Commit("b" * 40, "Faster leaderboard", "mara-dev"))
        github = connect(fixture.connected(url=url), around)
        for number, (ending, state) in enumerate((("succeeds", "succeeded"), ("fails", "failed"))):
            request = request_for(f"{number:020x}", ending)
            answer = await github.start(request)
            assert isinstance(answer, Accepted)
            assert answer.run_id
            status = await end_of(github, request)
            assert (status.state, bool(status.detail)) == (state, ending == "fails")
        request = request_for("f" * 20, "lasts")
        await github.start(request)
        found = await github.find(request.target, request.correlation)
        assert found
        assert await github.cancel(request.target, request.correlation, found[0].id)
        assert (await end_of(github, request)).state == "cancelled"
        assert len(await github.recent(request.target) or ()) == 3
        assert len(await github.builds("tailspin/space-game-web", BuildSource(workflow=WORKFLOW)) or ()) == 1
        compared = await github.compare("tailspin/space-game-web", "a" * 40, "b" * 40)
        assert compared == Comparison(True, (Change("b" * 40, "mara-dev", "Faster leaderboard"),))
        run = next(iter(local.runs.values()))
        run.status, run.conclusion, run.waiting = "waiting", None, [Waiting("production", ("tim",), ("ops",))]
        waiting = await github.status(request.target, "", str(run.id))
        assert waiting is not None
        assert waiting.detail == 'a reviewer of its environment "production" (tim, team ops)'
        await github.close()


ANSWERS = (
    ("GET", HOME, 200),
    ("GET", f"{HOME}/actions/workflows/{WORKFLOW}", 200),
    ("GET", f"{HOME}/actions/runs", 200),
    ("GET", f"{HOME}/actions/runs/{FIRST_RUN}/jobs", 200),
    ("GET", f"{HOME}/actions/runs/{FIRST_RUN}/jobs?filter=all", 200),
    ("GET", f"{HOME}/actions/runs/{FIRST_RUN}/pending_deployments", 200),
    ("GET", f"{HOME}/deployments?per_page=100", 200),
    ("GET", f"{HOME}/deployments/1/statuses", 200),
    ("GET", f"{HOME}/branches/main", 200),
    ("GET", f"{HOME}/branches/elsewhere", 404),
    ("GET", f"{HOME}/contents/.github%2Fworkflows%2F{WORKFLOW}?ref=main", 200),
    ("GET", f"{HOME}/compare/{'a' * 40}...{'b' * 40}?per_page=100&page=1", 200),
    ("GET", f"{HOME}/compare/{'a' * 40}...{'c' * 40}", 404),
    ("POST", f"{HOME}/actions/runs/{FIRST_RUN}/cancel", 409),
    ("POST", f"{HOME}/actions/runs/{FIRST_RUN}/rerun", 201),
)
UNFIT: tuple[object, ...] = (
    {"inputs": {}},
    {"ref": "main", "inputs": "none"},
    {"ref": "main", "inputs": {f"input{n}": "" for n in range(26)}},
)


async def test_what_the_local_github_answers_is_as_published(prism: Path) -> None:
    async with local_github() as local, watched(prism, local) as url, speaking() as session:
        run = local.start(GitHubFixture(local).repository, WORKFLOW, "main", {})
        assert run.id == FIRST_RUN
        await until(lambda: _ended(run))
        run.waiting.append(Waiting("production", ("tim",), ("ops",), 30))
        deployed = local.deployment(run.repository, "production", "b" * 40)
        deployed.statuses.append(("success", f"{local.root}/tailspin/space-game-web/actions/runs/{run.id}"))
        local.repository().commits.append(Commit("b" * 40, "by nobody", name="", committer=NOBODY))
        for method, path, status in ANSWERS:
            async with session.request(method, url + path) as answer:
                assert (path, answer.status, answer.headers.get("sl-violations")) == (path, status, None)


async def _ended(run: Run) -> bool:
    return run.ended


async def test_what_is_not_as_published_is_noticed_both_ways(prism: Path) -> None:
    async with local_github() as local, watched(prism, local) as url, speaking() as session:
        local.start(GitHubFixture(local).repository, WORKFLOW, "main", {})
        for body in UNFIT:
            async with session.post(
                f"{url}{HOME}/actions/workflows/{WORKFLOW}/dispatches", json=body
            ) as answer:
                assert answer.status == 422
        assert not any("dispatches" in asked for asked in local.asked)
        local.faults.add(f"/runs/{FIRST_RUN}$", 200)
        async with session.get(f"{url}{HOME}/actions/runs/{FIRST_RUN}") as answer:
            assert answer.status == 500
            assert "display_title" in answer.headers["sl-violations"]
