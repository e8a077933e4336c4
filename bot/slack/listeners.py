"""What is called for each request that bolt has read: one listener for everything that bot/blocks renders.

Whatever else Slack sends has a fallback: buttons and modals may come from another version of Shiproom, and a slash command may
have been renamed in the app's manifest. Events that nothing is done about and closed modals are acknowledged, or Slack would
resend them.
"""

import contextvars
import logging
import re
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltUnhandledRequestError
from slack_bolt.response import BoltResponse

from bot.blocks.block_kit import option_object
from bot.blocks.blocker_input import CHOOSE_RELEASE, REPORT_BLOCKER
from bot.blocks.form_input import CHOOSE_SERVICE, FORMS
from bot.blocks.message_actions import MENU
from bot.origin import came_via
from bot.slack.events import SlackEvents
from bot.slack.home_clicks import HomeClicks
from bot.slack.interactions import Interactions
from bot.slack.payloads import (
    BlockAction,
    MessageShortcut,
    SlashCommand,
    ViewSubmission,
    read_block_action,
    read_message_shortcut,
    read_slash_command,
    read_suggestion,
    read_view_submission,
)
from bot.slack.reply import SlackReply
from bot.slack.suggestions import Suggestions
from bot.tracing import tracer
from handlers.actions import COMMANDS
from storage.database import DatabaseUnavailableError

log = logging.getLogger("shiproom.slack")

COMMAND = "/release"
BUTTONS = re.compile(rf"\A(?:{'|'.join(COMMANDS)}|{MENU})(?::|\Z)")
"""A button's action id is its command, with a suffix if it has several buttons, as in `approve:testers`; or it is a menu."""

BoltListener = Callable[..., Awaitable[None]]
_WAYS = {SlashCommand: "command", BlockAction: "button", ViewSubmission: "form", MessageShortcut: "shortcut"}
_delivery: contextvars.ContextVar[str] = contextvars.ContextVar("delivery", default="")


def came_as(delivery: str) -> None:
    """Note the id of the delivery that is handled now."""
    _delivery.set(delivery)


class Listeners:
    """Connects bolt to what carries requests out: each parses a payload, calls a handler, and responds."""

    def __init__(
        self, interactions: Interactions, clicks: HomeClicks, events: SlackEvents, suggestions: Suggestions
    ) -> None:
        self._clicks = clicks
        self._interactions = interactions
        self._events = events
        self._suggestions = suggestions
        self._fallbacks: dict[str, BoltListener] = {
            "slash_command": _listener(read_slash_command, interactions.on_command),
            "block_actions": _listener(read_block_action, self._on_unknown_action),
            "view_submission": _listener(read_view_submission, interactions.on_submission),
            "view_closed": _acknowledge,
            "event_callback": self._take_event,
            "message_action": _listener(read_message_shortcut, interactions.on_shortcut),
            "block_suggestion": self._suggest,
        }

    def register(self, app: AsyncApp) -> None:
        """Register everything with bolt."""
        bolt: Any = app  # bolt leaves its decorators untyped
        bolt.command(COMMAND)(_listener(read_slash_command, self._interactions.on_command))
        bolt.action(BUTTONS)(_listener(read_block_action, self._on_click))
        bolt.action(CHOOSE_SERVICE)(_listener(read_block_action, self._interactions.on_service_chosen))
        for callback_id in FORMS:
            bolt.view(callback_id)(_listener(read_view_submission, self._interactions.on_submission))
            bolt.view_closed(callback_id)(_acknowledge)
        bolt.message_shortcut(REPORT_BLOCKER)(
            _listener(read_message_shortcut, self._interactions.on_shortcut)
        )
        for action_id in (CHOOSE_SERVICE, CHOOSE_RELEASE):
            bolt.options(action_id)(self._suggest)
        bolt.error(self._on_error)

    async def _on_click(self, click: BlockAction) -> SlackReply:
        return await (self._clicks if click.view else self._interactions).on_click(click)

    async def _on_unknown_action(self, click: BlockAction) -> SlackReply:
        return await (self._clicks if click.view else self._interactions).on_unknown_action(click)

    async def _on_error(self, error: Exception, body: dict[str, Any], ack: Any) -> BoltResponse | None:  # noqa: ANN401 - bolt's own
        """Respond to a request that has no listener.

        Any other error is logged, and bolt responds with 500.
        """
        if not isinstance(error, BoltUnhandledRequestError):
            log.error("a listener failed", exc_info=error)
            return None
        kind = "slash_command" if "command" in body else str(body.get("type"))
        listen = self._fallbacks.get(kind)
        if listen is not None:
            await listen(ack=ack, body=body)
        return ack.response

    async def _suggest(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - bolt's own
        """Respond with what can be chosen in a list."""
        found = await self._suggestions.options(read_suggestion(body, _delivery.get()))
        await ack({"options": [option_object(each) for each in found]})

    async def _take_event(self, ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - bolt's own
        """Acknowledge an event once it is stored; otherwise Slack sends it again."""
        try:
            await self._events.take(body)
        except DatabaseUnavailableError as error:
            log.warning("an event was not taken: %s", error)
            ack.response = BoltResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, body="")
            return
        await ack()


def _listener(
    read: Callable[[dict[str, Any], str], Any], serve: Callable[[Any], Awaitable[SlackReply]]
) -> BoltListener:
    async def listen(ack: Any, body: dict[str, Any]) -> None:  # noqa: ANN401 - bolt's own
        incoming: SlashCommand | BlockAction | ViewSubmission | MessageShortcut = read(body, _delivery.get())
        tracer().current().set("shiproom.slack.request", type(incoming).__name__)
        came_via(_WAYS[type(incoming)])
        reply = await serve(incoming)
        await ack(reply.ack_body(incoming) or "")

    return listen


async def _acknowledge(ack: Any, **_: Any) -> None:  # noqa: ANN401 - bolt's own
    """Acknowledge a request that needs no handling; otherwise Slack would resend it."""
    await ack()
