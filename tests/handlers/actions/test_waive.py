from dataclasses import replace
from typing import Any

import pytest

from handlers.actions.approve import SignedOff
from handlers.actions.waive import AuthorsWaived
from handlers.effects import PostToThread, ShowCard
from handlers.evaluation import evaluate_gates
from handlers.facts import Facts
from handlers.gate import Reason
from handlers.lineage import Authorship, Relation
from handlers.outcome import Refusal, Reply
from handlers.people import Team
from handlers.plan import Plan
from handlers.release import Release, ReleaseState
from handlers.requests import UsageError
from handlers.sign_offs import SignOff, Waiver, Waiving
from tests.handlers.actions.contexts import read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    NOW,
    OLGA,
    OLGA_TOO,
    TEAMS,
    TIM,
    after,
    build,
    decided,
    environment_state,
    facts,
    granted,
    live,
    membership,
    plan,
    production,
    refused,
    release,
    rollback,
    rule,
    signed,
    waiting,
    written_by,
)


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("waive r42 Mara looked", AuthorsWaived(42, ANDY, "Mara looked")),
        ("waive r42", AuthorsWaived(42, ANDY, "")),
    ],
)
def test_waive(line: str, requested: AuthorsWaived) -> None:
    assert read(line) == requested


@pytest.mark.parametrize(("line", "word"), [("waive", ""), ("waive staging", "staging")])
def test_a_release_has_to_be_named(line: str, word: str) -> None:
    assert read(line) == UsageError("release_needed", word, ("waive",))


CARD = ShowCard(1)


TESTERS_ONLY = plan(production(gates=(rule("testers", authors_may_sign=False),)))
EACH = plan(
    production(gates=(rule("testers", authors_may_sign=False), rule("ops", authors_may_sign=False))),
)
LENIENT = plan(production(gates=(rule("testers"),)))
WITH_LIVE = plan(production(contains_live=True, gates=(rule("testers", authors_may_sign=False),)))
LIVE = environment_state("production", holder=9, live=live(9))
HERE = {"release": "r1"}
WAIVED = AuthorsWaived(1, TIM, "Mara looked")


def waits(policy: Plan = TESTERS_ONLY, **fields: Any) -> Release:  # noqa: ANN401 - as dataclasses.replace
    """Return a release that waits for production."""
    return release(waiting("production", **fields), plan=policy)


def given(written: Authorship, related: Relation = Relation.UNKNOWN) -> Facts:
    """Return what is known of the authors, and of the live build."""
    return facts(LIVE, authorship={"production": written}, to_live={"production": related})


@pytest.mark.parametrize("policy", [TESTERS_ONLY, EACH], ids=["one rule", "two rules"])
@pytest.mark.parametrize(
    ("written", "covers", "what"),
    [
        (Authorship(("bob", "mara-dev")), {"authors": ("bob",)}, "bob"),
        (Authorship(("bob", "", "eve")), {"authors": ("bob", "", "eve")}, "bob, somebody, eve"),
        (Authorship((), ("2.0.0", "2.1.0"), None), {"versions": ("2.0.0", "2.1.0")}, "2.0.0, 2.1.0"),
        (Authorship(("bob",), ("2.1.0",)), {"authors": ("bob",), "versions": ("2.1.0",)}, "bob, 2.1.0"),
    ],
)
def test_an_operator_waives_exactly_what_is_unknown_now(
    policy: Plan, written: Authorship, covers: dict[str, Any], what: str
) -> None:
    decision = decided(waits(policy), WAIVED, given(written))
    assert after(decision).step.waivers == (Waiver(TIM, NOW, "Mara looked", **covers),)
    assert decision.reply == Reply("waived", HERE)
    said = {"by": TIM, "reason": "Mara looked", "what": what}
    assert decision.effects == (PostToThread(1, "waived", said), CARD)
    again = refused(after(decision), WAIVED, given(written))
    assert again == Refusal("nothing_to_waive", HERE)


def test_what_turns_up_later_has_to_be_waived_too() -> None:
    first = after(decided(waits(), WAIVED, given(Authorship(("bob",)))))
    second = after(decided(first, WAIVED, given(Authorship(("bob", "eve")))))
    assert [each.authors for each in second.step.waivers] == [("bob",), ("eve",)]


@pytest.mark.parametrize("related", [Relation.LACKS, Relation.UNKNOWN, Relation.CLAIMED])
@pytest.mark.parametrize("written", [Authorship(), Authorship(("bob",))])
def test_an_operator_waives_that_a_build_may_lack_what_is_live(
    written: Authorship, related: Relation
) -> None:
    decision = decided(waits(WITH_LIVE), WAIVED, given(written, related))
    waived = Waiver(TIM, NOW, "Mara looked", written.authors, (), build(9).sha)
    assert after(decision).step.waivers == (waived,)
    assert refused(after(decision), WAIVED, given(written, related)).code == "nothing_to_waive"


def test_who_wrote_a_build_that_started_by_itself_is_waived() -> None:
    known = release(waiting("production"), plan=LENIENT, requesters=(), automatic=True)
    step = after(decided(known, WAIVED, given(Authorship(own=None)))).step
    assert step.waivers == (Waiver(TIM, NOW, "Mara looked", versions=("2.1.0",)),)


def test_a_waiver_opens_the_gates() -> None:
    known = waits(sign_offs=(signed("testers", AMITA),))
    there = facts(authorship=written_by("bob"))
    assert after(decided(known, WAIVED, there)).state is ReleaseState.DEPLOYING


@pytest.mark.parametrize(
    ("known", "there", "actor", "reason", "refusal"),
    [
        (waits(LENIENT), facts(), TIM, "so", Refusal("nothing_to_waive", HERE)),
        (waits(), facts(authorship=written_by("mara-dev")), TIM, "so", Refusal("nothing_to_waive", HERE)),
        (
            waits(WITH_LIVE),
            given(Authorship(), Relation.CONTAINS),
            TIM,
            "so",
            Refusal("nothing_to_waive", HERE),
        ),
        (
            release(granted("production"), plan=TESTERS_ONLY),
            facts(),
            TIM,
            "so",
            Refusal("nothing_to_waive", HERE),
        ),
        (
            rollback(plan=WITH_LIVE),
            given(Authorship(), Relation.LACKS),
            TIM,
            "so",
            Refusal("nothing_to_waive", {"release": "r5"}),
        ),
        (waits(), facts(), TIM, "", Refusal("reason_needed", {"action": "waive"})),
        (waits(), facts(), ANDY, "so", Refusal("not_in_team", {"action": "waive"}, ("ops",))),
    ],
    ids=[
        "authors do not matter",
        "all are known",
        "it contains what is live",
        "granted",
        "a rollback",
        "no reason",
        "no operator",
    ],
)
def test_waiving_is_refused(known: Release, there: Facts, actor: str, reason: str, refusal: Refusal) -> None:
    assert refused(known, AuthorsWaived(known.number, actor, reason), there) == refusal


# Whoever signed does not waive.

OPS_TOO = plan(production(gates=(rule("testers", authors_may_sign=False), rule("ops"))))


@pytest.mark.parametrize(
    ("sign_off", "actor"),
    [
        (signed("ops", TIM), TIM),
        (signed("testers", OLGA), OLGA_TOO),
        (signed("ops", OLGA_TOO), OLGA_TOO),
    ],
)
def test_whoever_signed_the_step_does_not_waive(sign_off: SignOff, actor: str) -> None:
    known = waits(OPS_TOO, sign_offs=(signed("testers", AMITA), sign_off))
    expected = Refusal("signer_may_not_waive", HERE, ("ops",))
    assert refused(known, AuthorsWaived(1, actor, "so"), given(Authorship(("bob",)))) == expected


@pytest.mark.parametrize(
    "sign_off", [signed("ops", TIM, spent=True), signed("ops", TIM, verdict="no"), signed("ops", OLGA_TOO)]
)
def test_whoever_has_no_sign_off_that_counts_may_waive(sign_off: SignOff) -> None:
    known = waits(OPS_TOO, sign_offs=(sign_off,))
    assert decided(known, WAIVED, given(Authorship(("bob",)))).reply.code == "waived"


@pytest.mark.parametrize(("waives", "signs"), [(TIM, TIM), (OLGA_TOO, OLGA_TOO), (OLGA_TOO, OLGA)])
def test_whoever_waived_does_not_sign(waives: str, signs: str) -> None:
    there = given(Authorship(("bob",)))
    known = after(decided(waits(OPS_TOO), AuthorsWaived(1, waives, "so"), there))
    assert refused(known, SignedOff(1, signs), there).code == "waiver_may_not_sign"


RISK = {**TEAMS, "risk": Team("risk", (AMITA, OLGA, OLGA_TOO))}
TWO_OF_RISK = plan(
    production(contains_live=True, gates=(rule("ops", authors_may_sign=False),)),
    waiving=Waiving(("risk",), 2),
)


def risky(written: Authorship, related: Relation = Relation.CONTAINS) -> Facts:
    return replace(given(written, related), membership=membership(teams=RISK))


def reasons(of: Release, known: Facts) -> list[Reason]:
    results = evaluate_gates(of, of.step, known, NOW)
    return [each for result in results for each in result.reasons if each.event == "waive"]


@pytest.mark.parametrize(
    ("written", "related", "code"),
    [
        (Authorship(("bob",)), Relation.CONTAINS, "author_unknown"),
        (Authorship((), ("2.1.0",), None), Relation.CONTAINS, "changes_unknown"),
        (Authorship(), Relation.LACKS, "lacks_live"),
        (Authorship(), Relation.UNKNOWN, "live_unrelated"),
    ],
)
def test_two_of_a_team_have_to_waive(written: Authorship, related: Relation, code: str) -> None:
    known = risky(written, related)
    assert refused(waits(TWO_OF_RISK), WAIVED, known) == Refusal(
        "not_in_team", {"action": "waive"}, ("risk",)
    )
    first = decided(waits(TWO_OF_RISK), AuthorsWaived(1, AMITA, "I looked"), known)
    assert first.reply.values == {**HERE, "waived": "1", "needs": "2"}
    [reason] = reasons(after(first), known)
    assert (reason.code, reason.who) == (code, ("risk",))
    assert (reason.values["waived_by"], reason.values["waive_needs"]) == (AMITA, "2")
    second = decided(after(first), AuthorsWaived(1, OLGA, "so did I"), known)
    assert second.reply.values == HERE
    assert reasons(after(second), known) == []


@pytest.mark.parametrize(("first", "second"), [(AMITA, AMITA), (OLGA, OLGA_TOO)])
def test_one_person_waives_once(first: str, second: str) -> None:
    known = risky(Authorship(("bob",)))
    once = after(decided(waits(TWO_OF_RISK), AuthorsWaived(1, first, "I looked"), known))
    again = refused(once, AuthorsWaived(1, second, "I looked"), known)
    assert again == Refusal("waived_already", HERE, ("risk",))


@pytest.mark.parametrize(
    ("written", "related"),
    [
        (Authorship(("bob", "eve")), Relation.CONTAINS),
        (Authorship(("bob",), ("2.0.0",)), Relation.CONTAINS),
        (Authorship(("bob",)), Relation.LACKS),
    ],
)
def test_what_turned_up_since_is_waived_again_by_the_same_person(
    written: Authorship, related: Relation
) -> None:
    once = after(
        decided(waits(TWO_OF_RISK), AuthorsWaived(1, AMITA, "I looked"), risky(Authorship(("bob",))))
    )
    twice = decided(once, AuthorsWaived(1, AMITA, "that too"), risky(written, related))
    assert twice.reply.values["waived"] == "1"
