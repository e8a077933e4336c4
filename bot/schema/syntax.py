"""Says what is not YAML in a file, and what to look for."""

import re

import yaml

from bot.schema.diagnostics import shown

_HINTS = {
    "\\t": "indent with spaces, not with tabs",
    "mapping values are not allowed": "the line before this one, or this one, is indented too far or not far enough",
    "expected <block end>": "this line is indented differently from those that it belongs with",
    "found unexpected end of stream": "a quote or bracket before this is not closed",
    "got '{'": 'quote text that has a brace in it, like "${NAME}"',
    "expected ',' or": "a bracket, brace or comma is missing",
    "found duplicate anchor": "anchors are not read, so remove it",
    "cannot start any token": "quote text that begins with a special character",
}


_READ_DIFFERENTLY = re.compile(
    r"[\t?\\\r\x85\u2028\u2029\ufeff]|[|>%][^\n]*#|[|>][^\n]*\Z|:\s*[\]},]|^(?:---|\.\.\.|%)", re.MULTILINE
)
"""What libyaml and PyYAML's own parser do not read alike, with much that they do."""

_SECOND_COLON = "quote text that has `: ` in it"


def syntax_problem(error: yaml.MarkedYAMLError, before: str) -> str:
    """Say what is wrong; `before` is what stands in the line before that."""
    problem = str(error.problem or error.context or "unreadable")
    hint = next(
        (hint for part, hint in _HINTS.items() if part in problem),
        "check indentation, colons, quotes and brackets",
    )
    if "mapping values are not allowed" in problem and re.search(r":\s", before):
        hint = _SECOND_COLON
    clean = shown(problem).strip("`")
    return f"this is not YAML ({clean}): {hint}"


def may_read_differently(text: str) -> bool:
    """Say whether a file has anything that libyaml might read otherwise than PyYAML's own parser."""
    return _READ_DIFFERENTLY.search(text) is not None
