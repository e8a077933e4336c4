"""Reading JSON that nobody promised."""

from datetime import UTC, datetime

import pytest

from bot.ci.http.json_access import (
    correlation_in,
    is_id,
    listed,
    mapping,
    moment,
    number,
    one_line,
    part,
    segment,
    text,
)

TREE = {"a": [{"b": "c", "n": 7, "yes": True, "none": None}], "at": "2026-11-23T10:00:00.000Z", 3: "three"}
CORRELATION = "0123456789abcdef0123"


def test_what_is_there() -> None:
    assert text(TREE, "a", 0, "b") == "c"
    assert text(TREE, "a", -1, "n") == "7"
    assert number(TREE, "a", 0, "n") == 7
    assert listed(TREE, "a") == TREE["a"]
    assert mapping(TREE) == {"a": TREE["a"], "at": TREE["at"]}
    assert moment(TREE, "at") == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert moment({"at": "2026-11-23T10:00:00"}, "at") == datetime(2026, 11, 23, 10, tzinfo=UTC)


@pytest.mark.parametrize("path", [("b",), ("a", 1), ("a", "b"), ("a", 0, "b", "c"), ("a", 0, "none")])
def test_what_is_not_there(path: tuple[str | int, ...]) -> None:
    assert part(TREE, *path) is None
    assert text(TREE, *path) == ""
    assert number(TREE, *path) == 0
    assert listed(TREE, *path) == []
    assert mapping(TREE, *path) == {}
    assert moment(TREE, *path) is None


def test_yes_is_no_number() -> None:
    assert number(TREE, "a", 0, "yes") == 0
    assert text(TREE, "a", 0, "yes") == ""


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (f"shiproom {CORRELATION}", CORRELATION),
        (f"Deploy [{CORRELATION}]", CORRELATION),
        (f"Deploy {CORRELATION}4", ""),
        (f"{CORRELATION.upper()}", ""),
        ("a" * 40, ""),
        ("", ""),
    ],
)
def test_correlation(written: str, found: str) -> None:
    assert correlation_in(written) == found


@pytest.mark.parametrize(
    ("name", "encoded"),
    [
        ("main", "main"),
        ("a/b", "a%2Fb"),
        ("..", "%252E%252E"),
        (".", "%252E"),
        ("...", "..."),
        ("a?b#c%d", "a%3Fb%23c%25d"),
        ("ü \n", "%C3%BC%20%0A"),
    ],
)
def test_segment(name: str, encoded: str) -> None:
    assert segment(name) == encoded


@pytest.mark.parametrize(
    ("written", "is_one"), [("61", True), ("", False), ("²", False), ("-1", False), ("1" * 19, False)]
)
def test_ids(written: str, is_one: bool) -> None:
    assert is_id(written) is is_one


def test_one_line() -> None:
    assert one_line("a\n b ", "\tc") == "a b c"
    assert len(one_line("x" * 999)) == 300
