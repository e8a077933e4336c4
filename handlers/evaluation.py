"""Evaluates the gates before a step of a release."""

from datetime import datetime

from handlers.facts import Facts
from handlers.gates import evaluate
from handlers.gates.gate import GateContext, GateResult
from handlers.lineage import Authorship, Relation
from handlers.release import Kind, Release
from handlers.step import Step


def gate_context(release: Release, step: Step, facts: Facts, now: datetime) -> GateContext:
    """Return the context for the gates of a step."""
    environment = release.plan_of(step)
    return GateContext(
        release=release.number,
        absent=facts.absent(environment),
        loss=facts.loss,
        ci=environment.deploy.ci,
        rollback=release.kind is Kind.ROLLBACK,
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
        branches=environment.branches,
        starters=release.plan.starters,
        operators=release.plan.operators,
        environment_state=facts.environment_state(step.environment),
        membership=facts.membership,
        now=now,
    )


def evaluate_gates(release: Release, step: Step, facts: Facts, now: datetime) -> tuple[GateResult, ...]:
    """Evaluate every gate of a step."""
    return evaluate(gate_context(release, step, facts, now))
