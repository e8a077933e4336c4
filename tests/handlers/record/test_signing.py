from dataclasses import replace

import pytest

from handlers import events
from handlers.effects import Say, ShowCard
from handlers.outcome import Refusal, Reply
from handlers.people import SHIPROOM
from handlers.plan import SignOffRule
from handlers.record.rights import bound_to
from handlers.release import Ending, Release, ReleaseState
from handlers.step import SignOff
from tests.handlers.making import (
    AMITA,
    ANDY,
    ANNOUNCED,
    GUEST,
    LOGS_IN,
    MARA,
    NOW,
    OLGA,
    OLGA_TOO,
    STRANGER,
    TEAMS,
    TIM,
    TOM,
    after,
    decided,
    facts,
    granted,
    ground,
    in_production,
    plan,
    production,
    production_step,
    refused,
    release,
    roll,
    rule,
    signed,
    staging,
)

HELD = facts(ground(holder=1))
WHERE = {"release": "r1", "environment": "production", "state": "waiting"}
GRANTED = {"release": "r1", "environment": "production", "state": "granted"}


def guarded(*rules: SignOffRule, sign_offs: tuple[SignOff, ...] = ()) -> Release:
    return replace(in_production(sign_offs=sign_offs), plan=plan(staging(), production(gates=rules)))


@pytest.mark.parametrize(
    ("user", "team", "counted"),
    [(AMITA, "", "testers"), (AMITA, "testers", "testers"), (TIM, "", "ops"), (OLGA_TOO, "ops", "ops")],
)
def test_a_sign_off_is_counted(user: str, team: str, counted: str) -> None:
    before = in_production(sign_offs=(signed("testers", TOM, spent=True),))
    decision = decided(before, events.SignedOff(1, user, team, "fine", bound=bound_to(before)), HELD)
    assert after(decision).step.sign_offs == (*before.step.sign_offs, SignOff(counted, user, NOW, "fine"))
    values = {"release": "r1", "team": counted, "environment": "production"}
    assert decision.reply == Reply("signed", values)
    assert decision.effects[:2] == (
        Say(1, "signed", {"by": user, "team": counted, "note": "fine"}),
        ShowCard(1),
    )


def test_the_last_sign_off_starts_what_was_asked_for() -> None:
    known = in_production(requested=True, sign_offs=(signed("testers", AMITA),))
    assert after(decided(known, events.SignedOff(1, TIM), HELD)).state is ReleaseState.DEPLOYING


@pytest.mark.parametrize(
    ("known", "event", "refusal"),
    [
        (production_step(granted("production")), events.SignedOff(1, AMITA), Refusal("not_waiting", GRANTED)),
        (
            release(),
            events.SignedOff(1, AMITA),
            Refusal("no_sign_off_needed", {**WHERE, "environment": "staging"}),
        ),
        (
            in_production(),
            events.SignedOff(1, AMITA, "developers"),
            Refusal("no_such_gate", {"team": "developers", "environment": "production"}, ("testers", "ops")),
        ),
        (
            in_production(),
            events.SignedOff(1, MARA),
            Refusal("not_in_team", {"deed": "sign off"}, ("testers", "ops")),
        ),
        (
            in_production(),
            events.SignedOff(1, STRANGER, "ops"),
            Refusal("not_in_team", {"deed": "sign off"}, ("ops",)),
        ),
        (
            in_production(),
            events.SignedOff(1, GUEST),
            Refusal("not_full_member", {"deed": "sign off"}, ("testers", "ops")),
        ),
        (
            in_production(),
            events.SignedOff(1, GUEST, "testers"),
            Refusal("not_full_member", {"deed": "sign off"}, ("testers",)),
        ),
    ],
)
def test_a_sign_off_is_refused(known: Release, event: events.SignedOff, refusal: Refusal) -> None:
    assert refused(known, event) == refusal


def test_who_is_in_two_teams_says_for_which() -> None:
    both = {**TEAMS, "ops": replace(TEAMS["ops"], members=(AMITA,))}
    given = facts(ground(holder=1), roll=roll(teams=both))
    assert refused(in_production(), events.SignedOff(1, AMITA), given) == Refusal(
        "which_team", {"teams": "testers, ops"}
    )
    assert decided(in_production(), events.SignedOff(1, AMITA, "ops"), given).reply.code == "signed"


def test_whom_nobody_knows_does_not_sign() -> None:
    given = facts(roll=roll(unknown=(AMITA,)))
    assert refused(in_production(), events.SignedOff(1, AMITA), given).code == "standing_unknown"
    assert refused(in_production(), events.SignedOff(1, AMITA, "testers"), given).code == "standing_unknown"


@pytest.mark.parametrize(
    ("asked", "user", "code"),
    [
        (rule("developers"), ANDY, "requester_may_not_sign"),
        (rule("developers", authors_may_sign=False), MARA, "author_may_not_sign"),
    ],
)
def test_requester_and_author_do_not_sign(asked: SignOffRule, user: str, code: str) -> None:
    given = facts(authors={"production": ("mara-dev",)})
    expected = Refusal(code, {"release": "r1", "team": "developers"}, ("developers",))
    assert refused(guarded(asked), events.SignedOff(1, user), given) == expected


@pytest.mark.parametrize("user", [AMITA, OLGA])
def test_one_person_signs_once(user: str) -> None:
    known = in_production(sign_offs=(signed("ops", TIM), signed("testers", AMITA), signed("testers", OLGA)))
    expected = Refusal("already_signed", {"release": "r1", "team": "testers"})
    assert refused(known, events.SignedOff(1, user, "testers")) == expected


def test_a_spent_sign_off_is_given_anew() -> None:
    known = in_production(sign_offs=(signed("testers", AMITA, spent=True),))
    assert decided(known, events.SignedOff(1, AMITA), HELD).reply.code == "signed"


@pytest.mark.parametrize(("lenient", "code"), [(False, "one_person_one_slot"), (True, "signed")])
def test_one_person_fills_one_slot(lenient: bool, code: str) -> None:
    known = guarded(rule("testers"), rule("ops", same_person=lenient), sign_offs=(signed("testers", OLGA),))
    event = events.SignedOff(1, OLGA_TOO)
    if lenient:
        assert decided(known, event, HELD).reply.code == code
    else:
        values = {"release": "r1", "team": "ops", "signed_for": "testers"}
        assert refused(known, event) == Refusal(code, values, ("ops",))


@pytest.mark.parametrize(
    ("ticks", "missing"),
    [
        ((LOGS_IN, "Board loads"), ""),
        (("Board loads", LOGS_IN, "more"), ""),
        ((LOGS_IN,), "Board loads"),
        ((), f"{LOGS_IN}, Board loads"),
    ],
)
def test_a_checklist_is_complete(ticks: tuple[str, ...], missing: str) -> None:
    known = guarded(rule("testers", checklist=(LOGS_IN, "Board loads")))
    event = events.SignedOff(1, AMITA, ticks=ticks)
    if missing:
        expected = Refusal("checklist_incomplete", {"missing": missing, "team": "testers"})
        assert refused(known, event) == expected
    else:
        assert decided(known, event, HELD).reply.code == "signed"


def test_the_product_itself_never_counts_as_a_signer() -> None:
    decision = decided(in_production(requested=True), events.SignedOff(1, SHIPROOM, "testers"), HELD)
    assert after(decision).state is ReleaseState.WAITING


# Withdraw.


@pytest.mark.parametrize("user", [OLGA, OLGA_TOO])
def test_a_sign_off_is_taken_back(user: str) -> None:
    spent = signed("testers", OLGA, spent=True)
    others = (signed("testers", AMITA), spent)
    known = in_production(sign_offs=(*others, signed("ops", OLGA_TOO)))
    decision = decided(known, events.Withdrawn(1, user), HELD)
    assert after(decision).step.sign_offs == others
    assert decision.reply == Reply("withdrawn", WHERE)
    assert decision.effects[:2] == (Say(1, "withdrawn", {"by": user, "team": "ops"}), ShowCard(1))


@pytest.mark.parametrize(
    ("known", "refusal"),
    [
        (in_production(sign_offs=(signed("ops", TIM),)), Refusal("nothing_to_withdraw", WHERE)),
        (
            in_production(sign_offs=(signed("testers", AMITA, spent=True),)),
            Refusal("nothing_to_withdraw", WHERE),
        ),
        (
            production_step(granted("production", sign_offs=(signed("testers", AMITA),))),
            Refusal("not_waiting", GRANTED),
        ),
    ],
)
def test_taking_back_is_refused(known: Release, refusal: Refusal) -> None:
    assert refused(known, events.Withdrawn(1, AMITA)) == refusal


# Reject.


def test_a_no_ends_the_release() -> None:
    known = in_production(sign_offs=(signed("testers", AMITA),))
    decision = decided(known, events.Rejected(1, AMITA, "broken", bound_to(known)), HELD)
    done = after(decision)
    assert done.ending == Ending(ReleaseState.REJECTED, AMITA, NOW, "broken")
    no = SignOff("testers", AMITA, NOW, "broken", "no")
    assert done.steps[1].sign_offs == (signed("testers", AMITA), no)
    assert decision.reply == Reply("rejected", {"release": "r1"})
    said = Say(1, "rejected", {"by": AMITA, "reason": "broken"}, broadcast=True, users=(ANDY,))
    assert decision.effects == (said, ShowCard(1), ANNOUNCED)
    assert decision.grounds == {"staging": ground()}


def test_a_no_is_for_the_team_that_one_is_in() -> None:
    done = after(decided(in_production(), events.Rejected(1, TIM, "no"), HELD))
    assert done.steps[1].sign_offs[0].team == "ops"


def test_the_requester_may_say_no() -> None:
    known = replace(in_production(), requesters=(TIM,))
    assert decided(known, events.Rejected(1, TIM, "oh no"), HELD).reply.code == "rejected"


@pytest.mark.parametrize(
    ("known", "event", "refusal"),
    [
        (in_production(), events.Rejected(1, AMITA, ""), Refusal("reason_needed", {"deed": "reject"})),
        (
            in_production(),
            events.Rejected(1, ANDY, "no"),
            Refusal("not_in_team", {"deed": "reject"}, ("testers", "ops")),
        ),
        (
            production_step(granted("production")),
            events.Rejected(1, AMITA, "no"),
            Refusal("not_waiting", GRANTED),
        ),
        (
            release(),
            events.Rejected(1, AMITA, "no"),
            Refusal("no_sign_off_needed", {**WHERE, "environment": "staging"}),
        ),
    ],
)
def test_a_no_is_refused(known: Release, event: events.Rejected, refusal: Refusal) -> None:
    assert refused(known, event) == refusal
