"""`/release approve r42 [as TEAM] [note]`: a sign-off, typed."""

from handlers.commands.command import Command, Scene, read_release, text
from handlers.events import SignedOff
from handlers.wishes import Misread


def read(words: tuple[str, ...], scene: Scene) -> SignedOff | Misread:
    """Read a sign-off; without a team the one that the person can sign for is meant."""
    found = read_release(words, "approve")
    if isinstance(found, Misread):
        return found
    number, rest = found
    team = ""
    if rest and rest[0] == "as":
        if len(rest) == 1:
            return Misread("team_needed", "as")
        team, rest = rest[1], rest[2:]
    return SignedOff(number, scene.actor, team, text(rest))


COMMAND = Command("approve", ("approve r42", "approve r42 as testers looks good"), "sign off", read)
