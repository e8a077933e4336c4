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


def silence_lines(silence: Condition | None, names: Names) -> list[str]:
    """Return the lines of a card about a connection that does not answer, the more important first."""
    line = silence_line(silence, names)
    return [line, "What is here may be old."] if line else []


def not_asked_since(silence: Condition | None, names: Names) -> str:
    """Return since when a CI could not be asked how a run ended; empty if it could."""
    if silence is None or silence.refused_since is None:
        return ""
    at = names.clock(silence.refused_since)
    return f"The CI could not be asked since {at}; nobody knows whether it stopped."


def silence_line(silence: Condition | None, names: Names) -> str:
    """Return the line of a card about a connection that does not answer; empty if it does."""
    if silence is None or silence.refused_since is None:
        return ""
    return silence_words(silence.refusal, silence.refused_since, names)
