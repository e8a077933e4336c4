"""`/release testing r42`: say that you are testing it: nothing takes its place from now on."""

from handlers.commands.command import Command, Scene, read_release
from handlers.events import TestingStarted
from handlers.wishes import Misread


def read(words: tuple[str, ...], scene: Scene) -> TestingStarted | Misread:
    """Read the release."""
    found = read_release(words, "testing")
    return found if isinstance(found, Misread) else TestingStarted(found[0], scene.actor)


COMMAND = Command(
    "testing", ("testing r42",), "say that you are testing it: nothing takes its place from now on", read
)
