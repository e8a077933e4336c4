"""The sample's code host: pages of its comparisons, commits and builds, where links of cards lead.

Its address stays the same when a demo is continued, because the policy and announced builds name it.
"""

from dataclasses import dataclass, field

from aiohttp import web

from bot.demo.builds import BuildResult, Builds
from bot.demo.code_pages import build_page, commit_page, comparison_page
from bot.demo.errors import DemoError
from bot.demo.repository import Repository
from bot.demo.serving import Server

SHA = "[0-9a-f]{7,40}"
HEADERS = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}


@dataclass(slots=True)
class CodeHost:
    """Serves what a person wants to see of the sample's code."""

    repository: Repository
    builds: Builds
    server: Server = field(init=False)

    def __post_init__(self) -> None:
        """Prepare the server."""
        self.server = Server("code")
        self.server.app.add_routes(
            (
                web.get(f"/website/compare/{{old:{SHA}}}...{{new:{SHA}}}", self._comparison),
                web.get(f"/website/commit/{{sha:{SHA}}}", self._commit),
                web.get("/website/builds/{number:[0-9]{1,9}}", self._build),
            )
        )

    @property
    def repository_url(self) -> str:
        """Return the address of the repository, for the policy."""
        return f"{self.server.url}website"

    def build_url(self, number: int) -> str:
        """Return the address of a build's page."""
        return f"{self.repository_url}/builds/{number}"

    async def _comparison(self, request: web.Request) -> web.Response:
        old, new = request.match_info["old"], request.match_info["new"]
        try:
            commits = await self.repository.commits(old, new)
            return _html(comparison_page(old, new, commits, await self.repository.diff(old, new)))
        except DemoError as error:
            raise web.HTTPNotFound from error

    async def _commit(self, request: web.Request) -> web.Response:
        sha = request.match_info["sha"]
        try:
            (commit,) = await self.repository.commits("", sha, count=1)
            return _html(commit_page(commit, await self.repository.changes_of(commit.sha)))
        except DemoError as error:
            raise web.HTTPNotFound from error

    async def _build(self, request: web.Request) -> web.Response:
        number = int(request.match_info["number"])
        built = next((each for each in self.builds.all() if each.number == number), None)
        if built is None:
            raise web.HTTPNotFound
        log = self.builds.log(number).read_text(encoding="utf-8", errors="replace")
        return _html(
            build_page(built, await self.builds.changes(built), await self._diff_of(built, number), log)
        )

    async def _diff_of(self, built: BuildResult, number: int) -> str:
        """Return what a build changed since the one before it; nothing for the first, which is all new."""
        before = [each.sha for each in self.builds.all() if each.number < number]
        return await self.repository.diff(before[-1], built.sha) if before else ""


def _html(page: str) -> web.Response:
    return web.Response(text=page, content_type="text/html", headers=HEADERS)
