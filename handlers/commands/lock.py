"""`/release lock production [for 2h] reason`: close an environment, or everything, to new steps."""

from handlers.commands.command import Command, Scene, read_duration, read_place, text
from handlers.wishes import EVERYTHING, LockWanted, Misread


def read(words: tuple[str, ...], scene: Scene) -> LockWanted | Misread:
    """Read where, for how long if that is said, and why."""
    if words and words[0] == EVERYTHING:
        service, environment, rest = "", EVERYTHING, words[1:]
    else:
        place = read_place(words, scene)
        if isinstance(place, Misread):
            return place
        service, environment, rest = place.service, place.environment, place.rest
    lasts = None
    if rest and rest[0] == "for":
        lasts = read_duration(rest[1]) if len(rest) > 1 else None
        if lasts is None:
            return Misread("duration_needed", rest[1] if len(rest) > 1 else "for", ("30m", "2h", "1d"))
        rest = rest[2:]
    return LockWanted(service, environment, scene.actor, text(rest), lasts)


COMMAND = Command(
    "lock",
    ("lock production for 2h database upgrade", "lock everything incident"),
    "stop new steps, not running ones; rollbacks pass (operators)",
    read,
)
