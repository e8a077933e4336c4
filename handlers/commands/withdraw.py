"""`/release withdraw r42`: take your sign-off back, until the step is granted."""

from handlers.commands.command import Command, Scene, read_release
from handlers.events import Withdrawn
from handlers.wishes import Misread


def read(words: tuple[str, ...], scene: Scene) -> Withdrawn | Misread:
    """Read the release."""
    found = read_release(words, "withdraw")
    return found if isinstance(found, Misread) else Withdrawn(found[0], scene.actor)


COMMAND = Command("withdraw", ("withdraw r42",), "take your sign-off back, until the step is granted", read)
