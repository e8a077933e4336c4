"""Whether a call still wants somebody, and how it ended."""

from dataclasses import replace

import pytest

from handlers.calls import Ask, Conclusion, ask_of, conclusion, wanted_teams
from handlers.effects import Call
from handlers.lineage import Relation
from handlers.release import Ending, Release, ReleaseState
from handlers.step import StepState
from tests.handlers.builders import (
    AMITA,
    ANDY,
    BOTH,
    NOW,
    TIM,
    environment_state,
    facts,
    failed,
    granted,
    in_production,
    live,
    lock,
    plan,
    production,
    production_step,
    release,
    rollback,
    rule,
    run,
    signed,
    staging,
    succeeded,
    under_way,
    waiting,
)

SIGN = Ask("sign_offs_wanted", "production", 1, ("testers", "ops"))


def ended(state: ReleaseState, by: str = TIM, **fields: int) -> Release:
    """Return r1 as it ended while production waited."""
    ending = replace(Ending(state, by, NOW, "wrong"), **fields)
    skipped = waiting("production", state=StepState.SKIPPED, sign_offs=(signed("ops", TIM),))
    return replace(production_step(skipped), ending=ending)


def test_what_happened_wants_nothing_that_could_end() -> None:
    assert ask_of(Call(1, "second_run", {"run": "7"}, ("ops",))) is None
    call = Call(1, "failed", {"environment": "production"}, ("ops",), (ANDY,), 2)
    assert ask_of(call) == Ask("failed", "production", 2, ("ops",))


@pytest.mark.parametrize(
    ("known", "teams"),
    [
        (in_production(), ("testers", "ops")),
        (in_production(sign_offs=(signed("testers", AMITA),)), ("ops",)),
        (in_production(sign_offs=BOTH), ()),
        (in_production(attempt=2), ()),
        (production_step(granted("production")), ()),
        (release(waiting("staging")), ()),
        (ended(ReleaseState.CANCELLED), ()),
        (in_production(sign_offs=(signed("testers", "U0GONE"),)), ("testers", "ops")),
    ],
    ids=[
        "both",
        "one signed",
        "all signed",
        "retried",
        "starts",
        "elsewhere",
        "cancelled",
        "who signed has left",
    ],
)
def test_signers_are_wanted_as_long_as_they_are_missing(known: Release, teams: tuple[str, ...]) -> None:
    assert wanted_teams(SIGN, known, facts(), NOW) == teams


def test_others_are_wanted_as_long_as_the_team_has_not_signed() -> None:
    ask = Ask("escalated", "production", 1, ("testers",))
    assert wanted_teams(ask, in_production(), facts(), NOW) == ("testers",)
    done = in_production(sign_offs=(signed("testers", AMITA),))
    assert wanted_teams(ask, done, facts(), NOW) == ()
    assert conclusion(ask, done) == Conclusion("signed", {"users": AMITA})
    assert conclusion(ask, ended(ReleaseState.CANCELLED)).code == "cancelled"


def test_nobody_is_wanted_for_what_cannot_pass() -> None:
    foreign = replace(in_production(), build=replace(release().build, branch="hotfix/login"))
    assert wanted_teams(SIGN, foreign, facts(), NOW) == ()
    locked = facts(environment_state("production", locks=(lock(),)))
    assert wanted_teams(SIGN, in_production(), locked, NOW) == SIGN.teams, "a lock ends"
    strict = plan(staging(), production(contains_live=True))
    there = environment_state("production", live=live(3))
    lacking = facts(there, to_live={"production": Relation.LACKS})
    assert wanted_teams(SIGN, replace(in_production(), plan=strict), lacking, NOW) == ()


@pytest.mark.parametrize(
    ("code", "known", "wanted"),
    [
        ("failed", release(failed()), True),
        ("failed", release(waiting("staging")), False),
        ("unknown", release(under_way(StepState.UNKNOWN)), True),
        ("unknown", release(under_way(StepState.RUNNING)), False),
        ("unclaimed", release(under_way(StepState.UNKNOWN)), True),
        ("unclaimed", release(failed()), False),
        ("grant_void", release(waiting("staging", requested=False)), True),
        ("grant_void", release(waiting("staging")), False),
        ("open_again", release(waiting("staging", requested=False)), True),
        ("open_again", release(granted()), False),
        ("queued_long", release(under_way(StepState.RUNNING, run=run(state="queued"))), True),
        ("queued_long", release(under_way(StepState.RUNNING)), False),
        ("queued_long", release(under_way(StepState.SENT)), False),
    ],
)
def test_people_are_wanted_until_it_is_decided(code: str, known: Release, wanted: bool) -> None:
    ask = Ask(code, "staging", 1, ("ops",))
    assert wanted_teams(ask, known, facts(), NOW) == (("ops",) if wanted else ())


BY_TIM = {"by": TIM, "reason": "wrong"}


@pytest.mark.parametrize(
    ("known", "how"),
    [
        (in_production(sign_offs=BOTH), Conclusion("signed", {"users": f"{AMITA}, {TIM}"})),
        (in_production(sign_offs=(signed("ops", TIM, lost=True),)), Conclusion("waits")),
        (production_step(granted("production")), Conclusion("starts")),
        (production_step(under_way(StepState.SENT, "production")), Conclusion("starts")),
        (production_step(under_way(StepState.RUNNING, "production")), Conclusion("runs")),
        (production_step(under_way(StepState.CANCELLING, "production")), Conclusion("stops")),
        (production_step(under_way(StepState.UNKNOWN, "production")), Conclusion("lost")),
        (production_step(failed("production")), Conclusion("failed")),
        (production_step(succeeded("production")), Conclusion("live", at=NOW)),
        (ended(ReleaseState.CANCELLED), Conclusion("cancelled", BY_TIM, NOW)),
        (ended(ReleaseState.REJECTED), Conclusion("rejected", BY_TIM, NOW)),
        (
            ended(ReleaseState.SUPERSEDED, replaced_by=7),
            Conclusion("superseded", {"by": "r7", "reason": "wrong"}, NOW),
        ),
        (replace(rollback(), steps=(waiting("staging"),)), Conclusion("waits")),
    ],
)
def test_how_a_call_to_sign_ended(known: Release, how: Conclusion) -> None:
    assert conclusion(SIGN, known) == how


@pytest.mark.parametrize(
    ("code", "known", "how"),
    [
        (
            "failed",
            release(waiting("staging", attempt=2, requested_by=TIM)),
            Conclusion("retried", {"by": TIM}),
        ),
        ("failed", release(succeeded(settled_by=TIM)), Conclusion("settled", {"by": TIM})),
        ("unknown", release(succeeded(settled_by=TIM)), Conclusion("settled", {"by": TIM})),
        ("unknown", release(failed()), Conclusion("failed")),
        ("grant_void", release(waiting("staging", requested_by=ANDY)), Conclusion("requested", {"by": ANDY})),
        ("open_again", release(granted(requested_by=ANDY)), Conclusion("requested", {"by": ANDY})),
        ("queued_long", release(under_way(StepState.RUNNING)), Conclusion("runs")),
    ],
)
def test_how_another_call_ended(code: str, known: Release, how: Conclusion) -> None:
    assert conclusion(Ask(code, "staging", 1, ("ops",)), known) == how


def test_a_rule_of_another_plan_is_no_matter() -> None:
    alone = plan(staging(gates=(rule("testers"),)), production())
    known = release(waiting("staging", called=("testers",)), plan=alone)
    assert wanted_teams(Ask("sign_offs_wanted", "staging", 1, ("testers",)), known, facts(), NOW) == (
        "testers",
    )
