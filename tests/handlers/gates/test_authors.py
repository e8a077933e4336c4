"""Four eyes: who wrote what would be deployed, what of that is not known, and what a waiver covers."""

from dataclasses import replace
from typing import Any

import pytest

from handlers import events
from handlers.actions.retry import RetryRequested
from handlers.doubt import Doubt
from handlers.doubt import doubt as find_doubt
from handlers.evaluation import gate_context
from handlers.gate import GateContext, GateResult, Reason, Verdict
from handlers.gates import sign_off
from handlers.lineage import Authorship
from handlers.people import SHIPROOM, Directory, Membership, Person
from handlers.release import Release
from handlers.sign_off_rule import SignOffRule
from handlers.sign_offs import SignOff, Waiver
from handlers.step import Step
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
    TOM,
    after,
    decided,
    environment_state,
    facts,
    failed,
    later,
    membership,
    plan,
    production,
    release,
    rule,
    signed,
    staging,
    waiting,
    waiver,
)

LENIENT = rule("testers")
STRICT = rule("testers", authors_may_sign=False)
BY_MARA = Authorship(("mara-dev",), own=("mara-dev",))
UNTOLD = Authorship(unknown=("2.1.0",), own=None)


def waits(
    asked: SignOffRule, *waivers: Waiver, by: SignOff | None = None, automatic: bool = False
) -> Release:
    """Return a release that waits for production: started by Andy, or by itself."""
    sign_offs = () if by is None else (by,)
    step = waiting("production", sign_offs=sign_offs, waivers=waivers)
    requesters = () if automatic else (ANDY,)
    policy = plan(production(gates=(asked,)))
    return release(step, plan=policy, requesters=requesters, automatic=automatic)


def context(known: Release, written: Authorship, roll: Membership | None = None) -> GateContext:
    given = facts(authorship={"production": written}, membership=roll or membership())
    return gate_context(known, known.step, given, NOW)


def with_person(person: Person) -> Membership:
    """Return the membership once the policy names one more person."""
    return replace(membership(), directory=Directory(TEAMS, (*PEOPLE, person)))


# What is not known.


@pytest.mark.parametrize(
    ("asked", "written", "doubt"),
    [
        (STRICT, BY_MARA, Doubt()),
        (STRICT, Authorship(), Doubt()),
        (STRICT, Authorship(("bob", "mara-dev", "eve")), Doubt(("bob", "eve"))),
        (STRICT, Authorship(("robot",)), Doubt(("robot",))),
        (STRICT, Authorship(("",)), Doubt(("",))),
        (STRICT, UNTOLD, Doubt((), ("2.1.0",))),
        (STRICT, Authorship(("bob",), ("2.0.0", "2.1.0"), None), Doubt(("bob",), ("2.0.0", "2.1.0"))),
        (LENIENT, Authorship(("bob",)), Doubt()),
        (LENIENT, UNTOLD, Doubt()),
    ],
)
def test_what_a_rule_has_to_know_of_the_authors(
    asked: SignOffRule, written: Authorship, doubt: Doubt
) -> None:
    known = waits(asked, by=signed("testers", AMITA))
    assert find_doubt(asked, context(known, written)) == doubt
    assert sign_off.check_rule(asked, context(known, written)).open is (doubt == Doubt())


@pytest.mark.parametrize(
    ("fields", "written", "versions"),
    [
        ({}, UNTOLD, ("2.1.0",)),
        ({}, Authorship(("bob",), ("2.0.0",), ()), ()),
        ({}, Authorship(("bob",), (), ("bob",)), ()),
        ({"requester_may_sign": True}, UNTOLD, ()),
        ({"authors_may_sign": False}, Authorship(unknown=("2.0.0",), own=()), ("2.0.0",)),
        ({"authors_may_sign": False, "requester_may_sign": True}, UNTOLD, ("2.1.0",)),
    ],
)
def test_who_wrote_a_build_that_started_by_itself_has_to_be_known(
    fields: dict[str, bool], written: Authorship, versions: tuple[str, ...]
) -> None:
    asked = rule("testers", **fields)
    known = waits(asked, automatic=True)
    assert find_doubt(asked, context(known, written)).versions == versions


def test_what_nobody_has_read_is_unknown() -> None:
    known = waits(STRICT)
    nothing = gate_context(known, known.step, facts(), NOW)
    assert find_doubt(STRICT, nothing) == Doubt((), ("2.1.0",))
    by_itself = waits(LENIENT, automatic=True)
    nothing = gate_context(by_itself, by_itself.step, facts(), NOW)
    assert find_doubt(LENIENT, nothing) == Doubt((), ("2.1.0",))


def test_each_doubt_is_a_reason_that_an_operator_can_clear() -> None:
    written = Authorship(("bob", ""), ("2.0.0", "2.1.0"), None)
    soon = later(seconds=30)
    answer = sign_off.check_rule(STRICT, context(waits(STRICT), written))
    assert answer.reasons[:2] == (
        Reason("author_unknown", {"authors": "bob, somebody", "team": "testers"}, ("ops",), soon, "waive"),
        Reason("changes_unknown", {"versions": "2.0.0, 2.1.0", "team": "testers"}, ("ops",), soon, "waive"),
    )
    assert [reason.code for reason in answer.reasons[2:]] == ["sign_off_missing"]


# What a waiver covers.


@pytest.mark.parametrize(
    ("waived", "left"),
    [
        ({"authors": ("bob",)}, Doubt(("", "eve"), ("2.0.0", "2.1.0"))),
        ({"authors": ("",)}, Doubt(("bob", "eve"), ("2.0.0", "2.1.0"))),
        ({"versions": ("2.1.0",)}, Doubt(("bob", "", "eve"), ("2.0.0",))),
        ({"authors": ("2.1.0",), "versions": ("bob",)}, Doubt(("bob", "", "eve"), ("2.0.0", "2.1.0"))),
        ({"lacks": "bob"}, Doubt(("bob", "", "eve"), ("2.0.0", "2.1.0"))),
        ({"authors": ("bob", "", "eve"), "versions": ("2.0.0", "2.1.0")}, Doubt()),
    ],
)
def test_a_waiver_covers_what_it_names(waived: dict[str, Any], left: Doubt) -> None:
    written = Authorship(("bob", "", "eve"), ("2.0.0", "2.1.0"), None)
    known = waits(STRICT, waiver(**waived))
    assert find_doubt(STRICT, context(known, written)) == left


def test_waivers_add_up() -> None:
    written = Authorship(("bob",), ("2.1.0",), None)
    known = waits(STRICT, waiver(authors=("bob",)), waiver(versions=("2.1.0",)), by=signed("testers", AMITA))
    assert sign_off.check_rule(STRICT, context(known, written)).open


def test_a_waived_build_whose_changes_become_known_is_in_doubt_again() -> None:
    known = waits(STRICT, waiver(versions=("2.1.0",)))
    assert find_doubt(STRICT, context(known, UNTOLD)) == Doubt()
    assert find_doubt(STRICT, context(known, Authorship(("bob",)))) == Doubt(("bob",))


# Who may not sign.


@pytest.mark.parametrize(
    ("waived", "written", "roll"),
    [
        ({"authors": ("bob",)}, Authorship(("bob",)), with_person(Person("bob", (TOM,)))),
        ({"versions": ("2.1.0",)}, Authorship(("Tom",)), with_person(Person("Tom", (TOM,)))),
        (
            {"versions": ("2.1.0",)},
            Authorship(("t@x",), ("2.1.0",)),
            with_person(Person("T", (TOM,), "", "t@x")),
        ),
    ],
    ids=["the policy names them later", "the CI tells the changes later", "the CI tells some changes later"],
)
def test_an_author_known_later_still_bars(
    waived: dict[str, Any], written: Authorship, roll: Membership
) -> None:
    known = waits(STRICT, waiver(**waived), by=signed("testers", TOM))
    before = context(known, Authorship(waived.get("authors", ()), waived.get("versions", ())))
    assert sign_off.check_rule(STRICT, before) == GateResult(
        "sign_off", "testers", Verdict.OPEN, team="testers"
    )
    after = context(known, written, roll)
    assert barred(STRICT, TOM, after) == "author"
    assert count(STRICT, after) == Tally(frozenset(), (), (TOM,))
    assert [reason.code for reason in sign_off.check_rule(STRICT, after).reasons] == [
        "signer_lost",
        "sign_off_missing",
    ]


@pytest.mark.parametrize(
    ("automatic", "fields", "written", "user", "why"),
    [
        (True, {}, Authorship(own=("mara-dev",)), MARA, "requester"),
        (True, {}, Authorship(own=("bob", "olga")), OLGA_TOO, "requester"),
        (True, {}, Authorship(("mara-dev",), own=("bob",)), MARA, ""),
        (True, {}, UNTOLD, MARA, ""),
        (True, {"requester_may_sign": True}, Authorship(own=("mara-dev",)), MARA, ""),
        (True, {"authors_may_sign": False}, Authorship(("mara-dev",), own=()), MARA, "author"),
        (False, {}, Authorship(own=("mara-dev",)), MARA, ""),
    ],
)
def test_the_authors_of_a_build_that_started_by_itself_count_as_who_requested_it(
    automatic: bool, fields: dict[str, bool], written: Authorship, user: str, why: str
) -> None:
    asked = rule("developers", **fields)
    assert barred(asked, user, context(waits(asked, automatic=automatic), written)) == why


@pytest.mark.parametrize(
    ("step", "event"),
    [
        (failed(), RetryRequested(1, MARA)),
        (
            waiting("staging", requested=False, unrequested_by="expired"),
            events.StepRequested(1, MARA, "staging"),
        ),
    ],
    ids=["retries", "asks again after a void grant"],
)
def test_who_goes_on_with_it_does_not_make_it_theirs(step: Step, event: events.ReleaseEvent) -> None:
    asked = rule("developers")
    by_itself = replace(step, requested_by=SHIPROOM)
    policy = plan(staging(), production(gates=(asked,)))
    known = release(by_itself, Step("production"), plan=policy, requesters=(), automatic=True)
    gone_on = after(decided(known, event, facts(environment_state(holder=1))))
    assert gone_on.steps[0].requested_by == MARA

    def there(written: Authorship) -> GateContext:
        return gate_context(gone_on, gone_on.steps[1], facts(authorship={"production": written}), NOW)

    assert gone_on.automatic
    assert find_doubt(asked, there(UNTOLD)) == Doubt((), ("2.1.0",))
    assert barred(asked, MARA, there(Authorship(own=("mara-dev",)))) == "requester"


@pytest.mark.parametrize(
    ("waived_by", "user", "why"),
    [
        (TOM, TOM, "waiver"),
        (TOM, AMITA, ""),
        (OLGA, OLGA_TOO, "waiver"),
        (OLGA_TOO, OLGA, "waiver"),
    ],
)
@pytest.mark.parametrize(
    "what", [{"authors": ("bob",)}, {"versions": ("2.1.0",)}, {"lacks": "0000009"}], ids=["a", "v", "l"]
)
def test_whoever_waived_anything_of_a_step_does_not_sign_it(
    waived_by: str, user: str, why: str, what: dict[str, Any]
) -> None:
    lenient = rule("testers", requester_may_sign=True)
    known = waits(lenient, waiver(waived_by, **what), by=signed("testers", user))
    assert barred(lenient, user, context(known, BY_MARA)) == why
    eligible = {"testers": replace(TEAMS["testers"], members=(AMITA, TOM, OLGA, OLGA_TOO))}
    tally = count(lenient, context(known, BY_MARA, membership(teams=eligible)))
    assert tally.lost == ((user,) if why else ())
