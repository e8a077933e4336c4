"""Verifies GitLab's webhooks and reads which pipeline they are about.

Sources: GitLab's docs, "Webhooks" (secret token: `X-Gitlab-Token` repeats the secret), and the Standard Webhooks
specification, which signing tokens follow: `webhook-signature` holds `v1,<base64>` entries, separated by spaces, each an
HMAC-SHA256 over `{webhook-id}.{webhook-timestamp}.{body}` with the decoded part of the secret after `whsec_`.
"""

import base64
import binascii
import hmac
from collections.abc import Collection, Mapping
from datetime import datetime
from hashlib import sha256

from bot.ci.gitlab.runs import OURS, STARTED
from bot.ci.http.json_access import correlation_in, is_id, part, text
from bot.ci.run import Hint, UnauthenticatedError
from bot.outside_json import read_json

OLDEST = 300.0
"""How many seconds the time of a signed delivery may differ from ours."""

_SIGNING = "whsec_"


def signing_key(secret: str) -> bytes | None:
    """Return the key of a signing token; None if the secret is a plain token.

    Raises ValueError for a malformed signing token.
    """
    if not secret.startswith(_SIGNING):
        return None
    written = secret.removeprefix(_SIGNING)
    key = base64.b64decode(written + "=" * (-len(written) % 4), validate=True)
    if not key:
        raise ValueError("the signing token is empty")
    return key


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Verify a delivery; with a signing token, a plain token is never accepted.

    Raises UnauthenticatedError.
    """
    try:
        key = signing_key(secret)
    except (ValueError, binascii.Error):
        raise UnauthenticatedError("there is no secret to check it with") from None
    if key is not None:
        _verify_signed(key, headers, body, now)
    elif not secret or not _same(headers.get("x-gitlab-token", ""), secret):
        raise UnauthenticatedError("the token is wrong")


def _verify_signed(key: bytes, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    name, sent_at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not name or not is_id(sent_at):
        raise UnauthenticatedError("it is not signed")
    if abs(now.timestamp() - int(sent_at)) > OLDEST:
        raise UnauthenticatedError("it is too old")
    signed = hmac.new(key, f"{name}.{sent_at}.".encode("utf-8", "surrogateescape") + body, sha256).digest()
    wanted = f"v1,{base64.b64encode(signed).decode()}"
    given = headers.get("webhook-signature", "").split(" ")
    if not sum(_same(each, wanted) for each in given):
        raise UnauthenticatedError("the signature is wrong")


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())


def hint_in(body: bytes, numbers: Collection[str] = ()) -> Hint:
    """Read a verified delivery.

    `numbers` are the projects that the policy writes as numbers. "Webhook events" of GitLab's docs: pipeline, job and
    deployment events.
    """
    try:
        event: object = read_json(body)
    except (ValueError, RecursionError):
        return Hint("nothing")
    number, path = (
        text(event, "project", "id") or text(event, "project_id"),
        text(event, "project", "path_with_namespace"),
    )
    repository = number if number in numbers else path
    match text(event, "object_kind"):
        case "pipeline":
            return _pipeline(event, repository)
        case "build":
            job = text(event, "build_name")
            return Hint("run", text(event, "pipeline_id"), repository=repository, workflow=job)
        case "deployment":
            return Hint("run", repository=repository)
        case _:
            return Hint("nothing")


def _pipeline(event: object, repository: str) -> Hint:
    found = part(event, "object_attributes")
    run_id, source = text(found, "id"), text(found, "source")
    correlation = correlation_in(text(found, "name")) if source in {"", OURS} else ""
    if text(found, "status") == "success" and source and source not in STARTED:
        return Hint("build", run_id, repository=repository)
    return Hint("run", run_id, correlation, repository=repository)
