"""Holds the JSON Schema of the policy against the loader: whatever the loader takes in any test, the schema takes."""

from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from bot.ci import KINDS
from bot.policy.json_schema import policy_schema
from bot.schema.diagnostics import Diagnostics
from bot.schema.nodes import MappingNode, Node, ScalarNode, SequenceNode, compose
from handlers.gates import SETTINGS

VALIDATOR = Draft202012Validator(policy_schema())
KNOWN = {*KINDS, *SETTINGS}


def plain(node: Node) -> Any:  # noqa: ANN401 - JSON
    """Return what YAML means by a node, as JSON; what it would take for no text is a number that fits nowhere.

    A date is text, as for readers of YAML 1.2.
    """
    match node:
        case MappingNode():
            return {key.written: plain(each) for key, each in node.entries}
        case SequenceNode():
            return [plain(each) for each in node.items]
        case ScalarNode(plain=True, written="true" | "false"):
            return node.written == "true"
        case ScalarNode(plain=True) if node.coerced and node.coerced != "a date":
            return int(node.written) if node.written.isascii() and node.written.isdigit() else -0.5
        case ScalarNode():
            return node.written
        case _:
            return None


def faults(text: str) -> list[str]:
    root = compose(text, Diagnostics(Path("shiproom.yml")))
    assert root is not None
    found: Any = VALIDATOR.iter_errors(plain(root))  # pyright: ignore[reportUnknownMemberType] - jsonschema types it loosely
    return [f"{each.json_path}: {each.message}" for each in found]


def too_strict(text: str | bytes) -> list[str]:
    """List what the schema refuses of a policy that the loader took; kinds and gates that a test made up are not in it."""
    if {*KINDS, *SETTINGS} != KNOWN:
        return []
    return faults(text.decode() if isinstance(text, bytes) else text)
