"""Who types where: in a service's channel, in a channel of none, and where there is only one service."""

from handlers.commands import read_words
from handlers.commands.command import Scene
from handlers.wishes import Misread, Wish
from tests.handlers.making import ANDY

SERVICES = {"website": ("staging", "production"), "shop": ("staging", "canary", "production")}
HERE = Scene(ANDY, SERVICES, "website")
NOWHERE = Scene(ANDY, SERVICES)
ALONE = Scene(ANDY, {"website": ("staging", "production")})

WEBSITE = ("staging", "production")
SHOP = ("staging", "canary", "production")
BOTH = ("website", "shop")


def read(line: str, scene: Scene = HERE) -> Wish | Misread:
    """Read a line as `/release` does."""
    return read_words(line, scene)
