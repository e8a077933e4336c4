"""The questions of `shiproom init`, in their order, and how each answer is read."""

import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from bot.schema.words import NAME, RELEASE
from bot.setup.answers import Answers, CiAnswer, TeamAnswer
from bot.setup.ci_kinds import KINDS_OF_CI
from bot.setup.names import Names
from bot.setup.terminal import AnswerError, Question, Terminal
from handlers.actions import RESERVED

_SEPARATOR = re.compile(r"[\s,;]+")
_ORIGIN = re.compile(
    r"""^\[remote "origin"\][^\[]*?^\s*url\s*=\s*(?:\w+://[^/\s]+/|[^/:\s]+:)([\w./-]+?)(?:\.git)?/?\s*$""",
    re.MULTILINE,
)
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?")
STARTERS, TESTERS, OPERATORS = "developers", "testers", "ops"


@dataclass(frozen=True, slots=True)
class Given:
    """What the command line says; None is asked for. `ci` has the fields of a CiAnswer."""

    folder: Path = Path()
    offline: bool = False
    force: bool = False
    public_url: str | None = None
    service: str | None = None
    channel: str | None = None
    environments: str | None = None
    starters: str | None = None
    testers: str | None = None
    operators: str | None = None
    kind: str | None = None
    time_zone: str | None = None
    ci: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])


def ask_all(terminal: Terminal, names: Names, given: Given, url: str) -> Answers:
    """Ask for everything that is not given.

    Raises SetupError if an answer is missing or wrong and nobody can be asked.
    """
    service = terminal.answer(
        Question("--service", "What is released? The service's name?", read_name, name_of(given.folder)),
        given.service,
    )
    channel = terminal.answer(
        Question("--channel", "The Slack channel for its cards?", names.channel), given.channel
    )
    environments = terminal.answer(
        Question(
            "--environment", "Where does a build go, first to last?", read_environments, "staging, production"
        ),
        given.environments,
    )
    terminal.explain("Who does what? People by name or e-mail address, or a @user-group, with commas.")
    starters = _team(terminal, names, STARTERS, ("--starter", "Who starts releases?", given.starters))
    testers = _team(
        terminal, names, TESTERS, ("--tester", "Who tests, and signs? (Enter for nobody)", given.testers)
    )
    operators = _team(
        terminal, names, OPERATORS, ("--operator", "Who operates it, and signs?", given.operators)
    )
    ci = _ask_ci(terminal, given)
    zone = terminal.answer(
        Question("--time-zone", "The time zone of its people?", read_time_zone, local_zone()), given.time_zone
    )
    return Answers(service, channel, environments, starters, testers, operators, ci, zone, url)


def _team(terminal: Terminal, names: Names, name: str, asked: tuple[str, str, str | None]) -> TeamAnswer:
    option, text, given = asked
    needed = name != TESTERS

    def read(written: str) -> TeamAnswer:
        listed = names.members(written)
        if needed and not listed:
            raise AnswerError("Somebody has to: name one person at least.")
        return TeamAnswer(name, listed)

    return terminal.answer(Question(option, f"  {text}", read, None if needed else ""), given)


def _ask_ci(terminal: Terminal, given: Given) -> CiAnswer:
    if given.kind is None:
        terminal.explain("What carries out deployments?")
        for name, each in KINDS_OF_CI.items():
            terminal.explain(f"  {name:8} {each.title}")
    kind = terminal.answer(Question("--ci", "Which one?", read_kind, "local"), given.kind)
    found: dict[str, str] = {}
    for part, (text, usual) in KINDS_OF_CI[kind].asked.items():
        default = origin_of(given.folder) if part == "repository" else usual
        option = f"--{part.replace('_', '-')}" if part not in {"url", "user"} else f"--ci-{part}"
        read = _READERS.get((kind, part)) or _READERS.get(("", part)) or read_text
        found[part] = terminal.answer(Question(option, f"  {text}", read, default), given.ci.get(part))
    return CiAnswer(kind, **found)


def name_of(folder: Path) -> str | None:
    """Return the name of a folder as that of a service; None if it makes none."""
    name = re.sub(r"[^a-z0-9]+", "-", folder.name.lower()).strip("-")
    try:
        return read_name(name)
    except AnswerError:
        return None


def origin_of(folder: Path) -> str | None:
    """Return the path of the repository that a clone comes from, like owner/name; None if it cannot be told."""
    try:
        config = (folder / ".git" / "config").read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    found = _ORIGIN.search(config)
    return found[1] if found else None


def read_name(written: str) -> str:
    """Read the name of a service or an environment.

    Raises AnswerError.
    """
    if NAME.pattern is not None and not NAME.pattern.fullmatch(written):
        raise AnswerError(f"{written[:60]!r} is not {NAME.wanted}.")
    if written in RESERVED or RELEASE.fullmatch(written):
        raise AnswerError(f"{written} is a word of /release: choose another name.")
    return written


def read_environments(written: str) -> tuple[str, ...]:
    """Read the names of environments.

    Raises AnswerError.
    """
    found = tuple(read_name(word) for word in _SEPARATOR.split(written) if word)
    if not found:
        raise AnswerError("Name one environment at least, like production.")
    if len(set(found)) < len(found):
        raise AnswerError("Each environment has a name of its own: one is there twice.")
    return found


def read_kind(written: str) -> str:
    """Read a kind of CI.

    Raises AnswerError.
    """
    if written not in KINDS_OF_CI:
        raise AnswerError(f"{written[:60]!r} is none of them: write {', '.join(KINDS_OF_CI)}.")
    return written


def read_time_zone(written: str) -> str:
    """Read the name of a time zone.

    Raises AnswerError.
    """
    try:
        ZoneInfo(written)
    except (KeyError, ValueError, OSError):
        raise AnswerError(f"{written[:60]!r} is no time zone: write one like Europe/Berlin.") from None
    return written


def local_zone() -> str:
    """Return the time zone of this machine, if its name can be told; /etc/localtime leads to it (systemd's localtime(5))."""
    name = Path("/etc/localtime").resolve().as_posix().partition("/zoneinfo/")[2].removeprefix("Etc/")
    try:
        return read_time_zone(name) if name else "UTC"
    except AnswerError:
        return "UTC"


def read_url(written: str) -> str:
    """Read the address of a server.

    Raises AnswerError.
    """
    try:
        split = urlsplit(written)
        fits = split.scheme in {"http", "https"} and split.hostname and not split.username and split.port != 0
    except ValueError:
        fits = False
    if not fits or not written.isprintable() or set(written) & set(" |<>\"'"):
        raise AnswerError(f"{written[:60]!r} is no address: write one like https://ci.example.org.")
    return written.rstrip("/")


def read_public_url(written: str) -> str:
    """Read the address under which Slack reaches the bot; empty for Socket Mode.

    Raises AnswerError.
    """
    if not written:
        return ""
    url = read_url(written)
    if not url.startswith("https://"):
        raise AnswerError(
            "Slack calls only addresses that begin with https://: put a proxy with TLS before the bot."
        )
    return url


def read_text(written: str) -> str:
    """Read text without spaces.

    Raises AnswerError.
    """
    if not written or not written.isprintable() or " " in written:
        raise AnswerError("Write a word without spaces.")
    return written


def _read_repository(written: str) -> str:
    parts = read_text(written).removeprefix("https://").split("/")
    if len(parts) < len(("owner", "name")) or not all(parts):
        raise AnswerError(f"{written[:60]!r} is no repository: write it like owner/name.")
    return written


def _read_host(written: str) -> str:
    if not _HOST.fullmatch(written):
        raise AnswerError("Write the host alone, in small letters, like deploy.example.org.")
    return written


def _read_command(written: str) -> str:
    try:
        words = shlex.split(written)
    except ValueError as error:
        raise AnswerError(f"The command cannot be read ({error}): close its quotes.") from error
    if not words or not written.isprintable():
        raise AnswerError("Write the command, like ./deploy.sh {environment}.")
    return written


_READERS: dict[tuple[str, str], Callable[[str], str]] = {
    ("generic", "url"): _read_host,
    ("", "url"): read_url,
    ("", "repository"): _read_repository,
    ("", "command"): _read_command,
}
