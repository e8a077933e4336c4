"""What the history tells of a grant: with which gates, sign-offs and waivers a step was granted, so that auditors need no more.

What people wrote is in the rows of their own events, at the time that stands beside their name: it is told once.
"""

from typing import Any

from handlers.gate import GateResult
from handlers.outcome import Decision
from handlers.release import Release
from handlers.sign_offs import SignOff, Waiver


def grant_told(decision: Decision, after: Release) -> dict[str, Any]:
    """Return what was granted with a decision; nothing if no step was."""
    step, intent = after.step, after.step.intent
    if not decision.passed or intent is None:
        return {}
    environment = after.plan_of(step)
    return {
        "granted": {
            "environment": step.environment,
            "attempt": step.attempt,
            "correlation": intent.correlation,
            "protected": environment.protected,
            "ci": environment.deploy.ci,
            "gates": [_gate(each) for each in decision.passed],
            "requesters": list(after.requesters),
            "asked_by": step.requested_by,
            "sign_offs": [_sign_off(each) for each in step.unspent if not each.lost],
            "waivers": [_waiver(each) for each in step.waivers],
        }
    }


def run_told(after: Release, environment: str) -> dict[str, Any]:
    """Return which run deployed into an environment, if one is known."""
    step = after.step_in(environment)
    if step is None or step.run is None:
        return {}
    run = step.run
    return {"run": {"ci": run.ci, "id": run.id, "attempt": run.attempt, "url": run.url}}


def _gate(result: GateResult) -> dict[str, str]:
    return {"kind": result.gate, "name": result.name, "verdict": result.verdict.value}


def _sign_off(signed: SignOff) -> dict[str, Any]:
    told = {"stands_for": signed.stands_for, "armed_by": signed.armed_by, "alone": signed.alone}
    return {
        "team": signed.team,
        "user": signed.user,
        "at": signed.at.isoformat(),
        **{name: value for name, value in told.items() if value},
    }


def _waiver(waiver: Waiver) -> dict[str, Any]:
    told = {"authors": list(waiver.authors), "versions": list(waiver.versions), "lacks": waiver.lacks}
    return {
        "by": waiver.by,
        "at": waiver.at.isoformat(),
        **{name: value for name, value in told.items() if value},
    }
