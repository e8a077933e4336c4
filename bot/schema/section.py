"""A mapping of the file as a pydantic model, whose fields are the keys it may and must have.

Values are read from located nodes by the readers of bot/schema/fields.py, which report each error at its position and return a
harmless value. What pydantic finds wrong with the keys is reported at the position that the error's `loc` names, and the
model is then made without it. That way one reading lists everything.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    ValidationError,
    ValidationInfo,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from bot.schema.diagnostics import Diagnostics, Position, shown, suggest
from bot.schema.nodes import InvalidNode, MappingNode, Node, ScalarNode


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and its key; an item of a list and the whole file have no key."""

    node: Node
    key: ScalarNode | None = None

    @property
    def position(self) -> Position:
        """Where it begins: at its key, if it has one."""
        return self.key.position if self.key else self.node.position


@dataclass(frozen=True, slots=True)
class SectionContext:
    """What models are read with: the diagnostics, and the folder that paths are relative to."""

    diagnostics: Diagnostics
    folder: Path


class Section(BaseModel):
    """One mapping of the file.

    A key's description says what it should hold, for when it is absent and has no default.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, strict=True, hide_input_in_errors=True, arbitrary_types_allowed=True
    )

    noun: ClassVar[str] = ""
    """What such a mapping is called if several have names; empty if it is called by its key."""

    _title: str = PrivateAttr(default="")
    _position: Position = PrivateAttr(default=Position())
    _values: dict[str, Entry] = PrivateAttr(default_factory=dict[str, Entry])

    @model_validator(mode="wrap")
    @classmethod
    def _read(
        cls, value: object, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo[Any]
    ) -> Self:
        context: SectionContext = info.context
        entry = entry_of(value)
        entries, title = entries_of(entry.node), cls.called(entry)
        try:
            section = handler(entries)
        except ValidationError as error:
            for each in error.errors(include_url=False, include_input=False):
                cls._note(each, entry, title, context.diagnostics)
            absent = {
                key: Entry(InvalidNode(entry.position))
                for key, what in cls._keys().items()
                if what.is_required()
            }
            section = handler(absent | {key: each for key, each in entries.items() if key in cls._keys()})
        section._title, section._position, section._values = title, entry.position, entries  # noqa: SLF001
        section.check(context)
        return section

    @classmethod
    def called(cls, entry: Entry) -> str:
        """Return the name of this mapping in messages."""
        if entry.key:
            return f"{cls.noun} {shown(entry.key.written)}" if cls.noun else shown(entry.key.written)
        name = entries_of(entry.node).get("name")
        named = name is not None and isinstance(name.node, ScalarNode) and name.node.written
        return f"{cls.noun} {shown(named)}" if named else f"this {cls.noun}"

    @classmethod
    def _note(cls, error: ErrorDetails, entry: Entry, title: str, diagnostics: Diagnostics) -> None:
        key = str(error["loc"][0])
        if error["type"] == "missing":
            diagnostics.error(entry.position, f"{title} lacks `{key}`: {cls._keys()[key].description}")
        else:
            message = f"{shown(key)} is not a setting of {title}"
            diagnostics.error(entries_of(entry.node)[key].position, f"{message}; {suggest(key, cls._keys())}")

    @classmethod
    def _keys(cls) -> dict[str, FieldInfo]:
        """Return the fields by key, required ones first."""
        fields = sorted(cls.model_fields.items(), key=lambda item: not item[1].is_required())
        return {field.alias or name: field for name, field in fields}

    def check(self, context: SectionContext) -> None:
        """Report errors between keys that are each valid alone."""

    def has(self, key: str) -> bool:
        """Return whether a key is written, whatever it holds."""
        return key in self._values

    def need(self, key: str, what: str, diagnostics: Diagnostics) -> None:
        """Report a missing key that something else requires; `what` says what it should hold."""
        if key not in self._values:
            diagnostics.error(self._position, f"{self._title} lacks `{key}`: {what}")

    @property
    def title(self) -> str:
        """The name of this mapping in messages."""
        return self._title

    @property
    def position(self) -> Position:
        """The position of this mapping."""
        return self._position

    def key_position(self, key: str) -> Position:
        """Return the position of a key, or of the section if it is absent."""
        return self._values[key].position if key in self._values else self._position

    def value_position(self, key: str) -> Position:
        """Return the position of a key's value, or of the section if it is absent."""
        return self.node(key).position

    def node(self, key: str) -> Node:
        """Return the node under a key, as it is written."""
        return self._values[key].node if key in self._values else InvalidNode(self._position)


def entry_of(value: object) -> Entry:
    """Return a model's input as an entry: items of lists are bare nodes."""
    return value if isinstance(value, Entry) else Entry(_node(value))


def entries_of(node: Node) -> dict[str, Entry]:
    """Return the values of a mapping by key; nothing if it is not a mapping."""
    entries = node.entries if isinstance(node, MappingNode) else ()
    return {key.written: Entry(value, key) for key, value in entries}


def _node(value: object) -> Node:
    if not isinstance(value, Node):
        raise TypeError
    return value
