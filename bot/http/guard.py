"""Verifies Slack's requests before bolt sees them: size, headers, age and signature.

Bolt's own check is switched off: it accepts the same bytes twice, takes future timestamps, and answers malformed headers
with 500. The id of the delivery that is returned here lets the database detect a replay.
"""

import hashlib
import hmac
import re
from collections.abc import Awaitable, Callable, Collection
from http import HTTPStatus
from urllib.parse import parse_qsl

from aiohttp import web

from bot.auth_failures import FAILURES, UNPROVED
from bot.clock import Clock
from bot.http.answers import ErrorJson
from bot.metrics import REFUSED
from bot.origin import came_via

OLDEST = 300
NEWEST = 60
"""A signature may be 300 s old (Slack's docs, "Verifying requests") and, because clocks differ, 60 s ahead."""

MOST_BYTES = 1024 * 1024
"""More than Slack sends: a percent-encoded click on the largest card, or a view of 100 blocks."""

_SSL_CHECK = {"ssl_check", "token"}
_SSL_CHECK_BYTES = 300
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}\Z")
_TIMESTAMP = re.compile(r"[0-9]{1,12}\Z")

Handler = Callable[[web.Request, bytes, str], Awaitable[web.StreamResponse]]


class SlackGuard:
    """Passes requests that Slack signed recently."""

    def __init__(self, signing_secret: str, clock: Clock) -> None:
        self._secret = signing_secret.encode()
        self._clock = clock

    async def check(self, request: web.Request) -> tuple[bytes, str] | web.Response:
        """Return the body and the id of the delivery, or the response that refuses it."""
        came_via("slack")
        if request.headers.get("Content-Encoding"):
            return refuse("encoding", HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Content-Encoding is not supported.")
        body = await request.read()
        if is_ssl_check(_form(body)):
            return web.Response()
        named = self._signed(request)
        if named is None:
            return refuse(
                "headers", HTTPStatus.UNAUTHORIZED, "The signature headers are missing or malformed."
            )
        timestamp, signature = named
        age = self._clock.now().timestamp() - int(timestamp)
        if not -NEWEST <= age <= OLDEST:
            return refuse("age", HTTPStatus.UNAUTHORIZED, "The request is too old or from the future.")
        wanted = hmac.new(self._secret, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted.encode(), signature[3:].encode()):
            return refuse("signature", HTTPStatus.UNAUTHORIZED, "The signature is wrong.")
        return body, "slack:" + hashlib.sha256(f"{timestamp}:{signature}".encode()).hexdigest()

    def _signed(self, request: web.Request) -> tuple[str, str] | None:
        """Return timestamp and signature, each from exactly one well-formed header.

        Anything else could be read differently by another reader.
        """
        timestamps = request.headers.getall("X-Slack-Request-Timestamp", [])
        signatures = request.headers.getall("X-Slack-Signature", [])
        if len(timestamps) != 1 or len(signatures) != 1:
            return None
        if not _TIMESTAMP.match(timestamps[0]) or not _SIGNATURE.match(signatures[0]):
            return None
        return timestamps[0], signatures[0]


def is_ssl_check(fields: Collection[tuple[str, str]]) -> bool:
    """Return whether a request only tries the certificate: it asks for nothing, so it needs no signature.

    Slack's docs, "Slash commands", on SSL: such requests have `ssl_check` set to 1, and a token, and want a 200.
    """
    names = [name for name, _ in fields]
    return ("ssl_check", "1") in fields and set(names) <= _SSL_CHECK and len(names) == len(set(names))


def _form(body: bytes) -> list[tuple[str, str]]:
    if b"ssl_check" not in body[:_SSL_CHECK_BYTES] or len(body) > _SSL_CHECK_BYTES:
        return []
    return parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True)


def refuse(why: str, status: HTTPStatus, sentence: str, detail: str = "") -> web.Response:
    """Refuse a request; nothing of it is logged but the reason, and that only if somebody did not prove who they are."""
    REFUSED.labels(why).inc()
    if status in UNPROVED:
        FAILURES.note(why, detail)
    return web.json_response(ErrorJson(error=sentence), status=status)
