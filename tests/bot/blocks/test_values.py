"""What stands on a button is read back as it was written, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.blocks.values import LONGEST, decode, encode, typeable
from handlers.events import Precondition

BOUND = Precondition("production", 1, "ab12cd34ef56")
BOUNDS = st.builds(
    Precondition,
    st.from_regex(r"[a-z][a-z0-9-]{0,20}", fullmatch=True),
    st.integers(0, 999_999_999),
    st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
)


def test_as_the_contract_has_it() -> None:
    assert encode("approve r42 as testers", BOUND) == "approve r42 as testers #production/1/ab12cd34ef56"


@given(st.from_regex(r"[a-z0-9@.-]+( [a-z0-9@.#-]+){0,5}", fullmatch=True), st.none() | BOUNDS)
def test_round_trip(line: str, precondition: Precondition | None) -> None:
    assert decode(encode(line, precondition)) == (line, precondition)


@given(st.text(max_size=60), st.none() | BOUNDS)
def test_any_line_comes_back_or_is_refused(line: str, precondition: Precondition | None) -> None:
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
        "a" * (LONGEST + 1),
    ],
)
def test_malformed(value: str) -> None:
    with pytest.raises(ValueError, match=r"button|bound"):
        decode(value)


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
