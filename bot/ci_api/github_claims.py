"""What the signed token of a GitHub run has to say, so that the run may claim a deployment."""

from collections.abc import Mapping
from typing import Any

from bot.ci_api.github_api import full_name
from bot.ci_api.parts import is_id
from bot.ci_api.run import Admission, ForgedError, Target


def admission(target: Target, claims: Mapping[str, Any]) -> Admission:
    """Check that a token is of a run of the target's own workflow, as its branch has it, that was dispatched.

    GitHub's docs, "OpenID Connect reference", name the claims. Who dispatched it does not count: the correlation id does.
    Raises ForgedError.
    """
    repository = full_name(target.repository).casefold()
    ref = f"refs/heads/{target.branch}"
    workflow, _, at = _told(claims, "workflow_ref").partition("@")
    home, _, file = workflow.partition("/.github/workflows/")
    genuine = (
        bool(repository)
        and _told(claims, "repository").casefold() == repository
        and home.casefold() == repository
        and file == target.deploy.workflow
        and at == ref
        and _told(claims, "ref") == ref
        and _told(claims, "ref_type") == "branch"
        and _told(claims, "event_name") == "workflow_dispatch"
    )
    run, attempt = _told(claims, "run_id"), _told(claims, "run_attempt")
    if not genuine or not is_id(run) or not is_id(attempt) or int(attempt) < 1:
        raise ForgedError("the token is of another run")
    return Admission(run, int(attempt))


def _told(claims: Mapping[str, Any], name: str) -> str:
    """Read a claim; GitHub writes its numbers as texts."""
    found = claims.get(name)
    return found if isinstance(found, str) else ""
