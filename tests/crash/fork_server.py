"""The fork server: a program that has imported all of the bot, rewritten, opens nothing, and forks a bot per line it reads."""

import asyncio
import contextlib
import dataclasses
import gc
import importlib
import inspect
import json
import os
import select
import signal
import sys
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.postgresql import asyncpg

from tests import clockwork
from tests.crash import seeded
from tests.crash.instrument import install
from tests.crash.probe import Failpoints, Probe
from tests.virtual_clock import SPEED, ScaledClock, ScaledLoop, SharedClock, SharedLoop, SharedOffset

if TYPE_CHECKING:
    from bot.clock import Clock

_AT_FIRST_USE = (
    "alembic.command",
    "alembic.ddl.postgresql",
    "alembic.ddl.sqlite",
    "asyncpg",
    "sqlalchemy.dialects.postgresql.asyncpg",
    "sqlalchemy.dialects.sqlite.pysqlite",
)
"""What a bot would import when it opens a database."""


def import_all() -> None:
    """Import whatever a bot needs; opens nothing, starts nothing."""
    for name in ("bot.lifetime", "bot.logs", "bot.settings", *_AT_FIRST_USE):
        importlib.import_module(name)
    _make_codecs()
    _spell_statements()
    # bolt looks at its caller's stack when an app is made, and with that at the file of each module: once is enough.
    inspect.stack()


def _make_codecs() -> None:
    """Make what a bot makes when it first reads or writes a value of a kind: a twentieth of its short life."""
    codec = importlib.import_module("storage.codec")
    for name in ("build", "effects", "events", "plan", "release", "reports"):
        module = importlib.import_module(f"handlers.{name}")
        for kind in vars(module).values():
            if isinstance(kind, type) and dataclasses.is_dataclass(kind):
                codec.adapter(kind)
    actions, record = importlib.import_module("handlers.actions"), importlib.import_module("handlers.record")
    gates = importlib.import_module("handlers.gates")
    people = importlib.import_module("handlers.people")
    for kind in (
        people.Member,
        people.Group,
        *record.RECORD,
        *actions.ENVIRONMENT_RULES,
        *gates.SETTINGS.values(),
    ):
        codec.adapter(kind)


def _spell_statements() -> None:
    """Spell what a bot asks its database, for both kinds, which else every bot does anew when it first asks it."""
    prepared = importlib.import_module("storage.prepared").Prepared
    for name in sorted(name for name in sys.modules if name.startswith("storage.")):
        for statement in vars(sys.modules[name]).values():
            if isinstance(statement, prepared):
                for dialect in (sqlite.dialect(), asyncpg.dialect()):
                    statement.compile(dialect)


class Server:
    """Reads orders, forks, and tells of beginnings and ends, one JSON object a line."""

    def __init__(self, probe: Probe) -> None:
        self._probe = probe
        self._living: set[int] = set()
        self._unread = b""

    def serve(self) -> None:
        """Serve until nobody gives orders any more, and leave no bot behind."""
        reader, writer = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _woken)
        _tell({"points": [point.plain() for point in self._probe.points]})
        while True:
            ready, _, _ = select.select([0, reader], [], [])
            if reader in ready:
                with contextlib.suppress(BlockingIOError):
                    os.read(reader, 4096)
            self._bury()
            if 0 in ready and not self._obey():
                break
        for pid in self._living:
            os.kill(pid, signal.SIGKILL)

    def _obey(self) -> bool:
        given = os.read(0, 65536)
        *lines, self._unread = (self._unread + given).split(b"\n")
        for line in lines:
            self._fork(json.loads(line))
        return bool(given)

    def _fork(self, order: Mapping[str, Any]) -> None:
        pid = os.fork()
        if pid == 0:
            _live(order, self._probe)
        self._living.add(pid)
        _tell({"began": order["order"], "pid": pid})

    def _bury(self) -> None:
        while self._living:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._living.discard(pid)
            _tell({"ended": pid, "status": os.waitstatus_to_exitcode(status)})


def _woken(_number: int, _frame: FrameType | None) -> None:
    """Do nothing: a signal that is caught ends a wait."""


def _tell(what: Mapping[str, Any]) -> None:
    os.write(1, json.dumps(what).encode() + b"\n")


def _live(order: Mapping[str, Any], probe: Probe) -> None:
    """Be a bot, as `shiproom run` is one, until the end."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        write_to(Path(order["log"]))
        os.environ.clear()
        os.environ.update(order["environment"])
        probe.failpoints = Failpoints(Path(order["failpoints"]))
        run(*_time_of(order))
        status = 0
    except BaseException:  # noqa: BLE001 - whatever it is, it is the end of this bot and belongs into its log
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def write_to(log: Path) -> None:
    """Read nothing, and write to a file whatever is printed."""
    nothing, out = (
        os.open(os.devnull, os.O_RDONLY),
        os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644),
    )
    os.dup2(nothing, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)


def _time_of(order: Mapping[str, Any]) -> "tuple[Clock, Callable[[], asyncio.AbstractEventLoop]]":
    """Return the clock and the loop that the order wants: scaled or shared ones."""
    wall, origin = order["clock"]
    if "offset" not in order:
        _wait_for_slack_in_real_time()
        scaled = ScaledClock(wall, origin)
        clockwork.go_by(scaled.now)
        if "another_day" in order:
            _live_on(scaled)
        return scaled, ScaledLoop
    offset = SharedOffset(Path(order["offset"]))
    clock = SharedClock(wall, origin, offset)
    clockwork.share(clock)
    return clock, lambda: SharedLoop(offset)


def _live_on(scaled: ScaledClock) -> None:
    """Let a bot live on the day of its clock, which may be another one than the machine's."""
    from tests.scenarios.turned.dates import date_runs  # noqa: PLC0415 - it imports what was rewritten

    clockwork.take_signatures_of(scaled.now)
    date_runs(scaled)


def _wait_for_slack_in_real_time() -> None:
    """Let a bot be as patient as ever with Slack and with its own work, which are no faster than else.

    Otherwise a busy machine decides whether a telling passes what follows where an answer comes late.
    """
    from bot import membership_cache  # noqa: PLC0415 - after they were rewritten
    from bot.slack import requests  # noqa: PLC0415

    requests.PATIENCE *= SPEED
    membership_cache.PATIENCE *= SPEED


def run(clock: "Clock", loop: Callable[[], asyncio.AbstractEventLoop]) -> None:
    """Run the bot by a clock, as `shiproom run` does, with the settings of the environment."""
    from bot import lifetime, logs  # noqa: PLC0415 - after they were rewritten
    from bot.settings import Settings, read_settings  # noqa: PLC0415

    settings = read_settings(os.environ)
    if not isinstance(settings, Settings):
        raise SystemExit("\n".join(settings))
    logs.set_up(settings.log, settings.secrets)
    with asyncio.Runner(loop_factory=loop) as runner:
        runner.run(lifetime.run(settings, clock))


def main() -> None:
    """Import everything, hold it still for the children, and serve; a bug to plant is named on the command line."""
    probe = install(seeded.bug("".join(sys.argv[1:])))
    import_all()
    gc.collect()
    gc.freeze()
    Server(probe).serve()


if __name__ == "__main__":
    main()
