"""Calls people: checked right before it leaves, and edited once nobody is wanted any more."""

from functools import partial

from bot.blocks.block_kit import Message
from bot.blocks.thread import call_message, concluded
from bot.effects.drawing import PostLocation
from bot.effects.messages import SlackMessages
from bot.effects.worker import Done, EffectResult, RetryIn
from bot.engine import Engine
from bot.slack_client.rate_limiter import Rank
from bot.snapshots import Snapshots
from handlers.calls import Ask, ask_of, wanted_teams
from handlers.effects import Call, CloseCalls
from handlers.release import Kind
from handlers.reports import CallAccepted
from storage import effects, messages
from storage.codec import loads
from storage.effects import Task
from storage.messages import Posted

CARD_SOON = 1.0
"""Seconds until a call looks for its card again: the card goes before all others meanwhile."""


class Calls:
    """Performs calls and their last edits."""

    def __init__(self, engine: Engine, slack_messages: SlackMessages, snapshots: Snapshots) -> None:
        self._engine = engine
        self._slack_messages = slack_messages
        self._snapshots = snapshots

    async def call(self, task: Task) -> EffectResult:
        """Call the people who are wanted now; nobody if that is over.

        It needs its card, which goes first as long as a call waits for it.
        """
        effect = loads(Call, task.body)
        ask, key = ask_of(effect), _key(effect, task)
        anchor = await self._slack_messages.find(f"card:{effect.release}")
        if ask is not None and not await self._wanted(ask, effect.release):
            if anchor is not None:
                self._slack_messages.not_wanted(anchor.channel, key)
            return Done()
        if anchor is None:
            now = self._engine.clock.now()
            sooner = partial(effects.run_now, where=f"card:{effect.release}", now=now)
            await self._engine.database.write(sooner)
            return RetryIn(CARD_SOON, "the card is not there yet", counts_as_failure=False)
        location = PostLocation(anchor.channel, anchor, broadcast=True, rank=Rank.CALL)
        called = await self._slack_messages.post(
            location, partial(self._draw, effect), task, key if ask is not None else ""
        )
        if isinstance(called, Done):
            await self._accepted(effect)
        if ask is None or await self._wanted(ask, effect.release):
            return called
        if isinstance(called, RetryIn):
            return called
        # It was over by the time that it was there, so nothing else edits it.
        await self.review(effect.release)
        return Done()

    async def _accepted(self, effect: Call) -> None:
        """Report that Slack took the call for the sign-offs of an emergency: from then on their time counts."""
        if effect.code != "sign_offs_wanted":
            return
        snapshot = await self._snapshots.snapshot(effect.release)
        if snapshot is not None and snapshot.release.kind is Kind.EMERGENCY:
            at = self._engine.clock.now()
            await self._engine.handle(CallAccepted(effect.release, effect.values["environment"], at))

    async def _draw(self, effect: Call) -> Message | None:
        ask, view = ask_of(effect), await self._snapshots.card(effect.release)
        if view is None:
            return None
        teams = effect.teams if ask is None else await self._wanted(ask, effect.release)
        if not teams:
            return None
        return call_message(effect, teams, view)

    async def _wanted(self, ask: Ask, number: int) -> tuple[str, ...]:
        """Return the teams that a call wants still, by what is saved now."""
        snapshot = await self._snapshots.snapshot(number)
        if snapshot is None:
            return ()
        return wanted_teams(ask, snapshot.release, snapshot.facts, self._engine.clock.now())

    async def review(self, number: int) -> None:
        """Have the calls of a release closed that are over now; asked whenever it has changed."""
        for posted in await self._posted(number):
            if not await self._wanted(_ask(posted), number):
                now = self._engine.clock.now()
                await self._engine.database.write(partial(effects.add, effects=[CloseCalls(number)], now=now))
                return

    async def _posted(self, number: int) -> list[Posted]:
        return await self._engine.database.read(partial(messages.starting, start=_start(number)))

    async def close(self, task: Task) -> EffectResult:
        """Edit each call of a release that is over."""
        number = loads(CloseCalls, task.body).release
        for posted in await self._posted(number):
            ask = _ask(posted)
            if await self._wanted(ask, number):
                continue
            view = await self._snapshots.card(number)
            if view is None:
                return Done()
            last = concluded(ask, view.release, view.names, view.directory)
            edited = await self._slack_messages.edit_last(posted, last, task)
            if not isinstance(edited, Done):
                return edited
        return Done()


def _start(number: int) -> str:
    return f"call:r{number}:"


def _key(effect: Call, task: Task) -> str:
    """Return the key of a call's message, from which its ask is read again."""
    where = effect.values.get("environment", "")
    teams = ",".join(effect.teams)
    return f"{_start(effect.release)}{where}:{effect.attempt}:{effect.code}:{teams}:{task.id}"


def _ask(posted: Posted) -> Ask:
    _, _, environment, attempt, code, teams, _ = posted.key.split(":")
    return Ask(code, environment, int(attempt), tuple(teams.split(",")))
