"""Writes and shows reasons that name the message that they are about: words, and the address of the message.

The address stands on a line of its own. What people type, in a command or a form, is one line always, so that a second line is
written by Shiproom only; and it is shown as a link only if it is the address of a message of this workspace. Everything else
in a reason is text from outside as ever.
"""

import re

from bot.blocks.names import Names
from bot.blocks.text import link, quoted

_MESSAGE = re.compile(
    r"archives/[A-Z0-9]{2,40}/p\d{10,20}(?:\?thread_ts=\d{10,12}\.\d{1,8}&cid=[A-Z0-9]{2,40})?\Z", re.ASCII
)
LABEL = "the message"


def with_address(words: str, address: str) -> str:
    """Return a reason with the address of a message, which Shiproom has asked Slack for."""
    return f"{' '.join(words.split())}\n{address}"


def is_message_of(workspace: str, address: str) -> bool:
    """Return whether an address is that of a message of the workspace with this address, which ends with a slash."""
    return (
        bool(workspace) and address.startswith(workspace) and bool(_MESSAGE.match(address[len(workspace) :]))
    )


def address_of(workspace: str, channel: str, ts: str, thread: str = "") -> str:
    """Return the address of a message as Slack writes it."""
    in_thread = f"?thread_ts={thread}&cid={channel}" if thread and thread != ts else ""
    return f"{workspace}archives/{channel}/p{ts.replace('.', '')}{in_thread}"


def reason_words(reason: str, names: Names, limit: int) -> str:
    """Return a reason in quotation marks, with a link to the message that it names; empty stays empty."""
    words, apart, address = reason.rpartition("\n")
    if not apart or not is_message_of(names.workspace, address):
        return quoted(reason, limit)
    return " ".join(filter(None, (quoted(words, limit), link(address, LABEL))))
