"""`/release why [r42]`: list everything that a release waits for, and who can clear it."""

from handlers.commands.command import Command, Scene, read_release
from handlers.wishes import Misread, Question


def read(words: tuple[str, ...], scene: Scene) -> Question | Misread:
    """Ask about one release, or about all open ones of the service that is meant here."""
    if words and words[0] in scene.services:
        return Question("why", scene.actor, words[0])
    if not words:
        return Question("why", scene.actor, scene.here)
    found = read_release(words, "why")
    if isinstance(found, Misread):
        return found
    return Question("why", scene.actor, scene.here, found[0])


COMMAND = Command(
    "why", ("why", "why r42"), "list everything that a release waits for, and who can clear it", read
)
