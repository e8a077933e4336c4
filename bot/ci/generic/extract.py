"""Extracts values from the JSON responses of a described API, by the policy's paths."""

from collections.abc import Sequence

from bot.ci.http.json_access import one_line, part

_ERROR_PATHS = ("message", "error.message", "error", "detail", "title", "errors.0.message", "errors.0")
"""RFC 9457 has `detail` and `title`; the others are common practice."""

MOST_OF_AN_ID = 200


def value_at(answer: object, path: str) -> object:
    """Follow a path like `run.id` or `items.0.id`; an empty path is the whole value."""
    for step in path.split(".") if path else ():
        found = part(answer, step)
        answer = part(answer, int(step)) if found is None and _is_index(step) else found
    return answer


def text_at(answer: object, path: str) -> str:
    """Return a value as text: text, a number, true or false.

    Empty for anything else, and for an empty path.
    """
    found = value_at(answer, path) if path else None
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, str | int | float) else ""


def run_id_at(answer: object, path: str) -> str:
    """Return a run's id; empty if it is too long or cannot be printed."""
    found = text_at(answer, path).strip()
    return found if len(found) <= MOST_OF_AN_ID and found.isprintable() else ""


def state_at(answer: object, paths: Sequence[str]) -> str:
    """Return a state; several values are joined by a slash: `completed/success`."""
    return "/".join(found for path in paths if (found := text_at(answer, path)))


def error_message_in(answer: object) -> str:
    """Return the error message of a response, from where APIs commonly put it."""
    return one_line(next((found for path in _ERROR_PATHS if (found := text_at(answer, path))), ""))


def _is_index(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) < 7  # noqa: PLR2004 - a list this long is not read anyway
