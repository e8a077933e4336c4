"""The registry of effects: which function performs which kind."""

from bot.ci.provider import Provider
from bot.effects.calls import Calls
from bot.effects.ci_effects import CiEffects
from bot.effects.comparisons import Comparisons
from bot.effects.followed_changes import FollowedChanges
from bot.effects.internal_events import NOTIFY, InternalEvents
from bot.effects.messages import SlackMessages
from bot.effects.reminders import Reminders
from bot.effects.slack_effects import SlackEffects
from bot.effects.thread_posts import ThreadPosts
from bot.effects.worker import EffectHandler, EffectResult, not_now
from bot.effects.workflow_steps import WorkflowSteps
from bot.engine import Engine
from bot.freshness import Freshness
from bot.slack_client.web import SlackWeb
from bot.snapshots import Snapshots
from storage.codec import UnreadableError
from storage.effects import Task


def make_effect_handlers(
    engine: Engine,
    freshness: Freshness,
    providers: dict[str, Provider],
    slack: SlackWeb,
    snapshots: Snapshots,
) -> dict[str, EffectHandler]:
    """Return the handler of each kind of effect, by its name in the database."""
    database, clock = engine.database, engine.clock
    deployments = CiEffects(engine, freshness, providers)
    messages = SlackMessages(database, clock, slack)
    slack_posts = SlackEffects(engine, messages, snapshots)
    calls = Calls(engine, messages, snapshots)
    internal_events = InternalEvents(engine, database, clock)
    steps = WorkflowSteps(engine, freshness, messages, slack, snapshots)
    effect_handlers: dict[str, EffectHandler] = {
        "trigger": deployments.trigger,
        "stop_run": deployments.stop_run,
        "show_card": slack_posts.show_card,
        "post_to_thread": ThreadPosts(engine, messages, snapshots).post,
        "call": calls.call,
        "close_calls": calls.close,
        "announce": slack_posts.announce,
        "post_to_channel": slack_posts.post_to_channel,
        "direct_message": slack_posts.direct_message,
        "post_report": slack_posts.post_report,
        "remind": Reminders(engine, freshness, messages, snapshots).remind,
        "tell_authors": FollowedChanges(engine, snapshots).tell,
        "notify_open": internal_events.deliver_to_open,
        "ask_to_start": steps.ask_to_start,
        "await_release": steps.await_release,
        "end_step": steps.end_step,
        "compare_builds": Comparisons(engine, providers).compare_builds,
        **dict.fromkeys(NOTIFY, internal_events.deliver),
    }
    return {kind: _readable(engine, handler) for kind, handler in effect_handlers.items()}


def _readable(engine: Engine, perform: EffectHandler) -> EffectHandler:
    """Return a handler that postpones effects for which something cannot be read."""

    async def perform_if_readable(task: Task) -> EffectResult:
        try:
            return await perform(task)
        except UnreadableError as error:
            engine.unreadable.note(error)
            return not_now(str(error))

    return perform_if_readable
