"""The entry point of handlers/: records an event and derives what follows.

It is pure: everything it needs is passed in.
"""

from collections.abc import Mapping
from datetime import datetime

from handlers.actions import ENVIRONMENT_RULES
from handlers.advance import advance
from handlers.draft import Draft
from handlers.effects import Announce, CompareBuilds, Effect, Notify
from handlers.events import (
    BuildReported,
    EnvironmentEvent,
    Everywhere,
    ReleaseEvent,
    Started,
    StartsRelease,
)
from handlers.everywhere import joined
from handlers.facts import Facts
from handlers.limits import next_wake
from handlers.outcome import Decision, Refusal, Reply
from handlers.people import SHIPROOM
from handlers.plan import AUTOMATIC, Plan
from handlers.record import record
from handlers.release import Release
from handlers.revoking import answer
from handlers.wait_rules import note_waits


def decide(
    release: Release, event: StartsRelease | ReleaseEvent, facts: Facts, now: datetime, *, seed: str
) -> Decision | Refusal:
    """Decide what an event means for one release.

    `seed` is the random id of the event, generated at the edge.
    """
    draft = Draft(release, facts, now, seed)
    reply = record(draft, event)
    if isinstance(reply, Refusal):
        return reply
    advance(draft)
    if draft.release is not release or draft.effects or release.waits:
        note_waits(draft)
    changed = draft.release is not release or bool(draft.effects)
    return Decision(
        answer(draft, reply),
        draft.release,
        (*draft.effects, *draft.last),
        draft.environments,
        deployed=draft.deployed,
        wake_at=next_wake(draft),
        changed=changed,
        passed=draft.passed,
    )


def decide_environment(
    plan: Plan, event: EnvironmentEvent, facts: Facts, now: datetime
) -> Decision | Refusal:
    """Decide what an event means for environments of a service."""
    return ENVIRONMENT_RULES[type(event)](plan, event, facts, now)


def decide_everywhere(
    plans: Mapping[str, Plan], event: Everywhere, facts: Mapping[str, Facts], now: datetime
) -> dict[str, Decision | Refusal]:
    """Decide what an event means for environments of several services, each for itself; by service."""
    results = {
        each.service: decide_environment(plans[each.service], each, facts[each.service], now)
        for each in event.events
    }
    return joined(results, plans)


def decide_build(
    plan: Plan, event: BuildReported, known_authors: tuple[str, ...], *, late: bool = False
) -> Decision:
    """Announce a ready build.

    Where the first environment starts automatically, a build of the service's branch starts its release, unless it is `late`:
    a newer one was ready before.
    """
    build = event.build
    reply = Reply("build_ready", {"version": build.version})
    if not event.announced:
        return Decision(reply, build=build)
    effects: list[Effect] = [Announce(plan.service, build.version)]
    if plan.changes_source:
        effects.append(CompareBuilds(plan.service))
    first = plan.environments[0]
    if first.start == AUTOMATIC and build.branch == plan.builds.branch and not late:
        effects.append(Notify(Started(build, first.name, SHIPROOM, known_authors, automatic=True)))
    return Decision(reply, None, tuple(effects), build=build)
