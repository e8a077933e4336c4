"""Finds the lines of the policy behind what a release waits for."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.local_slack.model import Json
from bot.schema.diagnostics import Diagnostics
from bot.schema.nodes import MappingNode, Node, ScalarNode, SequenceNode, compose

SHUT = frozenset({"waiting", "closed"})
_HOLDER = re.compile(r"\bholder=(r\d+)")


def highlighted_lines(policy: Path, release: dict[str, Any]) -> list[Json]:
    """Return the policy line of every reason of the current step, with the reason."""
    root = compose(policy.read_text(encoding="utf-8"), Diagnostics(policy))
    service = _under(_under(root, "services"), release["service"])
    return [
        {"line": line, "words": f"r{release['number']} {words}"}
        for step in release["steps"]
        for gate in step["gates"]
        if gate["verdict"] in SHUT
        for line, words in _behind(service, step["environment"], gate)
    ]


def _behind(service: Node | None, environment: str, gate: dict[str, Any]) -> Iterator[tuple[int, str]]:
    place = _environment(service, environment)
    match gate["kind"]:
        case "sign_off":
            yield from ((line, f"waits for {gate['name']}") for line in _signing(place, gate["name"]))
        case "turn":
            holder = _HOLDER.search(gate["why"])
            whose = f"{holder[1]}'s" if holder else "another's"
            yield _line(place, "kept", "name"), f"waits: {environment} is {whose}{_until(place)}"
        case "branch":
            yield _line(place, "branches", "name"), "is of another branch"
        case "lock":
            yield _line(service, "operators"), "meets a lock: these can unlock"
        case _:
            return


def _until(environment: Node | None) -> str:
    kept = _under(environment, "kept")
    if not isinstance(kept, SequenceNode) or not kept.items:
        return ""
    return f" until {' and '.join(_text(team) for team in kept.items)} have signed"


def _environment(service: Node | None, name: str) -> Node | None:
    environments = _under(service, "environments")
    if not isinstance(environments, SequenceNode):
        return None
    return next((each for each in environments.items if _text(_under(each, "name")) == name), None)


def _signing(environment: Node | None, team: str) -> Iterator[int]:
    gates = _under(environment, "gates")
    if isinstance(gates, SequenceNode):
        yield from (gate.position.line for gate in gates.items if _text(_under(gate, "sign_off")) == team)


def _line(node: Node | None, *keys: str) -> int:
    """Return the line of the first of these keys that exists, else of the node."""
    if isinstance(node, MappingNode):
        for key in keys:
            for name, _ in node.entries:
                if name.text == key:
                    return name.position.line
    return node.position.line if node else 1


def _under(node: Node | None, key: str) -> Node | None:
    if not isinstance(node, MappingNode):
        return None
    return next((value for name, value in node.entries if name.text == key), None)


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, ScalarNode) else ""
