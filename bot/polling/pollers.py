"""Starts, wakes and stops all pollers together."""

from bot.ci.provider import Provider
from bot.ci.run import Hint
from bot.engine import Engine
from bot.polling.builds import BuildPoller
from bot.polling.external_runs import ExternalRunPoller
from bot.polling.late_runs import LateRunPoller
from bot.polling.runs import RunPoller
from bot.tasks import Tasks


class Pollers:
    """All pollers of one bot."""

    def __init__(self, engine: Engine, providers: dict[str, Provider]) -> None:
        kinds = (RunPoller, BuildPoller, ExternalRunPoller, LateRunPoller)
        self._pollers = [kind(engine, providers) for kind in kinds]

    def start(self, tasks: Tasks) -> None:
        """Start every poller as a background task."""
        for poller in self._pollers:
            tasks.keep(poller.run, type(poller).__name__)

    def wake(self) -> None:
        """Run a round of every poller now: something may have become due."""
        for poller in self._pollers:
            poller.wake()

    def on_hint(self, ci: str, hint: Hint) -> None:
        """Pass a hint from a CI to every poller."""
        for poller in self._pollers:
            poller.on_hint(ci, hint)

    def pause(self, *, on: bool) -> None:
        """Have no poller begin a round until it is called with `on=False`."""
        for poller in self._pollers:
            poller.pause(on=on)

    def stop(self) -> None:
        """Stop every poller after its current round."""
        for poller in self._pollers:
            poller.stop()
