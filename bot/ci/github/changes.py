"""Compares two commits on GitHub: which is in which, and who wrote the difference."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from bot.ci.github.api import GitHubApi, Missing, range_path
from bot.ci.http.json_access import listed, number, one_line, text
from handlers.build import Change
from handlers.lineage import MOST_COMMITS, Comparison

_PER_PAGE = 100
_CONTAINS = {"ahead": True, "identical": True, "diverged": False, "behind": False}
"""By the status of a comparison: how the new commit stands to the old one (GitHub's docs, "Compare two commits")."""

_TRAILER = re.compile(r"^co-authored-by:[ \t]*(\S.*)$", re.IGNORECASE | re.MULTILINE)
_EMAIL = re.compile(r"<([^<>]*)>")
_OWN_LOGIN, _OWN_EMAIL = "web-flow", "noreply@github.com"
"""GitHub itself, the committer of what is merged or edited on its pages."""


@dataclass(frozen=True, slots=True)
class _Page:
    """A page of a comparison, oldest commit first."""

    total: int
    status: str
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class _Person:
    """Whom GitHub gives as an author or a committer; each part may be empty."""

    login: str
    name: str
    email: str

    @property
    def shown(self) -> str:
        """The login, else `Name <email>`; empty for somebody unknown."""
        return self.login or one_line(self.name, f"<{self.email}>" if self.email else "")

    def is_same(self, other: "_Person") -> bool:
        """Return whether both are one person, as far as GitHub says."""
        if self.login and other.login:
            return self.login.lower() == other.login.lower()
        return bool(_keys(self) & _keys(other))


async def comparison(api: GitHubApi, repository: str, old: str, new: str) -> Comparison | None:
    """Compare two commits; None if GitHub does not know them or cannot be read now.

    GitHub returns commits oldest first, in pages. Of more than MOST_COMMITS the newest are read.
    """
    path = range_path(repository, old, new)
    first = await _page(api, path, 1) if path else None
    if first is None:
        return None
    newest: list[Change] = []
    for number_of_page in range(ceil(first.total / _PER_PAGE), 1, -1):
        if len(newest) >= MOST_COMMITS:
            break
        page = await _page(api, path, number_of_page)
        if page is None:
            return None
        newest += reversed(page.changes)
    changes = (*newest, *reversed(first.changes))[:MOST_COMMITS]
    return Comparison(_CONTAINS.get(first.status), changes, complete=len(changes) >= first.total)


async def _page(api: GitHubApi, path: str, page: int) -> _Page | None:
    read = await api.read_once(path, _read, {"per_page": str(_PER_PAGE), "page": str(page)})
    return None if isinstance(read, Missing) else read


def _read(value: object) -> _Page:
    changes = tuple(_change(commit) for commit in listed(value, "commits"))
    return _Page(number(value, "total_commits"), text(value, "status"), changes)


def _change(commit: object) -> Change:
    message = text(commit, "commit", "message")
    author = _person(commit, "author")
    others = [_person(commit, "committer"), *_named_in(message)]
    shown = dict.fromkeys(
        each.shown for each in others if each.shown and not _is_github(each) and not each.is_same(author)
    )
    title = one_line(message.strip().partition("\n")[0])
    return Change(text(commit, "sha"), author.shown, title, tuple(shown))


def _person(commit: object, role: str) -> _Person:
    name, email = (text(commit, "commit", role, key).strip() for key in ("name", "email"))
    return _Person(text(commit, role, "login"), name, email)


def _named_in(message: str) -> Iterator[_Person]:
    """Yield those whom a message names (GitHub's docs, "Creating a commit with multiple authors")."""
    for written in _TRAILER.findall(message):
        email = _EMAIL.search(written)
        yield _Person("", written.partition("<")[0].strip(), email.group(1).strip() if email else "")


def _is_github(person: _Person) -> bool:
    return person.login == _OWN_LOGIN or (not person.login and person.email.lower() == _OWN_EMAIL)


def _keys(person: _Person) -> set[str]:
    named = {"name " + person.name} if not (person.login or person.email) else set[str]()
    return {key for key in (person.login.lower(), person.email.lower()) if key} | named
