from dataclasses import replace

import pytest

from handlers.actions import approve
from handlers.actions.action import ChecklistForm
from handlers.actions.approve import MOST_AT_ONCE, SignedOff
from handlers.effects import PostToThread, ShowCard
from handlers.facts import Facts
from handlers.outcome import Refusal, Reply
from handlers.people import SHIPROOM
from handlers.policy import Presence
from handlers.release import Release, ReleaseState
from handlers.requests import Several, UsageError
from handlers.rights import current_precondition
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff
from handlers.slots import cannot_sign
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    AMITA,
    ANDY,
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
    environment_state,
    facts,
    granted,
    in_production,
    membership,
    plan,
    production,
    production_step,
    refused,
    release,
    rule,
    signed,
    staging,
    waiver,
    written_by,
)


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("approve r42", SignedOff(42, ANDY)),
        ("approve R42 looks good", SignedOff(42, ANDY, note="looks good")),
        ("approve r42 as testers", SignedOff(42, ANDY, "testers")),
        (
            'approve r42 as testers "watching graphs"',
            SignedOff(42, ANDY, "testers", "watching graphs"),
        ),
        ("approve r42 good as gold", SignedOff(42, ANDY, note="good as gold")),
    ],
)
def test_approve(line: str, requested: SignedOff) -> None:
    assert read(line) == requested


def test_a_team_has_to_follow() -> None:
    assert read("approve r42 as") == UsageError("team_needed", "as")


def test_a_line_signs_a_bounded_number() -> None:
    named = [f"r{number}" for number in range(1, MOST_AT_ONCE + 1)]
    most = read(" ".join(["approve", *named]))
    assert isinstance(most, Several)
    assert len(most.parts) == MOST_AT_ONCE
    assert read(" ".join(["approve", *named, "r99 fine"])) == UsageError("too_many", str(MOST_AT_ONCE + 1))


@pytest.mark.parametrize(("line", "word"), [("approve", ""), ("approve staging", "staging")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == UsageError("release_needed", word, ("approve",))


HELD = facts(environment_state(holder=1))


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
    decision = decided(
        before, SignedOff(1, user, team, "fine", precondition=current_precondition(before)), HELD
    )
    assert after(decision).step.sign_offs == (*before.step.sign_offs, SignOff(counted, user, NOW, "fine"))
    values = {"release": "r1", "team": counted, "environment": "production"}
    assert decision.reply == Reply("signed", values)
    assert decision.effects[:2] == (
        PostToThread(1, "signed", {"by": user, "team": counted, "note": "fine"}),
        ShowCard(1),
    )


def test_the_last_sign_off_starts_a_requested_step() -> None:
    known = in_production(requested=True, sign_offs=(signed("testers", AMITA),))
    assert after(decided(known, SignedOff(1, TIM), HELD)).state is ReleaseState.DEPLOYING


@pytest.mark.parametrize(
    ("known", "event", "refusal"),
    [
        (production_step(granted("production")), SignedOff(1, AMITA), Refusal("not_waiting", GRANTED)),
        (
            release(),
            SignedOff(1, AMITA),
            Refusal("no_sign_off_needed", {**WHERE, "environment": "staging"}),
        ),
        (
            in_production(),
            SignedOff(1, AMITA, "developers"),
            Refusal("no_such_gate", {"team": "developers", "environment": "production"}, ("testers", "ops")),
        ),
        (
            in_production(),
            SignedOff(1, MARA),
            Refusal("not_in_team", {"action": "approve"}, ("testers", "ops")),
        ),
        (
            in_production(),
            SignedOff(1, STRANGER, "ops"),
            Refusal("not_in_team", {"action": "approve"}, ("ops",)),
        ),
        (
            in_production(),
            SignedOff(1, GUEST),
            Refusal("not_full_member", {"action": "approve"}, ("testers", "ops")),
        ),
        (
            in_production(),
            SignedOff(1, GUEST, "testers"),
            Refusal("not_full_member", {"action": "approve"}, ("testers",)),
        ),
    ],
)
def test_a_sign_off_is_refused(known: Release, event: SignedOff, refusal: Refusal) -> None:
    assert refused(known, event) == refusal


def test_who_is_in_two_teams_says_for_which() -> None:
    both = {**TEAMS, "ops": replace(TEAMS["ops"], members=(AMITA,))}
    given = facts(environment_state(holder=1), membership=membership(teams=both))
    assert refused(in_production(), SignedOff(1, AMITA), given) == Refusal(
        "which_team", {"teams": "testers, ops"}, incomplete=True
    )
    assert decided(in_production(), SignedOff(1, AMITA, "ops"), given).reply.code == "signed"


def test_an_unknown_account_may_not_sign() -> None:
    given = facts(membership=membership(unknown=(AMITA,)))
    assert refused(in_production(), SignedOff(1, AMITA), given).code == "standing_unknown"
    assert refused(in_production(), SignedOff(1, AMITA, "testers"), given).code == "standing_unknown"


@pytest.mark.parametrize(
    ("asked", "user", "code"),
    [
        (rule("developers"), ANDY, "requester_may_not_sign"),
        (rule("developers", authors_may_sign=False), MARA, "author_may_not_sign"),
        (rule("ops"), TIM, "waiver_may_not_sign"),
        (rule("testers"), OLGA, "waiver_may_not_sign"),
    ],
)
def test_requester_author_and_waiver_do_not_sign(asked: SignOffRule, user: str, code: str) -> None:
    given = facts(authorship=written_by("mara-dev"))
    expected = Refusal(code, {"release": "r1", "team": asked.team}, (asked.team,))
    waivers = (waiver(TIM), waiver(OLGA_TOO))
    known = guarded(asked).with_step(1, waivers=waivers)
    assert refused(known, SignedOff(1, user), given) == expected


@pytest.mark.parametrize("user", [AMITA, OLGA])
def test_one_person_signs_once(user: str) -> None:
    known = in_production(sign_offs=(signed("ops", TIM), signed("testers", AMITA), signed("testers", OLGA)))
    expected = Refusal("already_signed", {"release": "r1", "team": "testers"})
    assert refused(known, SignedOff(1, user, "testers")) == expected


def test_a_spent_sign_off_may_be_given_again() -> None:
    known = in_production(sign_offs=(signed("testers", AMITA, spent=True),))
    assert decided(known, SignedOff(1, AMITA), HELD).reply.code == "signed"


@pytest.mark.parametrize(("lenient", "code"), [(False, "one_person_one_slot"), (True, "signed")])
def test_one_person_fills_one_slot(lenient: bool, code: str) -> None:
    known = guarded(rule("testers"), rule("ops", same_person=lenient), sign_offs=(signed("testers", OLGA),))
    event = SignedOff(1, OLGA_TOO)
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
    event = SignedOff(1, AMITA, ticks=ticks)
    if missing:
        expected = Refusal("checklist_incomplete", {"missing": missing, "team": "testers"})
        assert refused(known, event) == expected
    else:
        assert decided(known, event, HELD).reply.code == "signed"


def test_the_product_itself_never_counts_as_a_signer() -> None:
    refusal = Refusal("not_in_team", {"action": "approve"}, ("testers",))
    assert refused(in_production(requested=True), SignedOff(1, SHIPROOM, "testers"), HELD) == refusal


# The form with the checklist.

CHECKLIST = (LOGS_IN, "Board loads")
LISTED = rule("testers", checklist=CHECKLIST)


@pytest.mark.parametrize(
    ("event", "may"),
    [
        (SignedOff(1, AMITA), True),
        (SignedOff(1, AMITA, "testers"), True),
        (SignedOff(1, AMITA, "ops"), False),
        (SignedOff(1, AMITA, ticks=CHECKLIST), False),
    ],
)
def test_a_checklist_may_need_a_form(event: SignedOff, may: bool) -> None:
    assert approve.may_need_form(event, guarded(LISTED, rule("ops")).plan) is may


def test_a_checklist_before_a_rollback_may_need_a_form_too() -> None:
    assert approve.may_need_form(SignedOff(1, AMITA), plan(staging(), production(rollback_gates=(LISTED,))))
    assert not approve.may_need_form(SignedOff(1, AMITA), plan())


@pytest.mark.parametrize("team", ["", "testers"])
def test_the_form_shows_the_checklist_of_the_gate_that_is_meant(team: str) -> None:
    event = SignedOff(1, AMITA, team, "fine")
    rehearsal = SignedOff(1, AMITA, "testers", "fine", CHECKLIST)
    expected = ChecklistForm(rehearsal, "approve r1 as testers", LISTED, "fine")
    assert approve.form(event, guarded(LISTED, rule("ops")), HELD, NOW) == expected


IN_BOTH = facts(
    membership=membership(teams={**TEAMS, "ops": replace(TEAMS["ops"], members=(AMITA,))}),
)


@pytest.mark.parametrize(
    ("event", "known"),
    [
        (SignedOff(1, AMITA, "developers"), HELD),
        (SignedOff(1, TIM), HELD),
        (SignedOff(1, TIM, "ops"), HELD),
        (SignedOff(1, STRANGER), HELD),
        (SignedOff(1, AMITA), IN_BOTH),
    ],
    ids=["no such gate", "no checklist", "no checklist of the team", "in no team", "in two teams"],
)
def test_no_form_is_shown(event: SignedOff, known: Facts) -> None:
    assert approve.form(event, guarded(LISTED, rule("ops")), known, NOW) is None


def test_nobody_awaits_who_cannot_sign() -> None:
    on_call = facts(membership=membership(group=frozenset({TIM, STRANGER, ANDY})))
    assert cannot_sign(replace(in_production(), requesters=()), on_call, NOW) == {
        "testers": frozenset({GUEST}),
        "ops": frozenset(),
    }
    asked = replace(in_production(sign_offs=(signed("testers", AMITA),)), requesters=(ANDY, TOM))
    assert cannot_sign(asked, on_call, NOW) == {
        "testers": frozenset({AMITA, GUEST, TOM}),
        "ops": frozenset({ANDY}),
    }


def test_an_author_is_not_awaited_where_authors_may_not_sign() -> None:
    known = facts(authorship=written_by("olga"))
    strict = guarded(SignOffRule("testers", authors_may_sign=False), SignOffRule("auditors"))
    assert cannot_sign(strict, known, NOW) == {
        "testers": frozenset({GUEST, OLGA}),
        "auditors": frozenset(),
    }


def test_whom_slack_says_nothing_of_is_awaited_and_nobody_where_the_policy_has_no_place() -> None:
    silent = facts(membership=membership(unknown=(AMITA, GUEST), group=None))
    assert cannot_sign(in_production(), silent, NOW)["testers"] == frozenset()
    gone = facts(presence=Presence(frozenset(), frozenset()))
    assert cannot_sign(in_production(), gone, NOW)["testers"] == frozenset(TEAMS["testers"].members)
