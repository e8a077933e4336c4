"""GitHub's REST API: paths, versions, and conditional requests."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import TypeVar, cast
from urllib.parse import quote

from bot.ci.http.client import CiClient, RequestBody
from bot.ci.http.json_access import one_line, segment, text
from bot.ci.http.response import CiResponse
from bot.clock import Clock

log = logging.getLogger("shiproom.ci")

CLOUD = "https://api.github.com"
CLOUD_ISSUER = "https://token.actions.githubusercontent.com"
_SERVER_PATH = "/api/v3"
"""GitHub Enterprise Server's docs, "Getting started with the REST API": its API is at this path of its host."""

_KEPT_FOR = 900.0
"""How many seconds a response is kept after it was last read.

The lists of a policy are read every 10 minutes or more often; what was read of a run is of no use once that has ended.
"""

_SWEEP_INTERVAL = 60.0
_DOMAIN_OF_TENANTS = ".ghe.com"
_MISSING = frozenset({404, 410})
_UNCHANGED = 304
_NAMES = 2

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Missing:
    """It does not exist, or the token may not see it: GitHub answers both the same way."""


def is_server(root: str) -> bool:
    """Return whether an API is an Enterprise Server's, whose dispatch returns no run id."""
    return root.rstrip("/").endswith(_SERVER_PATH)


def headers_for(root: str, token: str) -> dict[str, str]:
    """Return the headers of every request.

    Since version 2026-03-10 a dispatch always returns the run's id (GitHub's docs, "Breaking changes" of the REST API);
    Enterprise Server up to 3.19 does not know that version and would refuse it.
    """
    return {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {token}",
        "X-GitHub-Api-Version": "2022-11-28" if is_server(root) else "2026-03-10",
    }


def issuer_for(root: str) -> str:
    """Return the issuer of the runs' tokens.

    GitHub's docs, "OpenID Connect reference", name one for each of the three products.
    """
    if is_server(root):
        return root.rstrip("/").removesuffix(_SERVER_PATH) + "/_services/token"
    tenant = root.partition("://")[2].partition("/")[0].removeprefix("api.")
    return f"https://token.actions.{tenant}" if tenant.endswith(_DOMAIN_OF_TENANTS) else CLOUD_ISSUER


def full_name(repository: str) -> str:
    """Return `owner/name` of a repository written as that or as an address; else empty."""
    path = repository.partition("://")[2].partition("/")[2] if "://" in repository else repository
    names = path.strip("/").removesuffix(".git").split("/")
    return "/".join(names) if len(names) == _NAMES and all(names) else ""


def repository_path(repository: str) -> str:
    """Return the API path of a repository; empty if the name cannot be one."""
    name = full_name(repository)
    return "/repos/" + "/".join(map(segment, name.split("/"))) if name else ""


def workflow_path(repository: str, workflow: str) -> str:
    """Return the API path of a workflow, by the name of its file; empty if invalid."""
    path = repository_path(repository)
    return f"{path}/actions/workflows/{segment(workflow)}" if path and workflow else ""


def file_path(repository: str, workflow: str) -> str:
    """Return the API path of a workflow's file in its repository; empty if invalid."""
    path = repository_path(repository)
    return f"{path}/contents/.github/workflows/{segment(workflow)}" if path and workflow else ""


def range_path(repository: str, old: str, new: str) -> str:
    """Return the API path of a comparison of two commits; empty if invalid."""
    path = repository_path(repository)
    return f"{path}/compare/{quote(old, safe='')}...{quote(new, safe='')}" if path and old and new else ""


def error_message(answer: CiResponse) -> str:
    """Return the reason that GitHub gives for a refusal."""
    return one_line(text(answer.json, "message"))


@dataclass(slots=True)
class _Kept:
    """What was read once, its ETag, and when it was last asked for, in monotonic seconds."""

    tag: str
    parsed: object
    read_at: float


class GitHubApi:
    """Reads from GitHub, sending the ETag of what was read before.

    GitHub's docs, "Best practices for using the REST API": a conditional request that is answered with 304 does not
    count against the primary rate limit if it is authorized.
    """

    def __init__(self, client: CiClient, clock: Clock) -> None:
        self.client = client
        self._clock = clock
        self._cache: dict[tuple[str, ...], _Kept] = {}
        self._swept_at = float("-inf")

    async def read(
        self,
        path: str,
        parse: Callable[[object], T],
        params: Mapping[str, str] | None = None,
        *,
        optional: bool = False,
    ) -> T | Missing | None:
        """Read a resource and parse its JSON.

        None if it cannot be read now, or not with this token. What is `optional` reads as missing if the token may not see it.
        """
        self._forget_old(self._clock.monotonic())
        key = (path, *(f"{name}={wanted}" for name, wanted in (params or {}).items()))
        kept = self._cache.get(key)
        headers = {"If-None-Match": kept.tag} if kept is not None else {}
        answer = await self.client.read(path, params=params, headers=headers, optional=optional)
        now = self._clock.monotonic()
        if answer is not None and answer.status == _UNCHANGED and kept is not None:
            kept.read_at = now
            return cast("T", kept.parsed)
        if optional and answer is not None and answer.status == HTTPStatus.FORBIDDEN:
            return Missing()
        parsed = _parsed(path, answer, parse)
        if answer is not None and answer.ok and parsed is not None:
            self._cache.pop(key, None)
            if tag := answer.header("ETag"):
                self._cache[key] = _Kept(tag, parsed, now)
        return parsed

    async def sees_repository(self, repository: str) -> bool:
        """Return whether the token may see a repository now; what is missing in one that it may not see may be there."""
        path = repository_path(repository)
        answer = await self.client.read(path)
        if answer is not None and answer.status in _MISSING:
            self.report_repository(path)
        return answer is not None and answer.ok

    def report_repository(self, path: str) -> None:
        """Report that a repository is not there, or not for this token."""
        name = path.removeprefix("/repos/")
        words = f"GitHub shows no repository {name} to the token (404): was it renamed, or access taken away?"
        self.client.reports.refused(words, path)

    def report_workflow(self, repository: str, file: str) -> None:
        """Report that a repository, given by its path, has no workflow of this name."""
        name = repository.removeprefix("/repos/")
        words = f"GitHub has no workflow {file} in {name} (404): was it renamed?"
        self.client.reports.refused(words, f"{repository}/actions/workflows/{segment(file)}")

    async def read_once(
        self, path: str, parse: Callable[[object], T], params: Mapping[str, str]
    ) -> T | Missing | None:
        """Read what is not read again, without keeping it."""
        return _parsed(path, await self.client.read(path, params=params), parse)

    def forget(self, path: str) -> None:
        """Read a path in full the next time, with whatever parameters."""
        self._cache = {key: kept for key, kept in self._cache.items() if key[0] != path}

    def _forget_old(self, now: float) -> None:
        if now - self._swept_at >= _SWEEP_INTERVAL:
            self._swept_at = now
            self._cache = {key: kept for key, kept in self._cache.items() if now - kept.read_at < _KEPT_FOR}


def _parsed(path: str, answer: CiResponse | None, parse: Callable[[object], T]) -> T | Missing | None:
    if answer is None:
        return None
    if answer.status in _MISSING:
        return Missing()
    if not answer.ok or answer.json is None:
        log.warning("GitHub answered %s to %s: %s", answer.status, path, error_message(answer))
        return None
    return parse(answer.json)


def dispatch(branch: str, inputs: Mapping[str, str]) -> RequestBody:
    """Return the body that starts a workflow as it is on a branch.

    GitHub's docs, "Create a workflow dispatch event".
    """
    return RequestBody(json={"ref": branch, "inputs": dict(inputs)})
