"""Remembers who wants to hear that their changes are live: a wish of one person, which no decision reads."""

from functools import partial

from bot.blocks import replies
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.reply import SlackReply, failure_reply
from bot.snapshots import Snapshots
from handlers.outcome import Refusal, Reply
from handlers.people import Directory, Eligibility
from handlers.requests import Follow
from storage import followers


class Following:
    """Carries out `/release notify`."""

    def __init__(self, engine: Engine, freshness: Freshness, snapshots: Snapshots) -> None:
        self._engine = engine
        self._freshness = freshness
        self._snapshots = snapshots

    async def do(self, request: Follow) -> SlackReply:
        """Add or remove a full member of the workspace."""
        await self._freshness.refresh_person(request.actor, groups=False)
        names, directory = self._snapshots.names(), self._engine.policy.directory
        status = self._freshness.membership().account_status(request.actor, self._engine.clock.now())
        if status is not Eligibility.YES:
            refusal = self._freshness.explained(Refusal(status.value, {"action": "read"}))
            return failure_reply(replies.refused(refusal, names, directory), refusal.code)
        reply = await self._saved(request, directory)
        return SlackReply(replies.replied(reply, None, names, directory), done=True)

    async def _saved(self, request: Follow, directory: Directory) -> Reply:
        database = self._engine.database
        if not request.follows:
            removed = await database.write(partial(followers.remove, user=request.actor))
            return Reply("followed_no_more" if removed else "not_followed")
        add = partial(followers.add, user=request.actor, now=self._engine.clock.now())
        added = await database.write(add)
        if not _is_known(directory, request.actor):
            return Reply("followed_unnamed")
        return Reply("followed" if added else "followed_already")


def _is_known(directory: Directory, user: str) -> bool:
    """Return whether commits of a person can be told from those of others."""
    return any(user in person.slack and (person.github or person.email) for person in directory.people)
