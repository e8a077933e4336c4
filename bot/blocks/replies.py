"""What one person is told: why something was refused or not understood, that it worked and what it waits for now."""

from bot.blocks.lists import WhoView, builds, help, status, where, whoami, why  # noqa: A004
from bot.blocks.names import Names
from bot.blocks.paragraphs import paragraphs
from bot.blocks.parts import Block, Message, actions, button, message, section
from bot.blocks.text import plain
from bot.blocks.values import encode, typeable
from bot.blocks.waits import Waiting, wait_lines
from bot.blocks.words import REFUSALS, REPLIES, Scope, misread_lines
from handlers.outcome import Refusal, Reply
from handlers.people import Directory
from handlers.wishes import Misread


def refused(
    refusal: Refusal, names: Names, directory: Directory, keepers: tuple[str, ...] = (), actor: str = ""
) -> Message:
    """Say to `actor` why nothing happened, who can do it, and how one gets in; `keepers` are the service's operator teams.

    A build that skipped an environment gets a button for the missing one.
    """
    line = refusal_line(refusal, names, directory, keepers, actor)
    blocks: list[Block] = [section(line)]
    if refusal.code == "skipped_environment":
        blocks += _missing_environment(refusal)
    return message(line, *blocks)


def refusal_line(
    refusal: Refusal, names: Names, directory: Directory, keepers: tuple[str, ...] = (), actor: str = ""
) -> str:
    """Say the same as one sentence, for an error in a modal or the answer to a claim."""
    person = directory.person_of(actor)
    same = frozenset(
        user
        for team in directory.teams.values()
        for user in team.members
        if directory.person_of(user) == person
    )
    scope = Scope(refusal.values, names, directory, refusal.who, keepers, besides=same)
    return scope.say(REFUSALS[refusal.code])


def _missing_environment(refusal: Refusal) -> list[Block]:
    service, version = refusal.values.get("service", ""), refusal.values.get("version", "")
    missing = refusal.values.get("missing", "")
    if not missing or not typeable(version):
        return []
    line = f"{service}@{version} to {missing}" if service else f"{version} to {missing}"
    label = f"Release to {plain(missing, 40)}"
    return [actions(button(label, f"journey:{missing}", encode(line, None), style="primary"))]


def misread(wrong: Misread) -> Message:
    """Say what could not be read, what was probably meant, and how it is written."""
    lines = misread_lines(wrong)
    return message(" ".join(lines), section("\n".join(lines)))


def replied(reply: Reply, waiting: Waiting | None, names: Names, directory: Directory) -> Message:
    """Say that it worked and everything that the release waits for now."""
    line = Scope(reply.values, names, directory).say(REPLIES[reply.code])
    waits = wait_lines(waiting, names, directory) if waiting is not None else []
    if waiting is not None and len(waits) > 1:
        waits = [f"r{waiting.release.number} waits for:", *(f"• {wait}" for wait in waits)]
    return message(line, *paragraphs([line, *waits]))


def not_confirmed_yet() -> Message:
    """Say after two seconds that what was asked is still under way (G4)."""
    line = "Not confirmed yet: it is taking longer than usual. The outcome follows here."
    return message(line, section(line))


def broken(reference: str) -> Message:
    """Say that Shiproom itself failed, with what its log can be searched for."""
    line = f"Something went wrong in Shiproom, and nothing was confirmed. Try again. Reference: {plain(reference, 60)}"
    return message(line, section(line))


__all__ = [
    "WhoView",
    "broken",
    "builds",
    "help",
    "misread",
    "not_confirmed_yet",
    "refusal_line",
    "refused",
    "replied",
    "status",
    "where",
    "whoami",
    "why",
]
