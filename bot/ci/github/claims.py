"""Checks the claims in the signed token of a GitHub run that claims a deployment."""

from collections.abc import Mapping
from typing import Any

from bot.ci.github.api import full_name
from bot.ci.http.json_access import is_id
from bot.ci.run import Admission, Target, UnauthenticatedError


def admission(target: Target, claims: Mapping[str, Any]) -> Admission:
    """Check that a token is of a dispatched run of the target's own workflow and branch.

    GitHub's docs, "OpenID Connect reference", name the claims. Who dispatched the run does not count: the correlation id does.
    Raises UnauthenticatedError.
    """
    repository = full_name(target.repository).casefold()
    ref = f"refs/heads/{target.branch}"
    workflow, _, at = _claim(claims, "workflow_ref").partition("@")
    home, _, file = workflow.partition("/.github/workflows/")
    genuine = (
        bool(repository)
        and _claim(claims, "repository").casefold() == repository
        and home.casefold() == repository
        and file == target.deploy.workflow
        and at == ref
        and _claim(claims, "ref") == ref
        and _claim(claims, "ref_type") == "branch"
        and _claim(claims, "event_name") == "workflow_dispatch"
    )
    run, attempt = _claim(claims, "run_id"), _claim(claims, "run_attempt")
    if not genuine or not is_id(run) or not is_id(attempt) or int(attempt) < 1:
        raise UnauthenticatedError("the token is of another run")
    return Admission(run, int(attempt))


def _claim(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim; GitHub writes its numbers as texts."""
    found = claims.get(name)
    return found if isinstance(found, str) else ""
