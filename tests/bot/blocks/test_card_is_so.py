"""What a card says in states that are rare: nothing that is not so, and nobody is asked for what they cannot do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.blocks.card import card
from bot.blocks.card_view import CardView
from bot.blocks.failures import failure_words
from bot.blocks.standing import can_do
from handlers.attempt import FailedAttempt, Failure
from handlers.environments import Live, Lock
from handlers.gate import Reason
from handlers.lineage import Marks
from handlers.people import Directory
from handlers.release import Kind, ReleaseState
from handlers.step import StepState
from tests.bot.blocks.spoken import spoken
from tests.bot.blocks.world import (
    AMITA,
    BUILD,
    CHANGES,
    DIRECTORY,
    NAMES,
    NOW,
    OLD,
    TIM,
    ago,
    ended,
    environment_state,
    release,
    run,
    signed_by_amita,
    signed_by_tim,
    someone_testing,
    under_way,
    view,
    waiting,
)

NEWER = replace(BUILD, version="2.4.2", sha="9" * 40)
NOT_SENT = Failure("not_sent", "connection refused")
BROKEN = Failure("run_failed", "502")
UNSENT = under_way(StepState.FAILED, failure=NOT_SENT, run=None, may_have_deployed=False, ended_at=ago(2))
TRIED = tuple(FailedAttempt(number, ago(20 - number), BROKEN) for number in range(3, 8))


def said(drawn: CardView) -> str:
    message = card(drawn)
    return f"{message.text}\n{spoken(message.blocks)}"


def without(team: str) -> Directory:
    return replace(DIRECTORY, teams={name: each for name, each in DIRECTORY.teams.items() if name != team})


def removed() -> CardView:
    """Give a card whose first team is not in the policy any more."""
    drawn = view(release(waiting()), directory=without("testers"))
    first, *others = drawn.reasons
    gone = replace(first, code="team_removed", who=("ops",), event="the policy has the team again")
    return replace(drawn, reasons=(gone, *others))


def unknown_author(drawn: CardView) -> CardView:
    values = {"versions": "2.4.1", "team": "testers"}
    return replace(
        drawn, reasons=(*drawn.reasons, Reason("changes_unknown", values, ("ops",), None, "waive"))
    )


def failed_rollback() -> CardView:
    failed = under_way(
        StepState.FAILED, failure=BROKEN, failures=(FailedAttempt(1, ago(2), BROKEN),), run=run()
    )
    back = release(failed, kind=Kind.ROLLBACK, build=OLD, steps=(failed,), requesters=(TIM,))
    return view(back, environment_state(live=Live(BUILD, 41, ago(40))), roll_back_to=BUILD)


CASES: dict[str, tuple[CardView, tuple[str, ...], tuple[str, ...]]] = {
    "a team that was removed has not signed": (
        removed(),
        ("held: the team testers is not in the policy any more", "testers: not in the policy any more"),
        ("testers: signed off", "Sign off", "Start testing", "can start production", "waits for"),
    ),
    "another release is where the build was": (
        view(release(waiting()), left=Live(NEWER, 43, ago(3))),
        ("For production. Was on staging from 10:00 on, where 2.4.2 (r43) is now",),
        ("Open staging", "On staging"),
    ),
    "what came from outside is where the build was": (
        view(release(waiting()), left=Live(NEWER, 0, ago(3))),
        ("where 2.4.2 is now",),
        ("Open staging",),
    ),
    "no changes are known": (
        view(release(waiting()), changes=()),
        ("No changes since 2.4.0 are known",),
        ("0 changes",),
    ),
    "some changes are known": (
        unknown_author(view(release(waiting()))),
        ("At least 3 changes since 2.4.0",),
        (),
    ),
    "a build that lacks what is live": (
        view(release(waiting()), marks=Marks(lacks=OLD), changes=CHANGES[:1]),
        ("It lacks 2.4.0", "1 change of its own"),
        ("since 2.4.0",),
    ),
    "an earlier attempt failed where nothing was started": (
        view(release(UNSENT), environment_state(failed=True)),
        ("Production is 2.4.0; the last run there failed",),
        ("untouched",),
    ),
    "nothing was attempted before": (view(release(UNSENT)), ("Production is 2.4.0, untouched",), ()),
    "who has signed is not testing any more": (
        view(release(waiting(testing=someone_testing(AMITA), sign_offs=(signed_by_amita(),)))),
        ("waits for 1 sign-off", "testers: Amita signed 10:10"),
        ("testing",),
    ),
    "a start that the CI did not take, then cancelled": (
        view(
            replace(
                ended(ReleaseState.CANCELLED, TIM),
                steps=(
                    release().steps[0],
                    replace(
                        UNSENT,
                        state=StepState.SKIPPED,
                        failures=(FailedAttempt(1, ago(9), NOT_SENT),),
                        holding=False,
                    ),
                ),
            )
        ),
        ("not started in production, cancelled by Tim", "Not started in production 10:11"),
        ("failed", "Failed"),
    ),
    "the seventh try failed": (
        view(
            release(
                under_way(
                    StepState.FAILED, attempt=7, failure=BROKEN, failures=TRIED, run=run(), ended_at=ago(2)
                )
            )
        ),
        ("failed again in production (7th try)",),
        ("(5th try)",),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_card_says_what_is_so(name: str) -> None:
    drawn, wanted, never = CASES[name]
    read = said(drawn)
    assert [each for each in wanted if each not in read] == [], read
    assert [each for each in never if each in read] == [], read


def test_a_failed_rollback_offers_to_try_again_first() -> None:
    assert "[Retry] [Cancel] [⋯ Roll back to 2.4.1 /" in said(failed_rollback())


def test_who_has_signed_takes_that_back_before_they_waive() -> None:
    drawn = unknown_author(view(release(waiting(sign_offs=(signed_by_tim(),)))))
    assert "nobody yet can waive it" in said(drawn)
    assert "take back your sign-off" in " ".join(can_do(drawn, TIM, ("ops",)))
    fresh = unknown_author(view(release(waiting())))
    assert "waive what is not known" in " ".join(can_do(fresh, TIM, ("ops",)))


def test_what_holds_for_days_is_said_before_what_is_over_in_a_moment() -> None:
    doubted = Reason("signer_unknown", {"user": TIM, "team": "ops"}, (), NOW + timedelta(seconds=30))
    ends = NOW + timedelta(days=3)
    values = {"freeze": "audit", "reason": "quiet days " * 9, "environment": "production", "again": "yes"}
    frozen = Reason("frozen", {**values, "ends": ends.isoformat()}, (), ends)
    drawn = view(release(waiting(sign_offs=(signed_by_tim(),))))
    full = said(replace(drawn, reasons=(*drawn.reasons, doubted, frozen)))
    assert "Production is frozen until" in full
    assert "yet to confirm" not in full, "it has no room for both"


def test_an_empty_user_group_is_a_noun_in_every_sentence() -> None:
    groups = replace(
        DIRECTORY,
        teams={
            name: replace(each, members=(), usergroup=f"S0{name}") for name, each in DIRECTORY.teams.items()
        },
    )
    empty = replace(NAMES, empty=frozenset(each.usergroup for each in groups.teams.values()))
    drawn = view(release(UNSENT), directory=groups, names=empty)
    assert "until ops decide: nobody (add somebody to @ops in Slack)" in said(drawn)
    asked = view(release(waiting()), directory=groups, names=empty)
    assert "testers: nobody (add somebody to @testers in Slack)" in said(asked)


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (NOT_SENT, "not started in production"),
        (Failure("not_sent", "its job never ran", TIM), "not deployed to production"),
        (Failure("timed_out"), "ran out of time in production"),
        (Failure("run_cancelled"), "stopped from outside in production"),
        (BROKEN, "failed in production"),
        (None, "failed in production"),
    ],
)
def test_how_it_failed(failure: Failure | None, words: str) -> None:
    assert failure_words(failure, "production") == words


LOCKED = environment_state(locks=(Lock(TIM, ago(9), "upgrade of the database"),))


@pytest.mark.parametrize(
    ("drawn", "words"),
    [
        (view(release(waiting(requested=True)), LOCKED), "start production, unless a sign-off comes last"),
        (view(release(waiting()), LOCKED), "must start production"),
    ],
)
def test_what_the_end_of_a_lock_starts(drawn: CardView, words: str) -> None:
    assert said(drawn).partition("Then ")[2].partition("\n")[0].endswith(words)


def test_an_emergency_says_why_in_every_state() -> None:
    urgent: dict[str, Any] = {"kind": Kind.EMERGENCY, "requesters": (TIM,), "note": "log in is down"}
    step = waiting(requested=True, requested_by=TIM)
    for drawn in (
        view(replace(release(step), steps=(step,), **urgent), LOCKED),
        view(replace(release(under_way(StepState.RUNNING, run=run())), **urgent)),
        view(replace(ended(ReleaseState.DONE, TIM), **urgent)),
    ):
        assert 'Tim: "log in is down"' in said(drawn)
    free = said(view(replace(release(step), steps=(step,), **urgent)))
    assert "For production since" in free
    assert "asked by" not in free, "that is said already"
    alone = Reason("alone_later", {"team": "ops", "by": TIM, "alone": NOW.isoformat()}, (TIM,), NOW)
    shut = view(replace(release(step), steps=(step,), **urgent), LOCKED)
    crowded = said(replace(shut, reasons=(shut.reasons[0], alone, *shut.reasons[1:])))
    assert "Locked by Tim" in crowded, "from when it may be signed alone is said where there is room"
