"""Contexts of commands: in a service's channel, in a channel of no service, and where there is only one service."""

from handlers.actions import read_command
from handlers.command_parsing import CommandContext
from handlers.requests import Request, UsageError
from tests.handlers.builders import ANDY, NOW

SERVICES = {"website": ("staging", "production"), "shop": ("staging", "canary", "production")}
HERE = CommandContext(ANDY, SERVICES, "website", NOW)
NOWHERE = CommandContext(ANDY, SERVICES, now=NOW)
ALONE = CommandContext(ANDY, {"website": ("staging", "production")})

WEBSITE = ("staging", "production")
SHOP = ("staging", "canary", "production")
BOTH_SERVICES = ("website", "shop")


def read(line: str, context: CommandContext = HERE) -> Request | UsageError:
    """Parse a line as `/release` does."""
    return read_command(line, context)
