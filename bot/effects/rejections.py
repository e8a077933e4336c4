"""Decides what becomes of a message that Slack rejects: it is tried again, posted again, or given up."""

from bot.effects.worker import Done, EffectResult, Failed, RetryIn
from bot.slack_client.refusals import OF_THE_CHANNEL, is_lasting
from bot.slack_client.results import CallDeferred, CallRejected, CallResult, CallSucceeded
from handlers.effects import EFFECT_NAMES, DirectMessage, ShowCard
from storage.effects import Task

MAX_TRIES = 30
"""How often something is tried that Slack rejects with an error that is not known here."""

SURE_AFTER = 3
"""How often an edit is tried that is rejected with such an error, until the message is taken as one that cannot be edited."""

REFUSED_PAUSE = 0.025
"""Seconds until a lasting refusal is tried again at first; doubled each time, up to half a minute.

Where a channel or a method is refused, `Refusals` lets one of those that wait try, at least every half a minute. Nothing is
given up: when the bot is invited, whatever is still wanted is posted.
"""

_GONE = frozenset({"cant_update_message", "edit_window_closed", "message_not_found", "thread_not_found"})
"""Errors that say for good that one message is gone or frozen (Slack's docs, chat.update and chat.postMessage)."""

_CONTENT = frozenset(
    {
        "invalid_arguments",
        "invalid_attachments",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_metadata_format",
        "metadata_too_large",
        "msg_blocks_too_long",
        "msg_too_long",
        "no_text",
        "too_many_attachments",
    }
)
"""Errors that say something of what was sent; another message would not be taken either."""

_DIRECT, _CARD = EFFECT_NAMES[DirectMessage], EFFECT_NAMES[ShowCard]


def message_is_gone(error: str) -> bool:
    """Return whether a message, or the one whose thread it would be in, is gone or frozen for good."""
    return error in _GONE


def edit_is_final(error: str, task: Task) -> bool:
    """Return whether a rejected edit will be rejected again, although Slack would take another message."""
    if error in _GONE or error in OF_THE_CHANNEL:
        return True
    return not is_lasting(error) and error not in _CONTENT and task.tries >= SURE_AFTER


def effect_result(called: CallResult, task: Task) -> EffectResult:
    """Return how an effect ended from the result of its call to Slack.

    A person who cannot be told directly is not told; a card is tried for as long as its release is open.
    """
    match called:
        case CallDeferred(seconds, why, failed):
            return RetryIn(seconds, why, failed)
        case CallRejected(error) if task.kind == _DIRECT and _is_about_person(error):
            return Failed(error)
        case CallRejected(error) if is_lasting(error):
            return RetryIn(REFUSED_PAUSE, error)
        case CallRejected(error) if task.tries >= MAX_TRIES and task.kind != _CARD:
            return Failed(error)
        case CallRejected(error):
            return RetryIn(2.0, error)
        case CallSucceeded():
            return Done()


def _is_about_person(error: str) -> bool:
    known = {"user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "messages_tab_disabled"}
    return error in known or error in OF_THE_CHANNEL
