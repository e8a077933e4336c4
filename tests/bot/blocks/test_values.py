"""What stands on a button is read back as it was written, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.values import LONGEST, decode, encode, typeable
from handlers.environment_precondition import EnvironmentPrecondition
from handlers.events import AnyPrecondition, Precondition

BOUND = Precondition("production", 1, "ab12cd34ef56")
ENVIRONMENTS = st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True)
FINGERPRINTS = st.from_regex(r"[0-9a-f]{12}", fullmatch=True)
NUMBERS = st.integers(0, 999_999_999)
BOUNDS = st.builds(Precondition, ENVIRONMENTS, NUMBERS, FINGERPRINTS) | st.builds(
    EnvironmentPrecondition, ENVIRONMENTS, st.just("") | FINGERPRINTS, FINGERPRINTS, st.none() | NUMBERS
)


def test_as_the_contract_has_it() -> None:
    assert encode("approve r42 as testers", BOUND) == "approve r42 as testers #production/1/ab12cd34ef56"


@given(st.from_regex(r"[a-z0-9@.-]+( [a-z0-9@.#-]+){0,5}", fullmatch=True), st.none() | BOUNDS)
def test_round_trip(line: str, precondition: AnyPrecondition | None) -> None:
    assert decode(encode(line, precondition)) == (line, precondition)


@given(st.text(max_size=60), st.none() | BOUNDS)
def test_any_line_comes_back_or_is_refused(line: str, precondition: AnyPrecondition | None) -> None:
    try:
        value = encode(line, precondition)
    except ValueError:
        return
    assert decode(value) == (line, precondition)


@pytest.mark.parametrize(
    "value",
    [
        "",
        " approve r42",
        "approve r42 ",
        "approve\nr42",
        "approve r42 #production/1",
        "approve r42 #production/1/xyz",
        "approve r42 #production/01/ab12cd34ef56",
        "approve r42 #Production/1/ab12cd34ef56",
        "approve r42 #a/1/ab12cd34ef56 #b/1/ab12cd34ef56",
        "rollback a #a/1/ab12cd34ef56 #b/-/ab12cd34ef56/-",
        "rollback a #a/-/ab12cd34ef56/01",
        "rollback a #a/-/-/1",
        "rollback a #a/ab12cd34ef56/ab12cd34ef56",
        "a" * (LONGEST + 1),
    ],
)
def test_malformed(value: str) -> None:
    with pytest.raises(ValueError, match=r"button|bound"):
        decode(value)


@pytest.mark.parametrize(
    ("shown", "value"),
    [
        (EnvironmentPrecondition("a", "", "ab12cd34ef56"), "rollback a #a/-/ab12cd34ef56/-"),
        (
            EnvironmentPrecondition("a", "99aa88bb77cc", "ab12cd34ef56", 7),
            "rollback a #a/99aa88bb77cc/ab12cd34ef56/7",
        ),
    ],
)
def test_bound_to_an_environment(shown: EnvironmentPrecondition, value: str) -> None:
    assert encode("rollback a", shown) == value
    assert decode(value) == ("rollback a", shown)


def test_a_line_cannot_pretend_to_be_bound() -> None:
    with pytest.raises(ValueError, match="cannot stand"):
        encode("cancel r42 #production/1/ab12cd34ef56", None)


@pytest.mark.parametrize(
    ("version", "fits"),
    [
        ("2.4.1", True),
        ("v1.0+7", True),
        ("2.4.1-rc.1", True),
        ("", False),
        ("r42", False),
        ("to", False),
        ("2.4 beta", False),
        ("#a/b", False),
        ("a@b", False),
        ("x" * 200, False),
    ],
)
def test_versions_that_can_be_typed(version: str, fits: bool) -> None:
    assert typeable(version) is fits
