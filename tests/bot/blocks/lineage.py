"""Cards of builds that lack or contain something, of runs that wait at their CI, and of what nobody has told."""

from dataclasses import replace
from typing import Any

from bot.blocks.card import CardView
from handlers.environments import EnvironmentState, Live, RolledBack
from handlers.facts import Facts
from handlers.lineage import Authorship, Marks, Relation
from handlers.plan import Plan
from handlers.release import Release, ReleaseState
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import Waiver
from handlers.step import StepState
from handlers.why import gate_results, why
from tests.bot.blocks.world import (
    ANDY,
    BUILD,
    NOW,
    OLD,
    PLAN,
    PRODUCTION,
    ROLL,
    STAGING,
    TIM,
    ago,
    ended,
    environment_state,
    release,
    run,
    under_way,
    view,
    waiting,
)

HOTFIX = replace(BUILD, version="2.4.0-hotfix.1", sha="9c0ffee" + "0" * 33, branch="hotfix/login")
BAD = RolledBack(OLD, ago(380), "502 everywhere", 40)
MARKS = Marks(HOTFIX, contains=BAD)
HOTFIX_LIVE = environment_state(live=Live(HOTFIX, 41, ago(900)))
SIGNED_BY_TESTERS = (SignOffRule("testers", authors_may_sign=False),)
BY_OTHERS = replace(PLAN, environments=(STAGING, replace(PRODUCTION, gates=SIGNED_BY_TESTERS)))
WITH_LIVE = replace(PLAN, environments=(STAGING, replace(PRODUCTION, contains_live=True)))
UNTOLD = Authorship((), ("2.4.0", "2.4.1"), None)
WAITS = run(state="waits", idle_since=ago(3), waits_for="a reviewer of the environment production")


def requested(plan: Plan, *waivers: Waiver) -> Release:
    return release(waiting(requested=True, requested_by=ANDY, waivers=waivers), plan)


def view_of(drawn: Release, here: EnvironmentState, facts: Facts, **fields: Any) -> CardView:  # noqa: ANN401 - as replace
    """Gather what a card needs, with what is known of how builds relate."""
    known = replace(facts, membership=ROLL, environments={here.environment: here})
    reasons, results = why(drawn, known, NOW), gate_results(drawn, known, NOW)
    return replace(view(drawn, here), reasons=reasons, gate_results=results, **fields)


def related(relation: Relation) -> Facts:
    return Facts(ROLL, {}, to_live={"production": relation})


def written(authorship: Authorship) -> Facts:
    return Facts(ROLL, {}, authorship={"production": authorship})


def lineage_states() -> dict[str, CardView]:
    """Return a card for every way in which lineage and a CI's own waiting show."""
    untold, here = requested(BY_OTHERS), environment_state()
    waived = Waiver(TIM, ago(2), "docs only", versions=UNTOLD.unknown)
    squashed = Waiver(TIM, ago(2), "squashed", lacks=HOTFIX.sha)
    queued = run(state="queued", idle_since=ago(45), seen_at=ago(45), started_at=None)
    stays = replace(ended(ReleaseState.DONE, ANDY), build=HOTFIX)
    return {
        "waits at the CI": view(release(under_way(StepState.RUNNING, run=WAITS))),
        "waits for nobody that is named": view(
            release(under_way(StepState.RUNNING, run=replace(WAITS, waits_for="")))
        ),
        "queued at the CI": view(release(under_way(StepState.RUNNING, run=queued))),
        "goes no further": view(stays.with_step(1, state=StepState.SKIPPED)),
        "lacks and contains": view(requested(PLAN), HOTFIX_LIVE, marks=MARKS),
        "must contain what is live": view_of(
            requested(WITH_LIVE), HOTFIX_LIVE, related(Relation.LACKS), marks=Marks(HOTFIX)
        ),
        "may lack what is live": view_of(requested(WITH_LIVE), HOTFIX_LIVE, related(Relation.UNKNOWN)),
        "lacks it, waived": view_of(
            requested(WITH_LIVE, squashed), HOTFIX_LIVE, related(Relation.LACKS), marks=Marks(HOTFIX)
        ),
        "changes unknown": view_of(untold, here, written(UNTOLD)),
        "changes unknown, waived": view_of(requested(BY_OTHERS, waived), here, written(UNTOLD)),
    }
