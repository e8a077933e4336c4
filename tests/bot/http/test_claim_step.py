"""The ready-made steps of docs/claim, run as a CI runs them: with sh and curl, against the running route."""

import asyncio
import json
import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml
from aiohttp import web

from tests.bot.http.claiming import Claimant, Office
from tests.house.tree import ROOT
from tests.world import free_port

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl here"),
]

STEP = ROOT / "docs" / "claim"
Reply = tuple[int, dict[str, str], dict[str, Any]]

GRANTED: Reply = (200, {}, {"granted": True})


@dataclass(frozen=True)
class Ended:
    """How a step ended."""

    status: int
    out: str
    err: str


async def sh(environ: Mapping[str, str], *words: str, cwd: Path | None = None) -> Ended:
    """Run the shell in an environment of its own."""
    started = await asyncio.create_subprocess_exec(
        "/bin/sh",
        *words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "HOME": "/nowhere", **environ},
    )
    async with asyncio.timeout(60):
        out, err = await started.communicate()
    return Ended(started.returncode or 0, out.decode(), err.decode())


@dataclass
class ClaimServer:
    """A server that answers as it is told, and keeps what it received."""

    url: str = ""
    replies: list[Reply] = field(default_factory=list[Reply])
    received: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    bearers: list[str] = field(default_factory=list[str])
    queries: list[str] = field(default_factory=list[str])

    async def answer(self, request: web.Request) -> web.Response:
        text = await request.text()
        self.received.append(json.loads(text) if text else {})
        self.bearers.append(request.headers.get("Authorization", ""))
        self.queries.append(request.query_string)
        status, headers, body = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        return web.json_response(body, status=status, headers=headers)


@pytest_asyncio.fixture(loop_scope="module")
async def claim_server() -> AsyncIterator[ClaimServer]:
    made = ClaimServer(replies=[GRANTED])
    app = web.Application()
    app.add_routes([web.route("*", "/{path:.*}", made.answer)])
    runner = web.AppRunner(app, access_log=None)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(runner.cleanup)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield made


GOOD = {
    "SHIPROOM_CORRELATION_ID": "0dfba1a1e4900ca621f6",
    "SHIPROOM_CLAIM_TOKEN": "a-secret",
    "SHIPROOM_RUN_ID": "17",
    "SHIPROOM_SHA": "4be1c9d" * 5,
}


async def claim(url: str, cwd: Path | None = None, **environ: str) -> Ended:
    """Run the snippet."""
    return await sh({**GOOD, "SHIPROOM_URL": url, **environ}, str(STEP / "claim.sh"), cwd=cwd)


def told(run: Claimant) -> dict[str, str]:
    """Give what a run of the CI knows of itself."""
    return {
        "SHIPROOM_URL": run.bot.world.url,
        "SHIPROOM_CORRELATION_ID": run.request.correlation,
        "SHIPROOM_CLAIM_TOKEN": run.request.claim_secret or run.token(),
        "SHIPROOM_RUN_ID": run.run,
        "SHIPROOM_SHA": run.request.sha,
    }


@pytest.mark.parametrize("ci", ["signing", "plain"])
async def test_a_run_that_may_deploy_goes_on(there: Office, ci: str) -> None:
    run = await there.deploys(ci)
    ended = await sh(told(run), str(STEP / "claim.sh"))
    assert ended.status == 0, ended
    assert "granted" in ended.out
    assert (await run.step())["state"] == "running"


REFUSED: dict[str, tuple[dict[str, str], str]] = {
    "another commit": ({"SHIPROOM_SHA": "f" * 40}, "was signed off"),
    "another run": ({"SHIPROOM_RUN_ID": "18"}, "401"),
    "another attempt": ({"SHIPROOM_RUN_ATTEMPT": "2"}, "401"),
    "another start": ({"SHIPROOM_CORRELATION_ID": "0" * 20}, "401"),
    "another token": ({"SHIPROOM_CLAIM_TOKEN": "x"}, "401"),
    "no hexadecimal commit": ({"SHIPROOM_SHA": "main"}, "422"),
}


@pytest.mark.parametrize(("environ", "said"), REFUSED.values(), ids=REFUSED)
async def test_a_run_that_may_not_stops(there: Office, environ: dict[str, str], said: str) -> None:
    run = await there.deploys()
    ended = await sh({**told(run), **environ}, str(STEP / "claim.sh"))
    assert (ended.status, ended.out) == (1, ""), ended
    assert "do not deploy" in ended.err
    assert said in ended.err


async def test_without_a_bot_nothing_is_deployed() -> None:
    ended = await claim(f"http://127.0.0.1:{free_port()}", SHIPROOM_CLAIM_WITHIN="0")
    assert (ended.status, ended.out) == (1, "")
    assert "no decision in 0 seconds (000): do not deploy" in ended.err


async def test_what_is_posted(claim_server: ClaimServer) -> None:
    assert (await claim(claim_server.url + "/", SHIPROOM_RUN_ATTEMPT="3")).status == 0
    assert claim_server.received == [
        {
            "correlation_id": GOOD["SHIPROOM_CORRELATION_ID"],
            "run_id": "17",
            "run_attempt": "3",
            "sha": GOOD["SHIPROOM_SHA"],
        }
    ]
    assert claim_server.bearers == ["Bearer a-secret"]


async def test_the_commit_is_the_one_that_is_checked_out(claim_server: ClaimServer, tmp_path: Path) -> None:
    who = ("-c", "user.name=Mara", "-c", "user.email=mara@example.org")
    for words in (("init", "--quiet"), (*who, "commit", "--quiet", "--allow-empty", "-m", "Faster")):
        subprocess.run(["git", *words], cwd=tmp_path, check=True)  # noqa: ASYNC221, S607 - git is where it is
    assert (await claim(claim_server.url, tmp_path, SHIPROOM_SHA="")).status == 0
    head = (tmp_path / ".git" / "HEAD").read_text().removeprefix("ref: ").strip()
    assert claim_server.received[0]["sha"] == (tmp_path / ".git" / head).read_text().strip()


async def test_without_a_commit_nothing_is_asked(claim_server: ClaimServer, tmp_path: Path) -> None:
    ended = await claim(
        claim_server.url, tmp_path, SHIPROOM_SHA="", GIT_CEILING_DIRECTORIES=str(tmp_path.parent)
    )
    assert ended.status == 1
    assert not claim_server.received


@pytest.mark.parametrize("header", ["Retry-After", "retry-after"])
async def test_what_is_not_decided_is_asked_again(claim_server: ClaimServer, header: str) -> None:
    claim_server.replies = [(503, {header: "0"}, {}), (503, {header: "1"}, {}), GRANTED]
    ended = await claim(claim_server.url)
    assert ended.status == 0, ended
    assert len(claim_server.received) == 3
    assert len({json.dumps(each) for each in claim_server.received}) == 1
    assert ended.err.count("asking again in") == 2


@pytest.mark.parametrize(
    ("within", "headers", "asked"),
    [("0", {}, 1), ("3", {}, 1), ("30", {"Retry-After": "31"}, 1), ("1", {"Retry-After": "1"}, 2)],
)
async def test_but_not_for_ever(
    claim_server: ClaimServer, within: str, headers: dict[str, str], asked: int
) -> None:
    claim_server.replies = [(503, headers, {"error": "not now"})]
    ended = await claim(claim_server.url, SHIPROOM_CLAIM_WITHIN=within)
    assert (ended.status, ended.out) == (1, "")
    assert f"no decision in {within} seconds (503): do not deploy" in ended.err
    assert 1 <= len(claim_server.received) <= asked


@pytest.mark.parametrize(
    "status", [201, 204, 301, 302, 400, 401, 404, 405, 408, 409, 413, 422, 429, 500, 502]
)
async def test_nothing_but_200_lets_a_run_deploy(claim_server: ClaimServer, status: int) -> None:
    claim_server.replies = [
        (status, {"Location": f"{claim_server.url}/elsewhere", "Retry-After": "0"}, {"granted": True})
    ]
    ended = await claim(claim_server.url)
    assert (ended.status, ended.out) == (1, "")
    assert len(claim_server.received) == 1


HOSTILE = ['a"b', "a b", "a\nb", "a\\b", "a'b", "$(touch x)", "`id`", "a;b", "é", "{}", "a,b", ""]
NAMES = [*GOOD, "SHIPROOM_URL"]
UNFIT = [(name, value) for name in NAMES for value in HOSTILE if value or name != "SHIPROOM_SHA"]
"""An empty commit is the one that is checked out."""


@pytest.mark.parametrize(("name", "value"), UNFIT)
async def test_values_that_are_none_go_nowhere(
    claim_server: ClaimServer, name: str, value: str, tmp_path: Path
) -> None:
    ended = await claim(claim_server.url, tmp_path, **{name: value})
    assert ended.status == 1
    assert name in ended.err
    assert not claim_server.received
    assert not await asyncio.to_thread(lambda: list(tmp_path.iterdir()))


async def test_the_token_is_in_no_argument_and_no_output(claim_server: ClaimServer, tmp_path: Path) -> None:
    """Everybody on a machine can read the arguments of all programs."""
    spy = tmp_path / "curl"
    spy.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" >> {tmp_path}/arguments\nexec {shutil.which("curl")} "$@"\n'
    )
    spy.chmod(0o755)
    ended = await claim(
        claim_server.url, PATH=f"{tmp_path}:{os.environ['PATH']}", SHIPROOM_CLAIM_TOKEN="canary-words"
    )
    assert ended.status == 0
    assert "--config" in (tmp_path / "arguments").read_text()
    assert "canary-words" not in (tmp_path / "arguments").read_text() + ended.out + ended.err
    assert claim_server.bearers == ["Bearer canary-words"]


async def test_an_answer_is_one_line_of_the_log(claim_server: ClaimServer) -> None:
    """A line that begins with `::` is a command to GitHub's runner."""
    claim_server.replies = [(409, {}, {"why": "x\n::set-env name=A::b\r\n::stop"})]
    ended = await claim(claim_server.url)
    assert [line for line in ended.err.splitlines() if not line.startswith("shiproom: ")] == []


# The composite action.


def action() -> tuple[dict[str, str], str]:
    """Give the environment and the script of the action's one step."""
    written = yaml.safe_load((STEP / "action.yml").read_text(encoding="utf-8"))
    (step,) = written["runs"]["steps"]
    assert (written["runs"]["using"], step["shell"]) == ("composite", "sh")
    return step["env"], step["run"]


async def acts(run: Claimant, directory: Path, **environ: str) -> Ended:
    """Run the action as a runner does: expressions filled in, its script in a file."""
    wanted, script = action()
    known = {
        "inputs.url": run.bot.world.url,
        "inputs.correlation_id": run.request.correlation,
        "inputs.sha": run.request.sha,
        "inputs.within": "20",
        "github.run_id": run.run,
        "github.run_attempt": "1",
    }
    told = {name: known[text.removeprefix("${{ ").removesuffix(" }}")] for name, text in wanted.items()}
    (directory / "step.sh").write_text(script)
    return await sh({"GITHUB_ACTION_PATH": str(STEP), **told, **environ}, "-e", str(directory / "step.sh"))


ISSUED: dict[str, tuple[Callable[[str], dict[str, Any]], int]] = {
    "a token": (lambda token: {"count": 1, "value": token}, 0),
    "no token": (lambda _: {"count": 0}, 1),
}


@pytest.mark.parametrize(("issued", "status"), ISSUED.values(), ids=ISSUED)
async def test_the_action_asks_github_for_a_token_and_claims_with_it(
    there: Office,
    claim_server: ClaimServer,
    tmp_path: Path,
    issued: Callable[[str], dict[str, Any]],
    status: int,
) -> None:
    run = await there.deploys()
    token = run.token()
    claim_server.replies = [(200, {}, issued(token))]
    ended = await acts(
        run,
        tmp_path,
        ACTIONS_ID_TOKEN_REQUEST_URL=f"{claim_server.url}/token?api-version=2.0",
        ACTIONS_ID_TOKEN_REQUEST_TOKEN="for-the-runner",
    )
    assert ended.status == status, ended
    assert claim_server.queries == ["api-version=2.0&audience=shiproom"]
    assert claim_server.bearers == ["Bearer for-the-runner"]
    assert token not in ended.out.replace(f"::add-mask::{token}\n", "") + ended.err


async def test_the_action_says_which_permission_is_missing(there: Office, tmp_path: Path) -> None:
    ended = await acts(await there.deploys(), tmp_path)
    assert ended.status == 1
    assert "id-token: write" in ended.err


async def test_expressions_stand_in_no_script() -> None:
    """What stands in a script is code: a correlation id from elsewhere could say anything."""
    assert "${{" not in action()[1]
