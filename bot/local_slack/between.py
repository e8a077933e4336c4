"""The rules of Block Kit that no single field shows: names used twice, choices that are not there, sums of characters.

Sources: docs.slack.dev/reference/block-kit (the pages of blocks and elements), docs.slack.dev/reference/views.
"""

from collections.abc import Iterator

from bot.local_slack.model import Json
from bot.local_slack.newer_blocks import DATA_TABLE_LIMIT, MARKDOWN_LIMIT, TABLE_LIMIT, letters
from bot.local_slack.rules import BlockFault, Faults

SUMS = {"markdown": MARKDOWN_LIMIT, "table": TABLE_LIMIT, "data_table": DATA_TABLE_LIMIT}
"""The characters that all blocks of a kind may hold together; a single one may hold as many."""


def between(blocks: list[Json], at: str) -> Faults:
    """Everything that Slack would refuse in blocks which are each right by themselves."""
    yield from _repeated(
        (block["block_id"], f"{at}/{n}") for n, block in enumerate(blocks) if "block_id" in block
    )
    focused = list[str]()
    for index, block in enumerate(blocks):
        here = f"{at}/{index}"
        places = list(_elements(block, here))
        yield from _incomplete(block, here)
        yield from between(block.get("child_blocks", []), f"{here}/child_blocks")
        yield from _repeated(
            (element["action_id"], place) for element, place in places if "action_id" in element
        )
        for element, place in places:
            yield from _options(element, place)
            focused += [place] if element.get("focus_on_load") else []
    for place in focused[1:]:
        yield BlockFault("too_many", "only one element may have focus_on_load", place)
    yield from _sums(blocks, at)


def _incomplete(block: Json, at: str) -> Faults:
    if block["type"] == "section" and not {"text", "fields"} & block.keys():
        yield BlockFault("missing_field", "missing required field: text", at)
    if block["type"] == "container":
        if not {"title", "rich_text_title"} & block.keys():
            yield BlockFault("missing_field", "missing required field: title", at)
        if block.get("is_collapsible") and block.get("has_header_divider"):
            yield BlockFault(
                "invalid_value", "has_header_divider excludes is_collapsible", f"{at}/has_header_divider"
            )


def _options(element: Json, at: str) -> Faults:
    """A select has one list of options, and whatever is chosen at first is among them."""
    if element["type"] == "static_select" and ("options" in element) == ("option_groups" in element):
        yield BlockFault("missing_field", "needs either options or option_groups", at)
    groups = element.get("option_groups", ())
    known = [*element.get("options", ()), *(option for group in groups for option in group["options"])]
    if "initial_option" in element and element["initial_option"] not in known:
        yield BlockFault("invalid_value", "initial_option must be one of the options", f"{at}/initial_option")
    for index, option in enumerate(element.get("initial_options", ())):
        if option not in known:
            yield BlockFault(
                "invalid_value", "initial_options must be among the options", f"{at}/initial_options/{index}"
            )
    if element.get("min_length", 0) > element.get("max_length", 3000):
        yield BlockFault("invalid_value", "must be at most max_length", f"{at}/min_length")
    if len(element.get("initial_value") or "") > element.get("max_length", 3000):
        yield BlockFault("too_long", "initial_value is longer than max_length", f"{at}/initial_value")


def _sums(blocks: list[Json], at: str) -> Faults:
    for kind, limit in SUMS.items():
        mine = [(block, index) for index, block in enumerate(blocks) if block["type"] == kind]
        if sum(letters(block) for block, _ in mine) > limit:
            yield BlockFault(
                "too_long", f"no more than {limit} characters in all blocks", f"{at}/{mine[-1][1]}"
            )


def _elements(block: Json, at: str) -> Iterator[tuple[Json, str]]:
    for place in ("element", "accessory"):
        if place in block:
            yield block[place], f"{at}/{place}"
    if block["type"] in {"actions", "context"}:
        for index, element in enumerate(block["elements"]):
            yield element, f"{at}/elements/{index}"


def _repeated(names: Iterator[tuple[str, str]]) -> Faults:
    seen: set[str] = set()
    for name, at in names:
        if name in seen:
            yield BlockFault("duplicate_id", f"id already used: {name}", at)
        seen.add(name)
