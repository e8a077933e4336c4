"""Carries out requests, however they came: typed, by a click, from a form, from Home or in a message.

What it takes is who asks and what they ask; what it returns is the reply. How that reaches the person is up to the way that
the request came.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any
from zoneinfo import ZoneInfo

from bot.blocks import replies
from bot.blocks.block_kit import Message
from bot.engine import Engine
from bot.freshness import Freshness
from bot.policy_in_force import NotDecidingError
from bot.slack.actions import Actions, Origin
from bot.slack.following import Following
from bot.slack.payloads import Sender
from bot.slack.queries import Queries
from bot.slack.reply import SlackReply, failure_reply
from bot.slack.several import SeveralActions
from bot.slack.start_forms import StartForms
from bot.slack.usage import UsageAnswers
from bot.slack_client.web import SlackWeb
from bot.snapshots import Snapshots
from bot.tasks import Tasks
from handlers.actions import read_command
from handlers.command_parsing import CommandContext
from handlers.policy import Policy
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
)
from storage.codec import UnreadableError
from storage.database import DatabaseUnavailableError

log = logging.getLogger("shiproom.slack")

PATIENCE = 2.0
"""Seconds after which a person is told that their request is not confirmed yet (G4)."""

AnswerLater = Callable[[Message], Awaitable[None]]
"""Posts the outcome of a request that was not confirmed in time."""


class Requests:
    """Parses lines into requests, carries them out, and returns the replies in time."""

    def __init__(
        self, engine: Engine, freshness: Freshness, slack: SlackWeb, snapshots: Snapshots, tasks: Tasks
    ) -> None:
        self._engine = engine
        self._snapshots = snapshots
        self._tasks = tasks
        self.actions = Actions(engine, freshness, slack, snapshots)
        self.start_forms = StartForms(engine, freshness, self.actions)
        self._queries = Queries(engine, freshness, snapshots)
        self._usage = UsageAnswers(engine, freshness, snapshots)
        self._several = SeveralActions(engine, freshness, snapshots, self.actions)
        self._following = Following(engine, freshness, snapshots)
        self._policy = engine.policy
        self._names = _services_and_channels(engine.policy)

    def context(self, sender: Sender) -> CommandContext:
        """Return who types a command, where and when."""
        if self._policy is not self._engine.policy:
            self._policy = self._engine.policy
            self._names = _services_and_channels(self._policy)
        services, channels = self._names
        nearby, zone = channels.get(sender.channel, ()), ZoneInfo(self._policy.time_zone)
        here, now = nearby[0] if len(nearby) == 1 else "", self._engine.clock.now()
        teams = tuple(self._policy.directory.teams)
        return CommandContext(sender.user, services, here, now, zone, () if here else nearby, teams)

    async def do_typed(self, line: str, origin: Origin) -> SlackReply:
        """Carry out what was typed; what was not understood is answered with what may have been meant."""
        context = self.context(origin.sender)
        request = await self._usage.checked(read_command(line, context), line)
        if isinstance(request, UsageError):
            return await self._usage.answer(request, line, context)
        return await self.do(request, origin)

    async def do(self, request: Request | UsageError, origin: Origin) -> SlackReply:
        """Carry out a request."""
        match request:
            case UsageError():
                return failure_reply(replies.usage_error(request))
            case Query():
                return SlackReply(await self._queries.answer(request))
            case StartForm() | SignSeveralForm() | Several() | Follow() | AbsenceRequest():
                return await self._do_wider(request, origin)
            case BuildRequest():
                return await self.actions.on_build(request, origin)
            case EnvironmentRequest():
                return await self.actions.on_environments(request, origin)
            case _:
                return await self.actions.on_release(request, origin)

    async def _do_wider(self, request: Wider, origin: Origin) -> SlackReply:
        match request:
            case StartForm():
                return await self.start_forms.open(request, origin)
            case SignSeveralForm():
                return await self._several.form(request, self.context(origin.sender), origin)
            case Several():
                return await self._several.do(request, origin)
            case Follow():
                return await self._following.do(request)
            case AbsenceRequest():
                return await self.actions.on_absence(request, origin)

    async def in_time(self, work: Coroutine[Any, Any, SlackReply], later: AnswerLater) -> SlackReply:
        """Return the reply, or "not confirmed yet" after PATIENCE.

        The work continues then, and `later` posts its outcome.
        """
        task = self._tasks.start(self.without_errors(work), "handle an interaction")
        done, _ = await asyncio.wait({task}, timeout=PATIENCE)
        if done:
            return task.result()
        self._tasks.start(_follow_up(task, later), "post the outcome")
        return failure_reply(replies.not_confirmed_yet())

    async def without_errors(self, work: Coroutine[Any, Any, SlackReply]) -> SlackReply:
        """Return the reply; an error becomes one that says what is wrong."""
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


async def _follow_up(task: "asyncio.Task[SlackReply]", later: AnswerLater) -> None:
    reply = await task
    if reply.message is not None:
        await later(reply.message)


def _services_and_channels(policy: Policy) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Return each service's environments, and the services of each channel."""
    plans = policy.plans
    services = {name: tuple(each.name for each in plan.environments) for name, plan in plans.items()}
    channels: dict[str, tuple[str, ...]] = {}
    for name, plan in plans.items():
        channels[plan.channel] = (*channels.get(plan.channel, ()), name)
    return services, channels
