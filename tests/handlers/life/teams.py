"""The teams of the simulated world, with stand-ins: with a user group, at which one looks each minute, or without."""

from dataclasses import replace

from handlers.people import Team
from tests.handlers import builders

STAND_INS = {"testers": (builders.MARA, builders.TIM), "ops": (builders.ANDY, builders.MARA, builders.AMITA)}


def teams(*, grouped: bool = True) -> dict[str, Team]:
    """Return the teams."""
    named = builders.TEAMS if grouped else builders.UNGROUPED
    return {name: replace(team, stand_ins=STAND_INS.get(name, ())) for name, team in named.items()}
