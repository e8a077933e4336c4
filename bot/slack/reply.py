"""The reply to a person, and how it becomes the body of a response to Slack."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from bot.blocks.block_kit import Message, View, message, notice
from bot.blocks.paragraphs import paragraph, paragraphs
from bot.blocks.text import escape, visible
from bot.blocks.words.registry import of_actions
from bot.slack.payloads import BlockAction, MessageShortcut, SlashCommand, ViewSubmission


@dataclass(frozen=True, slots=True)
class SlackReply:
    """A message that only one person sees, or None if the card shows everything.

    `done` means that something was changed or opened, and a click needs no message; `error` is the line that a modal
    shows, which keeps it open, at the input `at` or its last one. `view` takes the place of a submitted modal.
    """

    message: Message | None = None
    done: bool = False
    error: str = ""
    at: str = ""
    view: View | None = None

    def with_lines(self, lines: Sequence[str]) -> "SlackReply":
        """Return the reply with more lines below it."""
        if self.message is None or not lines:
            return self
        return replace(self, message=message(self.message.text, *self.message.blocks, *paragraphs(lines)))

    def ack_body(
        self, to: SlashCommand | BlockAction | ViewSubmission | MessageShortcut
    ) -> dict[str, Any] | None:
        """Return the body of the response to a request.

        None for an empty one, which closes a modal.
        The reply to a slash command is in the body, and so is the error of a modal. The reply to a click is a message of
        its own, if there is one.
        """
        match to:
            case SlashCommand() if self.message is not None:
                return ephemeral_body(self.message)
            case ViewSubmission(view=view) if self.error:
                return _errors(view, visible(self.error), self.at)
            case ViewSubmission() if self.view is not None:
                return {"response_action": "update", "view": self.view}
            case _:
                return None


NOTHING_TO_SAY = SlackReply(done=True)


INPUTS = of_actions(lambda words: words.inputs, {})
"""The input that a refusal is about, where that is not the last one."""


def failure_reply(words: Message, code: str = "") -> SlackReply:
    """Return a reply for a request that was not carried out, with the code of its refusal if there is one.

    A modal shows the same message as an error, at the input that it is about.
    """
    return SlackReply(words, error=words.text, at=INPUTS.get(code, ""))


def ephemeral_body(words: Message) -> dict[str, Any]:
    """Return a message in the form that Slack shows to one person only."""
    return {"response_type": "ephemeral", "text": words.text, "blocks": words.blocks}


def _errors(view: dict[str, Any], line: str, at: str) -> dict[str, Any]:
    """Return an error of a modal, on the input block `at` or its last one; a form without any makes room for the error."""
    blocks: list[dict[str, Any]] = view.get("blocks") or []
    inputs = [str(block.get("block_id", "")) for block in blocks if block.get("type") == "input"]
    if not inputs:
        return {
            "response_action": "update",
            "view": notice("Nothing was done", [paragraph(escape(line, 500))]),
        }
    return {"response_action": "errors", "errors": {at if at in inputs else inputs[-1]: line[:2000]}}
