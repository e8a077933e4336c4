"""Says how a release ended, and what became of it afterwards: a build that was live may have been rolled back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from bot.blocks.card_view import title
from bot.blocks.names import Names
from bot.blocks.text import escape, quoted, reported
from handlers.environments import EnvironmentState, RolledBack
from handlers.release import Kind, Release, ReleaseState
from handlers.step import Step, StepState

LONGEST_NAME = 24
LONGEST_REASON = 80


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What tells the fate of releases: a service's environments, and which release was deployed there after which.

    `deployments` are by environment the numbers of releases with their times in microseconds, the latest first.
    """

    environments: Mapping[str, EnvironmentState] = field(default_factory=dict[str, EnvironmentState])
    deployments: Mapping[str, Sequence[tuple[int, int]]] = field(
        default_factory=dict[str, Sequence[tuple[int, int]]]
    )

    def rolled_back(self, release: Release) -> tuple[str, RolledBack] | None:
        """Return where a release was live until a rollback took its place there, and that rollback."""
        for name, state in self.environments.items():
            after = 0
            for number, _ in self.deployments.get(name, ()):
                if number == release.number:
                    taken = next((each for each in state.rolled_back if each.release == after), None)
                    if taken is not None:
                        return name, taken
                    break
                after = number
        return None


def ending_line(release: Release, aftermath: Aftermath, names: Names) -> str:
    """Return how a release ended, when and by whom: one sentence without its full stop."""
    ending = release.ending
    if ending is None:
        return title(release)
    said = _SAID[ending.state](release, names)
    if ending.state is ReleaseState.CANCELLED and (failed := _failed(release)) is not None:
        said = f"{_failure(failed, names)}, then {said}"
    taken = aftermath.rolled_back(release)
    if taken is not None:
        where, mark = taken
        why = quoted(mark.reason, LONGEST_REASON)
        back = f"rolled back by r{mark.release} {names.clock(mark.at)}" + (f": {why}" if why else "")
        if ending.state is ReleaseState.DONE:
            return f"{title(release)} was live in {escape(where, LONGEST_NAME)} from {names.clock(ending.at)}, {back}"
        said += f"; in {escape(where, LONGEST_NAME)} it was {back}"
    return f"{title(release)} {said}"


def _done(release: Release, names: Names) -> str:
    at, ending = "", release.ending
    if ending is not None:
        at = names.clock(ending.at)
    reached = [step for step in release.steps if step.state is StepState.SUCCEEDED] or release.steps
    where = escape(reached[-1].environment, LONGEST_NAME)
    by = f", asked by {names.user(release.requesters[0])}" if release.requesters else ""
    if release.kind is Kind.ROLLBACK:
        why = quoted(release.note, LONGEST_REASON)
        return f"went back into {where} {at}, a rollback{by.replace('asked ', '')}" + (
            f": {why}" if why else ""
        )
    if len(reached) < len(release.steps) or reached[-1].environment != release.plan.environments[-1].name:
        return f"is done, in {where} {at}{by}"
    return f"went live in {where} {at}{by}"


def _by(verb: str, release: Release, names: Names) -> str:
    ending = release.ending
    if ending is None:
        return verb
    by = f" by {names.user(ending.by)}" if ending.by else ""
    why = quoted(ending.reason, LONGEST_REASON)
    return f"{verb}{by} {names.clock(ending.at)}" + (f": {why}" if why else "")


def _replaced(release: Release, names: Names) -> str:
    ending = release.ending
    number = ending.replaced_by if ending is not None else 0
    at = f" {names.clock(ending.at)}" if ending is not None else ""
    return f"was replaced by r{number}{at}" if number else f"was replaced{at}"


def _failed(release: Release) -> Step | None:
    """Return the step whose deployment failed, if the release ended after that."""
    return next((step for step in reversed(release.steps) if step.failure is not None), None)


def _failure(step: Step, names: Names) -> str:
    code, detail = (step.failure.code, step.failure.detail) if step.failure is not None else ("", "")
    where, at = escape(step.environment, LONGEST_NAME), step.ended_at
    when = f" {names.clock(at)}" if at is not None else ""
    said = f"was not started in {where}" if code == "not_sent" else f"failed in {where}"
    return said + when + (f": {reported(detail, LONGEST_REASON)}" if detail else "")


_SAID: dict[ReleaseState, Callable[[Release, Names], str]] = {
    ReleaseState.DONE: _done,
    ReleaseState.REJECTED: lambda release, names: _by("was rejected", release, names),
    ReleaseState.CANCELLED: lambda release, names: _by("was cancelled", release, names),
    ReleaseState.SUPERSEDED: _replaced,
}


def fate(version: str, releases: Sequence[Release], aftermath: Aftermath, names: Names) -> str:
    """Return the worst that is known of a build, to stand wherever it is named; empty if nothing is."""
    for release in releases:
        taken = aftermath.rolled_back(release)
        if taken is not None:
            why = quoted(taken[1].reason, LONGEST_REASON)
            return f"rolled back {names.clock(taken[1].at)}" + (f": {why}" if why else "")
    ended = next((each for each in releases if each.build.version == version), None)
    if ended is None:
        return ""
    if ended.ending is not None and ended.ending.state is ReleaseState.REJECTED:
        return _by("rejected", ended, names)
    failed = _failed(ended)
    return _failure(failed, names) if failed is not None else ""
