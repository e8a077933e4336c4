"""What names may look like, and the words that `/release` reads as commands, so that no service or environment is called so."""

import re
from dataclasses import dataclass

RESERVED_WORDS = frozenset(
    {
        "status",
        "where",
        "why",
        "builds",
        "history",
        "whoami",
        "help",
        "approve",
        "reject",
        "withdraw",
        "testing",
        "cancel",
        "retry",
        "rollback",
        "settle",
        "lock",
        "unlock",
        "waive",
        "everything",
        "to",
        "on",
        "in",
        "as",
        "for",
    }
)
RELEASE = re.compile(r"r[0-9]+")
"""How a release is named in a command."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a text has to look like. `wanted` completes "... is not"; `lines` allows more than one line."""

    wanted: str
    pattern: re.Pattern[str] | None = None
    lines: bool = False


TEXT = Shape("one line of text")
ARGUMENT = Shape("text", lines=True)
NAME = Shape(
    "a name of small letters, digits and hyphens that begins with a letter", re.compile(r"[a-z][a-z0-9-]*")
)
USER = Shape(
    "a Slack member id, like U0TIM (in Slack: the profile, then Copy member ID)",
    re.compile(r"[UW][A-Z0-9]{2,}"),
)
USERGROUP = Shape("the id of a Slack user group, like S0OPS", re.compile(r"S[A-Z0-9]{2,}"))
CHANNEL = Shape(
    "the id of a Slack channel, like C0RELEASES (in Slack: the channel's details, at the end)",
    re.compile(r"[CG][A-Z0-9]{2,}"),
)
LOGIN = Shape("a GitHub login without @", re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\[bot\])?"))
EMAIL = Shape("an e-mail address", re.compile(r"[^@\s<>|]+@[^@\s<>|]+"))
URL = Shape(
    "an address that begins with https:// or http:// and has no password in it",
    re.compile(r"""https?://[^\s/?#@|<>"]+(?:[/?#][^\s|<>"]*)?"""),
)
WORD = Shape("text without spaces", re.compile(r"\S+"))
VARIABLE = Shape("the name of an environment variable", re.compile(r"[A-Za-z_][A-Za-z0-9_]*"))
