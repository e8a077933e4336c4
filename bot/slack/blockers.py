"""Makes a message a reason to reject or to hold a release: opens the modal that asks which and why, and carries it out.

It is rejected or held as by the command, with the same rights and refusals. Of the message only its address goes along.
"""

import asyncio
from dataclasses import replace

from bot.blocks.block_kit import notice
from bot.blocks.blocker_form import TITLE, blocker_form
from bot.blocks.blocker_input import BlockerInput, Place
from bot.blocks.linked_reason import address_of, is_message_of, with_address
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.actions import Origin
from bot.slack.open_releases import OpenReleases
from bot.slack.payloads import MessageShortcut, Sender
from bot.slack.reply import SlackReply
from bot.slack.requests import Requests
from bot.slack_client.results import CallSucceeded
from bot.slack_client.web import SlackWeb
from handlers.actions import read_command
from handlers.outcome import Refusal
from handlers.people import Eligibility
from handlers.requests import with_filled

ADDRESS_WITHIN = 1.0
"""Seconds that Slack has to name the address of a message, before it is put together here."""


class BlockerReports:
    """Opens the modal for a message, and rejects or holds the release that was chosen in it."""

    def __init__(
        self,
        engine: Engine,
        freshness: Freshness,
        slack: SlackWeb,
        requests: Requests,
        open_releases: OpenReleases,
    ) -> None:
        self._engine = engine
        self._freshness = freshness
        self._slack = slack
        self._requests = requests
        self._open_releases = open_releases

    async def open(self, shortcut: MessageShortcut) -> SlackReply:
        """Open the modal for a message; only full members may read which releases are open."""
        sender = shortcut.sender
        await self._freshness.refresh_person(sender.user)
        status = self._freshness.membership().account_status(sender.user, self._engine.clock.now())
        if status is not Eligibility.YES:
            return self._requests.actions.refused(Refusal(status.value, {"action": "read"}))
        own = await self._open_releases.of_message(sender.channel, shortcut.ts, sender.thread)
        release = await self._open_releases.release(own) if own else None
        ended = own if release is not None and release.ended else 0
        place = Place(sender.channel, shortcut.ts, sender.thread, 0 if ended else own)
        near = await self._open_releases.near(place.channel, place.own)
        return await self._requests.actions.open_form(blocker_form(near, place, ended), Origin(sender))

    async def submit(self, filled: BlockerInput, sender: Sender) -> SlackReply:
        """Reject or hold the chosen release; a refusal is shown in the modal, which stays open."""
        reason = with_address(filled.reason, await self._address(filled.place))
        request = read_command(filled.line, self._requests.context(sender))
        request = with_filled(request, {"reason": reason})
        reply = await self._requests.do(request, Origin(sender, filled.precondition, filled=True))
        if reply.error or reply.view is not None or reply.message is None:
            return reply
        return replace(reply, view=notice(TITLE, reply.message.blocks))

    async def _address(self, place: Place) -> str:
        """Return the address of a message: Slack's own, or else the one that Slack would name."""
        workspace = self._freshness.workspace
        asked = {"channel": place.channel, "message_ts": place.ts}
        try:
            async with asyncio.timeout(ADDRESS_WITHIN):
                called = await self._slack.call("chat.getPermalink", asked, read=True)
        except TimeoutError:
            called = None
        named = str(called.answer.get("permalink") or "") if isinstance(called, CallSucceeded) else ""
        own = is_message_of(workspace, named)
        return named if own else address_of(workspace, place.channel, place.ts, place.thread)
