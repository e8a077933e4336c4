"""Follows one environment: what was deployed there, what of it was bad and until when, and how far each branch came."""

from bot.reports.builds import Builds
from bot.reports.facts import Deployment, Kind
from handlers.attempt_endings import AttemptOutcome

_REMEDIES = frozenset({Kind.ROLLBACK, Kind.EMERGENCY})


class EnvironmentHistory:
    """The deployments into one environment, in the order in which their ends were noted."""

    def __init__(self) -> None:
        self.deployments: list[Deployment] = []
        self._bad: dict[tuple[int, int], Deployment] = {}
        self._live: Deployment | None = None
        self._broken: list[Deployment] = []
        self._reached: dict[str, int] = {}

    def add(self, found: Deployment, started: int) -> None:
        """Note how a deployment ended, and what that says of those before it.

        `started` is when its release was started: with a remedy people knew then that what is live is bad.
        """
        self.deployments.append(found)
        if found.release and found.how is not AttemptOutcome.SUCCEEDED:
            self._bad[found.release, found.attempt] = found
        if found.how is AttemptOutcome.FAILED:
            found.known_bad_at = found.ended
            self._broken.append(found)
        if found.how is not AttemptOutcome.SUCCEEDED:
            return
        live = self._live
        if found.kind in _REMEDIES and not self._broken and live is not None and live.is_change:
            live.known_bad_at = min(started, found.ended)
            self._broken.append(live)
        for each in self._broken:
            if each.known_bad_at is not None and each.known_bad_at <= found.ended:
                each.restored_at = found.ended
        self._broken = [each for each in self._broken if each.restored_at is None]
        if live is None or live.ended <= found.ended:
            self._live = found

    def withdraw(self, release: int, attempt: int) -> None:
        """Forget that an attempt failed, or was stopped: something else is known of it now."""
        found = self._bad.pop((release, attempt), None)
        if found is not None:
            self.deployments = [each for each in self.deployments if each is not found]
            self._broken = [each for each in self._broken if each is not found]

    def brought(self, branch: str, position: int, builds: Builds) -> tuple[int, ...]:
        """Return when the builds of a branch were ready that are there for the first time with the one at `position`.

        `builds` are all of the branch that were reported so far.
        """
        before = self._reached.get(branch, -1)
        if position <= before:
            return ()
        self._reached[branch] = position
        return builds.ready(before, position)
