"""What an operator confirms after records were lost: which build is live where, beside what CIs tell."""

import json
from dataclasses import replace
from datetime import datetime

from handlers.build import Build
from handlers.environments import EnvironmentState, Live, RunTold
from handlers.facts import Facts
from handlers.live_words import NOTHING
from handlers.plan import Plan


def confirmed(environment: str, facts: Facts, now: datetime) -> EnvironmentState:
    """Return an environment with what the operator named as live: nothing that ended before counts any more.

    Watching begins again, for CIs that do not say when a run ended. Where nothing was named after a restore, nothing is known.
    """
    state = replace(facts.environment_state(environment), touched=True)
    restored = facts.loss is not None and facts.loss.backup_at is not None
    if environment not in facts.named and not restored:
        return state
    build, before = facts.named.get(environment), state.live
    again = replace(state, live=None, failed=False, watched_since=None, outside=())
    if build is None:
        return again
    same = before is not None and before.build == build
    return replace(again, live=Live(build, before.release if before and same else 0, now))


def is_doubtful(facts: Facts) -> bool:
    """Return whether somebody has to say why they name it: a build that nobody knows, or not what its CI told last."""
    return any(
        build is not None and (not build.sha or _is_contradicted(build, facts.told.get(name)))
        for name, build in facts.named.items()
    )


def _is_contradicted(build: Build, told: RunTold | None) -> bool:
    if told is None:
        return False
    return told.under_way or (told.version != build.version and not (told.sha and told.sha == build.sha))


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
