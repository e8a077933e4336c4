"""Reads rows of the history as they are shown: where something happened, and how long it took."""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.blocks.query_words import HistoryItem
from handlers.plan import Plan
from handlers.step import StepState
from storage.codec import moment
from storage.history import HistoryLine

_NOT_BEGUN = frozenset({StepState.PENDING, StepState.WAITING, StepState.GRANTED})
_ENDS = frozenset({"succeeded", "failed", "cancelled", "timed_out", "vanished"})


def history_items(
    lines: Iterable[HistoryLine], releases: Mapping[int, Sequence[HistoryLine]], plan: Plan
) -> tuple[HistoryItem, ...]:
    """Return rows as they are shown; `releases` are by number all rows of those that they are about, oldest first."""
    return tuple(_item(line, releases.get(line.release, ()), plan) for line in lines)


def _item(line: HistoryLine, of_release: Sequence[HistoryLine], plan: Plan) -> HistoryItem:
    event: dict[str, Any] = json.loads(line.body)
    fields = {**line.outcome, **event.get("build", {}), **event}
    values = {
        name: str(fields[name])
        for name in ("reason", "note", "detail", "by", "version", "user", "until", "stands_for", "kind")
        if name in fields
    }
    values["alone"] = "yes" if fields.get("reply") == "signed_alone" else ""
    values["deployed"] = "yes" if fields.get("deployed") else "no"
    values["state"] = str(fields.get("state") or fields.get("step_state") or "")
    values["environment"] = _environment(fields, plan)
    taken: dict[str, int] = fields.get("taken_over") or {}
    values["taken_over"] = ", ".join(f"{place} since r{number}" for place, number in taken.items())
    refused = line.outcome.get("refused", "")
    lasted = None if refused else _lasted(line, event, of_release)
    return HistoryItem(
        moment(line.at), line.actor, line.release, line.event, values, refused, line.service, lasted
    )


def _environment(fields: dict[str, Any], plan: Plan) -> str:
    """Return where an event happened.

    After a success the release is at its next step, and the previous one is meant.
    """
    named = fields.get("environment") or ", ".join(fields.get("environments", ()))
    names, step = [each.name for each in plan.environments], fields.get("step", "")
    succeeded = fields.get("state") == "succeeded" or fields.get("deployed")
    if named or step not in names or not succeeded or fields.get("step_state") not in _NOT_BEGUN:
        return named or step
    return names[max(names.index(step) - 1, 0)]


def _lasted(line: HistoryLine, event: dict[str, Any], of_release: Sequence[HistoryLine]) -> timedelta | None:
    """Return how long a deployment took that ended with this row, or how long its sign-off was waited for."""
    before = [each for each in of_release if each.row < line.row and not each.outcome.get("refused")]
    began: int | None = None
    if line.event == "run_reported" and event.get("state") in _ENDS:
        correlation = event.get("correlation", "")
        began = next((each.at for each in before if _sends(each, correlation)), None)
    elif line.event == "signed_off":
        began = _waiting_since(line, before)
    return None if began is None else timedelta(microseconds=max(line.at - began, 0))


def _sends(line: HistoryLine, correlation: str) -> bool:
    return line.event == "send_requested" and json.loads(line.body).get("correlation") == correlation


def _waiting_since(line: HistoryLine, before: Sequence[HistoryLine]) -> int | None:
    """Return since when the step waited that was signed: the first of the rows before which left it waiting there."""
    place = (line.outcome.get("step"), line.outcome.get("attempt"))
    began: int | None = None
    for each in reversed(before):
        waits = each.outcome.get("step_state") in {StepState.PENDING, StepState.WAITING}
        if (each.outcome.get("step"), each.outcome.get("attempt")) != place or not waits:
            break
        began = each.at
    return began
