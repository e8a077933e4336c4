"""Ids that Slack makes up: of blocks and elements, and unguessable ones."""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from bot.local_slack.model import Json


def named(blocks: Sequence[Json], ids: Iterator[int]) -> tuple[Json, ...]:
    """Return the blocks with a block_id each, and with an action_id in each element."""
    return tuple(_named_block(block, ids) for block in blocks)


def _named_block(block: Json, ids: Iterator[int]) -> Json:
    complete = {"block_id": f"b{next(ids)}", **block}
    for place in ("element", "accessory"):
        if place in block:
            complete[place] = _named_element(block[place], ids)
    if block["type"] == "actions":
        complete["elements"] = [_named_element(element, ids) for element in block["elements"]]
    return complete


def _named_element(element: Json, ids: Iterator[int]) -> Json:
    return element if element["type"] == "image" else {"action_id": f"a{next(ids)}", **element}


def unguessable(secret: str) -> Callable[[], str]:
    """Return a source of ids that only the secret can predict, for repeatable runs."""
    numbers = count(1)
    return lambda: hmac.new(secret.encode(), f"name {next(numbers)}".encode(), hashlib.sha256).hexdigest()[
        :24
    ]
