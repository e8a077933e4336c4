"""Deployments that no release here started.

Each run is reported once per state, and the live build is kept up to date.
"""

from dataclasses import replace
from datetime import datetime

from handlers.effects import Announce, CompareBuilds, Effect, NotifyOpen, PostToChannel
from handlers.environments import EnvironmentState, Live
from handlers.events import ExternalEvent, ExternalRunSeen, ExternalWatchStarted
from handlers.outcome import Decision, Reply

KEPT = 60
"""How many external runs an environment remembers: more than a CI lists at once."""


def decide_external_run(event: ExternalEvent, state: EnvironmentState, now: datetime) -> Decision:
    """Record an external run, or the runs that existed before watching began."""
    if isinstance(event, ExternalWatchStarted):
        return _watch(event, state, now)
    key = _key(event, event.state)
    if key in state.outside or _key(event, "succeeded") in state.outside:
        return Decision(Reply("nothing_new"), changed=False)
    values = {
        "environment": event.environment,
        "run": event.run.rpartition("#")[0],
        "version": event.build.version,
        "sha": event.build.sha[:7],
        "by": event.by,
        "url": event.url,
    }
    after = replace(state, outside=(*state.outside, key)[-KEPT:])
    if state.deployed_since(event.ended_at):
        return Decision(
            Reply("outside_seen", values),
            None,
            (PostToChannel(event.service, "outside_before", values),),
            {event.environment: after},
        )
    after = replace(after, touched=True)
    if event.state == "running":
        post = PostToChannel(event.service, "outside_running", values)
    elif event.state == "failed":
        post = PostToChannel(event.service, "outside_failed", values)
        after = replace(after, failed=True)
    else:
        post = PostToChannel(event.service, "outside_succeeded", values)
        after = replace(after, live=Live(event.build, 0, now), failed=False)
    effects = (post, *(_following(event) if event.state == "succeeded" else ()))
    return Decision(Reply("outside_seen", values), None, effects, {event.environment: after})


def _following(event: ExternalRunSeen) -> tuple[Effect, ...]:
    """Update everything that shows what is live, and have the builds compared with it."""
    return (
        Announce(event.service, event.build.version),
        NotifyOpen(event.service, "reevaluate", event.environment),
        CompareBuilds(event.service),
    )


def _watch(event: ExternalWatchStarted, state: EnvironmentState, now: datetime) -> Decision:
    if state.watched_since is not None:
        return Decision(Reply("nothing_new"), changed=False)
    known = tuple(f"{run}:succeeded" for run in event.runs)[-KEPT:]
    after = replace(state, watched_since=now, outside=known)
    return Decision(
        Reply("watched", {"environment": event.environment}), None, (), {event.environment: after}
    )


def _key(event: ExternalRunSeen, state: str) -> str:
    return f"{event.run}:{state}"
