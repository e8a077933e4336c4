"""The `gates:` of a step: a list of mappings, each with one gate's name and its options.

How a gate is read follows from its settings in handlers/, a frozen dataclass: each field is a key of the mapping, with the
field's type and default. A field's metadata says the rest:

own_value       it is the value of the gate's own name, as TEAM in `sign_off: TEAM`
what            what it should hold; shown if it is absent and has no default
team            it is the name of a team
choices         it, or each item of a list, is one of these words
pattern, wanted what a text has to match, and how a message calls that
seconds         a number that is written as a duration, like `90s` or `3d`
least, most     the smallest and the largest number
most_items      how many items a list has at most
most_letters    how many characters an item of a list has at most
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from functools import cache, reduce
from typing import Annotated, Any, ClassVar, Generic, TypeVar, cast, get_type_hints

import pydantic

from bot.policy.references import TeamName
from bot.schema.diagnostics import Diagnostics, Position, shown
from bot.schema.fields import MAPPING, Days, Flag, Text, one_of, read_by, read_in, text
from bot.schema.json_shapes import choice_schema, count_schema, list_schema, text_schema
from bot.schema.nodes import MappingNode, Node, SequenceNode
from bot.schema.readers import (
    MOST_COUNTED,
    LocatedText,
    read_choice,
    read_count,
    read_items,
    read_texts,
    refuse,
)
from bot.schema.section import Entry, Section, SectionContext
from bot.schema.words import TEXT, TextFormat
from handlers.gates import SETTINGS
from handlers.sign_off_rule import SignOffRule

RuleT_co = TypeVar("RuleT_co", covariant=True)

_KNOWN = frozenset(
    {
        *("own_value", "what", "team", "choices", "pattern", "wanted"),
        *("seconds", "least", "most", "most_items", "most_letters"),
    }
)


@dataclass(frozen=True, slots=True)
class LocatedGate(Generic[RuleT_co]):
    """A gate's settings and their position."""

    rule: RuleT_co
    position: Position


def sign_offs(gates: Iterable[LocatedGate[object]]) -> tuple[LocatedGate[SignOffRule], ...]:
    """Return the gates that people sign."""
    rules = ((each.rule, each.position) for each in gates)
    return tuple(LocatedGate(rule, position) for rule, position in rules if isinstance(rule, SignOffRule))


class GateSection(Section):
    """One gate of a step."""

    noun: ClassVar[str] = "gate"


def read_gates(context: SectionContext, entry: Entry) -> tuple[LocatedGate[object], ...]:
    """Read the gates of a step; `[]` means that there are none."""
    if isinstance(entry.node, SequenceNode) and not entry.node.items:
        return ()
    read = (_read_gate(each, context) for each in read_items(entry.node, context.diagnostics))
    return tuple(gate for gate in read if gate is not None)


def _read_gate(node: Node, context: SectionContext) -> LocatedGate[object] | None:
    if not isinstance(node, MappingNode):
        refuse(node, MAPPING, context.diagnostics)
        return None
    kinds = [kind for kind in SETTINGS if any(key.written == kind for key, _ in node.entries)]
    if len(kinds) != 1:
        wanted = ", ".join(f"`{kind}: ...`" for kind in SETTINGS)
        message = f"a gate is named by one key of its mapping; possible: {wanted}"
        context.diagnostics.error(node.position, message)
        return None
    settings = SETTINGS[kinds[0]]
    section = _model(kinds[0], settings).model_validate(node, context=context)
    values = {each.name: getattr(section, each.name) for each in fields(settings)}
    return LocatedGate(settings(**values), node.position)


@cache
def _model(gate: str, settings: type[Any]) -> type[GateSection]:
    """Derive the model of a gate's mapping from its settings."""
    types = get_type_hints(settings)
    derived = {each.name: _field(gate, each, types[each.name]) for each in fields(settings)}
    return cast(Any, pydantic.create_model)(f"{gate} of the policy", __base__=GateSection, **derived)


def _field(gate: str, field: "Field[Any]", kind: object) -> tuple[object, object]:
    wanted = field.metadata
    if unknown := wanted.keys() - _KNOWN:
        raise TypeError(f"{field.name} of the gate {gate} wants {sorted(unknown)}, which nothing reads")
    default = ... if field.default is MISSING else field.default
    alias = gate if wanted.get("own_value") else field.name
    annotated = _type_of(alias, kind, wanted)
    return annotated, pydantic.Field(default=default, alias=alias, description=wanted.get("what"))


def _type_of(key: str, kind: object, wanted: Mapping[str, Any]) -> object:
    if kind is bool:
        return Flag
    if kind is int:
        return Days if wanted.get("seconds") else _counted(wanted)
    if kind is str:
        return _texted(wanted)
    if kind == tuple[str, ...]:
        return Annotated[
            tuple[str, ...],
            read_by(
                lambda node, diagnostics: _read_list(node, key, wanted, diagnostics), _list_shape(wanted)
            ),
        ]
    raise TypeError(f"nothing reads {key}, which is a {kind}")


def _counted(wanted: Mapping[str, Any]) -> object:
    least, most = wanted.get("least", 1), wanted.get("most", MOST_COUNTED)
    return Annotated[
        int,
        read_by(
            lambda node, diagnostics: read_count(node, diagnostics, least, most), count_schema(least, most)
        ),
    ]


def _texted(wanted: Mapping[str, Any]) -> object:
    if wanted.get("team"):
        return TeamName
    if choices := wanted.get("choices"):
        return Annotated[str, one_of(choices)]
    if pattern := wanted.get("pattern"):
        return Annotated[str, text(TextFormat(wanted["wanted"], re.compile(pattern)))]
    return Text


def _list_shape(wanted: Mapping[str, Any]) -> dict[str, Any]:
    choices, letters = wanted.get("choices"), wanted.get("most_letters")
    items = choice_schema(choices) if choices else text_schema(TEXT)
    return list_schema(items | ({"maxLength": letters} if letters else {}), most=wanted.get("most_items", 0))


def _read_list(node: Node, key: str, wanted: Mapping[str, Any], diagnostics: Diagnostics) -> tuple[str, ...]:
    items = read_texts(node, TEXT, diagnostics)
    for item in read_items(node, diagnostics) if "choices" in wanted else ():
        read_choice(item, wanted["choices"], diagnostics)
    most: int = wanted.get("most_items", 0)
    if most and isinstance(node, SequenceNode) and len(node.items) > most:
        diagnostics.error(node.items[most].position, f"a {key} has at most {most} items: shorten it")
    for item in items:
        _check_item(item, key, wanted.get("most_letters"), diagnostics)
    return tuple(item.text for item in items)


def _check_item(item: LocatedText, key: str, most: int | None, diagnostics: Diagnostics) -> None:
    if most and len(item.text) > most:
        message = f"{shown(item.text)} has {len(item.text)} characters"
        diagnostics.error(item.position, f"{message}: an item of a {key} has at most {most}")


_ANY_GATE: Any = list[
    reduce(lambda one, other: one | other, (cast(Any, _model(*each)) for each in SETTINGS.items()))
]
Gates = Annotated[tuple[LocatedGate[object], ...], read_in(read_gates, _ANY_GATE)]
"""The gates of a step."""
