"""`shiproom restore`: puts a backup into a database, and has the next start accept it."""

import os
from collections.abc import Iterable
from dataclasses import dataclass

from bot.clock import SystemClock
from bot.commands.backup_file import check, is_piped, source, spoken
from bot.commands.database import shown_database, with_database
from bot.commands.output import OK, counted, fail, say
from bot.file_modes import OURS_ALONE
from bot.known_database import KnownDatabase
from bot.settings import policy_path, state_path
from bot.state_directory import StateDirectory
from handlers.people import SHIPROOM
from storage.database import Database
from storage.restore import Restored, UnverifiedError, Wanted, restore_into
from storage.row_audit import Finding

_MOST = 50
"""How many findings are printed; `audit verify` prints all of them once the backup is restored."""

_REFUSED = (
    "The history in the backup does not hold ({}), so nothing was restored. Use an older backup; or restore this one with "
    "`--unverified REASON`, which the history keeps."
)

_INTERRUPTED = "The restore was interrupted. The database has all of the backup or nothing: `shiproom audit verify` tells."

_NEXT = """\
Nothing that happened after {}Z is known here. Next:
1. See that no other Shiproom of this installation runs, on an old machine for example.
2. `shiproom check --online`
3. `shiproom run`
4. In Slack, for each service: `/release settle SERVICE lost` shows what the backup has and what the CI says. Look at what is
   really live, and confirm it."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What was chosen: the policy file, the id of the database that is replaced, why a history need not hold."""

    config: str = ""
    replace: str = ""
    unverified: str = ""


def restore(name: str, choices: Choices) -> int:
    """Restore a backup; return the exit status."""
    os.umask(OURS_ALONE)
    if not is_piped(name):
        check(name)  # before anything is made or locked
    wanted = Wanted(SystemClock().now(), SHIPROOM, choices.replace, choices.unverified)
    opened = source(name)

    async def go(database: Database) -> Restored | UnverifiedError:
        try:
            return await restore_into(database, opened, name, wanted)
        except UnverifiedError as error:
            return error

    try:
        found = with_database(go, read_only=False)
    except KeyboardInterrupt:
        return fail(_INTERRUPTED)
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
    say(f"Restored into {shown_database()}: {spoken(found.header)}")
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
