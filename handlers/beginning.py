"""Where a release begins: in the first environment, or where its build lies untouched already."""

from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile

from handlers.build import Build
from handlers.draft import Draft
from handlers.environments import EnvironmentState
from handlers.events import Started
from handlers.facts import Facts
from handlers.gates.branch import wrong_branch
from handlers.people import SHIPROOM
from handlers.plan import Plan
from handlers.starting import new_release
from handlers.step import StepState
from handlers.transitions import begin_first_step


@dataclass(frozen=True, slots=True)
class Nowhere:
    """Why a release begins nowhere: its build is live already where it was asked for, or it does not lie before that.

    `missing` is the environment in which it has to be first, empty if it is live already; `seen` is what is known of it there:
    `touched` if it was deployed there last and something was attempted since, `before` if something else was deployed since.
    """

    missing: str = ""
    seen: str = ""
    everywhere: bool = False


def beginning(draft: Draft, event: Started) -> int | Nowhere:
    """Return the position of the environment in which a release begins, or why it begins nowhere.

    The build of a release that ended may lie in an environment untouched. The new release then begins there, deploys nothing,
    and goes on as after a success, with new sign-offs. It takes the turn of that environment, and holds it until the `kept`
    teams have signed. While another one holds it or stands in line, what lies there is about to be replaced: the new release
    stands in line too, and nobody can sign it before. If something else lies there by then, its build is deployed as any other.
    Of several such environments it is the last one that is free. Only there it takes over: a later step is asked for, signed
    and deployed as any other, whatever lies there. With `again` it begins in the first one, and deploys in all.
    """
    steps = draft.release.steps
    asked = [step.environment for step in steps].index(event.environment)
    reachable = tuple(takewhile(lambda step: wrong_branch(draft.gate_context(step)) is None, steps))
    states = tuple(draft.environment_state(step.environment) for step in reachable)
    lying = tuple(place for place, state in enumerate(states) if state.has_untouched(event.build))
    last = len(reachable) - 1
    if event.again:
        return 0
    if len(lying) == len(reachable) or (asked == last and asked in lying):
        return Nowhere(everywhere=len(lying) == len(steps))
    onward = tuple(place for place in lying if place != last)
    found = _position(asked, states, onward)
    if found is not None:
        return found
    return _missing(draft, event, states[max((place for place in onward if place < asked), default=-1) + 1])


def can_begin(plan: Plan, build: Build, facts: Facts, now: datetime) -> bool:
    """Return whether a release of a build can be started for the first environment: that takes its branch, and lacks it."""
    first = plan.environments[0].name
    event = Started(build, first, SHIPROOM, (), automatic=True)
    draft = Draft(new_release(0, event, plan, now), facts, now, "")
    return wrong_branch(draft.gate_context()) is None and not isinstance(beginning(draft, event), Nowhere)


def _position(asked: int, states: tuple[EnvironmentState, ...], lying: tuple[int, ...]) -> int | None:
    """Return where a build begins that lies untouched in some environments, after each of which it may go on."""
    free = [place for place in lying if not states[place].holder and not states[place].queue]
    if free and asked <= free[-1] + 1:
        return free[-1]
    before = [place for place in (asked, asked - 1) if place in lying]
    if before or not asked:
        return before[0] if before else 0
    return None


def _missing(draft: Draft, event: Started, state: EnvironmentState) -> Nowhere:
    live = state.live.build if state.live is not None else None
    if live is not None and live.version == event.build.version and live.same_artifact(event.build):
        return Nowhere(state.environment, "touched")
    before = draft.facts.successes.get(state.environment, ())
    known = any(each.version == event.build.version for each in before)
    return Nowhere(state.environment, "before" if known else "")


def begin(draft: Draft, event: Started, position: int) -> None:
    """Open the step in which a release begins, and request the one that was asked for; the steps before deploy nothing."""
    for place in range(position):
        draft.release = draft.release.with_step(place, **_passed(draft, place))
    begin_first_step(draft, event.actor)
    if not event.again:
        draft.release = replace(draft.release, begins_in=draft.step.environment)
    asked = [step.environment for step in draft.release.steps].index(event.environment)
    draft.release = draft.release.with_step(
        max(asked, position),
        requested=True,
        requested_by=event.actor,
        starts_at=event.at,
        window_key=draft.facts.calendar(event.environment).windows_key if event.at else "",
    )


def _passed(draft: Draft, position: int) -> dict[str, object]:
    """Return the fields of a step before the first: it is taken over if the build lies there too, else skipped."""
    state = draft.environment_state(draft.release.steps[position].environment)
    if state.live is not None and state.has_untouched(draft.release.build):
        return {"state": StepState.SUCCEEDED, "taken_over": state.live.release, "ended_at": draft.now}
    return {"state": StepState.SKIPPED, "ended_at": draft.now}
