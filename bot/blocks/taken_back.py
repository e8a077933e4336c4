"""Says that a rollback took a build, or what a release deployed, away from an environment."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.blocks.names import Names
from bot.blocks.text import escape, quoted
from handlers.build import Build
from handlers.environments import EnvironmentState, RolledBack
from handlers.release import Release
from handlers.step import StepState

LONGEST_NAME = 24
LONGEST_REASON = 80


@dataclass(frozen=True, slots=True)
class TakenBack:
    """Where a rollback took something away, and that rollback."""

    environment: str
    mark: RolledBack

    def words(self, last: str, names: Names) -> str:
        """Return when it was rolled back, and where unless in the last environment."""
        where = "" if self.environment == last else f" in {escape(self.environment, LONGEST_NAME)}"
        return f"rolled back{where} {names.clock(self.mark.at)}"

    @property
    def why(self) -> str:
        """The reason of the rollback, after a colon; empty if there is none."""
        why = quoted(self.mark.reason, LONGEST_REASON)
        return f": {why}" if why else ""


def build_taken_back(
    build: Build, environments: Mapping[str, EnvironmentState], order: Iterable[str]
) -> TakenBack | None:
    """Return where a build was rolled back and was not deployed since; the last environment of the order first."""
    for name in reversed(tuple(order)):
        marks = environments[name].rolled_back if name in environments else ()
        found = next((each for each in reversed(marks) if each.build.sha == build.sha), None)
        if found is not None:
            return TakenBack(name, found)
    return None


def release_taken_back(release: Release, environments: Mapping[str, EnvironmentState]) -> TakenBack | None:
    """Return where a rollback took away what a release had deployed or taken over; the last environment first."""
    for step in reversed(release.steps):
        there, deployed_by = environments.get(step.environment), step.taken_over or release.number
        marks = there.rolled_back if there is not None and step.state is StepState.SUCCEEDED else ()
        found = next((each for each in marks if each.took == deployed_by), None)
        if found is not None:
            return TakenBack(step.environment, found)
    return None
