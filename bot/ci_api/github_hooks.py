"""GitHub's webhooks: whether one is genuine, and where it says to look."""

import hmac
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import unquote_plus

from bot.ci_api.github_runs import BUILD_EVENTS
from bot.ci_api.parts import correlation_in, text
from bot.ci_api.run import ForgedError, Hint
from bot.outside_json import read_json

NOTHING = Hint("nothing")
_SCHEME = "sha256="
_FORM = b"payload="


def hint(secret: str, headers: Mapping[str, str], body: bytes) -> Hint:
    """Read a delivery whose signature holds (GitHub's docs, "Validating webhook deliveries").

    Raises ForgedError.
    """
    _require_genuine(secret, headers.get("x-hub-signature-256", ""), body)
    payload = _payload(body)
    match headers.get("x-github-event", ""):
        case "workflow_run":
            return _of_run(payload)
        case "workflow_job":
            return _look_at(text(payload, "workflow_job", "run_id"))
        case "deployment_status":
            return _look_at(text(payload, "workflow_run", "id"))
        case _:
            return NOTHING


def _require_genuine(secret: str, signature: str, body: bytes) -> None:
    wanted = _SCHEME + hmac.new(secret.encode(), body, sha256).hexdigest()
    if not secret or not hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "surrogatepass")):
        raise ForgedError("the webhook is not signed by GitHub with the secret of the policy")


def _payload(body: bytes) -> object:
    """Read JSON, by itself or in a form: a webhook can be set up either way."""
    try:
        if body.startswith(_FORM):
            return read_json(unquote_plus(body.removeprefix(_FORM).decode()))
        return read_json(body)
    except (ValueError, RecursionError):
        return None


def _of_run(payload: object) -> Hint:
    run = text(payload, "workflow_run", "id")
    correlation = correlation_in(text(payload, "workflow_run", "display_title"))
    if run and not correlation and _is_built(payload):
        return Hint("build", run)
    return _look_at(run, correlation)


def _is_built(payload: object) -> bool:
    """Tell whether a run looks like a build: it ended well, and nobody started it by hand."""
    event = text(payload, "workflow_run", "event")
    ended_well = text(payload, "workflow_run", "conclusion") == "success"
    return ended_well and event in BUILD_EVENTS and event != "workflow_dispatch"


def _look_at(run: str, correlation: str = "") -> Hint:
    return Hint("run", run, correlation) if run else NOTHING
