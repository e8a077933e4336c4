"""Builds everything that people reach the bot through in Slack."""

from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack.events import STEP_STARTED, SlackEvents
from bot.slack.home import HomeReader
from bot.slack.home_clicks import HomeClicks
from bot.slack.home_drawing import HomeDrawing
from bot.slack.home_openings import HOME_OPENED, HomeOpenings
from bot.slack.interactions import Interactions
from bot.slack.listeners import Listeners
from bot.slack.mentions import MENTIONED, Mentions
from bot.slack.open_releases import OpenReleases
from bot.slack.private_answers import PrivateAnswers
from bot.slack.queries import Queries
from bot.slack.suggestions import Suggestions
from bot.slack.workflow_steps import WorkflowSteps
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
        self.home = HomeDrawing(
            engine, slack, HomeReader(engine, freshness, Queries(engine, freshness, snapshots))
        )
        engine.decision_listeners.append(self.home.wake)
        self.events.on(HOME_OPENED, HomeOpenings(engine, freshness, self.home).on_opened)
        open_releases, answers = OpenReleases(engine), PrivateAnswers(slack)
        self._mentions = Mentions(engine, freshness, interactions.requests, answers, open_releases)
        self.events.on(MENTIONED, self._mentions.carry_out)
        steps = WorkflowSteps(engine)
        self.events.on(STEP_STARTED, steps.begin, steps.effects)
        clicks = HomeClicks(slack, interactions.requests, self.home, tasks)
        suggestions = Suggestions(engine, freshness, open_releases)
        self.listeners = Listeners(interactions, clicks, self.events, suggestions)

    def set_identity(self, known: Identity) -> None:
        """Set who the bot is: whose full members count, and where messages have their addresses."""
        self._freshness.membership_cache.set_identity(known)
        self.home.set_identity(known)
        self._mentions.bot = known.user
