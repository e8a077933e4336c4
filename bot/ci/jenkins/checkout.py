"""Reads which commit and branch a build of Jenkins is of.

Sources: the git plugin's `BuildData`, and the parameters and environment variables that are common for both.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.ci.http.json_access import listed, part, text
from bot.ci.inputs import SHA
from bot.ci.jenkins.runs import parameters

_COMMITS = (SHA, "git_commit", "git_sha", "commit_sha", "commit", "sha", "revision")
_BRANCHES = ("git_branch", "branch_name", "branch")
_REMOTE = ("refs/remotes/", "refs/heads/", "origin/")
_SHA = re.compile(r"[0-9a-fA-F]{7,64}")


@dataclass(frozen=True, slots=True)
class Checkout:
    """A commit, and the branches that it was taken from, as far as the build names them."""

    sha: str = ""
    branches: tuple[str, ...] = ()


def commit_of(build: object) -> str:
    """Return the commit that a deployment is of: what its parameters name, else what it checked out."""
    return _commit_in(parameters(build)) or _checked_out(build, "").sha


def checkout_of(build: object, repository: str) -> Checkout:
    """Return what a build is of: what it checked out, else what its parameters name."""
    found, values = _checked_out(build, repository), parameters(build)
    branch = first_of(values, _BRANCHES)
    named = (_short(branch),) if branch else ()
    return found if found.sha else Checkout(_commit_in(values), named)


def _checked_out(build: object, repository: str) -> Checkout:
    """Read what git checked out; the repository's own checkout comes first.

    A pipeline checks its libraries out too.
    """
    found = [each for each in listed(build, "actions") if text(each, "lastBuiltRevision", "SHA1")]
    own = [each for each in found if _is_of(each, repository)]
    revision = part(next(iter(own or found), None), "lastBuiltRevision")
    branches = tuple(_short(text(each, "name")) for each in listed(revision, "branch"))
    return Checkout(text(revision, "SHA1"), tuple(each for each in branches if each != "detached"))


def _is_of(action: object, repository: str) -> bool:
    urls = [text(url).removesuffix("/").removesuffix(".git") for url in listed(action, "remoteUrls")]
    return bool(repository) and any(url.replace(":", "/").endswith(f"/{repository}") for url in urls)


def _short(branch: str) -> str:
    for prefix in _REMOTE:
        branch = branch.removeprefix(prefix)
    return branch


def _commit_in(values: Mapping[str, str]) -> str:
    found = {name: value for name, value in values.items() if _SHA.fullmatch(value.strip())}
    return first_of(found, _COMMITS).strip()


def first_of(values: Mapping[str, str], names: Iterable[str]) -> str:
    """Return the first parameter that has a value, by names in lower case; empty if none has."""
    by_name = {name.lower(): value for name, value in values.items()}
    return next((by_name[name] for name in names if by_name.get(name)), "")
