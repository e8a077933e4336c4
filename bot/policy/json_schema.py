"""The JSON Schema of the policy file (draft 2020-12), derived from the models that read it: for editors and for CIs.

It says less than `shiproom check`: what refers to another part of the file, whether enough people are named, and how a text is
quoted. Its id is a name and no address (RFC 8141), since it belongs to no host.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any, cast

import pydantic
from pydantic import Field

from bot.ci import KINDS
from bot.policy.loader import PolicyFile
from bot.policy.services import ServiceSection
from bot.policy.tokens import TokenSection
from bot.schema.fields import SectionsByName
from bot.schema.json_shapes import name_schema

ID = "urn:shiproom:policy:1"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SECRET = r"\$\{"  # noqa: S105 - a pattern
_REF = "#/$defs/"
NAME = name_schema()

Part = dict[str, Any]


@cache
def policy_schema() -> Part:
    """Return the schema of the whole file."""
    written: Part = _file().model_json_schema()
    definitions: dict[str, Part] = written.pop("$defs")
    roots = {"ci": [each.settings.__name__ for each in KINDS.values()], "tokens": [TokenSection.__name__]}
    for kind, each in KINDS.items():
        properties = definitions[each.settings.__name__]["properties"]
        properties["kind"] = {"const": kind, "description": f"a CI of the kind `{kind}`"}
        definitions[each.settings.__name__]["required"] = _with(definitions[each.settings.__name__], "kind")
    for name in {found for each in roots.values() for root in each for found in _reached(root, definitions)}:
        _each_part(definitions[name], _or_a_secret)
    schema: Part = {
        "$schema": DIALECT,
        "$id": ID,
        **written,
        "title": "The release policy of Shiproom",
        "$defs": definitions,
    }
    _each_part(schema, _plain)
    definitions["Name"] = {"description": "a name, which is no word of `/release`", **NAME}
    return schema


def _file() -> type[PolicyFile]:
    """Return the model of the file with the parts that it reads late, as their names are needed first."""
    kinds = [each.settings for each in KINDS.values()]
    connection: Any = kinds[0]
    for each in kinds[1:]:
        connection |= each
    named: Part = {"propertyNames": name_schema(), "minProperties": 1}
    fields = PolicyFile.model_fields
    late: Any = {
        "ci": (dict[str, connection], Field(description=fields["ci"].description, json_schema_extra=named)),
        "services": (SectionsByName[ServiceSection], Field(description=fields["services"].description)),
    }
    return pydantic.create_model("Policy", __base__=PolicyFile, **late)


def _with(section: Part, key: str) -> list[str]:
    return list(dict.fromkeys([key, *section.get("required", [])]))


def _reached(name: str, definitions: Mapping[str, Part]) -> Iterator[str]:
    """Return a definition and those that it refers to."""
    waiting, seen = [name], {name}
    while waiting:
        yield (current := waiting.pop())
        found: list[str] = []
        _each_part(definitions[current], lambda part, found=found: found.append(str(part.get("$ref", ""))))
        new = {each.removeprefix(_REF) for each in found if each} - seen
        seen |= new
        waiting += sorted(new)


def _each_part(schema: Any, do: Callable[[Part], object]) -> None:  # noqa: ANN401 - a part of a schema
    """Do something with each part, innermost first."""
    if isinstance(schema, list):
        for each in cast("list[Any]", schema):
            _each_part(each, do)
    elif isinstance(schema, dict):
        part = cast(Part, schema)
        for key, each in part.items():
            if key not in {"const", "enum", "default"}:
                _each_part(each, do)
        do(part)


def _or_a_secret(part: Part) -> None:
    """Take `${NAME}` for any text: what it stands for is not in the file."""
    if part.get("type") == "string" and isinstance(part.get("pattern"), str):
        part["pattern"] = f"{part['pattern']}|{_SECRET}"


def _plain(part: Part) -> None:
    """Leave out what pydantic says for itself: titles, nulls, and defaults that nobody could write."""
    if isinstance(part.get("title"), str) and part.get("$id") != ID:
        del part["title"]
    part.pop("default", None)
    if part.get("not") == NAME["not"]:
        for key in NAME:
            del part[key]
        part["$ref"] = f"{_REF}Name"
    choices: list[Part] = part.get("anyOf", [])
    if {"type": "null"} in choices:
        choices.remove({"type": "null"})
        if len(choices) == 1:
            part.update(part.pop("anyOf")[0])
