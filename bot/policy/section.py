"""A mapping of the file, read key by key: what nobody asked for by the end is unknown, so known keys are named only once."""

from collections.abc import Collection, Iterator

from bot.policy.faults import Findings, Place, instead, shown
from bot.policy.nodes import Keyed, Listing, Node, Scalar
from bot.policy.readers import (
    Written,
    read_choice,
    read_count,
    read_flag,
    read_items,
    read_name,
    read_seconds,
    read_text,
    read_texts,
    refuse,
)
from bot.policy.words import TEXT, Shape


class Section:
    """One mapping, called `title` in messages. Getters of an absent key give what stands for "not set", without a fault."""

    def __init__(self, title: str, node: Keyed, findings: Findings, place: Place | None = None) -> None:
        self.title = title
        self.place = place or node.place
        self.findings = findings
        self._values = {key.written: value for key, value in node.entries}
        self._keys = {key.written: key for key, _ in node.entries}
        self._asked: dict[str, None] = {}

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def need(self, **wanted: str) -> None:
        """Note a fault for each of these keys that is absent; the text says what it should hold."""
        for key, what in wanted.items():
            if self.node(key) is None:
                self.findings.fault(self.place, f"{self.title} lacks `{key}`: {what}")

    def node(self, key: str) -> Node | None:
        """Give what stands under a key, as it is written."""
        self._asked[key] = None
        return self._values.get(key)

    def key_place(self, key: str) -> Place:
        """Say where a key is written, or the section if it is not there."""
        return self._keys[key].place if key in self._keys else self.place

    def value_place(self, key: str) -> Place:
        """Say where the value of a key is written, or the section if it is not there."""
        return self._values[key].place if key in self._values else self.place

    def text(self, key: str, shape: Shape = TEXT) -> str:
        """Read a text; empty if it is not set."""
        node = self.node(key)
        return "" if node is None else read_text(node, shape, self.findings)

    def texts(self, key: str, shape: Shape = TEXT) -> tuple[Written, ...]:
        """Read a list of different texts; empty if it is not set."""
        node = self.node(key)
        return () if node is None else read_texts(node, shape, self.findings)

    def pairs(self, key: str, shape: Shape = TEXT) -> tuple[tuple[Written, str], ...]:
        """Read a mapping of texts to texts; empty if it is not set."""
        inner = self.section(key, f"`{key}`")
        return () if inner is None else tuple(inner.each_text(shape))

    def name(self, key: str) -> Written:
        """Read a name of its own; empty if it is not set."""
        node = self.node(key)
        return (
            Written("", self.place) if node is None else Written(read_name(node, self.findings), node.place)
        )

    def flag(self, key: str, *, default: bool) -> bool:
        """Read `true` or `false`."""
        node = self.node(key)
        return default if node is None else read_flag(node, self.findings)

    def count(self, key: str, default: int) -> int:
        """Read a number of people."""
        node = self.node(key)
        return default if node is None else read_count(node, self.findings)

    def seconds(self, key: str, default: int) -> int:
        """Read a duration."""
        node = self.node(key)
        return default if node is None else read_seconds(node, self.findings)

    def choice(self, key: str, choices: Collection[str]) -> str:
        """Read one of a few words; empty if it is not set."""
        node = self.node(key)
        return "" if node is None else read_choice(node, choices, self.findings)

    def section(self, key: str, title: str) -> "Section | None":
        """Read a mapping; None if it is not set or something else."""
        node = self.node(key)
        return None if node is None else opened(title, node, self.findings, self.key_place(key))

    def sections(self, key: str, what: str) -> "tuple[Section, ...]":
        """Read a list of mappings with something in it; an item is called by its `name`, if it has one."""
        node = self.node(key)
        items = () if node is None else read_items(node, self.findings)
        read = (opened(_title(what, item), item, self.findings, item.place) for item in items)
        return tuple(each for each in read if each is not None)

    def is_empty_list(self, key: str) -> bool:
        """Tell whether a key holds `[]`, for the few places where that means something."""
        node = self.node(key)
        return isinstance(node, Listing) and not node.items

    def each_named(self, what: str) -> "Iterator[tuple[Written, Section | None]]":
        """Read a mapping whose keys are names that the policy gives, each to a mapping of its own, None if it is not one."""
        for key, node in self._each():
            name = read_name(key, self.findings)
            yield Written(name, key.place), opened(f"{what} {shown(name)}", node, self.findings, key.place)

    def each_text(self, shape: Shape) -> Iterator[tuple[Written, str]]:
        """Read a mapping of texts to texts."""
        for key, node in self._each():
            yield (
                Written(read_text(key, TEXT, self.findings), key.place),
                read_text(node, shape, self.findings),
            )

    def close(self) -> None:
        """Note a fault for each key that nobody asked for."""
        for key, scalar in self._keys.items():
            if key not in self._asked:
                hint = instead(key, self._asked)
                self.findings.fault(scalar.place, f"{shown(key)} is not a setting of {self.title}; {hint}")

    def _each(self) -> Iterator[tuple[Scalar, Node]]:
        if not self._keys:
            self.findings.fault(self.place, f"{self.title} has nothing in it: name something, or remove it")
        for key, scalar in self._keys.items():
            yield scalar, self._values[key]


def opened(title: str, node: Node, findings: Findings, place: Place) -> Section | None:
    """Take a mapping as a section; None, with a fault, if it is something else."""
    if isinstance(node, Keyed):
        return Section(title, node, findings, place)
    refuse(node, "a mapping (`key: value`)", findings)
    return None


def _title(what: str, node: Node) -> str:
    entries = node.entries if isinstance(node, Keyed) else ()
    names = (value.written for key, value in entries if key.written == "name" and isinstance(value, Scalar))
    name = next(names, "")
    return f"{what} {shown(name)}" if name else f"this {what}"
