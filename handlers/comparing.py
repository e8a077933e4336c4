"""Derives what follows once a CI has told how two commits relate."""

from collections.abc import Iterable, Mapping

from handlers.build import Build
from handlers.effects import Announce, Effect, NotifyOpen
from handlers.events import CommitsCompared
from handlers.release import Kind, Release
from handlers.step import StepState


def effects_of_comparison(
    event: CommitsCompared,
    builds: Iterable[Build],
    opened: Iterable[Release],
    deployed: Mapping[str, Release],
) -> tuple[Effect, ...]:
    """Return what has to be looked at again.

    `builds` are those of the new commit, `opened` the open releases, `deployed` those that deployed what is live, by
    environment. If the new commit contains the old one, releases of its builds may supersede others now, where they are
    requested or live. A rollback supersedes nothing.
    """
    effects: list[Effect] = [NotifyOpen(event.service, "reevaluate")]
    effects += [Announce(event.service, build.version) for build in builds]
    if event.comparison.contains:
        effects += [
            NotifyOpen(event.service, "newer_requested", release.step.environment, release.number)
            for release in opened
            if release.build.sha == event.new and _is_requested(release)
        ]
        effects += [
            NotifyOpen(event.service, "newer_succeeded", name, release.number)
            for name, release in deployed.items()
            if release.kind is Kind.NORMAL and release.build.sha == event.new
        ]
    return tuple(effects)


def _is_requested(release: Release) -> bool:
    step = release.step
    return release.kind is Kind.NORMAL and step.state is StepState.WAITING and step.requested
