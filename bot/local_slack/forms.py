"""Values of inputs in Slack's format: initial values, updates and validation."""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from bot.local_slack.model import Json

InputValue: TypeAlias = str | Sequence[str] | bool | None
MANY = "checkboxes"
STATELESS = frozenset({"button", "overflow"})
"""What is used and keeps nothing: of buttons and menus there is no entry in `state.values`."""
REQUIRED = "Please complete this required field."


def elements(blocks: Sequence[Json]) -> Iterator[tuple[Json, Json]]:
    """Iterate over (block, interactive element) of a message or modal, top to bottom."""
    for block in blocks:
        for element in (block.get("element"), block.get("accessory"), *block.get("elements", ())):
            if element and "action_id" in element:
                yield block, element


def initial_values(blocks: Sequence[Json]) -> Json:
    """Return the values of an untouched modal: block_id -> action_id -> value."""
    values: Json = {}
    for block, element in elements(blocks):
        if element["type"] not in STATELESS:
            values.setdefault(block["block_id"], {})[element["action_id"]] = _initial(element)
    return values


def surviving(values: Json, blocks: Sequence[Json]) -> Json:
    """Return the values that an update keeps: the same block_id and action_id.

    docs.slack.dev/surfaces/modals.
    """
    fresh = initial_values(blocks)
    return {
        block_id: {
            action_id: values.get(block_id, {}).get(action_id, value) for action_id, value in actions.items()
        }
        for block_id, actions in fresh.items()
    }


def chosen(element: Json, typed: InputValue) -> Json:
    """Return a value in Slack's format; raises KeyError for an unknown option.

    An option is named by its value or by the start of its text.
    """
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": str(typed) if typed else None}
    if kind == MANY:
        return {"type": kind, "selected_options": _ticked(element, typed)}
    return {"type": kind, "selected_option": _option(element, str(typed)) if typed else None}


def complaints(blocks: Sequence[Json], values: Json) -> dict[str, str]:
    """Return Slack's own errors of required inputs and lengths, by block_id."""
    found: dict[str, str] = {}
    for block, element in elements(blocks):
        if block["type"] == "input":
            complaint = _complaint(block, element, values[block["block_id"]][element["action_id"]])
            found |= {block["block_id"]: complaint} if complaint else {}
    return found


def _complaint(block: Json, element: Json, value: Json) -> str:
    filled = value.get("value") or value.get("selected_option") or value.get("selected_options")
    if not filled:
        return "" if block.get("optional") else REQUIRED
    if element["type"] != "plain_text_input":
        return ""
    if len(filled) < element.get("min_length", 0):
        return f"Must be at least {element['min_length']} characters."
    return (
        f"Must be at most {element['max_length']} characters."
        if len(filled) > element.get("max_length", 3000)
        else ""
    )


def _initial(element: Json) -> Json:
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": element.get("initial_value")}
    if kind == MANY:
        return {"type": kind, "selected_options": list(element.get("initial_options", ()))}
    return {"type": kind, "selected_option": element.get("initial_option")}


def _options(element: Json) -> list[Json]:
    return [
        *element.get("options", ()),
        *(one for group in element.get("option_groups", ()) for one in group["options"]),
    ]


def _ticked(element: Json, typed: InputValue) -> list[Json]:
    if typed is True:
        return _options(element)
    wanted = [typed] if isinstance(typed, str) else typed or ()
    return [_option(element, one) for one in wanted]


def _option(element: Json, typed: str) -> Json:
    options = _options(element)
    for option in options:
        if option["value"] == typed:
            return option
    for option in options:
        if option["text"]["text"].startswith(typed):
            return option
    raise KeyError(typed)
