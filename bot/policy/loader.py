"""Reads a policy file, once and whole, into the policy or all its errors."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, available_timezones

from pydantic import Field

from bot.clock import SystemClock
from bot.policy.advice import advise_on_service, advise_on_unused
from bot.policy.audit import AuditSection
from bot.policy.calendars import WrittenTimes, read_calendars
from bot.policy.checks import check_service
from bot.policy.connections import read_connections
from bot.policy.freezes import SharedFreezeSection
from bot.policy.people import PersonSection, TeamSection, check_people
from bot.policy.placeholders import Secrets
from bot.policy.public_holidays import HolidaysSection
from bot.policy.references import References
from bot.policy.reporting import ReportSection
from bot.policy.services import read_services
from bot.policy.tokens import TokenSection, check_tokens
from bot.policy.windows import NamedWindows
from bot.schema.diagnostics import Diagnostic, Diagnostics, Position, TooManyDiagnosticsError, shown, suggest
from bot.schema.fields import Part, Raw, SectionList, SectionsByName, read_by
from bot.schema.json_shapes import text_schema
from bot.schema.nodes import MOST_BYTES, InvalidNode, MappingNode, Node, ScalarNode, compose
from bot.schema.readers import LocatedText, read_text, refuse
from bot.schema.section import Entry, Section, SectionContext, entries_of
from bot.schema.words import TEXT
from handlers.people import Directory, Team
from handlers.policy import Policy

_VERSION = "1"


@dataclass(frozen=True, slots=True)
class PolicyResult:
    """The result of reading a policy: the policy or its errors, and its warnings.

    Warnings never keep a policy from being used. `secrets` is what was read from the environment for it, to be kept out of
    everything that people read; `missing` are the names that the environment lacks, `absences` what its
    deployments need and this machine lacks.
    """

    policy: Policy | None
    errors: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    secrets: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()
    absences: tuple[Diagnostic, ...] = ()


def read_policy(path: Path, environ: Mapping[str, str] | None, now: datetime | None = None) -> PolicyResult:
    """Read and check a policy file; `environ` holds the secrets that `${NAME}` stands for.

    With None the secrets are not looked up, and each is left as written: enough to check a policy, not to run it. Nothing is
    raised for whatever the file holds, or if it does not exist: that is an error of the result. Reading ends after
    bot.schema.diagnostics.MOST_DIAGNOSTICS errors. It blocks: milliseconds for an honest file, seconds for the worst. Freezes
    that are over `now` count no more, and holidays are known for ten years from then.
    """
    return _result(None, path, environ, now)


def read_written(
    written: str, path: Path, environ: Mapping[str, str] | None, now: datetime | None = None
) -> PolicyResult:
    """Read a policy from its text as it was written, as if it stood in the file at `path`."""
    return _result(written.encode(), path, environ, now)


def _result(
    raw: bytes | None, path: Path, environ: Mapping[str, str] | None, now: datetime | None
) -> PolicyResult:
    diagnostics = Diagnostics(path)
    secrets = Secrets(environ, diagnostics)
    try:
        read = raw if raw is not None else _bytes(path, diagnostics)
        policy = None if read is None else _read(read, secrets, diagnostics, path, now or SystemClock().now())
    except TooManyDiagnosticsError:
        policy = None
    taken = None if diagnostics.errors else policy
    found, missing = frozenset(secrets.found), frozenset(secrets.missing)
    return PolicyResult(taken, diagnostics.errors, diagnostics.warnings, found, missing, diagnostics.absences)


def _read(raw: bytes, secrets: Secrets, diagnostics: Diagnostics, path: Path, now: datetime) -> Policy | None:
    text = _text(raw, diagnostics)
    root = None if text is None else compose(text, diagnostics)
    if text is None or root is None:
        return None
    if not isinstance(root, MappingNode):
        refuse(root, "a mapping that begins with `version: 1`", diagnostics)
        return None
    filled = replace(secrets.fill(root), position=Position())
    policy = _policy(filled, SectionContext(diagnostics, path.parent.absolute()), now)
    return replace(policy, fingerprint=sha256(raw).hexdigest(), text=text)


def _read_version(node: Node, diagnostics: Diagnostics) -> None:
    refused = isinstance(node, InvalidNode)
    if not refused and not (isinstance(node, ScalarNode) and node.plain and node.written == _VERSION):
        diagnostics.error(node.position, "this Shiproom reads `version: 1`, without quotes")


def _read_time_zone(node: Node, diagnostics: Diagnostics) -> str:
    name = read_text(node, TEXT, diagnostics)
    if not isinstance(node, ScalarNode) or not name or node.coerced or node.opaque:
        return "UTC"
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hint = suggest(name, sorted(available_timezones()))
        diagnostics.error(node.position, f"{shown(name)} is no time zone; {hint}")
    return name


class PolicyFile(Section):
    """The whole file; services and CIs are read once the teams are known."""

    version: Annotated[None, read_by(_read_version, {"const": 1})] = Field(
        description="write `version: 1` at the top"
    )
    teams: SectionsByName[TeamSection] = Field(
        description="who may start, sign and operate, like `ops: {members: [U0TIM]}`"
    )
    ci: Raw = Field(description="what carries out deployments, like `here: {kind: local, directory: deploy}`")
    services: Raw = Field(description="what is released")
    time_zone: Annotated[str, read_by(_read_time_zone, text_schema(TEXT))] = Field(
        default="UTC",
        description="the zone of the times on cards, in `lock ... until`, of windows and freezes, like `Europe/Berlin`; "
        "UTC by default",
    )
    holidays: Part[HolidaysSection] = Field(
        default=None, description="which days are holidays, like `{country: DE, subdivision: BE}`"
    )
    windows: NamedWindows = Field(
        default={}, description="when deployments may start, by names that environments refer to"
    )
    freezes: SectionList[SharedFreezeSection] = Field(
        default=(), description="when nothing starts, like the last weeks of a year"
    )
    people: SectionList[PersonSection] = Field(
        default=(),
        description="one person, several names: needed for two Slack accounts, and where authors may not sign",
    )
    tokens: SectionList[TokenSection] = Field(
        default=(), description="programs that use the JSON API, each with its own secret and rights"
    )
    report: Part[ReportSection] = Field(
        default=None,
        description="a report each week, like `{channel: C0SHIP, every: Mon 09:00}`",
    )
    audit: Part[AuditSection] = Field(
        default=None, description="where the heads of the history are kept outside the database"
    )

    @classmethod
    def called(cls, entry: Entry) -> str:
        """Return the name of this mapping in messages."""
        del entry
        return "the policy"

    def check(self, context: SectionContext) -> None:
        """Report names that two persons share."""
        check_people(self.people, context.diagnostics)


def _policy(root: MappingNode, context: SectionContext, now: datetime) -> Policy:
    file = PolicyFile.model_validate(root, context=context)
    connected = read_connections(file.ci, context)
    connections = {name: connection for name, (connection, _) in connected.items()}
    teams = {name: team.team(name) if team else Team(name) for name, team in file.teams.items()}
    people = tuple(person.person() for person in file.people)
    directory = Directory(teams, people, _zone(file.time_zone))
    references = References(context.diagnostics, context.folder, directory, connections, file.windows)
    services = read_services(file.services, references)
    plans = {name: service.plan(name) for name, service in services.items()}
    for name, service in services.items():
        check_service(service, plans[name], directory, context.diagnostics)
        advise_on_service(service, plans[name], directory, context.diagnostics)
    if services:
        named = [LocatedText(name, each.position) for name, each in entries_of(file.node("teams")).items()]
        advise_on_unused("teams", named, references, context.diagnostics)
        advise_on_unused("ci", [name for _, name in connected.values()], references, context.diagnostics)
        listed = [LocatedText(name, each.position) for name, each in entries_of(file.node("windows")).items()]
        advise_on_unused("windows", listed, references, context.diagnostics)
    check_tokens(file.tokens, plans, directory, context.diagnostics)
    tokens = tuple(token.token() for token in file.tokens)
    anchor = file.audit.anchor if file.audit is not None else None
    anchoring = anchor.anchoring(context.folder) if anchor is not None else None
    times = WrittenTimes(_zone(file.time_zone), now, file.holidays, file.windows, file.freezes)
    written = {name: (service, plans[name]) for name, service in services.items()}
    calendars = read_calendars(times, written, context.diagnostics)
    return Policy(
        plans,
        directory,
        connections,
        file.time_zone,
        tokens=tokens,
        anchoring=anchoring,
        reporting=file.report.reporting() if file.report is not None else None,
        calendars=calendars,
    )


def _zone(name: str) -> ZoneInfo:
    """Return a time zone; UTC for one that was reported as unknown."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def _bytes(path: Path, diagnostics: Diagnostics) -> bytes | None:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "unreadable"
        remedy = (
            "let `shiproom init` write one" if isinstance(error, FileNotFoundError) else "fix its permissions"
        )
        diagnostics.error(
            Position(), f"the policy cannot be read ({reason}): name the file with --config, or {remedy}"
        )
        return None
    if len(raw) > MOST_BYTES:
        diagnostics.error(
            Position(),
            f"the file is larger than {MOST_BYTES // 1024} KiB: a policy is text for people to read",
        )
        return None
    return raw


def _text(raw: bytes, diagnostics: Diagnostics) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        position = Position(before.count("\n") + 1, len(before) - before.rfind("\n"))
        diagnostics.error(position, "this is not UTF-8: save the file in that encoding")
        return None
