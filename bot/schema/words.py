"""The formats of texts, and the words of `/release` that no service or environment may use."""

import re
from dataclasses import dataclass

RELEASE = re.compile(r"r[0-9]+")
"""How a release is named in a command."""


@dataclass(frozen=True, slots=True)
class TextFormat:
    """The format of a text; `wanted` completes "... is not", `lines` allows line ends."""

    wanted: str
    pattern: re.Pattern[str] | None = None
    lines: bool = False


TEXT = TextFormat("one line of text")
ARGUMENT = TextFormat("text", lines=True)
NAME = TextFormat(
    "a name of lowercase letters, digits and hyphens that begins with a letter",
    re.compile(r"[a-z][a-z0-9-]*"),
)
USER = TextFormat(
    "a Slack member id, like U0TIM (in Slack: the profile, then Copy member ID)",
    re.compile(r"[UW][A-Z0-9]{2,}"),
)
USERGROUP = TextFormat("the id of a Slack user group, like S0OPS", re.compile(r"S[A-Z0-9]{2,}"))
CHANNEL = TextFormat(
    "the id of a Slack channel, like C0RELEASES (in Slack: the channel's details, at the end)",
    re.compile(r"[CG][A-Z0-9]{2,}"),
)
LOGIN = TextFormat("a GitHub login without @", re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*(?:\[bot\])?"))
EMAIL = TextFormat("an e-mail address", re.compile(r"[^@\s<>|]+@[^@\s<>|]+"))
URL = TextFormat(
    "an address that begins with https:// or http:// and has no password in it",
    re.compile(r"""https?://[^\s/?#@|<>"]+(?:[/?#][^\s|<>"]*)?"""),
)
WORD = TextFormat("text without spaces", re.compile(r"\S+"))
VARIABLE = TextFormat("the name of an environment variable", re.compile(r"[A-Za-z_][A-Za-z0-9_]*"))
