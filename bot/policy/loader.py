"""From the bytes of a policy file to the policy, or to everything that is wrong with it; the file is read once and whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from bot.policy.advice import advise_on_service, advise_on_unused
from bot.policy.checks import check_service
from bot.policy.connections import read_connections
from bot.policy.faults import Fault, Findings, Place, TooManyFaultsError, instead, shown
from bot.policy.nodes import MOST_BYTES, Keyed, Scalar, compose
from bot.policy.people import read_people, read_teams
from bot.policy.placeholders import Secrets
from bot.policy.readers import refuse
from bot.policy.references import References
from bot.policy.section import Section
from bot.policy.services import WrittenService, read_services
from handlers.people import Directory
from handlers.plan import Policy

_VERSION = "1"


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading a policy: the policy, or else its faults; warnings never keep it from being taken.

    `secrets` is what was read from the environment for it, to be kept out of everything that people read.
    """

    policy: Policy | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    secrets: frozenset[str] = frozenset()


def read_policy(path: Path, environ: Mapping[str, str] | None) -> Reading:
    """Read and check a policy file. `environ` holds the secrets that `${NAME}` stands for.

    With None the secrets are not looked up, and each is left as it is written: enough to check a policy, not to run it.
    Nothing is raised for whatever the file holds or for its absence: that is a fault too. Reading ends after
    bot.policy.faults.MOST_FAULTS faults. It blocks: milliseconds for an honest file, seconds for the worst.
    """
    findings = Findings(path)
    secrets = Secrets(environ, findings)
    try:
        policy = _read(path, secrets, findings)
    except TooManyFaultsError:
        policy = None
    taken = None if findings.faults else policy
    return Reading(taken, findings.faults, findings.warnings, frozenset(secrets.found))


def _read(path: Path, secrets: Secrets, findings: Findings) -> Policy | None:
    raw = _bytes(path, findings)
    text = None if raw is None else _text(raw, findings)
    root = None if text is None else compose(text, findings)
    if raw is None or root is None:
        return None
    if not isinstance(root, Keyed):
        refuse(root, "a mapping that begins with `version: 1`", findings)
        return None
    filled = secrets.fill(root)
    return _policy(
        Section("the policy", filled, findings, Place()), path.parent.absolute(), sha256(raw).hexdigest()
    )


def _policy(root: Section, folder: Path, fingerprint: str) -> Policy:
    _need(root)
    _version(root)
    zone = _time_zone(root)
    people, teams, connected = read_people(root), read_teams(root), read_connections(root, folder)
    directory = Directory({name: team for name, (team, _) in teams.items()}, people)
    connections = {name: connection for name, (connection, _) in connected.items()}
    references = References(directory, connections, root.findings)
    services = read_services(root, references)
    root.close()
    _check(services, directory, root.findings)
    if services:
        advise_on_unused("teams", [name for _, name in teams.values()], references, root.findings)
        advise_on_unused("ci", [name for _, name in connected.values()], references, root.findings)
    return Policy(
        {each.plan.service: each.plan for each in services}, directory, connections, zone, fingerprint
    )


def _need(root: Section) -> None:
    root.need(
        version="write `version: 1` at the top",
        teams="who may start, sign and operate, like `ops: {members: [U0TIM]}`",
        ci="what carries out deployments, like `here: {kind: local, directory: deploy}`",
        services="what is released",
    )


def _check(services: tuple[WrittenService, ...], directory: Directory, findings: Findings) -> None:
    for service in services:
        check_service(service, directory, findings)
        advise_on_service(service, directory, findings)


def _version(root: Section) -> None:
    node = root.node("version")
    if node is not None and not (isinstance(node, Scalar) and node.plain and node.written == _VERSION):
        root.findings.fault(node.place, "this Shiproom reads `version: 1`, without quotes")


def _time_zone(root: Section) -> str:
    name, node = root.text("time_zone"), root.node("time_zone")
    if not isinstance(node, Scalar) or not name or node.coerced or node.opaque:
        return "UTC"
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        hint = instead(name, sorted(available_timezones()))
        root.findings.fault(node.place, f"{shown(name)} is no time zone; {hint}")
    return name


def _bytes(path: Path, findings: Findings) -> bytes | None:
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "unreadable"
        findings.fault(
            Place(), f"the policy cannot be read ({reason}): name the file with --config, or mend its rights"
        )
        return None
    if len(raw) > MOST_BYTES:
        findings.fault(
            Place(), f"the file is larger than {MOST_BYTES // 1024} KiB: a policy is text for people to read"
        )
        return None
    return raw


def _text(raw: bytes, findings: Findings) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        before = raw[: error.start].decode("utf-8")
        place = Place(before.count("\n") + 1, len(before) - before.rfind("\n"))
        findings.fault(place, "this is not UTF-8: save the file in that encoding")
        return None
