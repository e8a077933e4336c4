"""Verifies Jenkins's webhooks: Jenkins signs nothing itself, so the sender proves a shared secret.

A step of the pipeline sends `X-Shiproom-Signature: sha256=<hex>`, an HMAC-SHA256 over the exact body, with the secret as its
key. A sender that can only set a fixed header sends `X-Shiproom-Secret` with the secret itself. The secret is never part of an
address, because addresses are written into logs. The body is that of the Notification plugin: `name`, `url`, `build.number`,
`build.url`, `build.phase`, `build.status`, `build.parameters` (its page, "JSON format").
"""

import hmac
import re
from collections.abc import Mapping
from hashlib import sha256
from urllib.parse import unquote, urlsplit

from bot.ci.http.json_access import correlation_in, mapping, text
from bot.ci.inputs import CORRELATION
from bot.ci.run import Hint, UnauthenticatedError
from bot.outside_json import read_json

_JOB = re.compile(r"(?:\A|/)job/([^/]+)")


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Verify a delivery; a signature that is present must be right, whatever else is sent.

    Raises UnauthenticatedError.
    """
    if not secret:
        raise UnauthenticatedError("there is no secret to check it with")
    signature = headers.get("x-shiproom-signature")
    wanted = secret if signature is None else "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
    given = headers.get("x-shiproom-secret", "") if signature is None else signature
    if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        raise UnauthenticatedError("the secret is missing or wrong")


def hint_in(body: bytes) -> Hint:
    """Read a verified delivery."""
    try:
        event: object = read_json(body)
    except (ValueError, RecursionError):
        return Hint("nothing")
    build = mapping(event, "build")
    if not build:
        return Hint("nothing")
    correlation = correlation_in(text(build, "parameters", CORRELATION))
    return Hint("run", text(build, "number"), correlation, workflow=_job_of(event))


def _job_of(event: object) -> str:
    """Return the full name of the job from its address, `job/folder/job/name/`, or that of its build; else its name."""
    for place in (text(event, "url"), text(event, "build", "url"), text(event, "build", "full_url")):
        names = _JOB.findall(urlsplit(place).path)
        if names:
            return "/".join(map(unquote, names))
    return text(event, "name")
