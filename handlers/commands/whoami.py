"""`/release whoami`: show what you may do and which teams you are in."""

from handlers.commands.command import Command, Scene
from handlers.wishes import Question


def read(_words: tuple[str, ...], scene: Scene) -> Question:
    """Ask; further words change nothing."""
    return Question("whoami", scene.actor, scene.here)


COMMAND = Command("whoami", ("whoami",), "show what you may do and which teams you are in", read)
