"""The registry of words: one line for each action and each gate.

All tables of sentences derive from it.
"""

from collections.abc import Callable, Mapping
from typing import TypeVar

from bot.blocks.words import (
    approve,
    at,
    away,
    back,
    branch,
    cancel,
    contains_live,
    emergency,
    freeze,
    go,
    hold,
    journey,
    lock,
    notify,
    offer,
    policy,
    records,
    reject,
    retry,
    review,
    rollback,
    settle,
    sign_off,
    start_time,
    stop,
    take,
    testing,
    turn,
    unlock,
    waive,
    window,
    withdraw,
)
from bot.blocks.words.action_words import ActionWords, GateWords

T = TypeVar("T")

ACTION_WORDS: dict[str, ActionWords] = {
    "approve": approve.WORDS,
    "at": at.WORDS,
    "away": away.WORDS,
    "back": back.WORDS,
    "cancel": cancel.WORDS,
    "emergency": emergency.WORDS,
    "go": go.WORDS,
    "hold": hold.WORDS,
    "journey": journey.WORDS,
    "lock": lock.WORDS,
    "notify": notify.WORDS,
    "offer": offer.WORDS,
    "reject": reject.WORDS,
    "retry": retry.WORDS,
    "review": review.WORDS,
    "rollback": rollback.WORDS,
    "settle": settle.WORDS,
    "stop": stop.WORDS,
    "take": take.WORDS,
    "testing": testing.WORDS,
    "unlock": unlock.WORDS,
    "waive": waive.WORDS,
    "withdraw": withdraw.WORDS,
}

GATE_WORDS: dict[str, GateWords] = {
    "policy": policy.GATE,
    "records": records.GATE,
    "sign_off": sign_off.GATE,
    "branch": branch.GATE,
    "contains_live": contains_live.GATE,
    "start_time": start_time.GATE,
    "lock": lock.GATE,
    "freeze": freeze.GATE,
    "hold": hold.GATE,
    "review": review.GATE,
    "window": window.GATE,
    "turn": turn.GATE,
}


def of_actions(table: Callable[[ActionWords], Mapping[str, T]], shared: Mapping[str, T]) -> dict[str, T]:
    """Merge one table of all actions' words with the shared one.

    Raises KeyError if a code occurs twice.
    """
    return _joined(shared, *(table(words) for words in ACTION_WORDS.values()))


def of_gates(table: Callable[[GateWords], Mapping[str, T]], shared: Mapping[str, T]) -> dict[str, T]:
    """Merge one table of all gates' words with the shared one.

    Raises KeyError if a code occurs twice.
    """
    return _joined(*(table(words) for words in GATE_WORDS.values()), shared)


def _joined(*tables: Mapping[str, T]) -> dict[str, T]:
    joined: dict[str, T] = {}
    for table in tables:
        twice = joined.keys() & table.keys()
        if twice:
            raise KeyError(f"more than one sentence for {', '.join(sorted(twice))}")
        joined |= table
    return joined
