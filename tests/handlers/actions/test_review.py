"""Reviewing an emergency: who may, when, and what it opens."""
# ruff: noqa: ANN401 - fields are given as to dataclasses.replace

from dataclasses import replace
from typing import Any

import pytest

from handlers.actions.action import ReasonForm
from handlers.actions.review import Reviewed, ReviewWaived, form, may_need_form
from handlers.effects import NotifyOpen, PostToThread
from handlers.outcome import Refusal, Reply
from handlers.policy import Presence
from handlers.release import Ending, ReleaseState
from handlers.requests import UsageError
from handlers.sign_offs import Review
from tests.handlers.actions.contexts import HERE, read
from tests.handlers.builders import (
    AMITA,
    ANDY,
    GUEST,
    MARA,
    NOW,
    OLGA_TOO,
    TIM,
    TOM,
    after,
    decided,
    environment_state,
    facts,
    of_kind,
    plan,
    refused,
    release,
)
from tests.handlers.urgent import emergency, owed, owing

ENDED = emergency(ending=Ending(ReleaseState.DONE, ANDY, NOW))
SEEN = Reviewed(6, AMITA, "the fix holds")
NAMED = {"release": "r6"}


@pytest.mark.parametrize(
    ("line", "requested"),
    [
        ("review r6 the fix holds", Reviewed(6, ANDY, "the fix holds")),
        ("review r6", Reviewed(6, ANDY)),
        ("review r6 waive nobody is left", ReviewWaived(6, ANDY, "nobody is left")),
        ("review r6 waive", ReviewWaived(6, ANDY)),
        ("review the fix", UsageError("release_needed", "the", ("review",))),
    ],
)
def test_a_review_is_read(line: str, requested: Any) -> None:
    assert read(line, HERE) == requested


def test_a_review_is_noted_and_opens_what_it_closed() -> None:
    decision = decided(ENDED, SEEN, owing(owed(), owed(release=8)))
    assert after(decision).review == Review(AMITA, NOW, "the fix holds")
    assert decision.reply == Reply("reviewed", NAMED)
    assert [each.release for each in decision.environments["production"].reviews] == [8]
    assert of_kind(decision.effects, NotifyOpen) == [NotifyOpen("website", "reevaluate", "production")]
    [post] = of_kind(decision.effects, PostToThread)
    assert (post.code, post.values) == ("reviewed", {"by": AMITA, "reason": "the fix holds"})


def test_an_operator_who_had_no_part_in_it_waives_it() -> None:
    event = ReviewWaived(6, OLGA_TOO, "testers have left")
    decision = decided(ENDED, event, owing())
    assert after(decision).review == Review(OLGA_TOO, NOW, "testers have left", waived=True)
    assert (decision.reply.code, decision.environments["production"].reviews) == ("review_waived", ())
    [post] = of_kind(decision.effects, PostToThread)
    assert post.code == "review_waived"


@pytest.mark.parametrize(
    ("event", "refusal"),
    [
        (replace(SEEN, actor=TIM), Refusal("not_in_team", {"action": "review"}, ("testers",))),
        (replace(SEEN, actor=GUEST), Refusal("not_full_member", {"action": "review"}, ("testers",))),
        (replace(SEEN, reason=""), Refusal("reason_needed", {"action": "review"})),
        (
            ReviewWaived(6, AMITA, "why"),
            Refusal("not_in_team", {"action": "waive_review"}, ("ops",)),
        ),
        (ReviewWaived(6, TIM, "why"), Refusal("took_part", NAMED, ("testers",))),
        (ReviewWaived(6, OLGA_TOO), Refusal("reason_needed", {"action": "waive_review"})),
    ],
)
def test_a_review_is_refused(event: Any, refusal: Refusal) -> None:
    assert refused(ENDED, event, owing()) == refusal


@pytest.mark.parametrize(
    ("part", "actor"),
    [
        ({"took_part": (AMITA,)}, AMITA),
        ({"authors": ("olga",)}, "U0OLGA"),
        ({"took_part": (OLGA_TOO,)}, "U0OLGA"),
    ],
)
def test_who_had_a_part_in_it_does_not_review_it_by_any_of_their_names(part: Any, actor: str) -> None:
    known = owing(owed(**part))
    assert refused(ENDED, replace(SEEN, actor=actor), known) == Refusal("took_part", NAMED, ("testers",))
    assert decided(ENDED, replace(SEEN, actor=TOM), known).reply.code == "reviewed"


@pytest.mark.parametrize(
    ("known", "by", "early"),
    [
        (release(), "", ""),
        (emergency(), "", "yes"),
        (ENDED, "", ""),
        (replace(ENDED, review=Review(TOM, NOW, "fine")), TOM, ""),
    ],
)
@pytest.mark.parametrize("event", [SEEN, ReviewWaived(6, OLGA_TOO, "why")])
def test_where_none_is_owed_it_says_why(known: Any, by: str, early: str, event: Any) -> None:
    refusal = refused(known, event, facts(environment_state("production")))
    assert (refusal.code, refusal.values["by"], refusal.values["early"]) == ("no_review_owed", by, early)


def test_it_is_reviewed_although_the_policy_has_no_place_for_it_any_more() -> None:
    gone = owing(presence=Presence(frozenset(), frozenset()))
    assert decided(ENDED, SEEN, gone).reply.code == "reviewed"


def test_a_form_asks_for_what_was_found() -> None:
    asked = Reviewed(6, AMITA)
    assert may_need_form(asked, plan())
    assert not may_need_form(SEEN, plan())
    assert not may_need_form(ReviewWaived(6, TIM), plan())
    assert form(asked, ENDED, facts(), NOW) == ReasonForm(Reviewed(6, AMITA, "seen"), "review r6")
    assert MARA not in owed().took_part
