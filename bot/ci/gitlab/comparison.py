"""Compares two commits of a project: whether one contains the other, what changed, and who wrote it.

Sources: GitLab's docs, "Repositories API" (merge base, compare), "Commits API". A compare lists all commits, oldest first, with
their diffs; `compare_timeout` says that it is cut, and a very long one is cut here. Then the commits are listed by pages.

GitLab signs what it commits itself as `GitLab <noreply@HOST>`; that is nobody.
"""

import re
from collections.abc import Sequence
from http import HTTPStatus

from bot.ci.gitlab.addresses import project
from bot.ci.gitlab.queries import PAGE
from bot.ci.http.client import CiClient
from bot.ci.http.json_access import listed, one_line, part, segment, text
from handlers.build import Change
from handlers.lineage import MOST_COMMITS, Comparison

_FULL_SHA = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_TRAILER = re.compile(r"^co-authored-by:[ \t]*(\S.*?)[ \t]*$", re.IGNORECASE | re.MULTILINE)
_MOST_KEPT = 500
"""How many comparisons are kept: that of two full commit ids never changes."""


class Comparisons:
    """The comparisons of a GitLab's commits."""

    def __init__(self, client: CiClient) -> None:
        self._client = client
        self._kept: dict[tuple[str, str, str], Comparison] = {}

    async def compare(self, repository: str, old: str, new: str) -> Comparison | None:
        """Compare two commits; None if GitLab does not know them or cannot be read now."""
        key = (repository, old, new)
        if key in self._kept:
            return self._kept[key]
        found = await self._read(repository, old, new)
        if found is None or not found.complete or found.contains is None:
            return found
        if _FULL_SHA.fullmatch(old) and _FULL_SHA.fullmatch(new):
            while len(self._kept) >= _MOST_KEPT:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = found
        return found

    async def _read(self, repository: str, old: str, new: str) -> Comparison | None:
        path = f"{project(repository)}/repository/compare"
        answer = await self._client.read(path, params={"from": old, "to": new})
        if answer is None or not answer.ok:
            return None
        commits, complete = listed(answer.json, "commits")[::-1], _is_complete(answer.json)
        if not complete:
            found = await self._log(repository, old, new)
            if found is None and not isinstance(part(answer.json, "commits"), list):
                return None
            commits, complete = (commits, False) if found is None else (found, True)
        changes = tuple(_change(each) for each in commits[:MOST_COMMITS])
        complete = complete and len(commits) <= MOST_COMMITS and all(change.sha for change in changes)
        contains = await self._contains(repository, old, new)
        return None if contains is None else Comparison(contains, changes, complete)

    async def _log(self, repository: str, old: str, new: str) -> list[object] | None:
        """List the commits between two, newest first, without their diffs ("Commits API", a revision range)."""
        commits: list[object] = []
        path = f"{project(repository)}/repository/commits"
        while len(commits) <= MOST_COMMITS:
            page = str(len(commits) // PAGE + 1)
            params = {"ref_name": f"{old}..{new}", "per_page": str(PAGE), "page": page}
            answer = await self._client.read(path, params=params, optional=True)
            if answer is None or not answer.ok or not isinstance(part(answer.json), list):
                return None
            commits += (more := listed(answer.json))
            if len(more) < PAGE:
                break
        return commits

    async def _contains(self, repository: str, old: str, new: str) -> bool | None:
        """Return whether the common ancestor of both is the old one; commits without one have no past in common."""
        refs = "&".join(f"refs%5B%5D={segment(each)}" for each in (old, new))
        answer = await self._client.read(f"{project(repository)}/repository/merge_base?{refs}", optional=True)
        if answer is None:
            return None
        if answer.status == HTTPStatus.NOT_FOUND and "Merge Base" in text(answer.json, "message"):
            return False
        found = text(answer.json, "id") if answer.ok else ""
        return found.startswith(old) if found and old else None


def _is_complete(comparison: object) -> bool:
    return isinstance(part(comparison, "commits"), list) and part(comparison, "compare_timeout") is not True


def _change(commit: object) -> Change:
    author = _person(text(commit, "author_name"), text(commit, "author_email"))
    others = (
        []
        if _is_gitlab(commit)
        else [_person(text(commit, "committer_name"), text(commit, "committer_email"))]
    )
    others += [one_line(each) for each in _TRAILER.findall(text(commit, "message"))]
    return Change(text(commit, "id"), author, one_line(text(commit, "title")), _without(others, author))


def _person(name: str, email: str) -> str:
    """Return how git writes a person; empty if there is nothing."""
    return one_line(name, f"<{email}>" if email.strip() else "")


def _is_gitlab(commit: object) -> bool:
    email = text(commit, "committer_email")
    return text(commit, "committer_name") == "GitLab" and email.startswith("noreply@")


def _without(others: Sequence[str], author: str) -> tuple[str, ...]:
    return tuple(each for each in dict.fromkeys(others) if each and each != author)
