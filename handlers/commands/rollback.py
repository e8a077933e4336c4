"""`/release rollback production [to 2.4.0] [reason]`: bring back a build that succeeded there before."""

from handlers.commands.command import Command, Scene, read_place, text
from handlers.wishes import Misread, RollbackWanted


def read(words: tuple[str, ...], scene: Scene) -> RollbackWanted | Misread:
    """Read where, to which version if one is named, and why."""
    place = read_place(words, scene)
    if isinstance(place, Misread):
        return place
    rest, version = place.rest, ""
    if rest and rest[0] == "to":
        if len(rest) == 1:
            return Misread("version_needed", "to")
        version, rest = rest[1], rest[2:]
    return RollbackWanted(place.service, place.environment, scene.actor, version, text(rest))


COMMAND = Command(
    "rollback",
    ("rollback production", "rollback production to 2.4.0 checkout is broken"),
    "bring back a build that succeeded there before, and lock (operators)",
    read,
)
