"""`/release cancel r42 [reason]`: end a release; what runs is stopped first."""

from handlers.commands.command import Command, Scene, read_release, text
from handlers.events import CancelAsked
from handlers.wishes import Misread


def read(words: tuple[str, ...], scene: Scene) -> CancelAsked | Misread:
    """Read the release and the reason."""
    found = read_release(words, "cancel")
    if isinstance(found, Misread):
        return found
    return CancelAsked(found[0], scene.actor, text(found[1]))


COMMAND = Command(
    "cancel",
    (
        "cancel r42",
        "cancel r42 wrong build",
    ),
    "end a release; what runs is stopped first",
    read,
)
