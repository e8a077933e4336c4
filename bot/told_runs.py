"""What CIs tell of runs while nothing is decided of a service: an operator sees it beside what the database has."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from handlers.environments import RunTold

LONG_AGO = datetime.min.replace(tzinfo=UTC)

Told = Mapping[str, Mapping[str, RunTold]]
"""By service and environment, the run that deployed there last."""


@dataclass(slots=True)
class ToldRuns:
    """Keeps one run for each environment: the one that is under way, else the one that ended last."""

    told: dict[str, dict[str, RunTold]] = field(default_factory=dict[str, dict[str, RunTold]])

    def note(self, service: str, environment: str, runs: list[RunTold]) -> None:
        """Replace what is known of an environment by what its CI lists now, oldest first; nothing listed changes nothing."""
        under_way = [run for run in runs if run.under_way]
        if runs:
            last = max(runs, key=lambda run: run.ended_at or LONG_AGO)
            self.told.setdefault(service, {})[environment] = under_way[-1] if under_way else last

    def forget(self, service: str) -> None:
        """Forget a service of which decisions are made again."""
        self.told.pop(service, None)
