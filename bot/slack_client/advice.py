"""What to say of a Slack that refuses or does not answer, with what to do about it."""

from bot.proxies import through
from bot.slack_client.results import CallDeferred, CallRejected


def lacking(scope: str) -> str:
    """Return that the app lacks a scope."""
    known = ", or Slack will not know /release." if scope == "commands" else "."
    return (
        f"Slack: the app lacks the scope {scope}: add it under OAuth & Permissions (manifest.yml has all of them), "
        f"then reinstall the app{known}"
    )


def refused(result: CallRejected) -> str:
    """Return why Slack refuses a call of the bot, for the operator."""
    if result.error == "missing_scope":
        return lacking(result.needed or "that it needs")
    return f"Slack: it refuses SLACK_BOT_TOKEN ({result.error}): copy it again from your Slack app."


def unreachable(result: CallDeferred, url: str) -> str:
    """Return that Slack does not answer."""
    return f"Slack: it cannot be reached now ({result.why}){through(url)}: try again, or check SLACK_API_URL."
