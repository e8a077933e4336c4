"""`/release status [r42]`: show what is going on and what it waits for."""

from handlers.commands.command import Command, Scene, read_release
from handlers.wishes import Misread, Question


def read(words: tuple[str, ...], scene: Scene) -> Question | Misread:
    """Ask about one release, or about all open ones of the service that is meant here."""
    if words and words[0] in scene.services:
        return Question("status", scene.actor, words[0])
    if not words:
        return Question("status", scene.actor, scene.here)
    found = read_release(words, "status")
    if isinstance(found, Misread):
        return found
    return Question("status", scene.actor, scene.here, found[0])


COMMAND = Command("status", ("status", "status r42"), "show what is going on and what it waits for", read)
