"""Says how a release ended, and what became of it afterwards: a build that was live may have been rolled back."""

from collections.abc import Callable, Mapping, Sequence

from bot.blocks.card_view import title
from bot.blocks.failures import failed_at, is_of_the_build, step_failure
from bot.blocks.linked_reason import reason_words
from bot.blocks.names import Names
from bot.blocks.taken_back import TakenBack, release_taken_back
from bot.blocks.text import escape, quoted, reported
from handlers.environments import EnvironmentState
from handlers.release import Kind, Release, ReleaseState
from handlers.step import Step, StepState

LONGEST_NAME = 24
LONGEST_REASON = 80


def ending_line(release: Release, environments: Mapping[str, EnvironmentState], names: Names) -> str:
    """Return how a release ended, when and by whom: one sentence without its full stop."""
    ending = release.ending
    if ending is None:
        return title(release)
    said = _SAID[ending.state](release, names)
    failed = release.failed_step
    if failed is not None:
        said = f"{_failure(failed, names)}, then {said}"
    taken = release_taken_back(release, environments)
    if taken is not None:
        where, mark = taken.environment, taken.mark
        back = f"rolled back by r{mark.release} {names.clock(mark.at)}{taken.why}"
        if ending.state is ReleaseState.DONE and where == _reached(release).environment:
            return f"{title(release)} was live in {escape(where, LONGEST_NAME)} from {names.clock(ending.at)}, {back}"
        said += f"; in {escape(where, LONGEST_NAME)} it was {back}"
    return f"{title(release)} {said}"


def _done(release: Release, names: Names) -> str:
    at, ending = "", release.ending
    if ending is not None:
        at = names.clock(ending.at)
    reached = _reached(release).environment
    where = escape(reached, LONGEST_NAME)
    by = f", asked by {names.user(release.requesters[0])}" if release.requesters else ""
    if release.kind is Kind.ROLLBACK:
        why = quoted(release.note, LONGEST_REASON)
        return f"went back into {where} {at}, a rollback{by.replace('asked ', '')}" + (
            f": {why}" if why else ""
        )
    if reached != release.steps[-1].environment:
        return f"is done, in {where} {at}{by}"
    return f"went live in {where} {at}{by}"


def _reached(release: Release) -> Step:
    """Return the last step that succeeded, of a release that is done."""
    return [*release.steps[:1], *(step for step in release.steps if step.state is StepState.SUCCEEDED)][-1]


def _by(verb: str, release: Release, names: Names) -> str:
    ending = release.ending
    if ending is None:
        return verb
    by = f" by {names.user(ending.by)}" if ending.by else ""
    why = reason_words(ending.reason, names, LONGEST_REASON)
    return f"{verb}{by} {names.clock(ending.at)}" + (f": {why}" if why else "")


def _replaced(release: Release, names: Names) -> str:
    ending = release.ending
    number = ending.replaced_by if ending is not None else 0
    at = f" {names.clock(ending.at)}" if ending is not None else ""
    return f"was replaced by r{number}{at}" if number else f"was replaced{at}"


def _failure(step: Step, names: Names) -> str:
    detail = step.failure.detail if step.failure is not None else ""
    at = failed_at(step)
    when = f" {names.clock(at)}" if at is not None else ""
    return step_failure(step) + when + (f": {reported(detail, LONGEST_REASON)}" if detail else "")


_SAID: dict[ReleaseState, Callable[[Release, Names], str]] = {
    ReleaseState.DONE: _done,
    ReleaseState.REJECTED: lambda release, names: _by("was rejected", release, names),
    ReleaseState.CANCELLED: lambda release, names: _by("was cancelled", release, names),
    ReleaseState.SUPERSEDED: _replaced,
}


def fate(releases: Sequence[Release], taken: TakenBack | None, last: str, names: Names) -> str:
    """Return the worst that is known of a build by its releases, to stand wherever it is named; empty if nothing is.

    `taken` is where it was rolled back, `last` the last environment.
    """
    if taken is not None:
        return taken.words(last, names) + taken.why
    ended = next(iter(releases), None)
    if ended is None:
        return ""
    if ended.ending is not None and ended.ending.state is ReleaseState.REJECTED:
        return _by("rejected", ended, names)
    failed = ended.failed_step
    return _failure(failed, names) if failed is not None and is_of_the_build(failed.failure) else ""
