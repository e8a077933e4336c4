"""Creates releases."""

from dataclasses import replace
from datetime import datetime

from handlers.events import Started, StartsRelease
from handlers.plan import Plan
from handlers.release import Kind, Release
from handlers.step import Step


def new_release(number: int, event: StartsRelease, plan: Plan, now: datetime) -> Release:
    """Return the release that an event asks for.

    Whether it may start is decided afterwards.
    A normal release visits all environments of the plan, a rollback or an emergency only the one that it is about.
    """
    names = (event.environment,)
    if event.kind is Kind.NORMAL:
        names = tuple(environment.name for environment in plan.environments)
    steps = tuple(Step(name) for name in names)
    requesters, note = event.release_requesters(), event.release_note()
    release = Release(number, event.kind, event.build, plan, requesters, now, steps, note)
    if not isinstance(event, Started):
        return release
    return replace(release, automatic=event.automatic, again=event.again)
