"""`/release waive r42 reason`: let the gate pass although an author is unknown (operators)."""

from handlers.commands.command import Command, Scene, read_release, text
from handlers.events import AuthorsWaived
from handlers.wishes import Misread


def read(words: tuple[str, ...], scene: Scene) -> AuthorsWaived | Misread:
    """Read the release and the reason."""
    found = read_release(words, "waive")
    if isinstance(found, Misread):
        return found
    return AuthorsWaived(found[0], scene.actor, text(found[1]))


COMMAND = Command(
    "waive",
    ("waive r42 Bob left, Mara checked his change",),
    "let the gate pass although an author is unknown (operators)",
    read,
)
