"""Who signs in whose place, how long that counts, and who is told that nobody is there."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.absence import Absence
from handlers.absentees import person_named, services_of
from handlers.actions.approve import SignedOff
from handlers.actions.waive import AuthorsWaived
from handlers.effects import PostToThread, ShowCard
from handlers.outcome import Refusal
from handlers.people import NOBODY, AccountStatus, Eligibility, Group, Membership, Team
from handlers.release import Release
from handlers.reports import Reevaluated
from handlers.sign_offs import SignOff
from handlers.slots import Awaited, awaited, cannot_sign, slot_of
from handlers.stand_ins import handover_ends, may_sign, stands_in_for, still_signs
from handlers.tally import count
from tests.handlers.builders import (
    AMITA,
    ANDY,
    MARA,
    NOW,
    OLGA,
    OLGA_TOO,
    STRANGER,
    TIM,
    TOM,
    after,
    decided,
    draft,
    facts,
    in_production,
    later,
    membership,
    of_kind,
    plan,
    production,
    refused,
    rule,
    signed,
    staging,
)

TESTERS = Team("testers", (AMITA, TOM), stand_ins=(MARA, STRANGER, TOM))
OPS = Team("ops", (TIM, OLGA_TOO))
ON_CALL = Team("ops", usergroup="S0OPS", fallback=(OLGA,), handover=1800)
LOOK = Reevaluated(1)
MONDAY = later(days=3)


def gone(user: str, by: str = "", hours: float = 72) -> Absence:
    """Return the absence of somebody, by default noted by themselves."""
    return Absence(user, later(hours=hours), NOW - timedelta(hours=1), by or user)


def people(*absences: Absence, testers: Team = TESTERS, ops: Team = OPS, **fields: Any) -> Membership:  # noqa: ANN401 - as membership
    """Return the membership with absences."""
    known = membership(
        teams={"testers": testers, "ops": ops, "developers": Team("developers", (ANDY,))}, **fields
    )
    return replace(known, absences={each.user: each for each in absences})


@pytest.mark.parametrize(
    ("user", "absences", "escalated", "wanted"),
    [
        (MARA, (), False, ()),
        (MARA, (gone(AMITA),), False, (AMITA,)),
        (MARA, (gone(AMITA), gone(TOM)), False, (AMITA, TOM)),
        (MARA, (gone(AMITA, by=MARA),), False, ()),
        (MARA, (gone(AMITA, by=MARA),), True, (TOM,)),
        (MARA, (gone(AMITA), gone(MARA)), False, ()),
        (MARA, (gone(TOM),), True, (TOM, AMITA)),
        (MARA, (gone(AMITA, hours=0),), False, ()),
        (ANDY, (gone(AMITA),), True, ()),
        (TOM, (gone(TOM),), False, ()),
        (TOM, (gone(AMITA),), False, (AMITA,)),
        (STRANGER, (gone(MARA),), False, ()),
    ],
)
def test_who_stands_in_for_whom(
    user: str, absences: tuple[Absence, ...], *, escalated: bool, wanted: tuple[str, ...]
) -> None:
    assert stands_in_for(people(*absences), user, "testers", NOW, escalated=escalated) == wanted


def test_nobody_stands_in_where_there_is_no_team() -> None:
    assert stands_in_for(people(gone(AMITA)), MARA, "riggers", NOW) == ()
    assert people().people_of("riggers") == ()
    assert people().knows_all_of("riggers")


def test_an_absence_is_of_a_person_with_all_accounts() -> None:
    known = people(gone(OLGA))
    assert known.is_away(OLGA_TOO, NOW)
    assert not known.is_away(OLGA_TOO, MONDAY)


@pytest.mark.parametrize(
    ("user", "wanted"),
    [(AMITA, Eligibility.YES), (MARA, Eligibility.YES), (ANDY, Eligibility.NOT_IN_TEAM)],
)
def test_who_may_sign(user: str, wanted: Eligibility) -> None:
    assert may_sign(people(gone(AMITA)), user, "testers", NOW) is wanted


def waits(*sign_offs: SignOff, **fields: Any) -> Release:  # noqa: ANN401 - fields of a step
    """Return a release that waits for testers and ops."""
    return in_production(sign_offs=sign_offs, **fields)


def test_a_stand_in_signs_in_place_of_who_is_away() -> None:
    decision = decided(waits(), SignedOff(1, MARA), facts(membership=people(gone(AMITA))))
    [sign_off] = after(decision).step.sign_offs
    assert (sign_off.team, sign_off.user, sign_off.stands_for) == ("testers", MARA, AMITA)
    assert decision.reply.values["stands_for"] == AMITA
    assert (
        PostToThread(1, "signed", {"by": MARA, "note": "", "team": "testers", "stands_for": AMITA})
        in decision.effects
    )


@pytest.mark.parametrize(
    ("actor", "known", "release", "code"),
    [
        (MARA, people(), waits(), "stands_in_for_nobody"),
        (MARA, people(gone(AMITA), gone(MARA)), waits(), "stands_in_for_nobody"),
        (MARA, people(gone(AMITA, by=MARA)), waits(), "stands_in_for_nobody"),
        (STRANGER, people(gone(AMITA)), waits(signed("testers", MARA, stands_for=AMITA)), "already_signed"),
        (AMITA, people(), waits(signed("testers", MARA, stands_for=AMITA)), "already_signed"),
        (
            MARA,
            people(gone(AMITA), gone(TOM)),
            waits(signed("testers", MARA, stands_for=AMITA)),
            "already_signed",
        ),
        (MARA, people(gone(AMITA)), replace(waits(), requesters=(MARA,)), "requester_may_not_sign"),
        (MARA, people(gone(AMITA)), replace(waits(), requesters=(AMITA,)), "stand_in_barred"),
    ],
)
def test_who_stands_in_for_nobody_is_told_why(
    actor: str, known: Membership, release: Release, code: str
) -> None:
    assert refused(release, SignedOff(1, actor, "testers"), facts(membership=known)).code == code
    if code == "stands_in_for_nobody":
        assert refused(release, SignedOff(1, actor), facts(membership=known)).code == code


def test_one_who_cannot_be_signed_for_is_passed_over() -> None:
    known = facts(membership=people(gone(AMITA), gone(TOM)))
    decision = decided(replace(waits(), requesters=(AMITA,)), SignedOff(1, MARA), known)
    assert after(decision).step.sign_offs[-1].stands_for == TOM


def test_the_own_slot_comes_first() -> None:
    known = facts(membership=people(gone(AMITA)))
    assert slot_of(draft(waits(), known), TOM, rule()).stands_for == ""
    spoken_for = waits(signed("testers", MARA, stands_for=TOM))
    assert slot_of(draft(spoken_for, known), TOM, rule()).stands_for == AMITA


def test_who_is_stood_in_for_fills_no_other_slot() -> None:
    ops = Team("ops", (TIM, AMITA))
    known = facts(membership=people(gone(AMITA), ops=ops))
    release = waits(signed("testers", MARA, stands_for=AMITA))
    assert refused(release, SignedOff(1, AMITA, "ops"), known).code == "one_person_one_slot"
    assert slot_of(draft(release, known), AMITA, rule("ops", same_person=True)).why == ""


def test_a_stand_in_is_told_if_they_would_sign_for_somebody_who_signed_elsewhere() -> None:
    ops = Team("ops", (TIM, AMITA))
    testers = replace(TESTERS, members=(AMITA,))
    known = facts(membership=people(gone(AMITA), testers=testers, ops=ops))
    refusal = refused(waits(signed("ops", AMITA)), SignedOff(1, MARA, "testers"), known)
    assert (refusal.code, refusal.values["stands_for"]) == ("stand_in_barred", AMITA)


def test_after_escalation_stand_ins_count_although_nobody_is_away() -> None:
    decision = decided(waits(escalated=("testers",)), SignedOff(1, MARA), facts(membership=people()))
    assert after(decision).step.sign_offs[-1].stands_for == AMITA


@pytest.mark.parametrize(
    ("sign_offs", "counted"),
    [
        ((signed("testers", MARA, stands_for=AMITA),), {AMITA}),
        ((signed("testers", MARA, stands_for=AMITA), signed("testers", AMITA)), {AMITA}),
        ((signed("testers", MARA, stands_for=AMITA), signed("testers", MARA, stands_for=TOM)), {AMITA}),
        ((signed("testers", MARA, stands_for=AMITA), signed("testers", TOM)), {AMITA, TOM}),
    ],
)
def test_a_person_and_their_stand_in_fill_one_slot(sign_offs: tuple[SignOff, ...], counted: set[str]) -> None:
    context = draft(waits(*sign_offs), facts(membership=people())).gate_context()
    assert count(rule(needs=2), context).counted == counted


@pytest.mark.parametrize("requester", [MARA, AMITA])
def test_what_bars_one_bars_both(requester: str) -> None:
    release = replace(waits(signed("testers", MARA, stands_for=AMITA)), requesters=(requester,))
    assert count(rule(), draft(release, facts(membership=people())).gate_context()).lost == (MARA,)


@pytest.mark.parametrize("waives", [MARA, AMITA])
def test_neither_of_them_waives_what_they_signed(waives: str) -> None:
    unknown = production(gates=(rule(authors_may_sign=False), rule("ops")))
    release = in_production(sign_offs=(signed("testers", MARA, stands_for=AMITA),))
    release = replace(release, plan=plan(staging(), unknown))
    known = facts(membership=people(ops=Team("ops", (TIM, MARA, AMITA))))
    assert refused(release, AuthorsWaived(1, waives, "known"), known).code == "signer_may_not_waive"


@pytest.mark.parametrize(
    ("testers", "status", "wanted"),
    [
        (TESTERS, AccountStatus.FULL, Eligibility.YES),
        (TESTERS, AccountStatus.GUEST, Eligibility.NOT_FULL_MEMBER),
        (replace(TESTERS, stand_ins=()), AccountStatus.FULL, Eligibility.NOT_IN_TEAM),
        (replace(TESTERS, stand_ins=()), AccountStatus.DELETED, Eligibility.NOT_FULL_MEMBER),
    ],
)
def test_a_stand_in_has_to_stay_one(testers: Team, status: AccountStatus, wanted: Eligibility) -> None:
    known = people(testers=testers, account_status={MARA: status})
    assert still_signs(known, signed("testers", MARA, stands_for=AMITA), NOW) is wanted


def on_call(*there: str, ops: Team = ON_CALL, **seen: float) -> Membership:
    """Return who is in the user group now, and who was seen in it so many minutes ago."""
    at = {NOBODY if user == "nobody" else user: later(minutes=-minutes) for user, minutes in seen.items()}
    known = people(ops=ops)
    return replace(known, groups={"S0OPS": Group(frozenset(there), NOW, at)})


@pytest.mark.parametrize(
    ("known", "user", "wanted"),
    [
        (on_call(ANDY, U0TIM=29), TIM, Eligibility.YES),
        (on_call(ANDY, U0TIM=30), TIM, Eligibility.YES),
        (on_call(ANDY, U0TIM=31), TIM, Eligibility.NOT_IN_TEAM),
        (on_call(ANDY), TIM, Eligibility.NOT_IN_TEAM),
        (on_call(ANDY, nobody=10), OLGA, Eligibility.YES),
        (on_call(ANDY, nobody=40), OLGA, Eligibility.NOT_IN_TEAM),
        (on_call(), OLGA, Eligibility.YES),
        (on_call(ANDY, U0TIM=1, ops=replace(ON_CALL, handover=0)), TIM, Eligibility.NOT_IN_TEAM),
        (replace(on_call(ANDY, U0TIM=1), members={}), TIM, Eligibility.UNKNOWN),
        (people(ops=ON_CALL, group=None), TIM, Eligibility.UNKNOWN),
    ],
)
def test_what_was_signed_on_call_is_handed_over(known: Membership, user: str, wanted: Eligibility) -> None:
    assert still_signs(known, signed("ops", user), NOW) is wanted


def test_nothing_is_handed_over_without_a_team_or_its_group() -> None:
    assert handover_ends(people(), signed("riggers", TIM)) is None
    assert handover_ends(people(ops=ON_CALL, group=None), signed("ops", TIM)) is None


def test_a_handover_is_for_what_was_signed_already() -> None:
    known = facts(membership=on_call(ANDY, U0TIM=1))
    assert refused(waits(), SignedOff(1, TIM, "ops"), known).code == "not_in_team"


def test_who_counts_instead_of_an_empty_group_acts_for_it() -> None:
    assert on_call().eligible(OLGA, "ops", NOW) is Eligibility.YES
    assert on_call().people_of("ops") == (OLGA,)
    assert on_call(TIM).eligible(OLGA, "ops", NOW) is Eligibility.NOT_IN_TEAM


ALL_GONE = people(gone(AMITA), gone(TOM, hours=48), testers=Team("testers", (AMITA, TOM)))


def test_a_protected_release_says_that_its_signers_are_all_away() -> None:
    first = decided(waits(), LOOK, facts(membership=ALL_GONE))
    told = [each for each in of_kind(first.effects, PostToThread) if each.code == "signers_away"]
    values = {"team": "testers", "users": f"{AMITA}, {TOM}", "until": later(hours=48).isoformat()}
    assert told == [PostToThread(1, "signers_away", values)]
    again = decided(after(first), LOOK, facts(membership=ALL_GONE))
    assert not again.changed
    back = decided(after(first), LOOK, facts(membership=people(testers=Team("testers", (AMITA, TOM)))))
    assert back.effects == (ShowCard(1),)
    assert after(back).step.deserted == ()


def test_an_unprotected_one_only_shows_it() -> None:
    unprotected = replace(waits(), plan=plan(staging(), production(protected=False)))
    decision = decided(unprotected, LOOK, facts(membership=ALL_GONE))
    assert not of_kind(decision.effects, PostToThread)
    assert after(decision).step.deserted == ("testers",)


@pytest.mark.parametrize(
    "known",
    [
        people(gone(AMITA), gone(TOM)),
        people(gone(AMITA), testers=Team("testers", (AMITA, TOM))),
        people(gone(AMITA), testers=Team("testers", (AMITA,), "S0QA")),
    ],
)
def test_somebody_is_there_or_may_be(known: Membership) -> None:
    assert not awaited(waits(), facts(membership=known), NOW)["testers"].deserted


def test_who_is_awaited() -> None:
    found = awaited(waits(), facts(membership=people(gone(AMITA))), NOW)
    assert found["testers"].gone == {AMITA}
    assert found["testers"].stand_ins == ((MARA, AMITA), (STRANGER, AMITA))
    barred = awaited(replace(waits(), requesters=(MARA,)), facts(membership=people(gone(AMITA))), NOW)
    assert barred["testers"].stand_ins == ((STRANGER, AMITA),)
    left = people(gone(AMITA), account_status={STRANGER: AccountStatus.DELETED})
    assert awaited(waits(), facts(membership=left), NOW)["testers"].stand_ins == ((MARA, AMITA),)
    called = awaited(waits(), facts(membership=on_call(TIM)), NOW)["ops"]
    assert called == Awaited(on_call=(TIM,))
    assert awaited(waits(), facts(membership=on_call()), NOW)["ops"] == Awaited(on_call=(OLGA,), empty=True)
    removed = replace(people(), directory=replace(people().directory, teams={}))
    assert awaited(waits(), facts(membership=removed), NOW)["ops"] == Awaited()
    assert cannot_sign(waits(), facts(membership=removed), NOW)["ops"] == frozenset()


def test_the_end_of_an_absence_is_looked_at() -> None:
    assert decided(waits(), LOOK, facts(membership=people(gone(AMITA, hours=2)))).wake_at == later(hours=2)


NAMES = {AMITA: "Amita Rao", TIM: "Tim", MARA: "Mara Li", TOM: "Mara Sun", OLGA: "Olga", OLGA_TOO: "Olga"}


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("<@U0AMITA>", AMITA),
        ("<@U0AMITA|amita>", AMITA),
        ("U0AMITA", AMITA),
        ("amita rao", AMITA),
        ("Amita", AMITA),
        ("tim", TIM),
        ("olga", OLGA),
        ("mara", Refusal("which_person", {"name": "mara", "users": f"{MARA}, {TOM}"})),
        ("zoe", Refusal("unknown_person", {"name": "zoe", "users": ""})),
    ],
)
def test_who_is_meant(name: str, found: str | Refusal) -> None:
    assert person_named(name, NAMES, people().directory) == found


def test_in_which_services_somebody_counts() -> None:
    plans = {"website": plan(), "shop": replace(plan(), service="shop", environments=(staging(),))}
    assert services_of(plans, people(), MARA) == ("website",)
    assert services_of(plans, people(), TIM) == ("website", "shop")
    assert services_of(plans, people(), "U0NOBODY") == ()
