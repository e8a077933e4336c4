"""Handles slash commands, clicks and modals, and replies within 2 s.

The reply may be "not confirmed yet"; the outcome follows.
"""

from collections.abc import Coroutine
from dataclasses import replace
from functools import partial
from typing import Any

from bot.blocks import replies
from bot.blocks.block_kit import Message
from bot.blocks.blocker_input import REPORT_BLOCKER, BlockerInput
from bot.blocks.form_input import START, CommandInput, NothingChosenError, SeveralInput, StartInput
from bot.blocks.forms import read_form
from bot.blocks.message_actions import MENU
from bot.blocks.values import decode
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.actions import Origin
from bot.slack.blockers import BlockerReports
from bot.slack.open_releases import OpenReleases
from bot.slack.payloads import BlockAction, MessageShortcut, Sender, SlashCommand, ViewSubmission
from bot.slack.private_answers import PrivateAnswers
from bot.slack.reply import NOTHING_TO_SAY, SlackReply, ephemeral_body, failure_reply
from bot.slack.requests import Requests
from bot.slack.start_forms import OUT_OF_DATE
from bot.slack_client.newer_blocks import has_newer
from bot.slack_client.web import SlackWeb
from bot.snapshots import Snapshots
from bot.tasks import Tasks
from handlers.actions import read_command
from handlers.events import ReleaseAction
from handlers.outcome import Refusal
from handlers.promotion import StartOrPromote
from handlers.requests import Request, Several, UsageError, with_filled


class Interactions:
    """Parses what people send into requests, has them carried out, and replies."""

    def __init__(
        self, engine: Engine, freshness: Freshness, slack: SlackWeb, snapshots: Snapshots, tasks: Tasks
    ) -> None:
        self._engine = engine
        self.requests = Requests(engine, freshness, slack, snapshots, tasks)
        self._slack = slack
        self._snapshots = snapshots
        self._tasks = tasks
        self._answers = PrivateAnswers(slack)
        self._blockers = BlockerReports(engine, freshness, slack, self.requests, OpenReleases(engine))

    async def on_command(self, command: SlashCommand) -> SlackReply:
        """Carry out what was typed after the slash command.

        Slack does not say whether it takes the blocks of a response, so newer ones go out in a message of their own.
        """
        work = self.requests.do_typed(command.line, Origin(command.sender))
        reply = await self._reply_in_time(command.sender, work)
        if reply.message is None or not has_newer(ephemeral_body(reply.message)):
            return reply
        self._tasks.start(self._answers.post(command.sender, reply.message), "reply to a command")
        return replace(reply, message=None)

    async def on_click(self, click: BlockAction) -> SlackReply:
        """Carry out a button's command; the reply leaves out what the card will show."""
        try:
            line, precondition = decode(click.value)
        except ValueError:
            return await self.on_unknown_action(click)
        request = read_command(line, self.requests.context(click.sender))
        menu = click.value if click.action == MENU else ""
        origin = Origin(click.sender, precondition, quiet=not click.sender.is_direct, menu=menu)
        reply = await self._reply_in_time(click.sender, self.requests.do(request, origin))
        if reply.message is not None and (not reply.done or click.sender.is_direct):
            self._tasks.start(self._answers.post(click.sender, reply.message), "reply to a click")
        return reply

    async def on_unknown_action(self, click: BlockAction) -> SlackReply:
        """Tell the person that the card is outdated: its button is from another version."""
        return failure_reply(await self._say_outdated(click.sender))

    async def _say_outdated(self, sender: Sender) -> Message:
        refusal = Refusal("old_card", {"release": "", "now": "", "state": ""})
        words = replies.refused(refusal, self._snapshots.names(), self._engine.policy.directory)
        await self._answers.post(sender, words)
        return words

    async def on_service_chosen(self, click: BlockAction) -> SlackReply:
        """Update the modal that starts a release for the chosen service."""
        shown = click.view
        if shown.get("callback_id") != START or not shown.get("id"):
            return await self.on_unknown_action(click)
        if click.value in self._engine.policy.plans:
            view = await self.requests.start_forms.view(click.value, click.sender.user)
            body = {"view_id": shown["id"], "hash": shown.get("hash"), "view": view}
            await self._slack.call("views.update", body)
        return NOTHING_TO_SAY

    async def on_shortcut(self, shortcut: MessageShortcut) -> SlackReply:
        """Open the modal of a message shortcut; why it cannot be opened is said where the message is."""
        if shortcut.callback != REPORT_BLOCKER:
            return failure_reply(await self._say_outdated(shortcut.sender))
        reply = await self._reply_in_time(shortcut.sender, self._blockers.open(shortcut))
        if reply.message is not None:
            self._tasks.start(self._answers.post(shortcut.sender, reply.message), "reply to a shortcut")
        return reply

    async def on_submission(self, submission: ViewSubmission) -> SlackReply:
        """Carry out a submitted modal; a refusal is shown in the modal, which stays open."""
        try:
            filled = read_form(submission.view)
            if isinstance(filled, BlockerInput):
                reported = self._blockers.submit(filled, submission.sender)
                return await self._reply_in_time(submission.sender, reported)
            request, origin = self._read(filled, submission.sender)
        except NothingChosenError as error:
            why = self.requests.start_forms.why_not(error.service, submission.sender.user)
            return await self._reply_in_time(submission.sender, why)
        except ValueError:
            return SlackReply(error=OUT_OF_DATE)
        return await self._reply_in_time(submission.sender, self.requests.do(request, origin))

    def _read(
        self, filled: StartInput | SeveralInput | CommandInput, sender: Sender
    ) -> tuple[Request | UsageError, Origin]:
        if isinstance(filled, StartInput):
            service, environment = filled.service, filled.environment
            request = StartOrPromote(service, environment, sender.user, filled.version, filled.note)
            return request, Origin(sender, filled=True)
        if isinstance(filled, SeveralInput):
            return self._ticked(filled, sender), Origin(sender, filled=True)
        request = read_command(filled.line, self.requests.context(sender))
        return with_filled(request, filled.values), Origin(sender, filled.precondition, filled=True)

    def _ticked(self, filled: SeveralInput, sender: Sender) -> Several:
        """Return the sign-offs that were ticked, each bound to what the form showed."""
        context = self.requests.context(sender)
        parts = [
            with_filled(read_command(line, context), {"precondition": shown, "note": filled.note})
            for line, shown in filled.lines
        ]
        signed = tuple(part for part in parts if isinstance(part, ReleaseAction))
        return Several(sender.user, signed)

    async def _reply_in_time(self, sender: Sender, work: Coroutine[Any, Any, SlackReply]) -> SlackReply:
        return await self.requests.in_time(work, partial(self._answers.post, sender))
