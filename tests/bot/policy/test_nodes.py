"""What YAML does behind one's back is refused where it stands; the last case is a bomb that YAML would expand 10^9-fold."""

from pathlib import Path

import pytest

from bot.schema.diagnostics import Diagnostics, Position
from bot.schema.nodes import MOST_BYTES, MappingNode, ScalarNode, SequenceNode, compose
from tests.bot.policy.drafts import lines, read

BOMB = "a: &a [x, x]\n" + "".join(
    f"{after}: &{after} [{', '.join(['*' + letter] * 9)}]\n"
    for letter, after in zip("abcdefgh", "bcdefghi", strict=True)
)


def composed(text: str) -> tuple[object, list[str]]:
    diagnostics = Diagnostics(Path("f"))
    node = compose(text, diagnostics)
    return node, [line.removeprefix("f:") for line in lines(diagnostics.errors)]


def test_values_are_the_text_that_stands_there() -> None:
    node, faults = composed("a: off\nb: ['22:30', 0123]\n")
    assert faults == []
    assert node == MappingNode(
        Position(1, 1),
        (
            (
                ScalarNode(Position(1, 1), "a", "a", plain=True),
                ScalarNode(Position(1, 4), "off", "off", True, "true or false"),
            ),
            (
                ScalarNode(Position(2, 1), "b", "b", plain=True),
                SequenceNode(
                    Position(2, 4),
                    (
                        ScalarNode(Position(2, 5), "22:30", "22:30"),
                        ScalarNode(Position(2, 14), "0123", "0123", True, "a number"),
                    ),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "coerced"),
    [
        ("plain", ""),
        ("2.4.1", ""),
        ("4be1c9d", ""),
        ("10m", ""),
        ("-n", ""),
        ("1.10", "a number"),
        ("0123456", "a number"),
        ("0x1F", "a number"),
        ("1_000", "a number"),
        ("22:30", "a number"),
        (".inf", "a number"),
        ("1e3", "a number"),
        ("4e1", "a number"),
        ("0o17", "a number"),
        ("yes", "true or false"),
        ("No", "true or false"),
        ("on", "true or false"),
        ("n", "true or false"),
        ("TRUE", "true or false"),
        ("~", "nothing"),
        ("null", "nothing"),
        ("2026-03-29", "a date"),
        ("<<", "something else"),
        ("=", "something else"),
    ],
)
def test_coercions_are_seen(text: str, coerced: str) -> None:
    node, faults = composed(text)
    assert isinstance(node, ScalarNode)
    assert (node.coerced, faults) == (coerced, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\na: 2\n", ["2:1: `a` is already set in line 1: keep one of them"]),
        ("a: 1\n'a': 2\n", ["2:1: `a` is already set in line 1: keep one of them"]),
        ("a: &b 1\n", ["1:4: `&b`: anchors are not read, so remove it"]),
        ("a: *b\n", ["1:4: `*b`: aliases are not read, so write the value out"]),
        ("a: !!int 1\n", ["1:4: tags (`!...`) are not read: remove it, and quote what is text"]),
        (
            "!!python/object:os.system {a: !x [1]}\n",
            [
                "1:1: tags (`!...`) are not read: remove it, and quote what is text",
                "1:31: tags (`!...`) are not read: remove it, and quote what is text",
            ],
        ),
        (
            "a: 1\n---\nb: 1\n",
            ["2:1: a second document begins here: one file is one policy, so remove `---`"],
        ),
        ("[a]: 1\n", ["1:1: a key is one word or text, not a list or a mapping: check the braces"]),
        ("", ["1:1: the file is empty: docs/shiproom.example.yml shows what belongs in it"]),
        ("# only words\n", ["1:1: the file is empty: docs/shiproom.example.yml shows what belongs in it"]),
        (
            "\ta: 1\n",
            [
                "1:1: this is not YAML (found character '\\t' that cannot start any token): indent with spaces, not with tabs"
            ],
        ),
        (
            "a: b: c\n",
            [("1:5: this is not YAML (mapping values are not allowed here): quote text that has `: ` in it")],
        ),
        (
            "a:\n  - b: 1\n     c: 2\n",
            [
                (
                    "3:7: this is not YAML (mapping values are not allowed here): "
                    "the line before this one, or this one, is indented too far or not far enough"
                )
            ],
        ),
        (
            "a:\n  - b: 1\n - b: 2\n",
            [
                (
                    "3:2: this is not YAML (expected <block end>, but found '<block sequence start>'): "
                    "this line is indented differently from those that it belongs with"
                )
            ],
        ),
        (
            "a: {b: ${C}}\n",
            [
                "1:9: this is not YAML (expected ',' or '}', but got '{'): quote text that has a brace in it, like \"${NAME}\""
            ],
        ),
        (
            "a: 'b\n",
            [
                "2:1: this is not YAML (found unexpected end of stream): a quote or bracket before this is not closed"
            ],
        ),
        (
            'a: "\\UFFFFFFFF"\n',
            ["1:1: near here is something that YAML cannot express, like an invalid escape: remove it"],
        ),
        (
            "a: 1\nb: \x07\n",
            [
                "2:4: a character that no text file should have: remove it, or write it as an escape in double quotes"
            ],
        ),
        ("[" * 20 + "]" * 20, []),
        (
            "[" * 21 + "]" * 21,
            ["1:21: more than 20 levels deep: no setting needs that, so check the brackets"],
        ),
        ("[" * MOST_BYTES, ["1:21: more than 20 levels deep: no setting needs that, so check the brackets"]),
    ],
)
def test_tricks_are_refused_where_they_stand(text: str, expected: list[str]) -> None:
    assert composed(text)[1] == expected


def test_a_bomb_is_not_expanded(tmp_path: Path) -> None:
    found = lines(read(tmp_path, BOMB).errors)
    assert sum("aliases are not read" in line for line in found) == 72
    assert sum("anchors are not read" in line for line in found) == 9


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"version: 1\nx: \xc3\xa9\xff", "2:5: this is not UTF-8: save the file in that encoding"),
        (b"\xff\xfev\x00", "1:1: this is not UTF-8: save the file in that encoding"),
        (
            b"#" * (MOST_BYTES + 1),
            "1:1: the file is larger than 256 KiB: a policy is text for people to read",
        ),
        (b"- a\n", "1:1: a list is not a mapping that begins with `version: 1`"),
    ],
)
def test_bytes_that_are_no_policy(raw: bytes, expected: str, tmp_path: Path) -> None:
    assert lines(read(tmp_path, raw).errors) == [f"shiproom.yml:{expected}"]


def test_a_largest_file_is_read(tmp_path: Path) -> None:
    found = lines(read(tmp_path, b"#" * MOST_BYTES).errors)
    assert found == [
        "shiproom.yml:1:1: the file is empty: docs/shiproom.example.yml shows what belongs in it"
    ]
