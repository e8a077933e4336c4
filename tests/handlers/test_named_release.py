import pytest

from handlers.command_parsing import CommandContext
from handlers.named_release import named_release
from handlers.release import Kind
from tests.handlers.builders import TIM, release

CONTEXT = CommandContext(TIM, {"website": ("staging", "production"), "cart": ("staging",)}, "website")


@pytest.mark.parametrize(
    ("typed", "fits", "rest"),
    [
        ("2.1.0", True, ""),
        ("v2.1.0 looks good", True, "looks good"),
        ("2.4.0", False, ""),
        ("0000001aa", True, ""),
        ("production r1", False, ""),
        ("staging r1 fine", True, "fine"),
        ("the release for staging", True, ""),
        ("website", True, ""),
        ("cart", False, ""),
        ("done r1", True, "done"),
        ("done r3", False, "done"),
        ("log in of 2.4.0 is broken", False, "log in of 2.4.0 is broken"),
        ("https://ci.example.org/website/r1", True, ""),
        ("https://ci.example.org/2.4.0", False, ""),
        ("the log in is fine in production", True, "the log in is fine in production"),
        ("nice", True, "nice"),
        ("it", True, ""),
        ("this release", True, ""),
        ("it please", True, "please"),
        ("it until fri legal", True, "until fri legal"),
        ("that one as ops", True, "as ops"),
        ("it crashes", True, "it crashes"),
        ("this is broken", True, "this is broken"),
    ],
)
def test_what_is_named_fits_its_release_and_no_other(typed: str, *, fits: bool, rest: str) -> None:
    named = named_release(tuple(typed.split()), CONTEXT)
    assert (named.fits(release()), " ".join(named.rest)) == (fits, rest)
    assert not named.elsewhere


@pytest.mark.parametrize("typed", ["not r1", "r1 but not now", "testing r1", "the lock of production"])
def test_what_is_turned_into_something_else_is_meant_of_none(typed: str) -> None:
    assert named_release(tuple(typed.split()), CONTEXT).elsewhere


def test_a_rollback_is_named_by_what_it_is() -> None:
    named = named_release(("the", "rollback"), CONTEXT)
    assert not named.elsewhere
    assert not named.fits(release())
    assert named.fits(release(kind=Kind.ROLLBACK))
    assert named_release(("log", "in", "rollback"), CONTEXT).fits(release())
