"""The comments of GitHub and the notes of GitLab on loopback, for one pull or merge request; and a repository to review.

Shapes: docs.github.com/en/rest/issues/comments, docs.gitlab.com/api/notes.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web

from tests.serving import serving

TOKEN = "token-of-the-reviews"


@dataclass
class Reviews:
    """What was written; whoever has another token than TOKEN may read, as a job for a fork may."""

    url: str = ""
    comments: dict[int, dict[str, Any]] = field(default_factory=dict[int, dict[str, Any]])
    asked: list[str] = field(default_factory=list[str])
    refusal: int = 403

    def add(self, body: str, kind: str = "Bot") -> None:
        """Add a comment of somebody."""
        number = len(self.comments) + 1
        self.comments[number] = {"id": number, "body": body, "user": {"login": kind.lower(), "type": kind}}

    @property
    def written(self) -> list[str]:
        return [each["body"] for each in self.comments.values()]

    async def listed(self, request: web.Request) -> web.Response:
        begin = (int(request.query["page"]) - 1) * int(request.query["per_page"])
        return web.json_response([*self.comments.values()][begin : begin + int(request.query["per_page"])])

    async def post(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        self.add((await request.json())["body"])
        return web.json_response(self.comments[len(self.comments)], status=201)

    async def edit(self, request: web.Request) -> web.Response:
        if refused := self._refused(request):
            return refused
        comment = self.comments[int(request.match_info["id"])]
        comment["body"] = (await request.json())["body"]
        return web.json_response(comment)

    def _refused(self, request: web.Request) -> web.Response | None:
        self.asked.append(f"{request.method} {request.path}")
        given = request.headers.get("PRIVATE-TOKEN") or request.headers.get("Authorization", "").removeprefix(
            "Bearer "
        )
        body = {"message": "Resource not accessible by integration"}
        return None if given == TOKEN else web.json_response(body, status=self.refusal)


@asynccontextmanager
async def reviews() -> AsyncGenerator[Reviews]:
    """Run both APIs."""
    made = Reviews()
    app = web.Application()
    issue, notes = "/repos/tailspin/space-game-web/issues", "/api/v4/projects/7/merge_requests/3/notes"
    app.add_routes(
        [
            web.get(f"{issue}/3/comments", made.listed),
            web.post(f"{issue}/3/comments", made.post),
            web.patch(f"{issue}/comments/{{id}}", made.edit),
            web.get(notes, made.listed),
            web.post(notes, made.post),
            web.put(f"{notes}/{{id}}", made.edit),
        ]
    )
    async with serving(app) as made.url:
        yield made


@dataclass(frozen=True)
class Ended:
    """How a program ended."""

    status: int
    said: str


async def run(*command: str, cwd: Path, environ: Mapping[str, str] | None = None) -> Ended:
    """Run a program; what it says on both ways is one text."""
    started = await asyncio.create_subprocess_exec(
        *command,
        cwd=cwd,
        env={"PATH": os.environ["PATH"], "HOME": str(cwd), "GIT_CONFIG_NOSYSTEM": "1", **(environ or {})},
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(90):
        said, _ = await started.communicate()
    return Ended(started.returncode or 0, said.decode())


async def repository(place: Path, old: str, new: str, files: Mapping[str, str]) -> tuple[Path, str]:
    """Make a repository whose clone has the newest commit alone, as a CI's has; return the clone and the commit before."""
    origin, clone = place / "origin", place / "clone"
    origin.mkdir()

    async def git(*words: str, cwd: Path = origin) -> str:
        ended = await run("git", "-c", "user.name=a", "-c", "user.email=a@example.org", *words, cwd=cwd)
        assert ended.status == 0, ended.said
        return ended.said.strip()

    await git("init", "--quiet", "--initial-branch", "main")
    for name, text in {**files, "README": "A website.\n", "shiproom.yml": old}.items():
        (origin / name).parent.mkdir(parents=True, exist_ok=True)
        (origin / name).write_text(text, encoding="utf-8")
    if not old:
        (origin / "shiproom.yml").unlink()
    await git("add", ".")
    await git("commit", "--quiet", "-m", "before")
    base = await git("rev-parse", "HEAD")
    (origin / "shiproom.yml").write_text(new, encoding="utf-8")
    await git("add", ".")
    await git("commit", "--quiet", "-m", "after")
    await git("clone", "--quiet", "--depth=1", origin.as_uri(), str(clone), cwd=place)
    return clone, base
