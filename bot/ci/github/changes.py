"""Reads the commits between two from GitHub, newest first.

GitHub returns them oldest first, in pages.
"""

from collections.abc import Sequence
from math import ceil

from bot.ci.github.api import GitHubApi, Missing, range_path
from bot.ci.github.runs import read_changes
from bot.ci.http.json_access import number
from handlers.build import Change

MOST_CHANGES = 250
_PER_PAGE = 100

_Page = tuple[int, Sequence[Change]]


async def changes_between(api: GitHubApi, repository: str, old: str, new: str) -> Sequence[Change] | None:
    """List the commits between two, newest first.

    None if GitHub does not know them or cannot be read now.
    """
    path = range_path(repository, old, new)
    first = await _page(api, path, 1)
    if first is None:
        return None
    total, oldest = first
    newest: list[Change] = []
    for page in range(ceil(total / _PER_PAGE), 1, -1):
        read = await _page(api, path, page)
        if read is None:
            return None
        newest += reversed(read[1])
        if len(newest) >= MOST_CHANGES:
            break
    return [*newest, *reversed(oldest)][:MOST_CHANGES]


async def _page(api: GitHubApi, path: str, page: int) -> _Page | None:
    wanted = {"per_page": str(_PER_PAGE), "page": str(page)}
    read = await api.read(path, _read, wanted) if path else None
    return None if isinstance(read, Missing) else read


def _read(value: object) -> _Page:
    return number(value, "total_commits"), read_changes(value)
