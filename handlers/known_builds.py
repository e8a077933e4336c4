"""What the database knows of releases and versions, for who has to find what typed words mean."""

from dataclasses import dataclass

from handlers.command_parsing import CommandContext
from handlers.typed_words import same_version

MOST = 3
"""How many lines are suggested at most."""


@dataclass(frozen=True, slots=True)
class Known:
    """What stands in the database: open releases by number, and each service's versions, newest first.

    With them each service's branch whose newest build is released by default.
    """

    releases: tuple[int, ...] = ()
    versions: tuple[tuple[str, str], ...] = ()
    branches: tuple[tuple[str, str], ...] = ()


def of_version(words: tuple[str, ...], context: CommandContext, known: Known) -> tuple[str, ...]:
    """Return the line that starts a release of a version that was typed alone."""
    if len(words) != 1:
        return ()
    spelled = [each for each in known.versions if same_version(words[0], each[1])]
    alike = [each for each in known.versions if _letters(each[1]) == _letters(words[0])]
    return tuple(_start(service, version, context) for service, version in (spelled or alike)[:MOST])


def _letters(version: str) -> str:
    return "".join(letter for letter in version.lower() if letter.isalnum())


def _start(service: str, version: str, context: CommandContext) -> str:
    build = version if service == context.service else f"{service}@{version}"
    return f"{build} to {context.environments(service)[0]}"
