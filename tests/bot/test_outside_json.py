"""JSON of others never holds what no database can keep, and is otherwise read as it is written."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.outside_json import read_json, strip_unstorable

# Halves of surrogate pairs are among these characters; Hypothesis leaves them out unless it is told to.
CHARACTERS = st.text(st.characters(exclude_categories=()))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | CHARACTERS,
    lambda inner: st.lists(inner) | st.dictionaries(CHARACTERS, inner),
    max_leaves=20,
)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r'{"a": "plain \" \\ \n"}', {"a": 'plain " \\ \n'}),
        (r'"half \ud83d of a pair"', "half \N{REPLACEMENT CHARACTER} of a pair"),
        (r'"other half \uDE80"', "other half \N{REPLACEMENT CHARACTER}"),
        (r'"\ud83d\ude80 is whole"', "\N{ROCKET} is whole"),
        (r'[{"nul\u0000": ["\u0000"]}]', [{"nul\N{REPLACEMENT CHARACTER}": ["\N{REPLACEMENT CHARACTER}"]}]),
        (b'"\xf0\x9f\x9a\x80"', "\N{ROCKET}"),
        (r'[1, 2.5, true, null, "\u00e9"]', [1, 2.5, True, None, "é"]),
    ],
)
def test_what_is_read(written: str | bytes, read: object) -> None:
    assert read_json(written) == read


@pytest.mark.parametrize("written", [b'"\xed\xa0\xbd"', b'"\xff"', b'"\x00"', b"", b"{", "no"])
def test_what_is_no_json_is_refused(written: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_json(written)


@given(VALUES)
def test_everything_read_can_be_kept(value: Any) -> None:  # noqa: ANN401 - any JSON
    read = read_json(json.dumps(value))
    again = json.dumps(read, ensure_ascii=False)
    assert again.encode().decode() == again
    assert "\\u0000" not in again
    assert read == strip_unstorable(value)


@given(VALUES.filter(lambda value: strip_unstorable(value) == value))
def test_whatever_can_be_kept_is_read_as_it_is(value: Any) -> None:  # noqa: ANN401 - any JSON
    assert read_json(json.dumps(value)) == value
