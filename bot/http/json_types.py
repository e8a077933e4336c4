"""JSON Schemas of the types of bodies: of answers, which are TypedDicts, and of requests, which are models."""

from collections.abc import Mapping
from types import NoneType, UnionType
from typing import Any, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import TypeAdapter

from bot.http.body import JsonBody, Widened

REF = "#/components/schemas/"


class Schemas:
    """Derives schemas, and keeps those that have names."""

    def __init__(self) -> None:
        self.named: dict[str, Any] = {}

    def of(self, kind: object) -> dict[str, Any]:
        """Return the schema of an answer's type."""
        if is_typeddict(kind):
            return self._object(cast("type[Any]", kind))
        origin, arguments = get_origin(kind), get_args(kind)
        if origin is list:
            return {"type": "array", "items": self.of(arguments[0])}
        if origin is dict:
            return {"type": "object", "additionalProperties": self.of(arguments[1])}
        if origin in {Union, UnionType}:
            return {"anyOf": [self.of(each) for each in arguments]}
        if kind is NoneType:
            return {"type": "null"}
        return self._plain(kind)

    def _plain(self, kind: object) -> dict[str, Any]:
        schema = TypeAdapter[Any](cast(Any, kind)).json_schema()
        for drop in ("title", "description") if "enum" in schema else ("title",):
            schema.pop(drop, None)
        if "const" in schema:
            schema = {"enum": [schema["const"]]}
        return schema

    def _object(self, kind: type[Any]) -> dict[str, Any]:
        name = kind.__name__.removesuffix("Json")
        if name not in self.named:
            self.named[name] = {}
            hints = get_type_hints(kind, include_extras=True)
            required = [key for key in hints if key in kind.__required_keys__]
            self.named[name] = {
                "type": "object",
                "description": (kind.__doc__ or "").strip(),
                "properties": {key: self.of(_unwrapped(each)) for key, each in hints.items()},
                "required": required,
                "additionalProperties": False,
            }
        return {"$ref": REF + name}

    def of_body(self, model: type[JsonBody]) -> dict[str, Any]:
        """Return the schema of a request's model."""
        schema = model.model_json_schema(ref_template=REF + "{model}")
        for name, inner in schema.pop("$defs", {}).items():
            self.named[name] = _plain_patterns(inner)
        properties = schema["properties"]
        for name, field in model.model_fields.items():
            wanted = properties[field.alias or name]
            for each in field.metadata:
                if isinstance(each, Widened):
                    properties[field.alias or name] = _either(wanted, each.schema)
        self.named[model.__name__] = _plain_patterns(schema)
        return {"$ref": REF + model.__name__}


def _either(wanted: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of one or the other; what is said of the value stays outside."""
    said = {key: wanted[key] for key in ("description", "default", "examples") if key in wanted}
    return {**said, "anyOf": [{key: each for key, each in wanted.items() if key not in said}, dict(other)]}


def _unwrapped(hint: Any) -> Any:  # noqa: ANN401 - a type
    """Return the type inside `NotRequired`."""
    return get_args(hint)[0] if getattr(get_origin(hint), "__name__", "") == "NotRequired" else hint


def _plain_patterns(schema: Any) -> Any:  # noqa: ANN401 - a part of a schema
    r"""Rewrite Python's anchors: JSON Schema's patterns are those of ECMA 262, which has no `\A` and `\Z`."""
    if isinstance(schema, list):
        return [_plain_patterns(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, Mapping):
        return schema
    found = {
        key: each if key == "examples" else _plain_patterns(each)
        for key, each in cast("Mapping[str, Any]", schema).items()
        if key != "title" or not isinstance(each, str)
    }
    if isinstance(found.get("pattern"), str):
        found["pattern"] = ecma_pattern(found["pattern"])
    return found


def ecma_pattern(pattern: str) -> str:
    """Return a pattern with ECMA's anchors; Python's `$` also matches before a line end at the end, ECMA's does not.

    Halves of characters are left out of classes: few readers of patterns can express them.
    """
    plain = pattern.removeprefix(r"\A").removesuffix(r"\Z").replace(r"\ud800-\udfff", "")
    return f"^{plain}$" if pattern.startswith(r"\A") else plain
