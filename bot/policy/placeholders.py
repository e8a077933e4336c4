"""Fills in `${NAME}`: secrets from the environment, in the parts `ci:` and `tokens:` only.

No message repeats them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.schema.diagnostics import Diagnostics
from bot.schema.nodes import InvalidNode, MappingNode, Node, ScalarNode, SequenceNode

_PLACEHOLDER = re.compile(r"(?P<escape>\$\$\{)|\$\{(?P<name>[A-Za-z_][A-Za-z0-9_]*)\}|(?P<broken>\$\{)")

_PARTS = frozenset({"ci", "tokens"})


@dataclass(frozen=True, slots=True)
class Secrets:
    """Where secrets are looked up, which were `found`, and the names of those that are `missing`.

    Without an `environ` none is, and each stays as it is written.
    """

    environ: Mapping[str, str] | None
    diagnostics: Diagnostics
    found: set[str] = field(default_factory=set[str])
    missing: set[str] = field(default_factory=set[str])

    def fill(self, root: MappingNode) -> MappingNode:
        """Fill in the parts that hold secrets, and report placeholders elsewhere."""
        filled = ((key, self._filled(value, allowed=key.written in _PARTS)) for key, value in root.entries)
        return replace(root, entries=tuple(filled))

    def _filled(self, node: Node, *, allowed: bool) -> Node:
        match node:
            case ScalarNode():
                return self._scalar(node, allowed=allowed) if "${" in node.written else node
            case SequenceNode():
                return replace(node, items=tuple(self._filled(item, allowed=allowed) for item in node.items))
            case MappingNode():
                entries = ((key, self._filled(value, allowed=allowed)) for key, value in node.entries)
                return replace(node, entries=tuple(entries))
            case InvalidNode():
                return node

    def _scalar(self, node: ScalarNode, *, allowed: bool) -> ScalarNode:
        found = list(_PLACEHOLDER.finditer(node.written))
        problems = [problem for each in found if (problem := self._problem(each, allowed=allowed))]
        for problem in problems:
            self.diagnostics.error(node.position, problem)
        looked_up = self.environ is not None or all(each["escape"] for each in found)
        return replace(
            node,
            text=_PLACEHOLDER.sub(self._replacement, node.written),
            opaque=bool(problems) or not looked_up,
        )

    def _problem(self, found: re.Match[str], *, allowed: bool) -> str:
        if found["broken"]:
            return "a `${` without a name and a `}`: write `${NAME}`, or `$${` for the characters themselves"
        name = found["name"]
        if name and not allowed:
            only = "the environment is read in `ci:` and `tokens:` only"
            return f"`{found[0]}`: {only}; for the characters themselves write `$${{`"
        if name and self.environ is not None and not self.environ.get(name):
            self.missing.add(name)
            state = "empty" if name in self.environ else "not set"
            return f"`{found[0]}`: the environment variable {name} is {state}: set it before the start"
        return ""

    def _replacement(self, found: re.Match[str]) -> str:
        if found["escape"]:
            return "${"
        secret = "" if self.environ is None else self.environ.get(found["name"] or "", "")
        if secret:
            self.found.add(secret)
        return secret or found[0]
