"""Has messages drawn that are not where the policy wants them: at a start, and when another policy comes into force."""

from functools import partial

from bot.engine import Engine
from handlers.effects import Announce, Effect, ShowCard
from storage import builds, effects, messages
from storage.database import Connection


async def redraw_misplaced(engine: Engine) -> None:
    """Save the effects that draw the cards of open releases and the newest announcements where they belong.

    A card may have been given up by an earlier version of Shiproom; the channel of a service may be another one now.
    """
    channels = {name: plan.channel for name, plan in engine.policy.plans.items()}
    cards = await engine.database.read(partial(messages.cards_elsewhere, channels=channels))
    wanted: list[Effect] = [ShowCard(number) for number in cards]
    for service, channel in channels.items():
        find = partial(_announcement_elsewhere, service=service, channel=channel)
        wanted += await engine.database.read(find)
    if wanted:
        now = engine.clock.now()
        await engine.database.write(lambda connection: effects.add(connection, wanted, now))
        for wake in engine.decision_listeners:
            wake()


def _announcement_elsewhere(connection: Connection, service: str, channel: str) -> list[Announce]:
    """Return the announcement of a service's newest build, if it was posted in another channel."""
    for build in builds.newest(connection, service, 1):
        posted = messages.find(connection, announcement_key(service, build.version))
        if posted is not None and posted.channel != channel:
            return [Announce(service, build.version)]
    return []


def announcement_key(service: str, version: str) -> str:
    """Return the key of the message that announces a build."""
    return f"ready:{service}:{version}"
