"""Reads the answers of a described API: where a value is, as the policy's paths say it, and what it means."""

from collections.abc import Sequence

from bot.ci_api.parts import one_line, part

_COMPLAINTS = ("message", "error.message", "error", "detail", "title", "errors.0.message", "errors.0")
"""RFC 9457 has `detail` and `title`; the others are habits."""

MOST_OF_AN_ID = 200


def at(answer: object, path: str) -> object:
    """Go down a path like `run.id` or `items.0.id`; without a path it is all."""
    for step in path.split(".") if path else ():
        found = part(answer, step)
        answer = part(answer, int(step)) if found is None and _is_index(step) else found
    return answer


def words(answer: object, path: str) -> str:
    """Read a value as text: text itself, a number, true or false; empty for anything else, and without a path."""
    found = at(answer, path) if path else None
    if isinstance(found, bool):
        return "true" if found else "false"
    return str(found) if isinstance(found, str | int | float) else ""


def name_of(answer: object, path: str) -> str:
    """Read a run's id; what is too long for one, or cannot be printed, is none."""
    found = words(answer, path).strip()
    return found if len(found) <= MOST_OF_AN_ID and found.isprintable() else ""


def native_state(answer: object, paths: Sequence[str]) -> str:
    """Read a state; of several values those that are there, joined by a stroke: `completed/success`."""
    return "/".join(found for path in paths if (found := words(answer, path)))


def complaint_in(answer: object) -> str:
    """Give what an answer says went wrong, where APIs commonly say it."""
    return one_line(next((found for path in _COMPLAINTS if (found := words(answer, path))), ""))


def _is_index(step: str) -> bool:
    return step.isascii() and step.isdigit() and len(step) < 7  # noqa: PLR2004 - a list this long is not read anyway
