"""The names that Slack makes up: ids for blocks and elements that came without, and names nobody can
guess.
"""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Sequence
from itertools import count

from bot.local_slack.model import Json


def named(blocks: Sequence[Json], ids: Iterator[int]) -> tuple[Json, ...]:
    """The same blocks, each with a block_id, and each interactive element with an action_id."""
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
    """A source of names that only who knows the secret could foresee, so that a run can be repeated."""
    numbers = count(1)
    return lambda: hmac.new(secret.encode(), f"name {next(numbers)}".encode(), hashlib.sha256).hexdigest()[
        :24
    ]
