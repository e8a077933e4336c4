"""Tells authors that a change of theirs went live, if they asked for that."""

from functools import partial

from bot.effects.worker import Done, EffectResult
from bot.engine import Engine
from bot.snapshots import Snapshots
from handlers.effects import TellAuthors
from handlers.following import tell_authors
from storage import effects, followers
from storage.codec import loads
from storage.effects import Task


class FollowedChanges:
    """Performs `tell_authors`: finds who wrote what went live, and who of them wants to know."""

    def __init__(self, engine: Engine, snapshots: Snapshots) -> None:
        self._engine = engine
        self._snapshots = snapshots

    async def tell(self, task: Task) -> EffectResult:
        """Send each follower a message about their changes that a release brought."""
        database, policy = self._engine.database, self._engine.policy
        following = await database.read(followers.everybody)
        number = loads(TellAuthors, task.body).release
        snapshot = await self._snapshots.snapshot(number) if following else None
        if snapshot is not None:
            told = tell_authors(snapshot.release, snapshot.changes, following, policy.directory)
            await database.write(partial(effects.add, effects=told, now=self._engine.clock.now()))
        return Done()
