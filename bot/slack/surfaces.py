"""Builds everything that people reach the bot through in Slack."""

from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.events import SlackEvents
from bot.slack.interactions import Interactions
from bot.slack.listeners import Listeners
from bot.slack_client.web import SlackWeb
from bot.snapshots import Snapshots
from bot.tasks import Tasks


class Surfaces:
    """The surfaces of one bot, each connected to what carries out what people send there."""

    def __init__(
        self, engine: Engine, freshness: Freshness, slack: SlackWeb, snapshots: Snapshots, tasks: Tasks
    ) -> None:
        self.events = SlackEvents(engine.database, engine.clock, tasks)
        interactions = Interactions(engine, freshness, slack, snapshots, tasks)
        self.listeners = Listeners(interactions, self.events)
