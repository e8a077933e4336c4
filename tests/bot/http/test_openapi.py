"""The document of the HTTP outside: it is true of the code, in both directions, and a stranger's tool finds no fault by it."""

import ast
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from openapi_spec_validator import validate

from bot.http.described import Operation, operation_of, operations
from bot.http.openapi import EVERY_ROUTE, WITH_BODY, WITH_TOKEN, all_answers
from tests.bot.http.outside import ALL_RIGHTS, LOCKER, outside
from tests.bot.inside import Inside
from tests.house.tree import ROOT
from tests.profile import size
from tests.world import API_TOKEN

pytestmark = pytest.mark.asyncio(loop_scope="module")

HTTP = ROOT / "bot" / "http"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def bot(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Inside]:
    async with outside(tmp_path_factory.mktemp("bot")) as running:
        yield running


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shown(bot: Inside) -> Any:  # noqa: ANN401 - JSON
    """Read the document as anybody can, without a token."""
    answered = await bot.get("/api/v1/openapi.json")
    assert answered.status == 200
    return json.loads(answered.body)


def application(bot: Inside) -> web.Application:
    """Return what the running bot serves."""
    assert bot.app.server is not None
    return bot.app.server.application


def described(bot: Inside) -> dict[tuple[str, str], Operation]:
    """Return what the routes of the running bot say of themselves."""
    return {(method, path): each for method, path, _, each in operations(application(bot))}


async def test_it_is_openapi(shown: Any) -> None:  # noqa: ANN401 - the document as JSON
    validate(shown)
    assert shown["openapi"] == "3.1.0"
    names = [each["operationId"] for methods in shown["paths"].values() for each in methods.values()]
    assert len(set(names)) == len(names)


async def test_every_route_is_in_it(bot: Inside, shown: Any) -> None:  # noqa: ANN401 - the document as JSON
    routes = {
        (route.method, route.resource.canonical)
        for route in application(bot).router.routes()
        if route.method != "HEAD"
        and route.resource is not None
        and not operation_of(route.handler).is_refusal
    }
    written = {(method.upper(), path) for path, methods in shown["paths"].items() for method in methods}
    assert routes == written
    slack = {
        path
        for path, methods in shown["paths"].items()
        for each in methods.values()
        if each.get("tags") == ["Slack"]
    }
    assert slack == {"/slack/events"}


async def test_the_rights_in_it_are_the_rights_that_are_needed(bot: Inside, shown: Any) -> None:  # noqa: ANN401 - the document as JSON
    held = {API_TOKEN: {"read", "build"}, LOCKER: {"lock"}, ALL_RIGHTS: {"read", "build", "lock"}}
    asked = 0
    for path, methods in shown["paths"].items():
        for method, each in methods.items():
            rights = {right for need in each.get("security", []) for right in need.get("token", [])}
            for token, has in held.items() if rights else ():
                there = path.replace("{number}", "999").replace("{key}", "none")
                status, _ = await bot.world.api(
                    method.upper(), there, {} if method == "post" else None, token=token
                )
                assert (status == 403) is not bool(rights & has), (method, path, token, status)
                assert (await bot.world.api(method.upper(), there, None, token="another"))[0] == 401
                asked += 1
    assert asked == 3 * 7


async def test_every_field_of_a_body_is_in_it(bot: Inside, shown: Any) -> None:  # noqa: ANN401 - the document as JSON
    models = {operation.body for operation in described(bot).values() if operation.body is not None}
    assert {model.__name__ for model in models} == {"BuildBody", "ClaimBody", "LockBody"}
    for model in models:
        written = shown["components"]["schemas"][model.__name__]
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        assert set(written["properties"]) == set(fields)
        assert set(written.get("required", [])) == {
            name for name, field in fields.items() if field.is_required()
        }
        assert not [name for name, each in written["properties"].items() if not each.get("description")]


class Statuses:
    """Which statuses the functions of a module answer with, by their source."""

    def __init__(self, module: Path) -> None:
        tree = ast.parse(module.read_text(encoding="utf-8"))
        made = (each for each in ast.walk(tree) if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))
        self.functions = {each.name: each for each in made}

    def of(self, name: str) -> set[str]:
        """Follow the calls inside the module."""
        found, waiting, seen = set[str](), [name], set[str]()
        while waiting:
            function = self.functions.get(waiting.pop())
            if function is None or function.name in seen:
                continue
            seen.add(function.name)
            for node in ast.walk(function):
                if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "HTTPStatus":
                    found.add(node.attr)
                elif isinstance(node, ast.Call):
                    waiting.append(ast.unparse(node.func).removeprefix("self."))
        return found


def names(statuses: object) -> set[str]:
    return {status.name for status in list[HTTPStatus](statuses)}  # pyright: ignore[reportArgumentType] - a mapping's keys


async def test_every_status_of_the_code_is_in_it(bot: Inside) -> None:
    looked = 0
    for route in application(bot).router.routes():
        handler: Any = route.handler
        module = ROOT / f"{handler.__module__.replace('.', '/')}.py"
        found = Statuses(module).of(handler.__name__)
        if handler.__name__ == "from_slack":
            found |= Statuses(HTTP / "guard.py").of("check")
        assert found <= names(all_answers(operation_of(handler))), (route, found)
        looked += len(found)
    assert looked > 15
    assert Statuses(HTTP / "callers.py").of("_caller") == names(WITH_TOKEN)
    everywhere = names(
        EVERY_ROUTE | WITH_BODY | {HTTPStatus.NOT_FOUND: None, HTTPStatus.METHOD_NOT_ALLOWED: None}
    )
    assert Statuses(HTTP / "routes.py").of("_limited") - everywhere == set()


@pytest.mark.parametrize(
    ("method", "path", "status", "allowed"),
    [
        ("PUT", "/api/v1/releases", 405, "GET, HEAD"),
        ("GET", "/api/v1/builds", 405, "POST"),
        ("DELETE", "/api/v1/builds", 405, "POST"),
        ("GET", "/claim", 405, "POST"),
        ("OPTIONS", "/api/v1/locks", 405, "GET, HEAD, POST"),
        ("GET", "/api/v1/lock", 404, None),
        ("GET", "/", 404, None),
    ],
)
async def test_an_address_or_a_method_that_is_not_there_is_refused_in_words(
    bot: Inside, method: str, path: str, status: int, allowed: str | None
) -> None:
    lines = [
        f"{method} {path} HTTP/1.1",
        "Host: here",
        f"Authorization: Bearer {ALL_RIGHTS}",
        "Connection: close",
    ]
    reader, writer = await asyncio.open_connection("127.0.0.1", bot.app.port)
    writer.write("\r\n".join([*lines, "", ""]).encode())
    head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    fields = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert fields.get("Allow") == allowed
    assert json.loads(body)["error"].endswith(".")


@pytest.mark.parametrize(
    ("query", "status"),
    [("", 200), ("?without=slack", 200), ("?without=slak", 422), ("?without=", 422), ("?t=7", 200)],
)
async def test_readyz_leaves_out_only_what_it_knows(bot: Inside, query: str, status: int) -> None:
    assert (await bot.get(f"/readyz{query}")).status == status


@pytest.mark.parametrize(("number", "status"), [(77.0, 201), (1e300, 422), (77.5, 422), (True, 422)])
async def test_a_whole_number_may_be_written_with_a_point(bot: Inside, number: float, status: int) -> None:
    build = {
        "service": "website",
        "version": f"7.{status}",
        "sha": "4be1c9d0",
        "branch": "main",
        "number": number,
    }
    answered, said = await bot.world.api("POST", "/api/v1/builds", build)
    assert (answered, said.get("field", "number")) == (status, "number")


WITHIN = 600
COMMAND = (
    *(
        sys.executable,
        "-m",
        "schemathesis.cli",
        "run",
        "--checks=all",
        "--exclude-tag=Slack",
        "--continue-on-failure",
    ),
    *("--generation-deterministic", "--no-color", "--warnings=off"),
)
SIZES = size(
    ("--phases=examples", "--no-shrink"),
    ("--phases=examples,coverage", "--no-shrink"),
    ("--phases=examples,coverage,fuzzing,stateful", "--max-examples=100"),
)


@pytest.mark.slow
@pytest.mark.timeout(WITHIN)
async def test_schemathesis_finds_no_fault(bot: Inside, tmp_path: Path) -> None:
    """It reads the document, sends what fits it and what does not, and compares each answer with it."""
    (tmp_path / "schemathesis.toml").write_text('[parameters]\n"path.ci" = "hooked"\n', encoding="utf-8")
    environ = {
        **os.environ,
        "SCHEMATHESIS_HOOKS": "tests.bot.http.schemathesis_hooks",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")])),
    }
    started = await asyncio.create_subprocess_exec(
        *(
            *COMMAND,
            *SIZES,
            "--header",
            f"Authorization: Bearer {ALL_RIGHTS}",
            f"{bot.world.url}/api/v1/openapi.json",
        ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        cwd=tmp_path,
        env=environ,
    )
    said, _ = await started.communicate()
    assert started.returncode == 0, said.decode()
    assert "Selected: 13/15" in said.decode()
