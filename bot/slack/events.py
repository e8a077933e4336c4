"""Takes the events of Slack's Events API that people cause, each once.

Slack repeats an event that was not acknowledged, over HTTP for up to a day, and in Socket Mode on another socket, which can be
another replica's. Its id is stored, in the same table as all deliveries, before anything is done about it.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.clock import Clock
from bot.origin import came_via
from bot.schema.words import USER
from bot.tasks import Tasks
from handlers.effects import Effect
from storage import taken_events
from storage.database import Database, write_again

log = logging.getLogger("shiproom.slack")


@dataclass(frozen=True, slots=True)
class SlackEvent:
    """Something that a person did: open the app's Home, mention the bot; or a step of a workflow, which names no `user`.

    `fields` are those of the inner event that are read, as bot/slack/shapes.py names them.
    """

    id: str
    kind: str
    user: str
    fields: dict[str, Any]


CarryOut = Callable[[SlackEvent], Awaitable[None]]
ToDo = Callable[[SlackEvent], Sequence[Effect]]

STEP_STARTED = "function_executed"
"""A step of a workflow begins: Slack says which and with which inputs, and not who started the workflow."""


def _nothing(_: SlackEvent) -> Sequence[Effect]:
    return ()


class SlackEvents:
    """Passes each event to what is registered for its kind; whatever else comes is acknowledged."""

    def __init__(self, database: Database, clock: Clock, tasks: Tasks) -> None:
        self._database = database
        self._clock = clock
        self._tasks = tasks
        self._handlers: dict[str, CarryOut] = {}
        self._to_do: dict[str, ToDo] = {}

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of events that something is done about; the manifest subscribes to exactly these."""
        return frozenset(self._handlers)

    def on(self, kind: str, carry_out: CarryOut, to_do: ToDo = _nothing) -> None:
        """Register what is done about a kind of event; it may take its time.

        The effects `to_do` are saved with the event, so that they are performed even if this process ends before.
        """
        self._handlers[kind] = carry_out
        self._to_do[kind] = to_do

    async def take(self, body: dict[str, Any]) -> None:
        """Store that an event came, and begin to do something about it; return once it need not be sent again.

        Raises DatabaseUnavailableError if it was not stored.
        """
        event = read_event(body)
        carry_out = self._handlers.get(event.kind) if event is not None else None
        if event is None or carry_out is None:
            return
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tasks.start(self._take_once(event, carry_out, stored), f"event {event.kind}")
        # Whoever waits may lose patience; what is stored is carried out all the same.
        await asyncio.shield(stored)

    async def _take_once(
        self, event: SlackEvent, carry_out: CarryOut, stored: "asyncio.Future[None]"
    ) -> None:
        came_via("event")
        try:
            to_do, now = self._to_do[event.kind](event), self._clock.now()
            take = partial(taken_events.take_once, delivery=f"event:{event.id}", to_do=to_do, now=now)
            first = await write_again(self._database, take)
        except Exception as error:  # noqa: BLE001 - raised where somebody waits for it
            stored.set_exception(error)
            return
        stored.set_result(None)
        if first:
            await carry_out(event)


def read_event(body: dict[str, Any]) -> SlackEvent | None:
    """Read an event that a person caused just now, or a step of a workflow.

    None for what a bot, a workflow or an integration said, for a message that was edited, deleted or says that somebody joined
    (all of those have a subtype), and for an event without an id, which could not be told from its repetition.
    """
    fields: dict[str, Any] = body.get("event") or {}
    user, event_id = str(fields.get("user") or ""), str(body.get("event_id") or "")
    if event_id and fields.get("type") == STEP_STARTED:
        return SlackEvent(event_id, STEP_STARTED, "", fields)
    by_machine = any(fields.get(mark) for mark in ("bot_id", "bot_profile", "subtype", "edited"))
    if by_machine or not event_id or USER.pattern is None or not USER.pattern.fullmatch(user):
        return None
    return SlackEvent(event_id, str(fields.get("type", "")), user, fields)
