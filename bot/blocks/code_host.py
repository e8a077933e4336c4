"""The pages on which people read a service's code: commits, what lies between two of them, issues and merge requests."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlsplit

from handlers.plan import Plan

_GITLAB = "gitlab"


@dataclass(frozen=True, slots=True)
class CodeHost:
    """One repository, by the address of its first page; empty if the policy names none.

    GitLab has its pages below `/-/` and tells issues (`#7`) from merge requests (`!7`); it is known by the name of its host
    (docs.gitlab.com/user/markdown, "GitLab-specific references"). Everything else is taken for GitHub's paths, where an issue's
    number leads on to a pull request.
    """

    url: str = ""

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Return where a service's code is: `repository` is a path on GitHub unless it is an address."""
        named = plan.repository if "://" in plan.repository else f"https://github.com/{plan.repository}"
        return cls(named.rstrip("/").removesuffix(".git") if plan.repository else "")

    @property
    def commits(self) -> str:
        """The address below which commits stand by their hash."""
        return self._page("commit", "-/commit")

    @property
    def issues(self) -> str:
        """The address below which `#7` stands by its number: on GitHub a pull request, on GitLab an issue."""
        return self._page("pull", "-/issues")

    @property
    def merge_requests(self) -> str:
        """The address below which `!7` stands by its number; empty where that means nothing."""
        return self._page("", "-/merge_requests")

    def comparison(self, old: str, new: str) -> str:
        """Return the address of what lies between two commits; empty if there is nothing between them, or no repository."""
        where = self._page("compare", "-/compare")
        return f"{where}/{old}...{new}" if where and old != new else ""

    def _page(self, github: str, gitlab: str) -> str:
        path = gitlab if _GITLAB in (urlsplit(self.url).hostname or "") else github
        return f"{self.url}/{path}" if self.url and path else ""
