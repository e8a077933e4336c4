"""Deployments that nobody here asked for: told once per run and state, and what is live is kept true."""

from dataclasses import replace
from datetime import datetime

from handlers.effects import Announce, Effect, Proclaim
from handlers.events import OutsideEvent, OutsideSeen, WatchBegan
from handlers.ground import Ground, Live
from handlers.outcome import Decision, Reply

KEPT = 60
"""How many runs from outside an environment remembers: more than a CI lists at once."""


def decide_outside(event: OutsideEvent, ground: Ground, now: datetime) -> Decision:
    """Take note of a run from outside, or of the runs that were there before anybody watched."""
    if isinstance(event, WatchBegan):
        return _watch(event, ground, now)
    key = f"{event.run}:{event.state}"
    if key in ground.outside or _told(event, "succeeded") in ground.outside:
        return Decision(Reply("nothing_new"), changed=False)
    values = {
        "environment": event.environment,
        "run": event.run.rpartition("#")[0],
        "version": event.build.version,
        "sha": event.build.sha[:7],
        "by": event.by,
        "url": event.url,
    }
    after = replace(ground, outside=(*ground.outside, key)[-KEPT:])
    if event.state == "running":
        told = Proclaim(event.service, "outside_running", values)
    elif event.state == "failed":
        told = Proclaim(event.service, "outside_failed", values)
        after = replace(after, failed=True)
    else:
        told = Proclaim(event.service, "outside_succeeded", values)
        after = replace(after, live=Live(event.build, 0, now), failed=False)
    return Decision(Reply("outside_seen", values), None, (told, *_drawn(event)), {event.environment: after})


def _drawn(event: OutsideSeen) -> tuple[Effect, ...]:
    """The announcements say what is where; a build that was never announced has none."""
    known = event.state == "succeeded" and event.build.order > 0
    return (Announce(event.service, event.build.version),) if known else ()


def _watch(event: WatchBegan, ground: Ground, now: datetime) -> Decision:
    if ground.watched_since is not None:
        return Decision(Reply("nothing_new"), changed=False)
    known = tuple(f"{run}:succeeded" for run in event.runs)[-KEPT:]
    after = replace(ground, watched_since=now, outside=known)
    return Decision(
        Reply("watched", {"environment": event.environment}), None, (), {event.environment: after}
    )


def _told(event: OutsideSeen, state: str) -> str:
    return f"{event.run}:{state}"
