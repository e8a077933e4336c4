"""Reads addresses, headers and JSON that contain `{{placeholders}}`.

Templates are trees of plain values. Nothing is ever assembled as JSON text, because a value could break out of it.
"""

import json
import re
from collections.abc import Collection, Iterator
from typing import cast
from urllib.parse import urlsplit

from pydantic import PlainValidator

from bot.schema.diagnostics import Diagnostics, shown, suggest
from bot.schema.fields import read_by
from bot.schema.json_shapes import text_schema
from bot.schema.nodes import MappingNode, Node, ScalarNode, SequenceNode
from bot.schema.readers import read_text, refuse
from bot.schema.words import ARGUMENT, TEXT, URL, TextFormat

OF_A_TARGET = ("correlation_id", "service", "environment", "repository", "branch", "workflow")
OF_A_RUN = ("run_id", *OF_A_TARGET)
OF_A_START = (*OF_A_TARGET, "sha", "version", "digest", "build_url", "release")
IN_A_BODY = (*OF_A_START, "claim_secret", "inputs")
"""The placeholders of a request's body; `inputs` is a mapping, so it has to stand alone."""

HEADER = TextFormat("the name of a header", re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"))

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_SECRET = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type"})
_PLAIN = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?")


_HEADERS = {
    "type": "object",
    "propertyNames": text_schema(HEADER),
    "additionalProperties": text_schema(TEXT),
}


def link_with(known: Collection[str]) -> PlainValidator:
    """Return the type of an address with placeholders after its host."""
    return read_by(lambda node, diagnostics: _read_link(node, known, diagnostics), text_schema(URL))


def headers_with(known: Collection[str]) -> PlainValidator:
    """Return the type of a mapping of headers.

    They take few placeholders, because a header is one line.
    """
    return read_by(lambda node, diagnostics: _read_headers(node, known, diagnostics), _HEADERS)


def tree_with(known: Collection[str]) -> PlainValidator:
    """Return the type of a tree of plain values whose texts have placeholders."""
    return read_by(lambda node, diagnostics: _read_tree(node, known, diagnostics), {})


def _read_link(node: Node, known: Collection[str], diagnostics: Diagnostics) -> str:
    text = read_text(node, URL, diagnostics)
    if isinstance(node, ScalarNode) and text:
        problem = _problem_in(node.written, known) or ("" if node.opaque else _malformed(text))
        if problem:
            diagnostics.error(node.position, problem)
    return text


def refusal(text: str, hosts: Collection[str], private: Collection[str]) -> str:
    """Return why no request may go to a valid address; empty if it may."""
    if _malformed(text) or not text.startswith(("https://", "http://")):
        return ""
    host = _host_of(text)
    if host not in hosts:
        return f"the host {shown(host)} is not allowed: name it under `hosts`"
    if text.startswith("http:") and host not in private:
        return (
            "without https anybody on the way can read it: use https, or name the host under `private_hosts`"
        )
    return ""


def _read_headers(node: Node, known: Collection[str], diagnostics: Diagnostics) -> dict[str, str]:
    if not isinstance(node, MappingNode):
        refuse(node, "a mapping of headers", diagnostics)
        return {}
    read: dict[str, str] = {}
    for key, value in node.entries:
        name = read_text(key, HEADER, diagnostics)
        if name.lower() in _OWN:
            diagnostics.error(key.position, f"{shown(name)} is set automatically: remove it")
        read[name] = _read_template(value, known, TEXT, diagnostics)
    return read


def _read_tree(node: Node, known: Collection[str], diagnostics: Diagnostics) -> object:
    match node:
        case MappingNode():
            return {
                _read_key(key, diagnostics): _read_tree(each, known, diagnostics)
                for key, each in node.entries
            }
        case SequenceNode():
            return [_read_tree(each, known, diagnostics) for each in node.items]
        case ScalarNode(plain=True) if node.coerced and _PLAIN.fullmatch(node.written):
            return json.loads(node.written)
        case ScalarNode(written="") if not node.plain:
            return ""
        case _:
            return _read_template(node, known, ARGUMENT, diagnostics)


def _read_key(key: ScalarNode, diagnostics: Diagnostics) -> str:
    if "{{" in key.written:
        diagnostics.error(key.position, "a key cannot have placeholders: use them in values")
    return key.written


def _read_template(
    node: Node, known: Collection[str], text_format: TextFormat, diagnostics: Diagnostics
) -> str:
    text = read_text(node, text_format, diagnostics)
    if isinstance(node, ScalarNode) and (problem := _problem_in(node.written, known)):
        diagnostics.error(node.position, problem)
    return text


def secrets_in(node: Node) -> Iterator[str]:
    """Return the value of each `${NAME}` below a node, found by the text around it."""
    match node:
        case ScalarNode(opaque=False):
            yield from _filled_in(node)
        case MappingNode():
            for _, each in node.entries:
                yield from secrets_in(each)
        case SequenceNode():
            for each in node.items:
                yield from secrets_in(each)
        case _:
            return


def placeholders_in(value: object) -> set[str]:
    """Return the names of the placeholders in a tree."""
    if isinstance(value, str):
        return {each[1] for each in _PLACEHOLDER.finditer(value)}
    if isinstance(value, dict):
        value = list(cast(dict[str, object], value).values())
    parts = cast(list[object], value) if isinstance(value, list) else []
    return {name for each in parts for name in placeholders_in(each)}


def _host_of(text: str) -> str:
    try:
        return urlsplit(text).hostname or ""
    except ValueError:
        return ""


def _malformed(text: str) -> str:
    try:
        split = urlsplit(text)
        sound = bool(split.hostname) and split.port != 0 and "{" not in split.netloc
    except ValueError:
        sound = False
    if sound and text.isascii():
        return ""
    return "an address begins with a literal host and is ASCII only: placeholders come after the host"


def _problem_in(written: str, known: Collection[str]) -> str:
    for each in _PLACEHOLDER.finditer(written):
        if each[1] not in known:
            return f"{shown(each[0])} is not known here; {suggest(each[1], known)}"
        if each[1] == "inputs" and each[0] != written:
            return "`{{inputs}}` is a mapping: use it alone as a value"
    if "{{" in _PLACEHOLDER.sub("", written):
        return "a `{{` without a name and `}}`"
    return ""


def _filled_in(node: ScalarNode) -> Iterator[str]:
    if not _SECRET.search(node.written):
        return
    around = [re.escape(part) for part in _SECRET.split(node.written)]
    found = re.fullmatch("(.+?)".join(around), node.text, re.DOTALL)
    yield from found.groups() if found else (node.text,)
