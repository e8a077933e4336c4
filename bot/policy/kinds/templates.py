"""Parts of a request that are written with `{{placeholders}}`: addresses, headers and JSON, each checked where it stands.

What stands here is a tree of plain values; nothing is ever put together as JSON text, so that no value can break out.
"""

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from typing import cast
from urllib.parse import urlsplit

from bot.policy.faults import instead, shown
from bot.policy.nodes import Keyed, Listing, Node, Scalar
from bot.policy.readers import read_text, refuse
from bot.policy.section import Section
from bot.policy.words import ARGUMENT, TEXT, URL, Shape

OF_A_TARGET = ("correlation_id", "service", "environment", "repository", "branch", "workflow")
OF_A_RUN = ("run_id", *OF_A_TARGET)
OF_A_START = (*OF_A_TARGET, "sha", "version", "digest", "build_url", "release")
IN_A_BODY = (*OF_A_START, "claim_secret", "inputs")
"""What the parts of a request can be told; `inputs` is a mapping, and so it stands alone."""

_PLACEHOLDER = re.compile(r"\{\{\s*([^{}]*?)\s*\}\}")
_SECRET = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*\}")
_HEADER = Shape("the name of a header", re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"))
_OWN = frozenset({"host", "content-length", "transfer-encoding", "connection", "content-type"})
_PLAIN = re.compile(r"true|false|null|-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?")


@dataclass(slots=True)
class Templates:
    """Reads templates of one CI. `hosts` may be spoken to, `private` of them also without TLS; `secrets` were met."""

    hosts: Collection[str]
    private: Collection[str]
    secrets: set[str] = field(default_factory=set[str])

    def address(self, section: Section, key: str, known: Collection[str]) -> str:
        """Read an address that is asked, with placeholders behind its host."""
        node, text = section.node(key), self.link(section, key, known)
        fault = self._forbidden(text) if isinstance(node, Scalar) and text and not node.opaque else ""
        if fault:
            section.findings.fault(section.value_place(key), fault)
        return text

    def link(self, section: Section, key: str, known: Collection[str]) -> str:
        """Read an address that people are shown, with placeholders behind its host."""
        node, text = section.node(key), section.text(key, URL)
        if isinstance(node, Scalar) and text:
            fault = _fault_in(node.written, known) or ("" if node.opaque else _misshapen(text))
            if fault:
                section.findings.fault(node.place, fault)
        self._remember(node)
        return text

    def _forbidden(self, text: str) -> str:
        host = _host_of(text)
        if _misshapen(text) or not text.startswith(("https://", "http://")):
            return ""
        if host not in self.hosts:
            return f"the host {shown(host)} is not allowed: name it under `hosts`"
        if text.startswith("http:") and host not in self.private:
            return "without https everybody on the way reads along: use it, or name the host under `private_hosts`"
        return ""

    def headers(self, section: Section, known: Collection[str]) -> dict[str, str]:
        """Read headers; of placeholders they take few, because a header is one line."""
        node = section.node("headers")
        if node is None:
            return {}
        if not isinstance(node, Keyed):
            refuse(node, "a mapping of headers", section.findings)
            return {}
        read: dict[str, str] = {}
        for key, value in node.entries:
            name = read_text(key, _HEADER, section.findings)
            if name.lower() in _OWN:
                section.findings.fault(key.place, f"{shown(name)} is made by itself: remove it")
            read[name] = self._template(section, value, known, TEXT)
        return read

    def body(self, section: Section, known: Collection[str]) -> dict[str, object]:
        """Read `json`; empty if it is not set, otherwise a mapping with the tree under `json`."""
        node = section.node("json")
        return {} if node is None else {"json": self._tree(section, node, known)}

    def _tree(self, section: Section, node: Node, known: Collection[str]) -> object:
        match node:
            case Keyed():
                return {
                    self._key(section, key): self._tree(section, each, known) for key, each in node.entries
                }
            case Listing():
                return [self._tree(section, each, known) for each in node.items]
            case Scalar(plain=True) if node.coerced and _PLAIN.fullmatch(node.written):
                return json.loads(node.written)
            case Scalar(written=""):
                return "" if not node.plain else self._template(section, node, known, ARGUMENT)
            case _:
                return self._template(section, node, known, ARGUMENT)

    @staticmethod
    def _key(section: Section, key: Scalar) -> str:
        if "{{" in key.written:
            section.findings.fault(key.place, "a key has no placeholders: they stand in values")
        return key.written

    def _template(self, section: Section, node: Node, known: Collection[str], shape: Shape) -> str:
        text = read_text(node, shape, section.findings)
        if isinstance(node, Scalar) and (fault := _fault_in(node.written, known)):
            section.findings.fault(node.place, fault)
        self._remember(node)
        return text

    def _remember(self, node: Node | None) -> None:
        if isinstance(node, Scalar) and not node.opaque:
            self.secrets.update(_filled_in(node))


def placeholders_in(value: object) -> set[str]:
    """Name the placeholders in a tree."""
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


def _misshapen(text: str) -> str:
    try:
        split = urlsplit(text)
        sound = bool(split.hostname) and split.port != 0 and "{" not in split.netloc
    except ValueError:
        sound = False
    if sound and text.isascii():
        return ""
    return "an address begins with a host as it is, and has ASCII alone: placeholders come behind the host"


def _fault_in(written: str, known: Collection[str]) -> str:
    for each in _PLACEHOLDER.finditer(written):
        if each[1] not in known:
            return f"{shown(each[0])} is not known here; {instead(each[1], known)}"
        if each[1] == "inputs" and each[0] != written:
            return "`{{inputs}}` is a mapping: let it stand alone as a value"
    if "{{" in _PLACEHOLDER.sub("", written):
        return "a `{{` without a name and `}}`"
    return ""


def _filled_in(node: Scalar) -> Iterator[str]:
    """Give what stands for `${NAME}` in a value: by what is around it."""
    if not _SECRET.search(node.written):
        return
    around = [re.escape(part) for part in _SECRET.split(node.written)]
    found = re.fullmatch("(.+?)".join(around), node.text, re.DOTALL)
    yield from found.groups() if found else (node.text,)
