"""`/release retry r42`: try a failed step once more."""

from handlers.commands.command import Command, Scene, read_release
from handlers.events import RetryAsked
from handlers.wishes import Misread


def read(words: tuple[str, ...], scene: Scene) -> RetryAsked | Misread:
    """Read the release."""
    found = read_release(words, "retry")
    return found if isinstance(found, Misread) else RetryAsked(found[0], scene.actor)


COMMAND = Command("retry", ("retry r42",), "try a failed step once more", read)
