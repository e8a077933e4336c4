"""JSON bodies as strict models; an error names the one field that is wrong, with a hint."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails


@dataclass(frozen=True, slots=True)
class BadField(Exception):  # noqa: N818 - it names a field, the sentence says the error
    """A field of the body is wrong."""

    field: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Widened:
    """Says of a field which values it takes besides its type's, for the OpenAPI document."""

    schema: Mapping[str, Any]


class JsonBody(BaseModel):
    """A body; a field's description completes the error about a missing or wrong value."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, regex_engine="python-re", hide_input_in_errors=True
    )

    repeats_names: ClassVar[bool] = True
    """Whether the response may repeat the name of an unknown field."""

    sentences: ClassVar[dict[str, str]] = {}
    """The errors for parts of a field, by the type of pydantic's error."""


def whole(value: object) -> object:
    """Return a whole number that is written like 77.0 as one: JSON Schema (draft 2020-12, 4.2.3) makes no difference."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


BodyT = TypeVar("BodyT", bound=JsonBody)


def read_body(model: type[BodyT], value: Any) -> BodyT:  # noqa: ANN401 - anything can come in
    """Validate a parsed JSON body.

    Raises BadField for the first field that is wrong.
    """
    if not isinstance(value, dict):
        raise BadField("", "The body must be a JSON object.")
    try:
        return model.model_validate(value)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        raise _bad_field(model, min(errors, key=lambda each: each["type"] != "extra_forbidden")) from None


def _bad_field(model: type[JsonBody], error: ErrorDetails) -> BadField:
    name, *inner = error["loc"]
    known = {field.alias or name: field.description for name, field in model.model_fields.items()}
    if error["type"] == "extra_forbidden":
        subject = f"The field {name} is" if model.repeats_names else "The body has a field that is"
        return BadField(
            str(name) if model.repeats_names else "", f"{subject} unknown. Known: {', '.join(known)}."
        )
    field = str(name) + "".join(f"[{each}]" if isinstance(each, int) else f".{each}" for each in inner)
    hint = known[str(name)]
    if hint is None:
        return BadField(
            field, model.sentences.get(error["type"], "{field} must be text.").format(field=field)
        )
    absent = error["type"] == "missing" or error["input"] is None
    return BadField(field, f"The field {field} is {'missing' if absent else 'not understood'}: {hint}.")
