"""Carries out clicks in views, the app's Home and modals: no channel is there to answer in, so that a modal shows the answer.

What was done shows itself: Home is drawn at once. A modal is opened by the click's trigger, which lasts three seconds and
opens one; where it is spent or too old, a direct message says the same.
"""

import asyncio
from typing import Any

from bot.blocks.block_kit import Message, View, notice
from bot.blocks.message_actions import MENU
from bot.blocks.values import decode
from bot.slack.actions import Origin
from bot.slack.home_drawing import HomeDrawing
from bot.slack.payloads import BlockAction
from bot.slack.reply import NOTHING_TO_SAY, SlackReply
from bot.slack.requests import Requests
from bot.slack_client.results import CallSucceeded
from bot.slack_client.web import SlackWeb
from bot.tasks import Tasks
from handlers.actions import read_command
from handlers.outcome import Refusal

TITLE = "Shiproom"


class HomeClicks:
    """Carries out what a button in a view stands for, under the same conditions as a card's."""

    def __init__(self, slack: SlackWeb, requests: Requests, drawing: HomeDrawing, tasks: Tasks) -> None:
        self._slack = slack
        self._requests = requests
        self._drawing = drawing
        self._tasks = tasks

    async def on_click(self, click: BlockAction) -> SlackReply:
        """Carry out a button's command; the reply leaves out what Home will show."""
        try:
            line, precondition = decode(click.value)
        except ValueError:
            return await self.on_unknown_action(click)
        answer = _Answer(self._slack, click)
        request = read_command(line, self._requests.context(click.sender))
        menu = click.value if click.action == MENU else ""
        # Not quiet: an outcome that comes late takes the place of "not confirmed yet" in its modal.
        origin = Origin(click.sender, precondition, menu=menu)
        reply = await self._requests.in_time(self._requests.do(request, origin), answer.show)
        self._drawing.draw_first(click.sender.user)
        if reply.message is not None and not (reply.done and answer.in_home):
            self._tasks.start(answer.show(reply.message), "answer to a click")
        return NOTHING_TO_SAY

    async def on_unknown_action(self, click: BlockAction) -> SlackReply:
        """Tell the person that what they see is outdated, and draw it again: its button is from another version."""
        refusal = Refusal("old_card", {"release": "", "now": "", "state": ""})
        reply = self._requests.actions.refused(refusal)
        self._drawing.draw_first(click.sender.user)
        if reply.message is not None:
            self._tasks.start(_Answer(self._slack, click).show(reply.message), "answer to a click")
        return NOTHING_TO_SAY


class _Answer:
    """Shows the answers to one click: in the modal that was clicked in, or in one that is opened."""

    def __init__(self, slack: SlackWeb, click: BlockAction) -> None:
        self._slack = slack
        self._sender = click.sender
        self.in_home = click.view.get("type") == "home"
        self._view = "" if self.in_home else str(click.view.get("id", ""))
        self._lock = asyncio.Lock()

    async def show(self, message: Message) -> None:
        """Show an answer in place of the one before."""
        async with self._lock:
            if await self._shown(notice(TITLE, message.blocks)):
                return
            body: dict[str, Any] = {
                "channel": self._sender.user,
                "text": message.text,
                "blocks": message.blocks,
            }
            await self._slack.call("chat.postMessage", body)

    async def _shown(self, view: View) -> bool:
        if self._view:
            called = await self._slack.call("views.update", {"view_id": self._view, "view": view})
            return isinstance(called, CallSucceeded)
        called = await self._slack.call("views.open", {"trigger_id": self._sender.trigger, "view": view})
        if not isinstance(called, CallSucceeded):
            return False
        self._view = str(called.answer["view"]["id"])
        return True
