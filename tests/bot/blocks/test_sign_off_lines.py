"""A card's lines about sign-offs, and what bars them."""

from dataclasses import replace

import pytest

from bot.blocks.card import card
from bot.blocks.sign_off_lines import sign_off_lines
from handlers.environments import EnvironmentState, Loss
from handlers.facts import Facts
from handlers.release import Release
from handlers.sign_offs import SignOff
from handlers.step import Step, StepState
from tests.bot.blocks.lineage import view_of
from tests.bot.blocks.spoken import spoken
from tests.bot.blocks.world import AMITA, MARA, ROLL, ago, release

HERE = EnvironmentState("production")


def signed_by(user: str) -> Release:
    """Return a release that somebody has signed for the testers."""
    given = SignOff("testers", user, ago(3), "yes")
    waits = Step(
        "production", StepState.WAITING, 1, requested=True, waiting_since=ago(18), sign_offs=(given,)
    )
    return release(waits)


@pytest.mark.parametrize(("user", "counts"), [(AMITA, True), (MARA, False)])
def test_a_sign_off_that_counts_no_more_is_not_listed_before_that_is_saved(
    user: str, *, counts: bool
) -> None:
    lines = sign_off_lines(view_of(signed_by(user), HERE, Facts(ROLL, {})))
    assert any(" signed " in line and line.startswith("testers") for line in lines) is counts, lines


def test_where_records_are_lost_the_card_says_so_first_and_nobody_can_sign() -> None:
    shown = view_of(signed_by(AMITA), HERE, Facts(ROLL, {}))
    lost = view_of(signed_by(AMITA), HERE, replace(Facts(ROLL, {}), loss=Loss("14:c0ffee", 12)))
    assert "[Sign off for ops]" in spoken(card(shown).blocks)
    said = spoken(card(lost).blocks)
    assert "The database has lost what was confirmed." in said
    assert "Sign off" not in said
