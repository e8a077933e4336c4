"""The types of a section's fields, each read strictly from a node; none raises."""

from collections.abc import Callable, Collection
from typing import Annotated, Any, TypeVar, cast

from pydantic import BeforeValidator, Field, PlainValidator, ValidationInfo, WithJsonSchema

from bot.schema.diagnostics import Diagnostics, shown
from bot.schema.json_shapes import (
    FLAG,
    SECONDS,
    choice_schema,
    list_schema,
    name_schema,
    pairs_schema,
    text_schema,
)
from bot.schema.nodes import MappingNode, Node, ScalarNode
from bot.schema.readers import (
    MOST_OF_DAYS,
    LocatedText,
    read_choice,
    read_flag,
    read_items,
    read_name,
    read_seconds,
    read_text,
    read_texts,
    refuse,
)
from bot.schema.section import Entry, Section, SectionContext, entry_of
from bot.schema.words import TEXT, URL, TextFormat

SectionT = TypeVar("SectionT", bound=Section)
SectionContextT = TypeVar("SectionContextT", bound=SectionContext)

MAPPING = "a mapping (`key: value`)"


def read_by(read: Callable[[Node, Diagnostics], object], shape: object) -> PlainValidator:
    """Return a field's type from a function that reads a node, and what it takes as JSON Schema."""
    return read_in(lambda context, entry: read(entry.node, context.diagnostics), shape)


def read_in(read: Callable[[SectionContextT, Entry], object], shape: object) -> PlainValidator:
    """Return a field's type from a function that needs the context and the key too; `shape` as in `read_by`."""

    def validate(value: object, info: ValidationInfo[Any]) -> Any:  # noqa: ANN401 - what the reader gives
        return read(info.context, entry_of(value))

    taken = (
        Annotated[Any, WithJsonSchema(cast("dict[str, Any]", shape))] if isinstance(shape, dict) else shape
    )
    return PlainValidator(validate, json_schema_input_type=taken)


def text(text_format: TextFormat) -> PlainValidator:
    """Return the type of a text in a format."""
    return read_by(
        lambda node, diagnostics: read_text(node, text_format, diagnostics), text_schema(text_format)
    )


def texts(text_format: TextFormat) -> PlainValidator:
    """Return the type of a list of distinct texts."""
    return read_by(
        lambda node, diagnostics: tuple(each.text for each in read_texts(node, text_format, diagnostics)),
        list_schema(text_schema(text_format)),
    )


def located_texts(text_format: TextFormat) -> PlainValidator:
    """Return the type of a list of distinct texts, each with its position."""
    return read_by(
        lambda node, diagnostics: read_texts(node, text_format, diagnostics),
        list_schema(text_schema(text_format)),
    )


def one_of(choices: Collection[str], default: str = "") -> PlainValidator:
    """Return the type of one of several words; any other reads as the default."""
    return read_by(
        lambda node, diagnostics: read_choice(node, choices, diagnostics) or default, choice_schema(choices)
    )


def pairs(text_format: TextFormat) -> PlainValidator:
    """Return the type of a mapping of texts to texts, as pairs with the first's position."""
    return read_in(
        lambda context, entry: _read_pairs(entry, text_format, context.diagnostics), pairs_schema(text_format)
    )


def _read_pairs(
    entry: Entry, text_format: TextFormat, diagnostics: Diagnostics
) -> tuple[tuple[LocatedText, str], ...]:
    return tuple(
        (
            LocatedText(read_text(key, TEXT, diagnostics), key.position),
            read_text(each.node, text_format, diagnostics),
        )
        for key, each in read_entries(entry, diagnostics)
    )


def read_entries(entry: Entry, diagnostics: Diagnostics) -> tuple[tuple[ScalarNode, Entry], ...]:
    """Read a mapping whose keys are not known in advance; report an empty one."""
    if not isinstance(entry.node, MappingNode):
        refuse(entry.node, MAPPING, diagnostics)
        return ()
    if not entry.node.entries and entry.key:
        message = f"{shown(entry.key.written)} has nothing in it: name something, or remove it"
        diagnostics.error(entry.position, message)
    return tuple((key, Entry(value, key)) for key, value in entry.node.entries)


def _mapping(value: object, info: ValidationInfo[SectionContext]) -> Entry | None:
    entry = entry_of(value)
    if isinstance(entry.node, MappingNode):
        return entry
    refuse(entry.node, MAPPING, info.context.diagnostics)
    return None


def read_names(value: object, info: ValidationInfo[SectionContext]) -> dict[str, Entry]:
    """Read a mapping whose keys are names."""
    entries = read_entries(entry_of(value), info.context.diagnostics)
    for key, _ in entries:
        read_name(key, info.context.diagnostics)
    return {key.written: entry for key, entry in entries}


def _list_entries(value: object, info: ValidationInfo[SectionContext]) -> tuple[Entry, ...]:
    items = read_items(entry_of(value).node, info.context.diagnostics)
    entries = (_mapping(each, info) for each in items)
    return tuple(each for each in entries if each is not None)


Part = Annotated[SectionT | None, BeforeValidator(_mapping)]
"""A section of its own; None if something else stands there."""

SectionsByName = Annotated[
    dict[str, Part[SectionT]],
    BeforeValidator(read_names),
    Field(json_schema_extra={"propertyNames": name_schema(), "minProperties": 1}),
]
"""Sections by the names that the file gives them."""

SectionList = Annotated[
    tuple[SectionT, ...], BeforeValidator(_list_entries), Field(json_schema_extra={"minItems": 1})
]
"""A non-empty list of sections."""

Raw = Annotated[Entry, PlainValidator(entry_of)]
"""A value that is read later."""

Text = Annotated[str, text(TEXT)]
Url = Annotated[str, text(URL)]
Flag = Annotated[bool, read_by(read_flag, FLAG)]
Seconds = Annotated[int, read_by(read_seconds, SECONDS)]
Days = Annotated[
    int, read_by(lambda node, diagnostics: read_seconds(node, diagnostics, MOST_OF_DAYS), SECONDS)
]
"""A duration that may be of days, in seconds."""

Name = Annotated[
    LocatedText,
    read_by(
        lambda node, diagnostics: LocatedText(read_name(node, diagnostics), node.position), name_schema()
    ),
]
