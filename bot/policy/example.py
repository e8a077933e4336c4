"""The ids and names of docs/shiproom.example.yml that stand for those of whoever copies it."""

import re
from pathlib import Path

from bot.schema.diagnostics import Diagnostic, shown

_PERSON = "the id of one of your people (in Slack: the profile, then Copy member ID)"
PLACEHOLDERS = {
    "U0ANDY": _PERSON,
    "U0MARA": _PERSON,
    "U0AMITA": _PERSON,
    "U0TIM": _PERSON,
    "S0OPS": "the id of one of your user groups",
    "C0RELEASES": "the id of your channel (in Slack: the channel's details, at the end)",
    "tailspin/space-game-web": "the repository of your service",
}
"""What to write in the place of each."""

_WORD = re.compile(r"[\w./-]+")


def placeholders_in(text: str, path: Path) -> tuple[Diagnostic, ...]:
    """Warn of each placeholder that is still there, where it stands first."""
    found: dict[str, Diagnostic] = {}
    for number, line in enumerate(text.split("\n"), start=1):
        for word in _WORD.finditer(line.partition(" #")[0]):
            what = PLACEHOLDERS.get(word[0])
            if what is not None and word[0] not in found:
                message = f"{shown(word[0])} is a placeholder of the example: write {what} there"
                found[word[0]] = Diagnostic(path, number, word.start() + 1, message)
    return tuple(found.values())
