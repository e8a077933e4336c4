"""`/release builds`: list the newest builds."""

from handlers.commands.command import Command, Scene
from handlers.wishes import Misread, Question


def read(words: tuple[str, ...], scene: Scene) -> Question | Misread:
    """Ask for the newest builds."""
    if words and words[0] not in scene.services:
        return Misread("unknown_service", words[0], tuple(scene.services))
    return Question("builds", scene.actor, words[0] if words else scene.here)


COMMAND = Command("builds", ("builds",), "list the newest builds", read)
