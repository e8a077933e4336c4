from collections.abc import Mapping

import pytest

from handlers.evaluation import gate_context
from handlers.facts import Facts
from handlers.gate import RECHECK_AFTER, GateContext, GateResult, Reason, Verdict
from handlers.gates import sign_off
from handlers.lineage import Authorship
from handlers.people import AccountStatus, Membership, Person, Team
from handlers.release import Release
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff, Waiver
from handlers.tally import Tally, barred, count
from tests.handlers.builders import (
    AMITA,
    ANDY,
    MARA,
    NOW,
    OLGA,
    OLGA_TOO,
    PEOPLE,
    TEAMS,
    TIM,
    TOM,
    directory,
    facts,
    in_production,
    later,
    membership,
    plan,
    production,
    release,
    rule,
    signed,
    waiting,
    written_by,
)

TESTERS = rule("testers")
MISSING = Reason(
    "sign_off_missing", {"team": "testers", "missing": "1", "needs": "1"}, ("testers",), None, "a sign-off"
)


def production_with(
    *sign_offs: SignOff, rules: tuple[SignOffRule, ...] = (TESTERS,), waivers: tuple[Waiver, ...] = ()
) -> Release:
    policy = plan(production(gates=rules))
    return release(waiting("production", sign_offs=sign_offs, waivers=waivers), plan=policy)


def context(known: Release, given: Facts | None = None) -> GateContext:
    return gate_context(known, known.step, given or facts(), NOW)


def check(known: Release, asked: SignOffRule = TESTERS, given: Facts | None = None) -> GateResult:
    return sign_off.check_rule(asked, context(known, given))


def test_every_rule_is_evaluated() -> None:
    known = in_production(sign_offs=(signed("ops", TIM),))
    asked = sign_off.check(context(known))
    assert asked == (
        GateResult("sign_off", "testers", Verdict.WAITING, (MISSING,), team="testers"),
        GateResult("sign_off", "ops", Verdict.OPEN, team="ops"),
    )


@pytest.mark.parametrize(
    ("needs", "sign_offs", "counted"),
    [
        (1, (), set[str]()),
        (1, (signed("testers", AMITA),), {AMITA}),
        (2, (signed("testers", AMITA), signed("testers", TOM)), {AMITA, TOM}),
        (1, (signed("testers", AMITA), signed("testers", TOM)), {AMITA, TOM}),
        (1, (signed("testers", AMITA, spent=True),), set[str]()),
        (1, (signed("testers", AMITA, verdict="no"),), set[str]()),
        (1, (signed("ops", TIM),), set[str]()),
    ],
)
def test_distinct_people_who_signed_are_counted(
    needs: int, sign_offs: tuple[SignOff, ...], counted: set[str]
) -> None:
    asked = rule("testers", needs=needs)
    known = production_with(*sign_offs, rules=(asked,))
    assert count(asked, context(known)) == Tally(frozenset(counted), (), ())
    assert check(known, asked).open is (len(counted) >= needs)


def test_two_ids_of_one_person_count_once() -> None:
    both = {**TEAMS, "testers": Team("testers", (OLGA, OLGA_TOO))}
    asked = rule("testers", needs=2)
    known = production_with(signed("testers", OLGA), signed("testers", OLGA_TOO), rules=(asked,))
    given = facts(membership=membership(teams=both))
    assert count(asked, context(known, given)).counted == {OLGA}
    assert check(known, asked, given).reasons == (
        Reason(
            "sign_off_missing",
            {"team": "testers", "missing": "1", "needs": "2"},
            ("testers",),
            None,
            "a sign-off",
        ),
    )


@pytest.mark.parametrize(
    ("known_roll", "unknown", "lost"),
    [
        (membership(unknown=(AMITA,)), (AMITA,), ()),
        (membership(account_status={AMITA: AccountStatus.GUEST}), (), (AMITA,)),
        (membership(teams={**TEAMS, "testers": Team("testers", (TOM,))}), (), (AMITA,)),
        (membership(later(seconds=-61)), (AMITA,), ()),
    ],
    ids=["unknown", "guest", "removed", "stale"],
)
def test_who_does_not_count_any_more_is_named(
    known_roll: Membership, unknown: tuple[str, ...], lost: tuple[str, ...]
) -> None:
    known = production_with(signed("testers", AMITA))
    given = facts(membership=known_roll)
    assert count(TESTERS, context(known, given)) == Tally(frozenset(), unknown, lost)
    values = {"user": AMITA, "team": "testers"}
    soon = later(seconds=30)
    if unknown:
        named = Reason("signer_unknown", values, (), soon, "Slack answers")
    else:
        named = Reason("signer_lost", values, ("testers",), soon, "they count again")
    assert check(known, given=given) == GateResult(
        "sign_off", "testers", Verdict.WAITING, (named, MISSING), team="testers"
    )


def test_who_counts_no_more_is_not_named_where_enough_others_signed() -> None:
    known = production_with(signed("testers", AMITA), signed("testers", TOM))
    assert check(known, given=facts(membership=membership(unknown=(TOM,)))) == GateResult(
        "sign_off", "testers", Verdict.OPEN, team="testers"
    )


@pytest.mark.parametrize(
    ("fields", "user", "authors", "why"),
    [
        ({}, ANDY, (), "requester"),
        ({}, MARA, (), ""),
        ({"requester_may_sign": True}, ANDY, (), ""),
        ({"requester_may_sign": True}, MARA, ("mara-dev",), ""),
        ({"authors_may_sign": False}, MARA, ("mara-dev",), "author"),
        ({"authors_may_sign": False}, MARA, ("olga", "bob"), ""),
        ({"authors_may_sign": False}, OLGA_TOO, ("olga",), "author"),
        ({"authors_may_sign": False}, MARA, (), ""),
        ({"authors_may_sign": False}, ANDY, ("mara-dev",), "requester"),
    ],
)
def test_who_may_never_sign(
    fields: Mapping[str, bool], user: str, authors: tuple[str, ...], why: str
) -> None:
    asked = rule("developers", **fields)
    known = production_with(rules=(asked,))
    given = facts(authorship={**written_by(*authors), "staging": Authorship(("mara-dev",))})
    assert barred(asked, user, context(known, given)) == why


def test_the_requesters_other_id_may_not_sign_either() -> None:
    known = production_with(signed("ops", OLGA_TOO), rules=(rule("ops"),))
    by_olga = release(*known.steps, plan=known.plan, requesters=(ANDY, OLGA))
    tally = count(rule("ops"), context(by_olga))
    assert tally == Tally(frozenset(), (), (OLGA_TOO,))


@pytest.mark.parametrize(
    ("first", "second", "lenient", "counted"),
    [
        ("testers", "ops", False, set[str]()),
        ("ops", "testers", False, {OLGA}),
        ("testers", "ops", True, {OLGA}),
    ],
)
def test_one_person_fills_one_slot_the_one_signed_first(
    first: str, second: str, lenient: bool, counted: set[str]
) -> None:
    ids = {"testers": OLGA, "ops": OLGA_TOO}
    asked = rule("ops", same_person=lenient)
    known = production_with(
        signed("developers", MARA),
        signed(first, ids[first]),
        signed(second, ids[second]),
        rules=(TESTERS, asked),
    )
    assert count(asked, context(known)).counted == counted


def test_a_spent_sign_off_for_another_team_fills_no_slot() -> None:
    known = production_with(
        signed("testers", OLGA, spent=True), signed("ops", OLGA_TOO), rules=(TESTERS, rule("ops"))
    )
    assert count(rule("ops"), context(known)).counted == {OLGA}


def test_people_without_any_id_bar_nobody() -> None:
    nameless = (*PEOPLE, Person("Ghost", ()))
    assert directory(people=nameless).person_of_author("Ghost") is None


def test_a_team_that_is_not_in_the_policy_any_more_is_said_to_be_gone() -> None:
    without = {name: team for name, team in TEAMS.items() if name != "testers"}
    known = facts(membership=membership(teams=without))
    of = in_production()
    testers, ops = sign_off.check(gate_context(of, of.step, known, NOW))
    [reason] = testers.reasons
    assert (reason.code, reason.who, reason.event) == (
        "team_removed",
        ("ops",),
        "the policy has the team again",
    )
    assert (reason.until, reason.values["team"]) == (NOW + RECHECK_AFTER, "testers")
    assert [each.code for each in ops.reasons] == ["sign_off_missing"]
