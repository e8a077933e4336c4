"""What Slack would refuse is refused before it is sent; what is allowed, slack_sdk and the local Slack take."""

from collections.abc import Callable

import pytest

from bot.blocks import block_kit, inputs
from bot.blocks.block_kit import Message, Option
from bot.local_slack.block_kit import view_errors
from tests.bot.blocks.spoken import accepted

PRESSED = block_kit.button("Go", "go", "status")
OPTION = Option("One", "1")


@pytest.mark.parametrize(
    "make",
    [
        lambda: block_kit.section("a" * 3000),
        lambda: block_kit.code("a" * 2994),
        lambda: block_kit.footnote("a" * 3000),
        lambda: block_kit.actions(*(block_kit.button("a" * 75, str(n), "v" * 2000) for n in range(25))),
        lambda: block_kit.actions(
            block_kit.button("Go", "go", "go", style="danger", ask=block_kit.dialog("a", "b" * 300, "c"))
        ),
    ],
)
def test_as_much_as_slack_takes(make: Callable[[], block_kit.Block]) -> None:
    assert accepted(block_kit.message("a" * 4000, make()))


@pytest.mark.parametrize(
    "make",
    [
        lambda: block_kit.section("a" * 3001),
        lambda: block_kit.section(" "),
        lambda: block_kit.code("a`b"),
        lambda: block_kit.footnote(""),
        block_kit.actions,
        lambda: block_kit.actions(*(block_kit.button("a", str(n), "v") for n in range(26))),
        lambda: block_kit.actions(PRESSED, PRESSED),
        lambda: block_kit.button("a" * 76, "go", "v"),
        lambda: block_kit.button("a", "go", "v" * 2001),
        lambda: block_kit.button("a", "g" * 256, "v"),
        lambda: block_kit.button("a", "go", "v", style="green"),
        lambda: block_kit.dialog("a" * 101, "b", "c"),
        lambda: block_kit.dialog("a", "b" * 301, "c"),
        lambda: block_kit.dialog("a", "b", "c" * 31),
        lambda: block_kit.message(""),
        lambda: block_kit.message("a" * 4001),
        lambda: block_kit.message("a", *[block_kit.section("a")] * 51),
        lambda: block_kit.modal("f", "a" * 25, "Send", [block_kit.section("a")]),
        lambda: block_kit.modal("f", "a", "Send", []),
        lambda: block_kit.modal("f", "a", "Send", [block_kit.section("a")], metadata="m" * 3001),
        lambda: block_kit.modal("f", "a", "Send", [inputs.text_input("x", "X", optional=True)] * 2),
        lambda: inputs.checkbox_input("x", "X", [Option(str(n), str(n)) for n in range(11)]),
        lambda: inputs.checkbox_input("x", "X", []),
        lambda: inputs.checkbox_input("x", "X", [Option("a" * 76, "v")]),
        lambda: inputs.select_input("x", "X", [Option("a", "v" * 151)]),
        lambda: inputs.select_input("x", "X", [OPTION] * 101),
        lambda: inputs.text_input("x", "X", optional=True, start="a" * 501),
    ],
)
def test_more_than_slack_takes(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        make()


def test_a_modal_is_taken() -> None:
    blocks = [
        block_kit.section("*Read* this"),
        inputs.select_input("a", "A", [OPTION], "1", sent_as="chosen"),
        inputs.checkbox_input("b", "B", [OPTION], optional=True),
        inputs.text_input("c", "C", optional=True, start="because"),
    ]
    assert not view_errors(block_kit.modal("form", "A form", "Send", blocks, metadata="m"))


def test_slack_finds_no_links_or_mentions_by_itself() -> None:
    assert block_kit.section("a")["text"]["verbatim"] is True


def test_a_message_cannot_be_changed() -> None:
    written = block_kit.message("a")
    with pytest.raises(AttributeError):
        setattr(written, "text", "b")  # noqa: B010 - the type checker forbids to write it plainly
    assert written == Message("a", [])
