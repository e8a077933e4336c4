import pytest

from handlers.outcome import Refusal
from handlers.people import SHIPROOM
from handlers.record.rights import first, refuse_unless
from tests.handlers.making import AMITA, ANDY, TIM, draft, facts, release, roll

NO = Refusal("not_in_team", {"deed": "sing"}, ("ops",))


@pytest.mark.parametrize(("actor", "refusal"), [(TIM, None), (SHIPROOM, None), (AMITA, NO)])
def test_a_deed_needs_a_team(actor: str, refusal: Refusal | None) -> None:
    assert refuse_unless(draft(), actor, ("ops",), "sing") == refusal


def test_unknown_is_no() -> None:
    work = draft(release(), facts(roll=roll(unknown=(TIM,))))
    assert refuse_unless(work, TIM, ("ops",), "sing") == Refusal(
        "standing_unknown", {"deed": "sing"}, ("ops",)
    )
    work = draft(release(), facts(roll=roll(group=None)))
    assert refuse_unless(work, ANDY, ("ops",), "sing") == Refusal(
        "standing_unknown", {"deed": "sing"}, ("ops",)
    )


def test_the_first_refusal_counts() -> None:
    other = Refusal("other")
    assert first(None, NO, other) is NO
    assert first(None, None) is None
