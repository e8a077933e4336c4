"""Evaluates the gates before a step of a release."""

from datetime import datetime

from handlers.facts import Facts
from handlers.gate import GateContext, GateResult
from handlers.gates import evaluate
from handlers.lineage import Authorship, Relation
from handlers.release import Kind, Release
from handlers.step import Step, StepState

_NOT_GRANTED = frozenset({StepState.PENDING, StepState.WAITING})


def gate_context(release: Release, step: Step, facts: Facts, now: datetime) -> GateContext:
    """Return the context for the gates of a step."""
    environment = release.plan_of(step)
    return GateContext(
        release=release.number,
        absent=facts.absent(environment),
        loss=facts.loss,
        ci=environment.deploy.ci,
        rollback=release.kind is Kind.ROLLBACK,
        emergency=release.kind is Kind.EMERGENCY,
        alone_from=release.alone_from(step),
        takes_over=takes_over(release, step, facts),
        build=release.build,
        requesters=release.requesters,
        automatic=release.automatic,
        authorship=facts.authorship.get(step.environment)
        or Authorship(unknown=(release.build.version,), own=None),
        contains_live=environment.contains_live,
        to_live=facts.to_live.get(step.environment, Relation.UNKNOWN),
        step=step,
        settings=release.gates(step),
        protected=environment.protected,
        branches=release.branches(step),
        starters=release.plan.starters,
        operators=release.plan.operators,
        environment_state=facts.environment_state(step.environment),
        membership=facts.membership,
        calendar=facts.calendar(step.environment),
        now=now,
        hold=release.hold,
        takes=release.takes,
        bars=release.bars,
        waiving=release.plan.waiving,
        waived_by=tuple(each.by for other in release.steps for each in other.waivers),
    )


def takes_over(release: Release, step: Step, facts: Facts) -> bool:
    """Return whether a step deploys nothing, since the release begins there and its build lies in the environment untouched.

    That is so of its first attempt: who retries wants it deployed. It then passes only the gates that are about the environment
    itself. What was granted is deployed, whatever lies there meanwhile: its sign-offs are checked again until it is sent.
    """
    first = step.attempt <= 1 and step.state in _NOT_GRANTED
    if step.environment != release.begins_in or not first:
        return False
    return facts.environment_state(step.environment).has_untouched(release.build)


def evaluate_gates(release: Release, step: Step, facts: Facts, now: datetime) -> tuple[GateResult, ...]:
    """Evaluate every gate of a step."""
    return evaluate(gate_context(release, step, facts, now))
