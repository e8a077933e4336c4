"""What a policy file says, and what it means beside another one: for `shiproom check`, wherever its answer is read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import yaml

from bot.blocks.words.policy_changes import described
from bot.policy import Diagnostic, PolicyResult, read_policy, read_written
from bot.policy.example import placeholders_in
from handlers.policy import Policy
from handlers.policy_changes import policy_changes

MOST_SHOWN = 1024 * 1024

EVERY = "every service"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one change means: a stable code, and a sentence without its end."""

    service: str
    code: str
    sentence: str
    weaker: bool

    def __str__(self) -> str:
        return f"{'WEAKER: ' if self.weaker else ''}{self.service}: {self.sentence}."


@dataclass(frozen=True, slots=True)
class PolicyReport:
    """The errors and warnings of a policy, and what its difference from another one means, weaker first.

    `changes` is None if nothing was compared or the older one cannot be read; then `unknown` says why, if it was asked.
    `begins` means that there was no policy before.
    """

    path: str
    errors: tuple[Diagnostic, ...]
    warnings: tuple[Diagnostic, ...]
    services: tuple[str, ...] = ()
    changes: tuple[Meaning, ...] | None = None
    unknown: str = ""
    begins: bool = False

    @property
    def weaker(self) -> tuple[Meaning, ...]:
        """The changes that make the policy weaker."""
        return tuple(each for each in self.changes or () if each.weaker)


def meanings(old: Policy, new: Policy) -> tuple[Meaning, ...]:
    """Return what differs in sentences, weaker first; people are named as the newer policy names them."""
    found = (
        Meaning(each.service, each.code, described(each, new.directory, old.directory), each.weaker)
        for each in policy_changes(old, new)
    )
    return tuple(
        sorted((*found, *_beside_the_services(old.text, new.text)), key=lambda each: not each.weaker)
    )


def _beside_the_services(old: str, new: str) -> Iterator[Meaning]:
    """Return what differs in the parts of the file that concern all services; what nothing compares counts as weaker."""
    if not old:
        return
    before, after = _parts(old), _parts(new)
    if before.get("ci") != after.get("ci"):
        yield Meaning(
            EVERY, "ci_changed", "`ci` has changed, which is not compared here: read these lines", weaker=True
        )
    rights = {each["name"]: _rights(each) for each in before.get("tokens") or ()}
    for each in after.get("tokens") or ():
        if more := sorted(_rights(each) - rights.get(each["name"], frozenset())):
            said = f"the token {each['name']} may now {' and '.join(more)}"
            yield Meaning(EVERY, "token_may", said, weaker=True)
    if before.get("audit") and not after.get("audit"):
        yield Meaning(
            EVERY, "anchor_removed", "the heads of the history are not kept outside the database", weaker=True
        )
    elif before.get("audit") != after.get("audit"):
        yield Meaning(
            EVERY, "anchor_changed", "the heads of the history are kept in another place", weaker=False
        )


def _parts(text: str) -> dict[str, Any]:
    return cast("dict[str, Any]", yaml.safe_load(text))


def _rights(token: Mapping[str, Any]) -> frozenset[str]:
    """Return what a token may, by service; without services it is for all of them."""
    services: list[str] = token.get("services") or ["every service"]
    return frozenset(f"{right} {service}" for right in token["may"] for service in services)


def policy_report(path: Path, environ: Mapping[str, str] | None, against: Path | None) -> PolicyReport:
    """Read a policy, and an older one if there is one to compare it with; `environ=None` leaves secrets out.

    Raises OSError if the older one cannot be read.
    """
    result = read_policy(path, environ)
    errors, warnings = _found(result, path, without_secrets=environ is None)
    services = tuple(sorted(result.policy.plans)) if result.policy else ()
    report = PolicyReport(path.as_posix(), errors, warnings, services)
    if against is None or result.policy is None:
        return report
    with against.open("rb") as file:
        text = file.read(MOST_SHOWN).decode("utf-8", "replace")
    if not text.strip():
        changes = meanings(Policy({}, result.policy.directory, {}), result.policy)
        return PolicyReport(report.path, errors, warnings, services, changes, begins=True)
    # Folders are looked up beside the newer one: the older one was taken out of its place.
    old = read_written(text, path, None)
    if old.policy is None:
        first = old.errors[0]
        unknown = f"the older policy has errors, the first one in line {first.line}: {first.message}"
        return PolicyReport(report.path, errors, warnings, services, unknown=unknown)
    return PolicyReport(report.path, errors, warnings, services, meanings(old.policy, result.policy))


def _found(
    result: PolicyResult, path: Path, *, without_secrets: bool
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Return errors and warnings; what this machine lacks is an error, unless another one is the bot's."""
    placeholders = placeholders_in(result.policy.text, path) if result.policy else ()
    lacking = () if without_secrets else result.absences
    return (*result.errors, *lacking), (*result.warnings, *placeholders)
