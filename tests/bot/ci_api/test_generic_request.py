"""Placeholders: percent-encoded in an address, values in JSON, and nothing else."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from bot.ci.generic.extract import error_message_in, run_id_at, state_at, text_at, value_at
from bot.ci.generic.request import fill_header, fill_json, fill_url

TOLD = {"version": "2.4.1", "sha": "a b/c", "inputs": {"a": "b"}}


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("https://x/{{version}}", "https://x/2.4.1"),
        ("https://x/{{sha}}?s={{sha}}&v={{version}}", "https://x/a%20b%2Fc?s=a%20b%2Fc&v=2.4.1"),
        ("https://x/{{nothing}}/", "https://x//"),
        ("https://x/{{Version}}", "https://x/{{Version}}"),
        ("https://x/", "https://x/"),
    ],
)
def test_addresses(template: str, filled: str) -> None:
    assert fill_url(template, TOLD) == filled


@given(st.text())
def test_a_value_stays_within_its_segment(value: str) -> None:
    filled = fill_url("https://x.example.org/a/{{version}}/b?c={{version}}&d=1", {"version": value})
    url = URL(filled, encoded=True)
    assert filled.isascii()
    assert url.host == "x.example.org"
    assert [len(url.raw_parts), url.raw_parts[-1], url.raw_fragment] == [4, "b", ""]
    assert url.raw_query_string.endswith("&d=1")
    assert url.raw_query_string.count("&") == 1
    assert url.raw_parts[2] not in {".", "..", "%2E", "%2E%2E"}


@given(st.text())
def test_a_header_stays_one_line(value: str) -> None:
    assert fill_header("id {{version}}", {"version": value}).isascii()
    assert fill_header("id {{version}}", {"version": value}).isprintable()


@pytest.mark.parametrize(
    ("template", "filled"),
    [
        ("{{version}}", "2.4.1"),
        ("{{ version }}", "2.4.1"),
        ("v{{version}} of {{sha}}", "v2.4.1 of a b/c"),
        ("{{inputs}}", {"a": "b"}),
        (
            {"k": ["{{inputs}}", 1, None, True, {"{{sha}}": "{{sha}}"}]},
            {"k": [{"a": "b"}, 1, None, True, {"{{sha}}": "a b/c"}]},
        ),
        ("{{other}}", "{{other}}"),
        ("x{{other}}", "x{{other}}"),
        (17, 17),
    ],
)
def test_trees(template: object, filled: object) -> None:
    assert fill_json(template, TOLD) == filled


@given(st.text())
def test_a_value_stays_a_value(value: str) -> None:
    filled = fill_json({"a": "{{version}}", "b": "x{{version}}y"}, {"version": value})
    assert json.loads(json.dumps(filled)) == {"a": value, "b": f"x{value}y"}


ANSWER = {"run": {"id": 7, "0": "key"}, "items": [{"id": "x"}, "y"], "on": True, "half": 0.5, "none": None}


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("run.id", "7"),
        ("run.0", "key"),
        ("items.0.id", "x"),
        ("items.1", "y"),
        ("items.-1", ""),
        ("items.2", ""),
        ("items.9999999999", ""),
        ("items", ""),
        ("on", "true"),
        ("half", "0.5"),
        ("none", ""),
        ("run.id.more", ""),
        ("nowhere.at.all", ""),
        ("", ""),
    ],
)
def test_paths(path: str, found: str) -> None:
    assert text_at(ANSWER, path) == found


def test_without_a_path_it_is_all() -> None:
    assert value_at([1], "") == [1]


def test_what_is_too_long_or_cannot_be_printed_is_no_id() -> None:
    assert run_id_at({"id": " a "}, "id") == "a"
    for odd in ("x" * 201, "\ud800", "a\nb", "a\u202eb"):
        assert run_id_at({"id": odd}, "id") == ""


def test_states_of_several_places_are_joined() -> None:
    assert state_at(ANSWER, ["run.id", "none", "on"]) == "7/true"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"message": "no\n such  branch"}, "no such branch"),
        ({"error": {"message": "a"}}, "a"),
        ({"error": "b"}, "b"),
        ({"title": "c", "detail": "d"}, "d"),
        ({"errors": [{"message": "e"}]}, "e"),
        ({"errors": ["f"]}, "f"),
        ({"message": {"a": 1}}, ""),
        ([], ""),
        (None, ""),
    ],
)
def test_complaints(answer: object, said: str) -> None:
    assert error_message_in(answer) == said
