"""The ways from Slack to the bot, and signed HTTP as one of them.

docs.slack.dev/interactivity/handling-user-interaction: 200 within 3 s.
docs.slack.dev/authentication/verifying-requests-from-slack: the signature.
"""

import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol, TypeAlias
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.local_slack.model import Json

DEADLINE = 3.0
FORM = "application/x-www-form-urlencoded"
TIMED_OUT, FAILED = "operation_timeout", "dispatch_failed"
Envelope: TypeAlias = Literal["slash_commands", "interactive"]


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """The bot's answer to an interaction: its `body`, or Slack's `error` code."""

    error: str = ""
    body: Json | str = ""


class Transport(Protocol):
    """A way to the bot."""

    async def send(self, kind: Envelope, payload: Json) -> Acknowledgement:
        """Send one interaction and wait for the bot's answer until the deadline."""
        ...


@dataclass(slots=True)
class HttpTransport:
    """Sends signed posts to the bot's request URL; `deadline` is in seconds."""

    session: ClientSession
    url: str
    signing_secret: str
    clock: Callable[[], datetime]
    deadline: float = DEADLINE

    async def send(self, kind: Envelope, payload: Json) -> Acknowledgement:
        """Post it in the form that Slack posts."""
        form = payload if kind == "slash_commands" else {"payload": json.dumps(payload)}
        body = urlencode(form)
        try:
            async with self.session.post(
                self.url,
                data=body,
                headers=self.headers(body, FORM),
                timeout=ClientTimeout(total=self.deadline),
                allow_redirects=False,
            ) as response:
                return _read(response.status, response.content_type, await response.text())
        except TimeoutError:
            return Acknowledgement(TIMED_OUT)
        except ClientError:
            return Acknowledgement(FAILED)

    def headers(self, body: str, content_type: str) -> dict[str, str]:
        """Return the headers of a signed request with this body."""
        stamp = str(int(self.clock().timestamp()))
        digest = hmac.new(
            self.signing_secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256
        ).hexdigest()
        return {
            "Content-Type": content_type,
            "User-Agent": "Slackbot 1.0 (+https://api.slack.com/robots)",
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
        }


def _read(status: int, content_type: str, text: str) -> Acknowledgement:
    if status != 200:  # noqa: PLR2004 - Slack takes nothing else
        return Acknowledgement(FAILED)
    if content_type != "application/json" or not text.strip():
        return Acknowledgement(body=text.strip())
    try:
        return Acknowledgement(body=json.loads(text))
    except ValueError:
        return Acknowledgement(FAILED)
