"""The default target of a rollback."""

from handlers.build import Build
from handlers.environments import EnvironmentState


def rollback_target(successes: tuple[Build, ...], state: EnvironmentState) -> Build | None:
    """Return the build that a rollback goes to by default; None if there is none.

    That is the last success if the newest attempt failed, else the build that was live before the live one's first success.
    `successes` are the builds deployed there successfully, oldest first. The first success counts, because otherwise two
    rollbacks in a row would go back and forth.
    """
    live = state.live
    if not successes or live is None:
        return None
    if state.failed:
        return successes[-1]
    versions = [build.version for build in successes]
    if live.build.version not in versions:
        return successes[-1]
    index = versions.index(live.build.version)
    return successes[index - 1] if index > 0 else None
