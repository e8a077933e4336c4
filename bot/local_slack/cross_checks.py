"""Checks of Block Kit across fields: repeated ids, unknown initial options.

Sources: docs.slack.dev/reference/block-kit (the pages of blocks and elements), docs.slack.dev/reference/views.
"""

from collections.abc import Iterator

from bot.local_slack.model import Json
from bot.local_slack.rules import BlockError, BlockErrors


def cross_check(blocks: list[Json], at: str) -> BlockErrors:
    """Find what Slack would refuse in blocks that are each valid on their own."""
    yield from _repeated(
        (block["block_id"], f"{at}/{n}") for n, block in enumerate(blocks) if "block_id" in block
    )
    focused = list[str]()
    for index, block in enumerate(blocks):
        here = f"{at}/{index}"
        places = list(_elements(block, here))
        yield from _incomplete(block, here)
        yield from _repeated(
            (element["action_id"], place) for element, place in places if "action_id" in element
        )
        for element, place in places:
            yield from _options(element, place)
            focused += [place] if element.get("focus_on_load") else []
    for place in focused[1:]:
        yield BlockError("too_many", "only one element may have focus_on_load", place)


def _incomplete(block: Json, at: str) -> BlockErrors:
    if block["type"] == "section" and not {"text", "fields"} & block.keys():
        yield BlockError("missing_field", "missing required field: text", at)


def _options(element: Json, at: str) -> BlockErrors:
    """Check that a select has one list of options, which holds its initial ones."""
    if element["type"] == "static_select" and ("options" in element) == ("option_groups" in element):
        yield BlockError("missing_field", "needs either options or option_groups", at)
    groups = element.get("option_groups", ())
    known = [*element.get("options", ()), *(option for group in groups for option in group["options"])]
    listed = element["type"] != "external_select"
    if listed and "initial_option" in element and element["initial_option"] not in known:
        yield BlockError("invalid_value", "initial_option must be one of the options", f"{at}/initial_option")
    for index, option in enumerate(element.get("initial_options", ())):
        if option not in known:
            yield BlockError(
                "invalid_value", "initial_options must be among the options", f"{at}/initial_options/{index}"
            )
    if element.get("min_length", 0) > element.get("max_length", 3000):
        yield BlockError("invalid_value", "must be at most max_length", f"{at}/min_length")
    if len(element.get("initial_value") or "") > element.get("max_length", 3000):
        yield BlockError("too_long", "initial_value is longer than max_length", f"{at}/initial_value")


def _elements(block: Json, at: str) -> Iterator[tuple[Json, str]]:
    for place in ("element", "accessory"):
        if place in block:
            yield block[place], f"{at}/{place}"
    if block["type"] in {"actions", "context"}:
        for index, element in enumerate(block["elements"]):
            yield element, f"{at}/elements/{index}"


def _repeated(names: Iterator[tuple[str, str]]) -> BlockErrors:
    seen: set[str] = set()
    for name, at in names:
        if name in seen:
            yield BlockError("duplicate_id", f"id already used: {name}", at)
        seen.add(name)
