"""Single values: what is taken, and what is said of all the rest."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.schema.diagnostics import Diagnostics
from bot.schema.nodes import Node, compose
from bot.schema.readers import (
    read_choice,
    read_count,
    read_flag,
    read_items,
    read_name,
    read_seconds,
    read_text,
    read_texts,
)
from bot.schema.words import ARGUMENT, TEXT, URL, TextFormat
from handlers.actions import RESERVED


def choice(node: Node, diagnostics: Diagnostics) -> str:
    return read_choice(node, ("automatic", "on_request"), diagnostics)


def texts(node: Node, diagnostics: Diagnostics) -> tuple[str, ...]:
    return tuple(each.text for each in read_texts(node, TEXT, diagnostics))


def items(node: Node, diagnostics: Diagnostics) -> int:
    return len(read_items(node, diagnostics))


def shaped(shape: TextFormat) -> Callable[[Node, Diagnostics], str]:
    return lambda node, diagnostics: read_text(node, shape, diagnostics)


READERS: dict[str, Callable[[Node, Diagnostics], object]] = {
    "text": shaped(TEXT),
    "argument": shaped(ARGUMENT),
    "url": shaped(URL),
    "name": read_name,
    "flag": read_flag,
    "count": read_count,
    "seconds": read_seconds,
    "choice": choice,
    "texts": texts,
    "items": items,
}
NO_URL = "is not an address that begins with https:// or http:// and has no password in it"
NO_NAME = "is not a name of lowercase letters, digits and hyphens that begins with a letter"
NO_COUNT = "write a whole number from 1 to 99, without quotes"
NO_DURATION = "write a duration of at most 24h, like `90s`, `10m` or `2h30m`"


def value(reader: str, text: str) -> tuple[object, list[str]]:
    diagnostics = Diagnostics(Path("f"))
    node = compose(text, diagnostics)
    assert node is not None
    return READERS[reader](node, diagnostics), [each.message for each in diagnostics.errors]


@pytest.mark.parametrize(
    ("reader", "text", "expected"),
    [
        ("text", "Log in works", "Log in works"),
        ("text", "'off'", "off"),
        ("text", '"1.10"', "1.10"),
        ("text", "Prüfplan 🚢", "Prüfplan 🚢"),
        ("argument", "|\n  set -e\n  \t./deploy.sh\n", "set -e\n\t./deploy.sh\n"),
        ("url", "https://example.org/plan?a=b@c#d", "https://example.org/plan?a=b@c#d"),
        ("url", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("name", "eu-west-1", "eu-west-1"),
        ("name", "staging", "staging"),
        ("name", "release", "release"),
        ("flag", "true", True),
        ("flag", "false", False),
        ("count", "1", 1),
        ("count", "99", 99),
        ("seconds", "90s", 90),
        ("seconds", "10m", 600),
        ("seconds", "1h", 3600),
        ("seconds", "2h30m", 9000),
        ("seconds", "'1h0m1s'", 3601),
        ("seconds", "24h", 86400),
        ("choice", "automatic", "automatic"),
        ("texts", "[a, 'b c']", ("a", "b c")),
        ("items", "[a, {b: c}]", 2),
    ],
)
def test_what_is_meant_is_taken(reader: str, text: str, expected: object) -> None:
    assert value(reader, text) == (expected, [])


@pytest.mark.parametrize(
    ("reader", "text", "expected"),
    [
        ("text", "off", 'YAML reads `off` as true or false: quote it ("off") if it is meant as text'),
        ("text", "22:30", 'YAML reads `22:30` as a number: quote it ("22:30") if it is meant as text'),
        ("text", "''", "there is no value here: give one, or remove the line"),
        ("text", "[a]", "a list is not one line of text"),
        ("text", "{a: b}", "a mapping is not one line of text"),
        ("text", '"a\\nb"', "`a?b` is not one line of text: a line end or a control character is in it"),
        ("text", '"\\ud800"', "`?` is not one line of text: a line end or a control character is in it"),
        ("argument", '"a\\0b"', "`a?b` is not text: a line end or a control character is in it"),
        ("url", "ftp://x.org", f"`ftp://x.org` {NO_URL}"),
        ("url", "https://u:p@x.org", f"`https://u:p@x.org` {NO_URL}"),
        ("url", "https://x.org/<a|b>", f"`https://x.org/<a|b>` {NO_URL}"),
        ("name", "Ops", f"`Ops` {NO_NAME}"),
        ("name", "1st", f"`1st` {NO_NAME}"),
        ("name", "größe", f"`größe` {NO_NAME}"),
        ("name", "rollback", "`rollback` is a word of `/release`: choose another name"),
        ("name", "r42", "`r42` reads as the number of a release: choose another name"),
        ("flag", "yes", "`yes`: write `true` or `false`, without quotes"),
        ("flag", "True", "`True`: write `true` or `false`, without quotes"),
        ("flag", "'true'", '`"true"`: write `true` or `false`, without quotes'),
        ("flag", "[]", "a list is not `true` or `false`"),
        ("count", "0", f"`0`: {NO_COUNT}"),
        ("count", "-1", f"`-1`: {NO_COUNT}"),
        ("count", "01", f"`01`: {NO_COUNT}"),
        ("count", "1.0", f"`1.0`: {NO_COUNT}"),
        ("count", "100", f"`100`: {NO_COUNT}"),
        ("count", "'2'", f'`"2"`: {NO_COUNT}'),
        ("count", "{a: b}", "a mapping is not a whole number"),
        ("seconds", "90", f"`90`: {NO_DURATION}"),
        ("seconds", "0s", f"`0s`: {NO_DURATION}"),
        ("seconds", "25h", f"`25h`: {NO_DURATION}"),
        ("seconds", "24h1s", f"`24h1s`: {NO_DURATION}"),
        ("seconds", "2d", f"`2d`: {NO_DURATION}"),
        ("seconds", "5m1h", f"`5m1h`: {NO_DURATION}"),
        ("seconds", "1:30", f"`1:30`: {NO_DURATION}"),
        ("seconds", "[1h]", "a list is not a duration"),
        ("choice", "automatc", "`automatc` is not known here; did you mean `automatic`?"),
        ("choice", "never", "`never` is not known here; possible: `automatic`, `on_request`"),
        ("choice", "{}", "a mapping is not one word"),
        ("texts", "a", "`a` is not a list, like `[one, two]`"),
        ("texts", "[]", "the list is empty: name something, or remove the line"),
        ("texts", "[a, b, a]", "this is in the list already: keep one of them"),
        ("texts", "[[a]]", "a list is not one line of text"),
        ("items", "{a: b}", "a mapping is not a list, like `[one, two]`"),
    ],
)
def test_what_could_be_taken_for_another_value_is_refused(reader: str, text: str, expected: str) -> None:
    assert value(reader, text)[1] == [expected]


@pytest.mark.parametrize("word", sorted(RESERVED))
def test_no_name_is_a_command_word(word: str) -> None:
    assert value("name", f"'{word}'")[1] == [f"`{word}` is a word of `/release`: choose another name"]
