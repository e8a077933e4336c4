from collections.abc import Mapping

import pytest

from handlers.facts import Facts
from handlers.gates import sign_off
from handlers.gates.sign_off import Tally
from handlers.gates.verdict import Asked, Reason, Verdict
from handlers.people import Person, Roll, Standing, Team
from handlers.plan import SignOffRule
from handlers.release import Release
from handlers.step import SignOff
from tests.handlers.making import (
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
    plan,
    production,
    release,
    roll,
    rule,
    signed,
    waiting,
)

TESTERS = rule("testers")
MISSING = Reason(
    "sign_off_missing", {"team": "testers", "missing": "1", "needs": "1"}, ("testers",), None, "a sign-off"
)


def production_with(
    *sign_offs: SignOff, rules: tuple[SignOffRule, ...] = (TESTERS,), waived: bool = False
) -> Release:
    policy = plan(production(gates=rules))
    return release(waiting("production", sign_offs=sign_offs, waived_authors=waived), plan=policy)


def ask(known: Release, asked: SignOffRule = TESTERS, given: Facts | None = None) -> Asked:
    return sign_off.ask(asked, known, known.step, given or facts(), NOW)


def test_every_rule_is_asked() -> None:
    known = in_production(sign_offs=(signed("ops", TIM),))
    asked = sign_off.check(known, known.step, facts(), NOW)
    assert asked == (
        Asked("sign_off", "testers", Verdict.WAITING, (MISSING,)),
        Asked("sign_off", "ops", Verdict.OPEN),
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
    assert sign_off.count(asked, known, known.step, facts(), NOW) == Tally(frozenset(counted), (), ())
    assert ask(known, asked).open is (len(counted) >= needs)


def test_two_ids_of_one_person_count_once() -> None:
    both = {**TEAMS, "testers": Team("testers", (OLGA, OLGA_TOO))}
    asked = rule("testers", needs=2)
    known = production_with(signed("testers", OLGA), signed("testers", OLGA_TOO), rules=(asked,))
    given = facts(roll=roll(teams=both))
    assert sign_off.count(asked, known, known.step, given, NOW).counted == {OLGA}
    assert ask(known, asked, given).reasons == (
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
        (roll(unknown=(AMITA,)), (AMITA,), ()),
        (roll(standing={AMITA: Standing.GUEST}), (), (AMITA,)),
        (roll(teams={**TEAMS, "testers": Team("testers", (TOM,))}), (), (AMITA,)),
        (roll(later(seconds=-61)), (AMITA,), ()),
    ],
    ids=["unknown", "guest", "removed", "stale"],
)
def test_who_does_not_count_any_more_is_named(
    known_roll: Roll, unknown: tuple[str, ...], lost: tuple[str, ...]
) -> None:
    known = production_with(signed("testers", AMITA))
    given = facts(roll=known_roll)
    assert sign_off.count(TESTERS, known, known.step, given, NOW) == Tally(frozenset(), unknown, lost)
    values = {"user": AMITA, "team": "testers"}
    soon = later(seconds=30)
    if unknown:
        named = Reason("signer_unknown", values, (), soon, "Slack answers")
    else:
        named = Reason("signer_lost", values, ("testers",), soon, "they count again")
    assert ask(known, given=given) == Asked("sign_off", "testers", Verdict.WAITING, (named, MISSING))


def test_who_counts_no_more_is_not_named_where_enough_others_signed() -> None:
    known = production_with(signed("testers", AMITA), signed("testers", TOM))
    assert ask(known, given=facts(roll=roll(unknown=(TOM,)))) == Asked("sign_off", "testers", Verdict.OPEN)


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
    given = facts(authors={"production": authors, "staging": ("mara-dev",)})
    assert sign_off.barred(asked, known, known.step, user, given) == why


def test_the_requesters_other_id_may_not_sign_either() -> None:
    known = production_with(signed("ops", OLGA_TOO), rules=(rule("ops"),))
    by_olga = release(*known.steps, plan=known.plan, requesters=(ANDY, OLGA))
    tally = sign_off.count(rule("ops"), by_olga, by_olga.step, facts(), NOW)
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
    assert sign_off.count(asked, known, known.step, facts(), NOW).counted == counted


def test_a_spent_word_for_another_team_fills_no_slot() -> None:
    known = production_with(
        signed("testers", OLGA, spent=True), signed("ops", OLGA_TOO), rules=(TESTERS, rule("ops"))
    )
    assert sign_off.count(rule("ops"), known, known.step, facts(), NOW).counted == {OLGA}


@pytest.mark.parametrize(
    ("fields", "waived", "authors", "strangers"),
    [
        ({"authors_may_sign": False}, False, ("bob", "mara-dev", "eve"), "bob, eve"),
        ({"authors_may_sign": False}, False, ("robot",), "robot"),
        ({"authors_may_sign": False}, False, ("mara-dev",), ""),
        ({"authors_may_sign": False}, False, (), ""),
        ({"authors_may_sign": False}, True, ("bob",), ""),
        ({}, False, ("bob",), ""),
    ],
)
def test_an_author_whom_nobody_knows_keeps_the_gate_waiting(
    fields: Mapping[str, bool], waived: bool, authors: tuple[str, ...], strangers: str
) -> None:
    asked = rule("testers", **fields)
    known = production_with(signed("testers", AMITA), rules=(asked,), waived=waived)
    answer = ask(known, asked, facts(authors={"production": authors}))
    values = {"authors": strangers, "team": "testers"}
    doubt = Reason("author_unknown", values, ("ops",), later(seconds=30), "waive")
    assert answer.reasons == ((doubt,) if strangers else ())
    assert answer.open is not bool(strangers)


def test_an_unknown_author_and_a_missing_sign_off_are_both_named() -> None:
    asked = rule("testers", authors_may_sign=False)
    known = production_with(rules=(asked,))
    given = facts(authors={"production": ("bob",)})
    assert [reason.code for reason in ask(known, asked, given).reasons] == [
        "author_unknown",
        "sign_off_missing",
    ]


def test_people_without_any_id_bar_nobody() -> None:
    nameless = (*PEOPLE, Person("Ghost", ()))
    assert directory(people=nameless).person_of_author("Ghost") is None


def test_no_changes_have_no_authors() -> None:
    asked = rule("testers", authors_may_sign=False)
    known = production_with(signed("testers", AMITA), rules=(asked,))
    assert ask(known, asked).open
    assert sign_off.barred(asked, known, known.step, MARA, facts()) == ""
