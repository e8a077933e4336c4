"""Lists the open releases to choose from, those first that a message is about, and finds the release of a thread."""

from bot.blocks.block_kit import Option
from bot.blocks.blocker_form import release_option
from bot.engine import Engine
from handlers.likeliest import Choice, likeliest
from handlers.release import Release
from storage import messages, releases
from storage.database import Connection


class OpenReleases:
    """Reads which releases are open."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def of_message(self, channel: str, *stamps: str) -> int:
        """Return the release that one of some messages of a channel was posted for; 0 if none was."""

        def read(connection: Connection) -> int:
            found = (messages.release_of(connection, channel, ts) for ts in stamps if ts)
            return next(filter(None, found), 0)

        return await self._engine.database.read(read)

    async def release(self, number: int) -> Release | None:
        """Return a release, ended or not."""
        return await self._engine.database.read(lambda connection: releases.get(connection, number))

    async def near(self, channel: str, own: int) -> list[Release]:
        """List the open releases: `own` first, then those of the channel's services, the newest first."""
        found = await self._engine.database.read(releases.every_open)
        plans = self._engine.policy.plans
        here = {plan.service for plan in plans.values() if plan.channel == channel}
        return sorted(found, key=lambda each: (each.number != own, each.service not in here, -each.number))

    async def fitting(self, typed: str, channel: str, own: int) -> list[Option]:
        """Return the open releases that fit what was typed, the likeliest first."""
        found = {option.value: option for option in map(release_option, await self.near(channel, own))}
        choices = [Choice(value, option.label) for value, option in found.items()]
        return [found[each.value] for each in likeliest(typed, choices)]
