"""Patterns of branch names, as the policy writes them under `branches`."""

import re
from collections.abc import Iterable
from functools import lru_cache


def matches_branch(branch: str, patterns: Iterable[str]) -> bool:
    """Return whether a branch is one of the patterns.

    `*` stands for any letters but a slash, `**` for any letters, as in GitHub's branch filters.
    """
    return any(_compiled(pattern).fullmatch(branch) for pattern in patterns)


@lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\*+)", pattern)
    written = (
        ("[^/]*" if part == "*" else ".*") if part.startswith("*") else re.escape(part) for part in parts
    )
    return re.compile("".join(written))
