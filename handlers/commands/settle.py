"""`/release settle r42 deployed` or `not-deployed reason`: an operator says how an unknown or failed deployment ended."""

from handlers.commands.command import Command, Scene, read_release, text
from handlers.events import Settled
from handlers.wishes import Misread

ENDINGS = {"deployed": True, "not-deployed": False}


def read(words: tuple[str, ...], scene: Scene) -> Settled | Misread:
    """Read the release, how it ended, and why that is known."""
    found = read_release(words, "settle")
    if isinstance(found, Misread):
        return found
    number, rest = found
    if not rest or rest[0] not in ENDINGS:
        return Misread("ending_needed", rest[0] if rest else "", tuple(ENDINGS))
    return Settled(number, scene.actor, ENDINGS[rest[0]], text(rest[1:]))


COMMAND = Command(
    "settle",
    ("settle r42 deployed", "settle r42 not-deployed the server was down"),
    "say how an unknown or failed deployment ended (operators)",
    read,
)
