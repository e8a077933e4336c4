"""The `turn` gate: one release at a time holds an environment; the others stand in line, rollbacks first."""

from datetime import datetime

from handlers.facts import Facts
from handlers.gates.verdict import Asked, Reason, opened, waiting
from handlers.ground import Ground, InLine, in_order
from handlers.release import Kind, Release
from handlers.step import Step

GATE = "turn"


def check(release: Release, step: Step, facts: Facts, now: datetime) -> tuple[Asked, ...]:
    """Open for the holder itself and for the first in line of a free environment."""
    ground = facts.ground(step.environment)
    if ground.holder == release.number:
        return (opened(GATE),)
    ahead = ahead_of(release, step, ground, now)
    if not ground.holder and not ahead:
        return (opened(GATE),)
    first = ground.holder or ahead[0].release
    values = {
        "holder": f"r{first}",
        "held": "yes" if ground.holder else "no",
        "environment": step.environment,
        "place": str(len(ahead) + 1),
    }
    return (waiting(GATE, Reason("turn", values, (), None, f"r{first} leaves {step.environment}")),)


def ahead_of(release: Release, step: Step, ground: Ground, now: datetime) -> tuple[InLine, ...]:
    """List who stands in line before a release; one that does not stand there yet would come last of its kind."""
    own = InLine(release.number, step.in_line_since or now, release.kind is Kind.ROLLBACK)
    others = tuple(entry for entry in ground.line if entry.release != release.number)
    line = in_order((*others, own))
    return line[: line.index(own)]
