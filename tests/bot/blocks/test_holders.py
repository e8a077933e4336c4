"""Why one release waits for another: what that one is doing there, and what is said where it may be gone in a moment."""

from dataclasses import replace

import pytest

from bot.blocks.waits import Waiting, in_short, wait_lines
from handlers.gate import Reason
from handlers.release import Ending, Release, ReleaseState
from handlers.sign_offs import SignOff
from handlers.step import Step, StepState
from tests.bot.blocks.world import (
    AMITA,
    BUILD,
    DIRECTORY,
    MARA,
    NAMES,
    OLD,
    TIM,
    ago,
    ended,
    release,
    signed_by_amita,
    signed_by_tim,
    someone_testing,
    under_way,
    waiting,
)

FIRST = (Step("staging", StepState.WAITING, 1, requested=True, waiting_since=ago(1)), Step("production"))
OWN = release(number=43, steps=FIRST)
TURN = {"holder": "r42", "held": "yes", "environment": "staging", "place": "1"}
IDLE = release(build=OLD)


def there(step: Step) -> Release:
    """Give r42, in or on its way to staging with an older build."""
    return release(build=OLD, steps=(replace(step, environment="staging"), Step("production")))


def said(holder: Release | None, own: Release = OWN, **values: str) -> list[str]:
    """Say why r43 waits."""
    reasons = (Reason("turn", {**TURN, **values}),)
    return wait_lines(Waiting(own, reasons, holder), NAMES, DIRECTORY)


@pytest.mark.parametrize(
    ("holder", "why"),
    [
        (None, "r42 holds it"),
        (release(waiting(testing=someone_testing(AMITA)), build=OLD), "Amita is testing r42"),
        (
            release(waiting(testing=someone_testing(AMITA) + someone_testing(MARA)), build=OLD),
            "Amita and Mara are testing r42",
        ),
        (release(waiting(sign_offs=(signed_by_tim(),)), build=OLD), "r42 waits for sign-offs of testers"),
        (release(waiting(sign_offs=(signed_by_amita(),)), build=OLD), "r42 holds it"),
        (there(under_way(StepState.RUNNING)), "r42 is being deployed"),
        (there(under_way(StepState.CANCELLING)), "r42 is being stopped"),
        (there(under_way(StepState.UNKNOWN)), "nobody knows yet how r42 ended there"),
        (
            there(under_way(StepState.FAILED, sign_offs=(SignOff("ops", TIM, ago(1)),))),
            "r42 failed there and is not decided on",
        ),
        (ended(ReleaseState.SUPERSEDED, "r43"), "r42 has just left it"),
        (release(), "r42 waits for sign-offs of testers"),
    ],
)
def test_what_holds_it(holder: Release | None, why: str) -> None:
    assert said(holder) == [f"r43 waits for staging: {why}. It is next in line."]
    reasons = (Reason("turn", TURN),)
    assert in_short(Waiting(OWN, reasons, holder), NAMES, DIRECTORY) == why


def test_who_comes_first() -> None:
    line = "r43 waits for staging: r42 comes first. It is second in line."
    assert said(IDLE, held="no", place="2") == [line]


def test_an_idle_older_release_may_be_replaced_by_the_time_that_this_is_read() -> None:
    assert said(IDLE) == [
        "r43 is next in staging: r42 holds it now; if nobody is testing or has signed r42, r43 replaces it right away."
    ]
    assert said(IDLE, place="2") == [
        "r43 waits for staging: r42 holds it now; older releases that nobody is testing or has signed make room right away."
    ]


@pytest.mark.parametrize(
    "holder",
    [
        release(build=BUILD),
        release(under_way(StepState.FAILED, sign_offs=()), build=OLD),
        replace(IDLE, ending=Ending(ReleaseState.CANCELLED, TIM, ago(1))),
    ],
    ids=["the same build", "failed where operators decide", "ended"],
)
def test_others_are_not_replaced(holder: Release) -> None:
    assert "right away" not in said(holder)[0]
