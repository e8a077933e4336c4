"""`/release where`: show which build is live in each environment."""

from handlers.commands.command import Command, Scene
from handlers.wishes import Misread, Question


def read(words: tuple[str, ...], scene: Scene) -> Question | Misread:
    """Ask what is live where."""
    if words and words[0] not in scene.services:
        return Misread("unknown_service", words[0], tuple(scene.services))
    return Question("where", scene.actor, words[0] if words else scene.here)


COMMAND = Command("where", ("where",), "show which build is live in each environment", read)
