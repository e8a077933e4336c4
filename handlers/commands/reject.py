"""`/release reject r42 reason`: say no: the release ends."""

from handlers.commands.command import Command, Scene, read_release, text
from handlers.events import Rejected
from handlers.wishes import Misread


def read(words: tuple[str, ...], scene: Scene) -> Rejected | Misread:
    """Read the release and the reason."""
    found = read_release(words, "reject")
    if isinstance(found, Misread):
        return found
    return Rejected(found[0], scene.actor, text(found[1]))


COMMAND = Command("reject", ("reject r42 log in is broken",), "say no: the release ends", read)
