"""Builds everything that people reach the bot through in Slack."""

from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.events import SlackEvents
from bot.slack.interactions import Interactions
from bot.slack.listeners import Listeners
from bot.slack.mentions import MENTIONED, Mentions
from bot.slack.open_releases import OpenReleases
from bot.slack.private_answers import PrivateAnswers
from bot.slack.suggestions import Suggestions
from bot.slack_client.web import Identity, SlackWeb
from bot.snapshots import Snapshots
from bot.tasks import Tasks


class Surfaces:
    """The surfaces of one bot, each connected to what carries out what people send there."""

    def __init__(
        self, engine: Engine, freshness: Freshness, slack: SlackWeb, snapshots: Snapshots, tasks: Tasks
    ) -> None:
        self._freshness = freshness
        self.events = SlackEvents(engine.database, engine.clock, tasks)
        interactions = Interactions(engine, freshness, slack, snapshots, tasks)
        open_releases = OpenReleases(engine)
        suggestions = Suggestions(engine, freshness, open_releases)
        self._mentions = Mentions(
            engine, freshness, interactions.requests, PrivateAnswers(slack), open_releases
        )
        self.events.on(MENTIONED, self._mentions.carry_out)
        self.listeners = Listeners(interactions, self.events, suggestions)

    def set_identity(self, identity: Identity) -> None:
        """Set who the bot is, and of which workspace the members count."""
        self._freshness.membership_cache.set_identity(identity)
        self._mentions.bot = identity.user
