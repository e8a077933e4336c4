"""`shiproom restore`: puts a backup into a database, and has the next start accept it."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from bot.clock import SystemClock
from bot.commands.backup_file import source, spoken
from bot.commands.database import with_database
from bot.commands.output import OK, counted, fail, say
from bot.file_modes import OURS_ALONE
from bot.known_database import KnownDatabase
from bot.settings import policy_path, state_path
from bot.state_directory import StateDirectory
from handlers.people import SHIPROOM
from storage import restore as storing
from storage.backup_reading import BackupReader
from storage.database import Connection, Database
from storage.restore import Restored, UnverifiedError, Wanted
from storage.row_audit import Finding

_MOST = 50
"""How many findings are printed; `audit verify` prints all of them once the backup is restored."""

_REFUSED = (
    "The history in the backup does not hold ({}), so nothing was restored. Use an older backup; or restore this one with "
    "`--unverified REASON`: `shiproom audit verify` goes on to name what does not hold."
)


_NEXT = """\
Nothing that happened after {}Z is known here. Next:
1. See that no other Shiproom of this installation runs, on an old machine for example.
2. `shiproom check --online`
3. `shiproom run`
4. Compare `/release where` with what is really live, before you release again."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen: the policy file, the id of the database that is replaced, why a history need not hold."""

    config: str = ""
    replace: str = ""
    unverified: str = ""


def restore(name: str, choices: Choices) -> int:
    """Restore a backup; return the exit status."""
    os.umask(OURS_ALONE)
    opened = source(name)
    wanted = Wanted(SystemClock().now(), SHIPROOM, choices.replace, choices.unverified)

    def work(connection: Connection) -> Restored:
        with opened() as file:
            return storing.restore(connection, BackupReader(file, name), wanted)

    async def go(database: Database) -> Restored | UnverifiedError:
        try:
            return await database.write(work)
        except UnverifiedError as error:
            return error

    found = with_database(go, read_only=False)
    if isinstance(found, UnverifiedError):
        _say_findings(found.findings)
        return fail(_REFUSED.format(counted(len(found.findings), "problem")))
    _report(found, choices)
    return OK


def _say_findings(findings: tuple[Finding, ...]) -> None:
    _say_all(map(str, findings[:_MOST]))
    if len(findings) > _MOST:
        say(f"... and {len(findings) - _MOST} more")


def _report(found: Restored, choices: Choices) -> None:
    _say_findings(found.findings)
    say(f"Restored: {spoken(found.header)}")
    holds = f"does not hold, which was accepted: {choices.unverified}" if found.findings else "holds"
    say(f"The history {holds}.")
    _say_all(found.summary.sentences)
    state = StateDirectory(state_path(os.environ, policy_path(os.environ, choices.config)))
    if warning := KnownDatabase(state, take_any=True).remember(found.database):
        say(f"warning: {warning}")
    say(_NEXT.format(found.header.taken_at[:19]))


def _say_all(sentences: Iterable[str]) -> None:
    for sentence in sentences:
        say(sentence)
