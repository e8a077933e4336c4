"""`/release history [n]`: what happened last, refusals too."""

from handlers.commands.command import Command, Scene
from handlers.wishes import Misread, Question

SHOWN = 10
MOST = 50


def read(words: tuple[str, ...], scene: Scene) -> Question | Misread:
    """Ask for the last rows of the history."""
    count = words[0] if words else str(SHOWN)
    if not (count.isascii() and count.isdigit()) or not 1 <= int(count) <= MOST:
        return Misread("number_needed", count, (f"1 to {MOST}",))
    return Question("history", scene.actor, scene.here, count=int(count))


COMMAND = Command("history", ("history", "history 20"), "show what happened last, refusals too", read)
