"""Posts lines in the threads of releases: several that wait in one thread become one message."""

from dataclasses import replace
from functools import partial
from itertools import takewhile

from bot.blocks.block_kit import Message
from bot.blocks.thread import joined, thread_post, with_changes
from bot.effects.drawing import PostLocation
from bot.effects.messages import SlackMessages
from bot.effects.worker import Done, EffectResult, RetryIn
from bot.engine import Engine
from bot.slack_client.rate_limiter import Rank
from bot.snapshots import Snapshots
from handlers.effects import PostToThread
from storage import following
from storage.codec import loads
from storage.effects import Task

CARD_PATIENCE = 10.0
"""Seconds until a post looks for its card again; posting the card makes it due."""


class ThreadPosts:
    """Performs posts to threads."""

    def __init__(self, engine: Engine, slack_messages: SlackMessages, snapshots: Snapshots) -> None:
        self._engine = engine
        self._slack_messages = slack_messages
        self._snapshots = snapshots

    async def post(self, task: Task) -> EffectResult:
        """Post one line, and as many as wait behind it and fit, in a release's thread.

        Retried until the release's card is posted. The lines behind it are marked as done once they were posted, before the
        first one is: a crash in between posts that one again, and loses none.
        """
        first = loads(PostToThread, task.body)
        anchor = await self._slack_messages.find(f"card:{first.release}")
        if anchor is None:
            return RetryIn(CARD_PATIENCE, "the card is not there yet", counts_as_failure=False)
        rank = _rank([first, *(post for _, post in await self._behind(task))])
        location = PostLocation(anchor.channel, anchor, first.broadcast, rank)
        said = [task.id]

        async def render() -> Message | None:
            view = await self._snapshots.card(first.release)
            if view is None:
                return None
            alike = takewhile(lambda each: each[1].broadcast == first.broadcast, await self._behind(task))
            ids, posts = zip((task.id, first), *alike, strict=True)
            told = (with_changes(each, view.changes) for each in posts)
            lines = [thread_post(each, view.release, view.names, view.directory) for each in told]
            text, count = joined(lines)
            said[:] = ids[:count]
            return replace(text, also=tuple(f"effect:{each}" for each in said[1:]))

        posted = await self._slack_messages.post(location, render, task)
        if isinstance(posted, Done) and said[-1] != task.id:
            now = self._engine.clock.now()
            behind = partial(following.done_up_to, task=task, last=said[-1], now=now)
            await self._engine.database.write(behind)
        return posted

    async def _behind(self, task: Task) -> list[tuple[int, PostToThread]]:
        """Return the posts that wait behind one, with their ids."""
        behind = await self._engine.database.read(partial(following.thread_posts_after, task=task))
        return [(each.id, loads(PostToThread, each.body)) for each in behind]


def _rank(posts: list[PostToThread]) -> Rank:
    """Return what goes before a thread's posts: lines give way, unless news or what somebody is told waits behind them."""
    return Rank.NEWS if any(each.broadcast or each.users for each in posts) else Rank.LINE
