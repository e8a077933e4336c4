"""Handles slash commands, clicks and modals, and replies within 2 s.

The reply may be "not confirmed yet"; the outcome follows.
"""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks import replies
from bot.blocks.block_kit import Message
from bot.blocks.form_input import START, NothingChosenError, SeveralInput, StartInput
from bot.blocks.forms import read_form
from bot.blocks.message_actions import MENU
from bot.blocks.values import decode
from bot.engine import Engine
from bot.freshness import Freshness
from bot.policy_in_force import NotDecidingError
from bot.slack.actions import Actions, Origin
from bot.slack.following import Following
from bot.slack.payloads import BlockAction, Sender, SlashCommand, ViewSubmission
from bot.slack.queries import Queries
from bot.slack.reply import NOTHING_TO_SAY, SlackReply, ephemeral_body, failure_reply
from bot.slack.several import SeveralActions
from bot.slack.start_forms import OUT_OF_DATE, StartForms
from bot.slack.usage import UsageAnswers
from bot.slack_client.web import SlackWeb
from bot.snapshots import Snapshots
from bot.tasks import Tasks
from handlers.actions import read_command
from handlers.command_parsing import CommandContext
from handlers.events import ReleaseAction
from handlers.outcome import Refusal
from handlers.policy import Policy
from handlers.promotion import StartOrPromote
from handlers.requests import (
    AbsenceRequest,
    BuildRequest,
    EnvironmentRequest,
    Follow,
    Query,
    Request,
    Several,
    SignSeveralForm,
    StartForm,
    UsageError,
    Wider,
    with_filled,
)
from storage.codec import UnreadableError
from storage.database import DatabaseUnavailableError

log = logging.getLogger("shiproom.slack")

PATIENCE = 2.0
"""Seconds after which a person is told that their request is not confirmed yet (G4)."""


class Interactions:
    """Parses what people send into requests, carries them out, and replies."""

    def __init__(
        self, engine: Engine, freshness: Freshness, slack: SlackWeb, snapshots: Snapshots, tasks: Tasks
    ) -> None:
        self._engine = engine
        self._slack = slack
        self._snapshots = snapshots
        self._tasks = tasks
        self._actions = Actions(engine, freshness, slack, snapshots)
        self._queries = Queries(engine, freshness, snapshots)
        self._usage = UsageAnswers(engine, freshness, snapshots)
        self._several = SeveralActions(engine, freshness, snapshots, self._actions)
        self._following = Following(engine, freshness, snapshots)
        self._start_forms = StartForms(engine, freshness, self._actions)
        self._policy = engine.policy
        self._names = _services_and_channels(engine.policy)

    async def on_command(self, command: SlashCommand) -> SlackReply:
        """Carry out what was typed after the slash command."""
        return await self._reply_in_time(command.sender, self._do_typed(command))

    async def _do_typed(self, command: SlashCommand) -> SlackReply:
        """Carry out what was typed; what was not understood is answered with what may have been meant."""
        context = self._command_context(command.sender)
        request = await self._usage.checked(read_command(command.line, context), command.line)
        if isinstance(request, UsageError):
            return await self._usage.answer(request, command.line, context)
        return await self._do(request, Origin(command.sender))

    async def on_click(self, click: BlockAction) -> SlackReply:
        """Carry out a button's command; the reply leaves out what the card will show."""
        try:
            line, precondition = decode(click.value)
        except ValueError:
            return await self.on_unknown_action(click)
        request = read_command(line, self._command_context(click.sender))
        menu = click.value if click.action == MENU else ""
        origin = Origin(click.sender, precondition, quiet=not click.sender.is_direct, menu=menu)
        reply = await self._reply_in_time(click.sender, self._do(request, origin))
        if reply.message is not None and (not reply.done or click.sender.is_direct):
            self._tasks.start(self._post_ephemeral(click.sender, reply.message), "reply to a click")
        return reply

    async def on_unknown_action(self, click: BlockAction) -> SlackReply:
        """Tell the person that the card is outdated: its button is from another version."""
        refusal = Refusal("old_card", {"release": "", "now": "", "state": ""})
        words = replies.refused(refusal, self._snapshots.names(), self._engine.policy.directory)
        await self._post_ephemeral(click.sender, words)
        return failure_reply(words)

    async def on_service_chosen(self, click: BlockAction) -> SlackReply:
        """Update the modal that starts a release for the chosen service."""
        shown = click.view
        if shown.get("callback_id") != START or not shown.get("id"):
            return await self.on_unknown_action(click)
        if click.value in self._engine.policy.plans:
            view = await self._start_forms.view(click.value, click.sender.user)
            body = {"view_id": shown["id"], "hash": shown.get("hash"), "view": view}
            await self._slack.call("views.update", body)
        return NOTHING_TO_SAY

    async def on_submission(self, submission: ViewSubmission) -> SlackReply:
        """Carry out a submitted modal; a refusal is shown in the modal, which stays open."""
        try:
            request, origin = self._read(submission)
        except NothingChosenError as error:
            why = self._start_forms.why_not(error.service, submission.sender.user)
            return await self._reply_in_time(submission.sender, why)
        except ValueError:
            return SlackReply(error=OUT_OF_DATE)
        return await self._reply_in_time(submission.sender, self._do(request, origin))

    def _read(self, submission: ViewSubmission) -> tuple[Request | UsageError, Origin]:
        sender, filled = submission.sender, read_form(submission.view)
        if isinstance(filled, StartInput):
            service, environment = filled.service, filled.environment
            request = StartOrPromote(service, environment, sender.user, filled.version, filled.note)
            return request, Origin(sender, filled=True)
        if isinstance(filled, SeveralInput):
            return self._ticked(filled, sender), Origin(sender, filled=True)
        request = read_command(filled.line, self._command_context(sender))
        return with_filled(request, filled.values), Origin(sender, filled.precondition, filled=True)

    def _ticked(self, filled: SeveralInput, sender: Sender) -> Several:
        """Return the sign-offs that were ticked, each bound to what the form showed."""
        context = self._command_context(sender)
        parts = [
            with_filled(read_command(line, context), {"precondition": shown, "note": filled.note})
            for line, shown in filled.lines
        ]
        signed = tuple(part for part in parts if isinstance(part, ReleaseAction))
        return Several(sender.user, signed)

    def _command_context(self, sender: Sender) -> CommandContext:
        if self._policy is not self._engine.policy:
            self._policy = self._engine.policy
            self._names = _services_and_channels(self._policy)
        services, channels = self._names
        nearby, zone = channels.get(sender.channel, ()), ZoneInfo(self._policy.time_zone)
        here, now = nearby[0] if len(nearby) == 1 else "", self._engine.clock.now()
        teams = tuple(self._policy.directory.teams)
        return CommandContext(sender.user, services, here, now, zone, () if here else nearby, teams)

    async def _do(self, request: Request | UsageError, origin: Origin) -> SlackReply:
        match request:
            case UsageError():
                return failure_reply(replies.usage_error(request))
            case Query():
                return SlackReply(await self._queries.answer(request))
            case StartForm() | SignSeveralForm() | Several() | Follow() | AbsenceRequest():
                return await self._do_wider(request, origin)
            case BuildRequest():
                return await self._actions.on_build(request, origin)
            case EnvironmentRequest():
                return await self._actions.on_environments(request, origin)
            case _:
                return await self._actions.on_release(request, origin)

    async def _do_wider(self, request: Wider, origin: Origin) -> SlackReply:
        match request:
            case StartForm():
                return await self._start_forms.open(request, origin)
            case SignSeveralForm():
                return await self._several.form(request, self._command_context(origin.sender), origin)
            case Several():
                return await self._several.do(request, origin)
            case Follow():
                return await self._following.do(request)
            case AbsenceRequest():
                return await self._actions.on_absence(request, origin)

    async def _reply_in_time(self, sender: Sender, work: Coroutine[Any, Any, SlackReply]) -> SlackReply:
        """Return the reply, or "not confirmed yet" after PATIENCE.

        The work continues then, and its outcome is posted.
        """
        task = self._tasks.start(self._catch_errors(work), "handle an interaction")
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if done:
            return task.result()
        self._tasks.start(self._follow_up(sender, task), "post the outcome")
        return failure_reply(replies.not_confirmed_yet())

    async def _catch_errors(self, work: Coroutine[Any, Any, SlackReply]) -> SlackReply:
        try:
            return await work
        except DatabaseUnavailableError as error:
            log.warning("%s", error)
            return failure_reply(replies.database_away())
        except NotDecidingError as error:
            return failure_reply(replies.not_deciding(str(error)))
        except UnreadableError as error:
            refusal, directory = self._engine.cannot_read(error), self._engine.policy.directory
            return failure_reply(replies.refused(refusal, self._snapshots.names(), directory))
        except Exception:
            reference = self._engine.clock.new_id()[:8]
            log.exception("reference %s", reference)
            return failure_reply(replies.broken(reference))

    async def _follow_up(self, sender: Sender, task: "asyncio.Task[SlackReply]") -> None:
        reply = await task
        if reply.message is not None:
            await self._post_ephemeral(sender, reply.message)

    async def _post_ephemeral(self, sender: Sender, message: Message) -> None:
        """Post to one person only, by response_url or as an ephemeral message."""
        body = {**ephemeral_body(message), "replace_original": False}
        if sender.response_url and await self._slack.respond(sender.response_url, body):
            return
        if sender.channel:
            ephemeral = {
                "channel": sender.channel,
                "user": sender.user,
                "text": message.text,
                "blocks": message.blocks,
            }
            await self._slack.call("chat.postEphemeral", ephemeral)


def _services_and_channels(policy: Policy) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return each service's environments, and the services of each channel."""
    plans = policy.plans
    services = {name: tuple(each.name for each in plan.environments) for name, plan in plans.items()}
    channels: dict[str, tuple[str, ...]] = {}
    for name, plan in plans.items():
        channels[plan.channel] = (*channels.get(plan.channel, ()), name)
    return services, channels
