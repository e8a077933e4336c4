"""What a CI has to know of a release's step to start it, find it and stop it."""

from bot.ci.run import Target
from handlers.plan import EnvironmentPlan, Plan
from handlers.release import Release
from handlers.step import Step


def target_of(release: Release, step: Step) -> Target:
    """Return the target of a release's step, from its plan."""
    return target_in(release.plan, release.plan_of(step))


def target_in(plan: Plan, place: EnvironmentPlan) -> Target:
    """Return the target of an environment."""
    return Target(place.deploy, plan.service, place.name, plan.repository, plan.builds.branch)


def step_of(release: Release, correlation: str) -> Step | None:
    """Return the step that a correlation id was granted for, even if that attempt is void now."""
    for step in release.steps:
        current = step.intent.correlation if step.intent is not None else ""
        if correlation == current or correlation in step.voided:
            return step
    return None
