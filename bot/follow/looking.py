"""All that looks at CI systems, started, woken and stopped as one."""

from bot.ci.provider import Provider
from bot.ci_api.run import Hint
from bot.engine import Engine
from bot.follow.builds import BuildWatch
from bot.follow.called_off import CalledOffWatch
from bot.follow.outside import OutsideWatch
from bot.follow.runs import Follower
from bot.tasks import Tasks


class Looking:
    """The lookers of one bot."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        kinds = (Follower, BuildWatch, OutsideWatch, CalledOffWatch)
        self._lookers = [kind(engine, providers) for kind in kinds]

    def start(self, tasks: Tasks) -> None:
        """Begin to look."""
        for looker in self._lookers:
            tasks.start(looker.run(), type(looker).__name__)

    def wake(self) -> None:
        """Say that there may be something to look at."""
        for looker in self._lookers:
            looker.wake()

    def hint(self, ci: str, hint: Hint) -> None:
        """Take a hint that something has happened in a CI."""
        for looker in self._lookers:
            looker.hint(ci, hint)

    def stop(self) -> None:
        """Look no more."""
        for looker in self._lookers:
            looker.stop()
