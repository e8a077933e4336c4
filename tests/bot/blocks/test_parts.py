"""What Slack would refuse is refused before it is sent; what is allowed, slack_sdk and the local Slack take."""

from collections.abc import Callable

import pytest

from bot.blocks import parts
from bot.blocks.parts import Message, Option
from bot.local_slack.block_kit import view_faults
from tests.bot.blocks.spoken import accepted

PRESSED = parts.button("Go", "go", "status")
OPTION = Option("One", "1")


@pytest.mark.parametrize(
    "make",
    [
        lambda: parts.section("a" * 3000),
        lambda: parts.code("a" * 2994),
        lambda: parts.footnote("a" * 3000),
        parts.divider,
        lambda: parts.actions(*(parts.button("a" * 75, str(n), "v" * 2000) for n in range(25))),
        lambda: parts.actions(
            parts.button("Go", "go", "go", style="danger", ask=parts.dialog("a", "b" * 300, "c"))
        ),
    ],
)
def test_as_much_as_slack_takes(make: Callable[[], parts.Block]) -> None:
    assert accepted(parts.message("a" * 4000, make()))


@pytest.mark.parametrize(
    "make",
    [
        lambda: parts.section("a" * 3001),
        lambda: parts.section(" "),
        lambda: parts.code("a`b"),
        lambda: parts.footnote(""),
        parts.actions,
        lambda: parts.actions(*(parts.button("a", str(n), "v") for n in range(26))),
        lambda: parts.actions(PRESSED, PRESSED),
        lambda: parts.button("a" * 76, "go", "v"),
        lambda: parts.button("a", "go", "v" * 2001),
        lambda: parts.button("a", "g" * 256, "v"),
        lambda: parts.button("a", "go", "v", style="green"),
        lambda: parts.dialog("a" * 101, "b", "c"),
        lambda: parts.dialog("a", "b" * 301, "c"),
        lambda: parts.dialog("a", "b", "c" * 31),
        lambda: parts.message(""),
        lambda: parts.message("a" * 4001),
        lambda: parts.message("a", *[parts.divider()] * 51),
        lambda: parts.modal("f", "a" * 25, "Send", [parts.divider()]),
        lambda: parts.modal("f", "a", "Send", []),
        lambda: parts.modal("f", "a", "Send", [parts.divider()], metadata="m" * 3001),
        lambda: parts.modal("f", "a", "Send", [parts.words_input("x", "X", optional=True)] * 2),
        lambda: parts.ticks_input("x", "X", [Option(str(n), str(n)) for n in range(11)]),
        lambda: parts.ticks_input("x", "X", []),
        lambda: parts.ticks_input("x", "X", [Option("a" * 76, "v")]),
        lambda: parts.choice_input("x", "X", [Option("a", "v" * 151)]),
        lambda: parts.choice_input("x", "X", [OPTION] * 101),
        lambda: parts.words_input("x", "X", optional=True, start="a" * 501),
    ],
)
def test_more_than_slack_takes(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_a_modal_is_taken() -> None:
    blocks = [
        parts.section("*Read* this"),
        parts.choice_input("a", "A", [OPTION], "1", tells=True),
        parts.ticks_input("b", "B", [OPTION], optional=True),
        parts.words_input("c", "C", optional=True, start="because"),
    ]
    assert not view_faults(parts.modal("form", "A form", "Send", blocks, metadata="m"))


def test_slack_finds_no_links_or_mentions_by_itself() -> None:
    assert parts.section("a")["text"]["verbatim"] is True


def test_a_message_cannot_be_changed() -> None:
    written = parts.message("a")
    with pytest.raises(AttributeError):
        setattr(written, "text", "b")  # noqa: B010 - the type checker forbids to write it plainly
    assert written == Message("a", [])
