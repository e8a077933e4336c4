"""`/release unlock production`: open an environment, or everything, again."""

from handlers.commands.command import Command, Scene, read_place
from handlers.wishes import EVERYTHING, Misread, UnlockWanted


def read(words: tuple[str, ...], scene: Scene) -> UnlockWanted | Misread:
    """Read what to unlock."""
    if words and words[0] == EVERYTHING:
        return UnlockWanted("", EVERYTHING, scene.actor)
    place = read_place(words, scene)
    if isinstance(place, Misread):
        return place
    return UnlockWanted(place.service, place.environment, scene.actor)


COMMAND = Command(
    "unlock",
    ("unlock production", "unlock everything"),
    "open again; the owner of the lock is told (operators)",
    read,
)
