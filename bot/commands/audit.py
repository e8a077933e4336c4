"""`shiproom audit`: verifies the history, and exports it."""

from collections.abc import Sequence
from pathlib import Path

from bot.anchor_file import read_anchor, read_anchors
from bot.clock import SystemClock
from bot.commands.database import with_database
from bot.commands.output import OK, CommandError, counted, fail, say
from storage import audit, schema
from storage.database import Connection, Database

_MOST_NAMED = 20


def verify(anchors: Sequence[str], files: Sequence[str] = ()) -> int:
    """Check the hash chains and every row that they vouch for; return the exit status."""
    given = (*(_anchor(word) for word in anchors), *(each for name in files for each in _anchors_of(name)))

    async def check(database: Database) -> audit.Audit:
        await database.read(schema.require_usable)
        return await database.read(
            lambda connection: audit.verify(connection, given, now=SystemClock().now())
        )

    found = with_database(check, read_only=True)
    for finding in found.findings:
        say(str(finding))
    for head in found.heads:
        say(f"head {head}")
    if found.findings:
        return fail(
            f"The history does not hold: {counted(len(found.findings), 'problem')} in {found.rows} rows."
        )
    say(f"The history holds: {found.rows} rows, {found.releases} releases.")
    return OK


def _anchor(word: str) -> audit.Anchor:
    found = read_anchor(word)
    if found is None:
        message = (
            f"The anchor {word!r} is not understood: write SERVICE:ROW:HASH, at least 12 digits of the hash."
        )
        raise CommandError(message)
    return found


def _anchors_of(name: str) -> tuple[audit.Anchor, ...]:
    """Return all anchors of a file; a line that is none, such as one that a crash cut short, is said."""
    try:
        found = read_anchors(Path(name))
    except OSError as error:
        raise CommandError(f"The anchors of {name} cannot be read: {error.strerror}.") from error
    for line in found.strange[:_MOST_NAMED]:
        fail(f"Line {line} of {name} is no anchor (SERVICE:ROW:HASH), and is left out.")
    if not found.anchors:
        raise CommandError(f"There is no anchor in {name}: each line of it is SERVICE:ROW:HASH.")
    say(f"{counted(len(found.anchors), 'anchor')} of {name}")
    return found.anchors


def export(service: str | None, release: int | None) -> int:
    """Print the history of all services, or of a service or a release, as JSON lines; return the exit status."""

    def write(connection: Connection) -> int:
        _require_known(connection, service, release)
        count = 0
        for line in audit.export(connection, service or "", release or 0):
            say(line)
            count += 1
        return count

    async def read(database: Database) -> int:
        await database.read(schema.require_usable)
        return await database.read(write)

    if not with_database(read, read_only=True):
        fail("The history is empty.")  # on standard error, which is not what is exported
    return OK


def _require_known(connection: Connection, service: str | None, release: int | None) -> None:
    """Check that there is a history of what was named: a name with a typo in it must not read as nothing happened.

    Raises CommandError.
    """
    services = audit.services(connection)
    if service is not None and service not in services:
        named = ", ".join(services[:_MOST_NAMED]) + (", ..." if len(services) > _MOST_NAMED else "")
        known = f"there is one of {named}" if services else "the history is empty"
        message = f"There is no history of a service called {service[:60]!r}: {known}."
        raise CommandError(message)
    owner = audit.service_of(connection, release) if release is not None else None
    if release is not None and owner is None:
        message = f"There is no release r{release} in the history: `shiproom audit export` has all of it."
        raise CommandError(message)
    if owner is not None and service is not None and owner != service:
        message = f"Release r{release} is one of {owner}, not of {service}: name that service, or none."
        raise CommandError(message)
