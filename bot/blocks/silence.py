"""Says since when a connection does not answer, in the policy's time zone."""

from datetime import datetime

from bot.blocks.names import Names
from bot.blocks.text import escape
from bot.health import Condition

LONGEST_REFUSAL = 200


def silence_words(refusal: str, since: datetime, names: Names) -> str:
    """Return a refusal with the time of its beginning, before its cause in parentheses."""
    said = escape(refusal, LONGEST_REFUSAL)
    head, parenthesis, cause = said.partition(" (")
    return f"{head} since {names.clock(since)}{parenthesis}{cause}"


def silence_line(silence: Condition | None, names: Names) -> str:
    """Return the line of a card about a connection that does not answer; empty if it does."""
    if silence is None or silence.refused_since is None:
        return ""
    return silence_words(silence.refusal, silence.refused_since, names)
