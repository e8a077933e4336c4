"""Verifies GitHub's webhooks and reads which run they are about."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Literal
from urllib.parse import unquote_plus

from bot.ci.github.runs import BUILD_EVENTS, DEPLOY_EVENTS, DISPATCH_EVENTS, file_of
from bot.ci.http.json_access import correlation_in, text
from bot.ci.run import Hint, UnauthenticatedError
from bot.outside_json import read_json

NOTHING = Hint("nothing")
_SCHEME = "sha256="
_FORM = b"payload="


def hint(secret: str, headers: Mapping[str, str], body: bytes) -> Hint:
    """Verify a delivery's signature and read it.

    GitHub's docs, "Validating webhook deliveries". Raises UnauthenticatedError.
    """
    _require_genuine(secret, headers.get("x-hub-signature-256", ""), body)
    payload = _payload(body)
    if is_deployment(headers):
        return _of_deployment(payload)
    match headers.get("x-github-event", ""):
        case "workflow_run":
            return _of_run(payload)
        case "workflow_job":
            return _look_at(payload, text(payload, "workflow_job", "run_id"))
        case _:
            return NOTHING


def is_deployment(headers: Mapping[str, str]) -> bool:
    """Return whether a delivery tells the status of a deployment."""
    return headers.get("x-github-event", "") == "deployment_status"


def _require_genuine(secret: str, signature: str, body: bytes) -> None:
    wanted = _SCHEME + hmac.new(secret.encode(), body, sha256).hexdigest()
    if not secret or not hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "surrogatepass")):
        raise UnauthenticatedError("the webhook is not signed by GitHub with the secret of the policy")


def _payload(body: bytes) -> object:
    """Read the payload, as JSON or in a form: a webhook can be set up either way."""
    try:
        if body.startswith(_FORM):
            return read_json(unquote_plus(body.removeprefix(_FORM).decode()))
        return read_json(body)
    except (ValueError, RecursionError):
        return None


def _of_run(payload: object) -> Hint:
    run = text(payload, "workflow_run", "id")
    if run and _is_built(payload):
        return _look_at(payload, run, kind="build")
    dispatched = text(payload, "workflow_run", "event") in DISPATCH_EVENTS
    title = text(payload, "workflow_run", "display_title") if dispatched else ""
    return _look_at(payload, run, correlation_in(title))


def _is_built(payload: object) -> bool:
    """Return whether a run looks like a build: it succeeded, and nothing that deploys started it."""
    ended_well = text(payload, "workflow_run", "conclusion") == "success"
    return ended_well and text(payload, "workflow_run", "event") in BUILD_EVENTS - DEPLOY_EVENTS


def _of_deployment(payload: object) -> Hint:
    """Read the status of a deployment, which may be recorded by something else than a run."""
    run, repository = text(payload, "workflow_run", "id"), text(payload, "repository", "full_name")
    if not run and repository:
        return Hint("run", repository=repository)
    return _look_at(payload, run)


def _look_at(payload: object, run: str, correlation: str = "", kind: Literal["run", "build"] = "run") -> Hint:
    if not run:
        return NOTHING
    path = text(payload, "workflow", "path") or text(payload, "workflow_run", "path")
    return Hint(kind, run, correlation, text(payload, "repository", "full_name"), file_of(path))
