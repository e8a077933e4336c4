"""What a form or a button showed of an environment, so that it does nothing else later."""

from dataclasses import dataclass

from handlers.build import Build
from handlers.environments import EnvironmentState


@dataclass(frozen=True, slots=True)
class EnvironmentPrecondition:
    """What was live in an environment, which build was to go there, and which release held it.

    `live` and `target` are fingerprints of builds, `live` is empty for none. `holder` is 0 for none, and None if it was not
    shown as something that gives way.
    """

    environment: str
    live: str
    target: str
    holder: int | None = None

    def changed(self, target: Build, state: EnvironmentState) -> str:
        """Return the first thing that is not as it was shown: `live`, `target` or `holder`; empty if all is."""
        if (self.environment, self.live) != (state.environment, live_fingerprint(state)):
            return "live"
        if self.target != target.fingerprint():
            return "target"
        return "holder" if self.holder not in {None, state.holder} else ""


def live_fingerprint(state: EnvironmentState) -> str:
    """Return the fingerprint of the build that is live; empty for none."""
    return state.live.build.fingerprint() if state.live is not None else ""


def start_precondition(target: Build, state: EnvironmentState) -> EnvironmentPrecondition:
    """Return what a button to start a build shows; the release waits for its turn behind any holder."""
    return EnvironmentPrecondition(state.environment, live_fingerprint(state), target.fingerprint())


def rollback_precondition(target: Build, state: EnvironmentState) -> EnvironmentPrecondition:
    """Return what a rollback shows: from what, to what, and which release gives way."""
    return EnvironmentPrecondition(
        state.environment, live_fingerprint(state), target.fingerprint(), state.holder
    )
