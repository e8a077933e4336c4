"""Reads ready builds from the jobs of Jenkins.

Source: the Branch API plugin. A multibranch job is a folder with a job for each branch, whose name is the branch's,
percent-encoded; the jobs of pull requests are called PR-1 or MR-1.
"""

import re
from collections.abc import Callable
from urllib.parse import unquote

from bot.ci.http.json_access import is_id, listed, number, text
from bot.ci.jenkins.checkout import Checkout, checkout_of
from bot.ci.jenkins.runs import BUILD, state_of
from bot.ci.run import ListedBuild, State
from handlers.branches import matches_branch
from handlers.plan import BuildSource

_PROPOSED = re.compile(r"(?:PR|MR)-[0-9]+(?:-.*)?")
_PER_JOB = 100
_PER_BRANCH = 10

TREE = f"allBuilds[{BUILD}]{{0,{_PER_JOB}}},jobs[name,allBuilds[{BUILD}]{{0,{_PER_BRANCH}}}]"
"""The fields of a job, or of a multibranch job with those of its branches, in the syntax of `tree`."""


def listed_builds(job: object, repository: str, source: BuildSource, unstable: State) -> list[ListedBuild]:
    """Read the builds of a job that succeeded on the branches of a source, newest first.

    If a build names no branch, its job is taken to build the source's branch.
    """

    def branch_of(found: Checkout) -> str:
        watched = [each for each in found.branches if matches_branch(each, source.patterns)]
        return next(iter(watched), "" if found.branches else source.branch)

    builds = _builds_of(job, repository, unstable, branch_of)
    for each in listed(job, "jobs"):
        builds += _builds_of_branch(each, repository, source, unstable)
    return builds


def _builds_of_branch(
    job: object, repository: str, source: BuildSource, unstable: State
) -> list[ListedBuild]:
    branch = unquote(text(job, "name"))
    watched = matches_branch(branch, source.patterns) and not _PROPOSED.fullmatch(branch)
    return _builds_of(job, repository, unstable, lambda _: branch) if watched else []


def _builds_of(
    job: object, repository: str, unstable: State, branch_of: Callable[[Checkout], str]
) -> list[ListedBuild]:
    good = [each for each in listed(job, "allBuilds") if state_of(each, unstable) == "succeeded"]
    read = [(each, checkout_of(each, repository)) for each in good if is_id(text(each, "number"))]
    return [
        ListedBuild(text(each, "number"), number(each, "number"), found.sha, branch, text(each, "url"))
        for each, found in read
        if found.sha and (branch := branch_of(found))
    ]
