"""What an operator confirms after records were lost: which build is live where, beside what CIs tell."""

import json
from dataclasses import replace
from datetime import datetime

from handlers.environments import EnvironmentState, Live
from handlers.facts import Facts
from handlers.live_words import NOTHING
from handlers.plan import Plan


def confirmed(environment: str, facts: Facts, now: datetime) -> EnvironmentState:
    """Return an environment with what the operator named as live: nothing that ended before counts any more."""
    state = replace(facts.environment_state(environment), touched=True)
    if environment not in facts.named:
        return state
    build, before = facts.named[environment], state.live
    if build is None:
        # No time of a deployment is left to compare with: watching begins again, at the runs that ended after now.
        return replace(state, live=None, failed=False, watched_since=None, outside=())
    same = before is not None and before.build == build
    return replace(state, live=Live(build, before.release if before and same else 0, now), failed=False)


def places_of(plan: Plan, facts: Facts) -> str:
    """Return as JSON what the database has in each environment, beside what its CI tells."""
    return json.dumps([_place(each.name, facts) for each in plan.environments])


def likely_line(plan: Plan, facts: Facts) -> str:
    """Return the command that says what is likely: what the CI told last of an environment, else what the database has."""
    named = (f"{each.name}={_likely(each.name, facts)}" for each in plan.environments)
    return f"settle {plan.service} lost {' '.join(named)}"


def _likely(name: str, facts: Facts) -> str:
    live, told = facts.environment_state(name).live, facts.told.get(name)
    if told is not None and not told.under_way:
        return told.version
    return live.build.version if live is not None else NOTHING


def _place(name: str, facts: Facts) -> dict[str, str]:
    live, told = facts.environment_state(name).live, facts.told.get(name)
    place = {"environment": name}
    if live is not None:
        place |= {"live": live.build.version, "since": live.since.isoformat()}
    if told is not None:
        ended = told.ended_at.isoformat() if told.ended_at is not None else ""
        place |= {"told": told.version, "run": told.run, "url": told.url, "ended": ended}
        place |= {"under_way": "yes" if told.under_way else ""}
    return place
