"""The parent of all pollers: polls what is due, and sooner after a hint."""

from abc import abstractmethod
from collections.abc import Iterable

from bot.ci.provider import Provider
from bot.ci.run import Hint
from bot.engine import Engine
from bot.loop import WakeableLoop
from bot.polling.poll_schedule import PollSchedule


class Poller(WakeableLoop):
    """Polls CI systems in a background loop, each key on its own schedule."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        super().__init__()
        self._engine = engine
        self._providers = providers
        self._poll_schedule = PollSchedule(engine.clock.monotonic)

    @abstractmethod
    def keys_for(self, ci: str, hint: Hint) -> Iterable[str]:
        """Return the keys to poll soon because of a hint from a CI."""

    def on_hint(self, ci: str, hint: Hint) -> None:
        """Poll soon what a hint from a CI concerns; what concerns nothing here wakes nobody."""
        keys = list(self.keys_for(ci, hint))
        for key in keys:
            self._poll_schedule.poll_soon(key)
        if keys:
            self.wake()


def concerns(hint: Hint, repository: str, workflow: str) -> bool:
    """Return whether a hint may be about a workflow of a repository: it names both, or leaves out what it does not know."""
    if hint.repository and _path_of(hint.repository) != _path_of(repository):
        return False
    return hint.workflow in {"", workflow}


def _path_of(repository: str) -> str:
    """Return the path of a repository that is written as a path or as an address."""
    path = repository.partition("://")[2].partition("/")[2] if "://" in repository else repository
    return path.strip("/").removesuffix(".git").casefold()
