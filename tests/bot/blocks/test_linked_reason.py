"""A reason links to a message of this workspace only, and only where Shiproom wrote the address."""

from dataclasses import replace

import pytest

from bot.blocks.linked_reason import address_of, is_message_of, reason_words, with_address
from tests.bot.blocks.world import NAMES

HERE = "https://tailspin.slack.com/"
MESSAGE = f"{HERE}archives/C0RELEASES/p1700000000000100"
REPLY = f"{MESSAGE}?thread_ts=1700000000.000050&cid=C0RELEASES"
OURS = replace(NAMES, workspace=HERE)


@pytest.mark.parametrize("address", [MESSAGE, REPLY])
def test_the_address_of_a_message_is_a_link(address: str) -> None:
    link = f"<{address.replace('&', '&amp;')}|the message>"
    assert reason_words(with_address("log in\nis broken", address), OURS, 60) == f'"log in is broken" {link}'
    assert reason_words(with_address("", address), OURS, 60) == link
    assert link in reason_words(with_address("w" * 500, address), OURS, 60)


@pytest.mark.parametrize(
    "reason",
    [
        MESSAGE,
        f"see {MESSAGE}",
        f"<{MESSAGE}|here>",
        with_address("see", "https://evil.example/archives/C0RELEASES/p1700000000000100"),
        with_address("see", f"{HERE}archives/C0RELEASES/p17|x"),
        with_address("see", f"{HERE}archives/C0RELEASES/p1700000000000100?redir=https://evil.example"),
        with_address("see", f"{HERE}archives/../../p1700000000000100"),
        with_address("see", f"{MESSAGE}\n"),
        with_address("see", f"{MESSAGE} more"),
    ],
)
def test_everything_else_is_text_from_outside(reason: str) -> None:
    shown = reason_words(reason, OURS, 500)
    assert "<http" not in shown
    assert "|" not in shown or "&lt;" in shown or "p17|x" in shown


def test_without_a_known_workspace_nothing_links() -> None:
    assert "<" not in reason_words(with_address("see", MESSAGE), NAMES, 500)
    assert not is_message_of("", MESSAGE)


def test_no_reason_stays_empty() -> None:
    assert reason_words("", OURS, 60) == ""


def test_the_address_is_put_together_as_slack_does() -> None:
    assert address_of(HERE, "C0RELEASES", "1700000000.000100") == MESSAGE
    assert address_of(HERE, "C0RELEASES", "1700000000.000100", "1700000000.000100") == MESSAGE
    assert address_of(HERE, "C0RELEASES", "1700000000.000100", "1700000000.000050") == REPLY
