"""Reads the text of a message that mentions the bot: what was typed behind the mention.

Slack writes mentions, channels and links as tokens, and escapes `&`, `<` and `>`
(docs.slack.dev/messaging/formatting-message-text).
"""

import html
import re
from collections.abc import Mapping

_TOKEN = re.compile(r"<([^<>|]+)(?:\|([^<>]*))?>")
_BETWEEN = " \t\r\n\u00a0,;:."
"""What people put between a name that they call and what they say."""


def read_mention(text: str, bot: str, names: Mapping[str, str]) -> str | None:
    """Return what was typed behind the mention that begins a text; None if none of the bot begins it.

    `names` are display names by account.
    """
    found = _TOKEN.match(text.lstrip())
    if not bot or found is None or found[1] != f"@{bot}":
        return None
    rest = text.lstrip()[found.end() :].lstrip(_BETWEEN)
    return html.unescape(_TOKEN.sub(lambda token: _typed(token[1], token[2] or "", names), rest)).strip()


def _typed(what: str, label: str, names: Mapping[str, str]) -> str:
    """Return a token as it was typed; of a link that Slack found itself its label is just that."""
    kind, rest = what[:1], what[1:]
    if kind == "@":
        return f"@{names.get(rest) or label or rest}"
    if kind == "#":
        return f"#{label or rest}"
    if kind == "!":
        return label or f"@{rest.partition('^')[0]}"
    return label or what
