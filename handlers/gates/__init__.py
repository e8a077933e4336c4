"""The gates before a step, one module each; every gate is asked every time, so that "why" is the whole answer."""

from collections.abc import Callable
from datetime import datetime

from handlers.facts import Facts
from handlers.gates import branch, lock, sign_off, turn
from handlers.gates.verdict import Asked, Verdict
from handlers.release import Kind, Release
from handlers.step import Step

Check = Callable[[Release, Step, Facts, datetime], tuple[Asked, ...]]

GATES: dict[str, Check] = {
    "sign_off": sign_off.check,
    "branch": branch.check,
    "lock": lock.check,
    "turn": turn.check,
}

PASSED_BY_ROLLBACKS = frozenset({"branch", "lock"})
"""Gates that a rollback does not meet: it brings back what was there before, and locks are made for it."""


def ask_gates(release: Release, step: Step, facts: Facts, now: datetime) -> tuple[Asked, ...]:
    """Ask every gate of the step, in the order of the registry; never stops at the first that is shut."""
    skipped = PASSED_BY_ROLLBACKS if release.kind is Kind.ROLLBACK else frozenset[str]()
    answers: list[Asked] = []
    for name, check in GATES.items():
        if name not in skipped:
            answers.extend(check(release, step, facts, now))
    return tuple(answers)


__all__ = ["GATES", "Asked", "Verdict", "ask_gates"]
