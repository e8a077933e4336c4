"""Jenkins's webhooks: Jenkins signs nothing by itself, so whoever tells us of a build has to prove the shared secret.

A step of the pipeline sends `X-Shiproom-Signature: sha256=<hex>`, an HMAC-SHA256 over the very body, with the secret as its
key; what can send a fixed header only sends `X-Shiproom-Secret` with the secret itself. The secret never stands in an
address, because addresses are written into logs. The body is that of the Notification plugin: `url`, `build.number`,
`build.url`, `build.phase`, `build.status`, `build.parameters` (its page, "JSON format").
"""

import hmac
from collections.abc import Mapping
from hashlib import sha256

from bot.ci_api.inputs import CORRELATION
from bot.ci_api.parts import correlation_in, mapping, text
from bot.ci_api.run import ForgedError, Hint
from bot.outside_json import read_json


def verify(secret: str, headers: Mapping[str, str], body: bytes) -> None:
    """Check a delivery; one that is signed has to be signed rightly, whatever else it carries.

    Raises ForgedError.
    """
    if not secret:
        raise ForgedError("there is no secret to check it with")
    signature = headers.get("x-shiproom-signature")
    wanted = secret if signature is None else "sha256=" + hmac.new(secret.encode(), body, sha256).hexdigest()
    given = headers.get("x-shiproom-secret", "") if signature is None else signature
    if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        raise ForgedError("the secret is not proved")


def hint_in(body: bytes) -> Hint:
    """Read a delivery that proved the secret."""
    try:
        event: object = read_json(body)
    except (ValueError, RecursionError):
        return Hint("nothing")
    build = mapping(event, "build")
    if not build:
        return Hint("nothing")
    correlation = correlation_in(text(build, "parameters", CORRELATION))
    return Hint("run", text(build, "number"), correlation)
