"""`/release help`: show these words."""

from handlers.commands.command import Command, Scene
from handlers.wishes import Question


def read(_words: tuple[str, ...], scene: Scene) -> Question:
    """Ask; further words change nothing."""
    return Question("help", scene.actor, scene.here)


COMMAND = Command("help", ("help",), "show these words", read)
